"""Reading the formats, without a database."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tracker.imports.formats import read
from tracker.imports.rows import BadRow

TAIPEI = ZoneInfo("Asia/Taipei")


def rows(path, name, **options):
    return list(read(path, name, zone=TAIPEI, **options))


def written(tmp_path: Path, content: str | bytes, name: str = "rows") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


LINE = '{"external_id": "7", "title": "慢", "description": "很慢", "created_at": "2026-11-02T10:00:00+08:00"}'


def test_a_line_gets_defaults_for_what_is_missing(tmp_path):
    [(line, row)] = rows(written(tmp_path, LINE), "jsonl")
    assert (line, row.state, row.kind, row.severity, row.reported_at.isoformat()) == (
        1, "new", None, "", "2026-11-02T02:00:00+00:00",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("{", "not JSON"), ("[1]", "not a JSON object"), ("7", "not a JSON object"),
        ('{"title": "x"}', "created_at: missing"),
        ('{"created_at": "2026-01-01"}', "neither a title nor a description"),
        ('{"title": "x", "created_at": "yesterday"}', "created_at: 'yesterday' is no date"),
        ('{"title": "x", "created_at": "2026-01-01", "messages": [{}]}', "each needs a body"),
        ('{"title": "x", "created_at": "2026-01-01", "evidence": 3}', "evidence: no object"),
        ("[" * 100_000, "not JSON"),
    ],
)  # fmt: skip
def test_a_broken_line_is_named_and_the_next_is_read(tmp_path, broken, says):
    [(first, _), (second, wrong), (third, _)] = rows(
        written(tmp_path, f"{LINE}\n{broken}\n{LINE}\n"), "jsonl"
    )
    assert (first, second, third) == (1, 2, 3)
    assert isinstance(wrong, BadRow)
    assert says in str(wrong)


def test_bytes_that_are_no_utf8_are_named(tmp_path):
    [(_, wrong)] = rows(written(tmp_path, b'{"title": "\xff"}'), "jsonl")
    assert str(wrong) == "not UTF-8"


def test_unknown_fields_and_values_are_named_and_kept(tmp_path):
    line = '{"title": "x", "created_at": "2026-01-01", "mood": "bad", "kind": "wish", "state": "escalated"}'
    [(_, row)] = rows(written(tmp_path, line), "jsonl")
    assert row.notes[0] == "unknown field 'mood'"
    assert row.raw["mood"] == "bad"
    assert row.state == "confirmed"
    assert row.kind is None
    assert len(row.notes) == 3


def test_nul_and_lone_surrogates_are_taken_out(tmp_path):
    line = r'{"title": "a\u0000b\ud800", "created_at": "2026-01-01", "evidence": {"input": "\u0000x"}}'
    [(_, row)] = rows(written(tmp_path, line), "jsonl")
    assert row.title == "ab?"
    assert row.raw["evidence"] == {"input": "x"}


def test_an_array_is_read_element_by_element_with_lines(tmp_path):
    found = rows(written(tmp_path, f"[\n{LINE},\n\n3,\n{LINE}\n]"), "jsonl")
    assert [line for line, _ in found] == [2, 4, 5]
    assert isinstance(found[1][1], BadRow)


def test_an_array_that_breaks_off_says_so(tmp_path):
    found = rows(written(tmp_path, f'[\n{LINE},\n{{"title": '), "jsonl")
    assert "rest of the file was not read" in str(found[-1][1])


TABLE = "external_id,title,description,created_at,reporter_email,evidence_input\n1,=1+1,說明,2026-11-02,A@B.tw,問題\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
def test_a_table_is_read_in_utf8_and_big5(tmp_path, encoding):
    [(line, row)] = rows(written(tmp_path, TABLE.encode(encoding)), "csv")
    assert (line, row.title, row.description, row.reporter_email) == (2, "=1+1", "說明", "a@b.tw")
    assert row.evidence == {"input": "問題"}


def test_a_row_with_too_few_cells_is_named(tmp_path):
    found = rows(written(tmp_path, TABLE + "2,only\n3,c,d,2026-11-03,,\n"), "csv")
    assert [isinstance(row, BadRow) for _, row in found] == [False, True, False]
    assert found[1][0] == 3


def test_github_is_read_from_its_own_interface_and_from_the_dump(tmp_path):
    own = (
        '[{"number": 12, "title": "Crash", "body": "at start", "state": "open", "created_at": "2026-01-02T03:04:05Z",'
        ' "html_url": "https://github.com/a/b/issues/12", "user": {"login": "kim"}, "labels": [{"name": "bug"}]}]'
    )
    [(_, row)] = rows(written(tmp_path, own), "github")
    assert (row.source, row.external_id, row.system, row.reporter_name) == ("github:a/b", "12", "b", "kim")
    assert row.more["labels"] == ["bug"]
    assert row.state == "closed"


def test_a_given_system_takes_the_place_of_what_rows_say(tmp_path):
    [(_, row)] = rows(written(tmp_path, LINE), "jsonl", system="Chat")
    assert row.system == "Chat"
