"""Units become each other only where that is certain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from euthymia.exchange.units import UnitError, convert

SAME_KIND = [
    ("mg/dL", "mg/L"),
    ("u[IU]/mL", "m[IU]/L"),
    ("ug/L", "ng/mL"),
    ("g/L", "g/dL"),
    ("[lb_av]", "kg"),
    ("[in_i]", "cm"),
    ("wk", "d"),
]


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (0.3, "mg/dL", "mg/L", 3.0),
        (2.5, "u[IU]/mL", "m[IU]/L", 2.5),
        (7, "10*9/L", "10*3/uL", 7),
        (12, "{score}", "1", 12),
        (100, "[lb_av]", "kg", 45.359237),
        (48, "mmol/mol", "%", 4.8),
        (5, "no unit at all", "no unit at all", 5),
    ],
)
def test_a_value_becomes_the_unit_of_its_page(value, source, target, expected):
    assert convert(value, source, target) == expected


def test_a_unit_nobody_knows_is_named_and_never_guessed():
    with pytest.raises(UnitError, match="'mIU/L' is not a UCUM unit"):
        convert(4.5, "mIU/L", "m[IU]/L")


def test_a_mole_never_becomes_a_mass():
    with pytest.raises(UnitError, match="mmol/L cannot become mg/dL"):
        convert(2.4, "mmol/L", "mg/dL")


def test_a_scale_with_another_zero_has_no_factor():
    with pytest.raises(UnitError):
        convert(37, "Cel", "K")


def test_a_long_unit_is_not_repeated_whole():
    with pytest.raises(UnitError) as told:
        convert(1, "a name of a patient that stands where a unit should", "mg")

    assert "where a unit should" not in str(told.value)


@given(st.sampled_from(SAME_KIND), st.floats(0.001, 1e6))
def test_there_and_back_again_is_the_same_value(pair, value):
    source, target = pair

    assert convert(convert(value, source, target), target, source) == pytest.approx(value, 1e-9)
