"""A record that carries cause, correction and proof for its siblings; and finding what comes again."""

import pytest
from flask_babel import force_locale

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_system
from tests.factories.records import CAUSE, CORRECTION, PROOF, bring_to, do, make_cast, make_record, take
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.records import actions, content, history, queries, recurring
from tracker.records.whole import Whole


@pytest.fixture
def pair(app):
    cast, system = make_cast(), make_system()
    leader, _ = make_record(cast, state="analysing", system=system)
    sibling, _ = make_record(cast, state="assigned", system=system)
    return leader, sibling, cast


def follow(sibling, leader, cast):
    return do(sibling, "follow", cast, leader=leader.number)


def fixed(leader, cast):
    bring_to(leader, "verifying", cast)


def test_a_sibling_waits_shows_what_the_leader_found_and_asks_nobody_else(pair):
    leader, sibling, cast = pair
    follow(sibling, leader, cast)
    assert (sibling.state, sibling.led_by_id) == ("fixing", leader.id)
    assert queries.open_escalation(sibling) is None
    actions.save(leader, CAUSE, by=cast.as_engineer, at=MONDAY)
    shown = content.values(Whole(sibling))
    assert (shown["cause_class"], shown["root_cause"]) == (CAUSE["cause_class"], CAUSE["root_cause"])
    with pytest.raises(WrongState):
        actions.save(sibling, {"root_cause": "Mine"}, by=cast.as_supervisor, at=MONDAY)
    assert "unfollow" in actions.missing(sibling, cast.as_supervisor, MONDAY)
    assert "unfollow" not in actions.missing(leader, cast.as_supervisor, MONDAY)


def test_it_is_verified_with_its_leader_and_goes_back_with_it(pair):
    leader, sibling, cast = pair
    follow(sibling, leader, cast)
    fixed(leader, cast)
    assert sibling.state == "verifying"
    do(leader, "back", cast)
    assert (leader.state, sibling.state, sibling.led_by_id) == ("analysing", "fixing", leader.id)
    fixed(leader, cast)
    assert (sibling.state, sibling.loops) == ("verifying", 1)


def test_who_follows_a_corrected_record_is_verified_at_once_and_closed_by_its_own_users(pair):
    leader, sibling, cast = pair
    bring_to(leader, "user_confirm", cast)
    follow(sibling, leader, cast)
    assert sibling.state == "verifying"
    bring_to(sibling, "closed", cast)
    assert (sibling.state, sibling.close_code) == ("closed", "solved")


def test_its_own_users_send_it_on_alone(pair):
    leader, sibling, cast = pair
    follow(sibling, leader, cast)
    bring_to(leader, "user_confirm", cast)
    take(sibling, "ask_user", cast)
    do(sibling, "back", cast)
    assert (sibling.state, sibling.led_by_id) == ("analysing", None)
    assert queries.open_escalation(sibling) is not None


def test_taken_off_it_has_its_own_fields_again(pair):
    leader, sibling, cast = pair
    actions.save(sibling, {"root_cause": "Own words"}, by=cast.as_supervisor, at=MONDAY)
    actions.save(leader, CAUSE | CORRECTION | PROOF, by=cast.as_engineer, at=MONDAY)
    follow(sibling, leader, cast)
    assert content.values(Whole(sibling))["root_cause"] == CAUSE["root_cause"]
    actions.move_record(sibling, "unfollow", by=cast.as_supervisor, at=MONDAY, note="Another fault.")
    assert (sibling.state, content.values(Whole(sibling))["root_cause"]) == ("opened", "Own words")


def test_a_later_word_of_the_leader_voids_the_siblings_signature(pair):
    leader, sibling, cast = pair
    bring_to(leader, "user_confirm", cast)
    follow(sibling, leader, cast)
    bring_to(sibling, "watching", cast)
    assert "supervisor" in content.standings(Whole(sibling))
    actions.save(leader, {"root_cause": "Something else."}, by=cast.as_supervisor, at=MONDAY)
    (signature,) = Whole(sibling).signatures
    assert signature.voided_because == "G"


