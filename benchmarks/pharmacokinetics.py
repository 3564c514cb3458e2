"""How fast the infusion model is: a million virtual patients at 241 times, on one core.

Run: OMP_NUM_THREADS=1 python benchmarks/pharmacokinetics.py [PATIENTS] [ROUNDS] [SAMPLE]

Beside it, in the same run, ODE solvers of scipy solve the same patients one by one, split where the
pump stops. They are too slow for all of them: a sample is timed, the median of a patient is told,
and its product with the number of patients is marked as an extrapolation. scipy is not among the
requirements of the project; without it only the closed form is timed. To have it, in an environment
of its own beside the sources: python -m venv bench && bench/bin/pip install numpy msgspec scipy,
then PYTHONPATH=src OMP_NUM_THREADS=1 bench/bin/python benchmarks/pharmacokinetics.py

CPU seconds of this process are counted, so that other work on the machine matters little. Peak
memory is the largest that the process ever held, before scipy is loaded.
"""

from __future__ import annotations

import platform
import resource
import statistics
import sys
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from euthymia.models.infusion import Program, steady
from euthymia.models.pharmacokinetics import Array, Population, concentrations, in_chunks

PAGE = Path(__file__).parents[1] / "src/euthymia/library/therapies/kinetics.toml"
WEIGHT_KG, NOISE = 70, 0.25
TIMES = range(241)
PUMP = steady(35, 40)
STOP_MIN = 40
AIM_S = 10
TIGHT = {"rtol": 1e-8, "atol": 1e-10}
Solver = Callable[[Array, float], Array]


def domino(patients: int) -> Population:
    """Patients around the usual model: log-normal noise of a quarter on all five rates."""
    numbers = tomllib.loads(PAGE.read_text("utf-8"))["kinetic"]["domino"]["numbers"]
    chance = np.random.default_rng(1)

    def noisy(rate: float) -> Array:
        return rate * np.exp(NOISE * chance.standard_normal(patients))

    return Population(
        np.full(patients, numbers["central_l_per_kg"] * WEIGHT_KG),
        noisy(numbers["elimination_per_min"]),
        np.column_stack([noisy(rate) for rate in numbers["out_per_min"]]),
        np.column_stack([noisy(rate) for rate in numbers["back_per_min"]]),
    )


def closed_form(people: Population, program: Program) -> tuple[float, float]:
    """CPU seconds for all, and the highest level: every chunk is used, none can be left out."""
    begun, highest = time.process_time(), 0.0
    for _, curves in in_chunks(people, program, TIMES):
        highest = max(highest, float(curves.max()))
    return time.process_time() - begun, highest


def matrix(people: Population, place: int) -> Array:
    (k12, k13), (k21, k31) = people.out_per_min[place], people.back_per_min[place]
    k10 = people.elimination_per_min[place]
    return np.array([[-(k10 + k12 + k13), k21, k31], [k12, -k21, 0], [k13, 0, -k31]])


def solvers() -> Mapping[str, Solver]:
    """Each carries the amounts of one patient over the infusion and the time after it."""
    from scipy.integrate import odeint, solve_ivp  # type: ignore[import-untyped]  # noqa: PLC0415

    def by_ivp(method: str, tolerances: Mapping[str, float]) -> Solver:
        def solve(m: Array, rate: float) -> Array:
            into = np.array([rate, 0.0, 0.0])
            kept: dict[str, Any] = {"method": method, **tolerances}
            if method in ("LSODA", "Radau"):
                kept["jac"] = (lambda _t, _y: m) if method == "LSODA" else m
            run, rest = np.arange(STOP_MIN + 1.0), np.arange(STOP_MIN, 241.0)
            one = solve_ivp(
                lambda _t, y: m @ y + into, (0, STOP_MIN), [0, 0, 0], t_eval=run, **kept
            )
            two = solve_ivp(lambda _t, y: m @ y, (STOP_MIN, 240), one.y[:, -1], t_eval=rest, **kept)
            return np.concatenate((one.y[0], two.y[0][1:]))

        return solve

    def by_odeint(m: Array, rate: float) -> Array:
        into, run, rest = np.array([rate, 0.0, 0.0]), np.arange(41.0), np.arange(40.0, 241.0)
        one = odeint(lambda y, _t: m @ y + into, [0, 0, 0], run, **TIGHT)
        two = odeint(lambda y, _t: m @ y, one[-1], rest, **TIGHT)
        return np.concatenate((one[:, 0], two[1:, 0]))

    return {
        "odeint, rtol 1e-8": by_odeint,
        "solve_ivp LSODA, rtol 1e-8": by_ivp("LSODA", TIGHT),
        "solve_ivp RK45, rtol 1e-8": by_ivp("RK45", TIGHT),
        "solve_ivp RK45, rtol 1e-3": by_ivp("RK45", {"rtol": 1e-3, "atol": 1e-6}),
        "solve_ivp Radau, rtol 1e-8": by_ivp("Radau", TIGHT),
    }


def timed(solve: Solver, people: Population, exact: Array) -> tuple[float, float]:
    """Median CPU seconds of a patient, and the largest error in parts of the right level."""
    spent, worst = [], 0.0
    for place, right in enumerate(exact):
        m = matrix(people, place)
        begun = time.process_time()
        amount = solve(m, 35 / STOP_MIN)
        spent.append(time.process_time() - begun)
        level = 1000 * amount[1:] / people.central_l[place]
        worst = max(worst, float(np.max(np.abs(level / right[1:] - 1))))
    return statistics.median(spent), worst


def main(patients: int = 1_000_000, rounds: int = 5, sample: int = 60) -> None:
    print(
        f"{patients:,} patients x {len(TIMES)} times; {platform.machine()}, "
        f"Python {platform.python_version()}, numpy {np.__version__}"
    )
    people = domino(patients)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = [closed_form(people, PUMP)[0] for _ in range(rounds)]
    ours, peak = statistics.median(seconds), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"closed form: median {ours:.2f} CPU s of {rounds} rounds "
        f"({min(seconds):.2f} to {max(seconds):.2f}); aim {AIM_S} s"
    )
    print(
        f"peak memory {peak / 1024:.0f} MiB, of which {before:.0f} before the first round; all "
        f"curves at once would be {8 * patients * len(TIMES) / 2**20:,.0f} MiB"
    )
    try:
        beside = solvers()
    except ImportError:
        print("scipy is not here; see the head of this file")
        return
    few = people.part(slice(0, sample))
    exact = concentrations(few, PUMP, TIMES)
    print(f"\n| method | ms a patient (median of {sample}) | s for all | ratio | largest error |")
    print("|---|---|---|---|---|")
    print(f"| closed form | {1e3 * ours / patients:.5f} | {ours:.2f} | 1 | reference |")
    for name, solve in beside.items():
        each, worst = timed(solve, few, exact)
        print(
            f"| {name} | {1e3 * each:.2f} | {each * patients:,.0f} (extrapolated) | "
            f"{each * patients / ours:,.0f} | {worst:.1e} |"
        )


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
