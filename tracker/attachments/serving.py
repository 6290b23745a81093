"""Handing files out so that no browser acts on them: always as a download, never sniffed, in an empty sandbox.

A picture is shown and a recording played on a page by the same answer (`img` and `audio` mind no disposition), the
latter in parts; a picture also as a `thumbnail` made by us.
Whether the reader may have the file is the caller's to ask, at each request.
"""

import io
import logging
import threading
import warnings
from pathlib import Path

from flask import Response, current_app, request, send_file
from PIL import Image, ImageOps
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from tracker.attachments.metadata import clean
from tracker.attachments.models import Attachment
from tracker.errors import NotFound

THUMBNAIL_PIXELS = 320
# Forty million pixels take 370 MB while they are made small: one picture at a time.
_DRAWS = threading.Lock()
_INERT = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
log = logging.getLogger(__name__)


def respond(attachment: Attachment) -> Response:
    """The file as a download under its shown name.  NotFound when it was removed or its bytes are gone."""
    path = current_app.config["TRACKER"].attachments_dir / attachment.stored_name
    if attachment.removed_at is not None:
        raise NotFound()
    if not path.is_file():
        log.error("attachment %s has lost its file", attachment.id)
        raise NotFound()
    wanted = request.range
    if wanted is not None and wanted.range_for_length(attachment.size) is None:
        # Asked before the file is opened, which the answer that refuses would leave open.
        raise RequestedRangeNotSatisfiable(attachment.size)
    # Text is sent without a charset: it may be UTF-8 or Big5, and whoever opens it sees which.
    answer = send_file(
        path,
        mimetype="application/octet-stream"
        if attachment.media_type.startswith("text/")
        else attachment.media_type,
        as_attachment=True,
        download_name=attachment.filename,
        etag=attachment.sha256[:32],
        conditional=True,
        max_age=0,
    )
    return _inert(answer, attachment)


def thumbnail(attachment: Attachment) -> Response:
    """A small PNG of a picture, drawn anew.  NotFound for what is no picture or cannot be drawn."""
    path = current_app.config["TRACKER"].attachments_dir / attachment.stored_name
    if not attachment.is_picture or attachment.removed_at is not None:
        raise NotFound()
    answer = Response(mimetype="image/png")
    answer.set_etag(f"{attachment.sha256[:32]}-{THUMBNAIL_PIXELS}")
    if not request.if_none_match.contains(answer.get_etag()[0] or ""):
        try:
            with _DRAWS:
                answer.set_data(_drawn(path, attachment.media_type))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            log.warning("attachment %s cannot be drawn", attachment.id)
            raise NotFound() from None
    answer.make_conditional(request)
    return _inert(answer, attachment)


def _drawn(path: Path, media_type: str) -> bytes:
    """Made small before anything else is done with it, which would keep it twice.

    What has not come through `clean` yet, since its digest is signed, could keep the library busy for minutes.
    """
    drawn, content = io.BytesIO(), io.BytesIO(clean(path.read_bytes(), media_type).content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(content, formats=[media_type.partition("/")[2]]) as picture:
            picture.draft("RGB", (THUMBNAIL_PIXELS * 2, THUMBNAIL_PIXELS * 2))
            picture.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
            ImageOps.exif_transpose(picture).convert("RGBA").save(drawn, "PNG")
    return drawn.getvalue()


def _inert(answer: Response, attachment: Attachment) -> Response:
    answer.headers.update(_INERT)
    answer.headers["Cache-Control"] = "no-store" if attachment.sealed else "private, no-cache"
    return answer
