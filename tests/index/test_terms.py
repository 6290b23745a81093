"""Text to words: one spelling for everything, pairs for Chinese, whole words for the rest."""

import pytest

from tracker.index.terms import contains_all, parts, runs, words


def test_a_chinese_run_is_indexed_by_its_pairs_and_its_last_character():
    assert words(runs("退貨天數")) == {"退貨", "貨天", "天數", "數"}


def test_scripts_are_taken_apart_where_they_meet():
    assert runs("系統當機，無法登入OK，trace_id=9f-3") == " 系統當機 無法登入 ok trace id 9f 3 "


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＩ　１２３", "ai 123"),
        ("臺北", "台北"),
        ("退\u200b貨", "退貨"),
        ("ﬁle", "FILE"),
        ("ﾃｽﾄ", "テスト"),
    ],
)
def test_two_spellings_of_one_thing_are_one(one, other):
    assert runs(one) == runs(other)


def test_a_word_beyond_the_limit_is_cut_the_same_way_in_text_and_query():
    assert contains_all("x" * 500, "x" * 300)


@pytest.mark.parametrize("nothing", ["", "   ", "！！！", "* -\"'()", "\u200b", "😀"])
def test_a_query_without_words_asks_for_nothing(nothing):
    assert parts(nothing) == []
    assert not contains_all("text", nothing)


def test_operators_are_words_like_others():
    assert [part.run for part in parts('a AND b NEAR(c) "d*" -e')] == ["a", "and", "b", "near", "c", "d", "e"]


def test_a_query_is_cut_to_a_few_parts():
    assert len(parts(" ".join(f"word{n}" for n in range(100)))) == 8


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("退貨", True),
        ("貨天", True),
        ("數錯", False),
        ("退", True),
        ("api", True),
        ("escal", True),
        ("ap", False),
        ("scal", False),
    ],
)
def test_what_answers_a_query(query, found):
    assert contains_all("退貨天數 API，escalation：錯", query) is found
