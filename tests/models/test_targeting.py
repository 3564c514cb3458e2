"""Beam F3 by tapes: the reference cases, the sensitivity, the mirror, what is measured again."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from euthymia import shipped
from euthymia.models.targeting import Point, Tapes, beam_f3, remeasure

PAGE = shipped().targetings["beam_f3_web"]
RULE, LIMITS = PAGE.rule, PAGE.limits

CASES = {  # tragus-tragus, nasion-inion, circumference: X, Y, Y of the adjusted rule; cm
    (36, 36, 56): (6.469, 9.500, 9.850),
    (35, 35, 55): (6.354, 9.237, 9.587),
    (36, 35, 56): (6.458, 9.349, 9.699),
    (38, 36, 58): (6.678, 9.721, 10.071),
    (34, 33, 53): (6.112, 8.821, 9.171),
    (37, 38, 57.5): (6.654, 9.912, 10.262),
    (32.5, 34, 54): (6.256, 8.796, 9.146),
    (40, 39, 61): (7.036, 10.405, 10.755),
}


def tapes() -> st.SearchStrategy[tuple[float, float, float]]:
    """Tapes that need not be measured again."""
    arc = st.floats(*LIMITS.tragus_to_tragus_cm)
    whole = st.tuples(arc, arc, st.floats(*LIMITS.circumference_cm))
    return whole.filter(lambda one: remeasure(Tapes(*one), LIMITS) == ())


@pytest.mark.parametrize("case", CASES)
def test_each_reference_case_is_found(case):
    x, y, adjusted = CASES[case]
    found = beam_f3(*case, RULE)

    assert found.x_cm == pytest.approx(x, abs=1e-3)
    assert found.y_cm == pytest.approx(y, abs=1e-3)
    assert found.farther(PAGE.adjusted_2015_cm).y_cm == pytest.approx(adjusted, abs=1e-3)
    assert found.farther(PAGE.adjusted_2015_cm).x_cm == found.x_cm


@pytest.mark.parametrize(
    ("more", "x", "y"),
    [((1, 0, 0), -0.011, 0.112), ((0, 1, 0), 0.011, 0.147), ((0, 0, 1), 0.116, 0.0)],
)
def test_a_centimetre_on_one_tape_moves_the_point_as_the_reference_says(more, x, y):
    start = (36, 36, 56)
    before = beam_f3(*start, RULE)
    after = beam_f3(*(a + b for a, b in zip(start, more, strict=True)), RULE)

    assert after.x_cm - before.x_cm == pytest.approx(x, abs=5e-4)
    assert after.y_cm - before.y_cm == pytest.approx(y, abs=5e-4)


def test_on_the_template_head_the_point_lies_within_three_millimetres_of_its_f3():
    found = beam_f3(38.45, 37.93, 61.02, RULE)

    assert found.x_cm == pytest.approx(6.87, abs=0.3)
    assert found.y_cm == pytest.approx(10.31, abs=0.3)


Place = tuple[float, float]


def line_through(start: Place, end: Place) -> tuple[float, float]:
    """Slope, and height at the middle."""
    slope = (end[1] - start[1]) / (end[0] - start[0])
    return slope, start[1] - slope * start[0]


@given(tapes())
def test_the_left_half_of_the_flat_scalp_gives_the_same_lengths(tape):
    """F3 drawn on the left, where every x is negative, with its lines crossed anew."""
    across, along, whole = tape
    front, side = RULE.ring_share * along, RULE.ring_share * across
    first, second = math.radians(RULE.front_line_deg), math.radians(RULE.side_line_deg)
    fz, c3 = (0.0, -front / 2), (-side / 2, 0.0)
    slope, height = line_through(fz, (-side, side * math.sin(first)))
    other, base = line_through(c3, (-front * math.cos(second), front * math.sin(second)))
    x = (base - height) / (slope - other)
    y = slope * x + height
    found = beam_f3(*tape, RULE)

    assert x < 0
    assert found.y_cm == pytest.approx(RULE.shortening * math.hypot(x, y), rel=1e-9)
    assert found.x_cm == pytest.approx(whole / 4 * math.degrees(math.atan2(-x, -y)) / 90, rel=1e-9)


@given(tapes(), st.floats(0.1, 3.0))
def test_a_longer_arc_moves_the_point_outward_and_a_larger_head_sideward(tape, more):
    across, along, round_ = tape
    here = beam_f3(*tape, RULE)

    assert beam_f3(across + more, along, round_, RULE).y_cm > here.y_cm
    assert beam_f3(across, along + more, round_, RULE).y_cm > here.y_cm
    assert beam_f3(across, along, round_ + more, RULE).x_cm > here.x_cm
    assert beam_f3(across, along, round_ + more, RULE).y_cm == here.y_cm


@given(tapes(), st.floats(0.8, 1.25))
def test_a_head_of_the_same_shape_has_its_point_in_proportion(tape, scale):
    here, there = beam_f3(*tape, RULE), beam_f3(*(scale * one for one in tape), RULE)

    assert there.x_cm == pytest.approx(scale * here.x_cm)
    assert there.y_cm == pytest.approx(scale * here.y_cm)


@given(tapes())
def test_the_point_lies_before_the_ear_and_above_the_ring(tape):
    across, along, round_ = tape
    found = beam_f3(*tape, RULE)

    assert 0 < found.x_cm < round_ / 4
    assert 0 < found.y_cm < RULE.ring_share * max(across, along)


@pytest.mark.parametrize(
    ("tape", "named"),
    [
        ((36, 36, 56), ()),
        ((28, 28, 48), ()),
        ((44, 44, 66), ()),
        ((36, 41, 56), ()),
        ((27.9, 30, 56), ("tragus_to_tragus_cm",)),
        ((40, 44.1, 56), ("nasion_to_inion_cm",)),
        ((36, 36, 66.1), ("circumference_cm",)),
        ((36, 41.1, 56), ("arcs_differ_cm",)),
        ((360, 36, 47), ("tragus_to_tragus_cm", "circumference_cm", "arcs_differ_cm")),
        ((math.nan, 36, 56), ("tragus_to_tragus_cm",)),
    ],
)
def test_a_tape_out_of_bounds_is_measured_again_and_one_on_the_bound_is_not(tape, named):
    assert remeasure(Tapes(*tape), LIMITS) == named


@pytest.mark.parametrize("bad", [0.0, -36.0, math.nan, math.inf])
@pytest.mark.parametrize("place", range(3))
def test_what_is_no_length_is_refused_by_its_name(bad, place):
    tape = [36.0, 36.0, 56.0]
    tape[place] = bad
    with pytest.raises(ValueError, match=Tapes.__struct_fields__[place]):
        beam_f3(*tape, RULE)


def test_f3_and_the_target_of_mri_guidance_are_different_entries():
    targets = shipped().mni_targets

    assert targets["dlpfc_anticorrelated_2015"].mni_mm == (-38, 44, 26)
    assert [one.id for one in targets.values() if one.display_radius_mm] == [
        "dlpfc_anticorrelated_2015"
    ]
    assert isinstance(beam_f3(36, 36, 56, RULE), Point)
