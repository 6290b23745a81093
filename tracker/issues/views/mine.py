"""我的回報: what one reported or follows, newest first, paged by id."""

from flask import render_template, request, url_for
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.db import db
from tracker.issues import finding, rules, words
from tracker.issues.models import Ask, Issue
from tracker.issues.views import bp, drafts
from tracker.issues.views.promises import promised_each
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

PAGE = 20
TABS = {
    "open": frozenset({rules.NEW, rules.CONFIRMING, rules.CONFIRMED, rules.ESCALATED}),
    "waiting": frozenset({rules.WAITING_USER, rules.ANSWERED}),
    "closed": rules.ENDED,
}
ASKED_OF_THEM = rules.PUBLIC_STATES[rules.WAITING_USER]
# Escalated, and the engineers need an answer of the reporter.
ASKED = and_(
    Issue.state == rules.ESCALATED,
    exists().where(Ask.issue_id == Issue.id, Ask.kind.in_(("question", "need")), Ask.answered_at.is_(None)),
)


@bp.get("/my")
@signed_in()
def mine() -> Answer:
    counts = _counts()
    # What waits for the reader comes first, unless they chose a tab.
    asked, first = request.args.get("state"), "waiting" if counts["waiting"] else "open"
    tab = asked if asked in TABS else first
    own = finding.mine(current_actor())
    rows = own.where(_under(str(tab)))
    before = request.args.get("before", type=int)
    if before is not None:
        rows = rows.where(Issue.id < before)
    issues = db.session.scalars(
        rows.options(joinedload(Issue.system)).order_by(Issue.id.desc()).limit(PAGE + 1)
    ).all()
    older = url_for(".mine", state=tab, before=issues[PAGE - 1].id) if len(issues) > PAGE else None
    newer = url_for(".mine", state=tab) if before is not None else None
    shown, draft = issues[:PAGE], drafts.mine(current_actor())
    return render_template(
        "issues/my.html",
        words=words,
        public=rules.PUBLIC_STATES | ({rules.ESCALATED: ASKED_OF_THEM} if tab == "waiting" else {}),
        issues=shown,
        draft=draft,
        drafted=len(drafts.waiting_files(current_actor())) if draft is not None else 0,
        tab=tab,
        counts=counts,
        older=older,
        newer=newer,
        now=clock.now(),
        promises=promised_each(shown),
    )


def _counts() -> dict[str, int]:
    """How many stand under each tab; their own rows only, so it stays cheap."""
    own = finding.mine(current_actor()).with_only_columns(Issue.state).subquery()
    found = {
        state: count
        for state, count in db.session.execute(select(own.c.state, func.count()).group_by(own.c.state))
    }
    counts = {tab: sum(found.get(state, 0) for state in states) for tab, states in TABS.items()}
    asked = _asked_count() if found.get(rules.ESCALATED) else 0
    return counts | {"open": counts["open"] - asked, "waiting": counts["waiting"] + asked}


def _asked_count() -> int:
    rows = finding.mine(current_actor()).with_only_columns(Issue.id).where(ASKED).subquery()
    return db.session.scalar(select(func.count()).select_from(rows)) or 0


def _under(tab: str) -> ColumnElement[bool]:
    """What stands under a tab: by its state, and with the reporter as long as a question is open."""
    by_state = Issue.state.in_(TABS[tab])
    return {"open": and_(by_state, ~ASKED), "waiting": or_(by_state, ASKED)}.get(tab, by_state)
