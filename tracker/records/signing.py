"""Signatures L1 and L2: who may sign, what is signed, and what makes a signature fall."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit, rearm
from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, Missing, NotAllowed, WrongState
from tracker.records import answering, content, letters, queries, rules
from tracker.records.models import Record
from tracker.records.parts import FieldAuthor, Signature
from tracker.records.whole import Whole

SIGNS_AS = {"supervisor": roles.SUPERVISOR, "manager": roles.MANAGER}
SIGNED_IN = frozenset({rules.REVIEW, rules.WATCHING})
STATEMENT_MOST = 2000


def sign(
    record: Record, *, signed_as: str, statement: str, by: Actor, at: datetime, same_person_reason: str = ""
) -> Signature:
    """Sign L1 (`supervisor`) or L2 (`manager`) over the record as it stands.

    Raises NotAllowed, WrongState, Missing (G5 of a grave record; L1 before L2; the reason where one person must
    do two persons' work), DomainError without a statement.
    """
    deputy_for = _may_sign(record, signed_as, by, at)
    words = statement.strip()
    if not words or len(words) > STATEMENT_MOST:
        text = _("Confirm the statement to sign.")
        raise DomainError(text, fields={"statement": text})
    whole = Whole(record)
    if signed_as == "supervisor" and not rules.SIMILAR.holds(queries.facts(record, at, whole=whole)):
        raise Missing((rules.SIMILAR.key,))
    reason = _two_persons(whole, signed_as, by, at, same_person_reason.strip())
    signature = _written(whole, signed_as, words, reason, by, at)
    signature.deputy_for = deputy_for
    audit.record(
        f"record.sign_{signed_as}", record, by=by, at=at, texts={"same_person_reason": reason} if reason else None,
        after={"signature": signature.id, "statement": words, "digests": signature.digests}, on_behalf=deputy_for,
    )  # fmt: skip
    rearm.mark(record.kind_name, record.id, at=at)
    if signed_as == "supervisor":
        letters.ask_to_approve(record, cause=signature.id, at=at, by=by)
    return signature


def _may_sign(record: Record, signed_as: str, by: Actor, at: datetime) -> str:
    """For whom a deputy signs; empty for one's own signature."""
    if signed_as not in SIGNS_AS:
        text = _("Sign as supervisor or manager.")
        raise DomainError(text, fields={"as": text})
    away = stands_in(record, by, at)
    own = by.person_id is not None and signed_as in queries.relations(by, record, None, at)
    if not own and signed_as not in away:
        raise NotAllowed(act="sign")
    if record.state not in SIGNED_IN:
        raise WrongState(act="sign")
    return "" if own else away[signed_as]


def stands_in(record: Record, by: Actor, at: datetime) -> dict[str, str]:
    """The signatures that this actor may give as the deputy of a signer who is away, and for whom."""
    if by.person_id is None:
        return {}
    away = people.deputising_for(by.person_id, at=at)
    unit_id, system_id = record.primary_issue.unit_id, record.system_id
    found: dict[str, str] = {}
    for signed_as, role in SIGNS_AS.items() if away else ():
        for person in people.people_with(role, at=at, unit_id=unit_id, system_id=system_id):
            if person.id in away:
                found.setdefault(signed_as, person.name)
    return found


def _two_persons(whole: Whole, signed_as: str, by: Actor, at: datetime, reason: str) -> str:
    """The reason to keep with the signature: empty when somebody else did the work; raises when nobody may."""
    others = work_authors(whole) if signed_as == "supervisor" else _first_signer(whole)
    if by.person_id not in others:
        return ""
    if not answering.nobody_else(whole.record, SIGNS_AS[signed_as], others, at):
        raise NotAllowed(_("Somebody else has to sign: you did the work or signed before."))
    if not reason:
        raise Missing(("same_person_reason",))
    return reason


def needs_reason(whole: Whole, signed_as: str, by: Actor) -> bool:
    """Whether this actor would sign what they did or signed themselves."""
    others = work_authors(whole) if signed_as == "supervisor" else _signers(whole)
    return by.person_id in others


def work_authors(whole: Whole) -> frozenset[int]:
    """Who found the cause and corrected the fault: the authors of G1 to G4, G6, H1 and H4."""
    wrote = (whole.authors.get(key) for key in rules.WORK_FIELDS)
    return frozenset(
        one.person_id for one in wrote if isinstance(one, FieldAuthor) and one.person_id is not None
    )


def _first_signer(whole: Whole) -> frozenset[int]:
    signers = _signers(whole)
    if not signers:
        raise Missing((rules.L1.key,))
    return signers


def _signers(whole: Whole) -> frozenset[int]:
    first = content.standings(whole).get("supervisor")
    return frozenset() if first is None else frozenset({first.person_id})


def _written(whole: Whole, signed_as: str, statement: str, reason: str, by: Actor, at: datetime) -> Signature:
    digests = content.digests(whole)
    if signed_as == "manager":
        first = content.standings(whole).get("supervisor")
        digests |= {"L1": content.signature_digest(first)} if first is not None else {}
    signature = Signature(
        record_id=whole.record.id, signed_as=signed_as, person_id=by.person_id, statement=statement,
        same_person_reason=reason, at=at, digests=digests, snapshot=content.covered(whole),
    )  # fmt: skip
    _replace_earlier(whole, signed_as, at)
    db.session.add(signature)
    db.session.flush()
    return signature


def _replace_earlier(whole: Whole, signed_as: str, at: datetime) -> None:
    for one in whole.signatures:
        if one.signed_as == signed_as and one.voided_at is None:
            one.voided_at, one.voided_because = at, "signed_again"


def void_changed(record: Record, *, by: Actor, at: datetime) -> tuple[str, ...]:
    """Void the signatures whose sections changed; answers those sections."""
    whole = Whole(record)
    live = {one.signed_as: one for one in whole.signatures if one.voided_at is None}
    now = content.digests(whole) if live else {}
    changed: tuple[str, ...] = ()
    for one in live.values():
        sections = content.changed_since(one, now, live.get("supervisor"))
        if sections:
            _void(record, one, ",".join(sections), by=by, at=at)
            changed += sections
    return tuple(dict.fromkeys(changed))


def void(record: Record, *, because: str, by: Actor, at: datetime) -> None:
    """Void all signatures that stand."""
    standing = select(Signature).where(Signature.record_id == record.id, Signature.voided_at.is_(None))
    for one in db.session.scalars(standing).all():
        _void(record, one, because, by=by, at=at)


def _void(record: Record, signature: Signature, because: str, *, by: Actor, at: datetime) -> None:
    signature.voided_at, signature.voided_because = at, because
    audit.record(
        "record.void_signature", record, by=by, at=at, after={"signature": signature.id, "because": because}
    )
    db.session.flush()
