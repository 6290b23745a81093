"""What of an issue can be searched for: one text for everybody who may see it, one more for those who work on it."""

from sqlalchemy import select

from tracker import index
from tracker.db import db
from tracker.issues.models import Contact, Issue, Message


def reindex(issue: Issue) -> None:
    """Index the issue as it stands now, in this transaction; masked messages are gone from it."""
    public, staff = [issue.number, issue.title], _people(issue)
    if not issue.personal_data:
        talk = select(Message.visibility, Message.body).where(
            Message.issue_id == issue.id, Message.masked_at.is_(None)
        )
        said = db.session.execute(talk.order_by(Message.id)).all()
        public += [issue.description, issue.proposed_solution, issue.workaround]
        public += [body for visibility, body in said if visibility == "public"]
        staff += [issue.need_statement, issue.escalation_reason]
        staff += [body for visibility, body in said if visibility != "public"]
        staff += db.session.scalars(select(Contact.summary).where(Contact.issue_id == issue.id))
    index.put(issue.id, public=_joined(public), staff=_joined(staff))


def first_document(issue: Issue) -> None:
    """The same for an issue that was just made and has no talk yet."""
    described = "" if issue.personal_data else issue.description
    public = _joined([issue.number, issue.title, described])
    index.put_many([(issue.id, public, _joined(_people(issue)))])


def _people(issue: Issue) -> list[str]:
    name = issue.reporter.name if issue.reporter is not None else issue.reporter_name
    return [name, issue.reporter_email, issue.reporter_phone]


def _joined(texts: list[str]) -> str:
    return "\n".join(text for text in texts if text)
