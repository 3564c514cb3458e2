"""Writes a set of synthetic patients: FHIR NDJSON, Bundles, forms, and the truth beside them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from euthymia.exchange.faults import SourceError
from euthymia.exchange.fhir import Terminology
from euthymia.library import shipped
from euthymia.simulate.cohort import NO_TERMINOLOGY, Maker, Patient, blocks
from euthymia.simulate.sheet import iso
from euthymia.simulate.truth import CourseTruth
from euthymia.simulate.world import World, world


class Shape(StrEnum):
    """What to write the patients as."""

    ndjson = "ndjson"
    bundles = "bundles"
    intake = "intake"
    all = "all"

    def holds(self, other: Shape) -> bool:
        """Whether this asks for the other."""
        return self in (other, Shape.all)


class Order(Struct, frozen=True, kw_only=True):
    """What to write: how many patients, which, as what, of which world."""

    patients: int
    seed: int
    shape: Shape = Shape.ndjson
    world: World | None = None
    terminology: Terminology = NO_TERMINOLOGY
    processes: int = 1
    null: str | None = None

    @property
    def planted(self) -> World:
        """The world as ordered. ValueError for a domain that is not on its page."""
        whole = self.world or world()
        return whole.without(self.null) if self.null else whole


class Block(Struct, frozen=True):
    """One block of patients, written: files by name, in pieces to put behind one another."""

    pieces: dict[str, bytes]
    truths: bytes
    complete: dict[str, list[str]]


def write(out: Path, order: Order) -> None:
    """Write a set into an empty or new folder; the same order gives the same bytes.

    Args:
        out: The folder. `ndjson/` holds a file for each type of resource, `bundles/` a Bundle and
            `intake/` a form for each patient; `truth.ndjson` and `manifest.json` lie beside them.
        order: What to write. The number of processes changes nothing but the time.

    Raises:
        SourceError: The folder holds something already, or cannot be written.
    """
    _make(out, order.shape)
    complete: dict[str, list[str]] = {}
    with ExitStack() as open_files:
        files: dict[str, BinaryIO] = {}
        truth = open_files.enter_context((out / "truth.ndjson").open("wb"))
        for block in _blocks(order):
            truth.write(block.truths)
            for name, piece in block.pieces.items():
                _put(out, name, piece, files, open_files)
            for sections, names in block.complete.items():
                complete.setdefault(sections, []).extend(names)
    (out / "manifest.json").write_bytes(_manifest(order, complete))


def _make(out: Path, shape: Shape) -> None:
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise SourceError(f"{out}: holds something already; name a new or an empty folder")
        out.mkdir(parents=True, exist_ok=True)
        for one in (Shape.ndjson, Shape.bundles, Shape.intake):
            if shape.holds(one):
                (out / one).mkdir()
    except OSError as fault:
        reason = (fault.strerror or "broken").lower()
        raise SourceError(f"{out}: cannot be written: {reason}; name another folder") from None


def _put(
    out: Path, name: str, piece: bytes, files: dict[str, BinaryIO], open_files: ExitStack
) -> None:
    """Put a piece behind what its file holds; a file of one patient is written at once."""
    if not name.startswith(Shape.ndjson):
        (out / name).write_bytes(piece)
        return
    if name not in files:
        files[name] = open_files.enter_context((out / name).open("wb"))
    files[name].write(piece)


def _manifest(order: Order, complete: dict[str, list[str]]) -> bytes:
    """What the set is: synthetic, of which seed, and in which sections silence means no."""
    planted = order.planted
    told: dict[str, Any] = {
        "synthetic": True,
        "says": "Nobody in this set is real. The planted truth is in truth.ndjson.",
        "patients": order.patients,
        "seed": order.seed,
        "as_of": planted.of_set.as_of,
        "no_effect_of": order.null,
        "world_reviewed": planted.review.reviewed,
        "knowledge": shipped().version,
        "snomed": bool(order.terminology.conditions),
        "complete": [
            {"sections": sections.split(",") if sections else [], "patients": names}
            for sections, names in sorted(complete.items())
        ],
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n"


def _blocks(order: Order) -> Iterator[Block]:
    """The blocks in order, by one process or by several."""
    planted = order.planted
    parts = blocks(order.patients, planted.of_set.block_patients)
    if order.processes <= 1 or len(parts) == 1:
        maker = Maker(planted, order.terminology, shipped())
        yield from (_block(maker, order.shape, order.seed, *part) for part in parts)
        return
    start = (planted, order.terminology)
    with ProcessPoolExecutor(order.processes, initializer=_begin, initargs=start) as pool:
        yield from _in_turn(pool, order, parts)


def _in_turn(
    pool: ProcessPoolExecutor, order: Order, parts: Iterable[tuple[int, int]]
) -> Iterator[Block]:
    """Blocks as they are wanted, a few ahead, so that memory does not grow with the set."""
    waiting: deque[Future[Block]] = deque()
    for number, patients in parts:
        waiting.append(pool.submit(_elsewhere, order.shape, order.seed, number, patients))
        if len(waiting) > 2 * order.processes:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


_MAKERS: list[Maker] = []


def _begin(planted: World, terminology: Terminology) -> None:
    _MAKERS.append(Maker(planted, terminology, shipped()))


def _elsewhere(shape: Shape, seed: int, number: int, patients: int) -> Block:
    return _block(_MAKERS[-1], shape, seed, number, patients)


def _block(maker: Maker, shape: Shape, seed: int, number: int, patients: int) -> Block:
    """One block of patients as pieces of files."""
    pieces: dict[str, list[bytes]] = {}
    truths: list[bytes] = []
    complete: dict[str, list[str]] = {}
    for patient in maker.block(seed, number, patients):
        for name, piece in _pieces(patient, shape):
            pieces.setdefault(name, []).append(piece)
        truths.append(truth_line(patient))
        complete.setdefault(",".join(patient.plan.complete), []).append(patient.id)
    joined = {name: b"\n".join(parts) + b"\n" for name, parts in pieces.items()}
    return Block(joined, b"\n".join(truths) + b"\n", complete)


def _pieces(patient: Patient, shape: Shape) -> Iterator[tuple[str, bytes]]:
    if shape.holds(Shape.ndjson):
        yield from ((f"{Shape.ndjson}/{kind}.ndjson", one) for kind, one in patient.resources)
    if shape.holds(Shape.bundles):
        yield f"{Shape.bundles}/{patient.id}.json", patient.bundle()
    if shape.holds(Shape.intake):
        yield f"{Shape.intake}/{patient.id}.json", patient.form


def truth_line(patient: Patient) -> bytes:
    """All that was planted in one patient, as one line of JSON."""
    truth, plan, person = patient.truth, patient.plan, patient.person
    return msgspec.json.encode(
        {
            "id": patient.id,
            "as_of": patient.as_of,
            "trd": truth.trd,
            "adequate_failures": truth.failures,
            "record_suffices": {"fhir": truth.suffices_fhir, "intake": truth.suffices_form},
            "complete": plan.complete,
            "trials": [_course(one, listed=plan.courses[one.id].listed) for one in truth.courses],
            "responded_after_addition": truth.augmented_response,
            "mimics": truth.mimics,
            "mimics_recorded": truth.mimics_recorded,
            "indicators": {
                name: {"x": x, "fhir": plan.in_fhir(name), "intake": plan.in_form(name)}
                for name, x in person.indicators.items()
            },
            "linear_predictor": round(person.predictor, 6),
            "unmeasured": round(person.unmeasured, 6),
        }
    )


def _course(one: CourseTruth, *, listed: bool) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(one),
        "start": iso(one.start),
        "end": iso(one.end),
        "listed": listed,
    }
