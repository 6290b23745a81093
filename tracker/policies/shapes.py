"""A policy in JSON: its shape, checked when it is read, and back.

A policy that breaks its shape raises Broken; whether its rules make sense is for `checking`.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tracker.policies import rules
from tracker.policies.rules import Allowance, Only, Policy, Rule, Stage

MOST_RULES, MOST_STEPS, MOST_NAMED = 200, 12, 200
Amount = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
Severity = Literal["S1", "S2", "S3", "S4"]
Ids = Annotated[list[Annotated[int, Field(gt=0)]], Field(max_length=MOST_NAMED)]


class Broken(ValueError):
    """The text is no policy; the message says where."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Allowance(_Shape):
    unit: Literal["hour", "day"]
    amounts: Annotated[list[Amount], Field(min_length=4, max_length=4)]


class _Only(_Shape):
    severities: list[Severity] = []
    systems: Ids = []
    units: Ids = []
    kinds: Annotated[list[str], Field(max_length=20)] = []


class _Stage(_Shape):
    when: Literal["share", "due", "after", "again"]
    amount: Amount = 0
    unit: Literal["hour", "day"] = "day"
    to: Annotated[list[Literal["owner", "supervisors", "managers", "on_duty", "reporter", "safety"]],
                  Field(min_length=1, max_length=6)]  # fmt: skip
    does: Literal[
        "", "ask", "close", "lapse", "raise", "reassign_deputy", "reassign_supervisor", "reassign_on_duty"
    ] = ""


class _Rule(_Shape):
    clock: str
    only: _Only = _Only()
    allowance: _Allowance | None = None
    steps: Annotated[list[_Stage], Field(max_length=MOST_STEPS)]


class _Policy(_Shape):
    rules: Annotated[list[_Rule], Field(min_length=1, max_length=MOST_RULES)]


def read(body: Any) -> Policy:
    """The policy that a JSON body holds; Broken when it holds none."""
    try:
        shape = _Policy.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        raise Broken(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error
    unknown = {one.clock for one in shape.rules} - set(rules.RULED)
    if unknown:
        raise Broken(f"there is no clock {sorted(unknown)[0]!r}")
    return Policy(tuple(_rule(one) for one in shape.rules))


def _rule(shape: _Rule) -> Rule:
    only = Only(*(tuple(getattr(shape.only, key)) for key in ("severities", "systems", "units", "kinds")))
    amounts = shape.allowance.amounts if shape.allowance is not None else None
    return Rule(
        shape.clock,
        tuple(Stage(one.when, one.amount, one.unit, tuple(one.to), one.does) for one in shape.steps),
        Allowance(shape.allowance.unit, (amounts[0], amounts[1], amounts[2], amounts[3]))
        if shape.allowance is not None and amounts is not None
        else None,
        only,
    )


def written(policy: Policy) -> dict[str, Any]:
    """The JSON body of a policy; what is as usual is left out."""
    return {"rules": [_plain(one) for one in policy.rules]}


def _plain(rule: Rule) -> dict[str, Any]:
    plain: dict[str, Any] = {"clock": rule.clock}
    only = {key: list(some) for key, some in vars(rule.only).items() if some}
    if only:
        plain["only"] = only
    if rule.allowance is not None:
        plain["allowance"] = {"unit": rule.allowance.unit, "amounts": list(rule.allowance.amounts)}
    plain["steps"] = [_stage(one) for one in rule.steps]
    return plain


def _stage(stage: Stage) -> dict[str, Any]:
    plain: dict[str, Any] = {"when": stage.when, "to": list(stage.to)}
    if stage.when != rules.DUE:
        plain["amount"] = stage.amount
    if stage.when == rules.AFTER:
        plain["unit"] = stage.unit
    if stage.does:
        plain["does"] = stage.does
    return plain


def canonical(policy: Policy) -> str:
    """The one text of a policy, to compare and to name it by."""
    return json.dumps(written(policy), sort_keys=True, separators=(",", ":"))
