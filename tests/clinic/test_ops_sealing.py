"""A sealed stream: nobody without the key reads or changes any of it."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from euthymia.clinic.operations.sealing import CHUNK, Sealer, UnsealedError, Unsealer, fingerprint

KEY, OTHER = bytes(range(32)), bytes(32)


def sealed(content: bytes, key: bytes = KEY) -> bytes:
    out = io.BytesIO()
    with Sealer(out, key) as sealer:
        sealer.write(content)
    return out.getvalue()


def unsealed(content: bytes, key: bytes = KEY) -> bytes:
    return Unsealer(io.BytesIO(content), key).read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_sealed_comes_back_byte_for_byte(size: int) -> None:
    content = os.urandom(size)
    assert unsealed(sealed(content)) == content


@given(st.binary(max_size=200), st.data())
def test_no_byte_of_a_sealed_file_can_be_changed_unseen(
    content: bytes, data: st.DataObject
) -> None:
    whole = sealed(content)
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(UnsealedError):
        unsealed(bytes(changed))


@given(st.binary(max_size=200), st.data())
def test_a_sealed_file_that_was_cut_off_is_refused(content: bytes, data: st.DataObject) -> None:
    whole = sealed(content)
    with pytest.raises(UnsealedError):
        unsealed(whole[: data.draw(st.integers(0, len(whole) - 1))])


def test_chunks_cannot_change_places() -> None:
    head, size = len(sealed(b"")) - 5 - 16, CHUNK + 5 + 16
    whole = sealed(bytes(3 * CHUNK))
    first, second = whole[head : head + size], whole[head + size : head + 2 * size]
    swapped = whole[:head] + second + first + whole[head + 2 * size :]
    with pytest.raises(UnsealedError, match="changed"):
        unsealed(swapped)


def test_another_key_is_named_as_the_fault() -> None:
    with pytest.raises(UnsealedError, match="sealed with another key"):
        unsealed(sealed(b"all of it"), OTHER)


def test_a_file_of_another_kind_is_no_backup() -> None:
    with pytest.raises(UnsealedError, match="not a backup"):
        unsealed(b"PK\x03\x04" + bytes(100))


def test_a_sealed_file_shows_nothing_of_its_content_or_its_key() -> None:
    whole = sealed(b"a name that nobody may read" * 50)
    assert b"nobody may read" not in whole
    assert KEY not in whole
    assert fingerprint(KEY) in whole
