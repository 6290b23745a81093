"""The outbox: letters, written in the same transaction as what they tell of, sent later and apart.

One row per recipient and channel; a key made of the cause, the recipient, the channel and the kind lets a letter be
written once, however often its cause is worked through.  A `bell` letter is read on the page, a `mail` letter goes
to an SMTP server; without one it ends as `kept`: readable for ever, never sent later.  The ledger is exact, the wire
at least once: a letter whose fate is unknown goes out once more under the same Message-ID (RFC 1047), except
`security.` letters, which go out at most once.

`post`, `post_all` and `cancel` write in the caller's transaction; `jobs.deliver` sends.
"""

from tracker.outbox.actions import (
    cancel,
    cancel_older,
    cancel_waiting,
    lead_elsewhere,
    mark_all_seen,
    mark_over,
    mark_seen,
    post,
    post_all,
    release,
    retry,
    ring_again,
    row,
    withhold,
)
from tracker.outbox.causes import Cause

__all__ = [
    "Cause",
    "cancel",
    "cancel_older",
    "cancel_waiting",
    "lead_elsewhere",
    "mark_all_seen",
    "mark_over",
    "mark_seen",
    "post",
    "post_all",
    "release",
    "retry",
    "ring_again",
    "row",
    "withhold",
]
