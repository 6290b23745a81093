"""Roles, actors and who may administer whom.  Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

REPORTER, SUPERVISOR, ENGINEER, MANAGER, ADMIN, AUDITOR = (
    "reporter", "supervisor", "engineer", "manager", "admin", "auditor",
)  # fmt: skip
ROLES = (REPORTER, SUPERVISOR, ENGINEER, MANAGER, ADMIN, AUDITOR)
SCOPES = ("read", "write", "admin", "metrics")
# The purpose of a link that may do nothing but report about its system.
WIDGET = "widget"
FACTS = ("yes", "no", "unknown")
PRESETS = ("slow", "normal", "tight")
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True)
class Limit:
    """Where a role holds: within these units (the whole subtree is listed) or systems; both empty means everywhere."""

    units: frozenset[int] = frozenset()
    systems: frozenset[int] = frozenset()

    @property
    def everywhere(self) -> bool:
        return not self.units and not self.systems

    def covers(self, unit_id: int | None, system_id: int | None) -> bool:
        """Whether a case of this unit and system lies within the limit."""
        return self.everywhere or unit_id in self.units or system_id in self.systems


@dataclass(frozen=True)
class Link:
    """What a case link opens: one subject, for one purpose (`guest`, `assignee` or `widget`).

    `person_id` is whose letter brought the link to their own report: it lends their name to what is done, no rights.
    """

    id: int
    purpose: str
    subject_kind: str
    subject_id: int
    person_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: a person, a case link, the system itself, or nobody; narrowed by a token's scopes."""

    person_id: int | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    limits: Mapping[str, Limit] = field(default_factory=dict, hash=False)
    teams: frozenset[int] = frozenset()
    scopes: frozenset[str] = frozenset(SCOPES)
    link: Link | None = None
    is_system: bool = False
    unit_id: int | None = None
    locale: str = ""

    def is_(self, *roles: str) -> bool:
        """Whether the actor has one of these roles, anywhere."""
        return bool(self.roles & set(roles))

    def is_for(self, role: str, *, unit_id: int | None, system_id: int | None) -> bool:
        """Whether the actor has the role for a case of this unit and system."""
        return role in self.roles and self.limits.get(role, Limit()).covers(unit_id, system_id)

    @property
    def known(self) -> bool:
        """Whether this is somebody at all: a person, a link or the system."""
        return self.person_id is not None or self.link is not None or self.is_system

    @property
    def author_id(self) -> int | None:
        """Whose act it is, in the trail and the talk; rights hang on `person_id` alone."""
        return self.person_id if self.link is None else self.link.person_id

    @property
    def way(self) -> str:
        """How a person acts where they have not signed in: by the link of a letter to them."""
        return "letter" if self.link is not None and self.link.person_id is not None else ""


SYSTEM = Actor(name="system", is_system=True)
ANONYMOUS = Actor(scopes=frozenset())


def may_administer(actor: Actor) -> bool:
    """Set up people, systems and settings."""
    return ADMIN in actor.roles and "admin" in actor.scopes
