"""What must always hold of the engine, each a question to the tables: asked hourly, by `doctor` and by tests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import ngettext

from tracker.followups import sound_letters, sound_steps


@dataclass(frozen=True)
class Promise:
    """One promise: the question that answers how often it is broken, and what a breach is called."""

    name: str
    ask: Callable[[datetime], int]
    words: Callable[[int], str]


@dataclass(frozen=True)
class Breach:
    """A promise that does not hold, and how often."""

    name: str
    count: int

    def __str__(self) -> str:
        return BY_NAME[self.name].words(self.count)


PROMISES = (
    Promise("late", sound_steps.late, lambda n: ngettext(
        "%(num)s step is due and was not taken", "%(num)s steps are due and were not taken", n)),
    Promise("unclocked", sound_steps.unclocked, lambda n: ngettext(
        "%(num)s open issue has no deadline", "%(num)s open issues have no deadline", n)),
    Promise("unarmed", sound_steps.unarmed, lambda n: ngettext(
        "%(num)s clock runs and no step is armed for it", "%(num)s clocks run and no step is armed for them", n)),
    Promise("ahead", sound_steps.ahead, lambda n: ngettext(
        "%(num)s scheduler's clock runs ahead", "%(num)s schedulers' clocks run ahead", n)),
    Promise("unwritten", sound_steps.unwritten, lambda n: ngettext(
        "%(num)s step fired and left no line in the ledger", "%(num)s steps fired and left no line in the ledger", n)),
    Promise("disordered", sound_steps.disordered, lambda n: ngettext(
        "%(num)s chase came out of its order", "%(num)s chases came out of their order", n)),
    Promise("misplaced", sound_steps.misplaced, lambda n: ngettext(
        "%(num)s chase was about a case that had ended or was paused",
        "%(num)s chases were about cases that had ended or were paused", n)),
    Promise("untold", sound_letters.untold, lambda n: ngettext(
        "%(num)s chase did not ring just the bells it names",
        "%(num)s chases did not ring just the bells they name", n)),
    Promise("lost", sound_letters.lost, lambda n: ngettext(
        "%(num)s letter neither went out nor was given up", "%(num)s letters neither went out nor were given up", n)),
    Promise("overwritten", sound_letters.overwritten, lambda n: ngettext(
        "%(num)s letter was written by a sender that had lost it",
        "%(num)s letters were written by senders that had lost them", n)),
    Promise("crowded", sound_letters.crowded, lambda n: ngettext(
        "%(num)s person got more mails than agreed", "%(num)s people got more mails than agreed", n)),
    Promise("unbundled", sound_letters.unreachable, lambda n: ngettext(
        "%(num)s letter was left behind by its digest", "%(num)s letters were left behind by their digests", n)),
    Promise("passed_over", sound_steps.unreachable, lambda n: ngettext(
        "%(num)s step was passed over for one that never fired",
        "%(num)s steps were passed over for ones that never fired", n)),
    Promise("unaudited", sound_steps.unaudited, lambda n: ngettext(
        "%(num)s change is missing in the audit trail", "%(num)s changes are missing in the audit trail", n)),
    Promise("silent", sound_steps.silent_nodes, lambda n: ngettext(
        "%(num)s scheduler stopped without a word", "%(num)s schedulers stopped without a word", n)),
    Promise("stuck", sound_steps.stuck, lambda n: ngettext(
        "%(num)s step fails again and again", "%(num)s steps fail again and again", n)),
)  # fmt: skip
BY_NAME = {promise.name: promise for promise in PROMISES}


def broken(now: datetime) -> list[Breach]:
    """Each promise that does not hold; empty when all is well.  Counts go up to a thousand."""
    asked = ((promise.name, promise.ask(now)) for promise in PROMISES)
    return [Breach(name, count) for name, count in asked if count]
