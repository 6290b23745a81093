"""Hostile and odd tables: each is refused with a sentence of its own, or read for what it is; no workbook runs."""

import io
import zipfile

import pytest

from tests.factories.workbooks import NS, WORKBOOK, workbook
from tracker.imports import labels, merged, sheets, xlsx
from tracker.imports.sheets import Reading
from tracker.imports.unreadable import Unreadable

CSV, XLSX = Reading("csv", "utf-8-sig"), Reading("xlsx")


def written(tmp_path, content, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path, how=CSV):
    return [(line.number, line.cells) for line in sheets.rows(path, how)]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("a," * 100_000 + "b\n1\n", "columns"),
        ("a\n" + "1\n" * 50_001, "rows"),
        ("a\n" + "x" * 100_001 + "\n", "cell"),
        ("\n\n", "header"),
        (b"a\n\xff\xff\xff\n", "encoding"),
    ],
    ids=["100k columns", "too many rows", "a huge cell", "nothing", "no UTF-8"],
)
def test_what_is_no_table_of_ours_is_named(tmp_path, content, why):
    path = written(tmp_path, content)
    with pytest.raises(Unreadable) as caught:
        read(path)
    assert caught.value.why == why


def test_bytes_of_no_encoding_are_named(tmp_path):
    with pytest.raises(Unreadable) as caught:
        sheets.encoding_of(written(tmp_path, b"a\n\xff\xfe\x00\xff\n"))
    assert caught.value.why == "encoding"


def test_formulas_are_texts_and_nul_is_dropped(tmp_path):
    path = written(tmp_path, 'a,b\n=1+1,"@SUM(A1)\x00x"\n')
    assert read(path) == [(2, ("=1+1", "@SUM(A1)x"))]


def test_cells_beyond_the_headings_join_the_last_and_missing_ones_are_empty(tmp_path):
    assert read(written(tmp_path, "a,b\n1,2,3,4\n5\n")) == [(2, ("1", "2 3 4")), (3, ("5", ""))]


def test_a_workbook_is_read_for_its_kept_values(tmp_path):
    path = written(
        tmp_path,
        workbook([["a", "b", "c", "d"], ["x", 45432, "date:45432", "=HYPERLINK(1)"], [], [1.5, 2.0]]),
    )
    assert read(path, XLSX) == [(2, ("x", "45432", "2024-05-20", "kept")), (4, ("1.5", "2", "", ""))]
    assert xlsx.sheets(path) == ["113 年"]


def test_a_cell_merged_over_rows_counts_for_each_of_them(tmp_path):
    rows = [
        ["a", "b", "c"],
        ["x", "1", "p"],
        ["", "2"],
        ["", "3", "q"],
        [],
        ["", "4"],
        ["y", "5", ""],
        ["", "6", "r"],
    ]
    whole = workbook(rows)
    merges = "".join(f'<mergeCell ref="{one}"/>' for one in ("A1:A2", "A2:A6", "C2:D3", "A7:B7"))
    with zipfile.ZipFile(io.BytesIO(whole)) as book:
        plain = book.read("xl/worksheets/sheet1.xml").decode()
    content = plain.replace("</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>")
    path = written(tmp_path, workbook(rows, {"xl/worksheets/sheet1.xml": content}))
    assert [cells for _number, cells in read(path, XLSX)] == [
        ("x", "1", "p"), ("x", "2", "p"), ("x", "3", "q"), ("x", "4", ""), ("y", "5", ""), ("", "6", "r"),
    ]  # fmt: skip


