"""The coil's field: the reference table, the laws of a sphere, two independent integrations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from euthymia import shipped
from euthymia.models.coil import (
    Coil,
    Winding,
    electric_field,
    figure_eight,
    focality,
    loop,
    sphere_points,
    strength,
)

HEAD, CORTEX, HEIGHT, RATE = 0.085, 0.070, 0.090, 1e6

TABLE = {  # mm; V/m at 1 A/us
    (0, 0, 70): (0, 1.5474, 0),
    (10, 0, 70): (0, 1.4112, 0),
    (0, 20, 66): (0, 1.1157, -0.3381),
    (20, 10, 60): (0.1836, 0.6145, -0.1636),
    (-30, 20, 50): (-0.2763, 0.1588, -0.2293),
    (0, 0, 50): (0, 0.5813, 0),
    (15, -15, 65): (-0.2701, 0.9228, 0.2753),
}


def shipped_winding() -> Winding:
    page = shipped().coils["figure_8_70mm"]
    return Winding(page.turns, page.inner_mm / 1000, page.outer_mm / 1000, page.apart_mm / 1000)


@pytest.fixture(scope="module")
def winding() -> Winding:
    return shipped_winding()


@pytest.fixture(scope="module")
def coil(winding: Winding) -> Coil:
    return figure_eight(winding, HEIGHT, 0.004)


def field(coil: Coil, *points: tuple[float, float, float], rate: float = RATE) -> np.ndarray:
    return electric_field(coil, np.array(points), rate, HEAD)


def inside() -> st.SearchStrategy[tuple[float, float, float]]:
    part = st.floats(-0.04, 0.04)
    return st.tuples(part, part, part)


def test_the_page_describes_the_head_of_the_reference_table():
    head = shipped().sphere_heads["standard"]

    assert head.scalp_mm / 1000 == pytest.approx(HEAD)
    assert head.cortex_mm / 1000 == pytest.approx(CORTEX)
    assert (head.scalp_mm + head.winding_above_mm) / 1000 == pytest.approx(HEIGHT)


@pytest.mark.parametrize("cell", [0.004, 0.002])
@pytest.mark.parametrize("point", TABLE)
def test_each_point_of_the_reference_table_agrees_within_a_thousandth(winding, point, cell):
    found = field(figure_eight(winding, HEIGHT, cell), tuple(mm / 1000 for mm in point))[0]
    expected = np.array(TABLE[point])

    assert np.linalg.norm(found - expected) <= 1e-3 * np.linalg.norm(expected)


@pytest.mark.parametrize(
    ("depth_mm", "expected"), [(10, 1.980), (15, 1.547), (20, 1.212), (25, 0.949), (30, 0.744)]
)
def test_the_field_falls_with_depth_as_in_the_reference(coil, depth_mm, expected):
    found = strength(field(coil, (0, 0, HEAD - depth_mm / 1000)))[0]

    assert found == pytest.approx(expected, rel=1e-3)


@given(inside())
def test_the_field_never_points_toward_the_middle(point):
    found = field(loop(0.03, HEIGHT, 0.01), point)[0]

    assert abs(found @ point) <= 1e-15


@given(inside(), st.floats(-1e8, 1e8), st.floats(0.5, 20))
def test_the_field_grows_with_the_rate_and_adds_over_coils(point, rate, turns):
    one = loop(0.03, HEIGHT, 0.01)
    more = Coil(one.positions, turns * one.moments)
    both = Coil(np.vstack((one.positions,) * 2), np.vstack((one.moments, turns * one.moments)))
    once = field(one, point)

    np.testing.assert_allclose(field(one, point, rate=rate), once * rate / RATE, atol=1e-12)
    np.testing.assert_allclose(field(more, point), turns * once, atol=1e-12)
    np.testing.assert_allclose(field(both, point), (1 + turns) * once, atol=1e-12)


@given(inside())
def test_left_and_right_mirror_each_other(point):
    coil = figure_eight(Winding(2, 0.03, 0.04, 0.09), HEIGHT, 0.008)
    x, y, z = point
    here, there = field(coil, (x, y, z), (-x, y, z))

    np.testing.assert_allclose(there, here * [-1, 1, 1], atol=1e-12)


@given(inside(), st.floats(0, 2 * math.pi))
def test_a_turned_coil_turns_its_field(point, angle):
    coil = figure_eight(Winding(2, 0.03, 0.04, 0.09), HEIGHT, 0.008)
    turn = np.array(
        [
            [math.cos(angle), 0, math.sin(angle)],
            [0, 1, 0],
            [-math.sin(angle), 0, math.cos(angle)],
        ]
    )
    turned = Coil(coil.positions @ turn.T, coil.moments @ turn.T)
    found = field(turned, tuple(turn @ point))

    np.testing.assert_allclose(found, field(coil, point) @ turn.T, atol=1e-12)


def test_finer_cells_settle_on_one_field(winding):
    finest = strength(field(figure_eight(winding, HEIGHT, 0.0005), (0, 0, CORTEX)))[0]
    errors = [
        abs(strength(field(figure_eight(winding, HEIGHT, cell), (0, 0, CORTEX)))[0] / finest - 1)
        for cell in (0.008, 0.004, 0.001)
    ]

    assert errors[0] < 2e-3
    assert errors[1] < 5e-4
    assert errors[2] < 1e-6


def test_dipoles_carry_the_moment_of_the_turns(winding):
    upward = figure_eight(winding, HEIGHT, 0.004).moments[:, 2]
    radii = np.linspace(winding.inner, winding.outer, winding.turns)

    assert upward.sum() == pytest.approx(0, abs=1e-15)
    assert upward[upward > 0].sum() == pytest.approx(math.pi * (radii**2).sum())


# ------------------------------------------------- a loop round the axis: no charge, so E = -dA/dt


def around(radius: float, height: float, rho: float, z: float) -> float:
    """Field round the axis, V/m, from the vector potential alone, by the trapezoid rule."""
    angles = 2 * math.pi * np.arange(4096) / 4096
    away = np.sqrt(radius**2 + rho**2 + (z - height) ** 2 - 2 * radius * rho * np.cos(angles))
    return float(-1e-7 * RATE * radius * 2 * math.pi * np.mean(np.cos(angles) / away))


@pytest.mark.parametrize("rho", [0.005, 0.02, 0.04])
@pytest.mark.parametrize("z", [-0.03, 0.0, 0.05, 0.07])
def test_a_loop_round_the_axis_agrees_with_its_vector_potential(rho, z):
    found = field(loop(0.04, HEIGHT, 0.002), (rho, 0, z))[0]

    assert found[1] == pytest.approx(around(0.04, HEIGHT, rho, z), rel=1e-8)
    assert found[[0, 2]] == pytest.approx(0, abs=1e-12)


# ------------------------------------- the figure-8 with its charges: currents and surface integral

SMALL = 0.075
"""Radius of the sphere whose charges are reckoned; by theory the field knows nothing of it."""


def potential(points: np.ndarray, winding: Winding) -> np.ndarray:
    """A of both wings, V s / m at 1 A, by going along every turn."""
    angles = 2 * math.pi * np.arange(200) / 200
    found = np.zeros_like(points)
    for sense, middle in ((1, winding.apart / 2), (-1, -winding.apart / 2)):
        for radius in np.linspace(winding.inner, winding.outer, winding.turns):
            x, y = middle + radius * np.cos(angles), radius * np.sin(angles)
            turn = np.column_stack((x, y, np.full_like(x, HEIGHT)))
            away = np.linalg.norm(points[:, None, :] - turn, axis=-1)
            along = np.column_stack((-np.sin(angles), np.cos(angles), np.zeros_like(x)))
            found += sense * 1e-7 * radius * (2 * math.pi / 200) * (1 / away) @ along
    return found


def pull(point: np.ndarray, wall: np.ndarray) -> np.ndarray:
    """Gradient at `point` of the function of Neumann for the inside of a sphere."""
    gap = point - wall
    away = np.linalg.norm(gap, axis=-1, keepdims=True)
    under = SMALL**2 - wall @ point + SMALL * away[:, 0]
    slope = (-wall + SMALL * gap / away) / under[:, None]
    return (-2 * gap / away**3 - slope / SMALL) / (4 * math.pi)


def test_the_figure_eight_agrees_with_its_currents_and_charges(winding):
    """No field leaves the sphere, so charges gather until they cancel what A drives outward."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    azimuths = 2 * math.pi * np.arange(120) / 120
    wall = sphere_points(SMALL, np.arccos(nodes), azimuths).reshape(-1, 3)
    areas = np.repeat(weights, 120) * (2 * math.pi / 120) * SMALL**2
    outward = np.sum(potential(wall, winding) * wall, axis=1) / SMALL
    coil = figure_eight(winding, HEIGHT, 0.002)
    for point in (np.array([0.0, 0.0, 0.06]), np.array([0.02, 0.01, 0.05])):
        driven = -RATE * potential(point[None, :], winding)[0]
        charged = RATE * (areas * outward) @ pull(point, wall)
        found = field(coil, tuple(point))[0]

        assert np.linalg.norm(charged) > 0.1 * np.linalg.norm(found)
        assert np.linalg.norm(driven + charged - found) < 1e-6 * np.linalg.norm(found)


