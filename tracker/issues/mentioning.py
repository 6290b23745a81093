"""Naming colleagues in an internal note: by @ and their name, or by the list beside the note.

Who is named takes part from then on, sees the case, and is told by bell and letter as they wish.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import gettext as _

from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.errors import DomainError
from tracker.issues import letters, parties, queries
from tracker.issues.models import Issue, Message

MENTIONED = "mentioned"
STAFF = (roles.SUPERVISOR, roles.MANAGER, roles.ENGINEER)


def colleagues(issue: Issue, at: datetime) -> list[Person]:
    """Whom one may name or hand something to: staff; in a sealed or restricted case those who see it anyhow."""
    found = {one.id: one for role in STAFF for one in people.people_with(role, at=at)}
    if issue.personal_data or issue.restricted:
        found = {
            key: one for key, one in found.items() if queries.may_view(people.actor_of(one, at=at), issue)
        }
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def named_in(body: str, able: Sequence[Person]) -> set[int]:
    """Whom the words name: `@` and a whole name, the longest that fits; a name that several bear names all of them."""
    ids: dict[str, set[int]] = defaultdict(set)
    for one in able:
        ids[unicodedata.normalize("NFKC", one.name)].add(one.id)
    names = "|".join(map(re.escape, sorted(filter(None, ids), key=len, reverse=True)))
    if not names:
        return set()
    said = re.findall(f"@(?=({names}))", unicodedata.normalize("NFKC", body))
    return set().union(*(ids[name] for name in said))


def wanted(issue: Issue, body: str, chosen: Collection[int], at: datetime) -> list[Person]:
    """Who is named by the words or by the list; DomainError for somebody of the list who may not see the case."""
    if not chosen and "@" not in unicodedata.normalize("NFKC", body):
        return []
    able = colleagues(issue, at)
    unable = set(chosen) - {one.id for one in able}
    if unable:
        text = _("Somebody you name may not see this case. Restricted cases are seen by named people only.")
        raise DomainError(text, fields={"mention": text})
    ids = set(chosen) | named_in(body, able)
    return [one for one in able if one.id in ids]


def tell(issue: Issue, message: Message, named: Sequence[Person], *, by: Actor, at: datetime) -> None:
    """They take part, and are told once for this note."""
    for person in named:
        if person.id in (by.person_id, issue.reporter_id):
            continue
        if not queries.works_on(people.actor_of(person, at=at), issue):
            parties.join(issue, MENTIONED, at=at, person_id=person.id)
        letters.tell_staff(issue, person, "mentioned", cause=f"m{message.id}", by=by, at=at)
