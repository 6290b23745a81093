"""A life cycle as a table: moves, who may, what they need.  Buttons, API, diagram and tests read it.  Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.errors import Missing, NotAllowed, WrongState

# Who may move, as a relation of the actor to this one subject, never as a role alone.
REPORTER, SUPERVISOR, ASSIGNEE, MANAGER, SYSTEM = "reporter", "supervisor", "assignee", "manager", "system"


@dataclass(frozen=True)
class Need:
    """One guard: the key of the field (or fact) that fails, and when it holds."""

    key: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True)
class Move:
    """One move of a life cycle.

    starts: states it may start from; ends: the state it leads to, or a function of the facts;
    who: relations that may; needs: guards in the order of the form; takes: fields it accepts;
    asks: those of `takes` that must be filled in the request itself.
    """

    starts: frozenset[str]
    ends: str | Callable[[Any], str]
    who: frozenset[str]
    needs: tuple[Need, ...] = ()
    takes: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


Table = Mapping[str, Move]


def move(
    starts: Collection[str] | str,
    ends: str | Callable[[Any], str],
    who: Collection[str] | str,
    *needs: Need,
    takes: Collection[str] = (),
    asks: Collection[str] = (),
) -> Move:
    """A `Move` written shortly; `asks` are also taken."""
    fields = tuple(dict.fromkeys((*asks, *takes)))
    return Move(_set(starts), ends, _set(who), needs, fields, tuple(asks))


def _set(names: Collection[str] | str) -> frozenset[str]:
    return frozenset({names} if isinstance(names, str) else names)


def missing(step: Move, facts: Any) -> tuple[str, ...]:
    """The keys of the guards that fail, each once, in the table's order."""
    return tuple(dict.fromkeys(need.key for need in step.needs if not need.holds(facts)))


def check(table: Table, verb: str, *, state: str, relations: Collection[str]) -> Move:
    """The move, if these relations may make it from this state.  Role first (NotAllowed), then state (WrongState)."""
    step = allow(table, verb, relations=relations)
    if state not in step.starts:
        raise WrongState(act=verb)
    return step


def allow(table: Table, verb: str, *, relations: Collection[str]) -> Move:
    """The move, if these relations may make it at all; else NotAllowed, whatever came with it."""
    step = table.get(verb)
    if step is None:
        raise WrongState(act=verb)
    if not step.who & set(relations):
        raise NotAllowed(act=verb)
    return step


def guard(step: Move, facts: Any) -> str:
    """Where the move leads; raises Missing with the keys of all guards that fail."""
    keys = missing(step, facts)
    if keys:
        raise Missing(keys)
    return step.ends if isinstance(step.ends, str) else step.ends(facts)


def open_moves(table: Table, *, state: str, relations: Collection[str]) -> list[str]:
    """The verbs that these relations may make from this state, in the table's order, met guards or not."""
    return [verb for verb, step in table.items() if state in step.starts and step.who & set(relations)]
