"""Keeping files: what a file is decides its bytes, all or none are kept, and nothing of it acts when opened."""

import hashlib
import io
import struct
import time

import pytest
from flask_babel import force_locale
from PIL import Image
from sqlalchemy import func, select

from tests.attachments import files
from tests.attachments.files import upload
from tests.factories.outbox import make_reader
from tracker import attachments
from tracker.accounts.rules import Actor
from tracker.attachments.actions import MIB
from tracker.attachments.metadata import MOST_BLOCKS, MOST_SCANS
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.errors import DomainError

WANG = Actor(person_id=None, name="Wang")


@pytest.fixture
def folder(app):
    return app.config["TRACKER"].attachments_dir


def store(clock, *uploads, **given):
    kept = attachments.store(uploads, **{"subject": ("issue", 1), "by": WANG, "at": clock.now(), **given})
    db.session.commit()
    return kept


def refused(clock, *uploads):
    with pytest.raises(DomainError) as caught, force_locale("zh_Hant_TW"):
        store(clock, *uploads)
    db.session.rollback()
    assert db.session.scalar(select(func.count(Attachment.id))) == 0
    assert caught.value.fields["files"] == caught.value.text
    return caught.value.text


def on_disk(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "filename", "media_type", "shown"),
    [
        (files.picture("PNG"), "畫面.png", "image/png", "畫面.png"),
        (files.picture("JPEG"), "photo.JPEG", "image/jpeg", "photo.JPEG.jpg"),
        (files.picture("JPEG"), "really-a-jpeg.png", "image/jpeg", "really-a-jpeg.png.jpg"),
        (files.picture("GIF"), "a.gif", "image/gif", "a.gif"),
        (files.picture("WEBP"), "a.webp", "image/webp", "a.webp"),
        (b"%PDF-1.7\n...", "report", "application/pdf", "report.pdf"),
        ("退貨，天數".encode(), "a.txt", "text/plain", "a.txt"),
        ("退貨，天數".encode("cp950"), "舊系統.csv", "text/csv", "舊系統.csv"),
        (b'{"a": "<script>"}', "a.json", "application/json", "a.json"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "page.html.txt", "text/plain", "page_html.txt"),
        (b"<?xml version='1.0'?><svg/>", "svg.md", "text/plain", "svg.md"),
        (b"\xef\xbb\xbf<table><tr><td>30", "a.csv", "text/csv", "a.csv"),
        (b"GET / 200\nbody: <html>\n", "access.log", "text/plain", "access.log"),
        (b"From: a@b.test\nSubject: hi\n\n<html>", "a.eml", "message/rfc822", "a.eml"),
        (
            files.docx(),
            "a.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "a.docx",
        ),
        (
            files.xlsx(),
            "a.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "a.xlsx",
        ),
        (files.odf("text"), "a.odt", "application/vnd.oasis.opendocument.text", "a.odt"),
        (files.odf("spreadsheet"), "a.ods", "application/vnd.oasis.opendocument.spreadsheet", "a.ods"),
    ],
)
def test_a_file_is_what_its_bytes_say(app, clock, folder, content, filename, media_type, shown):
    (kept,) = store(clock, upload(content, filename))
    assert (kept.media_type, kept.filename) == (media_type, shown)
    stored = (folder / kept.stored_name).read_bytes()
    assert (kept.size, kept.sha256) == (len(stored), hashlib.sha256(stored).hexdigest())
    assert filename not in kept.stored_name


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (b"<!DOCTYPE html><p>hi", "a.html"),
        (b"<!DOCTYPE html><p>hi", "a.png"),
        (b"<svg/>", "picture.svg"),
        (b"MZ\x90\x00" + b"\0" * 100, "setup.exe"),
        (b"MZ\x90\x00" + b"\0" * 100, "setup.txt"),
        (b"\x7fELF" + b"\0" * 100, "notes.txt"),
        (b"#!/bin/sh\nrm -rf /", "run.sh"),
        (b"alert(1)", "a.js"),
        (b"text\x00with\x01control", "a.txt"),
        (files.archive({"a.txt": b"a"}), "log.zip"),
        (files.archive({"a.txt": b"a"}), "log.docx"),
        (b"PK\x03\x04garbage", "a.xlsx"),
        (b"text", "no-ending"),
        (b"text", ".htaccess"),
        (b"text", "\u200b.htaccess"),
        (b"", "empty.txt"),
        (files.picture()[:40], "cut.png"),
        (files.picture("JPEG")[:200], "cut.jpg"),
    ],
)
def test_what_could_act_or_cannot_be_read_is_refused_by_name(app, clock, folder, content, filename):
    text = refused(clock, upload(content, filename))
    assert "「" in text
    assert "其他內容都已保留" in text
    assert on_disk(folder) == []


