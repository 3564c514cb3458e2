"""What is certain of drugs taken together, and what their days leave open."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from euthymia import Record, assess
from euthymia.engine.assessment import Assessment
from euthymia.record.entries import Exposure
from euthymia.terms import Verdict
from tests.laws.strategies import KNOWLEDGE, assessed, record_of

WHOLE = ["diagnoses", "trials", "medications"]


def failed(name: str, drug: str, **more: Any) -> dict[str, Any]:
    """A fair trial without effect; its dates are only what is given."""
    return {
        "id": name,
        "drug": drug,
        "dose_mg": 150,
        "days_at_dose": 56,
        "pdc": 0.95,
        "improvement_pct": 10,
        "stop_reason": "lack_of_efficacy",
        **more,
    }


def form(*trials: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "intake": 1,
        "as_of": "2026-06-30",
        "complete": WHOLE,
        "diagnoses": [{"icd10cm": "F33.1"}],
        "trials": list(trials),
        **more,
    }


def verdict_of(mimic: str, found: Assessment) -> Verdict:
    return next(one.verdict for one in found.mimics if one.criterion.id == mimic)


def with_order(record: Record, drug: str, start: date, **more: Any) -> Assessment:
    order = Exposure(
        drug=drug, supply="request", start=start, resource="MedicationRequest/x", **more
    )
    return assess(replace(record, exposures=(order,)), KNOWLEDGE)


DATED = record_of(form(failed("t1", "nortriptyline", start="2026-01-10", end="2026-03-10")))

# ---------------------------------------------------------------- orders without an end


def test_an_order_without_an_end_is_not_read_as_one_day() -> None:
    begun_before = with_order(DATED, "carbamazepine", date(2026, 1, 5))

    assert verdict_of("induction", begun_before) is Verdict.UNKNOWN


def test_an_order_with_its_days_settles_whether_it_met_the_trial() -> None:
    short = with_order(DATED, "carbamazepine", date(2026, 1, 5), days_supply=10)
    long = with_order(DATED, "carbamazepine", date(2026, 1, 5), days_supply=30)

    assert verdict_of("induction", short) is Verdict.NOT_MET
    assert verdict_of("induction", long) is Verdict.MET


def test_an_order_begun_after_the_trial_cannot_have_met_it_whatever_its_end() -> None:
    after = with_order(DATED, "carbamazepine", date(2026, 3, 11))

    assert verdict_of("induction", after) is Verdict.NOT_MET


def test_a_steroid_without_an_end_may_still_have_been_taken_at_the_onset() -> None:
    record = record_of(form(episode={"months": 6}))

    assert verdict_of(
        "drug_induced_corticosteroid", with_order(record, "prednisone", date(2025, 12, 1))
    ) is (Verdict.UNKNOWN)


def test_an_order_without_an_end_leaves_the_year_of_ohdsi_open() -> None:
    """Alive within a year before the third drug or not: nobody knows how long it was taken."""
    record = replace(
        DATED,
        trials=(),
        exposures=tuple(
            Exposure(drug=drug, supply="request", start=start, end=end)
            for drug, start, end in (
                ("sertraline", date(2024, 1, 5), None),
                ("venlafaxine", date(2026, 1, 5), date(2026, 2, 5)),
                ("mirtazapine", date(2026, 3, 5), date(2026, 4, 5)),
            )
        ),
    )
    found = assess(record, KNOWLEDGE).resistance.algorithms

    assert found["ohdsi_1009"].verdict is Verdict.UNKNOWN


def test_an_undated_medicine_of_no_set_opens_no_algorithm() -> None:
    answers = assessed(form(medications=[{"drug": "ibuprofen"}])).resistance.algorithms
    opened = assessed(form(medications=[{"drug": "fluoxetine"}])).resistance.algorithms

    assert {one.verdict for one in answers.values()} == {Verdict.NOT_MET}
    assert Verdict.UNKNOWN in {one.verdict for one in opened.values()}


# ---------------------------------------------------------------- other drugs beside a trial


def test_carbamazepine_beside_an_agent_no_page_knows_is_open() -> None:
    record = record_of(form(failed("t1", "melitracen", start="2026-01-10", end="2026-03-10")))
    found = with_order(record, "carbamazepine", date(2026, 1, 5), days_supply=90)

    assert verdict_of("induction", found) is Verdict.UNKNOWN


def test_a_whole_list_of_medicines_says_that_a_trial_without_an_end_is_over() -> None:
    trial = {"id": "t1", "drug": "memantine", "start": "2026-01-01"}

    assert verdict_of("dementia", assessed(form(trial))) is Verdict.NOT_MET


def test_an_undated_trial_may_have_met_a_blocker_taken_since() -> None:
    found = assessed(
        form(
            {"id": "t1", "drug": "paroxetine"},
            medications=[{"drug": "quinidine", "since": "2025-09-16"}],
        )
    )

    assert verdict_of("inhibition", found) is Verdict.UNKNOWN


@pytest.mark.parametrize("told", ["augments", "added_to"])
def test_what_is_told_as_added_to_a_drug_was_taken_beside_it(told: str) -> None:
    found = assessed(
        form(failed("t1", "nortriptyline"), {"id": "t2", "drug": "bupropion", told: "t1"})
    )

    assert verdict_of("inhibition", found) is Verdict.MET


def test_drugs_told_as_begun_together_were_taken_together() -> None:
    pair = {"combination": "pair"}
    found = assessed(form(failed("t1", "nortriptyline", **pair), failed("t2", "bupropion", **pair)))

    assert verdict_of("inhibition", found) is Verdict.MET


def test_drugs_taken_one_after_the_other_block_nothing() -> None:
    found = assessed(
        form(
            failed("t1", "nortriptyline", start="2025-01-01", end="2025-03-01"),
            failed("t2", "bupropion", start="2025-06-01", end="2025-08-01"),
        )
    )

    assert verdict_of("inhibition", found) is Verdict.NOT_MET


# ---------------------------------------------------------------- genes

FAST = {"genes": {"CYP2D6": "ultrarapid"}}
CLEARED_FAST = failed("t1", "nortriptyline", start="2026-01-10", end="2026-03-10")


def test_a_fast_gene_counts_where_no_blocker_can_have_been_taken() -> None:
    assert verdict_of("pgx", assessed(form(CLEARED_FAST, **FAST))) is Verdict.MET


@pytest.mark.parametrize("section", ["medications", "trials"])
def test_silence_about_blockers_leaves_a_fast_gene_open(section: str) -> None:
    rest = [one for one in WHOLE if one != section]

    assert verdict_of("pgx", assessed(form(CLEARED_FAST, complete=rest, **FAST))) is Verdict.UNKNOWN


def test_a_blocker_without_dates_leaves_a_fast_gene_open() -> None:
    undated = assessed(form(CLEARED_FAST, {"id": "t2", "drug": "bupropion"}, **FAST))

    assert verdict_of("pgx", undated) is Verdict.UNKNOWN


def test_a_blocker_beside_the_trial_makes_a_fast_gene_slow() -> None:
    beside = {"id": "t2", "drug": "bupropion", "augments": "t1"}

    assert verdict_of("pgx", assessed(form(CLEARED_FAST, beside, **FAST))) is Verdict.NOT_MET


@pytest.mark.parametrize("when", [{}, {"start": "2026-01-10", "end": "2026-04-01"}])
def test_whether_a_drug_blocks_its_own_enzyme_does_not_hang_on_dates(when: dict[str, str]) -> None:
    """The CPIC rows for paroxetine speak of the drug as it is taken, its own blocking included."""
    found = assessed(form(failed("t1", "paroxetine", **when), **FAST))

    assert verdict_of("pgx", found) is Verdict.MET


# ---------------------------------------------------------------- the gate


def gate(*trials: dict[str, Any], **more: Any) -> tuple[float, bool]:
    exposed = assessed(form(*trials, **more)).resistance.exposure
    assert exposed is not None
    return exposed.p_at_least_two, exposed.at_least


TWO = (failed("t1", "sertraline"), failed("t2", "venlafaxine"))


def test_the_chance_of_the_gate_is_exact_where_nothing_is_open() -> None:
    assert gate(*TWO) == (pytest.approx(0.95 * 0.95), False)


def test_the_chance_of_the_gate_is_the_least_where_trials_may_be_missing() -> None:
    assert gate(*TWO, complete=["diagnoses"]) == (pytest.approx(0.95 * 0.95), True)


def test_the_chance_of_the_gate_is_the_least_while_it_is_open_how_a_trial_ended() -> None:
    too_low = {"id": "t2", "drug": "venlafaxine", "dose_mg": 10, "days_at_dose": 56, "pdc": 1}

    assert gate(TWO[0], too_low) == (0, True)


def test_a_blocker_that_is_only_possible_leaves_the_gate_at_its_least() -> None:
    fair, fast = failed("t2", "venlafaxine", dose_mg=225), CLEARED_FAST
    fast_surely = gate(fair, fast, **FAST)
    perhaps = gate(fair, fast, {"id": "t3", "drug": "bupropion", "augments": "t2"}, **FAST)

    assert fast_surely == (pytest.approx(0.95 * 0.7), False)
    assert perhaps == (pytest.approx(0.95 * 0.7), True)
