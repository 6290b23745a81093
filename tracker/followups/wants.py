"""A clock's plan in JSON's own types, as the clock keeps it, and back.  Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tracker.followups import ladder
from tracker.followups.ladder import Want


def written(want: Want) -> dict[str, Any]:
    """The plan in JSON's types."""
    plain = dict(vars(want))
    plain["start"] = want.start.isoformat()
    plain["until"] = want.until.isoformat() if want.until else None
    plain["asked_again_at"] = want.asked_again_at.isoformat() if want.asked_again_at else None
    plain["allowance"] = want.allowance.total_seconds() if want.allowance is not None else None
    plain["pauses"] = [
        [begins.isoformat(), ends.isoformat() if ends else None] for begins, ends in want.pauses
    ]
    return plain


def read(plain: Mapping[str, Any]) -> Want:
    """The plan that `written` wrote."""
    allowance, again = plain["allowance"], plain.get("asked_again_at")
    return Want(
        **{
            **plain,
            "start": datetime.fromisoformat(plain["start"]),
            "until": datetime.fromisoformat(plain["until"]) if plain["until"] else None,
            "because": tuple(plain.get("because", ())),
            "asked_again_at": datetime.fromisoformat(again) if again else None,
            "allowance": timedelta(seconds=allowance) if allowance is not None else None,
            "pauses": tuple(
                (datetime.fromisoformat(begins), datetime.fromisoformat(ends) if ends else None)
                for begins, ends in plain["pauses"]
            ),
        }
    )


def digest(want: Want, severity: str, office: str) -> str:
    """Names all that a clock is computed from; asking the same question once more changes nothing."""
    facts = {**written(unasked(want)), "severity": severity, "office": office}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def unasked(want: Want) -> Want:
    """The plan whatever was asked so far: to ask the same once more starts nothing anew."""
    return replace(want, asked=0, asked_again_at=None)


def from_now(want: Want, now: datetime) -> Want:
    """A notice is due when its reason appears, whenever the case began."""
    return replace(want, start=now) if want.ladder == ladder.NOTICE else want
