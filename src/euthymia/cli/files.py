"""Reads what the user names: a file or a folder, plain or compressed, whole or not at all."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

from euthymia.exchange.faults import SourceError

PACKED = (".gz", ".zst", ".zstd")
RECORDS = (".json", ".ndjson", ".jsonl", *PACKED)
TABLES = (".csv", *PACKED)
LARGEST_BYTES = 2 * 1024**3

Source = tuple[str, bytes]


def sources(path: Path, kinds: Collection[str] = RECORDS) -> list[Source]:
    """The files of these `kinds` at `path` with their content, in order of name.

    Raises:
        SourceError: Nothing is there, nothing is readable, or a file is too large or broken.
    """
    if not path.exists():
        raise SourceError(f"{path}: no such file or folder; check the spelling")
    files = [path] if path.is_file() else sorted(_readable(path, kinds))
    if not files:
        wanted = " or ".join(kind for kind in kinds if kind not in PACKED)
        raise SourceError(f"{path}: holds no {wanted} file; name the folder that does")
    return [(str(file.relative_to(path.parent)), _content(file)) for file in files]


def _readable(folder: Path, kinds: Collection[str]) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file() and file.suffix in kinds)


def _content(file: Path) -> bytes:
    try:
        return _unpacked(file, file.read_bytes())
    except OSError as fault:
        raise SourceError(f"{file}: cannot be read: {fault.strerror or 'broken'}") from None
    except (EOFError, zlib.error, _zstandard_error()):
        raise SourceError(f"{file}: the compressed file is truncated or broken") from None


def _unpacked(file: Path, packed: bytes) -> bytes:
    """The content, however it is packed. A file that unpacks beyond all measure is refused."""
    if file.suffix == ".gz":
        with gzip.open(file) as stream:
            content = stream.read(LARGEST_BYTES + 1)
    elif file.suffix in (".zst", ".zstd"):
        content = _zstd(packed)
    else:
        content = packed
    if len(content) > LARGEST_BYTES:
        raise SourceError(f"{file}: more than {LARGEST_BYTES >> 30} GiB; split it by patient")
    return content


def _zstd(packed: bytes) -> bytes:
    import zstandard  # noqa: PLC0415 - loaded when needed

    with zstandard.ZstdDecompressor().stream_reader(packed) as stream:
        return stream.read(LARGEST_BYTES + 1)


def _zstandard_error() -> type[Exception]:
    import zstandard  # noqa: PLC0415 - loaded when needed

    error: type[Exception] = zstandard.ZstdError
    return error


def write_whole(path: Path, content: str) -> None:
    """Write a file so that it is there whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(content, "utf-8")
        beside.replace(path)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise SourceError(
            f"{path}: cannot be written: {(fault.strerror or 'broken').lower()}; name a file in a "
            "folder that is there"
        ) from None


def printable(text: str) -> str:
    """The text without signs that a terminal would obey, such as those that colour or erase."""
    return "".join(sign for sign in text if sign == "\n" or sign.isprintable())
