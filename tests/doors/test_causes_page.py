"""What contributes, as a person sees it: the picture, the numbers, what was found, the limits."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from euthymia import assess
from euthymia.cli.html import html_report
from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import DomainFinding, NextStep
from euthymia.exchange.cause_words import (
    LABELS,
    coverage_words,
    found_word,
    label_words,
    rest_words,
    worth_words,
)
from euthymia.exchange.forest import NARROW, WIDE, Layout, Row, forest
from euthymia.exchange.forest.sheet import scale_of
from euthymia.exchange.intake import read_intake
from euthymia.exchange.text import report
from tests.doors.test_html_report import FAIR, plain
from tests.laws.strategies import KNOWLEDGE, Form, record_of

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "contributors.json"
SILENT: Form = {"intake": 1, "as_of": "2026-06-30"}
ALL_ABSENT: Form = SILENT | {
    "labs": [
        {"loinc": "30522-7", "value": 0.4, "unit": "mg/L"},
        {"loinc": "26881-3", "value": 1.2, "unit": "pg/mL", "percentile_75": 3.0},
    ],
    "body": {"bmi_kg_per_m2": 24},
}


@pytest.fixture(scope="module")
def cleo() -> Assessment:
    """The invented patient in whom all four domains say something."""
    return assess(read_intake(EXAMPLE.name, EXAMPLE.read_bytes(), KNOWLEDGE))


@pytest.fixture(scope="module")
def page(cleo: Assessment) -> str:
    return html_report(cleo, KNOWLEDGE)


def page_of(form: Form) -> str:
    return html_report(assess(record_of(form)), KNOWLEDGE)


def section(page: str, name: str) -> str:
    """One section, with its tags: its text holds no section of its own."""
    _, from_here = page.split(f'<section id="{name}"')
    return from_here.split("</section>")[0]


def words(page: str, name: str) -> str:
    return plain(f"</head><{section(page, name)}")


def domain(assessment: Assessment, name: str) -> DomainFinding:
    return next(one for one in assessment.causes.domains if one.domain.id == name)


def row(page: str, name: str) -> str:
    """A domain's row of the table of numbers."""
    cells = section(page, "causes").split('class="domains"')[1].split("</table>")[0]
    return plain(f"</head>{next(one for one in cells.split('<tr') if f'>{name}<' in one)}")


def test_the_example_says_something_of_all_four_domains_and_sets_a_value_aside(
    cleo: Assessment,
) -> None:
    assert all(one.score.label != "not_enough_measured" for one in cleo.causes.domains)
    assert any(one.set_aside for finding in cleo.causes.domains for one in finding.indicators)


def test_the_section_begins_by_saying_that_it_speaks_of_association(page: str) -> None:
    told = words(page, "causes")

    assert told.index("Association, not cause") < told.index("Probable contributors")
    assert "mostly in studies of serotonin-class drugs" in told
    assert "The four domains are our grouping" in told


def test_where_resistance_is_not_confirmed_the_heading_says_if() -> None:
    told = words(page_of(SILENT), "causes")

    assert "What contributes, if resistance is confirmed" in told
    assert "every label below waits for that" in told


def test_what_excludes_resistance_leaves_every_label_under_its_condition(
    cleo: Assessment,
) -> None:
    form = json.loads(EXAMPLE.read_text("utf-8"))
    bipolar = form | {"diagnoses": [{"icd10cm": "F31.81"}]}

    assert cleo.causes.confirmed
    assert "What contributes, if resistance is confirmed" in words(page_of(bipolar), "causes")
    assert "What contributes, if resistance is confirmed" in report(
        assess(record_of(bipolar)), KNOWLEDGE
    )


def test_where_resistance_is_confirmed_nothing_is_conditional(page: str) -> None:
    assert "if resistance is confirmed" not in page


def test_a_probability_stands_beside_the_one_with_nothing_measured(
    cleo: Assessment, page: str
) -> None:
    for finding in cleo.causes.domains:
        now, base = finding.score.probability, finding.base_probability
        assert f"{now:.2f}; {base:.2f} with nothing measured" in row(page, finding.domain.title)


