"""What can go wrong in the domain; the doors turn each class into one status, in one place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class DomainError(Exception):
    """A rule said no: 422.  `fields` maps a field's key to the text that stands beside it."""

    status = 422

    def __init__(self, text: str = "", *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.fields = dict(fields or {})


class NotFound(DomainError):
    """Not there, or not visible to this actor: 404 either way."""

    status = 404


class Refused(DomainError):
    """An act was refused; `act` is its code, for programs, `text` what people read."""

    def __init__(self, text: str = "", *, act: str = "") -> None:
        super().__init__(text)
        self.act = act


class NotAllowed(Refused):
    """The actor may see the subject but not do this: 403."""

    status = 403


class WrongState(Refused):
    """The move does not start from the present state: 409."""

    status = 409


class Missing(DomainError):
    """Guards of the move are unmet: 409 with the keys that fail, in the order of the form."""

    status = 409

    def __init__(self, keys: Iterable[str], text: str = "") -> None:
        super().__init__(text)
        self.keys = tuple(keys)


@dataclass(frozen=True)
class Conflict:
    """One field that two people changed: what the saver typed and what stands now."""

    field: str
    yours: str
    theirs: str


class Stale(DomainError):
    """Somebody else changed the same fields meanwhile: 409 on pages, 412 in the API; nothing was saved."""

    status = 409

    def __init__(self, conflicts: Iterable[Conflict], text: str = "") -> None:
        super().__init__(text)
        self.conflicts = tuple(conflicts)


class Unavailable(DomainError):
    """Something outside is away for the moment: 503 with Retry-After."""

    status = 503
