"""How fast synthetic patients are made: FHIR NDJSON with its truth, written to a folder.

Run: python benchmarks/simulate.py [PATIENTS] [ROUNDS]

Medians of several rounds. CPU seconds count this process and those it starts, so that other work
on the machine matters little; wall seconds are told beside them.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

from euthymia.simulate import Order, Shape, write

AIM_PER_SECOND = 1000


def cpu_seconds() -> float:
    """CPU time of this process and of the ended ones it started."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def one_round(patients: int, shape: Shape, processes: int) -> tuple[float, float, int]:
    """CPU seconds, wall seconds and bytes of one set."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "set"
        cpu, wall = cpu_seconds(), time.perf_counter()
        write(out, Order(patients=patients, seed=1, shape=shape, processes=processes))
        spent = cpu_seconds() - cpu, time.perf_counter() - wall
        return *spent, sum(file.stat().st_size for file in out.rglob("*") if file.is_file())


def main(patients: int = 5000, rounds: int = 3) -> None:
    write_once = Order(patients=10, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "warm", write_once)  # pages read, tables of answers drawn
    print(f"{patients} patients, median of {rounds} rounds; Python {platform.python_version()}")
    print("shape    processes   CPU s   wall s   patients per CPU s   per wall s   MB")
    for shape, processes in ((Shape.ndjson, 1), (Shape.ndjson, 2), (Shape.intake, 1)):
        found = [one_round(patients, shape, processes) for _ in range(rounds)]
        cpu, wall = (statistics.median(row[n] for row in found) for n in (0, 1))
        print(
            f"{shape:8} {processes:9} {cpu:7.2f} {wall:8.2f} {patients / cpu:20.0f} "
            f"{patients / wall:12.0f} {found[0][2] / 1e6:6.1f}"
        )
    print(f"aim: {AIM_PER_SECOND} patients a second on two cores")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]))
