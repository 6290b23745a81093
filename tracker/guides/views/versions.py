"""What was written of a guide when and by whom, and what changed between two versions: for those who write it."""

from collections.abc import Sequence

from flask import render_template, request

from tracker import comparing
from tracker.errors import NotAllowed
from tracker.guides import queries, versions, words
from tracker.guides.models import Article, KnownIssue
from tracker.guides.versions import Version
from tracker.guides.views import bp
from tracker.guides.views.articles import article_of
from tracker.guides.views.known import known_of
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer


@bp.get("/kb/<int:article_id>/versions")
@signed_in(*queries.WRITERS)
def article_versions(article_id: int) -> Answer:
    found = article_of(article_id)
    return _page(found, found.shown or found.newest, f"/kb/{article_id}")


@bp.get("/known/<int:known_id>/versions")
@signed_in(*queries.WRITERS)
def known_versions(known_id: int) -> Answer:
    found = known_of(known_id)
    return _page(found, found, f"/known/{known_id}")


def _page(guide: Article | KnownIssue, titled: words.TwoTongued, here: str) -> Answer:
    if not queries.writes(current_actor(), guide.system_id):
        raise NotAllowed()
    every = versions.of(guide)
    before, after = _chosen(every, "from", 1), _chosen(every, "to", 0)
    told = comparing.texts(before.texts, after.texts) if before and after else None
    return render_template(
        "guides/versions.html", guide=guide, versions=every, text=words.read(titled), words=words, here=here,
        before=before, after=after, told=told,
    )  # fmt: skip


def _chosen(every: Sequence[Version], name: str, back: int) -> Version | None:
    """The version that the address asks for, or the newest, or as many back; none where there is none."""
    no = request.args.get(name, type=int) or every[0].no - back
    return next((one for one in every if one.no == no), None)