def test_a_reissued_leader_goes_on_leading_and_a_cancelled_one_lets_go(pair):
    leader, sibling, cast = pair
    follow(sibling, leader, cast)
    do(leader, "return", cast)
    do(leader, "cancel", cast)
    assert (sibling.state, sibling.led_by_id) == ("opened", None)


def test_each_reads_in_their_own_language_why_a_sibling_moved(pair):
    leader, sibling, cast = pair
    follow(sibling, leader, cast)
    do(leader, "return", cast)
    do(leader, "cancel", cast)
    for locale, words in (
        ("en", "which carried its cause and correction, was cancelled."),
        ("zh_Hant_TW", "已取消。"),
    ):
        with force_locale(locale):
            said = history.why_here(sibling)
            assert said is not None
            assert leader.number in said.body and said.body.endswith(words)


@pytest.mark.parametrize("why", ["itself", "other system", "chain", "leads", "unknown"])
def test_who_cannot_lead(pair, why):
    leader, sibling, cast = pair
    number = leader.number
    if why == "itself":
        number = sibling.number
    elif why == "other system":
        number = make_record(cast, state="analysing")[0].number
    elif why == "unknown":
        number = "AR-209901-0001"
    else:
        third, _ = make_record(cast, state="analysing", system=leader.system)
        if why == "chain":
            follow(leader, third, cast)
        else:
            follow(third, sibling, cast)
    with pytest.raises(DomainError) as wrong:
        do(sibling, "follow", cast, leader=number)
    assert "leader" in wrong.value.fields


def test_only_supervisors_let_another_record_lead(pair):
    leader, sibling, cast = pair
    with pytest.raises(NotAllowed):
        do(sibling, "follow", cast, actor_of(cast.engineer), leader=leader.number)


def test_the_page_of_look_alikes_offers_the_lead_and_the_record_says_whence(pair, client, login):
    leader, sibling, cast = pair
    login(client, cast.supervisor)
    page = client.get(f"/records/{sibling.number}/similar").text
    assert leader.number in page
    assert client.post(f"/records/{sibling.number}/follow", data={"leader": leader.number}).status_code == 303
    db.session.expire_all()
    assert sibling.led_by_id == leader.id
    page = client.get(f"/records/{sibling.number}").text
    assert f"來自 {leader.number}" in page
    assert f'<a href="/records/{leader.number}">' in page
    assert f'href="/records/{sibling.number}"' in client.get(f"/records/{leader.number}").text
    assert leader.number in client.get(f"/records/{sibling.number}/print").text
    assert sibling.number in client.get(f"/records/{leader.number}/similar").text


@pytest.mark.parametrize(
    ("mine", "theirs", "told"),
    [
        ("檢索到舊版簡章，退費算錯", "退費時檢索到舊版簡章。", ["檢索到舊版簡章", "退費"]),
        ("The API timed out", "api was slow; it timed out late", ["api", "timed", "out"]),
        ("課程", "退費", []),
        ("outer", "out", []),
    ],
)
def test_what_both_say_is_told_in_words_that_people_read(mine, theirs, told):
    runs = recurring.terms.runs
    assert recurring.in_both(runs(mine), runs(theirs)) == told


def test_likeness_counts_rare_words_more_and_knows_both_scripts():
    texts = [recurring.terms.words(recurring.terms.runs(one)) for one in
             ("退費期限回答三十天", "退費期限答成三十天", "報名時間查詢錯誤", "refund within 30 days")]  # fmt: skip
    weights = recurring.weigh(texts)
    assert recurring.likeness(texts[0], texts[1], weights) > 0.4
    assert recurring.likeness(texts[0], texts[2], weights) < 0.1
    assert recurring.likeness(texts[0], set(), weights) == 0
    assert recurring.likeness(texts[3], texts[3], weights) == pytest.approx(1)


def test_records_of_another_system_are_not_like(pair):
    leader, sibling, cast = pair
    make_record(cast, state="analysing")
    assert [one.record for one in recurring.like(sibling, cast.as_supervisor)] == [leader]
    assert recurring.same_kind(sibling, cast.as_supervisor) == 1
