"""Markdown as people write it, turned into HTML that can do no harm."""

import re
from functools import lru_cache
from typing import Any

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline.linkify import SCHEME_RE, linkify
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token

TAGS = {
    "p",
    "br",
    "hr",
    "strong",
    "em",
    "s",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "h3",
    "h4",
    "h5",
    "h6",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
CJK = "\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
IS_CJK = re.compile(f"[{CJK}]")
# As long as an address may be: each place where one begins looks no further.
LINK_MOST, SCHEME_MOST = 2000, 64
BEFORE_CJK = re.compile(rf"[^{CJK}\s]{{0,{LINK_MOST}}}")
HEADINGS_DOWN = 2


def to_html(text: str | None) -> str:
    """HTML of this Markdown with nothing active in it: no picture, no raw HTML, no link within the site."""
    return _cleaned(text or "")


@lru_cache(maxsize=512)
def _cleaned(text: str) -> str:
    return nh3.clean(
        _parser().render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        url_relative="deny",
    )


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", renderer_cls=WordsForPictures)
    parser.inline = EastAsianParser()
    parser.linkify = EastAsianLinks()
    parser.configure("commonmark", {"html": False, "linkify": True, "breaks": True})
    parser.enable(["table", "strikethrough"])
    # Only addresses with a scheme: the rule of the core would turn "setup.py" into a site in Paraguay.
    parser.inline.ruler.enable("linkify")
    parser.inline.ruler.at("linkify", _link)
    parser.core.ruler.push("headings_down", _headings_down)
    return parser


def _link(state: StateInline, silent: bool) -> bool:
    """The rule that it comes from, asked only where an address begins: it reads all that went before, each time."""
    if not state.src.startswith("://", state.pos):
        return False
    scheme = SCHEME_RE.search(state.pending[-SCHEME_MOST:])
    if scheme is None or state.md.linkify is None:
        return False
    begins = state.pos - len(scheme[1])
    there = state.md.linkify.match_at_start(state.src[begins : begins + LINK_MOST])
    return bool(there) and linkify(state, silent)


def _headings_down(state: StateCore) -> None:
    """The page has the first two levels for itself."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + HEADINGS_DOWN)}"


class EastAsianInline(StateInline):
    """Inline text in which emphasis may stand beside Chinese marks: **「重點」**文字."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """Say whether a run of marks may open or close; CommonMark alone refuses beside Chinese punctuation."""
        found = super().scanDelims(start, canSplitWord)
        before, after = self.src[max(0, start - 1) : start], self.src[start + found.length :][:1]
        if not canSplitWord or not (IS_CJK.match(before) or IS_CJK.match(after)):
            return found
        return Scanned(
            can_open=found.can_open or bool(after.strip()),
            can_close=found.can_close or bool(before.strip()),
            length=found.length,
        )


class EastAsianParser(ParserInline):
    """The parser of inline text over `EastAsianInline`."""

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        """As the parser it comes from, which names its state by its class and not by an attribute."""
        state = EastAsianInline(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class EastAsianLinks(LinkifyIt):
    """Finds addresses in text; one ends where Chinese begins: 見 https://x.tw/a。謝謝 links 14 characters."""

    def match_at_start(self, text: str) -> Any:
        """The address this text begins with, or None."""
        kept = BEFORE_CJK.match(text)
        return super().match_at_start(kept.group() if kept else text)


class WordsForPictures(RendererHTML):
    """Writes the words that describe a picture in its place: nothing is fetched from elsewhere."""

    def image(self, tokens: Any, idx: int, options: Any, env: Any) -> str:
        """The description of the picture, escaped by the caller's cleaning."""
        return self.renderInlineAsText(tokens[idx].children, options, env)
