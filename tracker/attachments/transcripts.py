"""What is said in a recording, for who cannot hear it and for who reads faster.  Never commits."""

from datetime import datetime
from typing import Protocol

from flask_babel import gettext as _

from tracker import audit
from tracker.attachments.models import Attachment
from tracker.audit.trail import By
from tracker.errors import DomainError, WrongState

MOST = 20_000


class Subject(Protocol):
    """The case that the recording belongs to."""

    id: int

    @property
    def kind_name(self) -> str: ...


def write(recording: Attachment, text: str, subject: Subject, *, by: By, at: datetime) -> bool:
    """Write down what is said; an empty text takes it away, earlier ones stay in the trail.  False: nothing is new."""
    if not recording.is_sound:
        raise WrongState(_("Only a recording has a transcript."), act="transcribe")
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > MOST:
        raise DomainError(fields={"transcript": _("This is too long.")})
    if text == recording.transcript:
        return False
    recording.transcript = text
    audit.record(
        f"{subject.kind_name}.transcribe", (subject.kind_name, subject.id), by=by, at=at,
        after={"file": recording.id}, texts={"transcript": text},
    )  # fmt: skip
    return True
