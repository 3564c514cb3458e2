"""The coil's field beside independent loops: time, agreement, and depth and focality.

Run: python benchmarks/coil.py [ROUNDS] [--picture FILE]

10,000 points of the cortex with about 1,000 and about 4,500 dipoles. Beside our code stand the
closed form as it is printed, point after point, and in plain Python, pair after pair (on a few
points, told for all). A loop round the axis is held against its vector potential, by our own
trapezoid rule and by scipy where it is installed. With --picture both drawings are written.
"""

from __future__ import annotations

import argparse
import importlib
import math
import platform
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from euthymia import shipped
from euthymia.exchange.coil_picture import (
    OverCortex,
    OverDepth,
    together,
)
from euthymia.knowledge.targeting import CoilShape, SphereHead
from euthymia.models.coil import (
    VACUUM,
    Array,
    Coil,
    Winding,
    electric_field,
    figure_eight,
    focality,
    loop,
    strength,
)

RATE, MM = 1e6, 1e-3
POINTS, FEW = 10_000, 20
SIZES_MM = {"about 1,000": 4.9, "about 4,500": 2.1}


def built(page: CoilShape, head: SphereHead, cell_mm: float) -> Coil:
    winding = Winding(page.turns, page.inner_mm * MM, page.outer_mm * MM, page.apart_mm * MM)
    return figure_eight(winding, (head.scalp_mm + head.winding_above_mm) * MM, cell_mm * MM)


def cortex_points(head: SphereHead) -> Array:
    chance = np.random.default_rng(0)
    drawn = chance.normal(size=(POINTS, 3))
    return np.asarray(head.cortex_mm * MM * drawn / np.linalg.norm(drawn, axis=1)[:, None])


# ---------------------------------------------------------------- the closed form, as printed


def point_by_point(coil: Coil, points: Array) -> Array:
    """Vectors as the closed form is written, all dipoles of one point at once."""
    return np.vstack([_at(coil, point) for point in points])


def _at(coil: Coil, r: Array) -> Array:
    s, m = coil.positions, coil.moments
    a = s - r
    la, ls = np.linalg.norm(a, axis=1), np.linalg.norm(s, axis=1)
    ar = np.einsum("ij,ij->i", a, s)
    f = la * (ls * la + ls**2 - s @ r)
    grad = (la**2 / ls + ar / la + 2 * la + 2 * ls)[:, None] * s
    grad -= (la + 2 * ls + ar / la)[:, None] * r
    turned = f[:, None] * np.cross(r, m)
    turned -= np.einsum("ij,ij->i", m, grad)[:, None] * np.cross(r, s)
    return np.asarray(-VACUUM * RATE * (turned / f[:, None] ** 2).sum(axis=0))


def pair_by_pair(coil: Coil, points: Array) -> Array:
    """The same in plain Python; the moments point to z."""
    pairs = list(zip(coil.positions.tolist(), coil.moments[:, 2].tolist(), strict=True))
    return np.array([_plain(pairs, *point) for point in points.tolist()])


def _plain(pairs: list[tuple[list[float], float]], x: float, y: float, z: float) -> list[float]:
    ex = ey = ez = 0.0
    for (sx, sy, sz), m in pairs:
        la = math.sqrt((sx - x) ** 2 + (sy - y) ** 2 + (sz - z) ** 2)
        ls2 = sx * sx + sy * sy + sz * sz
        ls, rs = math.sqrt(ls2), x * sx + y * sy + z * sz
        ar = ls2 - rs
        f = la * (ls * la + ls2 - rs)
        down = (la * la / ls + ar / la + 2 * la + 2 * ls) * sz - (la + 2 * ls + ar / la) * z
        ex += m * (f * y - down * (y * sz - z * sy)) / (f * f)
        ey += m * (-f * x - down * (z * sx - x * sz)) / (f * f)
        ez += m * (-down * (x * sy - y * sx)) / (f * f)
    return [-VACUUM * RATE * part for part in (ex, ey, ez)]


# ---------------------------------------------------------------- what is told


def timed(call: Callable[[], Array]) -> tuple[float, Array]:
    start = time.perf_counter()
    found = call()
    return time.perf_counter() - start, found


def beside(page: CoilShape, head: SphereHead, rounds: int) -> None:
    points, radius = cortex_points(head), head.scalp_mm * MM
    for name, cell in SIZES_MM.items():
        coil = built(page, head, cell)
        spent: dict[str, list[float]] = {"ours": [], "point by point": [], "pair by pair": []}
        for _ in range(rounds):
            ours_s, ours = timed(partial(electric_field, coil, points, RATE, radius))
            loop_s, looped = timed(partial(point_by_point, coil, points))
            pair_s, paired = timed(partial(pair_by_pair, coil, points[:FEW]))
            for one, seconds in zip(
                spent.values(), (ours_s, loop_s, pair_s * POINTS / FEW), strict=True
            ):
                one.append(seconds)
        told(name, coil, spent)
        most = strength(ours).max()
        print(
            f"  most apart, of the strongest: {np.abs(ours - looped).max() / most:.0e} by points,"
        )
        print(f"    {np.abs(ours[:FEW] - paired).max() / most:.0e} by pairs ({FEW} points)")


