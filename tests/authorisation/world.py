"""One of everything, and everybody who may or may not touch it."""

from dataclasses import dataclass, field
from typing import Any

from tests.factories.duty import make_rota
from tests.factories.guides import ANSWER, KNOWN, make_article, make_known
from tests.factories.inspections import inspected
from tests.factories.people import actor_of, make_person, make_team, make_unit
from tests.factories.records import make_record
from tests.factories.widgets import make_widget
from tests.worlds import kept
from tracker.accounts.models import Person
from tracker.db import db
from tracker.followups import actions as followups
from tracker.followups.models import Clock
from tracker.hours.models import NamedCalendar
from tracker.issues import actions as issues
from tracker.issues.models import Message, ReportDraft
from tracker.outbox.models import Letter
from tracker.records import queries as records
from tracker.systems.models import SystemVersion

# Who is who in the table: nobody, the reporter of the case, another reporter, supervisor, the engineer of the case,
# another engineer, manager, administrator, auditor.
ACTORS = {
    "-": "anonymous", "R": "reporter", "T": "stranger", "S": "supervisor", "E": "engineer", "O": "other_engineer",
    "M": "manager", "D": "admin", "U": "auditor",
}  # fmt: skip


@dataclass
class World:
    """People by their letter, and what the placeholders of the addresses stand for."""

    people: dict[str, Person | None]
    values: dict[str, Any] = field(default_factory=dict)


@kept()
def make_world(now: Any) -> World:
    """A record that waits for its engineer, with its issue, and the small things that other addresses name."""
    record, cast = make_record(state="assigned")
    issue, escalation = record.primary_issue, records.open_escalation(record)
    assert escalation is not None
    people: dict[str, Person | None] = {
        "-": None, "R": cast.reporter, "T": make_person("reporter"), "S": cast.supervisor, "E": cast.engineer,
        "O": make_person("engineer"), "M": cast.manager, "D": make_person("admin"), "U": make_person("auditor"),
    }  # fmt: skip
    rota = make_rota(cast.engineer, people["O"])
    victim = make_person("reporter")
    issues.say(issue, "One moment.", visibility="public", by=actor_of(cast.supervisor), at=now)
    followups.rearm_now("record", record.id, now)
    draft = ReportDraft(key="a key of nobody", person_id=cast.reporter.id, fields={}, saved_at=now)
    version = SystemVersion(system_id=record.system_id, version="9.9")
    db.session.add_all([draft, version])
    db.session.commit()
    values = {
        "number": {
            "issues": issue.number, "records": record.number, "inbox": issue.number, "decisions": record.number,
            "statutory": record.number,
        },
        "escalation_id": escalation.id, "key": record.system.key, "version_id": version.id,
        "person_id": victim.id, "unit_id": make_unit().id, "team_id": make_team().id, "draft_id": draft.id,
        "message_id": db.session.query(Message.id).order_by(Message.id.desc()).limit(1).scalar(),
        "letter_id": db.session.query(Letter.id).limit(1).scalar(),
        "clock_id": db.session.query(Clock.id).filter_by(subject_kind="escalation", name="correct").limit(1).scalar(),
        "calendar_id": db.session.query(NamedCalendar.id).limit(1).scalar(),
        "year": 2026, "view": "triage", "act": "accept", "filename": "css/app.css",
        "widget_id": make_widget(system=record.system).id,
        "article_id": make_article(**ANSWER, title_en="Days", body_en="Seven.").id,
        "known_id": make_known(system_id=record.system_id, **KNOWN, title_en="Wrong days", body_en="Seven.").id,
        "rota_id": rota.id, **inspected(cast.supervisor, cast.engineer, record.system_id, now),
    }  # fmt: skip
    return World(people, values)
