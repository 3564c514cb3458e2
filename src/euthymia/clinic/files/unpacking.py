"""From an upload to the plain files in it. What it is, its content says; its name says nothing.

Sizes are counted while unpacking, so that a small file that unpacks to a huge one is put down long
before it is held. Nothing is written anywhere, and a name in an archive is never a path.
"""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import zstandard

from euthymia.exchange.faults import SourceError

Source = tuple[str, bytes]
LARGEST_BYTES = 40_000_000
"""What an upload may unpack to, all files together."""
MOST_FILES = 200
CHUNK = 1 << 16
WINDOW = 1 << 23
"""Memory that a zstandard file may ask for, bytes."""
LOCAL_HEADER = 30
"""Bytes of a zip entry's own head, without its name."""
ENCRYPTED = 0x1
SPLIT = f"more than {LARGEST_BYTES // 1_000_000} MB when unpacked; split it by patient"
GZIP, ZSTD, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
PACKED = (GZIP, ZSTD, ZIP)
BROKEN = (EOFError, OSError, zlib.error, zstandard.ZstdError, zipfile.BadZipFile, RuntimeError)


def sources_of(name: str, file: BinaryIO) -> list[Source]:
    """The plain files of an upload, each with the name it is called by in messages.

    Raises:
        SourceError: It is broken, too large, or packed in a way that is refused.
    """
    start = file.read(4)
    file.seek(0)
    try:
        if start == ZIP:
            return list(_zipped(name, file))
        return [(name, _plain(name, _opened(start, file)))]
    except BROKEN:
        raise SourceError(f"{name}: broken or cut off; fetch it again") from None


def _opened(start: bytes, file: BinaryIO) -> BinaryIO:
    if start.startswith(GZIP):
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]
    if start == ZSTD:
        reader = zstandard.ZstdDecompressor(max_window_size=WINDOW)
        return reader.stream_reader(file, read_across_frames=True)
    return file


def _plain(name: str, stream: BinaryIO, room: int = LARGEST_BYTES) -> bytes:
    """The whole of a stream, as long as it is no longer than `room` and not packed once more."""
    content = bytearray()
    while chunk := stream.read(CHUNK):
        content += chunk
        if len(content) > room:
            raise SourceError(f"{name}: {SPLIT}")
    if content.startswith(PACKED):
        raise SourceError(f"{name}: packed twice; unpack it once and bring it again")
    return bytes(content)


def _zipped(name: str, file: BinaryIO) -> Iterator[Source]:
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        _require_honest(name, entries)
        room = LARGEST_BYTES
        for entry in entries:
            if entry.is_dir():
                continue
            inner = f"{name}/{entry.filename}"
            with archive.open(entry) as stream:
                content = _plain(inner, stream, room)  # type: ignore[arg-type]
            room -= len(content)
            yield inner, content


def _require_honest(name: str, entries: list[zipfile.ZipInfo]) -> None:
    """Refuses an archive by its table alone. Raises SourceError."""
    fault = _fault_of(entries)
    if fault is None:
        fault = next((f"{e.filename}: {why}" for e in entries if (why := _entry_fault(e))), None)
    if fault is not None:
        raise SourceError(f"{name}: {fault}")


def _fault_of(entries: list[zipfile.ZipInfo]) -> str | None:
    if len(entries) > MOST_FILES:
        return f"more than {MOST_FILES} files; split it by patient"
    if sum(entry.file_size for entry in entries) > LARGEST_BYTES:
        return SPLIT
    if _overlap(entries):
        return "its entries lie over each other; pack the folder anew"
    if len({entry.filename for entry in entries}) < len(entries):
        return "two of its files have one name; pack the folder anew"
    return None


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether some bytes belong to two entries, or something lies before the first."""
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end or (end == 0 and entry.header_offset):
            return True
        end = entry.header_offset + LOCAL_HEADER + len(entry.filename) + entry.compress_size
    return False


def _entry_fault(entry: zipfile.ZipInfo) -> str | None:
    steps = entry.filename.replace("\\", "/").split("/")
    mode = entry.external_attr >> 16
    faults = (
        (".." in steps or steps[0] == "" or ":" in steps[0], "its name leads out of the folder"),
        (stat.S_ISLNK(mode), "a link, not a file; pack the file itself"),
        (bool(entry.flag_bits & ENCRYPTED), "locked with a password; pack it without one"),
        (
            entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
            "packed in an unusual way; pack it as a common zip",
        ),
    )
    return next((why for wrong, why in faults if wrong), None)
