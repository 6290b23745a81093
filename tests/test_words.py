"""Nothing that a page shows is without its words: each state, each move, in both languages' source."""

import pytest

from tracker.issues import rules as issues
from tracker.issues import words as issue_words
from tracker.records import rules as records
from tracker.records import words as record_words
from tracker.workflow import SYSTEM


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (issues.WORKFLOW, issue_words.MOVE_WORDS),
        (issues.WORKFLOW, issue_words.MOVE_ICONS),
        (records.WORKFLOW, record_words.MOVE_WORDS),
        (records.WORKFLOW, record_words.MOVE_HINTS),
    ],
)
def test_each_move_that_people_make_has_its_words(table, words):
    assert {verb for verb, step in table.items() if step.who != {SYSTEM}} - set(words) == set()


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (issues.STATES, issue_words.STATE_WORDS),
        (issues.STATES, issue_words.STATE_TONES),
        (records.STATES, record_words.STATE_WORDS),
        (records.STATES, record_words.STATE_TONES),
    ],
)
def test_each_state_has_its_words(states, words):
    assert set(states) - set(words) == set()
