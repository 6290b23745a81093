"""What readers say of a guide: whether it helped, and that they need not report any more.  Each counts once."""

from datetime import datetime

from tracker.db import db
from tracker.errors import DomainError
from tracker.guides import queries
from tracker.guides.models import Article, KnownIssue, Verdict


def helped(guide: Article | KnownIssue, voter: str, helpful: bool, *, at: datetime) -> None:
    """It helped, or it did not; the last word counts."""
    _of(guide, voter, at).helpful = helpful


def solved(guide: Article | KnownIssue, voter: str, *, at: datetime) -> None:
    """It solved the problem while they were about to report it."""
    mine = _of(guide, voter, at)
    mine.solved, mine.helpful = True, True


def _of(guide: Article | KnownIssue, voter: str, at: datetime) -> Verdict:
    if not voter:
        raise DomainError()
    mine = queries.verdict_of(guide.kind_name, guide.id, voter)
    if mine is None:
        mine = Verdict(kind=guide.kind_name, guide_id=guide.id, voter=voter, helpful=None, solved=False)
        db.session.add(mine)
    mine.at = at
    return mine
