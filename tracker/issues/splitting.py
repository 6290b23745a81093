"""Splitting: a second matter in one report becomes an issue of its own, linked to the first."""

from datetime import datetime

from flask_babel import gettext as _

from tracker import audit
from tracker.accounts.rules import Actor
from tracker.errors import NotAllowed, WrongState
from tracker.issues import queries
from tracker.issues.intake import Intake, open_issue
from tracker.issues.models import Issue
from tracker.workflow import SUPERVISOR


def split(issue: Issue, *, description: str, by: Actor, at: datetime) -> Issue:
    """A new issue of the same reporter about the same system; nothing else is carried over.

    Raises NotAllowed, WrongState (ended issues are not split), DomainError.
    """
    if SUPERVISOR not in queries.relations(by, issue):
        raise NotAllowed(_("Only a supervisor can do this."))
    if not issue.is_open:
        raise WrongState(act="split")
    part = open_issue(
        fields=Intake(
            system=issue.system,
            description=description,
            impact=issue.impact_hint,
            channel=issue.channel,
            unit_id=issue.unit_id,
            system_version=issue.system_version,
            reporter=issue.reporter,
            reporter_name=issue.reporter_name or (_("Guest") if issue.reporter is None else ""),
            reporter_email=issue.reporter_email,
            reporter_phone=issue.reporter_phone,
            personal_data=issue.personal_data,
            harm=issue.harm,
        ),
        by=by,
        at=at,
        waits=False,
    )
    part.split_from_id, part.restricted, part.aware_at = issue.id, issue.restricted, issue.aware_at
    part.assignee_id = issue.assignee_id or by.person_id
    audit.record("issue.split", issue, by=by, at=at, after={"part": part.number})
    return part
