"""Why a need is not met, where its name alone does not say what to do."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_pgettext as _w

from tracker.records import rules
from tracker.records.known import Facts

# What a proof still lacks, by the code of `rules.unproved`.
UNPROVED_WORDS: Mapping[str, Any] = {
    "kind": _w("need", "choose how it was proved, and write what came out"),
    "same_cases": _w("need", "there are test cases, so the same ones have to run before and after"),
    "failed_before": _w("need", "no run before the correction in which a case failed"),
    "all_pass": _w("need", "since it was last sent to be corrected, no run in which every case passed"),
    "steps": _w("need", "steps, before and after have to be written"),
    "both": _w("need", "before and after have to be written"),
    "after": _w("need", "after has to be written"),
    "waiver": _w("need", "the manager’s reason is missing"),
}


def reasons(lacks: Collection[str], facts: Callable[[], Facts]) -> dict[str, str]:
    """For each of these keys that needs it, a few words more; the facts are only asked for then."""
    explained = [key for key in lacks if key in EXPLAINED]
    known = facts() if explained else None
    return {key: EXPLAINED[key](known) for key in explained if known is not None}


def _unanswered(facts: Facts) -> str:
    return _(
        "asks so far: %(asks)s, working days: %(days)s; "
        "goes on once everybody has answered, or after %(most)s asks over %(all)s working days without an answer",
        asks=facts.unanswered_asks, days=facts.ask_days, most=rules.ASKS_BEFORE_REVIEW, all=rules.ASK_DAYS,
    )  # fmt: skip


def _verifier(facts: Facts) -> str:
    return _("whoever corrected the fault does not verify it; somebody else does")


def _whys(facts: Facts) -> str:
    return _("%(n)s of %(all)s written", n=facts.five_whys, all=rules.WHYS)


EXPLAINED: Mapping[str, Callable[[Facts], str]] = {
    "proof": lambda facts: str(UNPROVED_WORDS[rules.unproved(facts)]),
    "user_confirmed": _unanswered,
    "verified_by": _verifier,
    "five_whys": _whys,
}
