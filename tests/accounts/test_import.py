"""People from a CSV file: looked at first, taken in step by step, bad lines named, nothing twice."""

import io
import time

import pytest
from flask_babel import force_locale

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_unit
from tests.posting import send
from tracker.accounts import people_file, queries
from tracker.accounts.actions.importing import check_people, import_people, link_deputies
from tracker.accounts.jobs import prune
from tracker.accounts.models import CaseLink, PeopleImport, Person, Unit
from tracker.accounts.rules import SYSTEM
from tracker.accounts.words import ROLE_WORDS
from tracker.db import db
from tracker.issues import links

BY = {"by": SYSTEM, "at": MONDAY}
FILE = """姓名,電子郵件,單位,角色,代理人,電話
林志偉,lin@office.test,服務中心,訓練主管；管理者,陳美玲,1234
陳美玲,chen@office.test,服務中心,,,
"""


def take_in(text):
    return [*import_people(text, **BY), *link_deputies(text, **BY)]


def rows(text):
    return list(people_file.rows(text))


def test_people_come_in_with_unit_roles_and_deputy(app):
    assert [one.what for one in take_in(FILE)] == ["added", "added"]
    lin = queries.by_email("lin@office.test")
    assert {row.role for row in lin.roles} == {"supervisor", "manager"}
    assert (lin.unit.name, lin.phone, lin.deputy.name) == ("服務中心", "1234", "陳美玲")
    assert {row.role for row in queries.by_email("chen@office.test").roles} == {"reporter"}


@pytest.mark.parametrize("locale", ["zh_Hant_TW", "en"])
def test_roles_are_read_by_the_names_that_the_page_shows(app, locale):
    with force_locale(locale):
        shown = {role: str(word) for role, word in ROLE_WORDS.items()}
    (row,) = rows(f"name,roles\nLin,{';'.join(shown.values())}\n")
    assert row.problems == () and set(row.roles) == set(shown)


def test_a_second_run_adds_and_changes_nothing(app):
    take_in(FILE)
    assert [one.what for one in take_in(FILE)] == ["same", "same"]
    assert db.session.query(Person).count() == 2


def test_a_row_completes_a_person_and_takes_nothing_away(app):
    make_person("engineer", name="Lin", email="lin@office.test", phone="99")
    take_in("name,email,roles,phone\n林志偉,LIN@office.test,supervisor,\n")
    lin = queries.by_email("lin@office.test")
    assert (lin.name, lin.phone) == ("林志偉", "99")
    assert {row.role for row in lin.roles} == {"engineer", "supervisor"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp950"])
def test_files_are_read_as_spreadsheets_write_them(encoding):
    found = rows(people_file.decoded(FILE.encode(encoding)))
    assert [one.name for one in found] == ["林志偉", "陳美玲"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name,email\n,x@y.test\n", "name"),
        ("name,email\nA,not an address\n", "email"),
        ("name,email\nA,a@y.test\nB,A@Y.test\n", "twice"),
        ("name,roles\nA,king\n", "roles"),
        ("name,phone\nA," + "1" * 100 + "\n", "phone"),
        ("name,unit\nA," + "u" * 200 + "\n", "unit"),
        ("name\n" + "n" * 500 + "\n", "name"),
        ('name,email\nA,"a@b.test\nBcc: c@d.test"\n', "email"),
    ],
)
def test_a_bad_row_is_named_and_skipped_and_the_others_come_in(app, text, problem):
    text += "Good,,\n"
    bad = [one for one in take_in(text) if one.what == "bad"]
    assert [key for one in bad for key, _detail in one.problems] == [problem]
    assert db.session.query(Person).filter_by(name="Good").count() == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"a,b\n1,2\n", "header"),
        (b"\xff\xff\x00\x81", "encoding"),
        ('name\n"' + "x" * 200_000 + "\n").encode() and (('name\n"' + "x" * 200_000).encode(), "csv"),
    ],
)
def test_what_is_no_table_of_people_is_refused_with_the_reason(content, why):
    with pytest.raises(people_file.Unreadable) as refused:
        rows(people_file.decoded(content))
    assert refused.value.why == why


def test_lines_are_counted_as_an_editor_counts_them(app):
    text = 'name,email\n"A\nB",a@x.test\n\nC,bad\n'
    assert [(one.line, one.what) for one in check_people(text)] == [(2, "added"), (5, "bad")]


