"""The door of the pages: who is signed in, which language, CSRF, headers, errors, the menu."""

from tracker.web.session import current_actor, last_change, link_actor, signed_in

__all__ = ["current_actor", "last_change", "link_actor", "signed_in"]
