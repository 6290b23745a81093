"""What tools, results and meanings are called."""

from flask_babel import lazy_gettext as _l

from tracker.tickets import rules, shapes

SHAPE_WORDS = {
    shapes.GITHUB: "GitHub", shapes.GITLAB: "GitLab", shapes.JIRA: "Jira",
    shapes.PLAIN: _l("Anything else (plain JSON)"),
}  # fmt: skip
MEANING_WORDS = {shapes.OPEN: _l("still in work"), shapes.DONE: _l("done there")}
RESULT_WORDS = {
    rules.NOTED: _l("noted"),
    rules.SAME: _l("nothing new"),
    rules.DONE: _l("done there, the owner verifies"),
    rules.ASKED: _l("unknown state, the owner was asked"),
    rules.NOBODY: _l("no open record has this ticket"),
    rules.OLDER: _l("older than what is known"),
    rules.SILENT: _l("no news of a ticket"),
    rules.SEEN: _l("was here before"),
    rules.REFUSED: _l("refused"),
    rules.UNREADABLE: _l("could not be read"),
}
RESULT_TONES = {
    rules.NOTED: "green", rules.SAME: "neutral", rules.DONE: "green", rules.ASKED: "amber", rules.NOBODY: "neutral",
    rules.OLDER: "neutral", rules.SILENT: "neutral", rules.SEEN: "neutral", rules.REFUSED: "red",
    rules.UNREADABLE: "red",
}  # fmt: skip
