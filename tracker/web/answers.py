"""What a view may return."""

from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

Answer = str | Response | FlaskResponse | tuple[str | FlaskResponse, int]
