"""What an attachment is, by its content: a PDF, a picture or a plain text. Nothing else is kept."""

from __future__ import annotations

from collections.abc import Mapping

PDF, TEXT = "application/pdf", "text/plain"
MARKS: Mapping[bytes, str] = {
    b"%PDF-": PDF,
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
ENDINGS: Mapping[str, str] = {
    PDF: ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    TEXT: ".txt",
}
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f")) + b"\x7f"


def kind_of(content: bytes) -> str | None:
    """The media type of a content; None where it is none of those that are kept."""
    for mark, kind in MARKS.items():
        if content.startswith(mark):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return TEXT if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    """UTF-8 without signs that steer a terminal, and no page of the web."""
    if not content.strip() or content.translate(None, _CONTROL) != content:
        return False
    try:
        words = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not words.lstrip("\ufeff \t\r\n").startswith("<")
