"""The order of entries, and what came after the day of the assessment, change nothing."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec.structs import replace

from euthymia import Record, assess
from euthymia.engine.known import RUNS_ON, known_by_then
from euthymia.exchange.document import document, to_json
from euthymia.record.entries import (
    Diagnosis,
    Event,
    Exposure,
    Intolerance,
    Lab,
    Medication,
    NondrugTrial,
    Phase,
    Rating,
    ScaleChange,
    Trial,
)
from euthymia.terms import Code, Quantity
from tests.laws.strategies import (
    KNOWLEDGE,
    TODAY,
    Form,
    assessed,
    day,
    intakes,
    records,
    thoroughly,
)

LISTS = ("diagnoses", "trials", "nondrug_trials", "exposures", "medications", "intolerances")
LISTS_TOO = ("labs", "ratings", "events")
FORM_LISTS = ("diagnoses", "trials", "nondrug_trials", "labs", "scales", "medications", "complete")


@st.composite
def shuffled(draw: DrawFn) -> tuple[Record, Record]:
    """A record, and the same with every list in another order."""
    record = draw(records())
    lists = {name: getattr(record, name) for name in (*LISTS, *LISTS_TOO)}
    return record, replace(
        record, **{name: tuple(draw(st.permutations(entries))) for name, entries in lists.items()}
    )


@thoroughly
@given(shuffled())
def test_the_order_of_entries_changes_no_byte_of_the_answer(both: tuple[Record, Record]) -> None:
    as_told, otherwise = both

    assert to_json(assess(otherwise, KNOWLEDGE)) == to_json(assess(as_told, KNOWLEDGE))


@given(intakes, st.data())
def test_the_order_in_which_a_form_was_filled_in_changes_no_byte(
    form: Form, data: st.DataObject
) -> None:
    lists = {name: form[name] for name in FORM_LISTS if name in form}
    otherwise = form | {name: data.draw(st.permutations(told)) for name, told in lists.items()}
    fields = data.draw(st.permutations(sorted(otherwise)))

    answer = to_json(assessed({name: otherwise[name] for name in fields}))
    assert answer == to_json(assessed(form))


LATER_OUTCOME = ("improvement_pct", "peak_improvement_pct", "scale_change", "stop_reason", "pdc")
LATER_TOLD = (*LATER_OUTCOME, "end", "start")
LATER_OUTCOMES = st.fixed_dictionaries(
    {},
    optional={
        "improvement_pct": st.sampled_from([0, 10, 60]),
        "peak_improvement_pct": st.just(60),
        "scale_change": st.just({"instrument": "phq9", "before": 20, "after": 19}),
        "stop_reason": st.sampled_from(["lack_of_efficacy", "intolerance", "other"]),
        "pdc": st.sampled_from([0.2, 1]),
    },
)
AFTERWARDS = TODAY + timedelta(days=1)
LATER = Record(
    as_of=TODAY,
    diagnoses=(Diagnosis(Code("icd10cm", "F31.9"), onset=AFTERWARDS),),
    trials=(
        Trial(
            id="later", drug="sertraline", phases=(Phase(200, 84),), start=AFTERWARDS, pdc=1,
            improvement_pct=0,
        ),
    ),
    nondrug_trials=(NondrugTrial(kind="ect", sessions=12, improvement_pct=0, start=AFTERWARDS),),
    exposures=(Exposure(drug="sertraline", supply="dispense", start=AFTERWARDS, days_supply=90),),
    medications=(Medication("donepezil", since=AFTERWARDS),),
    intolerances=(Intolerance("sertraline", seen=AFTERWARDS),),
    labs=(Lab(Code("loinc", "3016-3"), Quantity(20, "m[IU]/L"), AFTERWARDS),),
    ratings=(Rating("phq9", total=0, taken=AFTERWARDS),),
    events=(Event("admission", AFTERWARDS),),
)  # fmt: skip
"""Entries that would turn every answer, each dated one day too late."""


@thoroughly
@given(records())
def test_what_came_after_the_day_changes_no_byte_of_the_answer(record: Record) -> None:
    names = (*LISTS, *LISTS_TOO)
    more = replace(record, **{n: (*getattr(record, n), *getattr(LATER, n)) for n in names})

    assert to_json(assess(more, KNOWLEDGE)) == to_json(assess(record, KNOWLEDGE))


LATE_ENTRIES: dict[str, Form] = {
    "diagnoses": {"icd10cm": "F31.9", "onset": day(-1)},
    "trials": {"id": "later", "drug": "sertraline", "dose_mg": 50, "start": day(-1)},
    "labs": {"loinc": "3016-3", "value": 20, "unit": "m[IU]/L", "date": day(-1)},
    "scales": {"instrument": "phq9", "total": 0, "date": day(-1)},
    "medications": {"drug": "donepezil", "since": day(-1)},
}


@given(intakes, st.sampled_from(sorted(LATE_ENTRIES)))
def test_a_form_says_what_it_left_out_and_judges_as_if_it_were_not_there(
    form: Form, section: str
) -> None:
    told = form.get(section, [])
    with_late = form | {section: [*told, LATE_ENTRIES[section]]}
    with_none = form | {section: told}
    late, without = (document(assessed(one)) for one in (with_late, with_none))
    left_out = late.pop("data_quality")["skipped"]
    before = without.pop("data_quality")["skipped"]

    assert late == without
    assert [one["resource"] for one in left_out if one not in before] == [f"{section}[{len(told)}]"]


@thoroughly
@given(intakes.filter(lambda form: form.get("trials")), st.data())
def test_of_a_trial_that_ends_after_the_day_what_came_later_changes_nothing(
    form: Form, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(form["trials"]) - 1))
    runs = {name: told for name, told in form["trials"][number].items() if name not in LATER_TOLD}
    begun = runs | {"start": day(data.draw(st.integers(0, 200))), "days_at_dose": 300}
    later = begun | {"end": day(-data.draw(st.integers(1, 90)))} | data.draw(LATER_OUTCOMES)

    def of(trial: Form) -> Form:
        trials = [*form["trials"][:number], trial, *form["trials"][number + 1 :]]
        answer = document(assessed(form | {"trials": trials}))
        for of_quality in ("doubts", "trials"):
            answer["data_quality"].pop(of_quality)
        return answer

    without = {name: told for name, told in later.items() if name not in LATER_OUTCOME}
    assert of(later) == of(without)


def test_what_came_of_a_trial_later_is_said_to_be_left_out() -> None:
    late = {"id": "t1", "drug": "sertraline", "start": day(60), "end": day(-60), "pdc": 1}
    found = assessed({"intake": 1, "as_of": TODAY.isoformat(), "trials": [late]})
    (course,) = found.resistance.trials

    assert ("t1", RUNS_ON) in [(one.resource, one.what) for one in found.quality.doubts]
    assert (course.trial.stop_reason, course.trial.pdc) == ("ongoing", None)


def test_of_a_course_that_is_no_drug_only_what_was_known_by_the_day_is_read() -> None:
    course = NondrugTrial(
        kind="ect", start=TODAY, end=AFTERWARDS, sessions=12, improvement_pct=0,
        scale_change=ScaleChange("phq9", 20, 20),
    )  # fmt: skip
    (known,) = known_by_then(Record(as_of=TODAY, nondrug_trials=(course,))).nondrug_trials

    assert known == NondrugTrial(kind="ect", start=TODAY)


def test_the_late_entries_above_would_turn_the_answer_if_they_were_read() -> None:
    """Guards the laws above: entries that change nothing anyway would prove nothing."""
    early = replace(LATER, as_of=AFTERWARDS)

    assert assess(early, KNOWLEDGE).resistance.answer == "excluded"
    assert assess(early, KNOWLEDGE).scores != ()
    assert assess(LATER, KNOWLEDGE).resistance.trials == ()
