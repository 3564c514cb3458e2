"""Laws of the options: what is open is never taken as safe."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from euthymia import assess, shipped
from euthymia.engine.findings import Fact
from euthymia.engine.grading import TRACKS
from euthymia.engine.options import Option, weigh
from euthymia.engine.suitability import Suitability
from euthymia.exchange.document import to_json
from euthymia.exchange.intake import read_intake
from euthymia.knowledge.therapies import Therapy
from euthymia.record import Record
from euthymia.record.orders import Override
from euthymia.terms import Quantity, Verdict
from tests.laws.strategies import Form, assessed, day, told_of_therapies
from tests.unit.options_told import all_answered_no

KNOWLEDGE = shipped()
THERAPIES = list(KNOWLEDGE.therapies.values())
NAMES = [therapy.id for therapy in THERAPIES]
COULD_BE_GIVEN = (Suitability.SUITABLE, Suitability.CAUTION)
TODAY = "2026-11-24"


def values(name: str) -> st.SearchStrategy[bool | Quantity | None]:
    """What a fact of the pages may hold: a measure in its unit, yes or no, or nothing."""
    unit = KNOWLEDGE.facts[name].unit
    if unit is None:
        return st.sampled_from([True, False, None])
    numbers = st.floats(0, 400, allow_nan=False)
    return st.one_of(st.none(), numbers.map(lambda number: Quantity(number, unit)))


FACTS = st.fixed_dictionaries(
    {name: values(name).map(lambda value, name=name: Fact(name, value)) for name in KNOWLEDGE.facts}
)


def record() -> Record:
    return read_intake("law", json.dumps({"intake": 1, "as_of": TODAY}).encode(), KNOWLEDGE)


RECORD = record()


def opened(option: Option, verdict: Verdict) -> bool:
    """Whether a contraindication, on some track, has the verdict, or might if it were met."""
    return any(
        one.finding.verdict is verdict and "contraindication" in one.kinds.values()
        for one in option.findings
    )


@pytest.mark.parametrize("therapy", THERAPIES, ids=NAMES)
@settings(max_examples=60, deadline=None)
@given(facts=FACTS)
def test_nothing_is_suitable_while_a_contraindication_is_met_or_unknown(
    therapy: Therapy, facts: dict[str, Fact]
) -> None:
    option = weigh(therapy, facts, RECORD, KNOWLEDGE)
    if opened(option, Verdict.MET):
        assert option.final is Suitability.CONTRAINDICATED
    elif opened(option, Verdict.UNKNOWN) or option.unanswered:
        assert option.final not in COULD_BE_GIVEN
        assert option.suitability not in COULD_BE_GIVEN


@pytest.mark.parametrize("therapy", THERAPIES, ids=NAMES)
@settings(max_examples=40, deadline=None)
@given(facts=FACTS)
def test_the_whole_is_never_milder_than_its_safety(
    therapy: Therapy, facts: dict[str, Fact]
) -> None:
    option = weigh(therapy, facts, RECORD, KNOWLEDGE)
    assert option.suitability >= option.final
    assert all(option.final >= track for track in option.tracks.values())


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["tass", "ketamine"]), st.data())
def test_forgetting_an_answer_makes_what_could_be_given_open_or_leaves_it(
    screen: str, data: st.DataObject
) -> None:
    form = all_answered_no()
    answers = form["screening"][screen]
    gone = data.draw(st.sets(st.sampled_from(sorted(answers)), min_size=1, max_size=3))
    less = {name: told for name, told in answers.items() if name not in gone}
    without = form | {"screening": form["screening"] | {screen: less}}
    options = {"tass": ("tms",), "ketamine": ("ketamine_iv", "esketamine")}[screen]
    whole = {one.therapy.id: one.final for one in assessed(form).options}
    part = {one.therapy.id: one.final for one in assessed(without).options}
    for option in options:
        assert whole[option] is Suitability.SUITABLE
        assert part[option] >= Suitability.CAUTION


@settings(max_examples=60, deadline=None)
@given(facts=FACTS, finding=st.sampled_from(sorted(KNOWLEDGE.therapies["tms"].criteria)))
def test_an_override_takes_the_milder_track_and_nothing_milder_than_that(
    facts: dict[str, Fact], finding: str
) -> None:
    word = Override(finding=finding, by="Dr A. Example", reason="checked with the maker")
    therapy = KNOWLEDGE.therapies["tms"]
    without = weigh(therapy, facts, RECORD, KNOWLEDGE)
    overridden = weigh(therapy, facts, replace(RECORD, overrides=(word,)), KNOWLEDGE)
    assert overridden.final <= without.final
    assert overridden.final >= min(without.tracks[track] for track in TRACKS)


def test_a_record_that_says_nothing_leaves_every_option_undetermined() -> None:
    for option in assess(RECORD, KNOWLEDGE).options:
        assert option.final is Suitability.UNDETERMINED, option.therapy.id


def test_a_therapy_that_no_page_can_judge_is_undetermined_and_never_suitable() -> None:
    empty = Therapy(id="made_up", name="Made up", about=THERAPIES[0].about)
    facts = {name: Fact(name, False) for name in KNOWLEDGE.facts}
    assert weigh(empty, facts, RECORD, KNOWLEDGE).final is Suitability.UNDETERMINED


# ---------------------------------------------------------------- laws over forms

SHORT = settings(max_examples=150, deadline=None)
OF_OPTIONS = ("vitals", "implants", "seizures")
AFTERWARDS = day(-1)


@SHORT
@given(told_of_therapies())
def test_from_a_form_nothing_is_suitable_while_a_contraindication_is_met_or_unknown(
    form: Form,
) -> None:
    for option in assessed(form).options:
        stands = [one for one in option.findings if one.override is None]
        kinds = {(one.finding.verdict, kind) for one in stands for kind in (*one.kinds.values(),)}
        if (Verdict.MET, "contraindication") in kinds:
            assert option.final is Suitability.CONTRAINDICATED
        elif (Verdict.UNKNOWN, "contraindication") in kinds or option.unanswered:
            assert option.final not in COULD_BE_GIVEN


@SHORT
@given(told_of_therapies())
def test_what_must_not_be_given_has_no_plan_and_is_not_offered(form: Form) -> None:
    found = assessed(form)
    forbidden = {
        one.therapy.id for one in found.options if one.final is Suitability.CONTRAINDICATED
    }
    assert all(one.plan is None for one in found.options if one.therapy.id in forbidden)
    offered = {one.option.therapy.id for one in (*found.choice.now, *found.choice.open)}
    assert not offered & forbidden


@SHORT
@given(told_of_therapies())
def test_wishes_move_no_finding_and_no_plan(form: Form) -> None:
    wishless = {name: part for name, part in form.items() if name != "preferences"}
    assert assessed(form).options == assessed(wishless).options


@SHORT
@given(told_of_therapies(), st.data())
def test_the_order_of_what_only_options_look_at_changes_no_byte(
    form: Form, data: st.DataObject
) -> None:
    lists = {name: form[name] for name in OF_OPTIONS}
    other = form | {name: data.draw(st.permutations(told)) for name, told in lists.items()}
    assert to_json(assessed(other)) == to_json(assessed(form))


@SHORT
@given(told_of_therapies(), st.data())
def test_the_order_of_wishes_and_answers_changes_no_byte(form: Form, data: st.DataObject) -> None:
    wishes = {
        name: data.draw(st.permutations(told)) if isinstance(told, list) else _turned(told)
        for name, told in form["preferences"].items()
    }
    screens = {name: _turned(told) for name, told in form["screening"].items()}
    other = form | {"preferences": wishes, "screening": _turned(screens)}
    assert to_json(assessed(other)) == to_json(assessed(form))


def _turned(told: Form) -> Form:
    return {name: told[name] for name in reversed(told)}


@SHORT
@given(told_of_therapies())
def test_a_measure_or_an_override_after_the_day_changes_nothing(form: Form) -> None:
    late = {
        "vitals": [{"date": AFTERWARDS, "systolic_mmhg": 210, "diastolic_mmhg": 130}],
        "overrides": [
            {"finding": name, "by": "Dr A. Example", "reason": "later", "date": AFTERWARDS}
            for name in ("vns", "metal_head_30cm", "pacemaker_icd")
        ],
    }
    more = form | {name: [*form[name], *told] for name, told in late.items()}
    assert assessed(more).options == assessed(form).options


@SHORT
@given(told_of_therapies(), st.sampled_from(["tass", "ketamine"]), st.data())
def test_an_answer_less_never_makes_an_option_suitable(
    form: Form, screen: str, data: st.DataObject
) -> None:
    answers: Form = form["screening"].get(screen, {})
    if not answers:
        return
    gone = data.draw(st.sampled_from(sorted(answers)))
    less = {name: told for name, told in answers.items() if name != gone}
    without = form | {"screening": form["screening"] | {screen: less}}
    for before, after in zip(assessed(form).options, assessed(without).options, strict=True):
        if after.final in COULD_BE_GIVEN:
            assert before.final in (*COULD_BE_GIVEN, Suitability.CONTRAINDICATED)


@SHORT
@given(told_of_therapies())
def test_an_override_without_a_name_or_a_reason_changes_no_verdict(form: Form) -> None:
    blank = [one | {"by": " "} for one in form["overrides"]]
    none, nothing = assessed(form | {"overrides": blank}), assessed(form | {"overrides": []})
    assert none.options == nothing.options


def test_the_order_of_two_overrides_of_one_finding_changes_no_byte() -> None:
    words = [
        {"finding": "vns", "by": name, "reason": "asked the maker"} for name in ("Dr A", "Dr B")
    ]
    form: Form = {"intake": 1, "as_of": TODAY, "implants": [{"text": "VNS"}]}
    there, back = form | {"overrides": words}, form | {"overrides": words[::-1]}
    assert to_json(assessed(there)) == to_json(assessed(back))
