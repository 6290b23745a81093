"""The audit trail: who, what, when, before, after, for every change, chained by hash per subject.

Free text never stands in an entry in clear: `TextVersion` keeps it, the entry its digest, so that erasing
personal data needs no rewrite of the chain (decisions: privacy from the first second).
"""

from tracker.audit.trail import (
    Change,
    Subject,
    digest,
    erase,
    last_writers,
    record,
    record_all,
    record_first,
    text_versions,
    verify,
)

__all__ = [
    "Change",
    "Subject",
    "digest",
    "erase",
    "last_writers",
    "record",
    "record_all",
    "record_first",
    "text_versions",
    "verify",
]
