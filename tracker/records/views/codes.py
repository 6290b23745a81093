"""The table that proposes codes of the field's own lists for each type of anomaly, and the lists themselves."""

from flask import render_template

from tracker.accounts.rules import AUDITOR, ENGINEER, MANAGER, SUPERVISOR
from tracker.records import taxonomies, wordlists, words
from tracker.records.views import bp
from tracker.web import signed_in
from tracker.web.answers import Answer


@bp.get("/records/codes")
@signed_in(SUPERVISOR, MANAGER, AUDITOR, ENGINEER)
def codes() -> Answer:
    return render_template(
        "records/codes.html", taxonomies=taxonomies, types=wordlists.words_of("anomaly_type"),
        field_words=words.FIELD_WORDS, word=wordlists.word,
    )  # fmt: skip
