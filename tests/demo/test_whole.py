"""The whole demo shows every stage; no page shows people a code of the program (a bare `escalate`) or a closed link."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree, html
from sqlalchemy import func, select

from tracker import audit, clock, demo
from tracker.accounts import passwords
from tracker.accounts.models import Person
from tracker.db import db
from tracker.demo.cases import CASES
from tracker.followups.models import Chase
from tracker.issues import fields as issue_fields
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue
from tracker.outbox.models import Letter
from tracker.records import fields as record_fields
from tracker.records import rules as record_rules
from tracker.records.codes import CLOSE_CODES
from tracker.records.models import Record

MAIN = {
    "supervisor": ("/inbox/all", "/inbox/triage", "/follow-up", "/records", "/approvals", "/notifications", "/today",
                   "/training/log", "/systems", "/kb", "/known", "/people", "/register", "/me", "/needs", "/dashboard",
                   "/search?q=AR"),
    "engineer": ("/escalations",),
    "reporter": ("/my?state=open", "/my?state=closed", "/training"),
    "manager": ("/dashboard", "/dashboard/cases", "/approvals", "/audit"),
    "auditor": ("/audit", "/register", "/records"),
    "admin": ("/admin", "/admin/users", "/admin/systems", "/admin/letters", "/admin/organisation", "/admin/scheduler",
              "/audit"),
}  # fmt: skip
DEEPER = re.compile(r"^/(issues|records|escalations|training|systems|chases|admin/users|follow-up)\b")
SAMPLES = 3
SNAKE = re.compile(r"\b[a-z]{2,}(?:[._][a-z]{2,})+\b")
# An address of a person or a page, a file's name, an address of the web, a command.
NO_CODE = re.compile(r"\S+@\S+|https?://\S+|\S+\.(?:csv|pdf|png|test|org|txt|odt|docx|md)\b|demo-\S+")
BARE = frozenset({
    *issue_rules.WORKFLOW, *record_rules.WORKFLOW, *issue_rules.STATES, *record_rules.STATES, *issue_fields.FIELDS,
    *record_fields.BY_KEY, "system", "record", "public", "internal",
})  # fmt: skip


TEXTS = etree.XPath(
    "//text()[not(parent::script or parent::style or parent::textarea)]"
    " | //@title | //@aria-label | //@placeholder | //@alt"
)
LINKS = etree.XPath("//a/@href[starts-with(., '/')]")


def codes(texts: list[str]) -> Iterator[str]:
    """What in the texts that a reader sees or hears is a code."""
    for text in texts:
        said = NO_CODE.sub("", text).strip()
        yield from SNAKE.findall(said)
        if said.rstrip("（選填）") in BARE:
            yield said


def states(model: type[Issue | Record]) -> set[str]:
    return set(db.session.scalars(select(model.state)))


@pytest.mark.sqlite_only
def test_it_shows_every_stage_and_no_code_and_no_dead_link(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    """One test, since to make the demo takes longest."""
    assert demo.fill(clock.now()) == len(CASES)
    every_stage_and_every_ending_is_shown()
    no_page_shows_a_code_or_a_dead_link(client, login)


def every_stage_and_every_ending_is_shown() -> None:
    assert states(Issue) == set(issue_rules.STATES)
    assert states(Record) == set(record_rules.STATES)
    assert set(db.session.scalars(select(Record.close_code))) - {""} == set(CLOSE_CODES)
    assert db.session.scalar(select(func.count()).where(~Issue.is_demo)) == 0
    assert db.session.scalar(select(func.count()).where(~Record.is_demo)) == 0
    assert (db.session.scalar(select(func.count()).select_from(Chase)) or 0) > 50
    assert list(audit.verify()) == []
    assert set(db.session.scalars(select(Letter.state).where(Letter.channel == "mail"))) == {"kept"}
    person = db.session.scalars(select(Person).where(Person.email == "engineer@demo.test")).one()
    assert passwords.matches(person.password_hash, demo.PASSWORD)


def no_page_shows_a_code_or_a_dead_link(client: FlaskClient, login: Callable) -> None:
    found = {}
    for role, pages in MAIN.items():
        person = db.session.scalars(select(Person).where(Person.email == f"{role}@demo.test")).one()
        login(client, person)
        seen, waiting, samples = set(), [*pages], {}
        while waiting:
            path = waiting.pop(0)
            answer = client.get(path)
            seen.add(path)
            if answer.mimetype != "text/html":
                continue
            if answer.status_code != 200:
                found[f"{role} {path}"] = [f"a dead link: {answer.status_code}"]
                continue
            page = html.document_fromstring(answer.text)
            found |= {f"{role} {path}": sorted(bad)} if (bad := set(codes(TEXTS(page)))) else {}
            for link in (one.partition("#")[0] for one in LINKS(page)):
                kind = re.sub(r"[A-Z]+-\d+-\d+(-R\d+)?|\d+", "#", link.partition("?")[0])
                if DEEPER.match(link) and link not in seen and link not in waiting:
                    samples[kind] = samples.get(kind, 0) + 1
                    waiting += [link] if samples[kind] <= SAMPLES else []
        db.session.rollback()
    assert found == {}
