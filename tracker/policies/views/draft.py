"""The draft: its rules as sentences, one rule in a form, what it changes, bringing it into force."""

import hashlib
from dataclasses import replace
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.db import db, locked
from tracker.errors import DomainError, NotFound
from tracker.policies import actions, checking, queries, rules, shapes, words
from tracker.policies.forms import ActivateForm, RuleForm, TrialForm, filled
from tracker.policies.models import PolicyDraft
from tracker.policies.rules import Policy, Rule
from tracker.policies.views.ground import activate, bp, names, open_counts, say_activated, sentences
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import done, show, to

PAGE = "/admin/chase/draft"


@bp.route(PAGE, methods=["GET", "POST"])
@signed_in("admin")
def draft() -> Answer:
    """POST begins to write on from a version."""
    if request.method == "POST":
        actions.begin_draft(
            request.form.get("from") or queries.in_force(), by=current_actor(), at=clock.now()
        )
        db.session.commit()
        return to(PAGE)
    row = queries.draft()
    if row is None:
        return to("/admin/chase")
    policy = shapes.read(row.body)
    return render_template(
        "policies/draft.html", row=row, groups=sentences(policy), problems=_problems(policy),
        changes=_changes(policy), in_force=queries.in_force(), clock_words=words.CLOCK_WORDS, trial=TrialForm(),
    )  # fmt: skip


def _problems(policy: Policy) -> list[tuple[int, str, str]]:
    """What is wrong, with the rule it stands in and its clock's word."""
    return [
        (one.rule, str(words.CLOCK_WORDS[policy.rules[one.rule].clock]) if one.rule >= 0 else "",
         words.problem(one.code, one.values))
        for one in checking.problems(policy)
    ]  # fmt: skip


def _changes(policy: Policy) -> list[words.Change]:
    return list(words.difference(queries.policy(queries.in_force()), policy, names()))


def _draft() -> tuple[PolicyDraft, Policy]:
    """The draft, locked where it is written."""
    wanted = select(PolicyDraft).where(PolicyDraft.id == 1)
    row = db.session.scalars(locked(wanted) if request.method == "POST" else wanted).first()
    if row is None:
        raise NotFound()
    return row, shapes.read(row.body)


def _at(policy: Policy, at: int) -> Rule:
    if at >= len(policy.rules):
        raise NotFound()
    return policy.rules[at]


@bp.route("/admin/chase/draft/rules/<int:at>", methods=["GET", "POST"])
@signed_in("admin")
def rule(at: int) -> Answer:
    row, policy = _draft()
    old = _at(policy, at)
    form = _form(old)
    if done(form, lambda: _save(row, policy, at, old, form)):
        flash(_("The rule is in the draft."), "ok")
        return to(f"{PAGE}#rule-{at}")
    return _page(form, old, new=False, at=at)


@bp.route("/admin/chase/draft/rules/<int:at>/except", methods=["GET", "POST"])
@signed_in("admin")
def exception(at: int) -> Answer:
    """A rule above this one, for some of its cases."""
    row, policy = _draft()
    old = _at(policy, at)
    form = _form(old)
    if done(form, lambda: _save(row, policy, at, old, form, new=True)):
        flash(_("The rule is in the draft."), "ok")
        return to(f"{PAGE}#rule-{at}")
    return _page(form, old, new=True, at=at)


def _form(old: Rule) -> RuleForm:
    form = RuleForm(data={**filled(old), "seen": _digest(old)})
    known = names()
    form.offer(known.systems, known.units)
    return form


def _digest(one: Rule) -> str:
    return hashlib.sha256(repr(one).encode()).hexdigest()[:16]


def _page(form: RuleForm, old: Rule, **context: Any) -> Answer:
    return show(
        "policies/rule.html", form, clock=old.clock, word=words.CLOCK_WORDS[old.clock],
        now_reads=words.sentence(old, names()), timed=old.clock in rules.TIMED,
        answering=old.clock == rules.USER_ANSWER, **context,
    )  # fmt: skip


def _save(row: PolicyDraft, policy: Policy, at: int, old: Rule, form: RuleForm, *, new: bool = False) -> None:
    """Put the rule into the draft; refused with what is wrong, or when somebody else changed it meanwhile."""
    if form.seen.data != _digest(old):
        # Both are on the page now: who saves again means it.
        form.seen.data = _digest(old)
        raise DomainError(
            _("Somebody else changed this rule meanwhile. It now reads: %(text)s", text=words.sentence(old, names()))
        )  # fmt: skip
    written = form.rule(old.clock)
    wrong = form.refuse(checking.of_rule(written))
    if new and written.only == old.only:
        form.severities.errors = [*form.severities.errors, _("Say for which cases this exception holds.")]
        wrong = True
    if wrong:
        raise DomainError(_("The rule was not kept; what is wrong stands beside it."))
    kept = list(policy.rules)
    kept[at : at if new else at + 1] = [written]
    if len(kept) > shapes.MOST_RULES:
        raise DomainError(_("A policy has at most %(most)s rules.", most=shapes.MOST_RULES))
    actions.save_draft(row, replace(policy, rules=tuple(kept)), by=current_actor(), at=clock.now())


@bp.post("/admin/chase/draft/rules/<int:at>/delete")
@signed_in("admin")
def delete_rule(at: int) -> Answer:
    """Take an exception away; the rule for all cases stays."""
    row, policy = _draft()
    old = _at(policy, at)
    if _digest(old) != request.form.get("seen", _digest(old)) or old.only.everybody:
        raise DomainError(_("This rule holds for all cases and stays."))
    kept = (*policy.rules[:at], *policy.rules[at + 1 :])
    actions.save_draft(row, replace(policy, rules=kept), by=current_actor(), at=clock.now())
    db.session.commit()
    flash(_("The exception was taken away."), "ok")
    return to(PAGE)


@bp.post("/admin/chase/draft/drop")
@signed_in("admin")
def drop() -> Answer:
    row, _policy = _draft()
    actions.drop_draft(row, by=current_actor(), at=clock.now())
    db.session.commit()
    flash(_("The draft was thrown away; nothing in force has changed."), "ok")
    return to("/admin/chase")


@bp.route("/admin/chase/draft/activate", methods=["GET", "POST"])
@signed_in("admin")
def activate_draft() -> Answer:
    row, policy = _draft()
    form, problems, changes = ActivateForm(), _problems(policy), _changes(policy)
    if not problems and changes and done(form, lambda: _activate(row, policy, form)):
        say_activated(str(queries.versions()[0].number))
        return to("/admin/chase")
    return show(
        "policies/activate.html", form, ref="", changes=changes, counts=open_counts(), problems=problems,
        clock_words=words.CLOCK_WORDS, back=PAGE,
    )  # fmt: skip


def _activate(row: PolicyDraft, policy: Policy, form: ActivateForm) -> None:
    actor, now = current_actor(), clock.now()
    kept = actions.keep(policy, (form.note.data or "").strip(), based_on=row.based_on, by=actor, at=now)
    db.session.delete(row)
    activate(str(kept.number), form)
