"""Named selects of tools and their calls, and the secrets that a tool may sign with now."""

from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import Select, func, select

from tracker.db import db
from tracker.records.parts import Reference
from tracker.tickets import rules, shapes
from tracker.tickets.models import TicketCall, TicketTool

SHOWN = 50


def tools() -> Select[TicketTool]:
    """All tools by name."""
    return select(TicketTool).order_by(TicketTool.name, TicketTool.id)


def by_key(key: str) -> TicketTool | None:
    """The tool with this key."""
    return db.session.scalars(select(TicketTool).where(TicketTool.key == key)).first()


def calls(tool: TicketTool) -> Select[TicketCall]:
    """What it told us, newest first."""
    return select(TicketCall).where(TicketCall.tool_id == tool.id).order_by(TicketCall.id.desc())


def last_calls() -> dict[int, datetime]:
    """When each tool called last, refused calls too."""
    found = select(TicketCall.tool_id, func.max(TicketCall.at)).group_by(TicketCall.tool_id)
    return {tool_id: at for tool_id, at in db.session.execute(found)}


def secrets(tool: TicketTool, now: datetime) -> list[str]:
    """The secret that holds, and the former one as long as it is taken."""
    generations = [tool.generation]
    if tool.old_until is not None and now < tool.old_until:
        generations.append(tool.generation - 1)
    return [secret(tool, one) for one in generations]


def secret(tool: TicketTool, generation: int | None = None) -> str:
    """The secret of a generation, the present one unless another is named."""
    key = str(current_app.config["SECRET_KEY"])
    return rules.secret_of(key, tool.id, tool.generation if generation is None else generation)


def unknown_words(tool: TicketTool) -> Sequence[str]:
    """States that tickets of this tool stand in and nobody has said what they mean."""
    waiting = select(Reference.status).where(
        Reference.meaning == shapes.UNKNOWN,
        func.lower(Reference.name) == tool.name.lower(),
        Reference.removed_at.is_(None),
    )
    found = db.session.scalars(waiting.distinct().order_by(Reference.status).limit(SHOWN)).all()
    return [one for one in found if shapes.folded(one) not in tool.meanings]
