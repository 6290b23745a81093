"""What the columns of a table may be called: each field of the form by its key, code, names in every language, and
the headings that forms in Taiwan use for it.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from flask_babel import force_locale

from tracker.config import LOCALES
from tracker.records import fields, words
from tracker.records.wordlists import words_of

TITLE = "title"
# Fields that only the life of a record fills, but that a table of the past tells.
TOLD = (
    "record_no", "ai_system", "reporter", "reporter_unit", "reported_at", "severity", "assigned_to", "escalated_at",
    "need_confirmed_by", "need_confirmed_at", "user_reply_sent_at", "user_confirmed", "satisfaction", "verified_at",
    "closed_at", "close_code", "conclude_reason",
)  # fmt: skip
NOT_ASKED = frozenset({"verification_runs", "occurred_precision"})
TARGETS = (TITLE, *(
    one.key for one in fields.FIELDS if (one.editable or one.key in TOLD) and one.key not in NOT_ASKED
))  # fmt: skip
USUAL: Mapping[str, tuple[str, ...]] = {
    TITLE: ("標題", "主旨", "案由", "事由", "摘要", "title", "subject", "summary"),
    "record_no": ("編號", "單號", "表單編號", "案號", "序號", "紀錄編號", "no", "id", "case no", "number"),
    "ai_system": ("系統", "系統名稱", "ai系統", "系統別", "system"),
    "system_version": ("版本", "系統版本", "version"),
    "function": ("功能", "模組", "function", "module"),
    "reporter": ("回報人", "回報者", "通報人", "提出人", "填單人", "反映人", "申請人", "reporter", "reported by"),
    "reporter_unit": ("單位", "回報單位", "部門", "通報單位", "department", "unit"),
    "reported_at": (
        "回報日期", "通報日期", "受理日期", "填表日期", "日期", "回報時間", "date", "reported", "created at"),
    "occurred_at": ("發生日期", "發生時間", "發現日期", "發現時間", "occurred"),
    "aware_at": ("知悉日期", "知悉時間"),
    "description": (
        "異常描述", "異常現象", "異常說明", "問題描述", "問題說明", "異常狀況", "狀況描述", "內容", "描述",
        "description", "problem"),
    "input_text": ("輸入", "輸入內容", "提問", "prompt", "input"),
    "actual_output": ("實際輸出", "實際結果", "ai回覆", "output", "actual"),
    "expected_output": ("預期輸出", "預期結果", "正確答案", "expected"),
    "need_statement": ("需求", "需求確認", "使用者需求"),
    "proposed_solution": ("解決方案", "處理方式", "處理情形", "回覆內容", "solution"),
    "anomaly_type": ("異常類別", "類別", "問題類別", "分類", "type", "category"),
    "severity": ("嚴重度", "嚴重程度", "等級", "severity", "priority"),
    "containment": ("圍堵", "緊急處置", "暫時措施", "臨時對策", "立即措施", "containment"),
    "assigned_to": ("負責人", "處理人", "處理人員", "承辦人", "責任單位", "assignee", "handled by"),
    "root_cause": ("原因", "原因分析", "發生原因", "根本原因", "要因分析", "root cause", "cause"),
    "escape_cause": ("流出原因",),
    "corrections": ("改善措施", "修正措施", "矯正", "改善對策", "correction"),
    "corrective_actions": ("矯正措施", "矯正處置", "corrective action"),
    "preventive_actions": ("預防措施", "預防對策", "再發防止", "preventive action"),
    "verification_result": ("驗證結果", "效果確認", "確認結果"),
    "training_note": ("教育訓練",),
    "closed_at": ("結案日期", "結案時間", "完成日期", "closed", "closed at"),
    "close_code": ("結案代碼", "結案方式", "處理結果"),
    "lessons": ("備註", "經驗回饋", "note", "remarks", "lessons"),
    "satisfaction": ("滿意度",),
}  # fmt: skip
# No heading is longer; open brackets without an end are looked through once for each.
LONGEST = 200
YES = frozenset({"yes", "y", "true", "1", "是", "有", "v", "○", "✓", "☑"})
NO = frozenset({"no", "n", "false", "0", "否", "無", "沒有", "x", "×", "☐"})


# What forms of the past write for how grave it was, beside the code and the words of this form.
GRAVITY = {
    "S1": ("重大", "嚴重", "critical"), "S2": ("高", "high"), "S3": ("中", "medium"), "S4": ("低", "輕微", "low"),
}  # fmt: skip


def plain(label: str) -> str:
    """A heading as it is compared: one width, no case, no spaces, signs or remarks in brackets."""
    text = unicodedata.normalize("NFKC", label[:LONGEST]).casefold()
    return re.sub(r"\([^)]*\)|[^\w]|_", "", text)


def names() -> dict[str, str]:
    """Every known heading with the field it names."""
    found: dict[str, str] = {}
    for locale in LOCALES:
        with force_locale(locale):
            for key in TARGETS:
                word = str(words.FIELD_WORDS.get(key, ""))
                code = words.FIELD_CODES.get(key, "")
                for one in (key, word, f"{code}{word}"):
                    found.setdefault(plain(one), key)
    for key, usual in USUAL.items():
        for one in usual:
            found.setdefault(plain(one), key)
    found.pop("", None)
    return found


def suggest(headings: Sequence[str]) -> dict[int, str]:
    """For each column the field it seems to hold; every field once, for the column that names it best."""
    known, taken = names(), dict[int, str]()
    for exact in (True, False):
        for place, heading in enumerate(headings):
            key = known.get(plain(heading)) if exact else _near(plain(heading), known)
            if place not in taken and key and key not in taken.values():
                taken[place] = key
    return taken


def _near(heading: str, known: Mapping[str, str]) -> str:
    """The field whose name stands in the heading, the longest name first; names of one sign say nothing."""
    inside = [name for name in known if len(name) > 1 and name in heading]
    return known[max(inside, key=len)] if inside else ""


def choices(key: str) -> dict[str, object]:
    """The values of a closed list by what people write for them, in every language."""
    found: dict[str, object] = {}
    for locale in LOCALES:
        with force_locale(locale):
            for value, word in words_of(key).items():
                found.setdefault(plain(str(value)), value)
                found.setdefault(plain(str(word)), value)
    if key in ("severity", "severity_override"):
        found = {word: code for code, written in GRAVITY.items() for word in written} | found
    if {"yes", "no", "unknown"} <= set(found):
        found |= dict.fromkeys(YES, "yes") | dict.fromkeys(NO, "no")
    return found
