"""What the things are called that other bodies ask for, and why one is missing."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_pgettext as _w

OECD_WORDS: Mapping[str, Any] = {
    "1": _w("oecd", "Title"), "2": _w("oecd", "Description"),
    "3": _w("oecd", "How the AI system relates to the incident"), "4": _w("oecd", "Who submits it"),
    "5": _w("oecd", "Date of the first known occurrence"), "6": _w("oecd", "Countries"),
    "7": _w("oecd", "Supporting materials"), "8": _w("oecd", "Name and version of the system"),
    "9": _w("oecd", "Organisations that develop and deploy it"), "10": _w("oecd", "Severity"),
    "11": _w("oecd", "Type of harm"), "12": _w("oecd", "Quantification of the harm"),
    "13": _w("oecd", "Unintended or wrongful use"), "14": _w("oecd", "Affected stakeholders"),
    "15": _w("oecd", "Impact on human or fundamental rights"), "16": _w("oecd", "OECD AI Principles concerned"),
    "17": _w("oecd", "Industries"), "18": _w("oecd", "Business functions"),
    "19": _w("oecd", "Critical functions or infrastructure"), "20": _w("oecd", "Breadth of deployment"),
    "21": _w("oecd", "Link to training data"), "22": _w("oecd", "Link to the model"),
    "23": _w("oecd", "Usage rights"), "24": _w("oecd", "Interaction of several systems"), "25": _w("oecd", "Tasks"),
    "26": _w("oecd", "Level of autonomy"), "27": _w("oecd", "Actions taken"), "28": _w("oecd", "Steps to reproduce"),
    "29": _w("oecd", "Additional information"),
}  # fmt: skip
AIID_WORDS: Mapping[str, Any] = {
    "url": _w("aiid", "Address of the published report (URL)"), "authors": _w("aiid", "Authors of the report"),
    "date_published": _w("aiid", "Published on"), "date_downloaded": _w("aiid", "Downloaded on"),
    "title": _w("aiid", "Title of the report (6 to 500 characters)"),
    "text": _w("aiid", "Text of the report (80 to 50,000 characters)"), "submitters": _w("aiid", "Submitted by"),
    "incident_title": _w("aiid", "Title of the incident"), "incident_date": _w("aiid", "Date of the incident"),
    "description": _w("aiid", "Description of the incident (3 to 500 characters)"),
    "developers": _w("aiid", "Alleged developers"), "deployers": _w("aiid", "Alleged deployers"),
    "harmed_parties": _w("aiid", "Harmed or nearly harmed parties"),
}  # fmt: skip
WORDS: Mapping[str, Mapping[str, Any]] = {"oecd": OECD_WORDS, "aiid": AIID_WORDS}
REPORT_WORDS: Mapping[str, Any] = {
    "oecd": _w("outward", "OECD report, 29 criteria"),
    "aiid": _w("outward", "Draft for the AI Incident Database"),
}
STATE_WORDS: Mapping[str, Any] = {
    "direct": _w("outward", "there"),
    "partial": _w("outward", "partly there"),
    "missing": _w("outward", "missing"),
}
STATE_TONES = {"direct": "green", "partial": "amber", "missing": "neutral"}
NOTE_WORDS: Mapping[str, Any] = {
    "empty": _w("outward", "The field is empty."),
    "sealed": _w("outward", "The case is sealed: its story stays in the house."),
    "no_field": _w("outward", "No field of the record holds this; write it in by hand."),
    "near": _w("outward", "Our field comes near to it, it does not say the same."),
    "own_words": _w("outward", "In our own words: the list of answers is not public."),
    "organisation": _w("outward", "Name and phone stand in the settings of the organisation."),
    "aware": _w("outward", "The day it became known stands in for the day it happened."),
    "inexact": _w("outward", "The day is not known exactly."),
    "no_version": _w("outward", "The version is not known."),
    "no_link": _w("outward", "Name and version, without a link."),
    "proposed": _w("outward", "Proposed from harm, impact and reach; confirm it below."),
    "published": _w("outward", "Only a report that is published has this."),
    "short": _w("outward", "Too short for the form."),
    "long": _w("outward", "Too long for the form."),
}
OECD_SEVERITY_WORDS: Mapping[str, Any] = {
    "hazard": _w("oecd", "AI hazard"), "serious_hazard": _w("oecd", "Serious AI hazard"),
    "incident": _w("oecd", "AI incident"), "serious_incident": _w("oecd", "Serious AI incident"),
    "disaster": _w("oecd", "AI disaster"), "other": _w("oecd", "Other"),
}  # fmt: skip
