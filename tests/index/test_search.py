"""Searching: both databases give the same answers, newest first, and never one that the text does not hold."""

import random

import pytest
from sqlalchemy import select

from tracker import index
from tracker.db import db
from tracker.index.models import IndexedText

QUERIES = [
    "退貨",
    "退",
    "貨天數",
    "天數退貨",
    "系統 登入",
    "login",
    "log",
    "logins",
    "a",
    "ai",
    "ai 系統",
    "Q-202611-0417",
    "錯誤",
]


def find(query, scope=index.STAFF, **limits):
    return sorted(db.session.scalars(index.newest(query, scope, **limits)), reverse=True)


def held(query, scope=index.STAFF):
    found = select(IndexedText.id).where(index.holds(query, scope, IndexedText.id))
    return sorted(db.session.scalars(found), reverse=True)


def test_two_characters_and_english_beginnings_find_a_document(app):
    index.put(7, public="退貨天數答錯 Return period wrong, Q-202611-0417")
    for query in [
        "退貨",
        "貨天",
        "數",
        "return PERIOD",
        "ret",
        "Q-202611-0417",
        "答錯 wrong",
        "退貨天數答錯",
    ]:
        assert find(query) == [7], query
    for query in ["貨數", "錯答", "eturn", "退貨 right", "天數退貨"]:
        assert find(query) == [], query


def test_the_newest_come_first_and_pages_go_on_below_the_last(app):
    index.put_many((n, "退貨", "") for n in range(1, 31))
    assert find("退貨", cap=10) == list(range(30, 20, -1))
    assert find("退貨", cap=10, before=21) == list(range(20, 10, -1))
    assert find("退貨", cap=30) == list(range(30, 0, -1))


def test_a_word_in_most_documents_still_finds_the_newest_of_them(app):
    index.put_many((n, "退貨天數 api" if n % 5 else "退貨", "") for n in range(1, 601))
    for query in ["退貨", "貨", "退貨天", "api"]:
        wanted = [n for n in range(600, 0, -1) if n % 5 or query in ("退貨", "貨")]
        assert find(query, index.PUBLIC, cap=7) == wanted[:7], query
        assert find(query, index.PUBLIC, cap=7, before=300) == [n for n in wanted if n < 300][:7], query


def test_what_only_the_staff_may_read_is_found_by_the_staff_alone(app):
    index.put(1, public="退貨", staff="內部註記 vendor says hotfix 退貨")
    assert find("註記") == find("vendor 退貨") == find("hotf") == find("內") == [1]
    for query in ["註記", "vendor", "hotfix", "hotf", "內", "¶註記", "¶vendor"]:
        assert find(query, index.PUBLIC) == held(query, index.PUBLIC) == [], query
    assert find("退貨", index.PUBLIC) == [1]


def test_a_changed_document_is_found_by_its_new_words_only(app):
    index.put(1, public="退貨天數 alpha", staff="beta")
    index.put(1, public="運費 gamma", staff="")
    assert find("退貨") == find("alpha") == find("beta") == find("數") == []
    assert find("運費") == find("gamma") == [1]


def test_a_removed_document_is_gone_and_removing_it_again_is_harmless(app):
    index.put(1, public="退貨")
    index.remove(1)
    index.remove(1)
    assert find("退貨") == held("退貨") == []


def test_what_was_not_committed_was_never_indexed(app):
    index.put(1, public="退貨")
    db.session.rollback()
    assert find("退貨") == []


@pytest.mark.parametrize(
    "hostile",
    ['"', "'", "a* OR b", "NEAR(", "退貨\x00", "a:b", "index_words:x", "%_\\", "'; DROP TABLE x", "\ud800"],
)
def test_signs_in_a_query_are_not_operators(app, hostile):
    index.put(1, public="quiet")
    assert find(hostile) in ([], [1])
    assert held(hostile) in ([], [1])


def test_index_text_and_the_plain_reading_of_a_text_agree(app):
    chance = random.Random(3)
    pieces = [
        "退貨",
        "天數",
        "系統",
        "登入",
        "錯誤",
        "貨",
        "login",
        "logins",
        "logout",
        "ai",
        "a",
        "Q-202611-0417",
        "，",
        " ",
    ]
    documents = {
        n: ("".join(chance.choices(pieces, k=6)), "".join(chance.choices(pieces, k=2)) if n % 3 else "")
        for n in range(1, 200)
    }
    index.put_many((n, public, staff) for n, (public, staff) in documents.items())
    for query in QUERIES:
        public = [n for n, (text, _) in documents.items() if index.contains_all(text, query)]
        assert find(query, index.PUBLIC) == held(query, index.PUBLIC) == public[::-1], query
        assert find(query) == held(query), query
        assert find(query, cap=5) == find(query)[:5], query


def test_a_search_joins_with_other_conditions(app):
    index.put_many((n, "退貨", "") for n in range(1, 11))
    hits = index.newest("退貨", index.PUBLIC).subquery()
    page = select(IndexedText.id).join(hits, hits.c.id == IndexedText.id).where(IndexedText.id % 2 == 0)
    assert list(db.session.scalars(page.order_by(IndexedText.id.desc()).limit(3))) == [10, 8, 6]
