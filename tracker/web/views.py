"""Pages that belong to no room: the start page, help."""

from flask import Blueprint, redirect, render_template

from tracker.web import current_actor, menu, signed_in
from tracker.web.answers import Answer

bp = Blueprint("web", __name__)


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
    return render_template("web/shortcuts.html")
