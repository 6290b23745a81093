"""Recordings to upload, built here: as small as their formats allow, and films that must not pass for them."""

import io
import struct
import wave


def wav(seconds: float = 0.5) -> bytes:
    """A real one, of silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setparams((1, 2, 8000, 0, "NONE", ""))
        written.writeframes(b"\0\0" * int(8000 * seconds))
    return file.getvalue()


def mp3(tagged: bool = False) -> bytes:
    """Two frames of 128 kbit/s, 44.1 kHz; behind a tag of 20 bytes where asked."""
    frame = b"\xff\xfb\x90\x00" + b"\0" * 413
    tag = b"ID3\x04\x00\x00\x00\x00\x00\x14" + b"\0" * 20 if tagged else b""
    return tag + frame * 2


def mp4(brand: bytes = b"M4A ", *tracks: bytes) -> bytes:
    """The boxes that say what kind it is and which tracks it has."""
    handlers = b"".join(_box(b"hdlr", b"\0" * 8 + kind + b"\0" * 12) for kind in tracks or (b"soun",))
    return _box(b"ftyp", brand + b"\0\0\0\0") + _box(b"mdat", b"\0" * 100_000) + _box(b"moov", handlers)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def ogg(mark: bytes = b"OpusHead") -> bytes:
    return b"OggS\0\x02" + b"\0" * 20 + b"\x01\x13" + mark + b"\0" * 100


def webm(*codecs: bytes, doctype: bytes = b"webm") -> bytes:
    head = b"\x1a\x45\xdf\xa3\x93\x42\x82\x84" + doctype
    return head + b"".join(b"\xae\x86" + codec for codec in codecs or (b"A_OPUS",)) + b"\0" * 200