# ---------------------------------------------------------------- depth and focality


def test_depth_and_focality_agree_with_the_literature_and_with_our_own_reference(coil):
    found = focality(coil, HEAD, CORTEX)
    published = shipped().coils["figure_8_70mm"].published

    assert 100 * found.half_depth == pytest.approx(published["d_half_cm"].value, rel=0.03)
    assert 1e4 * found.half_area == pytest.approx(published["s_half_cm2"].value, rel=0.03)
    assert 100 * found.half_depth == pytest.approx(1.42, abs=0.005)
    assert 1e4 * found.half_area == pytest.approx(15.0, rel=0.01)
    assert 1e6 * found.half_volume == pytest.approx(21.3, rel=0.01)
    assert found.strongest == pytest.approx(1.5474, rel=1e-3)


def test_the_volume_of_half_agrees_with_points_thrown_at_random():
    coil = figure_eight(Winding(2, 0.03, 0.04, 0.09), HEIGHT, 0.008)
    chance = np.random.default_rng(4)
    corner, size = np.array([-0.05, -0.05, 0.045]), np.array([0.1, 0.1, 0.025])
    thrown = corner + size * chance.random((60_000, 3))
    within = thrown[np.linalg.norm(thrown, axis=1) <= CORTEX]
    found = focality(coil, HEAD, CORTEX)
    hits = (strength(electric_field(coil, within, RATE, HEAD)) >= found.strongest / 2).sum()

    assert found.half_volume == pytest.approx(size.prod() * hits / len(thrown), rel=0.05)


# ---------------------------------------------------------------- what is refused


def test_a_coil_inside_the_head_is_refused(winding):
    with pytest.raises(ValueError, match="lift it off the sphere"):
        field(figure_eight(winding, HEAD - 0.001, 0.004), (0, 0, 0.05))


def test_a_point_outside_the_head_or_no_number_is_refused(coil):
    for point in ((0, 0, 0.0851), (0, 0, math.nan)):
        with pytest.raises(ValueError, match="within the sphere"):
            field(coil, point)


@pytest.mark.parametrize(
    ("winding", "cell"),
    [
        (Winding(0, 0.026, 0.044, 0.091), 0.004),
        (Winding(9, 0.0, 0.044, 0.091), 0.004),
        (Winding(9, 0.05, 0.044, 0.091), 0.004),
        (Winding(9, 0.026, 0.044, 0.080), 0.004),
        (Winding(9, 0.026, 0.044, 0.091), 0.0),
    ],
)
def test_a_winding_without_size_or_with_wings_that_overlap_is_refused(winding, cell):
    with pytest.raises(ValueError, match="winding"):
        figure_eight(winding, HEIGHT, cell)
