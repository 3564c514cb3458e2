"""The band of expected levels: what it shows, what it leaves out, and that nobody decides by it."""

from __future__ import annotations

import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from euthymia.exchange.kinetics import (
    ExposureBand,
    PlannedInfusion,
    at_the_end,
    between,
    exposure_band,
    rates_of,
    told,
)
from euthymia.exchange.kinetics_picture import NARROW, WIDE, Layout, exposure_picture
from euthymia.knowledge import Knowledge
from euthymia.knowledge.kinetics import KineticModel, PerKilogram, ShownBand
from euthymia.library import shipped

PAGES = shipped()
PAGE = PAGES.shown_bands["ketamine_iv"]
USUAL = PlannedInfusion(dose_mg=35, minutes=40, weight_kg=70)


def knowing(page: ShownBand = PAGE, **models: KineticModel) -> Knowledge:
    return Knowledge(
        version="test", kinetics={**PAGES.kinetics, **models}, shown_bands={page.id: page}
    )


def band(infusion: PlannedInfusion = USUAL, page: ShownBand = PAGE) -> ExposureBand:
    found = exposure_band(infusion, knowing(page))
    assert found is not None
    return found


def level(found: ExposureBand, minute: float) -> tuple[float, float]:
    place = found.times_min.index(minute)
    return found.low_ng_per_ml[place], found.high_ng_per_ml[place]


def parsed(drawn: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawn)  # noqa: S314 - our own


# ---------------------------------------------------------------- what it shows


def test_the_usual_infusion_peaks_between_158_and_289():
    found = band()

    assert found.highest_ng_per_ml == pytest.approx((158, 289), abs=0.5)
    assert at_the_end(found) == (40, *found.highest_ng_per_ml)


def test_what_studies_observed_lies_within_the_band_or_overlaps_it():
    low, high = band().highest_ng_per_ml

    assert len(PAGE.observed) == 2
    assert all(one.low_ng_per_ml <= high and one.high_ng_per_ml >= low for one in PAGE.observed)


def test_the_label_comes_first_and_says_that_it_is_not_this_patient():
    assert told(band())[0] == "Population average, not this patient."


def test_no_text_of_it_tells_a_level_without_its_other_end():
    for sentence in told(band()):
        assert len(re.findall(r"ng/mL", sentence)) == len(
            re.findall(r"about [\d.]+ to [\d.]+ ng/mL", sentence)
        )


def test_what_it_must_not_be_used_for_stands_in_the_text():
    said = " ".join(told(band()))

    assert "must not be used to choose or change a dose" in said
    assert "does not decide whether to go on, to stop or to send home" in said


def test_the_pages_ship_no_effect_site():
    page = (Path(__file__).parents[2] / "src/euthymia/library/therapies/kinetics.toml").read_text(
        "utf-8"
    )

    assert "ke0" not in page


def test_every_model_that_the_band_names_has_a_page():
    assert set(PAGE.models) <= set(PAGES.kinetics)
    assert band().left_out == ()


def test_ketamine_of_intensive_care_is_no_part_of_the_band():
    assert "hijazi" in PAGES.kinetics
    assert "hijazi" not in PAGE.models


# ---------------------------------------------------------------- assumptions


def test_models_of_s_come_in_doubled_and_say_so():
    found = band()

    assert any("doubled" in assumption for assumption in found.assumptions)
    assert found.status == "assumption"


def test_without_the_assumption_models_of_s_stay_out_and_the_band_says_why():
    found = band(page=replace(PAGE, per_s=None))

    assert dict(found.left_out) == dict.fromkeys(
        ("fanta_otto", "simons"), "it is of another form of the drug"
    )
    assert found.assumptions == ()
    assert found.highest_ng_per_ml == pytest.approx((177.3, 240.4), abs=0.05)
    assert found.status == "choice"


def test_a_factor_that_is_not_marked_as_an_assumption_is_not_used():
    assert PAGE.per_s is not None
    found = band(page=replace(PAGE, per_s=replace(PAGE.per_s, status="verified")))

    assert [name for name, _ in found.left_out] == ["fanta_otto", "simons"]


def test_the_factor_is_applied_to_the_share_of_s_in_the_dose():
    assert PAGE.per_s is not None
    alone = replace(PAGE, models=("fanta_otto", "simons"))
    tripled = replace(alone, per_s=replace(PAGE.per_s, value=3))

    assert band(page=tripled).highest_ng_per_ml == pytest.approx(
        [1.5 * peak for peak in band(page=alone).highest_ng_per_ml], rel=1e-12
    )


def test_one_model_alone_makes_no_band():
    assert exposure_band(USUAL, knowing(replace(PAGE, models=("domino",)))) is None


def test_a_model_that_no_page_defines_is_named_as_left_out():
    found = band(page=replace(PAGE, models=("domino", "clements", "nobody")))

    assert found.left_out == (("nobody", "no page defines it"),)


# ---------------------------------------------------------------- the pump


def test_a_pause_lowers_the_level_and_moves_the_end():
    found = band(replace(USUAL, pauses=((20, 10),)))

    assert found.running_min == ((0, 20), (30, 50))
    assert found.delivered_mg == pytest.approx(35)
    assert level(found, 30.0) < level(band(), 30.0)
    assert at_the_end(found)[0] == 50


def test_a_stop_leaves_the_rest_in_the_syringe():
    found = band(replace(USUAL, stopped_at_min=10))

    assert found.delivered_mg == pytest.approx(8.75)
    assert max(found.high_ng_per_ml) == at_the_end(found)[2]


