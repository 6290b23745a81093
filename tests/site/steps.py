"""The main job, step by step, as each person takes it; whoever plays several parts takes several steps."""

import re

from tests.site.desk import Desk
from tracker.issues import words as issues
from tracker.records import words as records
from tracker.records.wordlists import WORDS, words_of

TITLE = "It says 30 days, the notice says 7"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


def reports(desk: Desk, system: str) -> str:
    """A report with a picture and evidence; answers the number of the issue."""
    desk.goes("/report")
    desk.ticks(system)
    desk.types("What happened?", f"{TITLE}. Two people acted on it.")
    desk.ticks(issues.IMPACT_WORDS["wrong_content"])
    desk.attaches("Screenshots or photos", name="chat.png", mimeType="image/png", buffer=PICTURE)
    desk.unfolds("Say a little more (optional)")
    desk.types("What you entered", "How many days do I have?")
    desk.types("What the AI answered, word for word", "30 days")
    desk.types("What would have been right", "7 days")
    desk.presses("Send report")
    desk.reads("We have your report")
    found = re.search(r"Q-\d{6}-\d{4}", desk.page.url)
    assert found is not None
    return found.group()


def confirms_the_need(desk: Desk, number: str) -> None:
    """From the inbox: accept, call the reporter, write the need in one's own words."""
    desk.goes("/inbox")
    desk.follows(TITLE)
    desk.page.wait_for_url(f"**/issues/{number}")
    desk.presses(issues.MOVE_WORDS["accept"])
    desk.follows("Note a contact")
    desk.picks(issues.FIELD_WORDS["contact_channel"], issues.CONTACT_WORDS["phone"])
    desk.types(issues.FIELD_WORDS["contact_summary"], "They need the number of the notice.")
    desk.presses("Save")
    desk.follows(issues.MOVE_WORDS["confirm"])
    desk.types(issues.FIELD_WORDS["need_statement"], "Answers have to follow the notice.")
    desk.picks(issues.FIELD_WORDS["issue_kind"], issues.KIND_WORDS["anomaly"])
    desk.picks(issues.FIELD_WORDS["need_confirmed_how"], issues.HOW_WORDS["phone"])
    desk.presses(issues.MOVE_WORDS["confirm"])
    desk.reads(issues.STATE_WORDS["confirmed"])


def escalates(desk: Desk, number: str, *, engineer: str, due: str) -> str:
    """Escalate, classify the record, report it to the engineer; answers the number of the record."""
    desk.goes(f"/issues/{number}")
    desk.follows(issues.MOVE_WORDS["escalate"])
    desk.types(issues.FIELD_WORDS["escalation_reason"], "The system itself answers wrongly.")
    desk.presses(issues.SEND_WORDS["escalate"])
    desk.page.wait_for_url("**/records/AR-*")
    record = desk.page.url.rpartition("/")[2].partition("#")[0]
    desk.picks(records.FIELD_WORDS["anomaly_type"], WORDS["anomaly_type"]["AN02"])
    desk.picks(records.FIELD_WORDS["impact"], WORDS["impact"][2])
    desk.picks(records.FIELD_WORDS["reach"], WORDS["reach"][1])
    desk.picks(records.FIELD_WORDS["personal_data"], words_of("personal_data")["no"])
    desk.presses("Save section %(letter)s", letter="D")
    desk.presses(records.MOVE_WORDS["open"])
    desk.reads(records.STATE_WORDS["opened"])
    desk.follows(records.MOVE_WORDS["assign"])
    desk.picks(records.NEED_WORDS["to"], engineer)
    desk.types(records.NEED_WORDS["due_at"], due)
    desk.types(records.NEED_WORDS["summary"], "It cites last year's notice.")
    desk.presses(records.MOVE_WORDS["assign"])
    desk.reads(records.STATE_WORDS["assigned"])
    return record


def corrects(desk: Desk, *, expected: str) -> None:
    """Take it from the desk, find the cause, correct it, run the same cases before and after."""
    desk.goes("/escalations")
    desk.follows(TITLE)
    desk.types(records.NEED_WORDS["expected_at"], expected)
    desk.presses("Take it")
    desk.picks(records.FIELD_WORDS["cause_class"], WORDS["cause_class"]["CC5"])
    desk.types(records.FIELD_WORDS["root_cause"], "The old notice was still indexed.")
    desk.types("What was corrected", "Took the old notice out of the index.")
    desk.types("Of how many cases", "12")
    desk.types("Cases passed before", "3")
    desk.types("Cases passed after", "12")
    desk.presses("Report the correction")
    desk.reads(records.ESCALATION_STATE_WORDS["corrected"])


def asks_the_user(desk: Desk, record: str, *, same_person: str = "") -> None:
    """Read the proof, tell the reporter the solution."""
    desk.goes(f"/records/{record}")
    desk.follows(records.MOVE_WORDS["ask_user"])
    desk.types(records.FIELD_WORDS["proposed_solution"], "It is 7 days; the answer was corrected.")
    if same_person:
        desk.types(records.FIELD_WORDS["same_person_reason"], same_person)
    desk.presses(records.MOVE_WORDS["ask_user"])
    desk.reads(records.STATE_WORDS["user_confirm"])


def says_it_is_solved(desk: Desk, number: str) -> None:
    """From one's own list: read the solution and confirm it."""
    desk.goes("/my")
    desk.page.get_by_role("link", name=desk.word("Waiting for your answer")).click()
    desk.follows(TITLE)
    desk.reads("It is 7 days; the answer was corrected.")
    desk.presses("Solved")
    desk.reads(issues.PUBLIC_WORDS["closed"])


def signs(desk: Desk, record: str, *, name: str, same_person: str = "") -> None:
    """Once every reporter has answered: sign what stands there, and start to watch."""
    desk.goes(f"/records/{record}")
    desk.reads(records.STATE_WORDS["review"])
    desk.follows("Read and sign")
    if same_person:
        desk.types("You did the work yourself; why does nobody else sign?", same_person)
    desk.presses("Sign as %(name)s", name=name)
    desk.reads("Signed.")
    desk.presses(records.MOVE_WORDS["watch"])
    desk.reads(records.STATE_WORDS["watching"])


def closes(desk: Desk, record: str) -> None:
    """Write down that nothing came back, and close."""
    desk.goes(f"/records/{record}?open=L")
    desk.types("What you found", "Forty answers read, all right.")
    desk.presses("Record this check")
    desk.follows(records.MOVE_WORDS["close"])
    desk.types(records.FIELD_WORDS["lessons"], "Old notices leave the index on the day they end.")
    desk.presses(records.MOVE_WORDS["close"])
    desk.reads(records.STATE_WORDS["closed"])
