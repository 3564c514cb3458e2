"""The engine held against planted truth: 20,000 synthetic patients, as FHIR and as intake forms.

Run: python benchmarks/planted_truth.py [PATIENTS] [SEED] [PROCESSES]

For each shape: truth by answer; each class of disagreement with its count and reason; and how many
certain answers stand on records that do not suffice (must be 0). Whether a record suffices comes
from what the simulator withheld; the engine is never asked.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from euthymia import assess, shipped
from euthymia.exchange.fhir import read_fhir
from euthymia.exchange.intake import read_intake
from euthymia.library import shipped as pages
from euthymia.record import Record
from euthymia.simulate.cohort import NO_TERMINOLOGY, Maker, Patient, blocks
from euthymia.simulate.world import world

SHAPES = ("fhir", "intake")
SAME = {"yes": "yes", "provisional": "yes", "no": "no", "excluded": "excluded"}
AGREES = "agrees"
Row = tuple[str, str, bool, str, str]
"""Shape, truth, whether the record suffices, the engine's answer, the class."""

ADDED = "a drug failed, then another was added; with it came a response"
UNSURE = "a drug came to it at a dose that the record does not tell"
OPEN = "open though the record suffices"
EXPLAINED = {
    (ADDED, OPEN): "the record does not show the day of the addition, so the outcome is open",
    (UNSURE, OPEN): "what was seen later may not be the first drug's doing, so it is open",
}


def record_of(patient: Patient, shape: str) -> Record:
    if shape == "intake":
        return read_intake(f"{patient.id}.json", patient.form, shipped())
    complete = frozenset(patient.plan.complete)
    sources = [(f"{patient.id}.json", patient.bundle())]
    [record] = read_fhir(sources, shipped(), as_of=patient.as_of, complete=complete)
    return record


def class_of(truth: str, answer: str, *, suffices: bool) -> str:
    if answer == "not_assessable":
        return OPEN if suffices else AGREES
    if SAME[answer] != truth:
        return "contradicts the truth"
    return AGREES if suffices else "certain though the record does not suffice"


def rows(patient: Patient) -> Iterator[tuple[Row, str]]:
    truth = patient.truth
    for shape, suffices in zip(SHAPES, (truth.suffices_fhir, truth.suffices_form), strict=True):
        answer = assess(record_of(patient, shape), shipped()).resistance.answer
        found = class_of(truth.trd, answer, suffices=suffices)
        reason = _reason(patient, shape)
        yield (shape, truth.trd, suffices, answer, found), reason


def _reason(patient: Patient, shape: str) -> str:
    """What may lie behind a disagreement in FHIR; a form tells each course by itself."""
    if shape != "fhir":
        return "not explained"
    if patient.truth.augmented_response:
        return ADDED
    courses = patient.plan.courses
    untold = any(not courses[one.id].dose for one in patient.truth.courses if one.id in courses)
    return UNSURE if untold else "not explained"


def of_block(seed: int, part: tuple[int, int]) -> tuple[Counter[tuple[Row, str]], list[str]]:
    """The rows of one block, and the patients nobody can explain."""
    maker = Maker(world(), NO_TERMINOLOGY, pages())
    counted: Counter[tuple[Row, str]] = Counter()
    strange: list[str] = []
    for patient in maker.block(seed, *part):
        for row, reason in rows(patient):
            counted[row, "" if row[4] == AGREES else reason] += 1
            if row[4] != AGREES and (reason, row[4]) not in EXPLAINED:
                strange.append(f"{patient.id} ({row[0]}: {row[1]}, {row[3]})")
    return counted, strange


def table(counted: Counter[tuple[Row, str]], shape: str) -> None:
    print(f"\n{shape}: truth by answer (a provisional answer is a yes with something to correct)")
    print("truth      record        answer            patients   of them agree")
    cells: Counter[tuple[str, bool, str]] = Counter()
    agreed: Counter[tuple[str, bool, str]] = Counter()
    for ((of, truth, suffices, answer, found), _), number in counted.items():
        if of == shape:
            cells[truth, suffices, answer] += number
            agreed[truth, suffices, answer] += number * (found == AGREES)
    for (truth, suffices, answer), number in sorted(cells.items()):
        holds = "suffices" if suffices else "too little"
        print(f"{truth:10} {holds:13} {answer:16} {number:9} {agreed[truth, suffices, answer]:15}")


def disagreements(counted: Counter[tuple[Row, str]]) -> None:
    print("\nDisagreements")
    classes: Counter[tuple[str, str, str]] = Counter()
    for ((shape, *_, found), reason), number in counted.items():
        if found != AGREES:
            classes[shape, found, reason] += number
    for (shape, found, reason), number in sorted(classes.items()):
        says = EXPLAINED.get((reason, found), "?")
        print(f"{number:6}  {shape}: {found}\n        {reason}: {says}")
    certain = sum(
        number
        for ((_, _, suffices, answer, _), _), number in counted.items()
        if not suffices and answer != "not_assessable"
    )
    print(f"\ncertain answers on records that do not suffice: {certain} (must be 0)")


def main(patients: int = 20_000, seed: int = 1, processes: int = 2) -> None:
    started = time.perf_counter()
    counted: Counter[tuple[Row, str]] = Counter()
    strange: list[str] = []
    parts = blocks(patients, world().of_set.block_patients)
    with ProcessPoolExecutor(processes) as pool:
        for more, names in pool.map(partial(of_block, seed), parts):
            counted += more
            strange += names
    print(f"{patients} patients, seed {seed}, knowledge {shipped().version}")
    for shape in SHAPES:
        table(counted, shape)
    disagreements(counted)
    print(f"not explained: {len(strange)} {', '.join(strange[:10])}")
    print(f"{time.perf_counter() - started:.0f} s with {processes} processes")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
