"""Every interleaving of two nodes on two cases of two steps, with one crash and one close: a model of the protocol.

The engine is drawn as the transactions that it is made of, each a few atomic moves; `explore` visits every state that
any order of them can reach.  What a guard is for is shown by taking it away: then a promise breaks.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

CASES, STEPS = (0, 1), 2
GUARDS = ("skip_locked", "lock_case", "reread_case", "epoch", "unique", "fence")
IDLE: tuple[object, ...] = ("idle",)


@dataclass(frozen=True)
class State:
    """What the tables hold and where each node stands."""

    armed: tuple[int, ...] = (0, 0)
    closed: tuple[bool, ...] = (False, False)
    epoch: tuple[int, ...] = (1, 1)
    chases: tuple[tuple[int, int, bool], ...] = ()
    letters: tuple[tuple[int, int, str, int], ...] = ()
    wire: tuple[tuple[int, int, int], ...] = ()
    nodes: tuple[tuple[object, ...], ...] = (IDLE, IDLE)
    row_locks: tuple[int | None, ...] = (None, None)
    case_locks: tuple[object, ...] = (None, None)
    crashes: int = 1
    closes: int = 1

    def letter(self, key: tuple[int, int]) -> int:
        """Where the letter of this step stands among the letters."""
        return next(at for at, one in enumerate(self.letters) if one[:2] == key)


def put(values: tuple, index: int, value: object) -> tuple:
    return (*values[:index], value, *values[index + 1 :])


class Protocol:
    """The moves of the engine; `without` are guards that are taken away."""

    def __init__(self, without: frozenset[str] = frozenset()) -> None:
        self.has = frozenset(GUARDS) - without
        self.stale = 0

    def moves(self, state: State) -> Iterator[State]:
        for node, at in enumerate(state.nodes):
            if at == IDLE:
                yield from self.pick(state, node)
                yield from self.claim(state, node)
            elif at[0] == "picked":
                yield from self.lock(state, node, at)
            elif at[0] == "locked":
                yield from self.commit(state, node, at)
            elif at[0] in ("claimed", "sent"):
                yield from self.send(state, node, at)
            if state.crashes and at != IDLE:
                yield self.crash(state, node)
        yield from self.lapse(state)
        yield from self.close(state)

    def pick(self, state: State, node: int) -> Iterator[State]:
        """SELECT … FOR UPDATE SKIP LOCKED of a scheduled step."""
        for case in CASES:
            free = state.row_locks[case] is None or "skip_locked" not in self.has
            if state.armed[case] < STEPS and free:
                found = ("picked", case, state.armed[case], state.epoch[case], state.closed[case])
                locks = put(state.row_locks, case, node)
                yield replace(state, nodes=put(state.nodes, node, found), row_locks=locks)

    def lock(self, state: State, node: int, at: tuple) -> Iterator[State]:
        """The case is locked, and read anew."""
        _picked, case, step, epoch, closed = at
        if "lock_case" in self.has:
            if state.case_locks[case] is not None:
                return
            state = replace(state, case_locks=put(state.case_locks, case, node))
        if "reread_case" in self.has:
            closed = state.closed[case]
        fits = "epoch" not in self.has or epoch == state.epoch[case]
        yield replace(state, nodes=put(state.nodes, node, ("locked", case, step, fits and not closed)))

    def commit(self, state: State, node: int, at: tuple) -> Iterator[State]:
        """Chase, letter and next step at once; a key that is there already undoes the whole."""
        _locked, case, step, fires = at
        done = self.let_go(replace(state, nodes=put(state.nodes, node, IDLE)), node)
        doubled = any(one[:2] == (case, step) for one in state.chases)
        if not fires or (doubled and "unique" in self.has):
            armed = state.armed if doubled else put(state.armed, case, STEPS)
            yield replace(done, armed=armed)
            return
        chases = tuple(sorted((*state.chases, (case, step, state.closed[case]))))
        letters = state.letters
        if case == CASES[0]:
            # Letters of different cases never meet: to follow those of one case is to follow them all.
            letters = tuple(sorted((*letters, (case, step, "pending", 0))))
        yield replace(done, armed=put(state.armed, case, step + 1), chases=chases, letters=letters)

    def claim(self, state: State, node: int) -> Iterator[State]:
        for index, (case, step, is_in, fence) in enumerate(state.letters):
            if is_in in ("pending", "unknown"):
                letters = put(state.letters, index, (case, step, "claimed", fence + 1))
                claimed = ("claimed", (case, step), fence + 1)
                yield replace(state, letters=letters, nodes=put(state.nodes, node, claimed))

    def send(self, state: State, node: int, at: tuple) -> Iterator[State]:
        """First over the wire, then the mark, if the fence is still ours."""
        kind, key, fence = at
        index = state.letter(key)
        case, step, is_in, now = state.letters[index]
        if kind == "claimed":
            wire = tuple(sorted((*state.wire, (case, step, fence))))
            yield replace(state, wire=wire, nodes=put(state.nodes, node, ("sent", key, fence)))
        elif (is_in == "claimed" and now == fence) or "fence" not in self.has:
            letters = put(state.letters, index, (case, step, "sent", now))
            yield replace(state, letters=letters, nodes=put(state.nodes, node, IDLE))
        else:
            self.stale += 1
            yield replace(state, nodes=put(state.nodes, node, IDLE))

    def crash(self, state: State, node: int) -> State:
        """kill -9: its transaction is undone, its locks are gone, its claim stays."""
        gone = replace(state, nodes=put(state.nodes, node, IDLE), crashes=state.crashes - 1)
        return self.let_go(gone, node)

    def lapse(self, state: State) -> Iterator[State]:
        """A lease runs out, whether its holder is dead or only slow; the second doubt ends the letter."""
        for index, (case, step, is_in, fence) in enumerate(state.letters):
            if is_in == "claimed":
                ends = "unknown" if fence == 1 else "dead"
                yield replace(state, letters=put(state.letters, index, (case, step, ends, fence)))

    def close(self, state: State) -> Iterator[State]:
        """A person closes a case: its clock ends and what is armed is taken back, in one transaction."""
        for case in CASES:
            free = state.case_locks[case] is None
            if state.closes and not state.closed[case] and free:
                epochs = put(state.epoch, case, 2)
                yield replace(state, closed=put(state.closed, case, True), epoch=epochs, closes=0)

    def let_go(self, state: State, node: int) -> State:
        rows = tuple(None if one == node else one for one in state.row_locks)
        return replace(
            state, row_locks=rows, case_locks=tuple(None if one == node else one for one in state.case_locks)
        )


def broken(state: State) -> str:
    """The promise that this state breaks, if any."""
    keys = [one[:2] for one in state.chases]
    if len(keys) != len(set(keys)):
        return "chased twice"
    if any(closed for _case, _step, closed in state.chases):
        return "chased after it was closed"
    for case, step, is_in, fence in state.letters:
        tries = [sent for sent in state.wire if sent[:2] == (case, step)]
        if is_in == "sent" and all(sent[2] != fence for sent in tries):
            return "marked by a sender that had lost it"
        if len(tries) > 2:
            return "sent more than twice"
    return ""


def lost(state: State) -> str:
    """What an end, where nobody can move any more, has lost."""
    for case in CASES:
        steps = {step for one, step, _closed in state.chases if one == case}
        if not state.closed[case] and steps != set(range(STEPS)):
            return "a step was never chased"
    return "a letter never left" if any(one[2] not in ("sent", "dead") for one in state.letters) else ""


def explore(start: State, without: frozenset[str] = frozenset()) -> tuple[int, int, int, set[str]]:
    """How many states, ends and stale words there are, and which promises any state breaks."""
    protocol = Protocol(without)
    seen, waiting, ends, faults = {start}, [start], 0, set()
    while waiting:
        state = waiting.pop()
        after = list(protocol.moves(state))
        fault = broken(state) or (lost(state) if not after else "")
        ends += not after
        if fault:
            # What follows from a broken state proves nothing more.
            faults.add(fault)
            continue
        fresh = set(after) - seen
        seen |= fresh
        waiting += fresh
    return len(seen), ends, protocol.stale, faults


# One case alone, and two: the second one's steps are done when the game begins on one.
ONE_CASE = State(armed=(0, STEPS), closed=(False, True))
TWO_CASES = State()
