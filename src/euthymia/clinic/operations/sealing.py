"""A stream sealed in chunks, none of which can be read, changed, moved or cut off without the key.

The file begins with a line that names the form, then the fingerprint of the key (8 bytes) and a
salt (16 bytes). Each chunk is AES-256-GCM under a key of its own file, its number the nonce, and
whether it is the last one part of what is authenticated.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import secrets
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORM = b"euthymia backup 1\n"
CHUNK = 1 << 20
"""Bytes of content in a chunk; the last may be shorter, or empty."""
TAG = 16
SALT = 16
PRINT = 8
_LENGTH = struct.Struct(">I?")  # of the sealed chunk, and whether it is the last


class UnsealedError(Exception):
    """Not a sealed file, or not by this key, or changed since. The message says which."""


def fingerprint(key: bytes) -> bytes:
    """What names a key without telling it, 8 bytes."""
    return hmac.new(key, b"fingerprint", hashlib.sha256).digest()[:PRINT]


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"euthymia backup").derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


class Sealer(io.RawIOBase):
    """Write content to it; sealed chunks go to `out`. Close it, or the file counts as cut off."""

    def __init__(self, out: BinaryIO, key: bytes) -> None:
        self.out, self.number, self.held = out, 0, bytearray()
        salt = secrets.token_bytes(SALT)
        self.cipher = _cipher(key, salt)
        out.write(FORM + fingerprint(key) + salt)

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self.held += content
        while len(self.held) > CHUNK:
            self._seal(bytes(self.held[:CHUNK]), last=False)
            del self.held[:CHUNK]
        return len(content)

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self.held), last=True)
        super().close()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        head = _LENGTH.pack(len(chunk) + TAG, last)
        self.out.write(head + self.cipher.encrypt(_nonce(self.number), chunk, head))
        self.number += 1


class Unsealer(io.RawIOBase):
    """Read content from it as it was before it was sealed.

    Raises:
        UnsealedError: On opening, where file or key are wrong; on reading, where it was changed.
    """

    def __init__(self, sealed: BinaryIO, key: bytes) -> None:
        self.sealed, self.number, self.held, self.over = sealed, 0, b"", False
        if sealed.read(len(FORM)) != FORM:
            raise UnsealedError("not a backup of euthymia")
        if sealed.read(PRINT) != fingerprint(key):
            raise UnsealedError(
                "sealed with another key than the file `seal` in the folder of the keys;"
                " put back the kept copy of the keys of the clinic that made it"
            )
        self.cipher = _cipher(key, sealed.read(SALT))

    def readable(self) -> bool:
        return True

    def readinto(self, into: bytearray) -> int:  # type: ignore[override]
        while not self.held and not self.over:
            self.held = self._next()
        count = min(len(into), len(self.held))
        into[:count], self.held = self.held[:count], self.held[count:]
        return count

    def _next(self) -> bytes:
        head = self.sealed.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            raise UnsealedError("cut off: its end is missing; take an older backup")
        length, self.over = _LENGTH.unpack(head)
        if not TAG <= length <= CHUNK + TAG:
            raise UnsealedError("changed since it was made; take an older backup")
        try:
            chunk = self.cipher.decrypt(_nonce(self.number), self.sealed.read(length), head)
        except InvalidTag:
            raise UnsealedError("changed since it was made; take an older backup") from None
        self.number += 1
        return chunk