def test_the_text_of_a_refusal_says_what_would_be_taken(app, clock):
    assert refused(clock, upload(files.archive({"a": b"a"}), "log.zip")) == (
        "「log.zip」不能上傳。可用圖片、錄音（MP3、M4A、WAV、OGG、WEBM）、PDF、TXT、CSV、JSON、EML、DOCX、XLSX、ODT、ODS。其他內容都已保留。"
    )


def test_a_file_over_the_limit_is_refused_by_name_and_limit(app, clock, folder):
    text = refused(clock, upload(b"a" * (10 * MIB + 1), "a.png"))
    assert text == "「a.png」超過 10 MB。其他內容都已保留。"
    assert on_disk(folder) == []


def test_a_file_of_exactly_the_limit_is_kept(app, clock):
    assert store(clock, upload(b"a" * 10 * MIB, "a.txt"))[0].size == 10 * MIB


def test_one_bad_file_keeps_the_good_ones_out_too_and_all_bad_ones_are_named(app, clock, folder):
    text = refused(
        clock, upload(files.picture(), "good.png"), upload(b"", "one.txt"), upload(b"MZ", "two.exe")
    )
    assert "one.txt" in text
    assert "two.exe" in text
    assert "good.png" not in text
    assert on_disk(folder) == []


def test_too_many_files_at_once_are_refused(app, clock):
    assert refused(clock, *(upload(b"a", f"{n}.txt") for n in range(21))) == "一次最多加 20 個檔案。"


def test_a_field_left_empty_keeps_nothing(app, clock):
    assert store(clock, upload(b"", "")) == []


def test_a_picture_of_too_many_pixels_is_refused_without_drawing_it(app, clock):
    assert "4,000 萬" in refused(clock, upload(files.huge_png(), "flood.png"))
    assert "4,000 萬" in refused(clock, upload(files.huge_png(9_000, 9_000), "flood.png"))


@pytest.mark.parametrize(
    "entries",
    [
        {"word/media/bomb.bin": b"\0" * 30_000_000},
        {f"word/{n}.xml": b"" for n in range(6000)},
    ],
)
def test_an_office_file_that_would_unpack_to_too_much_is_refused(app, clock, entries):
    assert "解開" in refused(clock, upload(files.docx(**entries), "bomb.docx"))


def with_parts(before: bytes, part: bytes, after: bytes) -> bytes:
    return before + part * (MOST_BLOCKS + 1) + after


JPEG, GIF = files.picture("JPEG"), files.picture("GIF")
SCAN = JPEG[JPEG.index(b"\xff\xda") : -2]
SCREEN = GIF[: 13 + (3 << (GIF[10] & 7) + 1)]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (with_parts(JPEG[:2], b"\xff\xe1\0\x09Exif\0\0x", JPEG[2:]), "previews.jpg"),
        (JPEG[:-2] + SCAN * MOST_SCANS + JPEG[-2:], "passes.jpg"),
        (with_parts(SCREEN, b"\x21\xfe\x01x\0", GIF[len(SCREEN) :]), "comments.gif"),
        (with_parts(files.picture()[:33], b"\0\0\0\0tEXt\0\0\0\0", files.picture()[33:]), "comments.png"),
    ],
)
def test_a_picture_of_endless_parts_is_not_read_to_its_end(app, clock, content, name):
    # The library that draws them takes minutes for ten megabytes of such parts.
    assert "損壞" in refused(clock, upload(content, name))


def test_a_picture_behind_a_million_fill_bytes_is_read_at_once(app, clock):
    started = time.process_time()
    assert store(clock, upload(JPEG[:2] + b"\xff" * 1_000_000 + JPEG[2:], "fill.jpg"))[0].width == 60
    assert time.process_time() - started < 1


def test_a_frame_larger_than_its_gif_counts(app, clock):
    frame = GIF.index(b"\x2c", len(SCREEN))
    flood = GIF[: frame + 5] + struct.pack("<HH", 60_000, 60_000) + GIF[frame + 9 :]
    assert "4,000 萬" in refused(clock, upload(flood, "flood.gif"))


