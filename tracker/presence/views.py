"""The call by which a page tells what its reader does, and hears who else is there."""

from flask import Blueprint, jsonify, request
from flask_babel import gettext as _

from tracker import clock
from tracker.db import db, first_or_404
from tracker.errors import DomainError, NotFound
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.presence import actions, queries, rules
from tracker.records import queries as records
from tracker.records.models import Record
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

bp = Blueprint("presence", __name__)


@bp.post("/presence")
@signed_in(*rules.STAFF)
def beat() -> Answer:
    """`subject` (`issue:` or `record:` and its number), `doing`; answers whether to go on, and who is there."""
    actor, at = current_actor(), clock.now()
    kind, _colon, number = request.form.get("subject", "").partition(":")
    doing = request.form.get("doing", "")
    if doing not in (*rules.DOINGS, rules.GONE):
        raise DomainError(_("This call is made by the pages of cases."))
    subject_id = _subject(kind, number)
    here = queries.here(kind, subject_id, actor, at)
    if here.told:
        assert actor.person_id is not None
        actions.beat(kind, subject_id, actor.person_id, doing, at=at)
        db.session.commit()
    answer = jsonify(told=here.told, others=here.words)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _subject(kind: str, number: str) -> int:
    """The id of a case that the actor works on; NotFound for every other."""
    actor = current_actor()
    if kind == Record.kind_name:
        return first_or_404(
            records.visible(actor).where(Record.number == number).with_only_columns(Record.id)
        )
    if kind != Issue.kind_name:
        raise NotFound()
    issue = first_or_404(issues.by_number(actor, number))
    if not issues.works_on(actor, issue):
        raise NotFound()
    return issue.id


@bp.app_template_global("present")
def present(kind: str, subject_id: int) -> queries.Here:
    """What the pages of cases show: who else is there."""
    return queries.here(kind, subject_id, current_actor(), clock.now())
