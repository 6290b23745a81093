"""What form fields say by themselves when an answer does not fit, in the reader's language.

WTForms brings its own catalogues; the nearest one to ours is in Simplified Chinese.
"""

from flask import Flask, request
from flask_babel import lazy_gettext as _l

OURS = {
    "This field is required.": _l("Please fill this in"),
    "Invalid input.": _l("This cannot be read"),
    "Invalid email address.": _l("Enter an e-mail address like name@example.org"),
    "Invalid URL.": _l("Enter an address like https://example.org"),
    "Not a valid choice.": _l("Select one of the choices"),
    "Invalid Choice: could not coerce.": _l("Select one of the choices"),
    "Invalid choice(s): one or more data inputs could not be coerced.": _l("Select one of the choices"),
    "'%(value)s' is not a valid choice for this field.": _l("Select one of the choices"),
    "Not a valid datetime value.": _l("Enter a date and time like 2026-11-22 14:30"),
    "Not a valid date value.": _l("Enter a date like 2026-11-22"),
    "Not a valid time value.": _l("Enter a time like 14:30"),
    "Not a valid integer value.": _l("Enter a whole number"),
    "Not a valid decimal value.": _l("Enter a number"),
    "Not a valid float value.": _l("Enter a number"),
    "Number must be at least %(min)s.": _l("Enter %(min)s or more"),
    "Number must be at most %(max)s.": _l("Enter %(max)s or less"),
    "Number must be between %(min)s and %(max)s.": _l("Enter a number from %(min)s to %(max)s"),
    "Field must be equal to %(other_name)s.": _l("The two entries differ"),
    "Field must be at least %(min)d character long.": _l("Use at least %(min)d characters"),
    "Field cannot be longer than %(max)d character.": _l("Use at most %(max)d characters"),
    "Field must be between %(min)d and %(max)d characters long.": _l("Use %(min)d to %(max)d characters"),
    "CSRF token missing.": _l("The page may have been open for too long. Load it again and send once more."),
    "CSRF token expired.": _l("The page may have been open for too long. Load it again and send once more."),
}


class FormWords:
    """Stands in the place of WTForms' catalogue; the placeholders are filled in by the validators."""

    def ugettext(self, text: str) -> str:
        """Our sentence for theirs, or theirs."""
        return str(OURS.get(text, text))

    def ungettext(self, one: str, many: str, count: int) -> str:
        """Our sentence for a pair of theirs; ours serve any number."""
        return str(OURS.get(one, one if count == 1 else many))


def speak() -> None:
    """Flask-WTF looks for the catalogue on the request before it loads its own."""
    request.wtforms_translations = FormWords()  # type: ignore[attr-defined]


def register(app: Flask) -> None:
    """Let the forms of this application speak like the rest of it."""
    app.before_request(speak)
