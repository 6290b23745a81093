"""The AI systems of the demo organisation, with their versions, functions and guides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Offered:
    """One system; versions from the oldest to the current one, each with its guide."""

    key: str
    name: str
    name_en: str
    owner: str
    functions: tuple[str, ...]
    versions: tuple[tuple[str, Mapping[str, str]], ...]
    description: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


REPORTING = (
    "請按「回報問題」，或撥分機 1234。請附上您的問題與系統的回答。\n\n"
    "Use “Report a problem”, or call extension 1234."
)
PURPOSE = (
    "回答學員對課程、報名、退費與證明文件的問題，並附上出處。\n\n"
    "Answers questions about courses, enrolment and refunds, with its sources."
)

SYSTEMS = (
    Offered(
        "demo-assistant", "學員服務助理", "Learner assistant", "engineer",
        ("課程查詢", "退費試算", "文件下載", "語音輸入"),
        (
            ("2.3", {"purpose": "回答學員對課程、報名與退費的問題。", "how_to_report": REPORTING}),
            ("2.4", {
                "purpose": PURPOSE,
                "limits": "- 只讀得到本學期的簡章\n- 金額只供參考，以教務組計算為準\n- 圖片中的文字可能讀錯",
                "forbidden": "- 不得輸入身分證字號、病歷與成績\n- 不得把回答直接當成正式函文",
                "how_to_report": REPORTING,
            }),
        ),
        "以本校簡章與問答集回答問題的對話系統。",
    ),
    Offered(
        "demo-catalogue", "館藏推薦", "Catalogue recommender", "engineer2", ("推薦書單", "主題摘要", "相似館藏"),
        (("1.8", {
            "purpose": "依讀者的主題推薦館藏。Recommends books for a topic.",
            "limits": "- 新書約一週後才會出現\n- 兒童讀者請由館員陪同使用",
            "forbidden": "- 不得輸入讀者的借閱紀錄",
            "how_to_report": REPORTING,
        }),),
        "Finds books that fit a reader's topic.",
    ),
    Offered(
        "demo-grading", "作業初評", "Draft grading", "engineer3", ("評語草稿", "評分建議", "抄襲提示"),
        (("0.9", {"purpose": "替教師草擬評語。"}), ("1.0", {
            "purpose": "替教師草擬評語與評分建議，最後由教師決定。",
            "limits": "- 短於 50 字的作業不評分\n- 手寫稿辨識率約九成",
            "forbidden": "- 不得不經教師確認就公布分數",
            "how_to_report": REPORTING,
        })),
        "教師批改作業的輔助工具。",
    ),
    Offered(
        "demo-translate", "公文翻譯", "Document translation", "admin", ("中翻英", "英翻中", "術語表"),
        (("2026-10", {
            "purpose": "廠商提供的翻譯服務。A vendor's translation service.",
            "limits": "- 一次最多 5,000 字\n- 專有名詞以術語表為準",
            "forbidden": "- 不得上傳未公開的公文",
            "how_to_report": REPORTING,
        }),),
        "由外部廠商營運。",
        {"operated_by": "vendor", "vendor_name": "遠山語言科技", "vendor_contact": "遠山客服窗口",
         "vendor_email": "support@vendor.demo.test", "vendor_contract": "示範合約 115-017",
         "support_hours": "週一至週五 09:00–18:00"},
    ),
    Offered(
        "demo-minutes", "會議紀錄摘要", "Meeting minutes", "engineer2", ("逐字稿", "摘要", "待辦事項"),
        (("3.1", {
            "purpose": "把會議錄音整理成逐字稿、摘要與待辦事項。",
            "limits": "- 多人同時說話時可能漏字",
            "forbidden": "- 未經與會者同意不得錄音",
            "how_to_report": REPORTING,
        }),),
        "Turns recordings into minutes.",
    ),
)  # fmt: skip
