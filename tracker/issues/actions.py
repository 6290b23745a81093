"""The verbs of issues, under one name each."""

from tracker.issues.intake import Intake, open_issue, wrong_in
from tracker.issues.moves import carry_out
from tracker.issues.parties import (
    assign,
    end_links,
    follow,
    join,
    leave,
    me_too,
    restrict,
    unfollow,
    unrestrict,
)
from tracker.issues.saving import save
from tracker.issues.snoozing import snooze, wake
from tracker.issues.splitting import split, undo
from tracker.issues.talk import log_contact, mask
from tracker.issues.talking import say

__all__ = [
    "Intake",
    "assign",
    "carry_out",
    "end_links",
    "follow",
    "join",
    "leave",
    "log_contact",
    "mask",
    "me_too",
    "open_issue",
    "restrict",
    "save",
    "say",
    "snooze",
    "split",
    "undo",
    "unfollow",
    "unrestrict",
    "wake",
    "wrong_in",
]