def test_the_numbers_of_each_domain_stand_in_its_row(cleo: Assessment, page: str) -> None:
    for finding in cleo.causes.domains:
        pooled, told = finding.score.pooled, row(page, finding.domain.title)
        low, high = pooled.interval_95
        assert f"{pooled.odds_ratio:.2f} ({low:.2f} to {high:.2f})" in told
        assert label_words(finding.score) in told
        assert coverage_words(finding.score) in told


def test_a_label_near_a_cut_is_called_borderline(cleo: Assessment, page: str) -> None:
    assert domain(cleo, "neurotransmitter").score.borderline
    assert "possible contributor, borderline" in row(page, "Neurotransmitter")


def test_what_was_set_aside_is_neither_present_nor_absent(page: str) -> None:
    told = words(page, "causes")

    assert re.search(r"Set aside: High-sensitivity C-reactive protein \(hsCRP: 14 mg/L\)", told)
    assert "above 10 mg/L points to an acute illness" in told


def test_what_nobody_measured_is_never_called_absent() -> None:
    told = words(page_of(SILENT), "causes")

    assert "Absent:" not in told
    assert "Not measured: Anxious depression" in told
    assert "nothing measured" in row(page_of(SILENT), "Psychosocial")


def test_an_elicited_weight_is_marked_where_it_counts_and_where_it_shows(page: str) -> None:
    told = words(page, "causes")

    assert "Current episode of 24 months or more (episode: 26 months; † its weight is el" in told
    assert "† elicited, grade low" in told


def test_every_scored_indicator_shows_its_share_its_weight_and_its_studies(
    cleo: Assessment, page: str
) -> None:
    told = words(page, "causes")
    for finding in cleo.causes.domains:
        for measured in finding.indicators:
            part = told.split(f"{measured.indicator.title} {found_word(measured)}")[1]
            assert "Share of a joint score" in part[:600]
            assert measured.indicator.weight is not None
            assert f"odds ratio of {math.exp(measured.indicator.weight.log_odds):.2f}" in part


def test_studies_that_found_nothing_stand_beside_those_that_did(page: str) -> None:
    part = words(page, "causes").split("Studies of high-sensitivity")[1].split("Is it a cause?")[0]

    assert part.index("Worse outcome with it:") < part.index("No difference, mixed or better:")
    assert "sertraline in coronary disease" in part


def test_what_is_recorded_and_in_no_score_is_shown_with_the_reason(page: str) -> None:
    told = words(page, "causes").split("Recorded, and in no score")[1]

    assert "neutrophil count: 5.1 10*3/uL on 2026-06-01" in told
    assert "It was compared with health, not with response, and no cut was validated." in told


def test_a_label_that_a_missing_sign_could_only_firm_up_says_why(cleo: Assessment) -> None:
    transmitter, inflammation = (domain(cleo, one) for one in ("neurotransmitter", "inflammation"))

    assert transmitter.lowest.probability > transmitter.highest.probability
    assert "also narrows the interval" in rest_words(transmitter)
    assert "also narrows the interval" not in rest_words(inflammation)
    assert rest_words(inflammation).startswith("If all the rest were absent: not shown")


@pytest.mark.parametrize(
    ("chance", "told"),
    [
        (0.0, "the label would not change"),
        (0.01, "in fewer than 1 of 10 patients"),
        (0.36, "in about 4 of 10 patients"),
        (0.97, "in nearly all patients"),
    ],
)
def test_how_often_a_label_would_change_is_told_in_patients(chance: float, told: str) -> None:
    step = NextStep(id="x", ask="?", moves="", expected_change=0.001, label_change=chance)

    assert told in worth_words(step)
    assert "by less than 0.01 on average" in worth_words(step)


