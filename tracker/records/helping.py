"""One line of help for every field of the form, and where a value that nobody types comes from."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_pgettext as _w

HELP: Mapping[str, Any] = {
    "record_no": _w("record", "Given when the record is made; a re-issue bears -R01."),
    "origin_issues": _w("record", "The reports that this record is about; one of them leads."),
    "source_channel": _w("record", "By which way the report came in."),
    "ai_system": _w("record", "The system that the report names."),
    "system_version": _w("record", "The version at the time of the event, not the present one."),
    "function": _w("record", "Which of the system's functions went wrong."),
    "environment": _w("record", "Device, browser, network or place, where it matters."),
    "environment_kind": _w("record", "Whether it happened in daily use or while it was tried out."),
    "reporter": _w("record", "Who reported it; auditors see that there is one."),
    "reporter_unit": _w("record", "The unit that the reporter belongs to."),
    "occurred_at": _w("record", "When it happened, as exactly as people know."),
    "occurred_precision": _w("record", "How exact the time above is."),
    "aware_at": _w("record", "When the organisation first knew; statutory clocks start here."),
    "reported_at": _w("record", "When the report arrived."),
    "description": _w("record", "The user's own words; they stay as they were written."),
    "input_text": _w("record", "What the AI was given."),
    "actual_output": _w("record", "What the AI gave back."),
    "expected_output": _w("record", "What it should have given."),
    "authorities": _w(
        "record",
        "Manual, rule or article that the expected output rests on: title, article, version, and who keeps it.",
    ),
    "trace_refs": _w("record", "The number under which the AI product logged the answer."),
    "traces": _w("record", "More numbers or addresses of logs, one a line."),
    "attachments": _w("record", "Files that came with the report, each with its SHA-256."),
    "reproducible": _w("record", "Whether it happens again under the same circumstances."),
    "reproduction": _w("record", "Under which circumstances it was tried."),
    "reproduced_times": _w("record", "How many of the tries showed the fault."),
    "reproduction_tries": _w("record", "How often it was tried in all."),
    "reproduction_steps": _w("record", "One step a line, with what was seen, heard or stood on the screen."),
    "reproduction_files": _w("record", "Pictures, recordings and files that show the tries."),
    "need_statement": _w("record", "Your own words; the user's words stand beside."),
    "contact_log": _w("record", "Each talk with the user before the need was confirmed."),
    "need_confirmed_by": _w("record", "Who said that the need is understood rightly."),
    "need_confirmed_at": _w("record", "When that was said."),
    "need_confirmed_how": _w("record", "Online, by phone, in person or by mail."),
    "issue_kind": _w("record", "Only an anomaly needs cause and correction."),
    "proposed_solution": _w("record", "What the user is told; it goes out with the answer."),
    "escalation_reason": _w("record", "Why it has to be corrected by others, or why not."),
    "anomaly_type": _w("record", "The main one; “not decided yet” holds until analysis."),
    "anomaly_types": _w("record", "What else it is."),
    "mit_risks": _w(
        "record", "Such as 3.1; 7.3. Left empty, the proposed codes hold; “none” where none fits."
    ),
    "avid_codes": _w(
        "record", "Such as P0204; E0301. Left empty, the proposed codes hold; “none” where none fits."
    ),
    "gmf_failures": _w(
        "record", "By name, such as Concept Drift; Limited Dataset. Empty or “none” as above."
    ),
    "cset_harms": _w("record", "By name, such as detrimental content. Empty or “none” as above."),
    "atlas_techniques": _w("record", "Such as AML.T0051; AML.T0054. Empty or “none” as above."),
    "harm_realisation": _w(
        "record",
        "Whether harm came about, nearly did, or could. What nearly happened counts one step less grave.",
    ),
    "harm_types": _w("record", "What kind of harm it is."),
    "impact": _w("record", "How grave it is for whom it hits."),
    "reach": _w("record", "How many people it can hit."),
    "severity": _w("record", "Follows from impact and reach."),
    "severity_override": _w("record", "Only with a reason."),
    "severity_override_reason": _w("record", "Who reads the record has to understand it."),
    "affected_population": _w("record", "Who is or may be affected."),
    "affected_count": _w("record", "A number, an estimate, or “unknown”."),
    "personal_data": _w("record", "Seals title and evidence at once."),
    "special_category": _w("record", "Health, genes, sex life, medical checks or criminal records."),
    "record_count": _w("record", "How many records of persons are concerned."),
    "security_event": _w(
        "record", "Confidentiality, integrity or availability of a system or of data is hurt, or may be."
    ),
    "cia_confidentiality": _w(
        "record", "Data came to people who may not see it: 0 not at all, 4 the gravest."
    ),
    "cia_integrity": _w("record", "Data or a system was changed or falsified: 0 not at all, 4 the gravest."),
    "cia_availability": _w("record", "Work was interrupted: 0 not at all, 4 the gravest."),
    "cia_level": _w("record", "The highest of the three; statutory deadlines go by it."),
    "eu_triggers": _w(
        "record", "Art. 3(49) (a) to (d) and 3(61). “None of these” is an answer too; empty means not known."
    ),
    "ip_concerned": _w(
        "record", "Whether copyright, a trade mark, a patent or a trade secret may be touched."
    ),
    "ip_concern": _w("record", "What the doubt is about, in a sentence."),
    "ip_claimant": _w(
        "record", "The person or firm that says it is theirs; “nobody yet” where we doubt ourselves."
    ),
    "ip_material": _w(
        "record", "Which text, picture, code or data: title, source, where it shows in the output."
    ),
    "ip_licence": _w("record", "Name and version of the licence, contract or statutory exception."),
    "ip_answer": _w(
        "record", "Who was answered when and with what: taken down, licensed, refused, still open."
    ),
    "containment": _w("record", "What was done at once so that it does not get worse."),
    "containment_none_because": _w("record", "Instead of a measure: why none was needed."),
    "already_out": _w("record", "What was done about wrong answers already given."),
    "workaround": _w("record", "How people can work until it is corrected; users see it."),
    "team": _w("record", "Who works on it, one a line."),
    "assigned_to": _w("record", "To whom the anomaly was reported for correction."),
    "escalated_at": _w("record", "When it was reported to them."),
    "ack_at": _w("record", "When they took it."),
    "five_whys": _w("record", "One line for each “why?”, three at least for S1 and S2."),
    "cause_class": _w("record", "Points to the part of the work that has to learn from it."),
    "cause_classes": _w("record", "What else played a part."),
    "cause_artefact": _w(
        "record",
        "Data set, labelling rule, prompt, model or manual by name; a new name is added to the system's list.",
    ),
    "root_cause": _w("record", "What had to be different for it not to happen."),
    "escape_cause": _w("record", "Why acceptance, test or review let it through."),
    "escape_reference": _w("record", "Number of the acceptance report (O2.2.1), the test or the review."),
    "similar_check": _w("record", "Which other systems or functions were checked, with what result."),
    "similar_systems": _w("record", "One system or function a line, with what was found."),
    "cause_not_found": _w("record", "Instead of a cause: why it was not found, and how it is watched."),
    "corrections": _w("record", "What was changed to correct this fault."),
    "corrective_actions": _w("record", "What removes the cause."),
    "preventive_actions": _w("record", "What keeps it from happening elsewhere."),
    "preventive_none_because": _w("record", "Instead of an action: why none is needed."),
    "fixed_in_version": _w("record", "The version in which users get the correction."),
    "regression_cases": _w(
        "record", "Input, what has to come out, and a label; they are tried again at the next change."
    ),
    "proof_kind": _w("record", "Output faults that have cases need the same cases before and after."),
    "proof_steps": _w("record", "What was tried, step by step; of a waiver its reason."),
    "proof_before": _w("record", "What came out before the correction."),
    "proof_after": _w("record", "What came out after the correction."),
    "proof_evidence": _w("record", "Where the proof lies, or its SHA-256."),
    "verification_runs": _w("record", "The same cases before and after."),
    "verified_by": _w("record", "Who verified it; not the one who corrected it."),
    "verified_at": _w("record", "When it was verified."),
    "verification_result": _w("record", "In a word: passed, or with which limits."),
    "same_person_reason": _w("record", "Printed on the form where nobody else could verify."),
    "user_reply_sent_at": _w("record", "When the reporters got the solution."),
    "user_confirmed": _w("record", "What each reporter answered."),
    "satisfaction": _w("record", "From 1 to 5, as the reporters gave it."),
    "training_gap": _w("record", "Whether people did not know what they should have known."),
    "training_note": _w("record", "What was or will be taught, to whom."),
    "training_sessions": _w("record", "Sessions of the training log that were held because of it."),
    "material_changed": _w("record", "Which guide, manual or course was changed, and its new version."),
    "signoff_supervisor": _w("record", "Stands over all of A to K1 as it was then."),
    "signoff_manager": _w("record", "Grave records only; somebody else than the supervisor."),
    "effect_checks": _w("record", "Two weeks later; for grave records after one, two and four weeks."),
    "closed_at": _w("record", "When everything was done."),
    "close_code": _w("record", "How it ended."),
    "conclude_reason": _w("record", "Why it ended without a correction."),
    "lessons": _w("record", "What others can learn from it."),
    "notices": _w("record", "Whom we told outside the house, when, and under which reference number."),
    "retain_until": _w(
        "record", "From the closing: five years at least where personal data is or may be concerned."
    ),
    "retain_override": _w(
        "record", "Only with a reason; with personal data never before five years have passed."
    ),
    "retain_reason": _w("record", "Such as a lawsuit, an audit, a contract."),
}
# Where a value comes from by itself; what people type on the record has no entry.
SOURCES: Mapping[str, str] = {
    **dict.fromkeys(
        ("origin_issues", "source_channel", "ai_system", "system_version", "function", "environment", "reporter",
         "reporter_unit", "occurred_at", "occurred_precision", "aware_at", "reported_at", "description", "input_text",
         "actual_output", "expected_output", "trace_refs", "attachments"),
        "report",
    ),
    **dict.fromkeys(
        ("need_statement", "contact_log", "need_confirmed_by", "need_confirmed_at", "need_confirmed_how", "issue_kind",
         "proposed_solution", "escalation_reason", "workaround", "user_reply_sent_at", "user_confirmed",
         "satisfaction"),
        "talk",
    ),
    **dict.fromkeys(("assigned_to", "escalated_at", "ack_at"), "escalation"),
    **dict.fromkeys(("verified_by", "verified_at", "same_person_reason", "close_code", "conclude_reason"), "move"),
    **dict.fromkeys(("signoff_supervisor", "signoff_manager"), "signing"),
    **dict.fromkeys(("record_no", "severity", "cia_level", "effect_checks", "closed_at", "retain_until"), "system"),
}  # fmt: skip
SOURCE_WORDS: Mapping[str, Any] = {
    "report": _w("source", "from the report"),
    "talk": _w("source", "from the talk with the user"),
    "escalation": _w("source", "from the escalation"),
    "move": _w("source", "from the step that was taken"),
    "signing": _w("source", "from the signature"),
    "system": _w("source", "by the system"),
}
