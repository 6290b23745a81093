"""The words of clocks, steps, outcomes and reasons; the sentences that say what happens next and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import format_datetime, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.decisions.rules import MAY_MOVE
from tracker.followups import fixed, ladder, wants
from tracker.followups.ladder import Want
from tracker.followups.models import Clock
from tracker.followups.subjects import Subject
from tracker.followups.todo import Line
from tracker.policies import rules as policy
from tracker.policies import words as policies
from tracker.policies.rules import HOUR, Rule
from tracker.records.holding import written
from tracker.statutory import words as law

CLOCK_WORDS = {
    **policies.CLOCK_WORDS,
    "inspection": _l("Inspection"),
    "opinion": _l("Opinion asked"),
    "decide": _l("A manager's decision"),
    "elsewhere": _l("A ticket that is done elsewhere"),
    "accepted": _l("End of the accepted risk"),
    "statutory": _l("Statutory deadline"),
    "statutory_facts": _l("A fact that a statutory deadline hangs on"),
}
# Of a sign-off what is left of it once the supervisor has signed.
LEFT_WORDS = {"manager": _l("The manager's sign-off"), "watch": _l("Start watching the effect")}
STEP_WORDS = {
    "due_soon": _l("Due soon"),
    "overdue": _l("Overdue"),
    "still_overdue": _l("Still overdue"),
    "to_supervisor": _l("Overdue, supervisors told"),
    "to_manager": _l("Overdue, managers told"),
    "raised": _l("Raised to the next level"),
    "reassigned": _l("Given to somebody else"),
    "weekly": _l("Still open, told again"),
    "remind": _l("User asked again"),
    "close_unanswered": _l("Went on without an answer"),
    "no_answer": _l("No answer from the user"),
    "lapse": _l("The date has passed"),
    "tell": _l("Urgent notice"),
    "by_hand": _l("Chased by hand"),
}
# The same steps while they are still ahead.
AHEAD_WORDS = {
    **STEP_WORDS,
    "due_soon": _l("reminder before it is due"),
    "overdue": _l("reminder that it is due"),
    "still_overdue": _l("second reminder"),
    "to_supervisor": _l("supervisors are told"),
    "to_manager": _l("managers are told"),
    "raised": _l("it goes to the next level"),
    "reassigned": _l("it goes to somebody else"),
    "weekly": _l("told again if it is still open"),
    "remind": _l("the user is asked again"),
    "close_unanswered": _l("it goes on without an answer"),
    "no_answer": _l("told if the user has not answered"),
    "lapse": _l("asked anew once the date has passed"),
}
# What the system does where nobody answered, by its own words in the ledger: done, and while it is still ahead.
UNANSWERED_WORDS = {
    "close": (_l("Closed without an answer"), _l("it closes without an answer")),
    "review": (_l("To sign-off without an answer"), _l("the record goes to sign-off without an answer")),
    "refused": (STEP_WORDS["no_answer"], AHEAD_WORDS["no_answer"]),
}
ROLE_WORDS = {
    "owner": _l("who owes it"),
    "supervisors": _l("supervisor"),
    "managers": _l("manager"),
    "reporter": _l("the user who reported"),
    "on_duty": _l("engineer on duty"),
    "safety": _l("privacy or security contact"),
    "contact": _l("outside contact"),
}
OUTCOME_WORDS = {
    "": _l("waiting"),
    "restarted": _l("something happened"),
    "paused": _l("paused"),
    "ended": _l("done"),
}
PAUSE_WORDS = {
    "user": _l("waiting for the user"),
    "held": _l("on hold"),
    "accepted": _l("the risk was accepted"),
}
# What a scheduler complains of in its heartbeat.
NODE_WORDS = {
    "clock behind": _l("its clock stands behind the last tick: nothing is chased until it has caught up"),
    "held": _l("a restored copy is held back"),
}
REASON_WORDS = {
    "other epoch": _l("the clock has started anew"),
    "paused": _l("the clock is paused"),
    "restarted": _l("the clock has started anew"),
    "ended": _l("the work is done"),
    "gone": _l("the case is gone"),
    "not in the plan": _l("the plan has changed"),
    "nobody entitled": _l("nobody who may see the case is left"),
    "restored": _l("sent before the restored copy was made"),
}
# What the one who owes it does next: a letter says it, so does the page.
TODO_WORDS = {
    "urgent": _l("Open the case now and decide what must be stopped or told."),
    "first_response": _l("Write to the user: ask, answer, or say when they will hear from you."),
    "next_update": _l("Say how it is going, even if there is nothing new."),
    "user_answer": _l("Call the user, or confirm the need without their answer."),
    "assign": _l("Complete what is missing and report it to the engineers."),
    "acknowledge": _l("Take it and give a date, or return it with a reason."),
    "expected": _l("Report the correction, or give a new date."),
    "correct": _l("Report the correction, or say what holds it up."),
    "verify": _l("Check the correction and write down the proof."),
    "confirm": _l("Ask whether it is solved, or move the record to sign-off."),
    "signoff": _l("Read the record and sign it, or send it back; once it is signed, start the watch."),
    "effect_check": _l("Look whether the fault came back and write it down."),
    "close": _l("Close the record, or reissue it."),
    "hold": _l("Ask those we wait for, then resume the record or hold it longer."),
    "action": _l("Carry out the action and write down its proof."),
    "opinion": _l("Answer the question; the record shows what you say."),
    "inspection": _l("Go through the checklist and write down what you find."),
    "elsewhere": _l(
        "Look whether it holds here, report the correction, or say on the ticket that you have looked."
    ),
    "decide": _l("Decide: more time, somebody else, suspend the system, or accept the risk."),
    "accepted": _l("Decide anew: chasing comes again when the date has passed."),
    "statutory": _l("Send what the law asks for and note it, or say why it does not apply."),
    "statutory_facts": _l(
        "Find out and note it; without an answer the stricter deadline starts after a day."
    ),
}
DECIDES = frozenset({fixed.DECIDE, fixed.ACCEPTED})


def todo(line: Line) -> Any:
    """What the reader does next: who reported answers, who sent it outside asks there."""
    if line.users:
        return _("Answer our question, or tell us whether it is solved.")
    if line.outside:
        return _("Ask %(name)s how it stands, or enter their answer for them.", name=line.outside)
    return TODO_WORDS[line.clock.name]


def step_words(step: str, did: str = "", *, ahead: bool = False) -> Any:
    """What a step is called; one at which the system acts itself by what it `did`, or would do."""
    if step == fixed.CLOSE_UNANSWERED and did in UNANSWERED_WORDS:
        return UNANSWERED_WORDS[did][ahead]
    return (AHEAD_WORDS if ahead else STEP_WORDS)[step]


def whom(to: Iterable[str], clock: str, subject: Subject, left: str = "") -> list[str]:
    """Whom a step tells, as it stands, each once: the name of who owes it, the others by what they are."""
    owner = str(ROLE_WORDS["managers"]) if left == "manager" else owner_name(clock, subject)
    named = {policy.OWNER: owner, policy.REPORTER: str(ROLE_WORDS["reporter"])}
    return list(dict.fromkeys(named.get(role) or str(ROLE_WORDS[role]) for role in to))


def owner_name(clock: str, subject: Subject) -> str:
    """The name of who owes the work of this clock, or "supervisors" where it is no one person."""
    escalation, record = subject.escalation, subject.record
    if clock in DECIDES:
        return _("managers")
    if escalation is not None:
        if escalation.to_rota is not None and escalation.acknowledged_at is None:
            return escalation.to_rota.name
        return escalation.addressee
    if subject.opinion is not None:
        return subject.opinion.addressee
    if clock == policy.HOLD and record is not None and record.hold_liaison is not None:
        return record.hold_liaison.name
    if record is not None and record.owner is not None:
        return record.owner.name
    return subject.about.assignee.name if subject.about.assignee is not None else _("supervisors")


def clock_words(clock: str, subject: Subject) -> str:
    """What a clock of this subject is called; a statutory one by its rule as well."""
    if subject.statutory is None:
        return str(CLOCK_WORDS[clock])
    return _("%(clock)s “%(rule)s”", clock=CLOCK_WORDS[clock], rule=law.title(subject.statutory.rule))


def who_moves(clock: str) -> str:
    """Who may agree on another date for this clock, in words."""
    return listed(ROLE_WORDS[role + "s"] for role in MAY_MOVE[clock])


def when(instant: datetime | None) -> str:
    """As pages and letters write it, in the reader's language, zone and way to count years; nothing for None."""
    return written(instant) if instant is not None else ""


