"""Attachments: files that people add to a case, kept outside the web root under names of our own, served inert.

What a file is decides its content, never its name or what the browser says.  Only kinds that do nothing when opened
are taken: pictures, recordings of sound, PDF, plain text, tables, office documents without macros, mail.  Pictures
lose their metadata (place, device, person) but keep their pixels and which side is up.  A file stands on disk before
its row is committed, so a row never lacks its file; a file whose row was rolled back is swept away later.
"""

from tracker.attachments.actions import discard, drop, store, store_masked, take_in
from tracker.attachments.serving import respond, thumbnail

__all__ = ["discard", "drop", "respond", "store", "store_masked", "take_in", "thumbnail"]