def test_a_stop_in_a_pause_gives_nothing_more():
    found = band(replace(USUAL, pauses=((20, 10),), stopped_at_min=25))

    assert found.running_min == ((0, 20),)
    assert found.delivered_mg == pytest.approx(17.5)


def test_a_pump_stopped_before_it_gave_anything_leaves_a_flat_line():
    found = band(replace(USUAL, stopped_at_min=0))

    assert found.highest_ng_per_ml == (0, 0)
    assert "about 0 to 0 ng/mL" in " ".join(told(found))
    parsed(exposure_picture(found))


def test_a_long_infusion_is_shown_to_its_end_and_as_densely():
    times = band(replace(USUAL, minutes=600)).times_min

    assert times == tuple(range(601))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"dose_mg": 0.0}, "dose_mg is not"),
        ({"minutes": math.nan}, "minutes is not"),
        ({"weight_kg": -70.0}, "weight_kg is not"),
        ({"weight_kg": math.inf}, "weight_kg is not"),
        ({"pauses": ((20.0, 10.0), (25.0, 5.0))}, "before the last one has ended"),
        ({"pauses": ((-1.0, 10.0),)}, "a pause begins before"),
        ({"pauses": ((1.0, math.nan),)}, "a pause begins before 0 or lasts no known time"),
        ({"stopped_at_min": math.nan}, "the minute of the stop is not a number"),
    ],
)
def test_a_number_out_of_bounds_is_refused_by_name(changed: dict, said: str):
    with pytest.raises(ValueError, match=said):
        exposure_band(replace(USUAL, **changed), knowing())


def test_a_band_that_no_page_defines_is_no_band():
    with pytest.raises(KeyError):
        exposure_band(USUAL, knowing(), "nothing")


# ---------------------------------------------------------------- laws

infusions = st.builds(
    PlannedInfusion,
    dose_mg=st.floats(1, 200),
    minutes=st.floats(1, 240),
    weight_kg=st.floats(30, 250),
    pauses=st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)), max_size=1).map(tuple),
    stopped_at_min=st.none() | st.floats(0, 300),
)


@given(infusions)
def test_the_low_end_is_never_above_the_high_one_nor_below_zero(infusion: PlannedInfusion):
    found = band(infusion)

    assert all(
        0 <= low <= high
        for low, high in zip(found.low_ng_per_ml, found.high_ng_per_ml, strict=True)
    )
    assert found.highest_ng_per_ml[1] == max(found.high_ng_per_ml)
    assert found.times_min == tuple(sorted(set(found.times_min)))


@given(infusions)
def test_twice_the_dose_gives_twice_the_band(infusion: PlannedInfusion):
    once, twice = band(infusion), band(replace(infusion, dose_mg=2 * infusion.dose_mg))

    assert twice.high_ng_per_ml == pytest.approx([2 * c for c in once.high_ng_per_ml], rel=1e-12)


@given(infusions, st.sampled_from([WIDE, NARROW]))
def test_every_infusion_can_be_drawn(infusion: PlannedInfusion, layout: Layout):
    parsed(exposure_picture(band(infusion), layout))


@given(st.floats(1e-3, 1e4), st.floats(1, 10))
def test_rounding_never_narrows_the_band(low: float, times: float):
    first, last = map(float, re.findall(r"[\d.e+-]+", between(low, low * times))[:2])

    assert first <= low * (1 + 1e-8)
    assert last >= low * times * (1 - 1e-8)
    assert first >= 0.89 * low


# ---------------------------------------------------------------- the picture


def test_the_picture_carries_its_label_and_all_of_it_in_words():
    drawn = parsed(exposure_picture(band()))
    space = "{http://www.w3.org/2000/svg}"

    assert drawn.get("role") == "img"
    assert "not this patient" in (drawn.findtext(f"{space}title") or "")
    assert drawn.findtext(f"{space}desc") == " ".join(told(band()))
    assert "Population average, not this patient" in [
        one.text for one in drawn.iter(f"{space}text")
    ]


@pytest.mark.parametrize("layout", [WIDE, NARROW], ids=lambda one: one.name)
def test_nothing_is_drawn_beside_the_sheet(layout: Layout):
    drawn = exposure_picture(band(), layout)
    for x, y in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", drawn):
        assert layout.left <= float(x) <= layout.right + 0.05
        assert 0 < float(y) < 330


def test_a_pause_is_a_gap_between_two_bars():
    assert exposure_picture(band()).count('class="pump"') == 1
    assert exposure_picture(band(replace(USUAL, pauses=((20, 10),)))).count('class="pump"') == 2


def test_the_narrow_picture_keeps_its_type_readable_on_a_phone_of_360():
    smallest = 12.5  # of the narrow style
    room = 360 - 2 * 16

    assert smallest * min(room / NARROW.width, 1) >= 12


# ---------------------------------------------------------------- weights and pages


def test_flows_that_do_not_grow_stay_as_they_are_at_another_weight():
    heavy, usual = (rates_of(PAGES.kinetics["fanta_otto"], weight) for weight in (140, 70))

    assert heavy.central_l == pytest.approx(2 * usual.central_l)
    assert heavy.elimination_per_min == pytest.approx(usual.elimination_per_min * 2**-0.25)
    assert heavy.back_per_min == usual.back_per_min


def test_numbers_of_which_one_is_missing_are_refused():
    with pytest.raises(ValueError, match="give as many of both"):
        replace(PAGES.kinetics["domino"], numbers=PerKilogram(0.06, 0.4, (0.5, 0.5), (0.2,)))