def test_cells_that_a_spreadsheet_would_run_are_kept_as_plain_text(app):
    take_in('name\n"=HYPERLINK(""http://evil.test"")"\n')
    assert db.session.query(Person).one().name == '=HYPERLINK("http://evil.test")'


def test_an_unknown_deputy_is_named_at_the_end(app):
    outcome = take_in("name,deputy\nA,Nobody\n")[-1]
    assert (outcome.line, outcome.problems) == (2, (("alone", "Nobody"),))


def test_twenty_thousand_rows_are_looked_through_in_no_time(app):
    text = "name,email\n" + "".join(f"Person {n},p{n}@x.test\n" for n in range(20_000))
    start = time.process_time()
    assert sum(one.what == "added" for one in check_people(text)) == 20_000
    assert time.process_time() - start < 5
    with pytest.raises(people_file.Unreadable):
        list(check_people(text + "One more,\n"))


def upload(client, content):
    return send(client, "/admin/users/import", {"file": (io.BytesIO(content), "people.csv")})


def test_the_page_shows_what_would_happen_and_changes_nothing(client, login):
    make_unit(name="服務中心")
    page = client.get(upload(login(client, make_person("admin")), (FILE + "壞,不是地址\n").encode()).location)
    assert page.status_code == 200
    assert "第" not in page.text or "林志偉" in page.text
    assert "不是電子郵件" in page.text
    assert db.session.query(Person).count() == 1


def test_the_page_names_who_would_administer_however_far_down_the_file(client, login):
    people = "".join(f"Person {n},p{n}@x.test,reporter\n" for n in range(80))
    text = "name,email,roles\n" + people + "Zebra Finch,z@x.test,系統管理員\n"
    page = client.get(upload(login(client, make_person("admin")), text.encode()).location).text
    assert "第 82 行會成為系統管理員：Zebra Finch" in page


def test_the_page_takes_people_in_step_by_step(client, login):
    people = "".join(f"Person {n},p{n}@x.test\n" for n in range(201))
    here = upload(login(client, make_person("admin")), ("name,email\n" + people).encode()).location
    counts = []
    for _ in range(3):
        assert send(client, here).status_code == 303
        db.session.expire_all()
        counts.append(db.session.query(Person).count() - 1)
    assert counts == [200, 201, 201]
    page = client.get(here)
    assert "人員已匯入" in page.text
    assert "201" in page.text


def test_pasted_lines_do_as_well(client, login):
    answer = send(login(client, make_person("admin")), "/admin/users/import", {"text": FILE})
    assert answer.status_code == 303


@pytest.mark.parametrize("content", [b"", b"\xff\xff\x00\x81", b"a,b\n1,2\n"])
def test_a_file_that_cannot_be_read_is_named_on_the_page(client, login, content):
    answer = upload(login(client, make_person("admin")), content or b" ")
    assert answer.status_code == 422
    assert "file-error" in answer.text


def test_nobody_sees_the_file_of_another(app, login):
    here = upload(login(app.test_client(), make_person("admin")), FILE.encode()).location
    assert login(app.test_client(), make_person("admin")).get(here).status_code == 404


def test_a_deputy_nobody_knows_is_named_before_and_is_no_skipped_line(client, login):
    browser = login(client, make_person("admin"))
    here = upload(browser, (FILE + "黃淑芬,,,,陳大文,\n").encode()).location
    assert "陳大文" in browser.get(here).text.split("沒有代理人的行</h2>")[1]
    send(browser, here)
    page = browser.get(here).text
    assert "略過 0" in page and "陳大文" in page.split("沒有代理人的行</h3>")[1]


def test_files_are_forgotten_after_a_week(client, login, clock):
    upload(login(client, make_person("admin")), FILE.encode())
    prune(clock.advance(days=8))
    assert db.session.query(PeopleImport).count() == 0


def test_links_of_letters_are_forgotten_a_year_after_they_ran_out(app, clock):
    links.make(make_issue(), at=clock.now())
    for days, left in ((links.LIFE.days + 365, 1), (1, 0)):
        prune(clock.advance(days=days))
        assert db.session.query(CaseLink).count() == left


def test_new_units_are_made(app):
    take_in("name,unit\nA,一科\nB,一科\n")
    assert [unit.name for unit in db.session.query(Unit)] == ["一科"]
