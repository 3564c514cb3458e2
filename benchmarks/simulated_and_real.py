"""Holds the synthetic patients against real people, and writes docs/simulated_and_real.md.

Run: python benchmarks/simulated_and_real.py [PATIENTS]

Real: NHANES 2017-18 (PHQ-9, hs-CRP, BMI, with survey weights) and a HAM-D17 study of 172 people,
from ../shared beside the repository; without them it says so and writes nothing. Needs pyarrow.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import numpy as np

from euthymia.simulate import Patient, simulate, world
from euthymia.simulate.chance import Chance
from euthymia.simulate.scores import answers

ROOT = Path(__file__).resolve().parents[1]
NHANES = ROOT.parent / "shared/data/nhanes/nhanes_2017_2018_phq9_hscrp.parquet"
STUDY = ROOT.parent / "shared/data/trials/dia_antidepressant_hamd17.csv"
PAGE = ROOT / "docs/simulated_and_real.md"
QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
ITEMS = (
    "interest",
    "mood",
    "sleep",
    "energy",
    "appetite",
    "guilt",
    "concentration",
    "psychomotor",
    "death",
)
VISITS = {4: 7, 5: 14, 6: 28, 7: 42}
"""Days of the visits of the study, by their number."""

Column = np.ndarray[Any, Any]


class Real:
    """NHANES adults; the ill take a medicine for depression or have a PHQ-9 of 10 or more."""

    def __init__(self) -> None:
        import pyarrow.parquet as pq  # type: ignore[import-untyped]  # noqa: PLC0415

        table = pq.read_table(NHANES).to_pydict()
        self.column = {name: _numbers(values) for name, values in table.items() if name in WANTED}
        items = np.column_stack([self.column[f"DPQ0{number}0"] for number in range(1, 10)])
        items[items > 3] = np.nan
        self.items, self.total = items, items.sum(axis=1)
        self.weight = self.column["WTMEC2YR"]
        examined = self.weight > 0
        self.ill = examined & ((self.column["DLQ150"] == 1) | (self.total >= 10))
        self.high = examined & (self.total >= 10)
        self.all = examined

    def quantiles(self, name: str) -> list[float]:
        known = self.ill & ~np.isnan(self.column[name])
        order = np.argsort(self.column[name][known])
        values, weights = self.column[name][known][order], self.weight[known][order]
        share = (np.cumsum(weights) - weights / 2) / weights.sum()
        return [float(one) for one in np.interp(QUANTILES, share, values)]

    def mean(self, values: Column, who: Column) -> float:
        known = who & ~np.isnan(values)
        return float(np.average(values[known], weights=self.weight[known]))

    def spearman(self, one: Column, other: Column, who: Column) -> float:
        known = who & ~np.isnan(one) & ~np.isnan(other)
        return spearman(one[known], other[known])


WANTED = {"WTMEC2YR", "RIDAGEYR", "RIAGENDR", "LBXHSCRP", "BMXBMI", "DLQ150"} | {
    f"DPQ0{number}0" for number in range(1, 10)
}


def _numbers(values: Iterable[float | None]) -> Column:
    return np.array([np.nan if value is None else float(value) for value in values])


def ranks(values: Column) -> Column:
    """Ranks, ties sharing their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    found: Column = (ends - (counts - 1) / 2)[inverse]
    return found


def spearman(one: Column, other: Column) -> float:
    return float(np.corrcoef(ranks(one), ranks(other))[0, 1])


def study() -> dict[str, list[tuple[int, float, float]]]:
    """HAM-D17 by patient: visit number, score before the study, score now."""
    found: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    with STUDY.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            visit = int(row["VISIT"]), float(row["BASVAL"]), float(row["HAMDTL17"])
            found[row["PATIENT"]].append(visit)
    return found


def fallen(visits: Sequence[tuple[int, float, float]]) -> dict[int, float]:
    """Share of the baseline that is gone, by day."""
    return {VISITS[number]: 1 - now / before for number, before, now in visits}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    shown = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in row)} |" for row in shown)


