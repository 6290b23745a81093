"""What this room's codes are called on the screen."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

ROLE_WORDS = {
    "reporter": _l("Reporter"),
    "supervisor": _l("AI training supervisor"),
    "engineer": _l("Engineer"),
    "manager": _l("Manager"),
    "admin": _l("Administrator"),
    "auditor": _l("Auditor"),
}

FACT_WORDS = {"yes": _l("Yes"), "no": _l("No"), "unknown": _l("Not sure")}

PRESET_WORDS = {
    "slow": _l("Slow: fewer reminders, longer times"),
    "normal": _l("Normal"),
    "tight": _l("Tight: earlier reminders, shorter times"),
}

LOCALE_WORDS = {"zh_Hant_TW": "中文（台灣）", "en": "English"}

THEME_WORDS = {"auto": _l("As the device"), "light": _l("Light"), "dark": _l("Dark")}

TEXT_SIZE_WORDS = {
    "": _lp("text size", "Usual"),
    "large": _lp("text size", "Large"),
    "larger": _lp("text size", "Larger"),
}

ERA_WORDS = {"": _l("As the organisation"), "ce": _l("Western (2026-11-22)"), "roc": _l("Minguo (115/11/22)")}

MAIL_WORDS = {
    "now": _l("At once, each letter by itself"),
    "digest": _l("Together, in one letter a day"),
    "off": _l("None, except what is assigned to me or overdue"),
}

SCOPE_WORDS = {
    "read": _l("Read what I may read"),
    "write": _l("Report and work on cases as I may"),
    "admin": _l("Set up systems and people"),
    "metrics": _l("Read the figures of the running programs"),
}

WEEKDAY_WORDS = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"),
)  # fmt: skip

FILE_PROBLEMS = {
    "encoding": _l("The file is not text. Save it as CSV (UTF-8)."),
    "empty": _l("The file is empty."),
    "header": _l(
        "The first line must name the columns, among them the name: name, email, unit, roles, deputy, phone."
    ),
    "long": _l("A file may hold at most 20,000 people. Split it."),
    "csv": _l("The file is no readable CSV: perhaps a quotation mark is not closed."),
}

ROW_PROBLEMS = {
    "name": _l("no usable name"),
    "email": _l("not an e-mail address"),
    "twice": _l("the same address as in line"),
    "roles": _l("unknown role"),
    "unit": _l("unusable unit"),
    "phone": _l("unusable phone number"),
    "deputy": _l("unusable name of a deputy"),
    "alone": _l("no such deputy who can sign in"),
}

LETTER_WORDS = {
    "pending": _lp("letter", "Waiting"),
    "claimed": _lp("letter", "Being sent"),
    "sent": _lp("letter", "Sent"),
    "deferred": _lp("letter", "Tried, will be tried again"),
    "unknown": _lp("letter", "Perhaps sent"),
    "dead": _lp("letter", "Given up"),
    "cancelled": _lp("letter", "Cancelled"),
    "kept": _lp("letter", "Kept on the page"),
}
LETTER_TONES = {"sent": "green", "kept": "green", "deferred": "amber", "unknown": "amber", "dead": "red"}
