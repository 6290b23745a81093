"""Handing files out: a download in an empty sandbox, whatever it holds."""

import io

import pytest
from PIL import Image

from tests.attachments import files
from tests.attachments.files import upload
from tests.attachments.test_store import store
from tracker import attachments
from tracker.errors import NotFound


def served(app, answer, attachment, **headers):
    with app.test_request_context(headers=headers):
        found = answer(attachment)
        found.direct_passthrough = False
        found.get_data()
        found.close()
        return found


def test_a_file_is_a_download_that_no_browser_acts_on(app, clock):
    (kept,) = store(clock, upload("退貨".encode(), "紀錄.csv"))
    answer = served(app, attachments.respond, kept)
    assert answer.data == "退貨".encode()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "UTF-8''%E7%B4%80%E9%8C%84.csv" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.mimetype == "application/octet-stream"


def test_the_source_of_a_page_is_handed_out_as_text_that_nothing_opens(app, clock):
    (kept,) = store(clock, upload(b"<!doctype html><script>alert(1)</script>", "page.html.txt"))
    answer = served(app, attachments.respond, kept)
    assert answer.headers["Content-Disposition"] == "attachment; filename=page_html.txt"
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == (
        "application/octet-stream",
        "nosniff",
    )


def test_a_sealed_file_is_kept_by_no_browser(app, clock):
    (kept,) = store(clock, upload(files.picture(), "a.png"), sealed=True)
    assert served(app, attachments.respond, kept).headers["Cache-Control"] == "no-store"


def test_a_removed_file_and_a_lost_one_are_not_found(app, clock, caplog):
    removed, lost = store(clock, upload(b"a", "a.txt"), upload(b"b", "b.txt"))
    attachments.discard(removed, at=clock.now())
    (app.config["TRACKER"].attachments_dir / lost.stored_name).unlink()
    for one in (removed, lost):
        with pytest.raises(NotFound):
            served(app, attachments.respond, one)
    assert f"attachment {lost.id} has lost its file" in caplog.text


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_thumbnail_is_drawn_anew_the_right_side_up(app, clock, kind):
    given = {} if kind == "GIF" else {"exif": files.exif(6)}
    (kept,) = store(clock, upload(files.picture(kind, size=(1200, 600), **given), "a.png"))
    answer = served(app, attachments.thumbnail, kept)
    assert answer.mimetype == "image/png"
    with Image.open(io.BytesIO(answer.data)) as small:
        assert small.size == ((320, 160) if kind == "GIF" else (160, 320))


def test_a_thumbnail_that_the_browser_has_is_not_drawn_again(app, clock):
    (kept,) = store(clock, upload(files.picture(), "a.png"))
    first = served(app, attachments.thumbnail, kept)
    (app.config["TRACKER"].attachments_dir / kept.stored_name).unlink()
    again = served(app, attachments.thumbnail, kept, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_is_no_picture_has_no_thumbnail(app, clock):
    (kept,) = store(clock, upload(b"a", "a.txt"))
    with pytest.raises(NotFound):
        served(app, attachments.thumbnail, kept)


def test_a_picture_that_breaks_off_has_no_thumbnail_and_breaks_nothing(app, clock, caplog):
    whole = files.picture("PNG", size=(500, 500))
    (kept,) = store(clock, upload(whole, "a.png"))
    path = app.config["TRACKER"].attachments_dir / kept.stored_name
    path.write_bytes(path.read_bytes()[:120])
    with pytest.raises(NotFound):
        served(app, attachments.thumbnail, kept)
    assert "cannot be drawn" in caplog.text
