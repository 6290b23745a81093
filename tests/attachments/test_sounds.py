"""Recordings: taken by what they hold, never by their name; played from their own address, in part too."""

import io

import pytest
from sqlalchemy import select

from tests.attachments import files, sounds
from tests.attachments.files import upload
from tests.attachments.test_store import store
from tests.factories.people import make_person
from tests.factories.records import make_record
from tracker.attachments.models import Attachment
from tracker.attachments.sounds import sound
from tracker.db import db
from tracker.errors import DomainError


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (sounds.wav(), "audio/wav"), (sounds.mp3(), "audio/mpeg"), (sounds.mp3(tagged=True), "audio/mpeg"),
        (sounds.mp4(), "audio/mp4"), (sounds.mp4(b"iso5"), "audio/mp4"), (sounds.ogg(), "audio/ogg"),
        (sounds.ogg(b"\x01vorbis"), "audio/ogg"), (sounds.webm(), "audio/webm"),
        (sounds.webm(b"A_VORBIS"), "audio/webm"),
        (sounds.mp4(b"mp42", b"soun", b"vide"), ""), (sounds.mp4(b"qt  "), ""), (sounds.ogg(b"\x80theoraOpusHead"), ""),
        (sounds.webm(b"A_OPUS", b"V_VP9"), ""), (sounds.webm(doctype=b"matroska"), ""), (b"RIFF\0\0\0\0AVI LIST", ""),
        (b"ID3\x04\0\0\0\0\0\x14" + b"<script>alert(1)</script>" * 9, ""), (b"\xff\xfb\x90\0" + b"x" * 500, ""),
        (b"\xff\xfb", ""), (b"ID3", ""), (b"", ""), (files.picture(), ""), (b"%PDF-1.7", ""),
    ],
)  # fmt: skip
def test_what_a_recording_is(content, found):
    assert sound(content) == found


def test_recordings_are_kept_under_the_ending_of_what_they_are(app, clock):
    given = {
        "a.wav": sounds.wav(),
        "b.exe": sounds.mp3(),
        "c.m4a": sounds.mp4(),
        "d": sounds.webm(),
        "e.ogg": sounds.ogg(),
    }
    kept = store(clock, *(upload(content, name) for name, content in given.items()))
    assert [one.media_type.partition("/")[0] for one in kept] == ["audio"] * 5
    assert [one.filename.rpartition(".")[2] for one in kept] == ["wav", "mp3", "m4a", "webm", "ogg"]
    assert all(one.is_sound and not one.is_picture for one in kept)


@pytest.mark.parametrize(
    "content", [sounds.webm(b"A_OPUS", b"V_VP8"), sounds.mp4(b"mp42", b"vide"), b"ID3 <html>"]
)
def test_films_and_what_only_begins_like_a_recording_are_not_taken(app, clock, content):
    with pytest.raises(DomainError) as error:
        store(clock, upload(content, "talk.mp3"))
    assert "WEBM" in str(error.value.text)


def test_it_is_played_on_the_pages_of_the_case_and_read_in_parts(client, login, app):
    record, cast = make_record(state="opened")
    browser, number, issue = login(client, cast.supervisor), record.number, record.primary_issue.number
    for path in (f"/records/{number}/files", f"/issues/{issue}/note"):
        sent = {"files": (io.BytesIO(sounds.wav()), "通話.wav"), "body": "通話錄音"}
        assert browser.post(path, data=sent, content_type="multipart/form-data").status_code == 303, path
    own, told = (
        db.session.scalars(select(Attachment).where(Attachment.subject_kind == kind)).one()
        for kind in ("record", "issue")
    )
    for page, address in ((f"/records/{number}", f"/records/{number}/files/{own.id}"),
                          (f"/issues/{issue}", f"/issues/{issue}/files/{told.id}")):  # fmt: skip
        answer = browser.get(page)
        assert f'src="{address}"' in answer.text and "<audio" in answer.text, page
        assert "media-src 'self'" in answer.headers["Content-Security-Policy"]
        with browser.get(address, headers={"Range": "bytes=4-11"}) as part:
            assert (part.status_code, part.data) == (206, sounds.wav()[4:12]), address
            assert part.headers["Content-Range"].startswith("bytes 4-11/") and part.mimetype == "audio/wav"
            assert part.headers["Content-Disposition"].startswith("attachment")
        beyond = browser.get(address, headers={"Range": "bytes=999999-"})
        assert beyond.status_code == 416
    stranger = login(client, make_person("reporter"))
    for address in (f"/records/{number}/files/{own.id}", f"/issues/{issue}/files/{told.id}"):
        assert stranger.get(address, headers={"Range": "bytes=0-1"}).status_code == 404


def test_of_a_sealed_case_no_page_plays_it(client, login, app):
    record, cast = make_record(state="opened")
    browser, number = login(client, cast.supervisor), record.number
    sent = {"files": (io.BytesIO(sounds.wav()), "通話.wav")}
    record.primary_issue.personal_data = True
    db.session.commit()
    browser.post(f"/records/{number}/files", data=sent, content_type="multipart/form-data")
    assert "<audio" not in browser.get(f"/records/{number}").text