def test_both_sides_of_every_debate_are_told(cleo: Assessment, page: str) -> None:
    told = words(page, "causes")
    for finding in cleo.causes.domains:
        for debate in finding.domain.debates:
            assert f"In debate: {debate.question}" in told
            assert all(side.says in told for side in debate.sides)
            assert debate.so in told


def test_only_assumptions_that_change_the_label_are_listed(cleo: Assessment, page: str) -> None:
    plasticity = domain(cleo, "neuroplasticity")
    told = words(page, "causes")

    assert any(one.name == "prior_sd" and one.value == 0.25 for one in plasticity.flips)
    assert "Possible contributor with a spread of true effects of 0.25" in told
    assert not any(one.score.label == "not_shown" for one in plasticity.flips)


def test_a_label_that_stands_under_every_assumption_says_so() -> None:
    assessment = assess(record_of(ALL_ABSENT))
    part = words(html_report(assessment, KNOWLEDGE), "causes").rsplit("Psychosocial:", 1)[1]

    assert domain(assessment, "psychosocial").flips == ()
    assert "No assumption changes the label." in part


def test_a_link_to_a_therapy_is_only_shown_unless_it_may_steer(cleo: Assessment, page: str) -> None:
    table = section(page, "causes").split('class="links"')[1].split("</table>")[0]
    steering = [one for one in cleo.causes.links if one.link.steer == "yes_weak"]

    assert len(steering) == 1
    assert table.count("may tilt a comparison by at most 0.15 log-odds") == len(steering)
    assert table.count(">shown only<") == len(cleo.causes.links) - len(steering)


def test_a_null_finding_stands_in_the_group_of_its_sign(page: str) -> None:
    told = words(page, "causes").split("What the signs found say of therapies")[1]
    obesity = told.split("Obesity")[1].split("Anxious depression")[0]

    assert "better with it (predictor)" in obesity
    assert "no difference (predictor)" in obesity


def test_the_outlook_says_that_it_ranks_nothing_and_what_its_study_was(page: str) -> None:
    told = words(page, "options")

    assert "prognosis, it ranks nothing" in told
    assert "THREE-D, 193 people, by the HAM-D17; patients were not blinded" in told
    assert re.search(r"nothing, 49 % .*; half, 43 % .*; everything, 37 % ", told)


def test_without_a_protocol_in_mind_there_is_no_outlook() -> None:
    assert "THREE-D, 193 people, by the HAM-D17; patients were not blinded, response" not in words(
        page_of(SILENT), "options"
    )


def test_what_to_measure_next_comes_by_how_much_it_tells(page: str) -> None:
    told = words(page, "measure")

    assert "4 questions come first" in told
    gains = [int(one) for one in re.findall(r"with it (\d+) % more measured", told)]
    assert len(gains) > 3
    assert gains == sorted(gains, reverse=True)


def test_at_most_five_measures_are_in_sight() -> None:
    shown, _, folded = section(page_of(SILENT), "measure").partition("<details>")

    assert shown.count("<li>") == 5
    assert folded.count("<li>") >= 5


def test_a_question_that_only_measures_a_sign_is_not_asked_twice(
    cleo: Assessment, page: str
) -> None:
    asked, measured = words(page, "ask"), words(page, "measure")
    crp = next(one for one in cleo.questions if one.id == "repeat_hscrp")

    assert crp.ask in measured
    assert crp.ask not in asked


def test_every_question_is_asked_somewhere(cleo: Assessment, page: str) -> None:
    told = plain(page)

    assert all(question.ask in told for question in cleo.questions)


def test_the_text_tells_the_same_four_labels(cleo: Assessment) -> None:
    told = re.sub(r"\s+", " ", report(cleo, KNOWLEDGE))
    part = told.split("What contributes (association, not cause)")[1].split("To measure next")[0]

    for finding in cleo.causes.domains:
        assert f"{finding.domain.title}: {label_words(finding.score).upper()}." in part
        now, base = finding.score.probability, finding.base_probability
        assert f"{now:.2f}; {base:.2f} with nothing measured" in part
    assert "Set aside: High-sensitivity C-reactive protein" in part


