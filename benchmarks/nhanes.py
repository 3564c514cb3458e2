"""Real people: PHQ-9, high-sensitivity CRP and BMI of NHANES 2017-18, scored and judged.

Run: python benchmarks/nhanes.py [FOLDER]

Every one of the 5,533 adults becomes a record, and the one judge reads it. The page it writes,
docs/nhanes.md, says how the scoring agrees with the survey's own totals, whether the documented
anchors come out, and how the inflammation indicators lie in people as they are.
FOLDER holds the Parquet file; without it the script says where it looked and ends.
"""

from __future__ import annotations

import math
import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from euthymia import assess, shipped
from euthymia.engine.assessment import Assessment
from euthymia.record import Patient, Record
from euthymia.record.entries import Lab, Rating, Told
from euthymia.terms import Code, Quantity

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT.parent / "shared" / "data" / "nhanes"
FILE = "nhanes_2017_2018_phq9_hscrp.parquet"
PAGE = ROOT / "docs" / "nhanes.md"
ITEMS = [f"DPQ0{number}0" for number in range(1, 10)]
EXAMINED = date(2018, 12, 31)
SEX = {1.0: "male", 2.0: "female"}
Row = dict[str, float | None]


class Person(NamedTuple):
    """What the survey holds of one adult, and what the judge made of it."""

    row: Row
    found: Assessment

    @property
    def total(self) -> float | None:
        """PHQ-9 total by our scoring."""
        return next((score.total for score in self.found.scores), None)

    def x(self, indicator: str) -> float | None:
        return next(
            measured.x
            for finding in self.found.causes.domains
            for measured in finding.indicators
            if measured.indicator.id == indicator
        )

    @property
    def inflammation(self) -> str:
        return next(
            finding.score.label
            for finding in self.found.causes.domains
            if finding.domain.id == "inflammation"
        )


def record(row: Row) -> Record:
    """The record of one adult; what was not measured stays unknown."""
    items = tuple(None if row[item] is None else int(row[item] or 0) for item in ITEMS)
    crp, bmi = row["LBXHSCRP"], row["BMXBMI"]
    hscrp = Code("loinc", "30522-7")
    return Record(
        as_of=EXAMINED,
        patient=Patient(sex=SEX[row["RIAGENDR"] or 0], age_years=row["RIDAGEYR"]),  # type: ignore[arg-type]
        ratings=(Rating("phq9", None, items, EXAMINED),) if None not in items else (),
        labs=() if crp is None else (Lab(hscrp, Quantity(crp, "mg/L"), EXAMINED),),
        body={} if bmi is None else {"bmi_kg_per_m2": Told(bmi, EXAMINED)},
    )


def rows(folder: Path) -> list[Row]:
    from pyarrow import parquet  # noqa: PLC0415 - heavy, and needed here alone

    named = ["SEQN", "RIAGENDR", "RIDAGEYR", *ITEMS, "LBXHSCRP", "BMXBMI", "WTMEC2YR", "phq9_total"]
    table: list[Row] = parquet.read_table(folder / FILE, columns=named).to_pylist()
    return [
        {name: None if _missing(value) else value for name, value in row.items()} for row in table
    ]


def _missing(value: float | None) -> bool:
    return value is None or math.isnan(value)


def spearman(first: np.ndarray, second: np.ndarray) -> float:
    """Rank correlation; ties share their mean rank."""
    return float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[inverse], dtype=float)


def weighted_share(people: list[Person], least: float) -> float:
    """Share of the population with a total of at least so much, by the examination weights."""
    scored = [one for one in people if one.total is not None]
    weights = np.array([one.row["WTMEC2YR"] or 0.0 for one in scored])
    return float(weights[[(one.total or 0) >= least for one in scored]].sum() / weights.sum())


def page(people: list[Person], seconds: float) -> str:
    scored = [one for one in people if one.total is not None]
    same = sum(one.total == one.row["phq9_total"] for one in scored)
    both = [one for one in scored if one.row["LBXHSCRP"] is not None]
    rank = spearman(
        np.array([one.total for one in both], dtype=float),
        np.array([one.row["LBXHSCRP"] for one in both], dtype=float),
    )
    depressed = [one for one in scored if (one.total or 0) >= 10]
    levels = ("0", "0.5", "1", "not known")
    table = "\n".join(
        f"| {name} | {group} | " + " | ".join(str(counts[level]) for level in levels) + " |"
        for name, indicator in (("hsCRP", "in_hscrp"), ("BMI", "in_bmi"))
        for group, members in (("all", people), ("PHQ-9 of 10 or more", depressed))
        for counts in [Counter(_level(one.x(indicator)) for one in members)]
    )
    labels = _counted(one.inflammation for one in depressed)
    answers = _counted(one.found.resistance.answer for one in people)
    return f"""# Real people: NHANES 2017-18

`python benchmarks/nhanes.py` reads the {len(people):,} adults of the public survey file (United
States, public domain; the data are not part of this repository), makes a record of each, and judges
it. This page is its output.

| what | here | documented |
|---|---|---|
| adults judged without a fault | {len(people):,} | 5,533 |
| all nine PHQ-9 items answered | {len(scored):,} | |
| our total equals the file's | {same:,} of {len(scored):,} | |
| Spearman correlation, PHQ-9 with hsCRP (n = {len(both):,}) | {rank:.3f} | 0.115 |
| PHQ-9 of 10 or more, weighted | {100 * weighted_share(scored, 10):.1f} % | |
| the same where hsCRP was measured | {100 * weighted_share(both, 10):.1f} % | 8.4 % |

The correlation is weak: in people as they are, CRP tells little of depression. That is why a high
CRP alone never makes inflammation a probable contributor.

## The two indicators of inflammation that the survey holds

| indicator | people | x = 0 | x = 0.5 | x = 1 | not known or set aside |
|---|---|---|---|---|---|
{table}

hsCRP above 10 mg/L is set aside as an acute illness, so it counts among the unknown.

Among the {len(depressed)} with a PHQ-9 of 10 or more, inflammation is
labelled so: {labels}. Interleukin-6 was not measured, and the published effects are small.

The answers on resistance: {answers}.
The survey lists no trials, so none of these people may be called resistant, or not resistant.

{_speed(len(people), seconds)}
"""


def _counted(words: Iterable[str]) -> str:
    counts = Counter(words)
    return ", ".join(
        f"{word.replace('_', ' ')} {count:,}" for word, count in sorted(counts.items())
    )


def _speed(people: int, seconds: float) -> str:
    return (
        f"All were judged in {seconds:.0f} s on one core ({1000 * seconds / people:.1f} ms each)."
    )


def _level(x: float | None) -> str:
    return "not known" if x is None else f"{x:g}"


def main(folder: Path = FOLDER) -> int:
    if not (folder / FILE).exists():
        print(f"no {FILE} in {folder}; give the folder that holds it")
        return 0
    knowledge = shipped()
    told = rows(folder)
    begun = time.process_time()
    people = [Person(row, assess(record(row), knowledge)) for row in told]
    PAGE.write_text(page(people, time.process_time() - begun), encoding="utf-8")
    print(PAGE.read_text("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
