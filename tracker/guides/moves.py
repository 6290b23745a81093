"""The moves of answers and known issues, once: what pages and calls carry out, and when each is open.

Each is for those who write the guide; what else stops one is said by its verb.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.rules import Actor
from tracker.errors import DomainError, WrongState
from tracker.guides import articles, asking, known, queries, rules, withdrawing
from tracker.guides.models import Article, KnownIssue
from tracker.guides.withdrawing import need_writer

Opens = Callable[[Any, Actor, datetime], bool]


@dataclass(frozen=True)
class Move:
    """`act` is the verb, `opens` whether a writer may carry it out now; `takes` is what may be sent along."""

    act: Callable[..., Any]
    opens: Opens
    takes: tuple[str, ...] = ()


def _when(holds: Callable[[Any], bool]) -> Opens:
    return lambda guide, by, at: holds(guide)


def _at(*stages: str) -> Opens:
    return lambda guide, by, at: guide.stage in stages


_always = _when(lambda guide: True)
_shown = _when(lambda guide: guide.withdrawn_at is None)
_gone = _when(lambda guide: guide.withdrawn_at is not None)
ANSWER: Mapping[str, Move] = {
    "ask": Move(asking.ask, lambda one, by, at: bool(asking.asked(one, by, at))),
    "review": Move(articles.review, articles.waits_for, takes=("seen", "reason")),
    "publish": Move(articles.publish, _when(articles.is_ready)),
    "check": Move(articles.still_right, _when(lambda one: one.found_by is not None)),
    "withdraw": Move(withdrawing.withdraw, _shown),
    "restore": Move(withdrawing.restore, _gone),
}
KNOWN: Mapping[str, Move] = {
    "publish": Move(known.publish, _at(rules.DRAFT)),
    "solve": Move(known.solve, _at(rules.OPEN), takes=("solution_zh", "solution_en")),
    "reopen": Move(known.reopen, _at(rules.SOLVED)),
    "link": Move(known.link, _always, takes=("number",)),
    "unlink": Move(known.unlink, _always, takes=("number",)),
    "withdraw": Move(withdrawing.withdraw, _shown),
    "restore": Move(withdrawing.restore, _gone),
}


def of(guide: Article | KnownIssue) -> Mapping[str, Move]:
    """The table of this guide's moves."""
    return ANSWER if isinstance(guide, Article) else KNOWN


def open_moves(guide: Article | KnownIssue, *, by: Actor, at: datetime) -> list[str]:
    """The moves that this actor may carry out now, in the table's order."""
    if not queries.writes(by, guide.system_id):
        return []
    return [verb for verb, move in of(guide).items() if move.opens(guide, by, at)]


def carry_out(
    guide: Article | KnownIssue, verb: str, given: Mapping[str, str] | None = None, *, by: Actor, at: datetime
) -> Any:
    """What the verb answers.  Raises NotAllowed, WrongState, or DomainError naming the fields; never commits."""
    need_writer(guide.kind_name, by, guide.system_id)
    move, given = of(guide).get(verb), given or {}
    if move is None:
        raise WrongState(act=verb)
    unknown = [key for key in given if key not in move.takes]
    if unknown:
        raise DomainError(fields=dict.fromkeys(unknown, _("There is no such field.")))
    return move.act(guide, **given, by=by, at=at)
