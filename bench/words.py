"""Text of made-up reports, English and Traditional Chinese, the same for the same number."""

import random
from dataclasses import dataclass

SEED = 20261122
SUBJECTS_EN = (
    "the chatbot", "the summary", "the classifier", "the search assistant", "the translation", "the speech note",
    "the invoice reader", "the defect detector", "the letter draft", "the meeting minutes",
)  # fmt: skip
FAULTS_EN = (
    "quoted a price that was withdrawn", "left out the second attachment", "named the wrong department",
    "mixed up two customers", "refused a harmless question", "answered in the wrong language",
    "took the delivery date from an old policy", "marked a good part as defective", "lost the table",
    "repeated the same sentence", "gave no source", "stopped in the middle of the answer",
    "made up a regulation", "read the amount without its decimal point", "forgot what was said before",
)  # fmt: skip
DETAILS_EN = (
    "it happened after lunch on a busy day", "two colleagues saw the same", "the customer noticed it first",
    "we corrected it by hand", "it works again this morning", "the paper copy shows the right number",
    "nobody had changed the settings", "a second try gave another answer", "the input was a scanned form",
    "the branch office uses the same version", "we keep the original letter", "the screen shot is attached",
    "it concerns orders from last month", "the manual says otherwise", "please tell us what to do meanwhile",
)  # fmt: skip
SUBJECTS_ZH = (
    "客服機器人", "公文摘要", "影像辨識", "語音轉文字", "翻譯結果", "發票辨識", "知識庫搜尋", "會議紀錄", "信件草稿",
    "分類結果",
)  # fmt: skip
FAULTS_ZH = (
    "引用了已經停用的規定", "漏掉第二個附件", "把兩位客戶混在一起", "拒絕回答一般問題", "金額少了小數點",
    "日期抄錯一天",
    "把良品判成不良", "表格整個不見", "一直重複同一句話", "沒有附上來源", "回答到一半就停了", "編出不存在的條文",
    "用錯部門名稱", "英文名字被拆開", "忘記前面說過的話",
)  # fmt: skip
DETAILS_ZH = (
    "午休之後開始發生", "隔壁同事也遇到", "是客人先發現的", "我們先用人工更正", "今天早上又正常了", "紙本上的數字才對",
    "設定沒有人動過", "再問一次答案又不同", "輸入的是掃描檔", "分公司用同一個版本", "原始信件有留存", "附上螢幕截圖",
    "上個月的訂單都受影響", "手冊寫的不一樣", "請告訴我們現在該怎麼辦",
)  # fmt: skip

# Marks to search for: an English word and a two-character Chinese word in about 5 % of the reports, and a rare word in
# one of 5,000: with it the page shows two rows of 10,000 issues, and a full page of fifty of a million.
ENGLISH, CHINESE, RARE = "timeout", "模型", "zyxquartz"


@dataclass(frozen=True)
class Report:
    """One made-up report and the draws that decide the rest of its row, each in [0, 1)."""

    title: str
    description: str
    draws: tuple[float, ...]


def report(number: int) -> Report:
    """The report of this number; the first 10,000 of 1,000,000 are the 10,000."""
    dice = random.Random(SEED * 1_000_003 + number)
    chinese = dice.random() < 0.5
    subject, fault = (SUBJECTS_ZH, FAULTS_ZH) if chinese else (SUBJECTS_EN, FAULTS_EN)
    start = f"{dice.choice(subject)}{'' if chinese else ' '}{dice.choice(fault)}"
    code = f" {dice.randrange(10**6):06d}"
    lines = [start + code + ("。" if chinese else ".")]
    lines += [_sentence(dice) for _ in range(dice.randrange(3, 9))]
    if dice.random() < 0.05:
        lines.append("The last call ended with a timeout.")
    if dice.random() < 0.05:
        lines.append("請檢查模型輸出。")
    if number % 5000 == 77:
        lines.append("Serial zyxquartz.")
    return Report(start[:80] + code, " ".join(lines), tuple(dice.random() for _ in range(8)))


def _sentence(dice: random.Random) -> str:
    if dice.random() < 0.5:
        return f"{dice.choice(SUBJECTS_ZH)}{dice.choice(FAULTS_ZH)}，{dice.choice(DETAILS_ZH)}。"
    return f"{dice.choice(SUBJECTS_EN)} {dice.choice(FAULTS_EN)}, {dice.choice(DETAILS_EN)}.".capitalize()
