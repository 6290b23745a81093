"""What this room's codes are called on the screen."""

from flask_babel import lazy_gettext as _l

OPERATOR_WORDS = {"us": _l("We ourselves"), "vendor": _l("A vendor")}
