"""A reason names all that it rests on, and nothing twice."""

from __future__ import annotations

import re
from typing import Any

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
