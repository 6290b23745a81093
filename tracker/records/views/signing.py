"""Signing a record: the statement, the record to read, and the password again for a grave one."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.accounts.forms.fields import wrong
from tracker.accounts.views.again import prove
from tracker.db import db
from tracker.errors import DomainError, Missing, NotAllowed, WrongState
from tracker.exports import sheet
from tracker.followups import actions as followups
from tracker.records import actions, content, forms, queries, reasons, rules, signing, standing_in, words
from tracker.records.models import Record
from tracker.records.views import bp
from tracker.records.views.files import telling
from tracker.records.views.loading import record_to_sign
from tracker.records.views.record import is_long
from tracker.records.whole import Whole
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer


@bp.get("/records/<number>/sign")
@signed_in()
def sign_page(number: str) -> Answer:
    found = record_to_sign(number)
    return _page(found, forms.SignForm())


@bp.post("/records/<number>/sign")
@signed_in()
def sign(number: str) -> Answer:
    found, form, at = record_to_sign(number), forms.SignForm(), clock.now()
    record_id, role = found.id, _role(found, Whole(found))
    try:
        found = _authenticated(found, form.password.data or "")
        reason = form.same_person_reason.data or ""
        actions.sign(
            found, signed_as=role, statement=statement(), by=current_actor(), at=at, same_person_reason=reason
        )
    except DomainError as error:
        if not isinstance(error, Missing) and error.status != 422:
            raise
        db.session.rollback()
        wrong(form, _said(error), error.text)
        return _page(
            db.session.get_one(Record, record_id), form, status=409 if isinstance(error, Missing) else 422
        )
    followups.rearm_now("record", record_id, at)
    db.session.commit()
    flash(_("Signed."), "ok")
    return redirect(url_for(".show", number=found.number) if _sees(found) else url_for(".approvals"), 303)


def _sees(found: Record) -> bool:
    """Whether the record's own page opens to this actor: a deputy may have come to sign and for nothing else."""
    mine = queries.visible(current_actor()).with_only_columns(Record.id).where(Record.id == found.id)
    return db.session.scalar(mine) is not None


def statement() -> str:
    """What is signed, in the signer's language."""
    return _("I have checked this form; handling and follow-up are as stated.")


def _said(error: DomainError) -> dict[str, str]:
    if not isinstance(error, Missing):
        return error.fields
    if "same_person_reason" in error.keys:
        return {"same_person_reason": _("Give the reason.")}
    return {"": _("Still missing: %(what)s", what="、".join(str(words.need_word(key)) for key in error.keys))}


def _authenticated(found: Record, password: str) -> Record:
    """A grave record asks for the password again; people without one signed in by their own means."""
    if not is_long(found) or current_user.password_hash is None:
        return found
    number = found.number
    prove(current_user, password)
    return record_to_sign(number)


def _role(found: Record, whole: Whole) -> str:
    """The signature that this actor can give now: the supervisor's while there is none, then the manager's."""
    actor, now = current_actor(), clock.now()
    known = {*queries.relations(actor, found, None, now), *standing_in.signers(found, actor, now)}
    first = "supervisor" in content.standings(whole)
    if "supervisor" in known and not (first and "manager" in known):
        return "supervisor"
    if "manager" in known:
        return "manager"
    raise NotAllowed()


def _page(found: Record, form: forms.SignForm, status: int = 200) -> Answer:
    whole, actor, now = Whole(found), current_actor(), clock.now()
    role = _role(found, whole)
    if found.state not in standing_in.SIGNED_IN:
        raise WrongState(_("This record is not waiting for signatures."))
    facts, stands = queries.facts(found, now, whole=whole), content.standings(whole).get(role)
    stops = signing.lacks(role, facts)
    lacks = tuple(need.key for need in rules.AGAIN if not need.holds(facts))
    body = render_template(
        "records/sign.html", record=found, whole=whole, form=form, role=role, statement=statement(), lacks=lacks,
        stops=stops, barred=signing.is_barred(whole, role, actor, now), why=reasons.reasons(lacks, lambda: facts),
        stands=stands,
        asks_password=is_long(found) and current_user.password_hash is not None, words=words,
        needs_reason=signing.needs_reason(whole, role, actor, now),
        signs_for=signing.signs_for(found, role, actor, now),
        away=url_for(".show", number=found.number) if _sees(found) else url_for(".approvals"),
        sheet=sheet.make(whole, content.values(whole), tell=telling(None), at=now),
    )  # fmt: skip
    return body, status
