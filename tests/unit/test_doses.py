"""The daily dose: exact where it can be, unknown where it cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from euthymia.exchange.doses import (
    Amount,
    Strength,
    dose_ordered,
    dose_supplied,
    is_implausible,
    milligrams,
)
from euthymia.exchange.sigs import Taken


@pytest.mark.parametrize(
    ("pieces", "mg", "days", "expected"),
    [(30, 50, 30, 50), (45, 100, 30, 150), (15, 100, 30, 50), (60, 25, 90, 16.666667)],
)
def test_quantity_times_strength_over_days_is_the_daily_dose(pieces, mg, days, expected):
    assert dose_supplied(Amount(pieces, "{piece}"), days, Strength(mg, "piece"), "mg/d") == expected


def test_without_a_strength_pieces_are_no_dose():
    assert dose_supplied(Amount(30, "{piece}"), 30, None, "mg/d") is None


def test_without_days_a_supply_is_no_dose():
    assert dose_supplied(Amount(30, "{piece}"), 0, Strength(50, "piece"), "mg/d") is None


def test_millilitres_need_a_strength_per_millilitre():
    assert milligrams(Amount(5, "mL"), Strength(4, "mL")) == 20
    assert milligrams(Amount(5, "mL"), Strength(4, "piece")) is None


def test_a_strength_of_unknown_kind_serves_either():
    assert milligrams(Amount(2, "{piece}"), Strength(4)) == milligrams(Amount(2, "mL"), Strength(4))


def test_doses_of_one_day_add_up():
    doses = (Taken(1, mg=50), Taken(1, mg=100))

    assert dose_ordered(doses, None, "mg/d") == 150


def test_one_dose_not_known_leaves_the_day_unknown():
    doses = (Taken(1, mg=50), Taken(None, mg=100))

    assert dose_ordered(doses, None, "mg/d") is None


def test_a_dose_per_session_is_not_multiplied_by_the_day():
    assert dose_ordered((Taken(2 / 7, mg=56),), None, "mg/session") == 56


def test_a_dose_per_body_weight_is_never_made_of_milligrams():
    assert dose_ordered((Taken(1, mg=35),), None, "mg/kg") is None


def test_far_above_the_maximum_is_an_error_and_at_the_limit_is_not():
    assert is_implausible(401, 200, 2)
    assert not is_implausible(400, 200, 2)


@given(st.integers(1, 90), st.integers(1, 400), st.integers(1, 90), st.integers(1, 5))
def test_more_pieces_for_as_many_more_days_are_the_same_dose(pieces, mg, days, times):
    strength = Strength(mg, "piece")
    once = dose_supplied(Amount(pieces, "{piece}"), days, strength, "mg/d")
    longer = dose_supplied(Amount(pieces * times, "{piece}"), days * times, strength, "mg/d")

    assert once == longer
