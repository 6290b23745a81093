"""Files to upload: real ones, built here, and bad ones."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image
from werkzeug.datastructures import FileStorage


def upload(content: bytes, filename: str) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=filename)


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **given: Any) -> bytes:
    """A picture whose left half is red, so that one sees which side is up."""
    drawn = Image.new("RGB", size, "white")
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    file = io.BytesIO()
    drawn.save(file, kind, **given)
    return file.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """What a telephone writes: maker, place and which side is up."""
    found = Image.Exif()
    found[0x010F] = "SecretPhone"
    found[0x0112] = orientation
    found[0x8825] = {1: "N", 2: (25.0, 2.0, 0.0)}
    return found


def huge_png(width: int = 50_000, height: int = 50_000) -> bytes:
    """A few bytes that claim to be billions of pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def archive(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return file.getvalue()


def docx(**more: bytes) -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>", **more})


def xlsx() -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})


def odf(kind: str) -> bytes:
    return archive(
        {"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<office/>"}
    )
