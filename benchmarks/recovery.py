"""Are planted effects found again? Cohorts of simulated patients, one adequate trial each.

Run: python benchmarks/recovery.py [COHORTS] [PATIENTS]

Non-response of the first trial that the planted model drew is regressed on the 16 indicators; what
nobody measured (U) is known here and held. Of all planted effects, 90 % or more must lie in their
95 % intervals, with every effect planted and with each domain planted as null. Then the labels: a
domain may be called probable at most 5 in 100 more often than its base probability implies.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np

from euthymia import shipped
from euthymia.engine.scorecards import score, scorecards
from euthymia.models.logistic import fit
from euthymia.simulate import Patient, World, simulate, world

DOMAINS = ("neurotransmitter", "neuroplasticity", "inflammation", "psychosocial")
AS_PLANTED = 1e-3
"""Standard deviation of the belief in U: it is known, so it is held at its planted effect of 1."""


def cohort(seed: int, patients: int, planted: World) -> list[Patient]:
    return list(simulate(patients, seed, planted))


def covered(people: Sequence[Patient], planted: World) -> list[bool]:
    """For each planted effect, whether its 95 % interval holds it."""
    drawn = [(one, first) for one in people if (first := _first_draw(one)) is not None]
    names = list(planted.thetas)
    columns = np.array([[1.0, *_x(one, names), one.person.unmeasured] for one, _ in drawn])
    outcomes = np.array([float(failed) for _, failed in drawn])
    free = np.full(len(names) + 1, np.inf)
    mean = np.append(np.zeros(len(names) + 1), 1.0)
    bounds = fit(columns, outcomes, mean, np.append(free, AS_PLANTED)).intervals_95[1:-1]
    return [
        bool(low <= planted.thetas[name] <= high)
        for name, (low, high) in zip(names, bounds, strict=True)
    ]


def _first_draw(patient: Patient) -> bool | None:
    """Whether the first trial drawn by the planted model failed; None where none was."""
    drawn = (one.nonresponse for one in patient.truth.courses if one.nonresponse is not None)
    return next(drawn, None)


def _x(patient: Patient, names: Sequence[str]) -> Iterator[float]:
    return (patient.person.indicators[name] for name in names)


def probable(people: Sequence[Patient], domain: str) -> tuple[float, float]:
    """Share of patients whose domain, wholly measured, is called probable; and the base."""
    card = next(one for one in scorecards(shipped()) if one.domain.id == domain)
    ids = [indicator.id for indicator in card.indicators]
    labels = [score(card, tuple(_x(one, ids))).label for one in people]
    return labels.count("probable") / len(labels), score(card, (None,) * len(ids)).probability


def main(cohorts: int = 8, patients: int = 5000) -> None:
    print(f"{cohorts} cohorts of {patients:,} patients\n")
    print("| planted | effects within their 95 % interval |")
    print("|---|---|")
    for null in (None, *DOMAINS):
        planted = world().without(null) if null else world()
        found = [
            one
            for seed in range(cohorts)
            for one in covered(cohort(seed, patients, planted), planted)
        ]
        print(f"| {f'{null} as null' if null else 'all'} | {np.mean(found):.3f} of {len(found)} |")
    print("\n| domain | called probable | base probability |")
    print("|---|---|---|")
    people = cohort(0, patients, world())
    for domain in DOMAINS:
        share, base = probable(people, domain)
        print(f"| {domain} | {share:.3f} | {base:.3f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
