"""Placeholders of a DOCX: finding {{根本原因}} and putting text in their place.  No template language, nothing is run.

A word processor cuts a line into runs as it likes, so that a placeholder may begin in one and end in another; the
text goes into the run where it begins and keeps that run's looks.
"""

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from tracker.errors import DomainError
from tracker.exports.xml import writable

PLACE = re.compile(r"\{\{\s*([^{}\n]{1,80}?)\s*\}\}")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
# Fields that fetch something when the document is opened, or run a program.
FETCHES = re.compile(
    r"\b(INCLUDETEXT|INCLUDEPICTURE|DDEAUTO|DDE|IMPORT|LINK|DATABASE|MACROBUTTON|AUTOTEXT)\b", re.I
)
BLANK = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
PACKED = re.compile(r"word/(embeddings|activeX|afchunk)", re.I)
# Kinds of relations that bring something in, wherever it lies, and elements that do.
BRINGS = re.compile(r"/(aFChunk|oleObject|package|control|subDocument|frame|mailMergeSource)$", re.I)
BRINGING = frozenset({"altChunk", "object", "control", "subDoc", "mailMerge"})


def folded(name: str) -> str:
    """A name as it is compared: any width and case, spaces and marks at its end left out."""
    return re.sub(r"[\s_:：]+", "", unicodedata.normalize("NFKC", name)).casefold()


def names_in(content: bytes) -> list[str]:
    """The names between {{ and }}, in the order of the document, each once.  DomainError for no readable document."""
    found: dict[str, None] = {}
    for _part, root in _parts(content):
        for paragraph in root.iter(f"{W}p"):
            text = "".join(piece.text or "" for piece in _pieces(paragraph))
            found |= dict.fromkeys(match.group(1) for match in PLACE.finditer(text))
    return list(found)


def filled(content: bytes, value: Callable[[str], str | None]) -> bytes:
    """The document with each placeholder replaced by what `value` says of its name; None leaves it standing."""
    from lxml import etree

    changed: dict[str, bytes] = {}
    for part, root in _parts(content):
        for paragraph in root.iter(f"{W}p"):
            _fill(paragraph, value)
        changed[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return _repacked(content, changed)


def must_be_harmless(content: bytes) -> None:
    """DomainError for what fetches, runs or hides something when the document is opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            parts = {name: file.read(name) for name in file.namelist()}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError):
        raise _unreadable() from None
    for name, part in parts.items():
        if PACKED.match(name):
            raise _embedded()
        # A part has the kind that the document gives it, whatever its name ends with.
        if name.lower().endswith((".xml", ".rels")) or part[:200].lstrip(BLANK).startswith(b"<"):
            _no_outside(name, part)


def _unreadable() -> DomainError:
    return DomainError(_("The form cannot be read. Save it as DOCX once more and add it again."))


def _embedded() -> DomainError:
    return DomainError(_("The form holds an embedded object. Take it out and add the form again."))


def _no_outside(name: str, content: bytes) -> None:
    every = [one for one in _root(content).iter() if isinstance(one.tag, str)]
    if any(_local(one) in BRINGING for one in every):
        raise _embedded()
    if name.lower().endswith(".rels"):
        for one in every:
            _no_relation_outside(str(one.get("TargetMode")), str(one.get("Type")), one.get("Target"))
        return
    # The instructions of one field may lie in several runs, which a word processor reads as one.
    if (hit := FETCHES.search("".join(_instruction(one) for one in every))) is not None:
        raise DomainError(
            _("The form holds a field that fetches or runs something: %(what)s.", what=hit.group())
        )


def _no_relation_outside(mode: str, kind: str, target: str | None) -> None:
    if BRINGS.search(kind) and mode.lower() != "external":
        raise _embedded()
    if mode.lower() == "external" and not kind.endswith("/hyperlink"):
        raise DomainError(
            _("The form refers to something outside: %(what)s. Put it into the form itself.", what=target)
        )


def _instruction(element: Any) -> str:
    """What it says of a field; blanks where one begins and ends, so that neighbours do not run together."""
    name = _local(element)
    if name in ("instrText", "delInstrText"):
        return element.text or ""
    if name == "fldChar":
        return " "
    return "".join(f" {value} " for key, value in element.items() if key.rpartition("}")[2] == "instr")


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _parts(content: bytes) -> Iterator[tuple[str, Any]]:
    """The parts that hold text, read."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        for name in file.namelist():
            if TEXT_PARTS.fullmatch(name):
                yield name, _root(file.read(name))


def _root(content: bytes) -> Any:
    # The reader of XML is heavy: only who works with a form loads it.
    from lxml import etree

    try:
        root = etree.fromstring(
            content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        )
    except etree.XMLSyntaxError:
        raise _unreadable() from None
    # Asked of what was read, since the bytes may stand in any encoding.
    if root.getroottree().docinfo.doctype:
        raise DomainError(_("The form holds definitions of its own, which word processors do not write."))
    return root


def _pieces(paragraph: Any) -> list[Any]:
    """The texts of this paragraph alone, not of a text box within it."""
    return [piece for piece in paragraph.iter(f"{W}t") if next(piece.iterancestors(f"{W}p")) is paragraph]


def _fill(paragraph: Any, value: Callable[[str], str | None]) -> None:
    pieces = _pieces(paragraph)
    texts = [piece.text or "" for piece in pieces]
    matches = [(one, value(one.group(1))) for one in PLACE.finditer("".join(texts))]
    # From the last to the first, so that places before it stay where they were.
    for match, put in reversed(matches):
        if put is not None:
            _replace(texts, match.start(), match.end(), writable(put))
    for piece, before in zip(pieces, texts, strict=True):
        _write(piece, before)


def _replace(texts: list[str], start: int, end: int, put: str) -> None:
    """Take start..end out of the texts laid end to end, and put the text where it began."""
    at = 0
    for index, text in enumerate(texts):
        first, last = max(start - at, 0), min(end - at, len(text))
        at += len(text)
        if first < last:
            texts[index] = text[:first] + put + text[last:]
            put = ""


def _write(piece: Any, text: str) -> None:
    """The text of a run; a new line becomes a break of the line."""
    first, *rest = text.split("\n")
    piece.text = first
    piece.set(SPACE, "preserve")
    run, at = piece.getparent(), piece
    for line in rest:
        for tag in ("br", "t"):
            new = run.makeelement(f"{W}{tag}")
            at.addnext(new)
            at = new
        at.text = line
        at.set(SPACE, "preserve")


def _repacked(content: bytes, changed: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry, changed.get(entry.filename, old.read(entry)), zipfile.ZIP_DEFLATED)
    return out.getvalue()
