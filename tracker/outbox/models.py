"""The table of letters."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Model, UTCDateTime
from tracker.outbox.rules import CHANNELS, STATES


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


# Conditions of indexes over the few letters that matter now, among the many of all years.  Queries repeat them word
# for word: SQLite takes such an index only where the condition stands in the query itself, not in its parameters.
WAITING = text("channel = 'mail' AND state IN ('pending', 'deferred', 'unknown') AND digest_id IS NULL")
RESTING = text("channel = 'bell' AND state = 'pending'")
CLAIMED = text("state = 'claimed'")
UNSEEN = text("channel = 'bell' AND seen_at IS NULL AND state <> 'cancelled'")
DEAD = text("state = 'dead'")
# Said in the statement like the conditions above, although no index has it: SQLite compares a value given beside a
# statement with those of the indexes, and then plans the statement anew at each run, half a millisecond a page.
SENT = text("state = 'sent'")
LISTED = text("digest_id IS NOT NULL")


class Letter(Model):
    """One letter to one recipient by one channel.

    `idem_key` is made of digests of its cause, and of cause, recipient, channel and kind; `message_id` is fixed with
    it.  `fence` grows with each claim: only the holder of the present number may write what became of the letter.
    `sent_at` is also when a claimed or unknown letter may have gone, so that the caps count it.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        Index("ix_letter_due", "next_try", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_letter_resting", "next_try", sqlite_where=RESTING, postgresql_where=RESTING),
        Index("ix_letter_claimed", "lease_until", sqlite_where=CLAIMED, postgresql_where=CLAIMED),
        Index("ix_letter_dead", "id", sqlite_where=DEAD, postgresql_where=DEAD),
        Index("ix_letter_unseen", "person_id", "kind", "id", sqlite_where=UNSEEN, postgresql_where=UNSEEN),
        Index("ix_letter_person", "person_id", "channel", "id"),
        Index("ix_letter_recipient", "recipient", "sent_at"),
        Index("ix_letter_subject", "subject_kind", "subject_id", "id"),
        Index("ix_letter_digest_id", "digest_id", sqlite_where=LISTED, postgresql_where=LISTED),
        Index("ix_letter_chase_id", "chase_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idem_key: Mapped[str] = mapped_column(unique=True)
    cause: Mapped[str]
    recipient: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    address: Mapped[str | None]
    name: Mapped[str] = mapped_column(default="")
    channel: Mapped[str]
    kind: Mapped[str]
    # What it is about in the words of `habits`; empty for what nobody can choose.
    event: Mapped[str] = mapped_column(default="", server_default="")
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    chase_id: Mapped[int | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    undoable: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str]
    subject_line: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str | None]
    link: Mapped[str] = mapped_column(default="")
    withheld: Mapped[bool] = mapped_column(default=False)
    message_id: Mapped[str]
    state: Mapped[str]
    fence: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    # Why it waits until `next_try` although nothing went wrong: `quiet`, `digest`; empty otherwise.
    held: Mapped[str] = mapped_column(default="", server_default="")
    next_try: Mapped[datetime] = mapped_column(UTCDateTime())
    attempts: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    last_error: Mapped[str] = mapped_column(default="")


class Hour(Model):
    """How many mails left in one hour."""

    __tablename__ = "letter_hour"

    at: Mapped[datetime] = mapped_column(UTCDateTime(), primary_key=True)
    mails: Mapped[int]


class Breaker(Model):
    """The storm breaker, one row: since when it holds letters back, until when an administrator's release holds."""

    __tablename__ = "letter_breaker"

    id: Mapped[int] = mapped_column(primary_key=True)
    tripped_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    open_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
