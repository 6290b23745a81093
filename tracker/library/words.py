"""What the library's codes are called."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_pgettext as _w

SOURCE_WORDS: Mapping[str, Any] = {
    "avid": _w("source", "AVID (AI Vulnerability Database)"),
    "atlas": _w("source", "MITRE ATLAS case studies"),
    "aiid": _w("source", "AI Incident Database"),
}
ANSWER_WORDS: Mapping[str, Any] = {
    "yes": _w("library", "Yes, it could happen here"),
    "no": _w("library", "No"),
    "unsure": _w("library", "Not sure yet"),
}
ANSWER_TONES = {"yes": "amber", "no": "green", "unsure": "blue"}
PART_WORDS: Mapping[str, Any] = {
    "developer": _w("library", "Developed by"), "deployer": _w("library", "Used by"),
    "artifact": _w("library", "AI system, model or data"), "risk_domain": _w("library", "Domain of the risk"),
    "sep": _w("library", "AVID codes"), "lifecycle": _w("library", "Stage of life"),
    "vulnerability": _w("library", "Vulnerability"), "metric": _w("library", "Measured"),
    "jailbreak": _w("library", "Kind of jailbreak"), "social_impact": _w("library", "Impact on society"),
    "actor": _w("library", "Who did it"), "target": _w("library", "Against what"),
    "study": _w("library", "Kind of study"), "technique": _w("library", "ATLAS techniques"),
    "harmed": _w("library", "Who was harmed"), "report": _w("library", "Press reports (numbers)"),
    "credit": _w("library", "Reported by"), "reference": _w("library", "References"),
}  # fmt: skip
