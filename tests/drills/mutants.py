"""The guards of the engine, each as the text that is taken away and the tests that must then fail."""

from typing import NamedTuple


class Mutant(NamedTuple):
    """In `file`, `old` becomes `new`; one of `tests` must notice: any of a file, or the one that is named."""

    name: str
    file: str
    old: str
    new: str
    tests: str


GUARDS = "tests/followups/test_guards.py"
KEYS = "tests/followups/test_keys.py"
TICK = "tests/followups/test_tick.py"
FIRING, BATCH = "tracker/followups/firing.py", "tracker/followups/batch.py"
DELIVERY, SETTLING = "tracker/outbox/delivery.py", "tracker/outbox/settling.py"
JOBS, CLOCKS = "tracker/followups/jobs.py", "tracker/followups/clocks.py"
FIRST = "migrations/versions/0001_first.py"
DROPS = "    )  # fmt: skip\n    db.session.execute(\n        armed"
STEP_KEY = "".join(f'            "{column}",\n' for column in ("clock", "epoch", "step", "occurrence"))

MUTANTS = (
    Mutant("due", CLOCKS, "and_(ARMED, Obligation.due_at.between(first, last))", "and_(ARMED)", GUARDS),
    Mutant("armed", CLOCKS, "and_(ARMED, Obligation.due_at.between(", "and_(Obligation.due_at.between(", TICK),
    Mutant("wait", BATCH, "or_(Obligation.wait_until.is_(None), Obligation.wait_until <= now)", "True", GUARDS),
    Mutant("epoch", FIRING, " or clock.epoch != step.epoch:", ":", GUARDS),
    Mutant("ended", FIRING, "clock is None or clock.ended_at is not None or", "clock is None or", GUARDS),
    Mutant("paused", FIRING, "if clock.paused_since is not None:", "if False:", GUARDS),
    Mutant("changed", BATCH, "batch.changed = _changed(batch)", "batch.changed = set()", TICK),
    Mutant(
        "busy", BATCH, "batch.busy = _busy(keys - set(batch.subjects), parts)", "batch.busy = set()",
        "tests/followups/test_race.py",
    ),
    Mutant("drop", CLOCKS, f"        ARMED,\n{DROPS}", DROPS, GUARDS),
    Mutant("behind", JOBS, "fired = 0 if behind else _work(now, held)", "fired = _work(now, held)", GUARDS),
    Mutant("held", JOBS, "if held or not (due or taken):", "if not (due or taken):",
           "tests/followups/test_restore.py"),
    Mutant("hour", "tracker/followups/alarms.py", "update(Instance).where(due)", "update(Instance)",
           "tests/followups/test_alarms.py"),
    Mutant("claimable", DELIVERY, ".where(Letter.id.in_(ids), Letter.state.in_(rules.DUE_STATES))",
           ".where(Letter.id.in_(ids))", GUARDS),
    Mutant("fence grows", DELIVERY, "fence=Letter.fence + 1,", "fence=Letter.fence,", GUARDS),
    Mutant("fence", DELIVERY, "return Letter.fence == claim.fence, Letter.state == rules.CLAIMED",
           "return (Letter.state == rules.CLAIMED,)", GUARDS),
    Mutant("claimed", DELIVERY, "return Letter.fence == claim.fence, Letter.state == rules.CLAIMED",
           "return (Letter.fence == claim.fence,)", GUARDS),
    Mutant("laid out", DELIVERY, "select(Letter).where(Letter.id == claim.letter_id, *held(claim))",
           "select(Letter).where(Letter.id == claim.letter_id)",
           f"{GUARDS}::test_a_letter_is_not_laid_out_for_who_has_lost_it"),
    Mutant("settled", SETTLING, "update(Letter).where(Letter.id == claim.letter_id, *held(claim))",
           "update(Letter).where(Letter.id == claim.letter_id)", GUARDS),
    Mutant("lease", SETTLING, "where(CLAIMED, Letter.lease_until < now)", "where(CLAIMED)", GUARDS),
    Mutant("next try", DELIVERY, "return WAITING, Letter.next_try <= now", "return WAITING, Letter.id > 0", GUARDS),
    Mutant("called back", "tracker/outbox/actions.py", "update(Letter).where(which, still).values(",
           "update(Letter).where(which).values(", GUARDS),
    Mutant("dead", "tracker/outbox/actions.py", "update(Letter).where(Letter.state == rules.DEAD, ",
           "update(Letter).where(", GUARDS),
    Mutant("line", SETTLING, "bundled = (Letter.digest_id == digest_id, Letter.state.in_(rules.DUE_STATES))",
           "bundled = (Letter.digest_id == digest_id,)", GUARDS),
    Mutant("storm", "tracker/outbox/jobs.py", "only_exempt=storm)", "only_exempt=False)",
           "tests/outbox/test_breaker.py"),
    Mutant("caps alone", DELIVERY, "    if not _alone_with(recipient):\n        return []\n", "",
           "tests/outbox/test_caps.py::test_while_another_node_looks_at_the_caps_of_one_person_this_one_takes_"
           "nothing_for_them"),
    Mutant("key of a letter", FIRST,
           '        sa.UniqueConstraint("idem_key", name=op.f("uq_letter_idem_key")),\n', "", KEYS),
    Mutant("key of a chase", FIRST,
           '        sa.UniqueConstraint("obligation_id", name=op.f("uq_chase_obligation_id")),\n', "", KEYS),
    Mutant("key of a clock", FIRST, 'name=op.f("uq_clock_subject_kind_subject_id_name")',
           '"epoch", name=op.f("uq_clock_subject_kind_subject_id_name")', KEYS),
    Mutant("key of a step", FIRST, STEP_KEY, f'{STEP_KEY}            "state",\n', KEYS),
)  # fmt: skip
