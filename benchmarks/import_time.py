"""How long `import euthymia` takes in a fresh interpreter, beside an interpreter that does nothing.

Run: python benchmarks/import_time.py [ROUNDS]

Each round starts both programs in turn, so that other work on the machine meets both alike. CPU
seconds (user and system) of the children and wall time are told, as medians.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time

PROGRAMS = {"pass": "pass", "import euthymia": "import euthymia"}


def once(program: str) -> tuple[float, float]:
    """CPU and wall time of one interpreter, ms."""
    before, start = os.times(), time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own two lines
    wall, after = time.perf_counter() - start, os.times()
    cpu = (
        after.children_user - before.children_user + after.children_system - before.children_system
    )
    return 1000 * cpu, 1000 * wall


def main(rounds: int = 20) -> None:
    for program in PROGRAMS.values():
        once(program)  # compiles the modules, which happens once after installing
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in PROGRAMS}
    for _ in range(rounds):
        for name, program in PROGRAMS.items():
            spent[name].append(once(program))
    medians = {
        name: tuple(statistics.median(column) for column in zip(*rows, strict=True))
        for name, rows in spent.items()
    }
    print(f"fresh interpreter, Python {platform.python_version()}, median of {rounds} rounds, ms")
    for name, (cpu, wall) in medians.items():
        print(f"  {name:<18} CPU {cpu:7.1f}   wall {wall:7.1f}")
    cost = medians["import euthymia"][0] - medians["pass"][0]
    print(f"  the import itself  CPU {cost:7.1f}   (aim: 150 or less)")
    print("run again: python benchmarks/import_time.py")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
