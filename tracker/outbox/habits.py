"""What a person wants to be told, and when letters may reach them.  Pure.

Each letter belongs to an *event*; how a person hears of it is one of: on the site only, by a mail at once, by one
letter that lists everything, not at all.  A duty is never without its bell, and its mails are never unsubscribed.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker import calendars
from tracker.calendars import ALWAYS, Calendar

ASSIGNED, OVERDUE, OTHERS, CASES, MINE, ENDED = "assigned", "overdue", "others", "cases", "mine", "ended"
EVENTS = (ASSIGNED, OVERDUE, OTHERS, CASES, MINE, ENDED)
DUTIES = frozenset({ASSIGNED, OVERDUE})
FIRM = DUTIES | {OTHERS}
"""Events whose bell always rings: the ledger of chases says that it did."""

SITE, NOW, TOGETHER, OFF = "site", "now", "digest", "off"
HOW = (SITE, NOW, TOGETHER, OFF)

SPREAD_SECONDS = 20 * 60
LOOKED_AT_DAYS = 400
EVERY_DAY = frozenset(range(7))


def offered(event: str) -> tuple[str, ...]:
    """How a person may choose to hear of an event: what must ring cannot be off, that something ended is no mail."""
    if event == ENDED:
        return (SITE, OFF)
    return (SITE, NOW, TOGETHER) if event in FIRM else HOW


@dataclass(frozen=True)
class Habit:
    """When one person reads mail.

    `together` are the events that wait for the letter which lists everything, at `digest_at` minutes after midnight
    on days that `calendar` has hours on, or `weekly` on the first of these.  `quiet` are minutes of a day between
    which nothing arrives (past midnight where the second is not after the first), beginning on one of `quiet_days`.
    """

    zone: str = "UTC"
    calendar: Calendar = field(default_factory=lambda: Calendar("UTC", ALWAYS))
    together: frozenset[str] = frozenset()
    digest_at: int = 9 * 60
    weekly: bool = False
    quiet: tuple[int, int] | None = None
    quiet_days: frozenset[int] = EVERY_DAY
    locale: str = ""

    def rest(
        self, event: str, written: datetime, now: datetime, lag: timedelta = timedelta(0)
    ) -> tuple[datetime, str]:
        """Until when a letter waits, and for what: `digest`, `quiet`; (now, "") when it may go.

        `lag` comes on top of either, so that not everybody's mail leaves in the same second.
        """
        wanted, why = now, ""
        if event in self.together and self.digest_after(written) + lag > now:
            wanted, why = self.digest_after(written) + lag, TOGETHER
        until = self.quiet_until(wanted)
        if until > wanted:
            # The lag itself must not lead into other quiet hours.
            wanted, why = self.quiet_until(until + lag), why or "quiet"
        return wanted, why

    def digest_after(self, instant: datetime) -> datetime:
        """The first time after this instant that the letter which lists everything goes out."""
        zone = ZoneInfo(self.zone)
        first = instant.astimezone(zone).date()
        for day in (first + timedelta(days=ahead) for ahead in range(LOOKED_AT_DAYS)):
            if self._brings_digest(day):
                at = calendars.moment(day, self.digest_at, zone)
                if at > instant:
                    return at
        return instant + timedelta(days=1)

    def _brings_digest(self, day: date) -> bool:
        if not self.calendar.day(day):
            return False
        earlier = (day - timedelta(days=back) for back in range(1, day.weekday() + 1))
        return not self.weekly or not any(self.calendar.day(one) for one in earlier)

    def quiet_until(self, instant: datetime) -> datetime:
        """When the quiet hours that the instant lies in are over; the instant itself outside of them."""
        for _ in range(8):
            ends = next((end for start, end in self._quiet(instant) if start <= instant < end), None)
            if ends is None:
                return instant
            instant = ends
        return instant

    def _quiet(self, instant: datetime) -> Iterator[tuple[datetime, datetime]]:
        if self.quiet is None:
            return
        zone, (start, end) = ZoneInfo(self.zone), self.quiet
        today = instant.astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            if day.weekday() in self.quiet_days:
                over = end if end > start else end + calendars.DAY_MINUTES
                yield calendars.moment(day, start, zone), calendars.moment(day, over, zone)


def spread(recipient: str) -> timedelta:
    """How much later than others a recipient gets what was held; always the same for one recipient."""
    number = int(hashlib.sha256(recipient.encode("utf-8", "replace")).hexdigest()[:8], 16)
    return timedelta(seconds=number % SPREAD_SECONDS)
