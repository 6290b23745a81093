"""What a person is told and how: event by event, quiet hours, the one letter; and its end by a link in a mail."""

from dataclasses import replace
from typing import Any, cast
from zoneinfo import available_timezones

from flask import current_app, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from tracker import clock, outbox
from tracker.accounts import actions, wishes
from tracker.accounts.forms.fields import TimeOfDayField, one_of, some_of
from tracker.accounts.models import Person
from tracker.accounts.queries import actor_of
from tracker.accounts.words import WEEKDAY_WORDS
from tracker.db import db, first_or_404, locked
from tracker.errors import NotFound
from tracker.hours import estimate, habits, words
from tracker.hours.views.ground import bp
from tracker.outbox import habits as events
from tracker.outbox import leaving
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import done, show, to
from tracker.web.requests import csrf

DAY_WORDS = {str(number): word for number, word in enumerate(WEEKDAY_WORDS)}


class NotificationsForm(FlaskForm):
    """The grid of events, quiet hours, when the one letter comes."""

    quiet_from = TimeOfDayField(_l("From"))
    quiet_until = TimeOfDayField(_l("Until"))
    quiet_days = some_of(_l("On these days"), DAY_WORDS)
    timezone = StringField(_l("Time zone"), description=_l("Empty: that of your calendar."))
    digest_at = TimeOfDayField(_l("Time of the letter"))
    rhythm = one_of(_l("How often"), words.RHYTHM_WORDS)

    def validate_quiet_until(self, field: Any) -> None:
        """Both times or none, and not the same; one that cannot be read is told beside itself."""
        if self.quiet_from.errors or field.errors:
            return
        if (self.quiet_from.data is None) != (field.data is None):
            raise ValidationError(_l("Enter both times, or none"))
        if field.data is not None and field.data == self.quiet_from.data:
            raise ValidationError(_l("Quiet hours need a beginning and another end"))

    def validate_timezone(self, field: Any) -> None:
        """A zone that the time zone database knows."""
        field.data = (field.data or "").strip()
        if field.data and field.data not in available_timezones():
            raise ValidationError(_l("This time zone is not known; try Asia/Taipei"))

    def validate_digest_at(self, field: Any) -> None:
        """The letter has a time, before midnight."""
        if not field.errors and (field.data is None or field.data >= 24 * 60):
            raise ValidationError(_l("Enter a time like 09:00"))


def _bound() -> type[NotificationsForm]:
    """The form with one choice for each event."""
    members = {
        event: RadioField(
            words.EVENT_WORDS[event],
            choices=[SelectChoice(how, words.HOW_WORDS[how]) for how in events.offered(event)],
        )
        for event in events.EVENTS
    }
    return cast("type[NotificationsForm]", type("NotificationsGrid", (NotificationsForm,), members))


Grid = _bound()


@bp.route("/me/notifications", methods=["GET", "POST"])
@signed_in()
def notifications() -> Answer:
    mine = select(Person).where(Person.id == current_actor().person_id)
    person = first_or_404(locked(mine) if request.method == "POST" else mine)
    form = Grid(data=_as_settled(person))
    previewed = request.form.get("do") == "preview" and form.validate_on_submit()
    if not previewed and done(form, lambda: _save(person, form)):
        return to("/me/notifications?saved=1")
    now = clock.now()
    how = {event: form[event].data for event in events.EVENTS}
    habit = replace(
        habits.of_person(person, now), digest_at=form.digest_at.data or 0, weekly=form.rhythm.data == "weekly",
        together=frozenset(event for event, chosen in how.items() if chosen == events.TOGETHER),
    )  # fmt: skip
    with_these = estimate.letters_a_week(person.id, how, habit, now)
    return show(
        "hours/notifications.html", form, person=person, saved="saved" in request.args, previewed=previewed,
        weekly=with_these, events=events, next_digest=habit.digest_after(now), weekdays=words.WEEKDAY_SHORT,
        smtp=bool(current_app.config["TRACKER"].smtp_url), together=bool(habit.together),
    )  # fmt: skip


def _as_settled(person: Person) -> dict[str, Any]:
    return {
        **{event: wishes.how(person, event) for event in events.EVENTS},
        "quiet_from": person.quiet_from, "quiet_until": person.quiet_until, "quiet_days": list(person.quiet_days),
        "timezone": person.timezone, "digest_at": person.digest_at,
        "rhythm": "weekly" if person.digest_weekly else "daily",
    }  # fmt: skip


def _save(person: Person, form: NotificationsForm) -> None:
    now = clock.now()
    facts = {
        "wishes": {event: form[event].data for event in events.EVENTS},
        "quiet_from": form.quiet_from.data, "quiet_until": form.quiet_until.data,
        "quiet_days": "".join(sorted(form.quiet_days.data or "")) or "0123456", "timezone": form.timezone.data,
        "digest_at": form.digest_at.data, "digest_weekly": form.rhythm.data == "weekly",
    }  # fmt: skip
    actions.save_wishes(person, facts, by=current_actor(), at=now)
    # What is held goes by the new wishes at once.
    outbox.release(person.id, at=now)


@bp.get(f"{leaving.PATH}<token>")
def ask_unsubscribe(token: str) -> Answer:
    person, ended = _whose(token)
    return render_template("hours/unsubscribe.html", token=token, person=person, ended=ended, done=False)


@bp.post(f"{leaving.PATH}<token>")
@csrf.exempt
def unsubscribe(token: str) -> Answer:
    """One click in a mail program (RFC 8058), or the button of the page; neither signs in."""
    person, ended = _whose(token)
    now, given = clock.now(), request.form.get("undo", "")
    before = {event: wishes.how(person, event) for event in ended}
    wanted = _before(given, person) if given else dict.fromkeys(ended, events.SITE)
    by = actor_of(person, at=now)
    actions.save_wishes(person, {"wishes": {**person.wishes, **wanted}}, by=by, at=now)
    outbox.release(person.id, at=now)
    db.session.commit()
    undo = "" if given else _seal().dumps([person.id, before])
    return render_template(
        "hours/unsubscribe.html", token=token, person=person, ended=ended, done=True, undo=undo
    )


def _whose(token: str) -> tuple[Person, list[str]]:
    """The person of a token and the events that it ends; NotFound for any other address."""
    found = leaving.read(token)
    if found is None or not found[1]:
        raise NotFound()
    one = select(Person).where(Person.id == found[0], Person.active)
    return first_or_404(locked(one) if request.method == "POST" else one), found[1]


def _before(given: str, person: Person) -> dict[str, str]:
    """What the page offered to go back to."""
    try:
        person_id, before = _seal().loads(given)
    except (BadData, ValueError, TypeError) as error:
        raise NotFound() from error
    if person_id != person.id:
        raise NotFound()
    return {str(event): str(how) for event, how in before.items()}


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="subscribe again")
