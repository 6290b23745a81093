"""Letters about turns: a swap is asked or answered, an override was set or undone.  To each in their own language."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale, format_datetime, get_locale
from flask_babel import gettext as _

from tracker import outbox
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.duty import queries
from tracker.duty.models import DutyOverride, DutySwap, Rota
from tracker.outbox import rules as post_rules


def asked(swap: DutySwap, *, by: Actor, at: datetime) -> None:
    """To the one who is asked."""

    def says() -> tuple[str, str]:
        line = _("%(name)s asks you to take a shift of “%(rota)s”", name=swap.asker.name, rota=swap.rota.name)
        lines = [_("Shift: %(when)s", when=_span(swap.starts_at, swap.ends_at))]
        if swap.return_starts_at is not None and swap.return_ends_at is not None:
            lines.append(
                _("In return for yours: %(when)s", when=_span(swap.return_starts_at, swap.return_ends_at))
            )
        lines += [swap.note] if swap.note else []
        return line, "\n".join([*lines, _("Please accept or decline.")])

    _write([swap.to_id], swap.rota, "asked", ("duty_swap", swap.id, "asked"), says, by, at)


def answered(swap: DutySwap, *, by: Actor, at: datetime) -> None:
    """To the one who asked, or, when they took it back, to the one who was asked."""
    words = {"accepted": _accepted, "declined": _declined, "cancelled": _cancelled}[swap.state or ""]

    def says() -> tuple[str, str]:
        return words(swap), _("Shift: %(when)s", when=_span(swap.starts_at, swap.ends_at))

    to = swap.to_id if swap.state == "cancelled" else swap.asker_id
    _write([to], swap.rota, str(swap.state), ("duty_swap", swap.id, swap.state), says, by, at)


def _accepted(swap: DutySwap) -> str:
    return _("%(name)s takes your shift of “%(rota)s”", name=swap.to.name, rota=swap.rota.name)


def _declined(swap: DutySwap) -> str:
    return _("%(name)s cannot take your shift of “%(rota)s”", name=swap.to.name, rota=swap.rota.name)


def _cancelled(swap: DutySwap) -> str:
    words = _("%(name)s no longer asks you to take a shift of “%(rota)s”")
    return words % {"name": swap.asker.name, "rota": swap.rota.name}


def overridden(row: DutyOverride, rota: Rota, people: Iterable[int], *, by: Actor, at: datetime) -> None:
    """To the one who comes on duty and to those whose turn it was."""
    name = queries.names([row.person_id])[row.person_id]

    def says() -> tuple[str, str]:
        line = _("“%(rota)s”: %(name)s takes over", rota=rota.name, name=name)
        lines = [_("From %(from_)s to %(until)s", from_=_when(row.starts_at), until=_when(row.ends_at))]
        lines += [_("Set by %(name)s", name=by.name), *([row.reason] if row.reason else [])]
        return line, "\n".join(lines)

    _write(people, rota, "override", ("duty_override", row.id, "set"), says, by, at)


def undone(row: DutyOverride, rota: Rota, people: Iterable[int], *, by: Actor, at: datetime) -> None:
    """To all whose time it changes."""

    def says() -> tuple[str, str]:
        line = _("“%(rota)s”: a change of duty was undone", rota=rota.name)
        span = _("From %(from_)s to %(until)s", from_=_when(row.starts_at), until=_when(row.ends_at))
        return line, "\n".join([span, _("The turns hold again. Undone by %(name)s.", name=by.name)])

    _write(people, rota, "undone", ("duty_override", row.id, "undone"), says, by, at)


def _write(
    people: Iterable[int], rota: Rota, kind: str, key: tuple[object, ...], says: Any, by: Actor, at: datetime
) -> None:
    house = str(current_app.config["TRACKER"].locale)
    for person in [db.session.get_one(Person, one) for one in sorted(set(people))]:
        if not person.active or person.id == by.person_id:
            continue
        with force_locale(person.locale or house):
            line, body = says()
            same: dict[str, Any] = {
                "kind": f"duty.{kind}", "key": key, "subject": (rota.kind_name, rota.id), "at": at,
                "person_id": person.id, "subject_line": " ".join(line.split()), "body_text": body,
                "link": f"/duty/{rota.id}", "locale": person.locale or house,
            }  # fmt: skip
            outbox.post(channel=post_rules.BELL, **same)
            if person.mail_wish != "off" and person.email:
                outbox.post(
                    channel=post_rules.MAIL, address=person.email, name=" ".join(person.name.split()), **same
                )


def _span(start: datetime, end: datetime) -> str:
    return f"{_when(start)} – {_when(end)}"


def _when(instant: datetime) -> str:
    locale = get_locale()
    chinese = locale is not None and locale.language == "zh"
    return str(format_datetime(instant, "y年M月d日（EEEEE）HH:mm" if chinese else "EEE d MMM y, HH:mm"))
