"""Likeness of texts: the arithmetic, what counts as common, and candidates alike on both databases."""

import pytest

from tracker import index
from tracker.db import db
from tracker.index import likeness
from tracker.index.models import CommonWord


@pytest.fixture
def texts(app):
    said = {
        1: "The refund tool computes a wrong amount",
        2: "退費試算把金額算錯了",
        3: "The refund tool hangs",
        4: "Nothing in common here whatever",
    }
    index.put_many([(doc_id, text, "") for doc_id, text in said.items()])
    db.session.commit()


def test_a_text_is_wholly_like_itself_and_not_at_all_like_a_stranger():
    one, other = likeness.words_of("退費試算算錯"), likeness.words_of("another thing")
    assert likeness.likeness(one, one, {}) == pytest.approx(1)
    assert likeness.likeness(one, other, {}) == 0


def test_a_rare_word_in_common_says_more_than_a_common_one():
    weigh = {"rare": 7.0, "the": 0.5, "a": 3.0, "b": 3.0}
    assert likeness.likeness({"rare", "a"}, {"rare", "b"}, weigh) > likeness.likeness(
        {"the", "a"}, {"the", "b"}, weigh
    )


def test_likeness_does_not_depend_on_which_text_is_asked():
    one, other, weigh = {"x", "y", "z"}, {"y", "q"}, {"x": 1.0, "y": 2.0, "z": 3.0}
    assert likeness.likeness(one, other, weigh) == likeness.likeness(other, one, weigh)


def test_those_that_share_most_come_first_in_both_languages(texts):
    def asked(text):
        return likeness.candidates(likeness.weights(likeness.words_of(text)))

    assert asked("refund tool shows a wrong sum") == [1, 3]
    assert asked("試算的金額") == [2]
    assert asked("") == asked("？！") == []
    assert asked("'; DROP TABLE issue; -- \" OR 1:*") == []


def test_what_many_texts_have_is_counted_and_looked_for_no_more(texts):
    index.put_many([(n, f"the same words everywhere {n}", "") for n in range(10, 60)])
    likeness.keep(likeness.count())
    likeness.keep(likeness.count())
    db.session.commit()
    shares = {one.word: one.share for one in db.session.query(CommonWord)}
    assert shares["everywhere"] == pytest.approx(50 / 54) and "hangs" not in shares
    weigh = likeness.weights({"everywhere", "hangs"})
    assert weigh["hangs"] > 50 * weigh["everywhere"]
    assert likeness.candidates({"everywhere": weigh["everywhere"]}) == []
