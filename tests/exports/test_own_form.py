"""The organisation's own form: placeholders found across runs, filled literally, nothing that acts when opened."""

import io
import zipfile

from docx import Document

from tests.attachments import files
from tests.factories.people import make_person
from tests.factories.records import make_record
from tracker.audit.models import Entry
from tracker.db import db
from tracker.exports import own_form, placeholders, saying
from tracker.exports.models import FormVersion

RELS = "word/_rels/document.xml.rels"
OUTSIDE = '<Relationship Id="rId99" Type="{}" Target="{}" TargetMode="External"/>'
SCHEMA = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def form(*texts, header=""):
    """A DOCX with these paragraphs, each given as its runs."""
    document = Document()
    for runs in texts:
        paragraph = document.add_paragraph()
        for run in [runs] if isinstance(runs, str) else runs:
            paragraph.add_run(run)
    document.sections[0].header.paragraphs[0].text = header
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def changed(content, part, change):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def with_outside(kind, target):
    more = OUTSIDE.format(f"{SCHEMA}/{kind}", target).encode()
    return changed(
        form("x"), RELS, lambda body: body.replace(b"</Relationships>", more + b"</Relationships>")
    )


def with_xml(text):
    return changed(form("x"), "word/document.xml", lambda body: body.replace(b"<w:body>", b"<w:body>" + text))


def with_part(name, text):
    content = io.BytesIO(form("x"))
    with zipfile.ZipFile(content, "a") as file:
        file.writestr(name, text)
    return content.getvalue()


def texts(content):
    document = Document(io.BytesIO(content))
    return [one.text for one in document.paragraphs] + [
        one.text for one in document.sections[0].header.paragraphs
    ]


def test_placeholders_are_found_across_runs_in_any_width_and_in_the_header():
    content = form(
        ("編號 {", "{ AR 編", "號 }} 止"), "{{ｒｅｃｏｒｄ＿ｎｏ}} {{root_cause}}", header="{{嚴重度}}"
    )
    assert placeholders.names_in(content) == ["AR 編號", "ｒｅｃｏｒｄ＿ｎｏ", "root_cause", "嚴重度"]


def test_text_is_put_in_literally_once_and_the_rest_stays():
    content = form(("a {", "{x}", "} b {{y}}"), "{{unknown}}")
    put = {"x": "{{y}} <w:p/> & \x00 one\ntwo", "y": ""}
    assert texts(placeholders.filled(content, put.get))[:2] == [
        "a {{y}} <w:p/> &  one\ntwo b ",
        "{{unknown}}",
    ]


