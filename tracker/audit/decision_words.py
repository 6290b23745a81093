"""What the acts of deciding, looking again and taking back are called in the trail."""

from flask_babel import lazy_pgettext as _w

OF_CASES = {
    "ask_decision": _w("act", "Manager asked to decide"), "decide": _w("act", "Decided by a manager"),
    "end_acceptance": _w("act", "Risk accepted no longer"), "recheck": _w("act", "Marked to be looked at again"),
    "rechecked": _w("act", "Looked at again"),
}  # fmt: skip
DECISION_ACTS = {
    **{f"{kind}.{act}": said for kind in ("issue", "record", "inspection_round") for act, said in OF_CASES.items()},
    "inspection_plan.hand_over": _w("act", "Somebody else inspects"),
    "system.suspend": _w("act", "AI system suspended"),
    "system.lift": _w("act", "AI system in use again"),
    "issue.postpone": _w("act", "Another date agreed"), "record.reference_add": _w("act", "Ticket elsewhere noted"),
    "record.reference": _w("act", "Ticket elsewhere changed"),
    "record.reference_remove": _w("act", "Ticket elsewhere taken off"),
    "record.reference_meant": _w("act", "Said what the state of a ticket means"),
    "record.reference_seen": _w("act", "Ticket done elsewhere looked at"),
    "tool.add": _w("act", "Tool that may call added"), "tool.save": _w("act", "Tool that may call changed"),
    "tool.rotate": _w("act", "New secret for a tool"), "tool.end_old": _w("act", "Former secret of a tool ended"),
    "tool.on": _w("act", "Tool that may call switched on"), "tool.off": _w("act", "Tool that may call switched off"),
    "record.undo_acknowledge": _w("act", "Taking it undone"),
    "escalation.undo_acknowledge": _w("act", "Taking it undone"),
    "escalation.together": _w("act", "Correction reported with others"),
    "escalation.undo_correct": _w("act", "Report of the correction taken back"),
    "escalation.undo_correct_sent": _w("act", "Report of the correction taken back"),
    "record.undo_correct": _w("act", "Report of the correction taken back"),
    "record.undo_correct_fixing": _w("act", "Report of the correction taken back"),
    "escalation.undo_update": _w("act", "Progress taken back"),
    "system.model_change": _w("act", "Unannounced model change entered"),
    "system.rechecked": _w("act", "Looked at again"),
}  # fmt: skip
