"""Text that may stand in XML.  Pure."""

import re

# What XML 1.0 forbids: control characters but tab and line feed, half surrogate pairs, two that are no characters.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """The text without the characters that XML forbids; lines end with a line feed."""
    return FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
