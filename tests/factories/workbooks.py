"""Small XLSX workbooks, written by hand so that a test can make wrong ones too."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# Style 1 shows numbers as dates.
STYLES = f'<styleSheet {NS}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
WORKBOOK = f'<workbook {NS} xmlns:r="{REL}"><sheets><sheet name="113 年" sheetId="1" r:id="rId1"/></sheets></workbook>'
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
)


def cell(value: object) -> str:
    """One cell: a number as number, `date:45432` as a date, `=…` as a formula with its kept value, else a text."""
    text = str(value)
    if isinstance(value, (int, float)):
        return f"<c><v>{text}</v></c>"
    if text.startswith("date:"):
        return f'<c s="1"><v>{text.removeprefix("date:")}</v></c>'
    if text.startswith("="):
        return f'<c t="str"><f>{escape(text[1:])}</f><v>kept</v></c>'
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def workbook(rows: Sequence[Sequence[object]], more: Mapping[str, str] | None = None) -> bytes:
    """A workbook of one sheet; `more` adds or replaces entries of the archive."""
    lines = "".join(
        f'<row r="{place}">{"".join(cell(one) for one in row)}</row>'
        for place, row in enumerate(rows, start=1)
    )
    entries = {
        "[Content_Types].xml": "<Types/>", "xl/workbook.xml": WORKBOOK, "xl/_rels/workbook.xml.rels": RELS,
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": f"<worksheet {NS}><sheetData>{lines}</sheetData></worksheet>", **(more or {}),
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return out.getvalue()
