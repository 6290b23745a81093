"""The calls about known issues."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from sqlalchemy import Select

from tracker import clock
from tracker.accounts.rules import Actor
from tracker.api import guided
from tracker.api.acts import Done, acts
from tracker.api.doors import PREFIX, plain_id
from tracker.api.lists import item
from tracker.db import first_or_404, locked
from tracker.guides import copying, editing, known, queries
from tracker.guides.api import bp, ground
from tracker.guides.models import KnownIssue
from tracker.guides.views.readers import voter
from tracker.issues import queries as issues
from tracker.systems.models import AISystem
from tracker.web import current_actor
from tracker.web.paths import base_url


@bp.get("/known-issues")
@bp.input(guided.KnownFilter, location="query", arg_name="wanted")
@bp.output(guided.KnownPage)
def list_known(wanted: guided.KnownFilter) -> dict[str, Any]:
    """What is known and worked on, or was solved lately; `show=all` adds drafts and what is over."""
    found = queries.known_issues(current_actor())
    if wanted.show != "all":
        found = found.where(queries.listed(clock.now()))
    if wanted.system:
        found = found.where(KnownIssue.system.has(AISystem.key == wanted.system))
    return ground.page(found, KnownIssue, wanted, _known)


@bp.get("/known-issues/<int:known_id>")
@bp.output(guided.KnownOut)
def read_known(known_id: int) -> Response:
    """One known issue: what to do for now, whom it met, and what was done once it is solved."""
    found = first_or_404(_known_issue(known_id))
    return item(_shown(found), ground.boxes(found))


@bp.post("/known-issues")
@bp.input(guided.NewGuide, arg_name="body")
@bp.output(guided.KnownOut, status_code=201)
@acts
def create_known(body: guided.NewGuide) -> Done:
    """A new known issue, as a draft; `issue` is the first that is about it."""
    source = ground.source(body)
    given = ground.wanted(body, copying.known_of(source) if source else {"system_id": None})
    made = known.create(given, issue=source, by=current_actor(), at=clock.now())
    return ground.done(made, _shown, 201, f"{PREFIX}/known-issues/{made.id}")


@bp.patch("/known-issues/<int:known_id>")
@bp.input(guided.GuideIn, arg_name="body")
@bp.output(guided.KnownOut)
@acts
def save_known(known_id: int, body: guided.GuideIn) -> Done:
    """Change what is said of it, read at once; with If-Match, nobody else's words are written over (412)."""
    return ground.saved(first_or_404(locked(_known_issue(known_id))), body, known.save, _shown)


@bp.post("/known-issues/<int:known_id>/transitions")
@bp.input(guided.GuideMove, arg_name="body")
@bp.output(guided.KnownOut)
@acts
def move_known(known_id: int, body: guided.GuideMove) -> Done:
    """`publish`, `solve` (tells all whom it met), `reopen`, `link` and `unlink` an issue, `withdraw`, `restore`.

    `solve` takes `solution_zh` and `solution_en`, one of them at least; `link` and `unlink` the issue's `number`.
    """
    return ground.moved(first_or_404(locked(_known_issue(known_id))), body, _shown)


@bp.post("/known-issues/<int:known_id>/me-too")
@bp.output(guided.KnownOut)
@acts
def me_too(known_id: int) -> Done:
    """It happened to the token's owner too; counted once, and told when it is solved."""
    found = first_or_404(locked(_known_issue(known_id)))
    known.me_too(found, voter(), by=current_actor(), at=clock.now())
    return ground.done(found, _shown)


@bp.get("/known-issues/<int:known_id>/versions")
@bp.output(guided.GuideVersions)
def known_versions(known_id: int) -> dict[str, Any]:
    """What was said of it when and by whom, newest first, with the names of the texts that changed; for its writers."""
    return ground.versions_of(first_or_404(_known_issue(known_id)))


def _known_issue(known_id: int) -> Select[KnownIssue]:
    return queries.known_issues(current_actor()).where(KnownIssue.id == plain_id(known_id))


def _shown(found: KnownIssue) -> dict[str, Any]:
    return _known([found])[0]


def _known(rows: Sequence[KnownIssue]) -> list[dict[str, Any]]:
    actor, counts = current_actor(), queries.affected([one.id for one in rows])
    return [
        ground.place(one) | {
            "state": one.stage, "texts": editing.texts(one), "solution_zh": one.solution_zh,
            "solution_en": one.solution_en, "affected": counts[one.id], "updated_at": one.updated_at,
            "published_at": one.published_at, "solved_at": one.solved_at, "issues": _issues(one, actor),
            "moves": ground.open_moves(one), "url": f"{base_url()}/known/{one.id}",
        }
        for one in rows
    ]  # fmt: skip


def _issues(known: KnownIssue, actor: Actor) -> list[str] | None:
    """The numbers of the issues about it that this caller may see; none of others' business."""
    if not queries.writes(actor, known.system_id):
        return None
    return [one.number for one in queries.reports(known) if issues.may_view(actor, one)]
