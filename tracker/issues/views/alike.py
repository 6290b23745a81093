"""相似的問題: what speaks of the same, what it probably is, and whether a closed case has come back."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, NotFound
from tracker.followups import actions as followups
from tracker.issues import actions, proposals, queries, rules, similar, undoing, words
from tracker.issues.models import Issue, IssueRecord, ProposalRate
from tracker.issues.proposals import Proposal, Vote
from tracker.issues.similar import MOST, Alike
from tracker.issues.views import bp
from tracker.issues.views.loading import back_to, inbox_behind, issue_of
from tracker.records import queries as records
from tracker.records import rules as record_rules
from tracker.records import wordlists
from tracker.records.models import Record
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.filters import SEVERITY_LOOK
from tracker.web.pages import told
from tracker.workflow import SUPERVISOR


@bp.get("/issues/<number>/similar")
@signed_in()
def similar_issues(number: str) -> Answer:
    actor = current_actor()
    found = issue_of(number, actor)
    if not queries.works_on(actor, found):
        raise NotFound()
    neighbours = similar.alike(found, actor, most=proposals.NEIGHBOURS)
    of_each = _records(neighbours)
    return render_template(
        "issues/alike.html", issue=found, alike=neighbours[:MOST], here=f"/issues/{found.number}", words=words,
        records=of_each, came_back=_came_back(found, neighbours, of_each), proposed=_proposed(found, neighbours),
        type_=_type(neighbours, of_each), said=_said, type_words=wordlists.words_of("anomaly_type"),
        writes=SUPERVISOR in queries.relations(actor, found), back=inbox_behind(),
    )  # fmt: skip


def _records(neighbours: Sequence[Alike]) -> Mapping[int, Record]:
    """The newest record of each neighbour that has one which the actor may see."""
    ids = [one.issue.id for one in neighbours]
    pairs = select(IssueRecord.issue_id, IssueRecord.record_number).where(IssueRecord.issue_id.in_(ids))
    number_of = db.session.execute(pairs).all()
    if not number_of:
        return {}
    seen = records.visible(current_actor()).where(Record.number.in_([number for _id, number in number_of]))
    by_number = {one.number: one for one in db.session.scalars(seen)}
    own = [(issue_id, by_number[number]) for issue_id, number in number_of if number in by_number]
    return dict(sorted(own, key=lambda pair: pair[1].id))


def _came_back(
    issue: Issue, neighbours: Sequence[Alike], of_each: Mapping[int, Record]
) -> list[tuple[Record, Alike]]:
    """Closed records of the same system whose fault this may be once more; an open one is a case to join."""
    if issue.state not in rules.BEFORE_ANSWER:
        return []
    near = [one for one in neighbours if one.same_system and one.issue.id in of_each]
    ended = (record_rules.CLOSED, record_rules.WATCHING)
    found = {of_each[one.issue.id]: one for one in reversed(near) if of_each[one.issue.id].state in ended}
    return list(found.items())[:2]


def _proposed(issue: Issue, neighbours: Sequence[Alike]) -> list[Proposal]:
    return proposals.proposals(issue, neighbours) if issue.is_open else []


def _type(neighbours: Sequence[Alike], of_each: Mapping[int, Record]) -> Proposal | None:
    """The anomaly type that the records of the neighbours were given, for whoever classifies."""
    near = [one for one in neighbours if one.issue.id in of_each]
    votes = [Vote(of_each[one.issue.id].anomaly_type, one.score, one.issue.number) for one in near]
    return proposals.elected("anomaly_type", votes)


def _said(proposal: Proposal) -> str:
    """A proposed value in words."""
    if proposal.field == "issue_kind":
        return str(words.KIND_WORDS[proposal.value])
    return f"{proposal.value} {SEVERITY_LOOK[proposal.value]['word']}"


@bp.post("/issues/<number>/adopt")
@signed_in("supervisor")
def adopt(number: str) -> Answer:
    """Take a proposal over: the same as choosing the value under 編輯."""
    actor, at = current_actor(), clock.now()
    found = issue_of(number, actor)
    field, value = request.form.get("field", ""), request.form.get("value", "")
    if SUPERVISOR not in queries.relations(actor, found):
        raise NotAllowed(_("Only a supervisor changes what stands in an issue."))
    if field not in proposals.DECIDED:
        raise DomainError(_("Nothing is proposed for this field."))
    if proposals.DECIDED[field](found):
        raise DomainError(_("Somebody has decided this meanwhile. Nothing was changed."))
    actions.save(found, {field: value}, by=actor, at=at)
    followups.rearm_now("issue", found.id, at)
    db.session.commit()
    told(_("Taken over. You can change it under “Edit”."), undo=f"/issues/{found.number}/adopt/{field}/undo")
    return redirect(back_to(url_for(".issue", number=found.number)), 303)


@bp.post("/issues/<number>/adopt/<any(issue_kind,severity):field>/undo")
@signed_in("supervisor")
def give_back(number: str, field: str) -> Answer:
    """The field is undecided again, as it was before its proposal was taken over."""
    actor, at = current_actor(), clock.now()
    found = issue_of(number, actor)
    undoing.undecide(found, field, by=actor, at=at)
    followups.rearm_now("issue", found.id, at)
    db.session.commit()
    flash(_("%(number)s: undone.", number=found.number), "ok")
    return redirect(back_to(url_for(".issue", number=found.number)), 303)


@bp.get("/admin/proposals")
@signed_in("admin")
def proposal_rates() -> Answer:
    """How often proposals met what people decided."""
    rates = db.session.scalars(select(ProposalRate).order_by(ProposalRate.field)).all()
    return render_template("issues/proposals.html", rates=rates, words=words, on=proposals.MEASURED_ON)
