"""What the people of the demo write on their records: cause, correction, and what they learnt."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The words of one kind of fault."""

    affected: str
    stopped: str
    already_out: str
    cause: str
    whys: tuple[str, ...]
    escaped: str
    corrected: str
    target: str
    reference: str
    corrective: str
    preventive: str
    similar: str
    lessons: str


OF_THE_INDEX = Words(
    affected="約 20 人",
    stopped="暫停此功能，改由人工處理",
    already_out="已通知收到錯誤結果的人。",
    cause="檢索到舊版簡章，回答時沒有比對生效日。",
    whys=("為何答錯？因為讀到舊資料。", "為何讀到？因為索引沒有更新。", "為何沒更新？排程停了沒人知道。"),
    escaped="驗收案例沒有涵蓋跨學期的情形。",
    corrected="重建索引，回答前比對生效日",
    target="knowledge_base",
    reference="kb-2026-11-b",
    corrective="更新排程加上告警",
    preventive="驗收加入跨學期案例",
    similar="已查其他四個系統，無相同情形。",
    lessons="簡章改版時先停用舊索引。",
)
IN_ENGLISH = Words(
    affected="About 20 people",
    stopped="The function is switched off; people do the work by hand",
    already_out="Those who were given a wrong result have been told.",
    cause="An outdated text was retrieved; its date was not compared before answering.",
    whys=(
        "Why was it wrong? It read outdated data.",
        "Why did it read them? The index had not been renewed.",
        "Why not? The nightly job had stopped and nobody knew.",
    ),
    escaped="The acceptance cases held no outdated text.",
    corrected="Index built anew; the date is compared before answering",
    target="knowledge_base",
    reference="kb-2026-11-b",
    corrective="An alarm for the nightly job",
    preventive="Outdated texts among the acceptance cases",
    similar="Four other systems looked at: none does the same.",
    lessons="Take the old index out of use before its source is replaced.",
)
OF_A_GROUP = Words(
    affected="28 人",
    stopped="暫停評分建議，期中作文改由老師人工評分",
    already_out="成績尚未公布；已請老師重新評閱 28 份作文。",
    cause="訓練資料幾乎沒有新住民學員的作文，口語用法被標註為文法錯誤。",
    whys=(
        "為何整班偏低？因為口語用法都被判為錯誤。",
        "為何判為錯誤？因為標註手冊沒有說明口語用法不扣分。",
        "為何沒有說明？因為手冊只依日間部的作文訂定，沒有問過新住民班的老師。",
    ),
    escaped="驗收只看整體正確率，沒有分班級比較。",
    corrected="補標 300 份新住民班作文並重新訓練評分模型",
    target="dataset",
    reference="essay-2026-11",
    corrective="標註手冊增列口語用法規則，由新住民班老師審閱",
    preventive="驗收報告增列分群比較，差距超過 5 分不得上線",
    similar="已查學員服務助理與逐字稿：口語用法不影響結果。",
    lessons="驗收要分群比較，整體正確率看不出哪一群人吃虧。",
)
