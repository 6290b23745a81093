"""What an import must know of what is there already."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from tracker.accounts.models import Person
from tracker.db import db
from tracker.imports.models import ImportRow
from tracker.issues.models import Issue
from tracker.library.models import LibraryCase
from tracker.systems.models import AISystem


def known(source: str, external_ids: Collection[str]) -> set[str]:
    """Those of these ids that the source has brought before."""
    wanted = select(Issue.external_id).where(Issue.source == source, Issue.external_id.in_(external_ids))
    return {found for found in db.session.scalars(wanted) if found is not None}


def without_case(source: str, external_ids: Collection[str]) -> dict[str, int]:
    """Those of these ids that the source has brought, and that the case library does not have yet."""
    wanted = select(Issue.external_id, Issue.id).where(
        Issue.source == source, Issue.external_id.in_(external_ids)
    )
    wanted = wanted.where(Issue.id.not_in(select(LibraryCase.issue_id)))
    return {found: issue_id for found, issue_id in db.session.execute(wanted) if found is not None}


def systems_by_name() -> dict[str, int]:
    """Every system's id under its key and names, folded."""
    found: dict[str, int] = {}
    for row in db.session.execute(select(AISystem.id, AISystem.key, AISystem.name, AISystem.name_en)):
        for name in (row.name_en, row.name, row.key):
            if name:
                found[folded(name)] = row.id
    return found


def system_keys() -> set[str]:
    """The keys that are taken."""
    return set(db.session.scalars(select(AISystem.key)))


def person_ids(emails: Collection[str]) -> dict[str, int]:
    """The people with accounts among these addresses."""
    wanted = select(Person.email, Person.id).where(Person.email.in_(emails))
    return {email: person_id for email, person_id in db.session.execute(wanted) if email is not None}


def folded(name: str) -> str:
    """One spelling for a name's cases and spaces."""
    return " ".join(name.casefold().split())


def rows_known(source: str, external_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The rows that the source has brought under these ids, as they came."""
    wanted = select(Issue.external_id, Issue.imported_row)
    wanted = wanted.where(Issue.source == source, Issue.external_id.in_(external_ids))
    return {str(found): row or {} for found, row in db.session.execute(wanted)}


def external_ids_of(run_id: int) -> frozenset[str]:
    """The ids of what a run has brought in so far."""
    mine = select(Issue.external_id).join(ImportRow, ImportRow.issue_id == Issue.id)
    return frozenset(str(found) for found in db.session.scalars(mine.where(ImportRow.run_id == run_id)))
