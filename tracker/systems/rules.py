"""Words and limits of the catalogue; who may see and change it.  Pure."""

import re
import unicodedata

UNKNOWN = "unknown"
KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
TEXT_MOST = 20_000
LINE_MOST = 200
# What a system is made of and its corrections change: each is a named thing with versions.
ARTEFACT_KINDS = (
    "dataset", "labelling_rule", "prompt", "model", "knowledge_base", "software", "manual", "acceptance_criteria",
)  # fmt: skip


def is_key(key: str) -> bool:
    """Whether this can name a system in addresses and files; `unknown` is reserved for 不確定."""
    return KEY.fullmatch(key) is not None and key != UNKNOWN


def key_from(name: str) -> str:
    """A key made of the Latin part of a name; empty where there is none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")


def lines(text: str) -> list[str]:
    """The lines of a text that hold something, each once, in order."""
    stripped = (" ".join(line.split()) for line in long_text(text).splitlines())
    return list(dict.fromkeys(line[:LINE_MOST] for line in stripped if line))


def long_text(text: str) -> str:
    """A text of several lines as it is kept: composed, plain line ends, nothing a database would stumble over."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(one for one in plain if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs"))
    return kept.strip()[:TEXT_MOST]
