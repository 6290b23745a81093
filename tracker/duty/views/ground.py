"""What every page of the room stands on: the blueprint, who reads and who edits, one rota, the commit."""

from flask import Blueprint, request
from sqlalchemy import select

from tracker import clock
from tracker.db import db, first_or_404, locked
from tracker.duty import queries
from tracker.duty.models import Rota
from tracker.records import on_call

bp = Blueprint("duty", __name__)
READERS = queries.READERS
EDITORS = ("supervisor", "admin")


def rota_of(rota_id: int) -> Rota:
    """The rota of this number, locked where it is to be changed; 404 where there is none."""
    wanted = select(Rota).where(Rota.id == rota_id)
    return first_or_404(locked(wanted) if request.method == "POST" else wanted)


def commit(rota: Rota | None = None) -> None:
    """What changes a rota changes with whom the escalations to it are: both or neither."""
    if rota is not None:
        on_call.follow(rota.id, at=clock.now())
    db.session.commit()