def test_the_text_says_which_labels_hang_on_what_is_assumed(cleo: Assessment) -> None:
    hanging = [one.domain.title for one in cleo.causes.domains if one.flips]
    told = re.sub(r"\s+", " ", report(cleo, KNOWLEDGE))

    assert f"the label would be another for: {', '.join(hanging)}" in told
    assert "Too little was measured for any label." in report(assess(record_of(SILENT)), KNOWLEDGE)


def test_the_text_names_three_things_to_measure(cleo: Assessment) -> None:
    part = report(cleo, KNOWLEDGE).split("To measure next")[1].split("Scales")[0]

    assert part.count("  - ") == 3


ROW = Row(
    name="Inflammation",
    label="possible contributor",
    told="1.28 (0.77 to 2.11)",
    measured="89 % measured",
    odds_ratio=1.28,
    interval=(0.77, 2.11),
    typical=1.10,
    coverage=0.89,
    enough=True,
)
NOTHING = Row(
    name="Psychosocial",
    label="not enough measured",
    told="1.16 (0.70 to 1.92)",
    measured="nothing measured",
    odds_ratio=1.16,
    interval=(0.70, 1.92),
    typical=1.16,
    coverage=0.0,
    enough=False,
)


@pytest.mark.parametrize("layout", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_picture_tells_its_marks_apart_by_shape_and_says_all_in_words(layout: Layout) -> None:
    drawn = forest([ROW, NOTHING], 1.2, "a title", layout)

    assert drawn.count('class="typical"') == 3  # two rows and the legend
    assert drawn.count('class="patient"') == 2  # one row and the legend
    assert 'class="interval thin"' in drawn
    assert "Inflammation: possible contributor, odds ratio 1.28 (0.77 to 2.11)" in drawn
    assert "<title" in drawn
    assert "<desc" in drawn


def test_where_nothing_was_measured_this_patient_has_no_mark() -> None:
    assert "patient" not in re.findall(r'class="(\w+)', forest([NOTHING], 1.2, "a title"))


def test_the_axis_widens_for_an_interval_that_would_not_fit() -> None:
    wide = replace(ROW, interval=(0.3, 5.0))
    scale = scale_of([wide], 1.2, WIDE)

    assert scale.x(0.3) == WIDE.left
    assert scale.x(5.0) == WIDE.right
    assert scale_of([ROW], 1.2, WIDE).least == 0.5


def test_equal_ratios_are_equally_far_apart() -> None:
    scale = scale_of([ROW], 1.2, WIDE)

    assert scale.x(2) - scale.x(1) == pytest.approx(scale.x(1) - scale.x(0.5))


@pytest.mark.parametrize(("coverage", "told"), [(0.998, "99 %"), (0.001, "1 %"), (0.5, "50 %")])
def test_only_all_of_it_is_called_all_measured(coverage: float, told: str) -> None:
    score = domain(assess(record_of(ALL_ABSENT)), "inflammation").score

    assert coverage_words(score) == "all measured"
    partly = replace(score, pooled=replace(score.pooled, coverage=coverage))
    assert coverage_words(partly) == f"{told} measured"


def test_a_domain_of_which_everything_is_absent_is_not_shown_and_nothing_is_excluded() -> None:
    page = page_of(ALL_ABSENT)

    assert LABELS["not_shown"] in row(page, "Inflammation")
    assert "as none of its signs is present" in row(page, "Inflammation")
    assert "does not show that inflammation plays no part" in words(page, "causes")


def test_two_fair_failures_make_the_labels_stand() -> None:
    second = FAIR | {"id": "t2", "drug": "venlafaxine", "dose_mg": 150}
    later = {"start": "2026-03-10", "end": "2026-05-08"}
    form = SILENT | {"complete": ["trials"], "trials": [FAIR, second | later]}

    assert "What contributes</h2>" in page_of(json.loads(json.dumps(form)))
