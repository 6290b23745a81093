"""What the overview's figures are called."""

from flask_babel import lazy_gettext as _l

MEASURES = {
    "open": _l("Open cases"),
    "waiting:signer": _l("Waiting for a signature"),
    "urgent": _l("Harm or personal data"),
    "ladder:1": _l("Reminded once"),
    "ladder:2": _l("With the supervisors"),
    "ladder:3": _l("With the managers"),
    "waiting:reporter": _l("Waiting for the reporter"),
    "waiting:supervisor": _l("Waiting for a supervisor"),
    "waiting:engineer": _l("Waiting for an engineer"),
    "waiting:vendor": _l("Waiting for a vendor"),
    "waiting:held": _l("On hold"),
    "received": _l("New reports"),
    "closed": _l("Closed"),
    "reopened": _l("Reopened"),
    "relapsed": _l("Came back after correction"),
    "broken:first_response": _l("First response late"),
    "broken:acknowledge": _l("Acknowledged late"),
    "broken:correct": _l("Corrected late"),
}
PARTIES = {
    "reporter": _l("Reporter"),
    "supervisor": _l("Supervisor"),
    "engineer": _l("Engineer"),
    "vendor": _l("Vendor"),
    "signer": _l("Signature"),
    "held": _l("On hold"),
}
AGES = {
    "0-2": _l("0–2 days"),
    "3-5": _l("3–5 days"),
    "6-10": _l("6–10 days"),
    "11-20": _l("11–20 days"),
    "21-": _l("over 20 days"),
}
PROMISES = {
    "first_response": _l("First response on time"),
    "acknowledge": _l("Acknowledged on time"),
    "correct": _l("Corrected on time"),
}
SPANS = {
    "first_response": _l("First response"),
    "acknowledge": _l("Acknowledgement"),
    "close": _l("From report to closing"),
}