def listed(names: Iterable[object]) -> str:
    """Names one after the other, parted as the reader's language does."""
    locale = get_locale()
    return ("、" if locale is not None and locale.language == "zh" else ", ").join(
        str(name) for name in names
    )


def next_words(step: str, called: object, at: datetime, names: str, did: str = "") -> str:
    """Next: supervisors are told (First response), to 林志偉, on 24 Nov 2026, 09:00."""
    what, at_words = step_words(step, did, ahead=True), when(at)
    if not names:
        return _("Next: %(step)s (%(clock)s), %(when)s", step=what, clock=called, when=at_words)
    return _(
        "Next: %(step)s (%(clock)s), to %(names)s, %(when)s",
        step=what, clock=called, names=names, when=at_words,
    )  # fmt: skip


def why_words(clock: Clock, rule: Rule | None = None) -> str:
    """The arithmetic of a due time: 8 working hours, from Mon 09:00, paused Tue 10:00–13:00 (…), until Tue 18:00."""
    want = wants.read(clock.workings["want"])
    since, due = when(clock.started_at), when(clock.due_at)
    if want.ladder == ladder.NOTICE:
        return _("Told at once, outside quiet hours and digests.")
    if want.ladder == ladder.ASK:
        return _("Asked on %(since)s; without an answer it goes on at %(due)s.", since=since, due=due)
    pauses = _pauses(want)
    if want.until is not None:
        said = [_("Agreed for %(due)s", due=when(want.until)), _("running since %(since)s", since=since)]
        moved = (
            [_("with the pauses until %(due)s", due=due)] if clock.due_at not in (None, want.until) else []
        )
    else:
        said = [_allowed(want, rule, str(clock.workings["severity"])), _("from %(since)s", since=since)]
        moved = [_("until %(due)s", due=due)] if clock.due_at is not None else []
    if clock.paused_since is not None:
        moved = [_("the time goes on when the pause ends")]
    return _comma().join([*said, *pauses, *moved]) + _(".")


