"""The people of the demo organisation: a community college with a library, 晨光社區大學."""

from dataclasses import dataclass

PASSWORD = "demo-tracker-2026"
DOMAIN = "demo.test"
ORGANISATION = "晨光社區大學（示範）"


@dataclass(frozen=True)
class Who:
    """One person: the key is the address's local part."""

    key: str
    name: str
    unit: str
    roles: tuple[str, ...]
    locale: str = "zh_Hant_TW"


UNITS = (
    ("office", "校本部", ""), ("service", "學員服務組", "office"), ("library", "圖書館", "office"),
    ("affairs", "教務組", "office"), ("it", "資訊組", "office"), ("training", "人工智慧訓練組", "office"),
)  # fmt: skip

PEOPLE = (
    Who("reporter", "王小晴", "service", ("reporter",)),
    Who("supervisor", "林志偉", "training", ("reporter", "supervisor")),
    Who("engineer", "陳建宏", "it", ("reporter", "engineer")),
    Who("manager", "黃淑芬", "office", ("reporter", "manager")),
    Who("admin", "張佳玲", "it", ("reporter", "admin")),
    Who("auditor", "吳明德", "office", ("auditor",)),
    Who("supervisor2", "蔡雅婷", "training", ("reporter", "supervisor")),
    Who("engineer2", "Daniel Foster", "it", ("reporter", "engineer"), "en"),
    Who("engineer3", "周品妤", "it", ("reporter", "engineer")),
    Who("librarian", "許文彥", "library", ("reporter",)),
    Who("librarian2", "Emily Carter", "library", ("reporter",), "en"),
    Who("teacher", "劉思涵", "affairs", ("reporter",)),
    Who("teacher2", "鄭宇翔", "affairs", ("reporter",)),
    Who("teacher3", "Sofia Martins", "affairs", ("reporter",), "en"),
    Who("counter", "謝佩君", "service", ("reporter",)),
    Who("counter2", "洪志明", "service", ("reporter",)),
    Who("phone", "郭怡君", "service", ("reporter",)),
    Who("privacy", "曾國豪", "office", ("reporter",)),
)

TEAMS = (
    ("ai-team", "AI 系統維運小組", ("engineer", "engineer2", "engineer3")),
    ("data-team", "標註與資料小組", ("engineer3",)),
)
HEADS = {"training": "supervisor", "it": "admin", "office": "manager"}

ACCOUNTS = (
    ("reporter@demo.test", "使用者 / user"),
    ("supervisor@demo.test", "訓練主管 / supervisor"),
    ("engineer@demo.test", "工程師 / engineer"),
    ("manager@demo.test", "管理者 / manager"),
    ("admin@demo.test", "系統管理員 / administrator"),
    ("auditor@demo.test", "稽核 / auditor"),
)


def address(key: str) -> str:
    """The address of a person."""
    return f"{key}@{DOMAIN}"
