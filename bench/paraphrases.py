"""Pairs of reports that say the same in other words, made by rule: who, what went wrong, with what, in two languages.

Deterministic: pair N is the same everywhere.  The words of the second are other ones wherever the language has other
ones; what cannot be said otherwise (a name, a date, an amount) stays, as it does when two people report one fault.
"""

import random
from dataclasses import dataclass

ZH_PLACES = (
    ("退費試算", "算退費的功能"), ("課程查詢", "查課程的地方"), ("公文摘要", "公文重點整理"),
    ("語音轉文字", "錄音打成字"),
    ("報名小幫手", "線上報名機器人"), ("信件草稿", "代擬回信"), ("影像辨識", "看圖判讀"), ("翻譯功能", "中翻英"),
    ("出缺勤問答", "請假規定問答"), ("合約審閱", "檢查契約條文"), ("選書推薦", "推薦館藏"), ("排班建議", "自動排班"),
)  # fmt: skip
ZH_OBJECTS = (
    ("攝影入門班", "攝影入門班"), ("第六條", "第 6 條"), ("十一月的帳單", "11 月帳單"),
    ("身心障礙優惠", "身障者折扣"),
    ("颱風停課公告", "颱風停課通知"), ("夜間部學分", "夜間部的學分"), ("特休天數", "特別休假天數"),
    ("場地租借費", "租場地的費用"),
    ("主任的簽呈", "主任簽的那份公文"), ("越南文手冊", "越南語說明書"), ("志工時數", "志工服務時數"),
    ("停車月票", "月租停車證"),
    ("獎學金門檻", "獎學金的申請標準"), ("圖書逾期罰款", "書晚還的罰款"), ("健檢補助", "健康檢查補助款"),
    ("泳池開放時間", "游泳池幾點開"),
    ("退休金提撥", "提撥退休金"), ("幼兒園抽籤", "幼兒園的抽籤"),
)  # fmt: skip
ZH_FAULTS = (
    ("{place}把{thing}的金額算錯，多了六百元", "{thing}在{place}裡算出來的錢不對，比實際多 600 元"),
    ("{place}說{thing}查無資料，但明明有", "明明有{thing}，{place}卻回答找不到"),
    ("{place}講到{thing}時引用了不存在的規定", "問{thing}，{place}舉的法條根本沒有這一條"),
    ("{place}一問{thing}就一直轉圈圈沒有回應", "在{place}輸入{thing}之後卡住，等很久都沒有答案"),
    ("{place}把{thing}翻成完全相反的意思", "{thing}的意思被{place}弄反了"),
    ("{place}對{thing}的回答前後不一致", "同樣問{thing}，{place}兩次給的答案不同"),
    ("{place}顯示別人的{thing}資料", "我在{place}看到的{thing}是另一個人的"),
    ("{place}的{thing}還是去年的舊版本", "{place}講的{thing}沒有更新，是去年的"),
)  # fmt: skip
EN_PLACES = (
    ("refund calculator", "tool that works out refunds"), ("course search", "search for courses"),
    ("document summary", "summariser of documents"), ("speech to text", "transcription"),
    ("enrolment helper", "sign-up assistant"), ("mail draft", "letter writing aid"),
    ("image check", "photo recognition"), ("translation", "translator"),
    ("leave questions", "assistant for time off"), ("contract review", "clause checker"),
)  # fmt: skip
EN_OBJECTS = (
    ("photography class", "photography class"), ("article six", "article 6"),
    ("November invoice", "invoice of November"),
    ("disability discount", "discount for the disabled"), ("typhoon notice", "typhoon closing notice"),
    ("evening credits", "credits of the evening school"), ("annual leave", "days of annual leave"),
    ("room rental", "rent of the hall"), ("Vietnamese manual", "manual in Vietnamese"),
    ("volunteer hours", "hours of volunteers"), ("parking permit", "monthly parking permit"),
    ("scholarship threshold", "threshold of the scholarship"), ("overdue fine", "fine for overdue books"),
    ("health subsidy", "subsidy for the health check"), ("pension share", "share of the pension"),
)  # fmt: skip
EN_FAULTS = (
    ("The {place} computes a wrong amount for the {thing}, 600 too much",
     "Asked about the {thing}, the {place} gives a sum that is 600 too high"),
    ("The {place} finds nothing about the {thing} although it exists",
     "There is a {thing}, but the {place} says it cannot be found"),
    ("The {place} cites a rule about the {thing} that does not exist",
     "For the {thing} the {place} quotes a regulation nobody has heard of"),
    ("The {place} hangs and never answers when I ask about the {thing}",
     "No answer from the {place}: it keeps loading once the {thing} is entered"),
    ("The {place} turns the meaning of the {thing} around",
     "What the {place} says of the {thing} is the opposite of what it means"),
    ("The {place} contradicts itself about the {thing}",
     "Twice I asked for the {thing}, and the {place} gave two different replies"),
    ("The {place} shows the {thing} of another person",
     "I see somebody else's {thing} in the {place}"),
    ("The {place} still tells last year's {thing}",
     "The {thing} in the {place} is out of date, from last year"),
)  # fmt: skip
ZH_OPENINGS = ("", "您好，", "剛剛", "今天早上發現，", "民眾反映，", "請協助：")
EN_OPENINGS = ("", "Hello, ", "This morning I saw it: ", "A citizen told us. ", "Please help. ")


@dataclass(frozen=True)
class Pair:
    """Two reports of one fault; `place` tells which system they are about."""

    earlier: str
    later: str
    place: int
    language: str


def pairs(count: int, seed: int = 1) -> list[Pair]:
    """So many pairs, Chinese and English in turn, no two of one fault."""
    dice = random.Random(seed)
    made: list[Pair] = []
    seen: set[tuple[int, int, int, int]] = set()
    while len(made) < count:
        chinese = len(made) % 2
        places, things, faults, openings = (
            (ZH_PLACES, ZH_OBJECTS, ZH_FAULTS, ZH_OPENINGS) if chinese
            else (EN_PLACES, EN_OBJECTS, EN_FAULTS, EN_OPENINGS)
        )  # fmt: skip
        at = (chinese, dice.randrange(len(places)), dice.randrange(len(things)), dice.randrange(len(faults)))
        if at in seen:
            continue
        seen.add(at)
        _language, place, thing, fault = at
        told = [
            dice.choice(openings) + faults[fault][n].format(place=places[place][n], thing=things[thing][n])
            for n in (0, 1)
        ]
        made.append(Pair(told[0], told[1], place, "zh" if chinese else "en"))
    return made
