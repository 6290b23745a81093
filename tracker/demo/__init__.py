"""A believable organisation to look around in: people, systems, and cases at every stage, dated around today.

Every row comes by the real verbs at past instants, so that trail, clocks and chases are real; all of it is marked
and can be removed without touching anything else.
"""

from tracker.demo.filling import fill, is_there
from tracker.demo.people import ACCOUNTS, PASSWORD
from tracker.demo.removal import remove

__all__ = ["ACCOUNTS", "PASSWORD", "fill", "is_there", "remove"]
