"""The words of issues on screen: states and their tones, kinds, impacts, channels, moves as buttons, fields."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

STATE_WORDS = {
    "new": _l("New"),
    "confirming": _l("Confirming need"),
    "waiting_user": _l("Waiting for reporter"),
    "confirmed": _l("Need confirmed"),
    "answered": _l("Solution given"),
    "escalated": _l("Escalated"),
    "closed": _l("Closed"),
    "merged": _l("Merged"),
    "withdrawn": _l("Withdrawn"),
}
STATE_TONES = {
    "new": "blue", "confirming": "violet", "waiting_user": "teal", "confirmed": "violet", "answered": "green",
    "escalated": "amber", "closed": "neutral", "merged": "neutral", "withdrawn": "neutral",
}  # fmt: skip
VIEW_WORDS = {
    "triage": _l("To triage"),
    "mine": _l("Handled by me"),
    "due": _l("Due within a day"),
    "confirming": _l("Being confirmed"),
    "waiting": _l("Waiting for reporter"),
    "escalated": _l("With the engineers"),
    "snoozed": _l("Come back later"),
    "all": _l("All open"),
}
SNOOZE_WORDS = {
    "hour": _l("In an hour"), "afternoon": _l("This afternoon"), "morning": _l("Tomorrow at 9"),
    "monday": _l("Next Monday at 9"), "before_due": _l("A day before it is due"),
}  # fmt: skip
SORT_WORDS = {"": _l("Nearest deadline first"), "newest": _l("Newest first"), "oldest": _l("Oldest first")}
PUBLIC_WORDS = {
    "received": _l("Received"),
    "in_progress": _l("In progress"),
    "waiting_for_you": _l("Waiting for you"),
    "please_confirm": _l("Please confirm"),
    "closed": _l("Closed"),
}
PUBLIC_TONES = {
    "received": "blue", "in_progress": "violet", "waiting_for_you": "teal", "please_confirm": "green",
    "closed": "neutral",
}  # fmt: skip
KIND_WORDS = {
    "anomaly": _l("Anomaly"),
    "how_to": _l("How-to question"),
    "feature_request": _l("Feature request"),
    "data_correction": _l("Data correction"),
    "complaint": _l("Complaint"),
}
IMPACT_WORDS = {
    "harm": _l("It may cause harm or loss"),
    "personal_data": _l("Personal data may have leaked"),
    "wrong_content": _l("The AI gave wrong content, somebody may have acted on it"),
    "blocked": _l("I cannot go on with my work"),
    "inconvenience": _l("I can go on, but it is inconvenient"),
    "question": _l("I only have a question or an idea"),
}
PERSONAL_WORDS = {
    "national_id": _lp("personal", "national ID number"),
    "resident_id": _lp("personal", "resident certificate number"),
    "card": _lp("personal", "card number"),
    "email": _lp("personal", "e-mail address"),
    "phone": _lp("personal", "phone number"),
}
CHANNEL_WORDS = {
    "web": _l("This site"), "mail": _l("Letter"), "phone": _l("Phone call"), "api": _l("Program (API)"),
    "trace": _l("Trace of the AI system"), "inspection": _l("Own inspection"), "audit": _l("Audit"),
    "counter": _l("At the counter"), "import": _l("Import"), "widget": _l("Report widget"),
}  # fmt: skip
CONTACT_WORDS = {
    "phone": _l("Phone call"), "in_person": _l("Face to face"), "mail": _l("Letter"), "online": _l("Online"),
    "other": _l("Another way"),
}  # fmt: skip
HOW_WORDS = {
    "online": _l("Online"),
    "phone": _l("Phone call"),
    "in_person": _l("Face to face"),
    "mail": _l("Letter"),
    "answered_directly": _l("Answered directly"),
    "no_answer": _l("No answer after three questions"),
}
PRECISION_WORDS = {
    "exact": _l("Exact"), "day": _l("To the day"), "month": _l("To the month"), "unknown": _l("Unknown"),
}  # fmt: skip
# Buttons: verb and object, for staff; the reporter's own buttons say it in the first person.
MOVE_WORDS = {
    "accept": _l("Accept"),
    "ask": _l("Ask for details"),
    "reply": _l("Enter the reporter's reply"),
    "confirm": _l("Confirm the need"),
    "answer": _l("Give a solution"),
    "escalate": _l("Escalate to engineers"),
    "solved": _l("Solved"),
    "unsolved": _l("Not solved"),
    "close": _l("Close the issue"),
    "reopen": _l("Reopen"),
    "merge": _l("Merge"),
    "withdraw": _l("Withdraw"),
}
# The button below the form, where the move's own name would promise more than it does.
SEND_WORDS = {"escalate": _l("Go on to the record")}
# What the page of a move says first.
LEADS = {
    "escalate": _l(
        "An anomaly goes to the engineers by its record: this makes one, or adds the issue to one. The engineers are "
        "told when you open the record and escalate it to somebody."
    ),
}
# What the page says once a move is made: to staff, and to the reporter in their own words.
DONE_WORDS = {
    "accept": _l("accepted."),
    "ask": _l("the question is on the reporter's page."),
    "reply": _l("the reply is noted."),
    "confirm": _l("the need is confirmed."),
    "answer": _l("the solution is on the reporter's page."),
    "solved": _l("noted as solved, and closed."),
    "unsolved": _l("noted as not solved; it is being worked on again."),
    "close": _l("closed."),
    "reopen": _l("opened again."),
    "merge": _l("joined with the other issue."),
    "withdraw": _l("withdrawn."),
}
OWN_DONE_WORDS = {
    "reply": _l("we have your answer. Thank you."),
    "solved": _l("thank you for telling us. The report is closed."),
    "unsolved": _l("thank you for telling us. We go on working on it."),
    "reopen": _l("opened again. We go on working on it."),
    "withdraw": _l("your report is withdrawn."),
}
MOVE_ICONS = {
    "accept": "check", "ask": "messages", "reply": "arrow-back-up", "confirm": "check", "answer": "send",
    "escalate": "arrow-up-right", "solved": "check", "unsolved": "x", "close": "x", "reopen": "refresh",
    "merge": "git-merge", "withdraw": "x",
}  # fmt: skip
# The single key of a move, on the preview and on the page of the case alike.
MOVE_KEYS = {"accept": "1", "merge": "2", "answer": "3", "ask": "4", "confirm": "5", "escalate": "e"}
# What the trail and the talk call what somebody did.
ACT_WORDS = {
    "message": "",
    "unsent": _l("message that was not sent"),
    "ask": _l("asks"),
    "reply": _l("replies"),
    "answer": _l("gives a solution"),
    "deliver": _l("gives a solution"),
    "unsolved": _l("not solved yet"),
    "close": _l("closed"),
}
PUBLIC_EVENTS = {
    "issue.create": _l("Report received"),
    "issue.accept": _l("Somebody takes care of it"),
    "issue.ask": _l("We asked you something"),
    "issue.reply": _l("You answered"),
    "issue.confirm": _l("Your need is confirmed"),
    "issue.answer": _l("We gave a solution"),
    "issue.deliver": _l("We gave a solution"),
    "issue.escalate": _l("Passed on to the engineers"),
    "issue.relapse": _l("Passed on to the engineers"),
    "issue.solved": _l("Confirmed as solved"),
    "issue.unsolved": _l("Not solved yet"),
    "issue.close": _l("Closed"),
    "issue.finish": _l("Closed"),
    "issue.reopen": _l("Opened again"),
    "issue.merge": _l("Joined with another report"),
    "issue.withdraw": _l("Withdrawn"),
}
# Keys that `missing` and errors name, as the page calls them.
FIELD_WORDS = {
    "title": _l("Title"),
    "description": _l("What happened"),
    "impact": _l("Impact"),
    "system": _l("AI system"),
    "ai_system": _l("AI system"),
    "system_version": _l("Version"),
    "function": _l("Function"),
    "environment": _l("Environment"),
    "occurred_at": _l("Occurred at"),
    "occurred_precision": _l("How exact the time is"),
    "aware_at": _l("Became aware at"),
    "severity": _l("Severity"),
    "issue_kind": _l("Kind"),
    "need_statement": _l("The need, in your words"),
    "need_confirmed": _l("Confirmed by the reporter"),
    "need_confirmed_by": _l("Confirmed by"),
    "need_confirmed_at": _l("Confirmed at"),
    "need_confirmed_how": _l("How it was confirmed"),
    "contact_log": _l("At least one contact with the reporter"),
    "contact_channel": _l("Contact by"),
    "contact_summary": _l("What was said"),
    "proposed_solution": _l("Solution"),
    "escalation_reason": _l("Escalate or not, and why"),
    "workaround": _l("Workaround"),
    "confirm_first": _l("The need of an anomaly is confirmed before it is answered"),
    "within_30_days": _l("Closed no longer than 30 days ago"),
    "input_text": _l("What was entered"),
    "actual_output": _l("What the AI gave"),
    "expected_output": _l("What was expected"),
    "expected_source": _l("Where that is written"),
    "model": _l("Model"),
    "model_version": _l("Model version"),
    "trace_refs": _l("Trace id"),
    "body": _l("Message"),
    "note": _l("Reason"),
    "need_answer": _l("Is the need right?"),
    "into": _l("Merge into number"),
    "satisfaction": _l("How satisfied are you?"),
    "to": _l("Handled by"),
    "record": _l("Add it to the open record"),
    "reporter_name": _l("Name"),
    "reporter_email": _l("E-mail"),
    "reporter_phone": _l("Phone or extension"),
}
# Which control stands for a key that is no field of its own.
ANCHORS = {
    "contact_log": "contact_summary",
    "need_confirmed": "need_confirmed_how",
}
NEED_ANSWER_WORDS = {"yes": _l("Yes, that is it"), "no": _l("No, I need something else")}
SATISFACTION_WORDS = {
    "5": _l("Very satisfied"), "4": _l("Satisfied"), "3": _l("Neither"), "2": _l("Unsatisfied"),
    "1": _l("Very unsatisfied"),
}  # fmt: skip
YOU = _lp("author of a message", "You")


def anchor(key: str) -> str:
    """The id of the control that a missing key is filled in by."""
    return ANCHORS.get(key, key)


def field(key: str) -> str:
    """The label of a field, or its key when nobody named it."""
    return str(FIELD_WORDS.get(key, key))


# The same moves as their reporter says them.
OWN_WORDS = {
    "reply": _l("Send answer"),
    "solved": _l("Solved"),
    "unsolved": _l("It is not solved yet"),
    "reopen": _l("Reopen the report"),
    "withdraw": _l("Withdraw the report"),
}
HINTS = {
    "ask.need_statement": _l(
        "Fill this in to ask whether you understood it right. The reporter sees it beside their own words, and says "
        "yes or what they need instead; both stay in the talk."
    ),
    "ask.body": _l("One question the reporter can answer. It stands on the reporter's page."),
    "need_statement": _l("What the reporter needs, in your own words."),
    "issue_kind": _l("An anomaly can be escalated; everything else ends with an answer."),
    "contact_summary": _l("Leave empty if a contact is already noted."),
    "need_confirmed_how": _l("“No answer” counts only after three questions."),
    "answer.proposed_solution": _l("The reporter reads this and is asked whether it is solved."),
    "answer.escalation_reason": _l("Needed only for an anomaly: why it need not be escalated."),
    "escalate.escalation_reason": _l("Why engineers are needed."),
    "record": _l("Its number, such as AR-202611-0098. Leave it empty to make a new record."),
    "workaround": _l("What the reporter can do for now; they see it on their page."),
    "unsolved.note": _l("What is still wrong? Your words go to the one who takes care of it."),
    "reopen.note": _l("What is still wrong?"),
    "withdraw.note": _l("Why it is not needed any more."),
    "close.note": _l("Why it is closed without the reporter's word. The reporter reads this."),
}
