"""From drug entries to courses: eras do not overlap, and days are counted once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec.structs import replace

from euthymia.engine.eras import Era, eras
from euthymia.record.entries import Exposure
from tests.laws.strategies import KNOWLEDGE, TODAY, drug_records, thoroughly

Entries = tuple[Exposure, ...]
DAY = timedelta(days=1)
GAP = timedelta(days=KNOWLEDGE.number("era_gap_days"))


def eras_of(entries: Iterable[Exposure]) -> tuple[Era, ...]:
    return eras(entries, TODAY, KNOWLEDGE)


def covered(era: Era) -> set[date]:
    """Every day that some fill of the era covers."""
    return {
        fill.start + number * DAY
        for fill in era.fills
        if fill.end
        for number in range((fill.end - fill.start).days + 1)
    }


def known(era: Era) -> bool:
    """Whether the last day of every fill is known."""
    return all(fill.end is not None for fill in era.fills)


@thoroughly
@given(drug_records())
def test_eras_of_one_drug_lie_more_than_the_gap_apart(entries: Entries) -> None:
    found = eras_of(entries)
    for drug in {era.drug for era in found}:
        in_order = sorted((era for era in found if era.drug == drug), key=lambda era: era.start)
        for earlier, later in pairwise(in_order):
            last = max(fill.end or fill.start for fill in earlier.fills)
            assert later.start - last - DAY > GAP


@given(drug_records())
def test_no_drug_is_lost_and_every_day_lies_within_what_is_known(entries: Entries) -> None:
    found = eras_of(entries)

    assert {era.drug for era in found} == {entry.drug for entry in entries}
    for era in found:
        assert era.start >= min(entry.start for entry in entries if entry.drug == era.drug)
        assert era.end is None or era.start <= era.end <= TODAY


@thoroughly
@given(drug_records())
def test_the_share_of_days_covered_lies_between_0_and_1(entries: Entries) -> None:
    for era in eras_of(entries):
        share = era.covered_share(fills_needed=1)
        assert (share is None) is not known(era)
        assert share is None or 0 < share <= 1


@given(drug_records())
def test_one_fill_alone_never_shows_that_it_was_taken(entries: Entries) -> None:
    needed = KNOWLEDGE.number("fills_needed_count")
    for era in eras_of(entries):
        if len(era.fills) < needed:
            assert era.covered_share(needed) is None


@thoroughly
@given(drug_records())
def test_the_days_of_the_phases_are_the_days_covered(entries: Entries) -> None:
    """No day is counted twice, however the supplies overlap."""
    for era in eras_of(entries):
        days = [phase.days for phase in era.phases()]
        if known(era):
            assert sum(number for number in days if number is not None) == len(covered(era))
        else:
            assert None in days


@thoroughly
@given(drug_records(), st.data())
def test_the_order_of_entries_changes_no_era(entries: Entries, data: st.DataObject) -> None:
    otherwise = data.draw(st.permutations(entries))

    assert _shape(eras_of(otherwise)) == _shape(eras_of(entries))


@st.composite
def split_in_two(draw: DrawFn) -> tuple[Entries, Entries]:
    """Dispenses of one drug, and the same with one of them given in two halves back to back.

    Nothing else is given out before the second half: with a third supply between the halves the
    order in which the pharmacy gave them would differ, and so may what was left over.
    """
    starts = sorted(draw(st.sets(st.integers(0, 30), min_size=1, max_size=5)), reverse=True)
    fills = tuple(
        Exposure(
            drug="sertraline",
            supply="dispense",
            start=TODAY - timedelta(days=60 + 30 * months),
            days_supply=draw(st.sampled_from([14, 28, 30, 60, 90])),
            dose=draw(st.sampled_from([50.0, 100.0])),
            resource=f"MedicationDispense/{number}",
        )
        for number, months in enumerate(starts)
    )
    number = draw(st.integers(0, len(fills) - 1))
    whole = fills[number]
    half = (whole.days_supply or 0) / 2
    second = replace(
        whole,
        start=whole.start + timedelta(days=half),
        days_supply=half,
        resource=f"{whole.resource}b",
    )
    halves = (replace(whole, days_supply=half), second)
    return fills, (*fills[:number], *halves, *fills[number + 1 :])


def _shape(found: Iterable[Era]) -> list[object]:
    return [(era.drug, era.start, era.end, era.phases()) for era in found]


@thoroughly
@given(split_in_two().filter(lambda both: _nothing_between(*both)))
def test_a_supply_given_in_two_halves_back_to_back_is_the_same_course(
    both: tuple[Entries, Entries],
) -> None:
    whole, halves = both

    assert _shape(eras_of(halves)) == _shape(eras_of(whole))


@thoroughly
@given(split_in_two(), st.data())
def test_a_dose_given_in_hospital_on_a_day_that_a_supply_covers_changes_no_course(
    both: tuple[Entries, Entries], data: st.DataObject
) -> None:
    fills, _ = both
    day = data.draw(st.sampled_from(sorted(day for era in eras_of(fills) for day in covered(era))))
    given_there = Exposure(
        drug="sertraline", supply="administration", start=day, days_supply=1, dose=50,
        resource="MedicationAdministration/1",
    )  # fmt: skip

    assert _shape(eras_of((*fills, given_there))) == _shape(eras_of(fills))


@thoroughly
@given(split_in_two())
def test_every_supply_is_named_among_the_sources_of_a_course(both: tuple[Entries, Entries]) -> None:
    """Also one that gave way to the next before it was begun."""
    for fills in both:
        named = {name for era in eras_of(fills) for name in era.sources}

        assert named == {entry.resource for entry in fills}


def _nothing_between(whole: Entries, halves: Entries) -> bool:
    (second,) = [entry for entry in halves if (entry.resource or "").endswith("b")]
    first_start = second.start - timedelta(days=second.days_supply or 0)
    return not any(first_start < entry.start <= second.start for entry in whole)
