"""Names of files as people see them: readable, harmless, and ending in what the file really is.  Pure."""

import re
import unicodedata

LENGTH = 120

# Endings that some program runs or a browser renders; inside a name they would only mislead.
_RISKY = re.compile(
    r"\.(?=(?:exe|com|scr|bat|cmd|msi|jar|js|mjs|vbs|wsf|hta|lnk|url|ps1|sh|py|php\d?|phtml|asp|aspx|jsp|cgi|html?|"
    r"xhtml|shtml|svgz?|xml|xsl|swf|docm|xlsm|dotm)(?:\.|$))",
    re.IGNORECASE,
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def extension(filename: str) -> str:
    """What stands after the last dot, in lower case; empty when there is none."""
    return shown(filename).rpartition(".")[2].lower() if "." in shown(filename) else ""


def shown(filename: str) -> str:
    """The last part of a path without signs that cannot be seen, mislead or mean something to a shell."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    visible = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" or sign == "\u200d")
    return re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "_", visible)).strip(" .")


def safe(filename: str, ending: str) -> str:
    """A name to show and to save under, ending in `ending`; what looked like another ending before it is defused."""
    name = shown(filename)
    stem = name[: -len(ending) - 1] if name.lower().endswith(f".{ending}") else name
    stem = _RISKY.sub("_", f"{stem}.")[:-1].strip(" .") or "file"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return f"{stem[: LENGTH - len(ending) - 1]}.{ending}"
