"""Learning a fact settles what was open; it never turns a yes into a no, or a no into a yes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec.structs import replace

from euthymia import Record, assess
from euthymia.engine.assessment import Assessment
from euthymia.engine.facts import read_facts
from euthymia.engine.findings import Answer, Fact, Resistance
from euthymia.engine.judge import verdict_of
from euthymia.engine.seen import look_at
from euthymia.knowledge.conditions import Condition, FactSource, facts_of
from euthymia.record import Section
from euthymia.record.entries import Diagnosis, Exposure, Lab, Medication, Trial
from euthymia.terms import Count, Quantity, Verdict
from tests.laws.forgetting import less_known
from tests.laws.strategies import (
    KNOWLEDGE,
    TODAY,
    Form,
    answers,
    assessed,
    conditions,
    courses_in_time,
    drugs,
    intakes,
    orders_with_an_end,
    phases,
    record_of,
    records,
    thoroughly,
    values_near,
)

LABEL = "fda_ema"
MAY_BECOME: dict[Answer, set[Answer]] = {
    "no": {"no", "excluded"},
    "yes": {"yes", "provisional", "excluded"},
    "provisional": {"provisional", "excluded"},
    "excluded": {"excluded"},
    "not_assessable": set(get_args(Answer)),
}
"""What an answer may turn into as more is learnt: a mimic found later may still override it."""
ALL_SECTIONS: frozenset[Section] = frozenset(get_args(Section))


@st.composite
def pairs(draw: DrawFn) -> tuple[str, Assessment, Assessment]:
    """What was forgotten, and the same patient with and without it."""
    form = draw(intakes)
    ways = list(less_known(form))
    assume(ways)
    forgotten, less = draw(st.sampled_from(ways))
    return forgotten, assessed(less), assessed(form)


# ---------------------------------------------------------------- conditions and criteria


@given(conditions, answers, st.sets(st.sampled_from(["a", "b", "c", "x", "y"])))
def test_learning_a_fact_never_reverses_a_verdict(
    condition: Condition, truth: dict[str, bool | Quantity], hidden: set[str]
) -> None:
    whole = {name: Fact(name, value) for name, value in truth.items()}
    partial = whole | {name: Fact(name, None) for name in hidden}

    assert verdict_of(condition, partial) in {Verdict.UNKNOWN, verdict_of(condition, whole)}


@given(st.sampled_from(sorted(KNOWLEDGE.mimics)), st.data())
def test_learning_a_fact_never_reverses_a_criterion_of_the_pages(
    mimic: str, data: st.DataObject
) -> None:
    condition = KNOWLEDGE.mimics[mimic].when
    names = sorted(set(facts_of(condition)))
    whole = {name: Fact(name, data.draw(_values(KNOWLEDGE.facts[name]), name)) for name in names}
    hidden = data.draw(st.sets(st.sampled_from(names)))
    partial = whole | {name: Fact(name, None) for name in hidden}

    assert verdict_of(condition, partial) in {Verdict.UNKNOWN, verdict_of(condition, whole)}


def _values(source: FactSource) -> st.SearchStrategy[bool | Quantity]:
    unit = source.unit
    if unit is None:
        return st.booleans()
    return st.sampled_from(values_near(source.name)).map(lambda value: Quantity(value, unit))


# ---------------------------------------------------------------- through the whole judgement


@thoroughly
@given(pairs())
def test_knowing_less_never_reverses_a_mimic(pair: tuple[str, Assessment, Assessment]) -> None:
    forgotten, less, whole = pair

    assert _reversed(_of_mimics(less), _of_mimics(whole)) == {}, f"without {forgotten}"


@thoroughly
@given(courses_in_time())
def test_knowing_less_never_reverses_what_drugs_do_to_each_other(form: Form) -> None:
    whole = _of_mimics(assessed(form))
    for forgotten, less in less_known(form):
        assert _reversed(_of_mimics(assessed(less)), whole) == {}, f"without {forgotten}"


@thoroughly
@given(pairs().filter(lambda pair: not pair[0].startswith("medications")))
def test_knowing_less_never_reverses_an_algorithm_for_records(
    pair: tuple[str, Assessment, Assessment],
) -> None:
    """Medicines are left out: a whole list of trials holds the antidepressants among them too."""
    forgotten, less, whole = pair

    assert _reversed(_of_algorithms(less), _of_algorithms(whole)) == {}, f"without {forgotten}"


@thoroughly
@given(courses_in_time(), orders_with_an_end())
def test_learning_the_last_day_of_an_order_never_reverses_anything(
    form: Form, order: Exposure
) -> None:
    record = record_of(form)
    less, whole = (
        assess(replace(record, exposures=(one,)), KNOWLEDGE)
        for one in (replace(order, end=None), order)
    )

    assert _reversed(_of_mimics(less), _of_mimics(whole)) == {}
    assert _reversed(_of_algorithms(less), _of_algorithms(whole)) == {}


def _reversed(less: dict[str, Verdict], whole: dict[str, Verdict]) -> dict[str, tuple[str, str]]:
    return {
        name: (found.word, whole[name].word)
        for name, found in less.items()
        if found not in {Verdict.UNKNOWN, whole[name]}
    }


def _of_mimics(assessment: Assessment) -> dict[str, Verdict]:
    return {finding.criterion.id: finding.verdict for finding in assessment.mimics}


def _of_algorithms(assessment: Assessment) -> dict[str, Verdict]:
    return {name: one.verdict for name, one in assessment.resistance.algorithms.items()}


@thoroughly
@given(pairs())
def test_knowing_less_never_reverses_a_trial(pair: tuple[str, Assessment, Assessment]) -> None:
    forgotten, less, whole = pair
    before = _of_trials(whole)
    reversed_ = {
        name: (found.word, before[name].word)
        for name, found in _of_trials(less).items()
        if found not in {Verdict.UNKNOWN, before[name]}
    }

    assert reversed_ == {}, f"without {forgotten}"


def _of_trials(assessment: Assessment) -> dict[tuple[str, ...], Verdict]:
    return {
        (one.trial.id, rule, asked): found
        for one in assessment.resistance.trials
        for rule, judged in one.rules.items()
        for asked, found in (("adequate", judged.adequate), ("failed", judged.failed))
        if found is not None
    }


@thoroughly
@given(pairs())
def test_knowing_less_never_narrows_a_count(pair: tuple[str, Assessment, Assessment]) -> None:
    forgotten, less, whole = pair
    truth = _counts(whole.resistance)
    narrowed = {
        name: (str(count), str(truth[name]))
        for name, count in _counts(less.resistance).items()
        if not _holds(count, truth[name])
    }

    assert narrowed == {}, f"without {forgotten}"


def _counts(found: Resistance) -> dict[str, Count]:
    return {
        "fda_ema": found.fda_ema.failed,
        "eu_pearl below 25 %": found.eu_pearl.failed_below_25_pct,
        "eu_pearl below 50 %": found.eu_pearl.failed_below_50_pct,
        "msm": found.msm.failed,
        "athf_style": found.athf_style.failed,
        "atrq": found.atrq.failed,
    }


def _holds(wide: Count, narrow: Count) -> bool:
    """Whether everything the narrow count allows, the wide one allows too."""
    top = wide.at_most is None or (narrow.at_most is not None and narrow.at_most <= wide.at_most)
    return top and wide.at_least <= narrow.at_least


@thoroughly
@given(pairs())
def test_learning_more_only_settles_the_answer_or_lets_a_mimic_override_it(
    pair: tuple[str, Assessment, Assessment],
) -> None:
    forgotten, less, whole = pair

    assert whole.resistance.answer in MAY_BECOME[less.resistance.answer], f"without {forgotten}"


@thoroughly
@given(drugs, st.data())
def test_learning_a_dose_or_the_days_of_one_stretch_never_reverses_anything(
    drug: str, data: st.DataObject
) -> None:
    """Trials rebuilt from records have several stretches; each may lack its dose or its days."""
    stretches = data.draw(phases(drug).filter(bool), "stretches")
    number = data.draw(st.integers(0, len(stretches) - 1), "which")
    field = data.draw(st.sampled_from(["dose", "days"]), "what")
    hidden = replace(stretches[number], **{field: None})
    whole = Trial(id="t1", drug=drug, phases=stretches, pdc=1, improvement_pct=0)
    less = replace(whole, phases=(*stretches[:number], hidden, *stretches[number + 1 :]))

    before, after = (_all_verdicts(_of_one_trial(trial)) for trial in (less, whole))
    reversed_ = {
        name: (before[name].word, after[name].word)
        for name in before
        if before[name] not in {Verdict.UNKNOWN, after[name]}
    }
    assert reversed_ == {}


def _of_one_trial(trial: Trial) -> Assessment:
    record = Record(as_of=TODAY, complete=ALL_SECTIONS, trials=(trial,), trials_given=True)
    return assess(record, KNOWLEDGE)


def _all_verdicts(assessment: Assessment) -> dict[tuple[str, ...], Verdict]:
    found = _of_trials(assessment)
    for finding in assessment.mimics:
        found[finding.criterion.id,] = finding.verdict
    return found


# ---------------------------------------------------------------- silence


def _fact(name: str, record: Record) -> bool | Quantity | str | None:
    """The value of a fact as it is read from the record alone."""
    return read_facts(look_at(record, (), (), KNOWLEDGE))[name].value


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, fact in KNOWLEDGE.facts.items()
        if fact.section in ("diagnoses", "medications") and not (fact.only_adds or fact.key)
    ],
)
def test_silence_means_no_only_in_a_section_that_is_complete(name: str) -> None:
    section = KNOWLEDGE.facts[name].section
    silent = Record(as_of=TODAY, complete=ALL_SECTIONS - {section})
    whole = Record(as_of=TODAY, complete=ALL_SECTIONS)

    assert _fact(name, silent) is None
    assert _fact(name, whole) is False


@given(st.sets(st.sampled_from(sorted(ALL_SECTIONS))))
def test_danger_that_nobody_asked_about_is_unknown_whatever_is_complete(
    complete: set[Section],
) -> None:
    safety = assess(Record(as_of=TODAY, complete=frozenset(complete)), KNOWLEDGE).safety

    assert {danger.verdict for danger in safety.findings} == {Verdict.UNKNOWN}


@given(st.sets(st.sampled_from(sorted(ALL_SECTIONS - {"trials"}))))
def test_nobody_with_an_empty_record_is_told_yes_or_no(complete: set[Section]) -> None:
    told = assess(Record(as_of=TODAY, complete=frozenset(complete)), KNOWLEDGE).resistance

    assert told.answer in {"not_assessable", "excluded"}
    assert told.fda_ema.failed == Count(0, None)
    assert (told.answer == "excluded") is ("diagnoses" in complete)  # no depression was coded


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, fact in KNOWLEDGE.facts.items()
        if fact.only_adds and fact.section != "answers"
    ],
)
def test_what_can_only_add_is_no_reason_where_the_record_is_silent(name: str) -> None:
    fact = read_facts(look_at(Record(as_of=TODAY), (), (), KNOWLEDGE))[name]

    assert (fact.value, fact.silent) == (False, True)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, fact in KNOWLEDGE.facts.items()
        if fact.section == "labs" and not fact.only_adds
    ],
)
def test_a_stale_lab_is_unknown(name: str) -> None:
    source = KNOWLEDGE.facts[name]
    assert source.within_days is not None
    value = Quantity(2.0, source.unit or "pg/mL")
    known = True if source.above_percentile else value

    def on(days_ago: int) -> bool | Quantity | str | None:
        taken = TODAY - timedelta(days=days_ago)
        labs = (Lab(source.codes[0], value, taken, percentile_75=1.0),)
        return _fact(name, Record(as_of=TODAY, complete=ALL_SECTIONS, labs=labs))

    assert on(source.within_days) == known
    assert on(source.within_days + 1) is None


# ---------------------------------------------------------------- what a trial lacks

OPEN = {"unknown_dose", "unknown_duration", "no_level"}


@given(intakes, st.sampled_from(["dose_mg", "days_at_dose", "pdc"]))
def test_what_a_trial_lacks_never_decides_it(form: Form, field: str) -> None:
    """Without a dose, the days or the days covered a trial is open, or out for another reason."""
    trials = [
        {name: told for name, told in trial.items() if name not in (field, "serum_level")}
        for trial in form.get("trials", [])
    ]
    for finding in assessed(form | {"trials": trials}).resistance.trials:
        for judged in finding.rules.values():
            assert judged.adequate is not Verdict.MET
            if judged.adequate is Verdict.NOT_MET and finding.trial.augments is None:
                assert set(judged.codes) - OPEN - {"response_achieved"}


# ---------------------------------------------------------------- counts


@given(records())
def test_a_count_runs_from_the_certain_to_the_possible(record: Record) -> None:
    for name, count in _counts(assess(record, KNOWLEDGE).resistance).items():
        assert count.at_least >= 0, name
        assert count.at_most is None or count.at_least <= count.at_most, name


@given(intakes.filter(lambda form: "trials" in form))
def test_no_most_is_named_while_trials_may_be_missing(form: Form) -> None:
    whole = "trials" in form.get("complete", [])

    for name, count in _counts(assessed(form).resistance).items():
        assert (count.at_most is not None) is whole, name


@given(intakes.filter(lambda form: "trials" in form), drugs)
def test_a_doubtful_trial_raises_only_what_is_possible(form: Form, drug: str) -> None:
    """A further trial of which nothing is known but its name: it may have failed, or not."""
    doubtful = {"id": "doubtful", "drug": drug}
    before = _counts(assessed(form).resistance)
    after = _counts(assessed(form | {"trials": [*form["trials"], doubtful]}).resistance)

    for name, count in after.items():
        assert count.at_least == before[name].at_least, name
        assert _at_most(count) >= _at_most(before[name]), name


def _at_most(count: Count) -> float:
    return float("inf") if count.at_most is None else count.at_most


def _entries() -> Iterator[Record]:
    code, medicine = KNOWLEDGE.facts["bipolar_diagnosed"].codes[0], "donepezil"
    yield Record(as_of=TODAY, diagnoses=(Diagnosis(code),))
    yield Record(as_of=TODAY, medications=(Medication(medicine),))


@pytest.mark.parametrize("record", list(_entries()), ids=["a diagnosis", "a medicine"])
def test_what_is_on_record_counts_though_the_list_is_not_whole(record: Record) -> None:
    assert assess(record, KNOWLEDGE).resistance.answer == "excluded"


def test_a_form_keeps_what_it_says_on_the_way_to_the_record() -> None:
    """Guards the laws above: a form that loses its trials would let all of them pass."""
    record = record_of(
        {
            "intake": 1,
            "as_of": TODAY.isoformat(),
            "trials": [{"id": "t1", "drug": "sertraline", "dose_mg": 50, "days_at_dose": 42}],
        }
    )

    assert [(trial.phases[0].dose, trial.phases[0].days) for trial in record.trials] == [(50, 42)]