def forms_that_act():
    """Made when they are asked for: every process that reads this file would make them."""
    return [
        with_outside("attachedTemplate", "http://192.0.2.1/a.dotm"), with_outside("image", "file:///etc/passwd"),
        with_outside("oleObject", "http://192.0.2.1/x"),
        with_xml(b'<w:p><w:r><w:instrText>INCLUDETEXT "c:/x"</w:instrText></w:r></w:p>'),
        with_xml(b'<w:p><w:fldSimple w:instr="DDEAUTO c:/cmd.exe"/></w:p>'),
        with_xml(b"<w:p><w:r><w:instrText>INCLUDEPIC</w:instrText><w:instrText>TURE x</w:instrText></w:r></w:p>"),
        with_xml(b'<w:altChunk xmlns:r="u" r:id="rId9"/>'),
        with_part("word/more.bin", b'<a xmlns:w="any"><w:instrText>DDE cmd</w:instrText></a>'),
        with_part("word/_rels/more.RELS", b'<a><b Type="u/image" Target="//x" TargetMode="external"/></a>'),
        with_part("word/_rels/more.rels", b'<a><b Type="u/aFChunk" Target="more.html"/></a>'),
        with_part("word/more.xml", '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16")),
        changed(form("x"), "word/document.xml", lambda body: b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        changed(form("x"), "word/document.xml", lambda body: b"<not closed"),
    ]  # fmt: skip


def test_a_form_that_fetches_runs_or_defines_something_is_refused(client, login):
    visitor = login(client, make_person("admin"))
    for number, content in enumerate(forms_that_act()):
        assert upload(visitor, content).status_code == 422, number
    assert db.session.query(FormVersion).count() == 0


def test_a_link_that_only_a_reader_follows_is_taken(client, login):
    visitor = login(client, make_person("admin"))
    for number, content in enumerate((
        with_outside("hyperlink", "https://example.test/"),
        with_xml(b"<w:p><w:r><w:instrText>HYPER</w:instrText><w:instrText>LINK x</w:instrText></w:r></w:p>"),
        with_part("word/media/image1.png", b"\x89PNG\r\n"),
    )):  # fmt: skip
        assert upload(visitor, content).status_code == 303, number


def damaged():
    """A DOCX whose list stands and whose text does not unpack."""
    content = bytearray(files.docx())
    at = content.index(b"word/document.xml") + len("word/document.xml")
    content[at : at + 8] = b"\xff" * 8
    return bytes(content)


def test_what_is_no_docx_is_refused_with_words(client, login):
    visitor = login(client, make_person("admin"))
    for content in (b"", b"%PDF-1.7 x", b"PK\x03\x04 nothing", damaged()):
        answer = upload(visitor, content)
        assert answer.status_code == 422 and "form-error" in answer.text, content[:20]


def upload(visitor, content, note="first"):
    return visitor.post("/admin/form", data={"form": (io.BytesIO(content), "表單.docx"), "note": note})


def test_from_adding_a_form_to_a_record_on_it_and_back(client, login):
    record, cast = make_record(state="closed")
    admin = make_person(roles=("admin", "supervisor"))
    content = form("{{AR 編號}}｜{{Root cause}}", "{{修正措施}}", "{{根本因}}")
    page = upload(login(client, admin), content).headers["Location"]
    shown = login(client, admin).get(page).text
    assert "{{AR 編號}}" in shown and "{{根本因}}" in shown and "「根本原因」" in shown
    own = f"/records/{record.number}/export?format=own"
    assert login(client, cast.supervisor).get(own).status_code == 404
    sample = login(client, admin).get(f"{page}/preview").data
    assert texts(sample)[2] == "{{根本因}}" and "〔" in texts(sample)[1]
    assert (
        record.root_cause in texts(login(client, admin).get(f"{page}/preview?number={record.number}").data)[0]
    )
    assert login(client, admin).post(f"{page}/use").status_code == 303
    assert "format=own" in login(client, cast.supervisor).get(f"/records/{record.number}").text
    answer = login(client, cast.supervisor).get(own)
    assert texts(answer.data)[0] == f"{record.number}｜{record.root_cause}"
    assert texts(answer.data)[1].startswith("Removed the old policy")
    assert answer.headers["Content-Disposition"].endswith(f'"{record.number}.docx"')
    login(client, admin).post("/admin/form/shipped")
    assert login(client, cast.supervisor).get(own).status_code == 404
    assert own_form.current() is None and len(own_form.versions()) == 1


def test_one_version_is_in_use_at_a_time(client, login):
    visitor = login(client, make_person("admin"))
    pages = [upload(visitor, form(f"{n}")).headers["Location"] for n in (1, 2)]
    for page in pages:
        visitor.post(f"{page}/use")
    assert [one.in_use for one in own_form.versions()] == [True, False]
    with visitor.get(f"{pages[0]}/file") as answer:
        assert texts(answer.data)[0] == "1"


def test_only_administrators_change_the_form(client, login):
    page = upload(login(client, make_person("admin")), form("x")).headers["Location"]
    for role in ("supervisor", "manager", "auditor", "reporter", "engineer"):
        visitor = login(client, make_person(role))
        for path in (page, f"{page}/file", f"{page}/preview"):
            assert visitor.get(path).status_code == 403, (role, path)
        assert visitor.post(f"{page}/use").status_code == 403, role


def test_every_field_has_a_name_of_its_own_in_both_languages(app):
    known = own_form.vocabulary()
    assert (known["a1"], known.get("b6")) == ("record_no", None), "a code that three fields bear names none"
    for key in own_form.fields.BY_KEY:
        assert known[placeholders.folded(key)] == key


def test_the_lines_of_a_signature_are_not_numbered(app):
    tell = saying.Tell(lambda at: "23 Nov 2026, 09:00", lambda day: "23 Nov 2026")
    assert (
        saying.text_of("signoff_supervisor", {"by": "林志偉", "at": None}, tell)
        == "林志偉\n23 Nov 2026, 09:00"
    )
    assert saying.text_of("team", [{"what": "甲"}, {"what": "乙"}], tell) == "1. 甲\n2. 乙"


def test_a_preview_is_written_down_and_of_a_record_that_is_not_there_says_so(client, login):
    record, _cast = make_record(state="closed")
    browser = login(client, make_person(roles=("admin", "supervisor")))
    page = upload(browser, form("{{Root cause}}")).headers["Location"]
    assert browser.get(f"{page}/preview?number=AR-199901-0001").headers["Location"].endswith(page)
    assert "找不到您可以查看的紀錄表 AR-199901-0001" in browser.get(page).text
    assert browser.get(f"{page}/preview?number={record.number}").status_code == 200
    (entry,) = db.session.query(Entry).filter_by(action="record.export").all()
    assert entry.subject_id == record.id and entry.after == {"format": "own"}
