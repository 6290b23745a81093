"""The administrators' start page: what is left to set up, backups, letters, tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from tracker import addresses, clock
from tracker.accounts import actions, directory, queries
from tracker.accounts.models import Person, Token
from tracker.accounts.rules import SUPERVISOR
from tracker.accounts.views.ground import bp
from tracker.accounts.words import LETTER_TONES, LETTER_WORDS, SCOPE_WORDS
from tracker.db import db, first_or_404
from tracker.duty import queries as duty
from tracker.exports import keeping
from tracker.outbox import retry
from tracker.outbox.models import Letter
from tracker.outbox.rules import SECURITY, STATES, TITLE_MARK
from tracker.systems.queries import known_systems
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import to
from tracker.web.paths import base_url

PAGE = 50


@dataclass(frozen=True)
class Task:
    """One thing to set up: whether it is done, where, and why it matters; `open` is what of it may be answered anew."""

    done: bool
    label: str
    href: str
    why: str
    open: str = ""


@bp.get("/admin")
@signed_in("admin")
def admin() -> Answer:
    made = "backup" in request.args
    return render_template(
        "admin/home.html", tasks=_tasks(), last_backup=keeping.last_backup(), made=made,
        rotas_offered=duty.are_offered(clock.now()),
    )  # fmt: skip


def _tasks() -> list[Task]:
    settings, systems, now = queries.organisation(), known_systems(), clock.now()
    facts = (settings.public_body, settings.critical_provider, settings.finance_or_health, settings.eu)
    unsure = facts.count("unknown")
    people = db.session.scalars(queries.people().limit(2)).all()
    contacts = settings.privacy_contact_id and settings.security_contact_id
    config = current_app.config["TRACKER"]
    return [
        Task(
            bool(settings.name), _("Name the organisation"), "/admin/organisation",
            _("It stands on pages and records."),
        ),
        Task(
            # The form that asks for the name asks these too, and “not sure” is an answer.
            bool(settings.name), _("Answer the four questions about the organisation"), "/admin/organisation#laws",
            _("They decide which statutory times run."),
            ngettext("%(num)s is answered “Not sure”: change it once you know.",
                     "%(num)s are answered “Not sure”: change them once you know.", unsure) if unsure else "",
        ),
        Task(bool(systems), _("Add the AI systems"), "/admin/systems", _("Reports name one of them.")),
        Task(
            bool(systems) and all(one.versions for one in systems), _("Give each system a version and a guide"),
            "/admin/systems", _("So that users find what it does and what it must not be used for."),
        ),
        Task(len(people) > 1, _("Add the colleagues"), "/admin/users", _("One by one or from a CSV file.")),
        Task(
            bool(queries.people_with(SUPERVISOR, at=now)), _("Say who supervises"), "/admin/users?role=supervisor",
            _("Somebody must take in what is reported."),
        ),
        Task(
            bool(contacts), _("Name the contacts for personal data and security"), "/admin/organisation",
            _("They are told at once when a report concerns them."),
        ),
        Task(
            any(one.address_checked == base_url() for one in systems) and not addresses.is_local(base_url()),
            _("Open a poster's address with a phone"), "/systems", _("So that the QR codes on the wall work."),
        ),
        Task(
            bool(config.smtp_url), _("Set a mail server, if there is one"), "/admin/letters",
            _("Without one everything reaches people by start page, bell and printed list."),
        ),
    ]  # fmt: skip


@bp.post("/admin/backup")
@signed_in("admin")
def backup() -> Answer:
    # A backup takes its time, in which this request must not hold the write lock.
    db.session.commit()
    keeping.make(clock.now())
    return to("/admin?backup=done#backups")


@bp.get("/admin/letters")
@signed_in("admin")
def letters() -> Answer:
    state = request.args.get("state", "")
    wanted = select(Letter).where(Letter.kind.not_like(SECURITY + "%")).order_by(Letter.id.desc())
    if state in STATES:
        wanted = wanted.where(Letter.state == state)
    before = request.args.get("before", type=int)
    if before is not None:
        wanted = wanted.where(Letter.id < before)
    found = db.session.scalars(wanted.limit(PAGE + 1)).all()
    return render_template(
        "admin/letters.html",
        letters=found[:PAGE],
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        state=state,
        words=LETTER_WORDS,
        tones=LETTER_TONES,
        names=_names(found),
        line=_without_title,
        smtp=bool(current_app.config["TRACKER"].smtp_url),
    )


def _names(found: Sequence[Letter]) -> dict[int, str]:
    """Who the letters without a name of their own are for: bells ring by person."""
    ids = {letter.person_id for letter in found if letter.person_id is not None and not letter.name}
    return {
        key: name
        for key, name in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    }


def _without_title(line: str) -> str:
    """What a letter is about; the title of the case is for those who may open it."""
    return line.partition(TITLE_MARK)[0]


@bp.post("/admin/letters/<int:letter_id>/retry")
@signed_in("admin")
def retry_letter(letter_id: int) -> Answer:
    retry(letter_id, at=clock.now())
    db.session.commit()
    return to("/admin/letters?state=dead")


@bp.get("/admin/tokens")
@signed_in("admin")
def tokens() -> Answer:
    rows: Any = directory.tokens_of()
    return render_template("admin/tokens.html", rows=rows, scopes=SCOPE_WORDS)


@bp.post("/admin/tokens/<int:token_id>/revoke")
@signed_in("admin")
def revoke_token(token_id: int) -> Answer:
    token = first_or_404(select(Token).where(Token.id == token_id))
    actions.revoke_token(token, by=current_actor(), at=clock.now())
    db.session.commit()
    return to("/admin/tokens")
