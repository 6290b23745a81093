"""Writing to each other, noting calls, files; taking over, following, restricting, masking."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import SelectField, TextAreaField
from wtforms.validators import Optional

from tracker import clock
from tracker.accounts import queries as people
from tracker.accounts.forms.fields import SomeOfField
from tracker.accounts.models import Person
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.followups import actions as followups
from tracker.issues import actions, letters, mentioning, queries, twice, words
from tracker.issues.forms import HandOverForm, NoteForm, ReasonForm, options
from tracker.issues.models import Issue
from tracker.issues.views import bp, filling, way_back
from tracker.issues.views.files import keep, sent
from tracker.issues.views.loading import back_to, issue_of
from tracker.records import letters as record_letters
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import done, show, told
from tracker.workflow import SUPERVISOR


@bp.route("/issues/<number>/note", methods=["GET", "POST"])
@signed_in()
def note(number: str) -> Answer:
    """A message to the reporter or from them, or an internal note; the button says which."""
    found = issue_of(number, current_actor())
    return write(
        found,
        NoteForm(),
        back=back_to(url_for(".issue", number=found.number)),
        here=f"/issues/{found.number}",
    )


def write(issue: Issue, form: NoteForm, *, back: str, here: str) -> Answer:
    """Say it and keep its files, or show the form again with what is wrong."""
    actor, number, issue_id = current_actor(), issue.number, issue.id
    outside = not queries.works_on(actor, issue)
    if outside and not queries.is_own(actor, issue):
        raise NotAllowed(_("You follow this report; only its reporter writes here."))

    if not outside and (request.method == "GET" or form.mention.raw_data):
        form.mention.offer((one.id, one.name) for one in mentioning.colleagues(issue, clock.now()))
    said: list[str] = []

    def say() -> None:
        at = clock.now()
        visibility = "public" if outside else form.visibility.data or "internal"
        mention = form.mention.data if visibility == "internal" else ()
        said.append(visibility)
        if twice.said(issue, form.body.data, visibility=visibility, files=sent(form.files), by=actor, at=at):
            return
        actions.say(issue, form.body.data, visibility=visibility, by=actor, at=at, mention=mention)
        keep(issue, form.files, by=actor, at=at, message_id=queries.messages(issue, internal=True)[-1].id)
        followups.rearm_now("issue", issue.id, at)

    filled = filling.filled(issue, "note", {}) if not outside else None
    if filled is not None:
        form.body.data = filled.inputs["body"]
    elif not filling.wants_no_act() and done(form, say):
        _say_so("outside" if outside else said[0], issue_id)
        return redirect(back, 303)
    fresh = db.session.scalars(select(Issue).where(Issue.number == number)).one()
    return show("issues/note.html", form, issue=fresh, back=back, here=here, outside=outside,
                to=request.args.get("to", ""), filled=filled, verb="note", words=words, after="",
                macros=filling.offered(fresh, "note"),
                question=queries.last_question(fresh) if outside else None)  # fmt: skip


def _say_so(whose: str, issue_id: int) -> None:
    """On the next page: what became of the message."""
    if whose == "outside":
        told(_("We have your message. Thank you."))
    elif whose == "public":
        leaves = letters.goes_out(db.session.get_one(Issue, issue_id))
        told(
            _("The message leaves in half a minute.") if leaves
            else _("No letter goes out: the reporter sees it when they open their report with the receipt."),
            undo=way_back.path_of(issue_id), label=_("Cancel sending") if leaves else "",
        )  # fmt: skip
    else:
        told(_("The internal note is kept. The reporter does not see it."))


class ContactLogForm(FlaskForm):
    """C2: one call or talk."""

    contact_channel = SelectField(words.FIELD_WORDS["contact_channel"], choices=options(words.CONTACT_WORDS))
    contact_summary = TextAreaField(words.FIELD_WORDS["contact_summary"], [Optional()])


@bp.route("/issues/<number>/contact", methods=["GET", "POST"])
@signed_in()
def contact(number: str) -> Answer:
    found, form, actor = issue_of(number, current_actor()), ContactLogForm(), current_actor()

    def log() -> str:
        channel, summary, at = form.contact_channel.data, form.contact_summary.data or "", clock.now()
        if not twice.contacted(found, channel, summary, by=actor, at=at):
            actions.log_contact(found, by=actor, at=at, channel=channel, summary=summary)
        return _("%(number)s: the contact is noted.", number=number)

    return _one_form(number, form, log, title=_("Note a contact with the reporter"), button=_("Save"))


@bp.route("/issues/<number>/assign", methods=["GET", "POST"])
@signed_in()
def assign(number: str) -> Answer:
    """Take it, or hand it over."""
    found, form, actor = issue_of(number, current_actor()), HandOverForm(), current_actor()
    able = people.people_with("supervisor", at=clock.now(), unit_id=found.unit_id, system_id=found.system_id)
    form.to.choices = options({"": _("Please choose"), **{str(one.id): one.name for one in able}})

    def hand_over() -> str:
        chosen = next((one for one in able if str(one.id) == form.to.data), None)
        if chosen is None:
            raise DomainError(fields={"to": _("Choose a supervisor.")})
        actions.assign(found, db.session.get_one(Person, chosen.id), by=actor, at=clock.now())
        return _("%(number)s: %(name)s takes care of it now.", number=number, name=chosen.name)

    return _one_form(number, form, hand_over, title=_("Who takes care of it?"), button=_("Hand over"))


@bp.route("/issues/<number>/restrict", methods=["GET", "POST"])
@signed_in()
def restrict(number: str) -> Answer:
    found, form, actor = issue_of(number, current_actor()), ReasonForm(), current_actor()

    def act() -> None:
        actions.restrict(found, by=actor, at=clock.now(), reason=form.note.data)
        record_letters.withhold_about(found)

    return _one_form(number, form, act, title=_("Show it to named people only"), button=_("Restrict access"))


@bp.route("/issues/<number>/unrestrict", methods=["GET", "POST"])
@signed_in()
def unrestrict(number: str) -> Answer:
    found, form, actor = issue_of(number, current_actor()), ReasonForm(), current_actor()

    def act() -> None:
        actions.unrestrict(found, by=actor, at=clock.now(), reason=form.note.data)

    return _one_form(
        number, form, act, title=_("Open it to all who work on issues"), button=_("Lift the restriction")
    )


@bp.route("/issues/<number>/links", methods=["GET", "POST"])
@signed_in()
def links(number: str) -> Answer:
    """End the links and receipts of a guest, which may have come into other hands."""
    found, form, actor = issue_of(number, current_actor()), ReasonForm(), current_actor()

    def act() -> str:
        actions.end_links(found, by=actor, at=clock.now(), reason=form.note.data)
        mailed = letters.mails() and found.reporter_id is None and found.reporter_email
        return _("The links are ended. A new one is sent.") if mailed else _("The links are ended.")

    return _one_form(
        number, form, act, title=_("End all links and receipts of this report"), button=_("End the links")
    )


class SplitForm(FlaskForm):
    """The second matter, in words, and what of the talk belongs to it."""

    description = TextAreaField(words.FIELD_WORDS["description"], [Optional()])
    messages = SomeOfField(_l("What of the talk belongs to it"))


@bp.route("/issues/<number>/split", methods=["GET", "POST"])
@signed_in()
def split(number: str) -> Answer:
    """A second matter in the report becomes an issue of its own."""
    found, form, actor, at = issue_of(number, current_actor()), SplitForm(), current_actor(), clock.now()
    if SUPERVISOR not in queries.relations(actor, found):
        raise NotAllowed(_("Only a supervisor can do this."))
    number, issue_id, made = found.number, found.id, []
    form.messages.offer(
        (one.id, _("%(who)s: %(words)s", who=one.author_name, words=one.body[:80] or "–"))
        for one in queries.messages(found, internal=True)
    )

    def act() -> None:
        text, chosen = form.description.data or "", form.messages.data or ()
        made.append(actions.split(found, description=text, messages=chosen, by=actor, at=at))
        followups.rearm_now("issue", made[0].id, at)

    if done(form, act):
        told(
            _("%(part)s now stands by itself.", part=made[0].number),
            undo=way_back.path_of(issue_id),
            label=_("Undo"),
        )
        return redirect(url_for(".issue", number=number), 303)
    again = db.session.get_one(Issue, issue_id)
    return show("issues/split.html", form, issue=again, here=f"/issues/{number}")


@bp.post("/issues/<number>/follow")
@signed_in()
def follow(number: str) -> Answer:
    found, actor = issue_of(number, current_actor()), current_actor()
    target = found.merged_into if found.merged_into is not None and queries.is_own(actor, found) else found
    if not target.restricted and actor.person_id is not None:
        actions.follow(target, actor.person_id, by=actor, at=clock.now())
    db.session.commit()
    return redirect(url_for(".issue", number=number), 303)


@bp.post("/issues/<number>/unfollow")
@signed_in()
def unfollow(number: str) -> Answer:
    found, actor = issue_of(number, current_actor()), current_actor()
    if actor.person_id is not None:
        actions.unfollow(found, actor.person_id, by=actor, at=clock.now())
    db.session.commit()
    flash(_("You hear no more of %(number)s.", number=number.upper()), "ok")
    return redirect(url_for(".issue", number=number) if _still_seen(number) else url_for(".mine"), 303)


@bp.post("/issues/<number>/me-too")
@signed_in()
def me_too(number: str) -> Answer:
    actor = current_actor()
    actions.me_too(issue_of(number, actor), by=actor, at=clock.now())
    db.session.commit()
    return redirect(url_for(".issue", number=number), 303)


def _still_seen(number: str) -> bool:
    return (
        db.session.scalar(queries.by_number(current_actor(), number).with_only_columns(Issue.id)) is not None
    )


def _one_form(number: str, form: FlaskForm, act: object, *, title: str, button: str) -> Answer:
    """A page that is one form about this issue."""
    back = url_for(".issue", number=number)
    relations = queries.relations(current_actor(), issue_of(number, current_actor()))
    if SUPERVISOR not in relations and not queries.is_contact(current_actor()):
        raise NotAllowed(_("Only a supervisor can do this."))
    said: list[object] = []
    if done(form, lambda: said.append(act())):  # type: ignore[operator]
        flash(str(said[0] or _("Done.")), "ok")
        return redirect(back, 303)
    return show("issues/form.html", form, title=title, button=button, back=back, number=number)
