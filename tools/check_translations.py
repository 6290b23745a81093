"""Every English string of the product has one Chinese one, each is used, and the Chinese keeps the house's rules."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file

from tracker.translations import FOLDER, BadCatalogue, merged, read

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = FOLDER / "zh_Hant_TW"

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext"), None),
    **dict.fromkeys(("_n", "ngettext", "lazy_ngettext"), (1, 2)),
    **dict.fromkeys(("_p", "_lp", "_w", "pgettext", "lazy_pgettext"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "lazy_npgettext"), ((1, "c"), 2, 3)),
}
SOURCES = {"tracker/**/*.py": "python", "templates/**/*.html": "jinja2.ext:babel_extract"} | {
    f"templates/**/*.{ending}": "jinja2.ext:babel_extract" for ending in ("txt", "svg", "xml")
}

HAN = "\u3400-\u9fff"
MARKS = "，。、；：「」『』（）？"
# What must not stand in Chinese, and why.
RULES = {
    re.compile(rf"[{HAN}][,.:;!?]|[,:;!?][{HAN}]"): "a half-width mark beside Chinese",
    re.compile(
        rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]"
    ): "no space between Chinese and Latin letters or digits",
    re.compile(rf" [{MARKS}]|[{MARKS}] (?!$)"): "a space beside a full-width mark",
    re.compile(r"[!！]"): "an exclamation mark",
    re.compile(r"  "): "two spaces",
    re.compile(r"台(?![灣北中南東])"): "台 outside names: 臺",
    re.compile(r"記錄(?=表|編號)"): "the noun is 紀錄",
    re.compile(r"(?<=[請已])紀錄|(?<=自動)紀錄"): "the verb is 記錄",
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}|%%")

Key = tuple[str | None, str]


def main() -> None:
    used = extracted()
    files = sorted(LANGUAGE.glob("*.po"))
    wrong = [
        f"{used[key][0]}: the English holds Chinese: {key[1]!r}"
        for key in used
        if re.search(f"[{HAN}]", key[1])
    ]
    known: set[Key] = set()
    for path in files:
        messages = read(path, LANGUAGE.name)
        wrong += [f"{path.name}: {line}" for line in doubles(path, messages)]
        for message in messages:
            known.add(key_of(message))
            wrong += [
                f"{path.name}:{message.lineno}: {text}: {message.id!r}" for text in faults(message, used)
            ]
    wrong += [f"{places[0]}: no Chinese for {key[1]!r}" for key, places in used.items() if key not in known]
    try:
        merged(files, LANGUAGE.name)
    except BadCatalogue as error:
        wrong.append(str(error))
    print("\n".join(wrong))
    print(f"{len(used)} strings, {len(known)} translated, {len(wrong)} faults")
    sys.exit(bool(wrong))


def extracted() -> dict[Key, list[str]]:
    """Every string marked in code and templates, with the places where it stands."""
    found: dict[Key, list[str]] = defaultdict(list)
    for pattern, method in SOURCES.items():
        for path in sorted(ROOT.glob(pattern)):
            for line, ids, _comments, context in extract_from_file(method, path, keywords=KEYWORDS):
                found[context, ids if isinstance(ids, str) else ids[0]].append(
                    f"{path.relative_to(ROOT)}:{line}"
                )
    return found


def key_of(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def doubles(path: Path, messages: list[Message]) -> Iterator[str]:
    """The reader keeps the first of two entries for one msgid without a word."""
    written = len(re.findall(r'^msgid "', path.read_text("utf-8"), re.MULTILINE)) - 1
    if written != len(messages):
        yield f"{written - len(messages)} msgid stand twice in this file"


def faults(message: Message, used: dict[Key, list[str]]) -> Iterator[str]:
    """What is wrong with one entry."""
    if key_of(message) not in used:
        yield "unused"
    if message.fuzzy:
        yield "fuzzy"
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    for text in [message.string] if isinstance(message.string, str) else message.string:
        if not text:
            yield "empty"
            continue
        if placeholders(text) not in [placeholders(each) for each in ids]:
            yield "other placeholders than the English"
        # A full-width mark at an end brings its own space.
        marked = text[0] in MARKS or text[-1] in MARKS
        if not marked and (text != text.strip()) != (ids[0] != ids[0].strip()):
            yield "other outer spaces than the English"
        bare = PLACEHOLDER.sub("\N{OBJECT REPLACEMENT CHARACTER}", text)
        yield from (reason for rule, reason in RULES.items() if rule.search(bare))


def placeholders(text: str) -> list[str]:
    return sorted(match[0] for match in PLACEHOLDER.finditer(text))


if __name__ == "__main__":
    main()
