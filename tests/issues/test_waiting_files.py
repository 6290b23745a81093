"""Files that go before their report: one at a time, refused in words, never twice in the case."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image

from tests.clock import Clock
from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tracker.accounts.models import Person
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.issues import drafts

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]
THREE = {"description": "It says 30 days.", "impact": "wrong_content", "system": "unknown"}
UPLOAD = "/report/draft?quiet=1&file=1"


def one_file(name: str = "log.txt", content: bytes = b"thirty days") -> dict[str, object]:
    return {**THREE, "files": (BytesIO(content), name)}


def test_each_file_gets_its_number_and_goes_with_the_report(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter"))
    first, second = (client.post(UPLOAD, data=one_file(f"{n}.txt", b"%d" % n)).json["id"] for n in (1, 2))
    client.post("/report", data={**THREE, "drop": first})
    kept = db.session.query(Attachment).filter_by(removed_at=None).one()
    assert (kept.id, kept.subject_kind) == (second, "issue")


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("evil.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "evil.svg"),
        ("a.exe", b"MZ\x90\0", "a.exe"),
    ],
)
def test_what_is_not_taken_is_said_by_name(
    client: FlaskClient, login: Login, name: str, content: bytes, word: str
) -> None:
    login(client, make_person("reporter"))
    answer = client.post(UPLOAD, data=one_file(name, content))
    assert answer.status_code == 422 and word in answer.json["problem"]
    assert db.session.query(Attachment).count() == 0


def test_a_picture_of_too_many_pixels_is_named_and_what_was_written_is_kept(
    client: FlaskClient, login: Login
) -> None:
    login(client, make_person("reporter"))
    buffer = BytesIO()
    Image.new("1", (10_000, 5_000)).save(buffer, "PNG")
    page = client.post("/report", data=one_file("photo.png", buffer.getvalue()))
    assert page.status_code == 422 and "「photo.png」超過 4,000 萬像素" in page.text
    assert THREE["description"] in page.text


def test_without_scripts_the_good_files_wait_and_each_bad_one_is_named_once(
    client: FlaskClient, login: Login
) -> None:
    login(client, make_person("reporter"))
    files = [(BytesIO(b"MZ"), "bad.exe"), (BytesIO(b"thirty days"), "good.txt"), (BytesIO(b""), "void.txt")]
    page = client.post("/report", data={**THREE, "files": files})
    assert page.status_code == 422 and "good.txt" in page.text and "good.txt」" not in page.text
    # On top and beside the field.
    assert (page.text.count("「bad.exe」不能上傳"), page.text.count("「void.txt」是空的")) == (2, 2)
    assert client.post("/report", data=THREE).status_code == 303
    kept = db.session.query(Attachment).one()
    assert (kept.filename, kept.size, kept.subject_kind) == ("good.txt", 11, "issue")


def test_a_draft_saved_with_a_bad_file_keeps_the_rest(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter"))
    page = client.post("/report/draft", data={**THREE, "files": (BytesIO(b"MZ"), "bad.exe")})
    assert (
        page.status_code == 422 and "「bad.exe」不能上傳" in page.text and THREE["description"] in page.text
    )
    assert THREE["description"] in client.get("/report").text or "草稿" in client.get("/report").text


def test_a_reply_with_a_bad_file_says_that_files_are_to_be_chosen_again(
    client: FlaskClient, login: Login
) -> None:
    person = make_person("reporter")
    login(client, person)
    here = f"/issues/{make_issue(reporter=person).number}/note"
    page = client.post(here, data={"body": "Look.", "files": (BytesIO(b"MZ"), "bad.exe")})
    assert page.status_code == 422 and "Look." in page.text and "請再選一次檔案" in page.text
    assert "請再選一次檔案" not in client.get(here).text


def test_a_file_whose_first_way_seemed_lost_is_in_the_case_once(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter"))
    client.post(UPLOAD, data=one_file())
    client.post("/report", data=one_file())
    assert [one.subject_kind for one in db.session.query(Attachment).filter_by(removed_at=None)] == ["issue"]


def test_a_text_that_is_too_long_is_refused_with_all_of_it_kept(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter"))
    page = client.post("/report", data={**THREE, "description": "天" * 20_001, "expected": "Seven."})
    assert page.status_code == 422 and "20001" in page.text and "20000" in page.text
    assert "天" * 20_001 in page.text and "Seven." in page.text
    assert client.post("/report", data={**THREE, "description": "天" * 20_000}).status_code == 303


def test_a_guest_s_draft_is_not_offered_to_whoever_sits_there_later(
    client: FlaskClient, clock: Clock
) -> None:
    upload = {"description": "Half", "files": (BytesIO(b"Wang A123456789"), "log.txt")}
    saved = client.post("/report/draft", data=upload).location
    clock.advance(hours=1)
    assert saved.partition("?")[0] in client.get("/report").text
    clock.advance(minutes=1)
    assert "log.txt" not in client.get("/report").text
    assert client.get(saved).status_code == 404
    client.post("/report", data=THREE)
    assert db.session.query(Attachment).one().subject_kind == drafts.FILES
