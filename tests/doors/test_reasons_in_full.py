"""A reason names all that it rests on, and nothing twice."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from euthymia.cli.html import html_report
from euthymia.exchange.text import report
from tests.laws.strategies import KNOWLEDGE, Form, assessed
from tests.unit.options_told import all_answered_no, answering


def with_codes(*codes: str) -> Form:
    return all_answered_no(diagnoses=[{"icd10cm": code} for code in ("F33.2", *codes)])


def told(form: Form) -> str:
    return " ".join(report(assessed(form), KNOWLEDGE).split())


def test_every_code_that_met_a_reason_is_named() -> None:
    assert "substance use disorder coded: yes, F10.20, F14.20" in told(
        with_codes("F10.20", "F14.20")
    )


def test_of_more_than_five_codes_the_rest_is_counted() -> None:
    words = told(with_codes(*(f"F1{number}.20" for number in (0, 1, 2, 3, 4, 5, 6))))

    assert "coded: yes, F10.20, F11.20, F12.20, F13.20, F14.20 and 2 more" in words


def test_every_medicine_that_met_a_reason_is_named() -> None:
    taken: list[dict[str, Any]] = [{"drug": "clozapine"}, {"drug": "tramadol"}]

    assert "yes, clozapine, tramadol" in told(all_answered_no(medications=taken))


def test_an_answer_that_two_questions_read_is_said_once() -> None:
    form = all_answered_no(screening=answering(lactation="yes"))

    assert told(form).count("Breastfeeding (precaution): lactation: yes ") == 2
    assert "lactation: yes, lactation: yes" not in told(form)
    assert not re.search(r"lactation: yes\W+lactation: yes", html_report(assessed(form), KNOWLEDGE))


# ------------------------------------------------------------------ not called for

PLANNED: Form = {
    "patient": {"sex": "male", "age_years": 40},
    "body": {"weight_kg": 70, "height_cm": 170},
    "ketamine_iv": {"mg_per_kg": 0.5, "minutes": 40},
}
RECKONED = "Reckoned, and not to be carried out: it is not called for."


def of_option(form: Form, name: str) -> str:
    """What the report says of one option, from its verdict to the verdict of the next."""
    return told(form).split(f" {name}: NOT CALLED FOR ")[-1].split(": OPEN")[0]


def page(form: Form) -> str:
    shown = html_report(assessed(form), KNOWLEDGE)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


NOT_CALLED_FOR = {
    "Ketamine as an infusion": "A depressive episode that is resistant: "
    "resistant by the label rule: no, excluded by bipolar disorder",
    "Esketamine nasal spray": "A depressive episode, and two adequate antidepressants without "
    "effect in it: resistant by the label rule: no, excluded by bipolar disorder",
}


@pytest.mark.parametrize("option", list(NOT_CALLED_FOR))
def test_what_is_not_called_for_says_what_is_not_met_and_by_what(option: str) -> None:
    form = with_codes("F31.81") | PLANNED

    assert f"no {NOT_CALLED_FOR[option]} " in of_option(form, option)
    assert f"Not called for. {NOT_CALLED_FOR[option]} " in page(form)


def test_a_patient_with_too_few_trials_reads_that_it_is_the_trials() -> None:
    lacking = of_option(all_answered_no(trials=[]), "Ketamine as an infusion")

    assert "resistant by the label rule: no " in lacking
    assert "excluded" not in lacking.split("?")[0]


@pytest.mark.parametrize("say", [told, page])
def test_a_plan_of_what_is_not_called_for_is_only_reckoned(say: Callable[[Form], str]) -> None:
    assert RECKONED in say(with_codes("F31.81") | PLANNED)
    assert RECKONED not in say(all_answered_no() | PLANNED)
