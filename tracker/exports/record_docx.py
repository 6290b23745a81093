"""The form as a DOCX: headings, tables and a footer with page numbers, in fonts that offices in Taiwan have."""

import io
from datetime import datetime
from typing import Any

from tracker.exports.sheet import Entry, Sheet
from tracker.exports.xml import writable

LATIN, CHINESE = "Times New Roman", "標楷體"
WIDE, LABEL = 17.0, 3.1  # centimetres between the margins, and of the column of titles
BODY, TITLE = 12, 18  # points


def record_docx(sheet: Sheet, *, at: datetime) -> bytes:
    """The document; its text can be edited, its hash then no longer says what it holds."""
    # The writer of DOCX is heavy: only who asks for one loads it.
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    document = docx.Document()
    _set_page(document)
    _set_styles(document, sheet.language)
    heading = document.add_heading(writable(sheet.title), level=1)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line = document.add_paragraph(writable(f"{sheet.code}　{sheet.subtitle}"))
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _facts(document, sheet)
    _rows(document, sheet)
    if sheet.files:
        _grid(document, [(sheet.files_title, "SHA-256"), *sheet.files], (6.0, WIDE - 6.0), header=True)
    signs = [tuple(one.title for one in sheet.signs), tuple("\n".join(one.lines) for one in sheet.signs)]
    _grid(document, signs, (WIDE / len(sheet.signs),) * len(sheet.signs), header=True)
    _foot(document, sheet)
    facts = document.core_properties
    facts.title, facts.subject, facts.author = f"{sheet.title} {sheet.number}", sheet.code, ""
    facts.created = facts.modified = at.replace(tzinfo=None)
    facts.language = sheet.language
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_page(document: Any) -> None:
    from docx.shared import Cm

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)


def _set_styles(document: Any, language: str) -> None:
    """12 points, black, Latin letters in Times and Chinese in 標楷體, whatever the program's own defaults are."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement
    from docx.shared import Pt, RGBColor

    for name, size in (("Normal", BODY), ("Heading 1", TITLE), ("Footer", BODY)):
        style = document.styles[name]
        style.font.name, style.font.size = LATIN, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script, font in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", CHINESE)):
            fonts.set(qn(f"w:{script}"), font)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(2)
    spoken = OxmlElement("w:lang")
    chinese = language.startswith("zh")
    spoken.set(qn("w:val"), "zh-TW" if chinese else "en-GB")
    spoken.set(qn("w:eastAsia"), "zh-TW")
    document.styles["Normal"].element.get_or_add_rPr().append(spoken)


def _facts(document: Any, sheet: Sheet) -> None:
    pairs = [sheet.facts[at : at + 2] for at in range(0, len(sheet.facts), 2)]
    lines = [tuple(text for pair in line for text in pair) for line in pairs]
    narrow = 2.4
    rest = (WIDE - LABEL - narrow) / 2
    table = _grid(document, lines, (LABEL, rest, narrow, rest))
    for row in table.rows:
        for cell in (row.cells[0], row.cells[2]):
            _embolden(cell)


def _rows(document: Any, sheet: Sheet) -> None:
    table = _grid(document, [(row.title, "") for row in sheet.rows], (LABEL, WIDE - LABEL))
    for row, line in zip(sheet.rows, table.rows, strict=True):
        _embolden(line.cells[0])
        cell = line.cells[1]
        for at, one in enumerate(row.entries):
            _entry(cell.paragraphs[0] if at == 0 else cell.add_paragraph(), cell, one)


def _entry(paragraph: Any, cell: Any, one: Entry) -> None:
    """A field: its label in bold and its text; a list has a numbered line for each."""
    if one.label:
        paragraph.add_run(writable(one.head)).bold = True
    if len(one.lines) == 1:
        paragraph.add_run(writable(one.lines[0]))
        return
    for at, text in enumerate(one.lines, 1):
        cell.add_paragraph(writable(f"{at}. {text}"))


def _grid(document: Any, lines: Any, widths: tuple[float, ...], *, header: bool = False) -> Any:
    """A table with lines all round; its first line is repeated on each page where it is a header."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement
    from docx.shared import Cm

    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    for texts in lines:
        for cell, text, width in zip(table.add_row().cells, texts, widths, strict=True):
            cell.width, cell.text = Cm(width), writable(text)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    if header:
        for cell in table.rows[0].cells:
            _embolden(cell)
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(mark)
    # Two tables that touch would become one.
    document.add_paragraph().paragraph_format.space_after = 0
    return table


def _embolden(cell: Any) -> None:
    for run in cell.paragraphs[0].runs:
        run.bold = True


def _foot(document: Any, sheet: Sheet) -> None:
    """Number, state, when printed, page of pages, and the hash of what is signed."""
    line = document.sections[0].footer.paragraphs[0]
    line.add_run(writable(f"{sheet.number}　{sheet.foot}　"))
    _field(line, "PAGE")
    line.add_run("\u00a0/\u00a0")
    _field(line, "NUMPAGES")
    line.add_run().add_break()
    line.add_run(f"SHA-256 {sheet.digest}")


def _field(line: Any, code: str) -> None:
    """A number that the program reckons, such as that of the page."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    line._p.append(field)