def _comma() -> str:
    locale = get_locale()
    return "，" if locale is not None and locale.language == "zh" else ", "


def _allowed(want: Want, rule: Rule | None, severity: str) -> str:
    """1 working day (9 working hours): as the rule says it, and what that means in this office."""
    assert want.allowance is not None
    hours = policies.span(round(want.allowance.total_seconds() / 3600, 2), HOUR)
    given = rule.allowance if rule is not None else None
    if given is None or given.unit == HOUR:
        return hours
    return _("%(days)s (%(hours)s)", days=policies.span(given.of(severity), given.unit), hours=hours)


def _pauses(want: Want) -> list[str]:
    """Each pause: from when to when, and what it waited for."""
    return [
        _(
            "paused %(from)s–%(to)s (%(why)s)",
            **{"from": brief(begins), "to": brief(ends, begins)},
            why=PAUSE_WORDS[why],
        )
        if ends is not None
        else _("paused since %(since)s (%(why)s)", since=brief(begins), why=PAUSE_WORDS[why])
        for (begins, ends), why in sorted(
            zip(want.pauses, ladder.reasons(want), strict=True), key=lambda one: one[0][0]
        )
    ]


def brief(instant: datetime, after: datetime | None = None) -> str:
    """11/24 10:00; the time alone when it is the day of `after`."""
    if after is not None and format_datetime(instant, "yMd") == format_datetime(after, "yMd"):
        return str(format_datetime(instant, "HH:mm"))
    locale = get_locale()
    chinese = locale is not None and locale.language == "zh"
    return str(format_datetime(instant, "M/d HH:mm" if chinese else "d MMM, HH:mm"))