def test_merged_cells_are_found_across_the_pieces_a_sheet_is_read_in():
    far = b"<c/>" * (merged.CHUNK // 4 - 5) + b'<x:mergeCell ref="B3:B5"/><mergeCell ref="C1:D1"/>'
    assert list(merged.spans(io.BytesIO(far))) == [("B", 3, 5)]


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "b">]>'
ENTITY = f'{DOCTYPE}<worksheet {NS}><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>'
WIDE = f'<worksheet {NS}><sheetData><row r="1"><c r="ZZ1"><v>1</v></c></row></sheetData></worksheet>'


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"xl/worksheets/sheet1.xml": ENTITY}, "damaged"),
        ({"xl/worksheets/sheet1.xml": "<worksheet><row>"}, "damaged"),
        ({"xl/worksheets/sheet1.xml": WIDE}, "columns"),
        ({"xl/workbook.xml": WORKBOOK.replace("rId1", "rId9")}, "damaged"),
        ({"xl/_rels/workbook.xml.rels": "<x/>"}, "damaged"),
    ],
    ids=["entity", "cut off", "too wide", "no such part", "no parts"],
)
def test_a_wrong_workbook_is_named(tmp_path, more, why):
    path = written(tmp_path, workbook([["a"]], more))
    with pytest.raises(Unreadable) as caught:
        read(path, XLSX)
    assert caught.value.why == why


def sheet(cell):
    return f'<worksheet {NS}><sheetData><row r="{"9" * 5000}">{cell}</row></sheetData></worksheet>'


def styles(format_id, code="0"):
    own = f'<numFmts><numFmt numFmtId="{format_id}" formatCode="{code}"/></numFmts>'
    return f'<styleSheet {NS}>{own}<cellXfs><xf numFmtId="{format_id}"/></cellXfs></styleSheet>'


@pytest.mark.parametrize(
    ("cell", "shape", "kept"),
    [
        ('<c s="0"><v>1</v></c>', styles("x", "y"), "1"),
        ('<c s="0"><v>1</v></c>', styles("9" * 5000, "y"), "1"),
        ('<c s="0"><v>1</v></c>', styles("200", "[" * 300_000), "1"),
        (f'<c s="{"9" * 5000}"><v>1</v></c>', styles("200"), "1"),
        (f'<c t="s"><v>{"9" * 5000}</v></c><c><v>1</v></c>', styles("200"), ""),
        (f'<c t="inlineStr"><is>{"<r>" * 100}{"<t>a</t>" * 50_000}{"</r>" * 100}</is></c>', styles("200"), ""),
        ('<c t="inlineStr"><is><t>a</t><rPh><t>b</t></rPh><r><rPr/><t>c</t></r></is></c>', styles("200"), "ac"),
    ],
    ids=["no number", "a huge one", "a format without end", "a huge style", "a huge place", "deep", "read aloud"],
)  # fmt: skip
def test_numbers_and_texts_that_no_program_writes_are_passed_over(tmp_path, cell, shape, kept):
    more = {"xl/worksheets/sheet1.xml": sheet(cell), "xl/styles.xml": shape}
    assert next(xlsx.rows(written(tmp_path, workbook([["a"]], more)), 0))[1][0] == kept


def test_a_bomb_is_not_unpacked(tmp_path):
    path = written(tmp_path, workbook([["a"]]))
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("xl/more.xml", "x")
        file.getinfo("xl/more.xml").file_size = 300 * 1024 * 1024
    with pytest.raises(Unreadable) as caught:
        read(path, XLSX)
    assert caught.value.why == "bomb"


@pytest.mark.parametrize(
    ("heading", "key"),
    [("異常現象描述", "description"), ("B5 異常現象描述", "description"), ("What happened", "description"),
     ("root_cause", "root_cause"), ("根本原因分析(必填)", "root_cause"), ("結 案 日 期", "closed_at"),
     ("ＡＩ系統", "ai_system"), ("承辦人", "assigned_to"), ("電話", None)],
)  # fmt: skip
def test_headings_tell_their_field(app, heading, key):
    assert labels.suggest([heading]).get(0) == key


def test_a_heading_without_end_names_nothing(app):
    assert labels.suggest(["(" * 300_000, "x" * 300_000]) == {}


def test_each_field_is_suggested_once(app):
    assert labels.suggest(["回報日期", "日期", "description", "內容"]) == {0: "reported_at", 2: "description"}
