"""Pages that belong to no room: the start page, help."""

from flask import Blueprint, redirect, render_template
from flask_babel import lazy_gettext as _l

from tracker.web import current_actor, menu, signed_in
from tracker.web.answers import Answer

bp = Blueprint("web", __name__)

KEYS = (
    (("J", "K"), _l("Next or previous row")),
    (("O", "Enter"), _l("Open")),
    (("X",), _l("Select the row")),
    (("1",), _l("Accept")),
    (("2",), _l("Merge")),
    (("3",), _l("Answer directly")),
    (("4",), _l("Ask for details")),
    (("E",), _l("Escalate to engineers")),
    (("A",), _l("Assign")),
    (("R",), _l("Reply")),
    (("N",), _l("Internal note")),
    (("/",), _l("Search")),
    (("G I",), _l("Go to the inbox")),
    (("G F",), _l("Go to follow-up")),
    (("G R",), _l("Go to the records")),
    (("Ctrl", "Enter"), _l("Send what is being written")),
)


@bp.get("/")
def home() -> Answer:
    return redirect(menu.landing(current_actor()), 303)


@bp.get("/help")
def help() -> Answer:
    return render_template("web/help.html")


@bp.get("/privacy")
def privacy() -> Answer:
    return render_template("web/privacy.html")


@bp.get("/accessibility")
def accessibility() -> Answer:
    return render_template("web/accessibility.html")


@bp.get("/sitemap")
def sitemap() -> Answer:
    return render_template("web/sitemap.html")


@bp.get("/shortcuts")
@signed_in()
def shortcuts() -> Answer:
    return render_template("web/shortcuts.html", rows=KEYS)
