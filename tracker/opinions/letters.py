"""Letters about an opinion: to whom it was asked of, and back to whoever asked."""

from datetime import datetime

from sqlalchemy import update

from tracker.accounts.models import CaseLink, Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.records import letters, links
from tracker.records.models import Record
from tracker.records.parts import Opinion


def asked(record: Record, opinion: Opinion, *, by: Actor, at: datetime) -> None:
    """Bell and mail to the person, or a letter with a signed page to an outside contact."""
    if opinion.to_person is not None:
        letters.tell(record, opinion.to_person, "opinion", cause=opinion.id, at=at, link=f"/opinions/{opinion.id}",
                     said=opinion.question, due_at=opinion.due_at)  # fmt: skip
    elif opinion.to_email:
        letters.tell_contact(
            record, opinion.to_name, opinion.to_email, "opinion", cause=opinion.id, at=at,
            link=links.opinion_path(opinion, at=at), said=opinion.question, due_at=opinion.due_at,
        )  # fmt: skip


def answered(record: Record, opinion: Opinion, *, by: Actor, at: datetime) -> None:
    """Whoever asked learns that the answer is there; the record's supervisor too."""
    told = {opinion.by_id, record.owner_id} - {None, by.person_id}
    for person_id in sorted(one for one in told if one is not None):
        person = db.session.get_one(Person, person_id)
        if person.active:
            letters.tell(record, person, "opinion_answered", cause=opinion.id, at=at,
                         link=f"/opinions/{opinion.id}", said=opinion.answer)  # fmt: skip


def moved(record: Record, opinion: Opinion, because: str, *, by: Actor, at: datetime) -> None:
    """The answer is wanted by another date, and why."""
    if opinion.to_person is not None and opinion.to_person_id != by.person_id:
        letters.tell(record, opinion.to_person, "opinion_moved", cause=opinion.id, at=at,
                     link=f"/opinions/{opinion.id}", said=because, due_at=opinion.due_at)  # fmt: skip
    elif opinion.to_person is None and opinion.to_email:
        letters.tell_contact(record, opinion.to_name, opinion.to_email, "opinion_moved", cause=opinion.id, at=at,
                             said=because, due_at=opinion.due_at)  # fmt: skip


def withdrawn(record: Record, opinion: Opinion, *, by: Actor, at: datetime) -> None:
    """Nothing is asked any more."""
    if opinion.to_person is not None and opinion.to_person_id != by.person_id:
        letters.tell(record, opinion.to_person, "opinion_withdrawn", cause=opinion.id, at=at, link="/today")
    elif opinion.to_person is None and opinion.to_email:
        letters.tell_contact(
            record, opinion.to_name, opinion.to_email, "opinion_withdrawn", cause=opinion.id, at=at
        )


def revoke(opinion: Opinion, *, at: datetime) -> None:
    """No link opens this question any more."""
    every = update(CaseLink).where(
        CaseLink.subject_kind == opinion.kind_name,
        CaseLink.subject_id == opinion.id,
        CaseLink.revoked_at.is_(None),
    )
    db.session.execute(every.values(revoked_at=at))
