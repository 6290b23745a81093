"""One issue by a secret address, 30 days; looking changes nothing.

Guests have it on their receipt and in their letters, who has an account in the letters about their own report.
"""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from tracker import audit, clock
from tracker.accounts import tokens
from tracker.accounts.forms.fields import wrong
from tracker.accounts.models import CaseLink, Person
from tracker.db import db, locked
from tracker.errors import DomainError, NotFound
from tracker.issues import fields, letters, links, parties, queries
from tracker.issues.forms import ContactForm, NoteForm, ReceiptForm
from tracker.issues.models import Issue
from tracker.issues.views import bp, files
from tracker.issues.views.issue import calendar_entry, reporter_page
from tracker.issues.views.loading import count_guest, count_miss
from tracker.issues.views.moves import FOR_GUESTS, carry
from tracker.issues.views.talk import write
from tracker.outbox import rules as post_rules
from tracker.web import current_actor, link_actor, locale, meanwhile
from tracker.web.answers import Answer
from tracker.web.requests import csrf


class Gone(Exception):
    """The link is unknown, expired or revoked; `goes_on` is where whoever has an account finds the same."""

    def __init__(self, goes_on: str = "") -> None:
        super().__init__(goes_on)
        self.goes_on = goes_on


class SomebodyElse(Exception):
    """The link came in a letter to one person, and another one is signed in here: neither acts as the other."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.number)
        self.issue = issue


@bp.errorhandler(Gone)
def gone(error: Gone) -> Answer:
    secret = (request.view_args or {}).get("secret", "")
    return render_template(
        "issues/gone.html", secret=secret, goes_on=error.goes_on, typed=meanwhile.typed()
    ), 410


@bp.errorhandler(SomebodyElse)
def somebody_else(error: SomebodyElse) -> Answer:
    sees = queries.may_view(current_actor(), error.issue)
    return render_template(
        "issues/somebody_else.html", own=links.page(error.issue) if sees else "", number=error.issue.number,
        typed=meanwhile.typed(),
    ), 403  # fmt: skip


def opened(secret: str, *, guests_only: bool = False) -> Issue:
    """The issue behind the secret, and act as its reporter from here on.

    Raises Gone when the link opens nothing any more, SomebodyElse, and NotFound for what only guests need.
    """
    link = links.find(secret)
    if link is None:
        count_miss()
        raise Gone()
    found = select(Issue).where(Issue.id == link.subject_id)
    issue = db.session.scalars(locked(found) if request.method == "POST" else found).one()
    person, name = links.holder(link), issue.reporter_name or link.name or _("Guest")
    if person is not None:
        _only_theirs(issue, person)
        name = person.name
    if not links.is_open(link, issue, at=clock.now()):
        raise Gone(links.page(issue) if person is not None and person.active else "")
    if person is not None and guests_only:
        raise NotFound()
    link_actor(links.opened(link), name)
    return issue


def _only_theirs(issue: Issue, person: Person) -> None:
    """Speak their language, and let nobody else who is signed in here act in their name."""
    if current_user.is_authenticated and current_user.id != person.id:
        raise SomebodyElse(issue)
    locale.prefer(person.locale)


def _signed_in_page(secret: str) -> str:
    """The full page of the report, where whoever got the letter is signed in; what it shows is asked anew there."""
    link = links.find(secret) if current_user.is_authenticated else None
    if link is None or link.person_id is None or link.person_id != current_user.id:
        return ""
    return links.page(db.session.get_one(Issue, link.subject_id))


@bp.route("/i", methods=["GET", "POST"])
def receipt() -> Answer:
    """The code of a printed receipt leads to the page."""
    form = ReceiptForm()
    if form.validate_on_submit():
        count_guest("receipt")
        code = form.code.data.strip().rsplit("/", 1)[-1]
        if links.find(code) is not None:
            return redirect(url_for(".guest", secret=tokens.read_receipt(code) or code), 303)
        form.code.errors = [_("No report has this code. Compare it with your receipt, sign by sign.")]
    return render_template("issues/receipt.html", form=form), 422 if form.errors else 200


@bp.get("/i/<secret>")
def guest(secret: str) -> Answer:
    signed_in = _signed_in_page(secret)
    if signed_in:
        return redirect(signed_in, 303)
    return reporter_page(opened(secret), here=f"/i/{secret}")


@bp.route(f"/i/<secret>/<any({','.join(FOR_GUESTS)}):verb>", methods=["GET", "POST"])
def guest_move(secret: str, verb: str) -> Answer:
    back = url_for(".guest", secret=secret)
    return carry(opened(secret), verb, back=back, here=back)


@bp.route("/i/<secret>/note", methods=["GET", "POST"])
def guest_note(secret: str) -> Answer:
    back = url_for(".guest", secret=secret)
    return write(opened(secret), NoteForm(), back=back, here=back)


@bp.post("/i/<secret>/contact")
def guest_contact(secret: str) -> Answer:
    """Where the guest can be reached; the address gets a letter with a link of its own."""
    count_guest("contact")
    issue, form = opened(secret, guests_only=True), ContactForm()
    try:
        given = _contact(form) if form.validate() else None
    except DomainError as error:
        wrong(form, error.fields, error.text)
        given = None
    if given is None:
        return reporter_page(issue, here=f"/i/{secret}", contact=form)
    at = clock.now()
    issue.reporter_name, issue.reporter_email, issue.reporter_phone = (
        given["name"],
        given["email"],
        given["phone"],
    )
    audit.record("issue.reach", issue, by=link_actor(links.opened(_link(secret)), given["name"] or _("Guest")), at=at,
                 texts=given)  # fmt: skip
    letters.received(issue, at=at)
    db.session.commit()
    flash(_("Your contact details are saved."), "ok")
    return redirect(url_for(".guest", secret=secret, sent=request.args.get("sent")), 303)


def _contact(form: ContactForm) -> dict[str, str]:
    given = {"name": fields.line(form.name.data or ""), "email": fields.line(form.email.data or "").lower(),
             "phone": fields.line(form.phone.data or "")}  # fmt: skip
    if given["email"] and not post_rules.is_address(given["email"]):
        raise DomainError(fields={"email": _("Enter an e-mail address like name@example.org")})
    return given


def _link(secret: str) -> CaseLink:
    link = links.find(secret)
    if link is None:
        raise Gone()
    return link


@bp.route("/i/<secret>/reminders", methods=["GET", "POST"])
@csrf.exempt
def guest_reminders(secret: str) -> Answer:
    """End the reminders of this report, by one click in a mail program (RFC 8058) or here; or have them again."""
    issue, ended = opened(secret, guests_only=True), False
    if request.method == "POST":
        parties.want_reminders(issue, "again" in request.form, by=current_actor(), at=clock.now())
        db.session.commit()
        ended = issue.reminders_ended_at is not None
    return render_template("issues/reminders.html", issue=issue, here=f"/i/{secret}", ended=ended)


@bp.post("/i/<secret>/resend")
def resend(secret: str) -> Answer:
    """Send a fresh link to the address that was left; the answer is the same whether there is one."""
    count_guest("resend")
    link = links.find(secret)
    if link is not None and link.revoked_at is None and link.person_id is None:
        issue = db.session.get_one(Issue, link.subject_id)
        letters.to_guest(issue, "message", cause=f"resend {clock.now():%Y%m%d}", at=clock.now())
        db.session.commit()
    return render_template("issues/gone.html", secret="", resent=True)


@bp.get("/i/<secret>/files/<int:file_id>")
def guest_file(secret: str, file_id: int) -> Answer:
    return files.answer(opened(secret), file_id)


@bp.get("/i/<secret>/calendar.ics")
def guest_calendar(secret: str) -> Answer:
    return calendar_entry(opened(secret))
