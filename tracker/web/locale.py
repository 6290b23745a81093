"""Which language and time zone a page speaks: the person's, the cookie's, the browser's, the installation's."""

from collections.abc import Callable
from functools import cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_app_context, has_request_context, request
from flask_babel import Babel, Domain, get_locale, refresh
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from tracker.accounts import queries
from tracker.config import LOCALES

COOKIE = "locale"


class Words(Domain):
    """The catalogues by language.  The library looks each word's catalogue up by name; a page asks for hundreds."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[Locale | None, NullTranslations] = {}
        self.shown: dict[tuple[NullTranslations, str], Markup] = {}

    def marked(self, text: str) -> Markup:
        """The text in the language at hand, for a page: what stands in a catalogue is safe to show as it is."""
        catalogue = self.get_translations()
        found = self.shown.get((catalogue, text))
        if found is None:
            found = self.shown[catalogue, text] = Markup(catalogue.ugettext(text))
        return found

    def get_translations(self) -> NullTranslations:
        """The catalogue of this request; kept where the library forgets it whenever the language changes."""
        page = getattr(g, "_flask_babel", None) if has_app_context() else None
        found: NullTranslations | None = getattr(page, "babel_translations", None)
        return found if found is not None else self._looked_up()

    def _looked_up(self) -> NullTranslations:
        locale = get_locale()
        if locale not in self.known:
            self.known[locale] = super().get_translations()
        if has_app_context():
            g._flask_babel.babel_translations = self.known[locale]
        return self.known[locale]


class Languages(Babel):
    """The library's own, with our words."""

    domain_instance = Words()


babel = Languages()


def spoken(tag: str) -> str | None:
    """The locale for a language tag: every Chinese is ours in Traditional Chinese; None for other languages."""
    first = tag.replace("_", "-").split("-")[0].lower()
    return {"zh": "zh_Hant_TW", "en": "en"}.get(first)


def chosen() -> str:
    """The locale of this request, or the installation's outside of one."""
    if "locale" in g:
        return str(g.locale)
    default = str(current_app.config["TRACKER"].locale)
    if not has_request_context():
        return default
    wishes = [getattr(current_user, "locale", ""), request.cookies.get(COOKIE, "")]
    wishes += [spoken(tag) or "" for tag in request.accept_languages.values()]
    g.locale = next((wish for wish in wishes if wish in LOCALES), default)
    return str(g.locale)


_parsed = cache(Locale.parse)


def prefer(wish: str) -> None:
    """Speak this language for the rest of the request, unless this browser has chosen one."""
    if wish in LOCALES and request.cookies.get(COOKIE, "") not in LOCALES:
        g.locale = wish
        refresh()


def zone() -> str:
    """The time zone of this request's reader."""
    default = str(current_app.config["TRACKER"].timezone)
    return (getattr(current_user, "timezone", "") if has_request_context() else "") or default


def era() -> str:
    """How years are counted here, `roc` or `ce`: the reader's wish, else the organisation's; in letters the latter."""
    if not has_request_context() or g.get("bare", False):
        return "ce"
    wish = "" if is_letter() else getattr(current_user, "era", "")
    house: Callable[[], str] | None = g.get("house_era")
    return wish or (house() if house is not None else "ce")


def is_letter() -> bool:
    """Whether a letter is being written, in the language of who gets it."""
    return hasattr(getattr(g, "_flask_babel", None), "forced_babel_locale")


def ask_the_house() -> None:
    """Let the request look up how the organisation counts years, once it shows a date."""
    g.house_era = cache(lambda: "roc" if queries.organisation().minguo_dates else "ce")


def register(app: Flask) -> None:
    """Set up the catalogues in `tracker/translations`."""
    app.before_request(ask_the_house)
    babel.init_app(
        app,
        default_locale=app.config["TRACKER"].locale,
        default_timezone=app.config["TRACKER"].timezone,
        default_translation_directories=str(app.root_path) + "/translations",
        # The library parses a name anew for each request, and a page's locale is one of two.
        locale_selector=lambda: _parsed(chosen()),
        timezone_selector=zone,
    )
    catalogue = babel.domain_instance.get_translations
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: catalogue().ugettext(text),
        ngettext=lambda one, many, count: catalogue().ungettext(one, many, count),
        pgettext=lambda context, text: catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, count: catalogue().unpgettext(context, one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals.update(gettext=_gettext, _=_gettext, language=chosen)


@pass_eval_context
def _gettext(context: EvalContext, text: str, /, **values: Any) -> str:
    """What the library's own does for the commonest word of a template, at a fraction of its cost."""
    words = babel.domain_instance
    return (words.marked(text) if context.autoescape else words.get_translations().ugettext(text)) % values
