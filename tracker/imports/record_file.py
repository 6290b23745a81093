"""Records from JSON as `exports.record_json` writes them: reading the file, and what makes a record none of ours."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tracker.imports.rows import BadRow, clean
from tracker.issues import rules as issue_rules
from tracker.records import fields
from tracker.records import rules as record_rules

FORMAT, VERSION = "tracker-record", 1
BYTES_MOST = 512 * 1024 * 1024
NUMBER = re.compile(r"AR-\d{6}-\d{4,9}(-R\d{2,4})?")
SHA256 = re.compile(r"[0-9a-f]{64}")
ISSUE_NUMBER = re.compile(r"Q-\d{6}-\d{4,9}")
# Lists that a record cannot be without, even where they are empty.
LISTS = ("issues", "escalations", "signatures", "opinions", "decisions")
Found = Mapping[str, Any]


def read(path: Path) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    """Each record with its line, or what is wrong: one JSON object, a list of them, or one a line."""
    if path.stat().st_size > BYTES_MOST:
        yield 1, BadRow("the file is over 512 MiB; export the records in parts")
        return
    yield from read_bytes(path.read_bytes())


def read_bytes(content: bytes) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    """The same of what stands in a file."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield 1, BadRow("not UTF-8")
        return
    whole = _parsed(text) if text.lstrip()[:1] in ("[", "{") else None
    if whole is not None:
        yield from (
            (place, _object(one))
            for place, one in enumerate(whole if isinstance(whole, list) else [whole], 1)
        )
        return
    for line, one in enumerate(text.splitlines(), start=1):
        if one.strip():
            yield line, _object(_parsed(one))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _object(found: Any) -> dict[str, Any] | BadRow:
    if not isinstance(found, dict):
        return BadRow("no JSON object")
    kept: dict[str, Any] = clean(found)
    try:
        check(kept)
    except BadRow as error:
        return error
    return kept


def check(found: Found) -> None:
    """Raise BadRow for what is no record of this version, or is not over yet."""
    if found.get("format") != FORMAT:
        raise BadRow("no record of Tracker: format is not tracker-record")
    if found.get("version") != VERSION:
        raise BadRow(f"version {found.get('version')!r} of the shape is not known, {VERSION} is")
    number = found.get("number")
    if not isinstance(number, str) or not NUMBER.fullmatch(number):
        raise BadRow(f"{str(number)[:40]!r} is no number of a record")
    if found.get("state") not in record_rules.ENDED:
        raise BadRow(
            f"{number}: is {found.get('state')!r}; only records that are over are brought back from JSON"
        )
    for name in LISTS:
        given = found.get(name)
        if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
            raise BadRow(f"{number}: {name} is no list of objects")
    for one in [*(found.get("attachments") or ()), *(found.get("reproduction_files") or ())]:
        if not isinstance(one, Mapping) or not SHA256.fullmatch(str(one.get("sha256"))):
            raise BadRow(f"{number}: a file has no SHA-256")
    if not isinstance(found.get("record"), Mapping):
        raise BadRow(f"{number}: record is missing")
    _check_issues(number, found["issues"])
    _check_fields(number, found)


def _check_issues(number: str, issues: list[Found]) -> None:
    if sum(bool(one.get("primary")) for one in issues) != 1:
        raise BadRow(f"{number}: exactly one of its issues is the primary one")
    for one in issues:
        if not ISSUE_NUMBER.fullmatch(str(one.get("number"))):
            raise BadRow(f"{number}: {str(one.get('number'))[:40]!r} is no number of an issue")
        if one.get("state") not in issue_rules.STATES:
            raise BadRow(f"{number}: {one.get('number')} has an unknown state")


def _check_fields(number: str, found: Found) -> None:
    """Every field holds what it may; one that came later than the file may be missing."""
    for one in fields.FIELDS:
        given = found.get(one.key)
        if given is None or one.key == "function":
            continue
        if one.kind in (fields.ITEMS, fields.RUNS):
            if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
                raise BadRow(f"{number}: {one.key} is no list of objects")
        elif one.kind != fields.SHOWN:
            try:
                fields.read(one, given)
            except fields.Unreadable as error:
                # What is longer than a form takes today was taken once.
                if error.reason != "long":
                    raise BadRow(f"{number}: {one.key}: {str(given)[:40]!r} cannot stand there") from error


def instant(found: Found, key: str) -> Any:
    """The instant under a key; BadRow where it is none."""
    try:
        return fields.instant(found.get(key))
    except fields.Unreadable as error:
        raise BadRow(f"{key}: {str(found.get(key))[:40]!r} is no instant") from error
