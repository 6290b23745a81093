"""The big list of naughty strings through every text field of these rooms: taken as they are or refused by name."""

import json
from pathlib import Path

import pytest

from tests.factories.people import make_person, make_system
from tests.posting import send
from tracker.accounts.models import Person, Unit
from tracker.db import db
from tracker.training.models import TrainingSession

LIST = Path(__file__).resolve().parents[3] / "shared/data/corpora/blns/blns.json"
NAUGHTY = json.loads(LIST.read_text("utf-8")) if LIST.is_file() else []
NAUGHTY += ["\x00", "a\x00b", "\x1b[31m", "\u202etxt.exe", "\ufeff", "x" * 10_000]

pytestmark = pytest.mark.skipif(
    not LIST.is_file(), reason="the list of naughty strings is not beside the checkout"
)


@pytest.fixture
def admin(client, login):
    return login(client, make_person("admin"))


def fine(answer):
    """Carried out, or refused on the same page; never a fault, and nothing of it active."""
    assert answer.status_code in (200, 303, 422)
    assert "<script>alert(" not in answer.text


def test_people_files(admin):
    lines = "".join('"' + text.replace('"', '""') + '",x@y\n' for text in NAUGHTY)
    answer = send(admin, "/admin/users/import", {"text": "name,email\n" + lines})
    fine(answer)
    assert admin.get(answer.location).status_code == 200
    for _ in range(3):
        fine(send(admin, answer.location))
    assert admin.get("/admin/users").status_code == 200


def test_single_lines(admin):
    """Every fifteenth string, so that each kind comes by."""
    for text in NAUGHTY[::15]:
        fine(send(admin, "/admin/users/new", {"name": text, "phone": text[:50], "roles": ["reporter"]}))
        fine(send(admin, "/admin/units", {"name": text}))
    assert admin.get("/people", query_string={"q": NAUGHTY[100]}).status_code == 200
    assert db.session.query(Person).count() > 10
    assert db.session.query(Unit).count() > 10
    fine(admin.get("/admin/units"))


def test_long_texts(admin):
    system, whole = make_system(version="1"), "\n".join(NAUGHTY)[:19_000]
    for text in (whole, NAUGHTY[-1], NAUGHTY[-6]):
        guide = {
            "version": text[:9],
            "purpose": text,
            "limits": text,
            "forbidden": text,
            "how_to_report": text,
        }
        fine(send(admin, f"/admin/systems/{system.key}/versions/new", {**guide, "current": "1"}))
        fine(
            send(admin, f"/admin/systems/{system.key}", {"name": "X", "operated_by": "us", "functions": text})
        )
        held = {"held_on": "2026-11-20", "topic": "T", "trainer": "X", "functions": text, "names_only": text}
        fine(send(admin, "/training/new", {**held, "note": text}))
    for session in db.session.query(TrainingSession):
        fine(admin.get(f"/training/{session.id}"))
    for path in (f"/systems/{system.key}/guide", f"/admin/systems/{system.key}"):
        fine(admin.get(path))
