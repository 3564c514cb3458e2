"""What may be in an upload, and what is put down before it is held."""

from __future__ import annotations

import io
import json
import stat
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from euthymia.clinic.files.soundness import DEEPEST, unsound
from euthymia.clinic.files.unpacking import LARGEST_BYTES, sources_of
from euthymia.exchange.faults import SourceError
from tests.clinic.brought import bundle, gzipped, lines, person, zipped, zstandarded

CONTENT = bundle(person())


def unpacked(content: bytes) -> list[bytes]:
    return [told for _name, told in sources_of("upload", io.BytesIO(content))]


def refused(content: bytes) -> str:
    with pytest.raises(SourceError) as fault:
        unpacked(content)
    return str(fault.value)


@pytest.mark.parametrize("pack", [bytes, gzipped, zstandarded])
def test_a_file_is_unpacked_by_what_it_is_not_by_its_name(pack) -> None:  # type: ignore[no-untyped-def]
    assert unpacked(pack(CONTENT)) == [CONTENT]


def test_an_export_folder_gives_each_of_its_files() -> None:
    assert unpacked(zipped(a__json=CONTENT, b__ndjson=lines(person()))) == [
        CONTENT,
        lines(person()),
    ]


@pytest.mark.parametrize("pack", [gzipped, zstandarded, lambda zeros: zipped(a=zeros)])
def test_a_bomb_is_put_down_before_it_is_held(pack) -> None:  # type: ignore[no-untyped-def]
    bomb = pack(bytes(3 * LARGEST_BYTES))
    tracemalloc.start()
    assert "split it by patient" in refused(bomb)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert held < 64_000_000


def test_a_zip_that_lies_about_its_sizes_is_put_down_all_the_same() -> None:
    honest = zipped(a=bytes(2 * LARGEST_BYTES))
    size = (2 * LARGEST_BYTES).to_bytes(4, "little")
    assert refused(honest.replace(size, (1000).to_bytes(4, "little")))


def test_a_file_that_is_packed_twice_is_refused() -> None:
    assert "packed twice" in refused(gzipped(gzipped(CONTENT)))
    assert "packed twice" in refused(zipped(a__zip=zipped(b=CONTENT)))


@pytest.mark.parametrize(
    "name", ["../a.json", "/etc/a.json", "a/../../b", "C:/a.json", "..\\a.json"]
)
def test_a_name_that_leads_out_of_the_folder_is_refused(name: str) -> None:
    assert "leads out of the folder" in refused(zipped(**{name: CONTENT}))


def test_a_link_in_an_archive_is_refused() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        link = zipfile.ZipInfo("a.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "a link, not a file" in refused(held.getvalue())


def test_entries_that_lie_over_each_other_are_refused() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a", CONTENT)
        archive.writestr("b", CONTENT)
        archive.filelist[1].header_offset = 0
        archive._didModify = True  # type: ignore[attr-defined]
    assert "over each other" in refused(held.getvalue())


def test_too_many_files_are_refused() -> None:
    assert "files; split" in refused(zipped(**{f"f{n}": b"{}" for n in range(201)}))


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b", b"\x28\xb5\x2f\xfd"])
)
def test_no_upload_does_more_than_be_refused(content: bytes, start: bytes) -> None:
    try:
        told = unpacked(start + content)
    except SourceError:
        return
    assert all(isinstance(one, bytes) for one in told)


@given(st.data())
def test_a_packed_file_with_a_byte_changed_is_refused_or_read(data: st.DataObject) -> None:
    pack = data.draw(st.sampled_from([gzipped, zstandarded, lambda c: zipped(a=c)]))
    packed = bytearray(pack(CONTENT))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        told = unpacked(bytes(packed))
    except SourceError:
        return
    assert len(told) == 1


# ------------------------------------------------------------------ one JSON, one meaning

BOMBS = {
    "a name told twice": b'{"resourceType":"Patient","id":"a","id":"b"}',
    "no number": b'{"resourceType":"Observation","valueInteger":NaN}',
    "endless": b'{"a":-Infinity}',
    "beyond measure": b'{"a":1e999}',
    "a long number": b'{"a":' + b"9" * 5000 + b"}",
    "half a sign": b'{"a":"\\ud800"}',
    "the other half": b'{"a":"\\udc00\\ud800"}',
    "the sign of nothing": b'{"a":"\\u0000"}',
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep and never closed": b'{"a":' * 100_000,
    "deep objects": b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1),
}


@pytest.mark.parametrize("name", BOMBS)
def test_json_that_can_be_read_in_two_ways_or_never_ends_is_refused(name: str) -> None:
    assert unsound(BOMBS[name])


Values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=20,
)


@given(
    Values.filter(
        lambda value: "\x00" not in json.dumps(value) and "\\u0000" not in json.dumps(value)
    )
)
def test_common_json_is_sound_however_it_is_written(value: object) -> None:
    assert unsound(json.dumps(value).encode()) is None
    assert (
        unsound(json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace")) is None
    )


@given(st.binary(max_size=200))
def test_whatever_comes_is_judged_and_never_fails(content: bytes) -> None:
    assert unsound(content) is None or isinstance(unsound(content), str)
