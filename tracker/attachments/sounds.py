"""Recordings: what kind of sound a file holds, told from its own structure.  Pure.

Containers that may carry films as well (WebM, MP4, Ogg) are taken for a sound only where no track of pictures is in
them.  Nothing is decoded.
"""

import re

SOUNDS = {
    "audio/webm": "webm", "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/wav": "wav",
}  # fmt: skip
EBML, MATROSKA_FILM, MATROSKA_SOUND = (
    b"\x1a\x45\xdf\xa3",
    re.compile(rb"V_[A-Z]"),
    re.compile(rb"A_(OPUS|VORBIS)"),
)
OGG_SOUND, OGG_FILM = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   "), (b"\x80theora", b"\x01video")
MP4_BRANDS = (b"M4A ", b"M4B ", b"isom", b"iso5", b"iso6", b"mp41", b"mp42", b"dash")
HEAD = 64 * 1024
# MPEG audio, layer III: kbit/s by index, of version 1 and of versions 2 and 2.5; samples a second by version.
KBITS = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def sound(content: bytes) -> str:
    """The media type of a recording; empty where the bytes are none."""
    head = content[:HEAD]
    if head.startswith(EBML):
        webm = b"webm" in head[:64] and MATROSKA_SOUND.search(head) and not MATROSKA_FILM.search(head)
        return "audio/webm" if webm else ""
    if head.startswith(b"OggS"):
        sounds, films = (any(mark in head for mark in marks) for marks in (OGG_SOUND, OGG_FILM))
        return "audio/ogg" if sounds and not films else ""
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav" if b"fmt " in head[:256] else ""
    if head[4:8] == b"ftyp" and head[8:12] in MP4_BRANDS:
        # The kinds of tracks stand at the beginning or at the end, wherever the index was written.
        return "audio/mp4" if b"soun" in content and b"vide" not in content else ""
    return "audio/mpeg" if _is_mp3(content) else ""


def _is_mp3(content: bytes) -> bool:
    """Whether a frame of layer III, behind a tag if there is one, is followed by another."""
    at = 0
    if content.startswith(b"ID3") and len(content) > 10:
        at = 10 + sum(
            (byte & 0x7F) << shift for byte, shift in zip(content[6:10], (21, 14, 7, 0), strict=True)
        )
    first = _frame(content, at)
    return bool(first) and bool(_frame(content, at + first))


def _frame(content: bytes, at: int) -> int:
    """How long the frame is that begins here; 0 where none does."""
    head = content[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    kbits, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version not in RATES or layer != 1 or kbits in (0, 15) or rate == 3:
        return 0
    per_frame = 144 if version == 3 else 72
    return per_frame * KBITS[3 if version == 3 else 2][kbits] * 1000 // RATES[version][rate] + padding
