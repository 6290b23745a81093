"""The blueprint that the pages of this room register on."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