def marginals(real: Real, patients: Sequence[Patient]) -> str:
    rows = []
    for name, field in (("LBXHSCRP", "crp"), ("BMXBMI", "bmi"), ("RIDAGEYR", "age")):
        drawn = np.quantile([getattr(one.person, field) for one in patients], QUANTILES)
        unit = world().marginal[field].unit
        rows.append([f"{field}, {unit}, real", *(f"{value:.2f}" for value in real.quantiles(name))])
        rows.append([f"{field}, {unit}, simulated", *(f"{value:.2f}" for value in drawn)])
    return table(["", *(f"{100 * share:.0f} %" for share in QUANTILES)], rows)


def shares(real: Real, patients: Sequence[Patient]) -> str:
    crp, bmi = real.column["LBXHSCRP"], real.column["BMXBMI"]
    mine = [one.person for one in patients]
    women = (real.column["RIAGENDR"] == 2) * 1.0
    rows = [
        ("women", women, [one.female for one in mine]),
        ("BMI 30 or more", held(bmi, bmi >= 30), [one.bmi >= 30 for one in mine]),
        ("CRP above 3 mg/L", held(crp, crp > 3), [one.crp > 3 for one in mine]),
        ("CRP above 10 mg/L", held(crp, crp > 10), [one.crp > 10 for one in mine]),
    ]
    shown = [(a, f"{real.mean(b, real.ill):.2f}", f"{fmean(c):.2f}") for a, b, c in rows]
    return table(["share of", "real", "simulated"], shown)


def held(values: Column, holds: Column) -> Column:
    """1 or 0, and nothing where there is no value."""
    return np.where(np.isnan(values), np.nan, holds)


def together(real: Real, patients: Sequence[Patient]) -> str:
    crp, bmi, total = real.column["LBXHSCRP"], real.column["BMXBMI"], real.total
    mine = {
        name: np.array([getattr(one.person, name) for one in patients])
        for name in ("crp", "bmi", "baseline")
    }
    rows = [
        ("PHQ-9 and CRP, PHQ-9 10 or more", (total, crp, real.high), ("baseline", "crp")),
        ("PHQ-9 and BMI, PHQ-9 10 or more", (total, bmi, real.high), ("baseline", "bmi")),
        ("CRP and BMI, the depressed", (crp, bmi, real.ill), ("crp", "bmi")),
    ]
    shown = [("PHQ-9 and CRP, everybody", f"{real.spearman(total, crp, real.all):.3f}", "")]
    shown += [
        (name, f"{real.spearman(*theirs):.2f}", f"{spearman(mine[a], mine[b]):.2f}")
        for name, theirs, (a, b) in rows
    ]
    return table(["Spearman", "real", "simulated"], shown)


def items(real: Real) -> tuple[str, float, float]:
    """Item means at the totals of real people, and how well correlations between items agree."""
    whole = real.high & ~np.isnan(real.total)
    totals = real.total[whole].astype(int)
    chance = Chance(np.random.default_rng(0))
    sets = answers(world().items)
    drawn = np.array([chance.one_of(sets[total]) for total in totals for _ in range(20)])
    weights = np.repeat(real.weight[whole], 20)
    means = np.average(drawn, axis=0, weights=weights)
    rows = [
        (name, f"{real.mean(real.items[:, number], whole):.2f}", f"{means[number]:.2f}")
        for number, name in enumerate(ITEMS)
    ]
    upper = np.triu_indices(9, 1)
    one = np.corrcoef(real.items[whole].T)[upper]
    other = np.corrcoef(drawn.T)[upper]
    apart = float(np.abs(one - other).mean())
    return (
        table(["item of the PHQ-9", "real", "simulated"], rows),
        float(np.corrcoef(one, other)[0, 1]),
        apart,
    )


def trajectories(patients: Sequence[Patient]) -> str:
    """Share of the baseline gone, by day, of those who at six weeks had responded or not."""
    real = [fallen(visits) for visits in study().values()]
    mine = list(fair_trials(patients))
    rows = []
    for words, responded in (("responded", True), ("did not", False)):
        kept = [one for one in real if 42 in one and (one[42] >= 0.5) is responded]
        drawn = [one for one in mine if 42 in one and (one[42] >= 0.5) is responded]
        for name, group in (("real", kept), ("simulated", drawn)):
            cells = [_mean_at(day, group) for day in (7, 14, 28, 42)]
            spread = stdev(one[42] for one in group)
            rows.append([f"{words}, {name}", *cells, f"{spread:.2f}", len(group)])
    return table(["at day", "7", "14", "28", "42", "sd at 42", "trials"], rows)