def test_a_gif_loses_its_comments_and_keeps_moving(app, clock, folder):
    moving = files.picture("GIF", save_all=True, append_images=[Image.new("RGB", (60, 40), "blue")], loop=0,
                           comment=b"SecretComment")  # fmt: skip
    (kept,) = store(clock, upload(moving, "a.gif"))
    stored = (folder / kept.stored_name).read_bytes()
    assert b"SecretComment" in moving and b"SecretComment" not in stored
    with Image.open(io.BytesIO(stored)) as after:
        assert (after.n_frames, after.info["loop"]) == (2, 0)


@pytest.mark.parametrize("spoilt", ["its first part", "its way of packing"])
def test_a_damaged_office_file_is_refused_with_words(app, clock, spoilt):
    content = bytearray(files.odf("text"))
    if spoilt == "its first part":
        content[38:60] = b"\xff" * 22
    else:
        content = content.replace(struct.pack("<HH", 0, 8), struct.pack("<HH", 0, 14))
    assert "不能上傳" in refused(clock, upload(bytes(content), "a.odt"))


def test_an_office_file_with_macros_is_refused(app, clock):
    assert "巨集" in refused(clock, upload(files.docx(**{"word/vbaProject.bin": b"x"}), "a.docx"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_picture_loses_who_and_where_and_keeps_its_pixels_and_its_right_side_up(
    app, clock, folder, kind, orientation
):
    content = files.picture(kind, exif=files.exif(orientation), quality=90) + b"SecretTail"
    (kept,) = store(clock, upload(content, "a.png"))
    stored = (folder / kept.stored_name).read_bytes()
    assert b"SecretPhone" in content
    assert b"SecretPhone" not in stored
    assert b"SecretTail" not in stored
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(stored)) as after:
        assert before.tobytes() == after.tobytes()
        assert dict(after.getexif()) == ({0x0112: 6} if orientation == 6 else {})


SECRET = b"JFXX\x00\x10SecretPreview."
PNG, WEBP = files.picture(), files.picture("WEBP")


@pytest.mark.parametrize(
    "content",
    [
        JPEG[:2] + b"\xff\xe0\x00\x16" + SECRET + JPEG[2:],
        JPEG[:2] + b"\xff\xee\x00\x16" + SECRET + JPEG[2:],
        JPEG[:4] + b"\x00\x24" + JPEG[6:18] + b"\x02\x03" + SECRET + JPEG[20:],
        JPEG[:2] + b"\xff\xf0\x00\x16" + SECRET + JPEG[2:],
        PNG[:33] + b"\x00\x00\x00\x14caBX" + SECRET + b"\0\0\0\0" + PNG[33:],
        b"RIFF" + struct.pack("<I", len(WEBP) + 20) + WEBP[8:] + b"C2PA\x14\0\0\0" + SECRET,
    ],
    ids=["preview", "Adobe", "JFIF", "reserved", "signature", "signature of WebP"],
)
def test_nothing_is_kept_but_what_the_picture_is_drawn_by(app, clock, folder, content):
    (kept,) = store(clock, upload(content, "a.png"))
    stored = (folder / kept.stored_name).read_bytes()
    assert len(SECRET) == 20 and SECRET in content and b"Secret" not in stored
    with Image.open(io.BytesIO(stored)) as after:
        assert (after.size, after.load() is not None) == ((60, 40), True)


def test_a_picture_keeps_its_colours(app, clock, folder):
    (kept,) = store(
        clock, upload(files.picture("JPEG", icc_profile=b"a profile", comment=b"SecretComment"), "a.jpg")
    )
    with Image.open(folder / kept.stored_name) as after:
        assert after.info["icc_profile"] == b"a profile"
        assert "comment" not in after.info


def test_two_same_files_lie_apart_and_nothing_half_done_is_left(app, clock, folder):
    kept = store(clock, upload(b"same", "a.txt"), upload(b"same", "a.txt"))
    assert len({one.stored_name for one in kept}) == 2
    assert sorted(path.relative_to(folder).as_posix() for path in on_disk(folder)) == sorted(
        one.stored_name for one in kept
    )


def test_a_masked_copy_seals_its_original(app, clock):
    (original,) = store(clock, upload(files.picture(), "id-card.png"), message_id=7)
    copy = attachments.store_masked(original, upload(files.picture(), "masked.png"), by=WANG, at=clock.now())
    assert (copy.masked_of_id, copy.message_id, copy.sealed, original.sealed) == (original.id, 7, False, True)


def test_who_and_when_stand_with_the_file(app, clock):
    person = make_reader()
    (kept,) = store(clock, upload(b"a", "a.txt"), by=Actor(person_id=person.id, name="Wang"), sealed=True)
    assert (kept.uploaded_by_id, kept.uploaded_at, kept.sealed) == (person.id, clock.now(), True)
