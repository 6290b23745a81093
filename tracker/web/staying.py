"""A page that sends its form by itself, to stay when the network is lost, learns where to go on.

A browser that fetches follows a redirect unseen: the page it leads to would be made twice, and what it says once lost.
"""

from flask import Flask, Response, request

ASKS, ANSWERS = "X-Sent-By-Page", "X-Go-On-At"


def answer(response: Response) -> Response:
    """204 with the address in the place of a redirect, to a page that asks for it."""
    if ASKS in request.headers and response.status_code in (302, 303):
        response.headers[ANSWERS] = response.headers.pop("Location")
        response.status_code = 204
        response.set_data(b"")
    return response


def register(app: Flask) -> None:
    app.after_request(answer)
