"""Signatures L1 and L2: who may sign, what is signed, and what makes a signature fall."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit, rearm
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, Missing, NotAllowed, WrongState
from tracker.records import answering, content, letters, queries, rules, standing_in
from tracker.records.known import Facts
from tracker.records.models import Record
from tracker.records.parts import FieldAuthor, Signature
from tracker.records.standing_in import SIGNED_IN, SIGNS_AS
from tracker.records.whole import Whole

STATEMENT_MOST = 2000


def sign(
    record: Record, *, signed_as: str, statement: str, by: Actor, at: datetime, same_person_reason: str = ""
) -> Signature:
    """Sign L1 (`supervisor`) or L2 (`manager`) over the record as it stands.

    A signature that stands is left as it is: to replace it would void what was approved on top of it.
    Raises NotAllowed, WrongState, Missing (G5 of a grave record; L1 before L2; the reason where one person must
    do two persons' work), DomainError without a statement.
    """
    away = _may_sign(record, signed_as, by, at)
    words = statement.strip()
    if not words or len(words) > STATEMENT_MOST:
        text = _("Confirm the statement to sign.")
        raise DomainError(text, fields={"statement": text})
    whole = Whole(record)
    stands = content.standings(whole).get(signed_as)
    if stands is not None:
        return _left(stands, by)
    missing = lacks(signed_as, queries.facts(record, at, whole=whole))
    if missing:
        raise Missing(missing)
    stood_for = _stood_for(whole, signed_as, away)
    deputy_for = stood_for.name if stood_for is not None else ""
    reason = _two_persons(whole, signed_as, by, stood_for, at, same_person_reason.strip())
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


def _left(stands: Signature, by: Actor) -> Signature:
    """The signature that stands, for whoever gave it: what is sent twice changes nothing."""
    if stands.person_id != by.person_id:
        raise DomainError(
            _("%(name)s has signed this already; the signature stands.", name=stands.person.name)
        )
    return stands


def lacks(signed_as: str, facts: Facts) -> tuple[str, ...]:
    """What keeps this signature from being given: G5 of a grave record before L1, L1 before L2."""
    need = rules.SIMILAR if signed_as == "supervisor" else rules.L1
    return () if need.holds(facts) else (need.key,)


def awaited(whole: Whole, by: Actor, at: datetime) -> str:
    """The signature that is this actor's to give and has not been given, or fell; empty while there is none."""
    record = whole.record
    if record.state not in SIGNED_IN:
        return ""
    own = queries.relations(by, record, None, at) | frozenset(standing_in.signers(record, by, at))
    standing = content.standings(whole)
    if "supervisor" not in standing:
        return "supervisor" if "supervisor" in own else ""
    long = record.severity in rules.GRAVE or record.long_form
    return "manager" if long and "manager" in own and "manager" not in standing else ""


def _may_sign(record: Record, signed_as: str, by: Actor, at: datetime) -> Sequence[Person]:
    """For whom a deputy may sign; nobody for one's own signature."""
    if signed_as not in SIGNS_AS:
        text = _("Sign as supervisor or manager.")
        raise DomainError(text, fields={"as": text})
    away = standing_in.signers(record, by, at)
    own = by.person_id is not None and signed_as in queries.relations(by, record, None, at)
    if not own and signed_as not in away:
        raise NotAllowed(act="sign")
    if record.state not in SIGNED_IN:
        raise WrongState(act="sign")
    return () if own else away[signed_as]


def _two_persons(
    whole: Whole, signed_as: str, by: Actor, stood_for: Person | None, at: datetime, reason: str
) -> str:
    """The reason to keep with the signature: empty when somebody else did the work; raises when nobody may."""
    others = work_authors(whole) if signed_as == "supervisor" else _signers(whole)
    signers = {by.person_id, stood_for.id if stood_for is not None else None}
    if not signers & others:
        return ""
    if not answering.nobody_else(whole.record, SIGNS_AS[signed_as], others, at):
        raise NotAllowed(_("Somebody else has to sign: you did the work or signed before."))
    if not reason:
        raise Missing(("same_person_reason",))
    return reason


def _stood_for(whole: Whole, signed_as: str, away: Sequence[Person]) -> Person | None:
    """In whose stead a deputy signs: first of all somebody who may sign this record themselves."""
    barred = work_authors(whole) if signed_as == "supervisor" else _signers(whole)
    return next((one for one in away if one.id not in barred), away[0] if away else None)


def needs_reason(whole: Whole, signed_as: str, by: Actor, at: datetime) -> bool:
    """Whether this actor, or who is away and they sign for, did the work or signed before."""
    others = work_authors(whole) if signed_as == "supervisor" else _signers(whole)
    own = signed_as in queries.relations(by, whole.record, None, at)
    away = () if own else standing_in.signers(whole.record, by, at).get(signed_as, ())
    stood_for = _stood_for(whole, signed_as, away)
    return bool({by.person_id, stood_for.id if stood_for is not None else None} & others)


def is_barred(whole: Whole, signed_as: str, by: Actor, at: datetime) -> bool:
    """Whether somebody else has to sign, since this actor did the work or signed before, and somebody else can."""
    others = work_authors(whole) if signed_as == "supervisor" else _signers(whole)
    return needs_reason(whole, signed_as, by, at) and not answering.nobody_else(
        whole.record, SIGNS_AS[signed_as], others, at
    )


def signs_for(record: Record, signed_as: str, by: Actor, at: datetime) -> str:
    """The name of who is away and would be signed for; empty for one's own signature."""
    if signed_as in queries.relations(by, record, None, at):
        return ""
    stood_for = _stood_for(Whole(record), signed_as, standing_in.signers(record, by, at).get(signed_as, ()))
    return stood_for.name if stood_for is not None else ""


def work_authors(whole: Whole) -> frozenset[int]:
    """Who found the cause and corrected the fault: the authors of G1 to G4, G6, H1 and H4."""
    wrote = (whole.work.authors.get(key) for key in rules.WORK_FIELDS)
    return frozenset(
        one.person_id for one in wrote if isinstance(one, FieldAuthor) and one.person_id is not None
    )


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
    """One that no longer says what the record says gives way."""
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
