"""A score is what its form allows, or it is doubted: never a silent number."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from euthymia.engine.scores import improvement_pct, read_score
from euthymia.knowledge.instruments import Instrument
from euthymia.record.entries import Rating, ScaleChange
from euthymia.terms import Verdict
from tests.laws.strategies import KNOWLEDGE, totals

FORMS = sorted(KNOWLEDGE.instruments)
WITH_BANDS = [name for name in FORMS if KNOWLEDGE.instruments[name].bands]
WITH_ITEMS = [name for name in FORMS if KNOWLEDGE.instruments[name].items]

forms = st.sampled_from([KNOWLEDGE.instruments[name] for name in FORMS])
forms_with_items = st.sampled_from([KNOWLEDGE.instruments[name] for name in WITH_ITEMS])


# ---------------------------------------------------------------- improvement


@st.composite
def courses(draw: DrawFn) -> tuple[Instrument, int, int]:
    """A form with a score before and one after."""
    form = draw(forms)
    return form, draw(totals(form)), draw(totals(form))


def _improvement(form: Instrument, before: float, after: float) -> float | None:
    return improvement_pct(ScaleChange(form.id, before, after), form)


@given(courses())
def test_improvement_lies_between_all_that_could_be_lost_and_all_that_could_be_won(
    course: tuple[Instrument, int, int],
) -> None:
    form, before, after = course
    pct = _improvement(form, before, after)

    if before == form.low:
        assert pct is None
    else:
        assert pct is not None
        worst = -100 * (form.high - before) / (before - form.low)
        assert worst - 1e-9 <= pct <= 100
        assert (pct > 0) is (after < before)
        assert (pct == 0) is (after == before)


@given(courses(), st.data())
def test_a_lower_score_is_never_less_improvement(
    course: tuple[Instrument, int, int], data: st.DataObject
) -> None:
    form, before, after = course
    lower = data.draw(st.integers(int(form.low), after))
    more, less = _improvement(form, before, lower), _improvement(form, before, after)

    assert (more is None) is (less is None)
    if more is not None and less is not None:
        assert more >= less


@given(forms, st.data())
def test_all_that_could_fall_is_a_hundred_percent(form: Instrument, data: st.DataObject) -> None:
    before = data.draw(st.integers(int(form.low) + 1, int(form.high)))

    assert isclose(_improvement(form, before, form.low) or 0, 100)


@given(courses())
def test_a_score_outside_the_form_gives_no_improvement(
    course: tuple[Instrument, int, int],
) -> None:
    form, before, _ = course

    assert _improvement(form, before, form.high + 1) is None
    assert _improvement(form, before, form.low - 1) is None
    assert _improvement(form, form.high + 1, before) is None


# ---------------------------------------------------------------- bands


@pytest.mark.parametrize("name", WITH_BANDS)
def test_every_total_of_a_form_lies_in_exactly_one_band(name: str) -> None:
    form = KNOWLEDGE.instruments[name]
    for total in range(int(form.low), int(form.high) + 1):
        fitting = [band.name for band in form.bands if band.low <= total <= band.high]
        score = read_score(Rating(name, total=total), form)

        assert [score.band] == fitting, total
        assert (score.total, score.doubt) == (total, None)


@pytest.mark.parametrize("name", WITH_BANDS)
def test_bands_follow_each_other_without_a_gap(name: str) -> None:
    form = KNOWLEDGE.instruments[name]
    ends = [(band.low, band.high) for band in form.bands]

    assert ends[0][0] == form.low
    assert ends[-1][1] == form.high
    assert [low for low, _ in ends[1:]] == [high + 1 for _, high in ends[:-1]]


@given(forms, st.data())
def test_remission_is_known_exactly_where_the_form_has_a_cut(
    form: Instrument, data: st.DataObject
) -> None:
    total = data.draw(totals(form))
    found = read_score(Rating(form.id, total=total), form).remission
    cut = form.remission_at_most

    if cut is None:
        assert found is Verdict.UNKNOWN
    else:
        assert found is (Verdict.MET if total <= cut else Verdict.NOT_MET)


# ---------------------------------------------------------------- contradictions


def _tops(form: Instrument) -> list[int]:
    """The highest answer of each item."""
    highest = form.item_high
    return list(highest if len(highest) > 1 else highest * (form.items or 0))


@st.composite
def filled_in(draw: DrawFn) -> tuple[Instrument, list[int]]:
    """A form whose total is the sum of its items, with every item answered."""
    form = draw(forms_with_items)
    return form, [draw(st.integers(form.item_low, top)) for top in _tops(form)]


@given(filled_in())
def test_items_alone_give_their_sum(sheet: tuple[Instrument, list[int]]) -> None:
    form, items = sheet
    score = read_score(Rating(form.id, items=tuple(items)), form)

    assert (score.total, score.doubt) == (sum(items), None)


@given(filled_in(), st.data())
def test_a_total_that_contradicts_its_items_is_never_used(
    sheet: tuple[Instrument, list[int]], data: st.DataObject
) -> None:
    form, items = sheet
    wrong = data.draw(totals(form).filter(lambda total: total != sum(items)))
    score = read_score(Rating(form.id, total=wrong, items=tuple(items)), form)

    assert (score.total, score.band, score.remission) == (None, None, Verdict.UNKNOWN)
    assert score.doubt


@given(filled_in(), st.data())
def test_an_answer_the_form_does_not_have_takes_the_total_with_it(
    sheet: tuple[Instrument, list[int]], data: st.DataObject
) -> None:
    form, items = sheet
    number = data.draw(st.integers(0, len(items) - 1))
    items[number] = _tops(form)[number] + 1
    score = read_score(Rating(form.id, total=sum(items), items=tuple(items)), form)

    assert score.total is None
    assert score.doubt


@given(filled_in(), st.data())
def test_a_form_with_a_gap_has_no_total_of_its_own(
    sheet: tuple[Instrument, list[int]], data: st.DataObject
) -> None:
    form, items = sheet
    left_out = data.draw(st.integers(0, len(items) - 1))
    gap = tuple(None if number == left_out else answer for number, answer in enumerate(items))

    assert read_score(Rating(form.id, items=gap), form).total is None


@given(forms, st.sampled_from([-1, 300, 1000]))
def test_a_total_outside_the_form_is_never_used(form: Instrument, beyond: int) -> None:
    total = form.low + beyond if beyond < 0 else form.high + beyond
    score = read_score(Rating(form.id, total=total), form)

    assert score.total is None
    assert score.doubt


@given(forms.filter(lambda form: not form.fractional), st.data())
def test_a_fraction_of_a_point_is_never_used_where_the_form_has_none(
    form: Instrument, data: st.DataObject
) -> None:
    total = data.draw(st.integers(int(form.low), int(form.high) - 1)) + 0.5
    score = read_score(Rating(form.id, total=total), form)

    assert score.total is None
    assert score.doubt
