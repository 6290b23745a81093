"""What the people of the demo write on each other's cases, in the language of who reported the case."""

from tracker.demo.cases import Told
from tracker.demo.people import PEOPLE

ENGLISH = frozenset(who.key for who in PEOPLE if who.locale == "en")
PHRASES = {
    "question": (
        "請問使用的瀏覽器與版本？可以再試一次並附上畫面嗎？",
        "Which browser and version do you use? Could you try again and attach a picture?",
    ),
    "again": ("今天早上又發生一次。", "It happened again this morning."),
    "looking": ("先查昨天的更新紀錄。", "Look at yesterday's update first."),
    "withdrawn": ("已自行解決，謝謝。", "I found it myself, thank you."),
    "phoned": (
        "電話確認：可重現，今天下班前需要替代作法。",
        "By phone: it can be reproduced; a way around is needed before the end of the day.",
    ),
    "need": ("需要：%s", "Needed: %s"),
    "no_fault": (
        "屬操作環境，說明後即可排除，不需回報修正。",
        "It lies in how the system is used; explaining it was enough, nothing has to be corrected.",
    ),
    "escalated": (
        "系統產出有誤，訓練組無法自行排除。",
        "The output is wrong, and the training team cannot mend it.",
    ),
    "asked_engineer": (
        "請找出原因並修正，附上修正前後的結果。",
        "Please find the cause and correct it, with results from before and after.",
    ),
    "proof_steps": ("以原問題與三個相近問題各試一次", "The question itself and three like it, each tried once"),
    "proof_before": ("四次錯三次", "Three of four wrong"),
    "proof_after": ("四次皆正確", "All four right"),
    "rerun": ("人工重跑", "Run by hand"),
    "corrected": (
        "已修正，請再試一次；若仍有問題請直接回覆。",
        "It is corrected. Please try again, and write to us here if it still goes wrong.",
    ),
    "first_check": ("一週內重跑 28 份作業，沒有再發生。", "28 pieces run again within a week: it did not happen."),
    "checked": ("兩週內未再發生。", "It did not happen again within two weeks."),
    "signed": ("本人已審閱本紀錄，內容屬實。", "I have read this record; what it says is true."),
    "waits_for": ("廠商的新版術語引擎", "The vendor's new glossary engine"),
    "promised": ("下週五前回覆進度", "News by Friday of next week"),
    "double": ("與既有紀錄重複，併入處理。", "The same as a record that exists; goes on there."),
    "back_again": ("同樣情形再次發生。", "The same happened again."),
    "concluded": ("經查證後結論如上。", "Looked into; the conclusion stands above."),
}  # fmt: skip


def said(told: Told, key: str) -> str:
    """This phrase as it is written on the case."""
    return PHRASES[key][told.reporter in ENGLISH]
