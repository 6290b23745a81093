"""Notices to the outside: drafts from the record, those that no clock asked for, and the files that prove them."""

from flask import flash, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select

from tracker import attachments, clock
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.attachments import queries as attached
from tracker.attachments.models import Attachment
from tracker.db import db, first_or_404
from tracker.decisions import facing
from tracker.decisions.actions import Case
from tracker.errors import NotFound
from tracker.exports.saying import text_of
from tracker.followups import actions as followups
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.issues.views.loading import log_view
from tracker.records import content, masking
from tracker.records.views.files import telling as times
from tracker.records.whole import Whole
from tracker.statutory import actions, drafting, forms, notices, queries, words
from tracker.statutory.models import StatutoryClock, StatutoryNotice
from tracker.statutory.views import bp
from tracker.statutory.views.case import LEADS, page
from tracker.statutory.views.telling import keep_files, told_of
from tracker.web import current_actor, pages, signed_in
from tracker.web.answers import Answer

LOCALES = {"zh": "zh_Hant_TW", "en": "en"}


@bp.get("/statutory/<number>/draft")
@signed_in(*LEADS)
def draft(number: str) -> Answer:
    """A notice drafted from the record, in either language, with what is missing."""
    log_view(facing.case_of(current_actor(), number.upper()).issue, current_actor())
    found = facing.case_of(current_actor(), number.upper())
    if found.record is None:
        raise NotFound()
    wanted = {
        "to": request.args.get("to", drafting.AUTHORITY), "kind": request.args.get("kind", actions.INTERIM),
        "lang": request.args.get("lang", "zh"), "clock": request.args.get("clock", ""),
    }  # fmt: skip
    lists = (drafting.RECIPIENTS, drafting.KINDS, LOCALES)
    if any(wanted[name] not in known for name, known in zip(("to", "kind", "lang"), lists, strict=True)):
        raise NotFound()
    row = _clock(found, wanted["clock"])
    made = made_of(found, row, wanted["to"], wanted["kind"], wanted["lang"])
    form = _filled(row, made, wanted)
    return render_template(
        "statutory/draft.html", case=found, draft=made, wanted=wanted, row=row, form=form, words=words,
        recipients=drafting.RECIPIENTS, kinds=drafting.KINDS,
    )  # fmt: skip


def _clock(found: Case, given: str) -> StatutoryClock | None:
    """The clock that the notice is for, where it is one of the case."""
    clocks = queries.of_case(found.issue, found.record)
    return next((one for one in clocks if str(one.id) == given), None)


def made_of(found: Case, row: StatutoryClock | None, to: str, kind: str, lang: str) -> drafting.Draft:
    """The draft in one language; what is sealed or masked stays out, whoever it is for."""
    assert found.record is not None
    record, whole = found.record, Whole(found.record)
    kept_back = masking.EVIDENCE if record.primary_issue.personal_data else frozenset[str]()
    kept_back |= masking.hidden(record, current_actor())
    values, settings = content.values(whole), people.organisation()
    contact = record.owner
    if to == drafting.PERSONS and settings.privacy_contact_id is not None:
        contact = db.session.get(Person, settings.privacy_contact_id)
    with force_locale(LOCALES[lang]):
        tell = times(None).of(values)
        sender = drafting.Sender(
            settings.name, contact.name if contact else "", settings.help_phone or (contact.phone if contact else ""),
            record.number, str(row.rule["citation"]) if row is not None else "",
            words.said(row.rule["recipient"]) if row is not None else "",
        )  # fmt: skip

        def say(key: str) -> str:
            value = None if key in kept_back or values.get(key) == "unknown" else values.get(key)
            return text_of(key, value, tell)

        return drafting.draft(to, kind, sender, say, lambda key: values.get(key) == "yes")


def _filled(row: StatutoryClock | None, made: drafting.Draft, wanted: dict[str, str]) -> FlaskForm:
    form = forms.stopping(f"c{row.id}", row)["told"] if row is not None and row.open else forms.telling()
    kinds = [kind for kind, _word in form["kind"].choices]
    form["kind"].data = wanted["kind"] if wanted["kind"] in kinds else kinds[0]
    form["to"].data, form["body"].data = wanted["to"], made.body
    return form


@bp.post("/statutory/<number>/notices")
@signed_in(*LEADS)
def note(number: str) -> Answer:
    """Somebody was told although no deadline asked for it."""
    found = facing.case_of(current_actor(), number.upper(), lock=True)
    form, at = forms.telling(), clock.now()

    def work() -> None:
        told, kind = told_of(form), str(form.kind.data)
        made = notices.note(found.issue, found.record, told, by=current_actor(), at=at, kind=kind)
        keep_files(made, form, sealed=found.issue.personal_data, by=current_actor(), at=at)
        followups.rearm_now(*found.root, at)

    if pages.done(form, work):
        flash(_("The notice is noted."), "ok")
        return pages.to(url_for("statutory.case", number=number, _anchor="notices"))
    return page(facing.case_of(current_actor(), number.upper()), notice=form), 422


@bp.post("/statutory/notices/<int:notice_id>/withdraw")
@signed_in(*LEADS)
def withdraw(notice_id: int) -> Answer:
    """It was noted by mistake."""
    notice, issue = _notice(notice_id)
    found, form, at = (
        facing.case_of(current_actor(), issue.number, lock=True),
        forms.TakeBackForm(),
        clock.now(),
    )

    def work() -> None:
        because = form.because.data or ""
        notices.withdraw(notice, found.issue, found.record, because, by=current_actor(), at=at)
        followups.rearm_now(*found.root, at)

    if not pages.done(form, work):
        flash(_("Give the reason"), "error")
    return pages.to(url_for("statutory.case", number=found.number, _anchor="notices"))


@bp.get("/statutory/notices/<int:notice_id>/files/<int:file_id>")
@signed_in(*LEADS)
def notice_file(notice_id: int, file_id: int) -> Answer:
    """A receipt or letter that proves a notice."""
    notice, issue = _notice(notice_id)
    found = first_or_404(attached.of(notice.kind_name, notice.id).where(Attachment.id == file_id))
    if found.sealed or issue.personal_data:
        log_view(issue, current_actor(), file=found.id)
    return attachments.respond(found)


def _notice(notice_id: int) -> tuple[StatutoryNotice, Issue]:
    notice: StatutoryNotice = first_or_404(select(StatutoryNotice).where(StatutoryNotice.id == notice_id))
    issue: Issue = first_or_404(issues.visible(current_actor()).where(Issue.id == notice.issue_id))
    # Who only reported the case sees its page, and nothing of what was told outside.
    if not issues.works_on(current_actor(), issue):
        raise NotFound()
    return notice, issue
