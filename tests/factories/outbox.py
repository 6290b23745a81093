"""Letters and their readers."""

from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from tests.clock import MONDAY
from tests.worlds import repeatable
from tracker import outbox
from tracker.accounts.models import Person
from tracker.db import db
from tracker.outbox.models import Letter

_causes = count(1)


@repeatable
def make_reader(name: str = "Wang") -> Person:
    """A person who gets letters."""
    person = Person(name=name, email=f"{name.lower()}@example.test", created_at=MONDAY)
    db.session.add(person)
    db.session.commit()
    return person


def make_letter(*, at: datetime = MONDAY, address: str | None = "wang@example.test", **given: Any) -> Letter:
    """A written letter, by mail unless told otherwise."""
    values: dict[str, Any] = {
        "channel": "mail", "kind": "issue.received", "key": ("issue", 1, next(_causes)), "subject": ("issue", 1),
        "subject_line": "[Q-202611-0001] 已收到", "body_text": "您好。\n\n已收到您的回報。",
        "link": "/issues/Q-202611-0001",
    }  # fmt: skip
    letter_id = outbox.post(at=at, address=address, **{**values, **given})
    db.session.commit()
    assert letter_id is not None
    return letter(letter_id)


def letter(letter_id: int) -> Letter:
    """The letter as it stands in the database now."""
    return db.session.scalars(
        select(Letter).where(Letter.id == letter_id).execution_options(populate_existing=True)
    ).one()


def letters() -> list[Letter]:
    """All letters as they stand now, oldest first."""
    return list(
        db.session.scalars(select(Letter).order_by(Letter.id).execution_options(populate_existing=True))
    )
