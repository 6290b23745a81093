"""Records that look like this one, and those that it leads."""

from flask import render_template

from tracker import clock
from tracker.accounts.rules import MANAGER, SUPERVISOR
from tracker.records import actions, queries, recurring, rules, words
from tracker.records.views import bp
from tracker.records.views.loading import record_of
from tracker.records.wordlists import word
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer


@bp.get("/records/<number>/similar")
@signed_in(SUPERVISOR, MANAGER)
def similar(number: str) -> Answer:
    found, actor = record_of(number), current_actor()
    open_moves = actions.missing(found, actor, clock.now())
    return render_template(
        "records/similar.html", record=found, likes=recurring.like(found, actor), words=words, word=word,
        may_follow="follow" in open_moves, may_lead=found.led_by_id is None and found.state in rules.IN_WORK,
        led=queries.led_by(found, actor),
    )  # fmt: skip
