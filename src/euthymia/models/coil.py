"""The electric field of a figure-8 coil in a sphere that conducts: for teaching and plausibility.

In a sphere the field has a closed form (Sarvas 1987 by reciprocity, as Heller and van Hulsteyn
1992): it needs neither conductivity nor shells, never points toward the middle, and grows with
the rate of the current. It is no patient's field: no gyri, no skull windows, no neurons.

Everything is SI: metres, seconds, amperes, volts. The sphere's middle is the origin; z is up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
VACUUM = 1e-7
"""Magnetic constant over 4 pi, V s / (A m)."""
FEWEST = 6
"""Cells of a small ring, so that it is still round."""
NEARLY = 1 + 1e-9
"""Room for the rounding of a point that lies on the sphere."""
TEACHING_RATE = 1e6
"""A/s: the field is told for 1 A/us, whatever a stimulator gives."""
STAR = np.vstack((np.zeros((1, 3)), np.eye(3), -np.eye(3)))
"""Here, and a step along each axis to both sides."""
PER_BLOCK = 1 << 15
"""Pairs of point and dipole that are reckoned at once, so that they stay in the cache."""


class Winding(Struct, frozen=True):
    """Two flat wings of concentric turns, m.

    Attributes:
        turns: In each wing, evenly spaced from radius `inner` to `outer`.
        apart: Between the middles of the wings.
    """

    turns: int
    inner: float
    outer: float
    apart: float


class Coil(Struct, frozen=True, eq=False):
    """Magnetic dipoles that stand for a coil.

    Attributes:
        positions: Shape (dipoles, 3), m.
        moments: Shape (dipoles, 3), A m2 for each ampere in the coil.
    """

    positions: Array
    moments: Array


class Focality(Struct, frozen=True):
    """How deep and how wide the field is at least half of its most on the cortex, SI.

    Attributes:
        strongest: On the cortex, V/m.
        half_depth: From the cortex to the deepest point of half, m.
        half_volume: Of the cortex sphere at half or more, m3.
    """

    strongest: float
    half_depth: float
    half_volume: float

    @property
    def half_area(self) -> float:
        """The mean cross-section of the volume at half or more, m2."""
        return self.half_volume / self.half_depth


def figure_eight(winding: Winding, height: float, cell: float) -> Coil:
    """A flat figure-8 coil above the vertex, its wings along x, its handle along y.

    The currents in the middle run toward -y, so that the field beneath points to +y as the
    current rises.

    Args:
        winding: The turns.
        height: Of the winding above the middle of the sphere, m.
        cell: About how wide the cells are whose middles are the dipoles, m.

    Raises:
        ValueError: The winding or the cell has no size, or the wings overlap.
    """
    _refuse_no_winding(winding, cell)
    places, areas = _wing(winding, cell)
    aside = np.array([winding.apart / 2, 0.0])
    flat = np.vstack((places + aside, -places - aside))
    positions = np.column_stack((flat, np.full(len(flat), height)))
    upward = np.concatenate((areas, -areas))
    return Coil(positions, np.outer(upward, [0.0, 0.0, 1.0]))


def _refuse_no_winding(winding: Winding, cell: float) -> None:
    if not (winding.turns > 0 and 0 < winding.inner <= winding.outer and cell > 0):
        raise ValueError("winding: turns, radii and cell need a size; give each above 0")
    if winding.apart < 2 * winding.outer:
        raise ValueError("winding: the wings overlap; set their middles farther apart")


def loop(radius: float, height: float, cell: float) -> Coil:
    """One turn round the z axis, current to the left seen from above; lengths in m."""
    places, areas = _wing(Winding(1, radius, radius, 2 * radius), cell)
    positions = np.column_stack((places, np.full(len(places), height)))
    return Coil(positions, np.outer(areas, [0.0, 0.0, 1.0]))


def _wing(winding: Winding, cell: float) -> tuple[Array, Array]:
    """Middles of the cells of one wing, and their areas times the turns that run round them."""
    radii = np.linspace(winding.inner, winding.outer, winding.turns)
    edges = np.concatenate(([0.0], radii))
    zones = [
        _ring(inner, outer, cell, around)
        for inner, outer, around in zip(edges, radii, range(winding.turns, 0, -1), strict=False)
    ]
    return np.vstack([place for place, _ in zones]), np.concatenate([area for _, area in zones])


def _ring(inner: float, outer: float, cell: float, turns: int) -> tuple[Array, Array]:
    """The cells between two radii: rings at the nodes of Gauss in the square of the radius."""
    nodes, weights = np.polynomial.legendre.leggauss(max(math.ceil((outer - inner) / cell), 1))
    squares = (inner**2 + outer**2 + nodes * (outer**2 - inner**2)) / 2
    areas = math.pi * (outer**2 - inner**2) * weights / 2
    rings = [_cells(*one, cell) for one in zip(np.sqrt(squares), areas, strict=True)]
    return np.vstack([place for place, _ in rings]), turns * np.concatenate(
        [area for _, area in rings]
    )


def _cells(radius: float, whole: float, cell: float) -> tuple[Array, Array]:
    """One ring, cut into equal cells."""
    count = max(math.ceil(2 * math.pi * radius / cell), FEWEST)
    angles = 2 * math.pi * (np.arange(count) + 0.5) / count
    places = radius * np.column_stack((np.cos(angles), np.sin(angles)))
    return places, np.full(count, whole / count)


def electric_field(coil: Coil, points: ArrayLike, rate: float, head_radius: float) -> Array:
    """The electric field in the head, V/m.

    Args:
        coil: All of it outside the head.
        points: Shape (points, 3), m, all within the head.
        rate: Of the coil's current, A/s; 1e6 is 1 A/us.
        head_radius: Of the sphere that conducts, m. It changes nothing but what is refused.

    Returns:
        Shape (points, 3).

    Raises:
        ValueError: A part of the coil within the head, or a point outside: there the closed form
            does not hold.
    """
    inside = np.atleast_2d(np.asarray(points, dtype=float))
    _refuse_misplaced(coil, inside, head_radius)
    summed = np.vstack([_summed(coil, block) for block in _blocks(inside, len(coil.positions))])
    return -VACUUM * rate * np.cross(inside, summed)


def _refuse_misplaced(coil: Coil, points: Array, head_radius: float) -> None:
    if np.linalg.norm(coil.positions, axis=1).min() <= head_radius:
        raise ValueError("coil: a part of it lies within the head; lift it off the sphere")
    if not np.all(np.linalg.norm(points, axis=1) <= head_radius * NEARLY):
        raise ValueError("points: one lies outside the head; give points within the sphere")


def _blocks(points: Array, dipoles: int) -> Iterator[Array]:
    step = max(PER_BLOCK // dipoles, 1)
    for first in range(0, len(points), step):
        yield points[first : first + step]


def _summed(coil: Coil, points: Array) -> Array:
    """What the field is the cross product of the point with: sum of m/F - (m . grad F) s/F2.

    With a the way from point to dipole, F = |a| (R |a| + R2 - r.s). Both terms of the closed form
    are cross products with r, so only scalars are reckoned for each pair.
    """
    far = np.linalg.norm(coil.positions, axis=1)
    along = points @ coil.positions.T
    squared = far**2 + np.sum(points**2, axis=1)[:, None] - 2 * along
    away = np.sqrt(squared)
    outward = (far**2 - along) / away
    weight = 1 / (squared * (far + outward))
    across = (squared / far + outward + 2 * (away + far)) * np.sum(coil.moments * coil.positions, 1)
    across -= (away + 2 * far + outward) * (points @ coil.moments.T)
    return np.asarray(weight @ coil.moments - (across * weight**2) @ coil.positions)


def strength(field: Array) -> Array:
    """Length of each vector, V/m."""
    return np.asarray(np.linalg.norm(field, axis=-1))


def sphere_points(radius: float, colatitudes: ArrayLike, azimuths: ArrayLike) -> Array:
    """Points of a sphere, for every pair of angle from the z axis and angle round it, rad.

    Returns:
        Shape (colatitudes, azimuths, 3), in the unit of the radius.
    """
    down, around = np.meshgrid(colatitudes, azimuths, indexing="ij")
    flat = np.sin(down)
    return radius * np.stack((flat * np.cos(around), flat * np.sin(around), np.cos(down)), axis=-1)


def focality(coil: Coil, head_radius: float, cortex_radius: float, nodes: int = 60) -> Focality:
    """Depth, volume and area of half of the strongest field on the cortex, at 1 A/us.

    Along each direction the field falls from the cortex inward, so the depth of half is found by
    halving. `nodes` is how many angles from pole to pole; twice as many go round.

    Source: definitions of Deng and others 2013.
    """
    directions, solid = _directions(nodes)
    surface = strength(electric_field(coil, cortex_radius * directions, TEACHING_RATE, head_radius))
    start = directions[surface.argmax()]
    peak, strongest = _climbed(coil, start, math.pi / nodes, cortex_radius)
    above = surface >= strongest / 2
    radii = _half_radii(coil, directions[above], strongest / 2, cortex_radius)
    deepest = _half_radii(coil, peak[None, :], strongest / 2, cortex_radius)[0]
    volume = float(np.sum(solid[above] * (cortex_radius**3 - radii**3)) / 3)
    return Focality(strongest, float(cortex_radius - min(deepest, radii.min())), volume)


def _directions(nodes: int) -> tuple[Array, Array]:
    """Unit vectors over the whole sphere, with the solid angle of each."""
    heights, weights = np.polynomial.legendre.leggauss(nodes)
    azimuths = 2 * math.pi * np.arange(2 * nodes) / (2 * nodes)
    solid = np.repeat(weights * math.pi / nodes, 2 * nodes)
    return sphere_points(1.0, np.arccos(heights), azimuths).reshape(-1, 3), solid


def _climbed(coil: Coil, start: Array, reach: float, radius: float) -> tuple[Array, float]:
    """The direction of the strongest field near `start`, and the field there, V/m."""
    best, strongest = start, 0.0
    for _ in range(20):
        near = best + reach * STAR
        near /= np.linalg.norm(near, axis=1)[:, None]
        found = strength(electric_field(coil, radius * near, TEACHING_RATE, radius))
        best, strongest = near[found.argmax()], float(found.max())
        reach /= 2
    return best, strongest


def _half_radii(coil: Coil, directions: Array, half: float, cortex_radius: float) -> Array:
    """Where the field is just half along each direction, m; to a millionth of the radius."""
    low, high = np.zeros(len(directions)), np.full(len(directions), cortex_radius)
    for _ in range(20):
        middle = (low + high) / 2
        field = electric_field(coil, directions * middle[:, None], TEACHING_RATE, cortex_radius)
        enough = strength(field) >= half
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high
