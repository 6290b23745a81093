"""The verbs of needs: decide, and take a decision back together with the answer that told of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from tracker import audit, outbox
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.issues import actions as issues
from tracker.issues import fields, letters, mentioning, parties
from tracker.issues import queries as issue_queries
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue
from tracker.needs import queries, rules, words
from tracker.needs.models import NeedDecision

OWNER = "owner"
_TELLS = ("issue.answer", "issue.say")


def decide(issue: Issue, wanted: Mapping[str, Any], *, by: Actor, at: datetime) -> NeedDecision:
    """Decide what becomes of a need, and tell the reporter: `issue_kind`, `decision`, `theme`, `owner` (an id),
    `again_at`, `reason`.

    Where nobody has answered yet the reason is the answer; later it is a message.  Raises NotAllowed, WrongState
    (merged, withdrawn), DomainError naming each wrong field.
    """
    if not rules.may_decide(issue_queries.relations(by, issue)):
        raise NotAllowed(_("Only a supervisor can do this."))
    if issue.state in (issue_rules.MERGED, issue_rules.WITHDRAWN):
        raise WrongState(act="decide_need")
    given = read(wanted, at)
    owner = _owner(given["owner"], issue, at)
    before = queries.current(issue)
    seq = _tell(issue, given, by=by, at=at)
    if before is not None:
        before.current = False
        db.session.flush()
    made = NeedDecision(
        issue_id=issue.id, decision=given["decision"], theme=given["theme"], reason=given["reason"],
        owner_id=owner.id if owner else None, again_at=given["again_at"], by_id=by.person_id, by_name=by.name, at=at,
        told_seq=seq,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _hand_on(issue, before, made, owner, by=by, at=at)
    audit.record(
        "issue.decide_need", issue, by=by, at=at, texts={"note": made.reason},
        after={"need_decision": made.decision, "need_theme": made.theme, "owner_id": made.owner_id,
               "again_at": made.again_at},
    )  # fmt: skip
    return made


def taken_back(issue: Issue, seq: int, *, at: datetime) -> None:
    """The act that told the reporter was undone: what was decided before holds again."""
    told = select(NeedDecision).where(NeedDecision.issue_id == issue.id, NeedDecision.told_seq == seq)
    gone = db.session.scalars(told).first()
    if gone is None:
        return
    outbox.cancel(cause=(issue.kind_name, issue.id, "issue.need_owner", gone.id), at=at)
    was_current, gone.current, gone.taken_back_at = gone.current, False, at
    db.session.flush()
    before = queries.before(gone)
    if was_current and before is not None:
        before.current = True
    if was_current:
        _leave(issue, gone.owner_id, at)
        if before is not None and before.owner_id is not None:
            parties.join(issue, OWNER, at=at, person_id=before.owner_id)


def read(wanted: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Each field as it is kept; DomainError names those that are missing or wrong."""
    known: dict[str, Callable[[Any], Any]] = {
        "issue_kind": fields.choice(*rules.KINDS),
        "decision": fields.choice(*rules.DECISIONS),
        "theme": fields.choice(*rules.THEMES),
        "owner": fields.line,
        "again_at": fields.deadline,
        "reason": fields.clean,
    }
    given = fields.read({key: wanted.get(key) or "" for key in known}, known)
    wrong = {}
    if not given["reason"]:
        wrong["reason"] = _("Give the reason; the reporter reads it.")
    if given["decision"] == rules.LATER:
        if given["again_at"] is None or given["again_at"] <= at:
            wrong["again_at"] = _("Give a day to come on which it is looked at again.")
    else:
        given["again_at"] = None
    if wrong:
        raise DomainError(next(iter(wrong.values())), fields=wrong)
    return given


def _owner(given: str, issue: Issue, at: datetime) -> Person | None:
    if not given:
        return None
    able = {one.id for one in mentioning.colleagues(issue, at)}
    if not given.isdecimal() or len(given) > 9 or int(given) not in able:
        text = _("Choose somebody of the list.")
        raise DomainError(text, fields={"owner": text})
    return db.session.get_one(Person, int(given))


def _tell(issue: Issue, given: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Answer the issue, or write where it has been answered; the number of the act in its trail."""
    with force_locale(letters.locale_of(issue.reporter) if issue.reporter else letters.own_locale()):
        said = f"{words.TOLD_WORDS[given['decision']]}\n\n{given['reason']}"
    if issue.state in issue_rules.BEFORE_ANSWER:
        answer = {"issue_kind": given["issue_kind"], "proposed_solution": said}
        issues.carry_out(issue, "answer", by=by, at=at, fields=answer)
    else:
        issues.save(issue, {"issue_kind": given["issue_kind"]}, by=by, at=at)
        issues.say(issue, said, visibility="public", by=by, at=at)
    mine = (Entry.subject_kind == issue.kind_name, Entry.subject_id == issue.id, Entry.action.in_(_TELLS))
    return int(db.session.scalar(select(func.max(Entry.seq)).where(*mine)) or 0)


def _hand_on(
    issue: Issue, before: NeedDecision | None, made: NeedDecision, owner: Person | None, *, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Who sees to it takes part in the case from now on, and hears of it; who did before no longer."""
    had = before.owner_id if before is not None else None
    if had == made.owner_id:
        return
    _leave(issue, had, at)
    if owner is None or owner.id == issue.reporter_id:
        return
    if not issue_queries.works_on(people.actor_of(owner, at=at), issue):
        parties.join(issue, OWNER, at=at, person_id=owner.id)
    letters.tell_staff(issue, owner, "need_owner", cause=made.id, by=by, at=at)


def _leave(issue: Issue, person_id: int | None, at: datetime) -> None:
    if person_id is not None:
        parties.leave(issue, (OWNER,), at=at, person_id=person_id)