def told(name: str, coil: Coil, spent: dict[str, list[float]]) -> None:
    print(f"{POINTS} points, {name} dipoles ({len(coil.positions)}), median s, times ours")
    ours = statistics.median(spent["ours"])
    for way, seconds in spent.items():
        median = statistics.median(seconds)
        print(f"  {way:<16} {median:9.3f} {median / ours:8.1f}")


def accuracy(page: CoilShape, head: SphereHead) -> None:
    coil = built(page, head, page.cell_mm)
    found = focality(coil, head.scalp_mm * MM, head.cortex_mm * MM)
    depth, area = page.published["d_half_cm"].value, page.published["s_half_cm2"].value
    print(f"depth and focality ({len(coil.positions)} dipoles)      ours   literature")
    print(f"  strongest on the cortex, V/m at 1 A/us  {found.strongest:8.4f}")
    print(f"  d1/2, cm                                {100 * found.half_depth:8.3f} {depth:8g}")
    print(f"  V1/2, cm3                               {1e6 * found.half_volume:8.2f}")
    print(f"  S1/2, cm2                               {1e4 * found.half_area:8.2f} {area:8g}")


def axis_loop() -> None:
    """A loop round the axis leaves no charge, so its field is that of the vector potential."""
    radius, height, rho, z = 0.04, 0.09, 0.02, 0.06
    found = electric_field(loop(radius, height, 0.002), [(rho, 0, z)], RATE, 0.085)[0][1]

    def part(angle: float) -> float:
        away = radius**2 + rho**2 + (z - height) ** 2 - 2 * radius * rho * math.cos(angle)
        return math.cos(angle) / math.sqrt(away)

    steps = 2000
    ours = 2 * math.pi * math.fsum(part(2 * math.pi * k / steps) for k in range(steps)) / steps
    scale = -VACUUM * RATE * radius
    print(f"loop round the axis, apart from the trapezoid rule: {found / (scale * ours) - 1:.0e}")
    try:
        quad = importlib.import_module("scipy.integrate").quad
    except ModuleNotFoundError:
        print("  scipy is not installed: not compared with its quad")
        return
    by_scipy = quad(part, 0, 2 * math.pi)[0]
    print(f"  apart from scipy's quad: {found / (scale * by_scipy) - 1:.0e}")


# ---------------------------------------------------------------- the drawings


def over_depth(coil: Coil, head: SphereHead, half_m: float) -> OverDepth:
    depths = np.arange(5.0, 41.0)
    points = np.column_stack((0 * depths, 0 * depths, (head.scalp_mm - depths) * MM))
    strong = strength(electric_field(coil, points, RATE, head.scalp_mm * MM))
    cortex = head.scalp_mm - head.cortex_mm
    return OverDepth(tuple(depths.tolist()), tuple(strong.tolist()), cortex, half_m / MM)


def over_cortex(coil: Coil, head: SphereHead, step_mm: float = 10.0) -> OverCortex:
    aside = step_mm * np.arange(-4, 5)
    x, y = np.meshgrid(aside, -aside)
    z = np.sqrt(head.cortex_mm**2 - x**2 - y**2)
    points = np.stack((x, y, z), axis=-1).reshape(-1, 3) * MM
    strong = strength(electric_field(coil, points, RATE, head.scalp_mm * MM)).reshape(x.shape)
    percent = np.rint(100 * strong / strong.max()).astype(int).tolist()
    return OverCortex(tuple(tuple(row) for row in percent), step_mm, float(strong.max()))


def picture(page: CoilShape, head: SphereHead, path: Path) -> None:
    coil = built(page, head, page.cell_mm)
    half = focality(coil, head.scalp_mm * MM, head.cortex_mm * MM).half_depth
    drawn = together(over_depth(coil, head, half), over_cortex(coil, head), head.warning)
    path.write_text(drawn, "utf-8")
    print(f"drawn: {path}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("rounds", nargs="?", type=int, default=5)
    asked.add_argument("--picture", type=Path)
    words = asked.parse_args()
    page, head = shipped().coils["figure_8_70mm"], shipped().sphere_heads["standard"]
    if words.picture is not None:
        picture(page, head, words.picture)
        return
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {words.rounds} rounds")
    beside(page, head, words.rounds)
    accuracy(page, head)
    axis_loop()
    print("run again: python benchmarks/coil.py")


if __name__ == "__main__":
    main()
