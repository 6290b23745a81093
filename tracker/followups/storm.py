"""A storm of letters: administrators are asked once whether they may go, and may change their mind."""

from datetime import datetime

from flask_babel import gettext as _

from tracker import audit
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.followups import alarms
from tracker.outbox import breaker

KIND, PAGE = "engine.storm", "/admin/scheduler#storm"
SUBJECT = ("instance", 1)


def tell(now: datetime) -> bool:
    """Ask the administrators about a storm that holds letters back; whether there is one."""
    since = breaker.tripped_at()
    if since is None:
        return False
    lately, usual = breaker.volume(now)

    def words() -> tuple[str, str]:
        line = _("Letters are held back: %(count)s went out within two hours", count=lately)
        body = _(
            "A usual hour has %(usual)s. Urgent letters still go. If all is as it should be, let the others go.",
            usual=usual,
        )
        return line, body

    alarms.tell_administrators(KIND, ("engine.storm", since.isoformat()), words, PAGE, now)
    return True


def release(*, by: Actor, at: datetime) -> None:
    """Let the letters go, for a day without asking again."""
    breaker.release(at)
    audit.record("letters.release", SUBJECT, by=by, at=at)


def hold(*, by: Actor, at: datetime) -> None:
    """Hold back again what is not urgent."""
    breaker.trip(at)
    audit.record("letters.hold", SUBJECT, by=by, at=at)
    db.session.flush()
