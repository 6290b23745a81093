"""Headers of every answer: a strict content policy with a nonce, no sniffing, no referrer, no framing."""

import secrets

from flask import Flask, Response, g, request

# Their addresses hold a secret that must not travel on to another page.
SECRET_PATHS = ("/i/", "/e/", "/o/", "/login/", "/setup/", "/unsubscribe/", "/duty/feed/")


def nonce() -> str:
    """This answer's nonce for its own scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def policy() -> str:
    """Own scripts, styles, pictures and recordings; nothing inline, nothing from elsewhere."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce()}'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def protect(response: Response) -> Response:
    """Add what is missing; a view that answers with a file has set stricter ones already."""
    given = response.headers
    given.setdefault("Content-Security-Policy", policy())
    given.setdefault("X-Content-Type-Options", "nosniff")
    given.setdefault(
        "Referrer-Policy",
        "no-referrer" if request.path.startswith(SECRET_PATHS) else "same-origin",
    )
    given.setdefault("X-Frame-Options", "DENY")
    given.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    given.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.endpoint != "static":
        given.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        given.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def register(app: Flask) -> None:
    """Protect each answer of this app and lend its templates the nonce."""
    app.after_request(protect)
    app.jinja_env.globals["csp_nonce"] = nonce
