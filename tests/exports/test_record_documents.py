"""DOCX and ODT of a record: whole, openable, with nothing of the record read as markup."""

import io
import re
import shutil
import subprocess
import zipfile

import pytest
from docx import Document
from lxml import etree
from pypdf import PdfReader

from tests.factories.records import make_record
from tracker.exports.xml import writable

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
HOSTILE = "<text:p> & ]]> {{ 7*7 }} {% x %} #evil[x] \x00\x0b\ud800 =cmd() ＜"
MARKS = (
    "The old policy was still indexed.",
    "Removed the old policy",
    "Nothing came back.",
    "Two other systems, clean.",
)


@pytest.fixture
def made(client, login):
    """A closed grave record as a file of this format, with hostile text in it, and the record."""

    def make(form):
        record, cast = make_record(state="closed", grave=True, lessons=writable(HOSTILE))
        answer = login(client, cast.supervisor).get(f"/records/{record.number}/export?format={form}&era=ce")
        assert answer.status_code == 200
        return answer.data, record

    return make


def document_text(content):
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def odt_text(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert (
            file.infolist()[0].filename == "mimetype"
            and file.infolist()[0].compress_type == zipfile.ZIP_STORED
        )
        parts = {name: etree.fromstring(file.read(name)) for name in file.namelist() if name.endswith(".xml")}
    return "".join(parts["content.xml"].itertext())


@pytest.mark.parametrize(("form", "read"), [("docx", document_text), ("odt", odt_text)])
def test_the_document_has_all_that_is_filled_and_reads_nothing_as_markup(made, form, read):
    content, record = made(form)
    text = read(content)
    named = ("根本原因：The old policy was still indexed.", "嚴重度", "效果追蹤：")
    for mark in (*MARKS, *named, record.number, "{{ 7*7 }} {% x %} #evil[x]", "<text:p> & ]]>"):
        assert mark in text, mark
    assert "\x0b" not in text


def test_the_docx_names_fonts_that_offices_have_and_its_parts(made):
    content, _record = made("docx")
    document = Document(io.BytesIO(content))
    assert next(one.style.name for one in document.paragraphs) == "Heading 1"
    assert "標楷體" in document.styles["Normal"].element.xml
    footer = document.sections[0].footer._element.xml
    assert "PAGE" in footer and "NUMPAGES" in footer and re.search("SHA-256 [0-9a-f]{64}", footer)


@pytest.mark.sqlite_only
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("form", ["docx", "odt"])
def test_libreoffice_makes_the_same_pages_of_it(made, form, tmp_path):
    content, record = made(form)
    (tmp_path / f"a.{form}").write_bytes(content)
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [str(OFFICE), home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), f"a.{form}"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    pages = PdfReader(tmp_path / "a.pdf").pages
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    for mark in (*MARKS, record.number, f"1/{len(pages)}"):
        assert re.sub(r"\s", "", mark) in text, mark
