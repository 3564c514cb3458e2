"""A chart and a brought file as one record: nothing lost, no danger taken away."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from euthymia import shipped
from euthymia.exchange.intake import read_intake
from euthymia.record import Record
from euthymia.record.joining import LISTS, joined

DAY = "2026-06-30"


def told(**form: Any) -> Record:
    return read_intake("f", json.dumps({"intake": 1, "as_of": DAY, **form}).encode(), shipped())


DIAGNOSES = st.lists(
    st.builds(lambda code: {"icd10cm": code}, st.sampled_from(["F33.1", "F41.1", "E03.9"])),
    max_size=3,
)
LABS = st.lists(
    st.builds(
        lambda value: {"loinc": "3016-3", "value": value, "unit": "m[IU]/L", "date": "2026-05-01"},
        st.integers(1, 6),
    ),
    max_size=3,
)
REPLIES = st.dictionaries(
    st.sampled_from(["fainting", "pregnancy", "short_sleep"]),
    st.sampled_from(["yes", "no", "unsure"]),
)
SECTIONS = st.lists(st.sampled_from(["diagnoses", "labs"]), unique=True)
EPISODES = st.dictionaries(st.sampled_from(["months", "lifetime_episodes"]), st.integers(1, 9))
RECORDS = st.builds(
    lambda d, labs, tass, complete, episode: told(
        diagnoses=d, labs=labs, screening={"tass": tass}, complete=complete, episode=episode
    ),
    DIAGNOSES,
    LABS,
    REPLIES,
    SECTIONS,
    EPISODES,
)


@given(RECORDS, RECORDS)
def test_every_entry_of_both_is_there_and_the_charts_come_first(
    chart: Record, brought: Record
) -> None:
    both = joined(chart, brought)
    for name in LISTS:
        mine, theirs, whole = getattr(chart, name), getattr(brought, name), getattr(both, name)
        assert whole[: len(mine)] == mine
        assert set(map(repr, whole)) == {*map(repr, mine), *map(repr, theirs)}


@given(RECORDS, RECORDS)
def test_what_both_tell_is_told_once(chart: Record, brought: Record) -> None:
    added = joined(chart, brought).diagnoses[len(chart.diagnoses) :]
    assert not set(added) & set(chart.diagnoses)


@given(RECORDS, RECORDS)
def test_a_file_brought_twice_changes_nothing_the_second_time(
    chart: Record, brought: Record
) -> None:
    once = joined(chart, brought)
    twice = joined(once, brought)
    assert all(set(getattr(twice, name)) == set(getattr(once, name)) for name in LISTS)
    assert (twice.screening, twice.episode) == (once.screening, once.episode)


@given(RECORDS, RECORDS)
def test_a_file_can_add_a_danger_and_never_takes_one_away(chart: Record, brought: Record) -> None:
    gravity = {"None": -1, "no": 0, "unsure": 1, "yes": 2}
    both = joined(chart, brought).screening
    for question in {*chart.screening, *brought.screening}:
        answers = [
            gravity[str(one.screening[question].value if question in one.screening else None)]
            for one in (chart, brought)
        ]
        assert gravity[str(both[question].value)] == max(answers)


@given(RECORDS, RECORDS)
def test_only_what_the_chart_calls_complete_is_complete(chart: Record, brought: Record) -> None:
    assert joined(chart, brought).complete == chart.complete


@given(RECORDS, RECORDS)
def test_a_file_speaks_of_the_episode_only_where_the_chart_is_silent(
    chart: Record, brought: Record
) -> None:
    both = joined(chart, brought).episode
    for name in ("months", "lifetime_episodes"):
        mine, theirs = getattr(chart.episode, name), getattr(brought.episode, name)
        assert getattr(both, name) == (theirs if mine is None else mine)


def test_the_day_the_person_and_the_orders_are_the_charts() -> None:
    chart = told(patient={"sex": "female"}, ketamine_iv={"mg_per_kg": 0.5})
    brought = told(patient={"sex": "male"}, ketamine_iv={"mg_per_kg": 1})
    both = joined(chart, brought)
    assert (both.as_of, both.patient, both.orders) == (
        date.fromisoformat(DAY),
        chart.patient,
        chart.orders,
    )


def test_the_bookkeeping_of_both_is_added_up() -> None:
    chart = told(diagnoses=[{"icd10cm": "F33.1"}])
    brought = told(diagnoses=[{"icd10cm": "F41.1"}, {"icd10cm": "E03.9"}])
    assert joined(chart, brought).reading.read["diagnoses"] == 3


def test_a_weight_or_a_gene_of_the_chart_holds_against_the_file() -> None:
    chart = told(body={"weight_kg": 70}, genes={"CYP2D6": "poor"})
    brought = told(body={"weight_kg": 90, "height_cm": 170}, genes={"CYP2D6": "normal"})
    both = joined(chart, brought)
    assert both.body["weight_kg"] == chart.body["weight_kg"]
    assert both.body["height_cm"] == brought.body["height_cm"]
    assert both.genes["CYP2D6"] == "poor"