def _mean_at(day: int, group: Sequence[dict[int, float]]) -> str:
    known = [one[day] for one in group if day in one]
    return f"{fmean(known):.2f}" if len(known) > 10 else ""


def fair_trials(patients: Sequence[Patient]) -> Iterable[dict[int, float]]:
    """The fall by day of each trial of six weeks or more that was taken as it should be."""
    for patient in patients:
        for course in patient.history.courses:
            if course.kind == "fair" and course.end - course.start >= 42:
                yield {
                    day - course.start: course.improvement(total) / 100
                    for day, total in course.during(patient.history.scores)
                }


def dropout(patients: Sequence[Patient]) -> str:
    real = study()
    stayed = sum(any(number == 7 for number, *_ in visits) for visits in real.values())
    today = patients[0].as_of.toordinal()
    begun = [
        course
        for patient in patients
        for course in patient.history.courses
        if course.kind not in ("augmentation", "sleep", "pain") and course.start < today - 42
    ]
    left = fmean(course.end - course.start < 41 for course in begun)
    return (
        f"Of {len(real)} people in the study {1 - stayed / len(real):.0%} left before six weeks;\n"
        f"of {len(begun)} simulated trials {left:.0%} ended before that."
    )


TEXT = """\
# Simulated and real

The synthetic patients of `euthymia simulate` beside real people. Written by
`benchmarks/simulated_and_real.py` from {patients} simulated patients (seed 1); every number of
their world, with its status and source, is on `src/euthymia/simulate/world.toml`. Nobody
simulated is real, and no real row is in this project.

Real: NHANES 2017-18 ({ill} adults who take a medicine for depression or have a PHQ-9 of 10 or
more, weighted), and a study of an antidepressant against placebo with the HAM-D17 (172 people,
six weeks).

## Who they are

{marginals}

{shares}

**Where they differ, on purpose.** The causes page assumes that 35 % are obese and that the CRP
indicator has a mean of 0.45. Real depressed adults in the US are heavier and have more
inflammation: 51 % and 0.53. The shape of both curves is the real one; `scale` on the world page
moves it to the causes page, and `scale = 1` gives the real curve back. That the assumption on the
causes page is low against these data is a finding about the page, not about the simulator.

## What goes together

{together}

**Where they differ.** Among the depressed, severity and CRP hardly go together in NHANES, and
neither do they here. In everybody the correlation is 0.11; the simulator draws no healthy people,
so it has no row of its own.

## The nine answers

At the totals of the real people with a PHQ-9 of 10 or more:

{items}

Correlations between items within this group agree with r = {agree:.2f}; on average they are
{apart:.2f} apart. One factor and three small groups (interest with mood; mood, guilt and death;
sleep with energy) carry them here.

## How a trial goes

Share of the first score that is gone. HAM-D17 in the study, PHQ-9 here; visits of the simulated
are at days 14, 28, 42.

{trajectories}

**Where they differ.** A simulated outcome is held on its side: once drawn as a failure, no noise
lets a score fall by half, and so the spread of those who did not respond is cut off above. Real
scores wander across the line. That keeps the planted truth sharp, and makes the simulated trials
easier to judge than real ones.

{dropout}
The simulated ones end for reasons of their own (side effects, the patient's choice), which the
study did not plan and the world page only assumes.

## What this does not show

Drugs, doses, adherence, switches, mimics and what records leave out are assumptions. No real
record was looked at for them, so agreement of the engine with planted truth says that it reads
and counts rightly, not how often it is right in a clinic.
"""


def main(patients: int = 6000) -> None:
    if not (NHANES.exists() and STUDY.exists()):
        print("skipped: the development data (../shared, beside the repository) are not here")
        return
    real, drawn = Real(), list(simulate(patients, seed=1))
    shown, agree, apart = items(real)
    text = TEXT.format(
        patients=f"{patients:,}",
        ill=int(real.ill.sum()),
        marginals=marginals(real, drawn),
        shares=shares(real, drawn),
        together=together(real, drawn),
        items=shown,
        agree=agree,
        apart=apart,
        trajectories=trajectories(drawn),
        dropout=dropout(drawn),
    )
    PAGE.write_text(text, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
