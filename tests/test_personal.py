"""Personal data in a text: found by form and check digit, covered by the name of its kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.personal_texts import TEXTS
from tracker import personal

NAMES = {kind: kind for kind in personal.KINDS}


@pytest.mark.parametrize(("text", "wanted"), TEXTS)
def test_what_is_found(text: str, wanted: list[tuple[str, str]]) -> None:
    assert [(one.kind, text[one.start : one.end]) for one in personal.find(text)] == wanted


def test_only_what_was_found_is_covered() -> None:
    text = "先 A123456789 再 0912-345-678。"
    assert personal.covered(text, NAMES) == "先 [national_id] 再 [phone]。"
    assert personal.kinds(text) == ["national_id", "phone"]


@given(st.text(st.sampled_from("A1289０９ -+()@.bz王"), max_size=60))
def test_nothing_is_left_once_it_is_covered(text: str) -> None:
    assert personal.find(personal.covered(text, NAMES)) == []
