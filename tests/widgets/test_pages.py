"""回報小工具 under /admin: made, changed, revoked and used again by an administrator."""

from flask.testing import FlaskClient

from tests.factories.people import make_person, make_system
from tests.factories.widgets import make_widget
from tracker.audit.models import Entry
from tracker.db import db
from tracker.widgets.models import Widget

FORM = {"name": "Course helper", "origins": "https://Chat.example.test/\nhttp://intranet:8080"}


def test_an_administrator_makes_a_widget_and_reads_what_to_paste(client: FlaskClient, login) -> None:
    login(client, make_person("admin"))
    system = make_system()
    answer = client.post("/admin/widgets/new", data=FORM | {"system_id": system.id})
    made = db.session.query(Widget).one()
    assert answer.location == f"/admin/widgets/{made.id}?saved=1"
    assert made.origins == ["https://chat.example.test", "http://intranet:8080"]
    page = client.get(answer.location).text
    assert "https://chat.example.test\nhttp://intranet:8080</textarea>" in page.replace("\r", "")
    assert f"data-key=&#34;{made.key}&#34;" in page or f'data-key="{made.key}"' in page
    assert "Course helper" in client.get("/admin/widgets").text
    assert db.session.query(Entry).filter_by(action="widget.create").one().after["origins"] == made.origins


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(client: FlaskClient, login) -> None:
    login(client, make_person("admin"))
    answer = client.post(
        "/admin/widgets/new", data={"name": "", "origins": "https://*.evil.test", "system_id": 999}
    )
    assert answer.status_code == 422 and "https://*.evil.test" in answer.text
    unknown = FORM | {"system_id": make_system().id, "origins": "nonsense"}
    answer = client.post("/admin/widgets/new", data=unknown)
    assert "「nonsense」不是網站位址" in answer.text and db.session.query(Widget).count() == 0


def test_it_is_changed_revoked_and_used_again_and_all_of_it_is_written_down(
    client: FlaskClient, login
) -> None:
    login(client, make_person("admin"))
    widget = make_widget()
    key, here = widget.key, f"/admin/widgets/{widget.id}"
    client.post(here, data=FORM | {"system_id": widget.system_id, "origins": "https://new.test"})
    client.post(f"{here}/revoke")
    assert "已於" in client.get(here).text
    client.post(f"{here}/restore")
    again = db.session.get_one(Widget, widget.id)
    assert (again.key, again.origins, again.revoked_at) == (key, ["https://new.test"], None)
    acts = [one.action for one in db.session.query(Entry).filter_by(subject_kind="widget").order_by(Entry.id)]
    assert acts == ["widget.create", "widget.save", "widget.revoke", "widget.restore"]
