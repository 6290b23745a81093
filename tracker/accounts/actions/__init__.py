"""Verbs of people, roles, sign-in, units, teams, settings and tokens."""

from tracker.accounts.actions.api_tokens import create_token, revoke_token
from tracker.accounts.actions.importing import import_people
from tracker.accounts.actions.links import (
    mail_sign_in_link,
    make_sign_in_link,
    open_link,
    setup_link,
    use_link,
)
from tracker.accounts.actions.people import (
    create_person,
    deactivate,
    end_sessions,
    reactivate,
    save_person,
    save_wishes,
    set_absence,
    set_password,
)
from tracker.accounts.actions.roles import grant, revoke, set_roles
from tracker.accounts.actions.settings import (
    create_team,
    create_unit,
    delete_unit,
    save_organisation,
    save_team,
    save_unit,
)
from tracker.accounts.actions.setup import create_first_administrator

__all__ = [
    "create_first_administrator",
    "create_person",
    "create_team",
    "create_token",
    "create_unit",
    "deactivate",
    "delete_unit",
    "end_sessions",
    "grant",
    "import_people",
    "mail_sign_in_link",
    "make_sign_in_link",
    "open_link",
    "reactivate",
    "revoke",
    "revoke_token",
    "save_organisation",
    "save_person",
    "save_team",
    "save_unit",
    "save_wishes",
    "set_absence",
    "set_password",
    "set_roles",
    "setup_link",
    "use_link",
]
