"""Answers and known issues of the demo organisation, read from `guides.jsonl`: one line a guide.

`stage` says how far it has come: an answer to `draft`, `reviewed` or `published`, a known issue to `open` or `solved`.
`ago` counts working days back from today, as in the cases; `about` is how the report begins that it was made from.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.accounts import tokens
from tracker.db import db
from tracker.demo.stage import Stage
from tracker.guides import articles, known, rules, saying
from tracker.guides.models import Article, KnownIssue
from tracker.issues.models import Issue

# Two supervisors write; what the one wrote the other reviews.
AUTHOR, REVIEWER = "supervisor2", "supervisor"


@dataclass(frozen=True)
class Guide:
    """One guide: its text in Chinese and in English, each a title and a body, and what readers made of it.

    later: what a second version says instead; said: how many were helped, were not, and were spared a report;
    met: who said 我也遇到; solved: the working days after which it was, and what is different now.
    """

    stage: str
    ago: float
    system: str
    function: str
    zh: tuple[str, str]
    en: tuple[str, str]
    later: Mapping[str, str] = field(default_factory=dict)
    said: tuple[int, int, int] = (0, 0, 0)
    about: str = ""
    met: tuple[str, ...] = ()
    solved: tuple[int, str, str] = (0, "", "")

    @property
    def texts(self) -> dict[str, str]:
        """What its form holds."""
        return dict(zip(("title_zh", "body_zh", "title_en", "body_en"), (*self.zh, *self.en), strict=True))


GUIDES = tuple(
    Guide(**json.loads(line)) for line in Path(__file__).with_suffix(".jsonl").read_text("utf-8").splitlines()
)


def write(stage: Stage) -> None:
    """Let the supervisors write all of them, and the readers say what they think."""
    for told in GUIDES:
        given = told.texts | _place(stage, told)
        if told.stage in (rules.OPEN, rules.SOLVED):
            _known(stage, told, given)
        else:
            _answer(stage, told, given)
    db.session.flush()


def _place(stage: Stage, told: Guide) -> dict[str, Any]:
    system = stage.systems.get(told.system)
    function = (
        next((one.id for one in system.functions if one.name == told.function), None) if system else None
    )
    return {"system_id": system.id if system else None, "function_id": function}


def _answer(stage: Stage, told: Guide, given: Mapping[str, Any]) -> None:
    at, source = stage.instant(told.ago, (0, "15:40")), _source(stage, told)
    made = articles.create(given, issue_id=source.id if source else None, by=stage.actor(AUTHOR, at), at=at)
    made.is_demo = True
    if told.stage == rules.DRAFT:
        return
    at += timedelta(hours=1)
    articles.review(made, by=stage.actor(REVIEWER, at), at=at)
    if told.stage == rules.REVIEWED:
        return
    _publish(stage, made, at)
    if told.later:
        at = stage.instant(told.ago, (3, "10:30"))
        articles.save(made, {**given, **told.later}, by=stage.actor(AUTHOR, at), at=at)
        articles.review(made, by=stage.actor(REVIEWER, at), at=at)
        _publish(stage, made, at)
    _say(stage, made, told, at)


def _publish(stage: Stage, made: Article, at: datetime) -> None:
    articles.publish(made, by=stage.actor(REVIEWER, at), at=at)


def _known(stage: Stage, told: Guide, given: Mapping[str, Any]) -> None:
    at = stage.instant(told.ago, (0, "11:00"))
    by = stage.actor(AUTHOR, at)
    made = known.create(given, issue=_source(stage, told), by=by, at=at)
    made.is_demo = True
    known.publish(made, by=by, at=at)
    for who in told.met:
        at += timedelta(minutes=20)
        person = stage.persons[who]
        known.me_too(made, f"person {person.id}", by=stage.actor(who, at), at=at)
    _say(stage, made, told, at)
    if told.stage == rules.SOLVED:
        after, zh, en = told.solved
        at = stage.instant(told.ago, (after, "16:30"))
        known.solve(made, solution_zh=zh, solution_en=en, by=stage.actor(AUTHOR, at), at=at)


def _source(stage: Stage, told: Guide) -> Issue | None:
    """The report that it was made from; none where only some of the cases are told."""
    return next((one for one in stage.issues if told.about and one.description.startswith(told.about)), None)


def _say(stage: Stage, made: Article | KnownIssue, told: Guide, at: datetime) -> None:
    """Guests who read it in a browser of theirs: some were helped, some not, some need not report any more."""
    helped, unhelped, spared = told.said
    for n in range(helped + unhelped + spared):
        voter = f"guest {tokens.stored(f'{made.kind_name} {made.id} {n}')}"
        if n < spared:
            saying.solved(made, voter, at=at)
        else:
            saying.helped(made, voter, n < spared + helped, at=at)
