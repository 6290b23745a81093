"""What answers and known issues have in common: who writes them, and that they are withdrawn and brought back."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from tracker import audit
from tracker.accounts.rules import Actor
from tracker.errors import NotAllowed
from tracker.guides import finding, queries
from tracker.guides.models import Article, KnownIssue

WRITTEN_BY = {
    Article.kind_name: _l("Supervisors of the system write its answers."),
    KnownIssue.kind_name: _l("Supervisors of the system write its known issues."),
}


def need_writer(kind: str, by: Actor, system_id: int | None) -> None:
    """Raises NotAllowed for whoever does not write guides of this kind and system."""
    if not queries.writes(by, system_id):
        raise NotAllowed(str(WRITTEN_BY[kind]))


def withdraw(guide: Article | KnownIssue, *, by: Actor, at: datetime) -> None:
    """Nobody reads it any more; `restore` brings it back."""
    need_writer(guide.kind_name, by, guide.system_id)
    if guide.withdrawn_at is None:
        guide.withdrawn_at = at
        finding.renew(guide)
        audit.record(f"{guide.kind_name}.withdraw", guide, by=by, at=at)


def restore(guide: Article | KnownIssue, *, by: Actor, at: datetime) -> None:
    """It was taken away by mistake."""
    need_writer(guide.kind_name, by, guide.system_id)
    if guide.withdrawn_at is not None:
        guide.withdrawn_at = None
        finding.renew(guide)
        audit.record(f"{guide.kind_name}.restore", guide, by=by, at=at)
