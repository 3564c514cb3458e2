"""Answers in FHIR: what each fills, what leaves it unknown, and what is left out by name."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from euthymia import shipped
from euthymia.exchange.fhir import SourceError, read_fhir, read_terminology
from euthymia.record.entries import Told
from euthymia.terms import Quantity

KNOWLEDGE = shipped()
LOINC = "http://loinc.org"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
HOSPITAL = "http://hospital.example/codes"
TODAY = date(2026, 6, 30)
PATIENT = {"resourceType": "Patient", "id": "p", "birthDate": "1980-02-29"}
SUBJECT = {"reference": "Patient/p"}

WORK, HOME, WORRY, STRESS, COMPANY = "67875-5", "71802-3", "93033-9", "93038-8", "93029-7"
YES, NO, DECLINED = "LA33-6", "LA32-8", "LA30122-8"
UNEMPLOYED, FULL_TIME, NOT_SEEKING = "LA17956-6", "LA30136-8", "LA30137-6"
HOUSED, HOMELESS = "LA30189-7", "LA30190-5"
ACE = [code.value for code in KNOWLEDGE.tallies["ace"].codes]


def coded(code, system=LOINC, display=None):
    return {"coding": [{"system": system, "code": code, "display": display}]}


def observed(code, answer=None, day="2026-05-01", identity=None, **fields):
    """An observation; its answer is a LOINC answer code where no other value is given."""
    said = {"valueCodeableConcept": coded(answer)} if answer else {}
    return {
        "resourceType": "Observation",
        "id": identity or f"{code}-{day}-{answer}",
        "subject": SUBJECT,
        "status": "final",
        "code": fields.pop("concept", coded(code)),
        "effectiveDateTime": day,
        **said,
        **fields,
    }


def filled_in(answers, day="2026-05-01", **fields):
    """A questionnaire whose links are LOINC codes, as US Core writes them."""
    items = [
        {
            "linkId": f"/93025-5/{code}",
            "answer": [{"valueCoding": {"system": LOINC, "code": answer}}],
        }
        for code, answer in answers.items()
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": f"form-{day}",
        "subject": SUBJECT,
        "status": "completed",
        "authored": day,
        "item": [{"linkId": "/93025-5", "item": items}],
        **fields,
    }


def depression(code="F32.1", onset="2024-06-01", over=None, **fields):
    category = "http://terminology.hl7.org/CodeSystem/condition-category"
    status = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    return {
        "resourceType": "Condition",
        "id": f"{code}-{onset}",
        "subject": SUBJECT,
        "clinicalStatus": coded("resolved" if over else "active", status),
        "category": [coded(fields.pop("listed", "problem-list-item"), category)],
        "code": coded(code, ICD10CM),
        "onsetDateTime": onset,
        **({"abatementDateTime": over} if over else {}),
        **fields,
    }


def read(*resources, patient=PATIENT, **options):
    lines = "\n".join(json.dumps(one) for one in (patient, *resources)).encode()
    [record] = read_fhir([("r.ndjson", lines)], KNOWLEDGE, as_of=TODAY, **options)
    return record


def told(record):
    return {field: one.value for field, one in record.context.items()}


def skipped(record):
    return {one.resource: one.why for one in record.reading.skipped}


def doubts(record):
    return {one.resource: one.what for one in record.reading.doubts}


def table(*rows):
    text = "\n".join(["system,code,field,value", *rows]).encode()
    return read_terminology([("answers.csv", text)])


# ---------------------------------------------------------------- work


@pytest.mark.parametrize(
    ("answer", "work"),
    [(UNEMPLOYED, "unemployed"), (FULL_TIME, "employed"), ("LA30138-4", "employed")],
)
def test_work_is_read_from_an_observation_and_from_a_form_with_its_day(answer, work):
    seen = date(2026, 5, 1)

    one, form = read(observed(WORK, answer, identity="o")), read(filled_in({WORK: answer}))

    assert one.context["employment"] == Told(work, seen, "Observation/o")
    assert form.context["employment"] == Told(work, seen, "QuestionnaireResponse/form-2026-05-01")


def test_not_seeking_work_is_unknown_and_ends_an_older_answer():
    record = read(
        observed(WORK, UNEMPLOYED, "2025-05-01"), observed(WORK, NOT_SEEKING, identity="now")
    )

    assert "employment" not in record.context
    assert doubts(record)["Observation/now"] == "its answer leaves employment unknown"


def test_a_declined_question_leaves_the_older_answer_as_it_was():
    record = read(observed(WORK, UNEMPLOYED, "2025-05-01"), observed(WORK, DECLINED))

    assert record.context["employment"].value == "unemployed"
    assert record.context["employment"].seen == date(2025, 5, 1)


def test_the_newest_answer_holds():
    record = read(
        observed(WORK, UNEMPLOYED, "2024-05-01"),
        observed(WORK, NOT_SEEKING, "2025-05-01"),
        observed(WORK, FULL_TIME),
    )

    assert told(record) == {"employment": "employed"}
    assert record.reading.doubts == ()


def test_two_answers_of_one_day_that_differ_leave_it_unknown_and_say_so():
    record = read(
        observed(WORK, "LA30136-8", "2024-01-01"),
        observed(WORK, UNEMPLOYED, identity="a"),
        observed(WORK, FULL_TIME, identity="b"),
    )

    assert record.context == {}
    assert set(doubts(record)) == {"Observation/a", "Observation/b"}


def test_a_form_and_the_observation_drawn_from_it_agree():
    record = read(filled_in({WORK: UNEMPLOYED}), observed(WORK, UNEMPLOYED))

    assert told(record) == {"employment": "unemployed"}
    assert record.reading.doubts == ()


@pytest.mark.parametrize(
    "value",
    [
        {"valueCodeableConcept": coded("LA99999-9")},
        {"valueCodeableConcept": coded(UNEMPLOYED, HOSPITAL)},
        {"valueCodeableConcept": coded(UNEMPLOYED, display="Employed")},
        {"valueString": "between jobs"},
        {"valueInteger": 1},
    ],
)
def test_an_answer_no_page_knows_is_never_guessed_and_ends_an_older_one(value):
    record = read(observed(WORK, FULL_TIME, "2025-05-01"), observed(WORK, identity="o", **value))

    assert record.context == {}
    assert "Observation/o" in doubts(record)


@pytest.mark.parametrize("second", [NOT_SEEKING, DECLINED, FULL_TIME])
def test_two_codes_in_one_answer_that_differ_leave_it_unknown(second):
    both = {"coding": [*coded(UNEMPLOYED)["coding"], *coded(second)["coding"]]}

    assert read(observed(WORK, valueCodeableConcept=both)).context == {}


def test_an_absent_value_is_as_if_nobody_had_asked():
    absent = observed(WORK, identity="o", dataAbsentReason={"text": "asked but unknown"})

    record = read(observed(WORK, UNEMPLOYED, "2025-05-01"), absent)

    assert told(record) == {"employment": "unemployed"}
    assert skipped(record) == {"Observation/o": "has no answer that can be read"}


def test_an_answer_without_a_day_says_nothing_of_today():
    undated = observed(WORK, UNEMPLOYED, identity="o")
    del undated["effectiveDateTime"]

    assert read(undated).context == {}
    assert skipped(read(undated)) == {"Observation/o": "has no date"}


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "unknown"])
def test_an_answer_that_does_not_count_fills_nothing(status):
    assert read(observed(WORK, UNEMPLOYED, status=status)).context == {}


def test_an_answer_after_the_day_of_the_assessment_is_not_read():
    assert read(observed(WORK, UNEMPLOYED, "2026-07-01")).context == {}


def test_an_unfinished_form_is_read_with_a_reservation():
    record = read(filled_in({WORK: UNEMPLOYED}, status="in-progress"))

    assert told(record) == {"employment": "unemployed"}
    assert "was not finished" in doubts(record)["QuestionnaireResponse/form-2026-05-01"]


def test_an_answer_within_a_panel_is_read_with_the_day_of_the_panel():
    panel = observed(
        "93025-5", component=[{"code": coded(WORK), "valueCodeableConcept": coded(UNEMPLOYED)}]
    )

    assert read(panel).context["employment"].seen == date(2026, 5, 1)


# ---------------------------------------------------------------- housing


@pytest.mark.parametrize(
    ("home", "worry", "housing"),
    [
        (HOMELESS, None, "insecure"),
        (None, YES, "insecure"),
        (HOUSED, YES, "insecure"),
        (HOMELESS, NO, "insecure"),
        (HOMELESS, DECLINED, "insecure"),
        (HOUSED, NO, "secure"),
        (HOUSED, None, None),
        (None, NO, None),
        (HOUSED, DECLINED, None),
    ],
)
def test_housing_is_insecure_by_either_answer_and_secure_only_by_both(home, worry, housing):
    answers = {code: answer for code, answer in ((HOME, home), (WORRY, worry)) if answer}

    assert told(read(filled_in(answers))).get("housing") == housing


def test_homelessness_in_plain_words_is_read():
    record = read(observed(HOME, valueString="Patient is homeless"))

    assert told(record) == {"housing": "insecure"}


def test_secure_housing_is_as_old_as_the_older_of_its_two_answers():
    record = read(observed(HOME, HOUSED, "2024-02-03"), observed(WORRY, NO))

    assert record.context["housing"].value == "secure"
    assert record.context["housing"].seen == date(2024, 2, 3)


def test_insecure_housing_keeps_the_day_of_the_answer_that_says_so():
    record = read(observed(WORRY, YES, "2024-02-03"), observed(HOME, HOUSED))

    assert record.context["housing"].value == "insecure"
    assert record.context["housing"].seen == date(2024, 2, 3)


# ---------------------------------------------------------------- shown, never scored


def test_stress_and_company_are_shown_and_fill_no_field_that_is_scored():
    record = read(observed(STRESS, "LA13914-9"), observed(COMPANY, "LA27722-0"))

    assert told(record) == {"stress": "very much", "company": "less than weekly"}
    assert all(KNOWLEDGE.answers[name].shown_only for name in ("stress", "company"))


# ---------------------------------------------------------------- childhood


def asked_of_childhood(yes, no):
    answers = [YES] * yes + [NO] * no
    return filled_in(dict(zip(ACE, answers, strict=False)))


@pytest.mark.parametrize(
    ("yes", "no", "trauma"),
    [
        (4, 0, True),
        (8, 0, True),
        (4, 4, True),
        (0, 8, False),
        (1, 7, None),
        (0, 7, False),
        (2, 6, None),
        (3, 5, None),
        (0, 6, None),
        (3, 0, None),
    ],
)
def test_childhood_is_told_only_where_the_missing_questions_could_not_change_it(yes, no, trauma):
    assert told(read(asked_of_childhood(yes, no))).get("childhood_trauma") is trauma


@given(st.lists(st.sampled_from([YES, NO, None]), min_size=8, max_size=8), st.data())
def test_another_answer_never_reverses_what_is_told_of_childhood(answers, data):
    known = {code: one for code, one in zip(ACE, answers, strict=True) if one}
    more = {code: known.get(code) or data.draw(st.sampled_from([YES, NO])) for code in ACE}

    before, after = (told(read(filled_in(one))).get("childhood_trauma") for one in (known, more))

    assert before is None or before is after


def test_answers_on_childhood_from_single_observations_are_added_up():
    record = read(*(observed(code, YES, f"2026-0{n}-01") for n, code in enumerate(ACE[:4], 1)))

    assert record.context["childhood_trauma"].value is True
    assert record.context["childhood_trauma"].seen == date(2026, 1, 1)


def test_contradictory_answers_on_childhood_count_as_open():
    yes_and_no = [observed(ACE[0], answer) for answer in (YES, NO)]

    record = read(*(observed(code, YES) for code in ACE[1:4]), *yes_and_no)

    assert record.context == {}


# ---------------------------------------------------------------- anxiety


def test_an_anxiety_total_arrives_with_its_day_from_an_observation():
    [rating] = read(observed("70274-6", valueInteger=14)).ratings

    assert (rating.instrument, rating.total, rating.taken) == ("gad7", 14, date(2026, 5, 1))


def test_anxiety_answers_arrive_with_their_day_from_a_form():
    items = [code.value for code in KNOWLEDGE.instruments["gad7"].item_codes]

    [rating] = read(filled_in(dict.fromkeys(items, "LA6570-1"))).ratings

    assert (rating.instrument, rating.items) == ("gad7", (2,) * 7)
    assert rating.taken == date(2026, 5, 1)


# ---------------------------------------------------------------- body and laboratory


def measured(code, number, unit, day="2026-05-01"):
    return observed(code, day=day, valueQuantity={"value": number, "code": unit})


def test_the_mass_index_comes_from_weight_and_height_of_the_day_of_the_weight():
    record = read(
        measured("29463-7", 96, "kg", "2026-05-01"), measured("8302-2", 1.6, "m", "2025-01-02")
    )

    assert record.body["bmi_kg_per_m2"].value == pytest.approx(37.5)
    assert record.body["bmi_kg_per_m2"].seen == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("day_of_index", "index"), [("2026-05-01", 30), ("2026-06-01", 30), ("2024-05-01", 37.5)]
)
def test_a_measured_mass_index_holds_unless_weight_and_height_are_newer(day_of_index, index):
    record = read(
        measured("39156-5", 30, "kg/m2", day_of_index),
        measured("29463-7", 96, "kg"),
        measured("8302-2", 160, "cm"),
    )

    assert record.body["bmi_kg_per_m2"].value == pytest.approx(index)


@pytest.mark.parametrize("height", [0, -160, 1.6, 1600])
def test_a_height_that_cannot_be_gives_no_mass_index(height):
    record = read(measured("29463-7", 96, "kg"), measured("8302-2", height, "cm"))

    assert "bmi_kg_per_m2" not in record.body


def test_a_mass_index_beyond_belief_asks_for_the_unit():
    record = read(measured("29463-7", 96, "kg"), measured("8302-2", 1.6, "cm"))

    assert ["check the unit" in what for what in doubts(record).values()] == [True]


@pytest.mark.parametrize(
    ("number", "unit", "in_mg_per_l"),
    [(4, "mg/L", 4), (0.4, "mg/dL", 4), (300, "mg/L", 300), (30, "mg/dL", 300)],
)
def test_c_reactive_protein_is_turned_into_mg_per_l(number, unit, in_mg_per_l):
    [lab] = read(measured("30522-7", number, unit)).labs

    assert lab.value == Quantity(in_mg_per_l, "mg/L")


@pytest.mark.parametrize(("number", "unit"), [(301, "mg/L"), (31, "mg/dL")])
def test_c_reactive_protein_above_what_can_be_is_left_out_by_name(number, unit):
    record = read(measured("30522-7", number, unit))

    assert record.labs == ()
    assert list(skipped(record).values()) == ["is above what can be (300 mg/L); check the unit"]


@pytest.mark.parametrize(
    ("number", "doubted"), [(0.009, False), (0.01, True), (0.05, True), (0.06, False)]
)
def test_a_tiny_c_reactive_protein_is_read_and_asks_for_its_unit(number, doubted):
    record = read(measured("30522-7", number, "mg/L"))

    assert len(record.labs) == 1
    assert ["check the unit" in what for what in doubts(record).values()] == [True] * doubted


def test_molar_c_reactive_protein_is_left_out_by_name():
    record = read(measured("76486-0", 30, "nmol/L"))

    assert record.labs == ()
    assert "amount of substance" in next(iter(skipped(record).values()))
    assert record.reading.unmapped == {}


# ---------------------------------------------------------------- the problem list


def test_the_length_of_an_episode_is_never_read_off_a_problem_list():
    assert read(depression()).episode.months is None


def test_one_open_single_episode_dates_itself_for_the_causes_alone():
    record = read(depression("F32.1", "2024-06-30"))

    assert record.context["episode_months_coded"].value == pytest.approx(24, abs=0.1)
    assert "for the causes alone" in doubts(record)["Condition/F32.1-2024-06-30"]


@pytest.mark.parametrize(
    "listed",
    [
        [depression("F33.1")],
        [depression("F32.1"), depression("F33.1", "2020-01-01", over="2021-01-01")],
        [depression("F32.1"), depression("F32.0", "2023-01-01")],
        [depression("F32.1", listed="encounter-diagnosis")],
        [depression("F32.1", category=[])],
        [depression("F32.4")],
        [depression("F32.A")],
        [depression("F32.1", onset="2024")],
        [depression("F32.1", over="2025-01-01")],
        [depression("F32.1", clinicalStatus=coded("recurrence"))],
        [depression("F32.1", verificationStatus=coded("provisional"))],
    ],
)
def test_what_need_not_be_one_open_single_episode_dates_nothing(listed):
    assert "episode_months_coded" not in read(*listed).context


@pytest.mark.parametrize(
    ("onset", "age"),
    [
        ("1998-02-28", 17),
        ("1999-02-27", 18),
        ("1999-03-01", None),
        ("1996", 16),
        ("1999", None),
        ("1980-02-29", None),
        ("1975-01-01", None),
    ],
)
def test_a_first_depression_by_eighteen_is_told_and_a_later_one_is_not(onset, age):
    record = read(depression("F33.1", onset))

    assert record.episode.first_onset_age_years == age


def test_without_a_day_of_birth_no_age_of_onset_is_told():
    record = read(depression(onset="1990-01-01"), patient={"resourceType": "Patient", "id": "p"})

    assert record.episode.first_onset_age_years is None


def episodes(*spans, **fields):
    return [depression("F33.1", onset, over=over, **fields) for onset, over in spans]


APART = (("2010-01-01", "2010-08-01"), ("2015-01-01", "2015-08-01"), ("2024-01-01", None))


def test_three_depressions_each_over_before_the_next_are_three_episodes():
    assert read(*episodes(*APART)).episode.lifetime_episodes == 3


@pytest.mark.parametrize(
    "listed",
    [
        episodes(*APART[:2]),
        episodes(*APART, listed="encounter-diagnosis"),
        episodes(("2010-01-01", "2014-12-01"), *APART[1:]),
        [*episodes(*APART[1:]), depression("F33.1", "2010-01-01")],
        [*episodes(*APART[1:]), depression("F33.1", "2010", over="2014-12")],
        [*episodes(*APART[:2]), depression("F33.42", "2024-01-01")],
        [
            *episodes(*APART[1:]),
            depression("F33.1", "2010-01-01", clinicalStatus=coded("resolved")),
        ],
    ],
)
def test_fewer_or_overlapping_depressions_are_never_told_as_a_number(listed):
    assert read(*listed).episode.lifetime_episodes is None


# ---------------------------------------------------------------- the user's own codes


def local(code, **value):
    return observed(code, concept=coded(code, HOSPITAL), **value)


def test_an_answer_code_of_the_hospital_fills_the_field_it_is_mapped_to():
    own = table(f"{HOSPITAL},W2,employment,long_term_sick", f"{HOSPITAL},T1,childhood_trauma,true")
    work = observed(WORK, valueCodeableConcept=coded("W2", HOSPITAL))
    trauma = observed("99999-9", valueCodeableConcept=coded("T1", HOSPITAL))

    assert told(read(work, trauma, terminology=own)) == {
        "childhood_trauma": True,
        "employment": "long_term_sick",
    }
    assert read(trauma).context == {}


@pytest.mark.parametrize(
    ("field", "value", "meant"),
    [
        ("insomnia", {"valueBoolean": True}, True),
        ("insomnia", {"valueCodeableConcept": coded(NO)}, False),
        ("employment", {"valueString": "Retired"}, "retired"),
        ("perceived_criticism", {"valueInteger": 7}, 7),
        ("executive_z", {"valueQuantity": {"value": 1.5, "unit": "{z-score}"}}, 1.5),
        ("perceived_criticism", {"valueInteger": 70}, None),
        ("insomnia", {"valueInteger": 1}, None),
        ("employment", {"valueString": "busy"}, None),
    ],
)
def test_a_question_of_the_hospital_is_read_in_the_words_of_the_form(field, value, meant):
    record = read(local("Q", **value), terminology=table(f"{HOSPITAL},Q,{field},"))

    assert told(record).get(field) == meant


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ({"valueBoolean": True}, True),
        ({"valueBoolean": False}, False),
        ({}, None),
        ({"dataAbsentReason": {"text": "unknown"}}, None),
        ({"valueString": "perhaps"}, None),
    ],
)
def test_a_finding_of_the_hospital_needs_a_yes(value, meant):
    record = read(local("F", **value), terminology=table(f"{HOSPITAL},F,ptsd,true"))

    assert told(record).get("ptsd") is meant


def test_a_no_to_a_finding_is_not_the_opposite_of_a_word():
    own = table(f"{HOSPITAL},F,housing,insecure")

    assert read(local("F", valueBoolean=False), terminology=own).context == {}


@pytest.mark.parametrize("gene", ["CYP2C19", "CYP2D6", "CYP2B6"])
@pytest.mark.parametrize(
    ("value", "speed"),
    [
        ({"valueCodeableConcept": {"text": "Poor Metabolizer"}}, "poor"),
        ({"valueString": "Ultrarapid metaboliser"}, "ultrarapid"),
        ({"valueString": "normal"}, "normal"),
        ({"valueString": "indeterminate"}, None),
    ],
)
def test_genes_are_read_by_the_codes_of_the_hospital(gene, value, speed):
    record = read(local("G", **value), terminology=table(f"{HOSPITAL},G,{gene},"))

    assert record.genes.get(gene) == speed
    assert record.context == {}


def test_gene_results_that_differ_on_any_day_leave_it_unknown():
    own = table(f"{HOSPITAL},G,CYP2D6,")
    results = [
        local("G", valueString=word, identity=word, day=day)
        for word, day in (("poor", "2020-01-01"), ("normal", "2026-01-01"))
    ]

    record = read(*results, terminology=own)

    assert record.genes == {}
    assert set(doubts(record)) == {"Observation/poor", "Observation/normal"}


def test_a_scale_is_read_by_the_code_of_the_hospital():
    own = table(f"{HOSPITAL},ISI,isi,")

    [rating] = read(local("ISI", valueInteger=17), terminology=own).ratings

    assert (rating.instrument, rating.total, rating.taken) == ("isi", 17, date(2026, 5, 1))


def test_the_hospitals_answer_and_the_pages_must_agree_on_one_day():
    own = table(f"{HOSPITAL},W,employment,")
    other = local("W", valueString="employed")

    assert read(observed(WORK, UNEMPLOYED), other, terminology=own).context == {}
    assert told(read(observed(WORK, UNEMPLOYED, "2025-01-01"), other, terminology=own)) == {
        "employment": "employed"
    }


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (["x,1,employmnt,unemployed"], "line 2: field: not a field we know"),
        (["x,1,employmnt,unemployed"], "did you mean employment?"),
        (["x,1,employment,jobless"], "line 2: value: not a value of employment"),
        (["x,1,CYP2D6,slow"], "line 2: value: not a value of CYP2D6"),
        (["x,1,gad7,12"], "line 2: value: a scale takes its total from the observation"),
        (["x,1,housing,secure", "x,1,housing,insecure"], "line 3: code: has another meaning"),
        (["x,,housing,secure"], "line 2: a cell is empty or too many"),
        (["x,1,housing"], "line 2: a cell is empty or too many"),
    ],
)
def test_a_faulty_table_of_answers_names_the_line_the_column_and_the_mend(rows, fault):
    with pytest.raises(SourceError) as refused:
        table(*rows)

    assert str(refused.value).startswith("answers.csv: line ")
    assert fault in str(refused.value)


# ---------------------------------------------------------------- others' examples


def test_the_us_core_example_is_read_as_it_stands(shared: Path):
    examples = shared / "data/fhir_spec/uscore_examples/us_core_examples.ndjson.gz"
    lines = [json.loads(one) for one in gzip.decompress(examples.read_bytes()).splitlines()]
    kinds = ("Observation", "QuestionnaireResponse")
    prapare = [
        one
        for one in lines
        if one["resourceType"] in kinds and "prapare" in one.get("id", "").lower()
    ]
    content = "\n".join(json.dumps(one) for one in prapare).encode()

    [record] = read_fhir([("examples", content)], KNOWLEDGE, as_of=TODAY)

    assert told(record) == {
        "company": "1 or 2 times a week",
        "employment": "unemployed",
        "housing": "insecure",
        "stress": "some",
    }
    assert {one.seen for one in record.context.values()} == {date(2022, 3, 28)}


# ---------------------------------------------------------------- laws

LIFE = [
    observed(WORK, UNEMPLOYED, "2025-05-01"),
    observed(WORK, FULL_TIME),
    observed(WORK, UNEMPLOYED, identity="again"),
    observed(HOME, HOUSED),
    filled_in({WORRY: NO, STRESS: "LA13909-9"}),
    *(observed(code, YES) for code in ACE[:5]),
    measured("29463-7", 96, "kg"),
    measured("8302-2", 160, "cm"),
    *episodes(*APART),
]


@given(st.permutations(LIFE))
def test_the_order_of_the_answers_changes_nothing(shuffled):
    assert read(*shuffled) == read(*LIFE)
