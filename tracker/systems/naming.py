"""How programs name what stands in the catalogue: a system by its key, a function by its name."""

from flask_babel import gettext as _
from sqlalchemy import Select, select

from tracker.db import db
from tracker.errors import DomainError
from tracker.systems.models import AISystem, SystemFunction


def system_of(key: str, among: Select[AISystem]) -> AISystem:
    """The system with this key among those on offer; DomainError says that there is none."""
    found = db.session.scalars(among.where(AISystem.key == key)).first()
    if found is None:
        text = _("There is no AI system with this key.")
        raise DomainError(text, fields={"system": text})
    return found


def function_of(system_id: int | None, name: str) -> int | None:
    """The id of the function with this name, none where no name is given; DomainError says that there is none."""
    if not name:
        return None
    known = select(SystemFunction.id).where(
        SystemFunction.system_id == system_id, SystemFunction.name == name
    )
    found = db.session.scalar(known)
    if found is None:
        text = _("There is no such function.")
        raise DomainError(text, fields={"function": text})
    return found
