"""The self-check: it prepares, it judges nothing, and nobody keeps what is told."""

from __future__ import annotations

import json
import logging
import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.utils import timezone

from euthymia.clinic.door import limits
from euthymia.clinic.door.questions import lay_words, self_check
from euthymia.clinic.door.seal import LASTS, BrokenSealError, seal, unseal
from euthymia.clinic.door.summary import keys_before_ketamine, keys_before_tms, summarise
from euthymia.clinic.door.told import doubts, near, screening, told_form
from euthymia.clinic.patients.danger import items_tell
from euthymia.clinic.people.models import Clinic
from euthymia.exchange.intake import read_intake
from euthymia.library import shipped
from tests.clinic.door_walk import (
    CHECK,
    STEPS,
    leads_to,
    phq9,
    press,
    pressed_by_enter,
    sealed_in,
    shown_on_the_way,
    walk,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 1)
VERDICTS = re.compile(
    r"you qualify|eligible|good candidate|suitable|contraindicat|you are a fit|we recommend"
    r"|recommended for you|ruled out for you|you can have|you cannot have|is right for you"
    r"|not right for you|best option|severe depression|you have depression|resistant for you",
    re.I,
)
CANARY = "quxcanary"


def words_of(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main")])


def rows() -> dict[str, int]:
    """How many rows stand in each table."""
    return {model._meta.db_table: model._default_manager.count() for model in apps.get_models()}


def test_a_walk_writes_no_row_and_sets_no_cookie_but_the_token(
    client: Client, clinic: Clinic
) -> None:
    before = rows()
    walk(client, {**phq9(2, 2), "you": {"age": "47"}, "last": {"medicines": CANARY}})
    assert rows() == before
    assert set(client.cookies) <= {"csrf"}


def test_what_is_told_stands_in_no_log_and_no_address(
    client: Client, clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        told = {"tried": {"drug": CANARY}, "head": {"implant": CANARY}}
        page = walk(client, {**told, "last": {"medicines": CANARY}})
        client.post(f"{CHECK}tried/", {"sealed": "broken", "drug": CANARY})
    assert CANARY in words_of(page)
    assert CANARY not in caplog.text
    assert not [address for address in re.findall(r'(?:href|action)="([^"]*)"', page)
                if "?" in address or CANARY in address]  # fmt: skip


def test_the_field_that_travels_can_be_read_by_nobody_else(client: Client, clinic: Clinic) -> None:
    page = walk(client, {"head": {"implant": CANARY}}, until="heart")
    assert CANARY not in page
    assert unseal(sealed_in(page), clinic.pk)["implant"] == CANARY


def test_every_answer_may_stay_open(client: Client, clinic: Clinic) -> None:
    page = walk(client)
    assert "You left all open" in words_of(page)
    form = told_form({}, TODAY, "US")
    assert form == {"intake": 1, "as_of": "2026-12-01", "patient": {"country": "US"}}


def test_each_page_tells_how_far_one_has_come_and_why_it_asks(
    client: Client, clinic: Clinic
) -> None:
    shown = shown_on_the_way(client)
    for number, step in enumerate(STEPS, 1):
        words = words_of(shown[step])
        assert f"Step {number} of {len(STEPS)}" in words
        assert "Why we ask:" in words
        assert "Clear my answers" in words


def test_no_page_holds_a_verdict(client: Client, clinic: Clinic) -> None:
    told: dict[str, Any] = {
        **phq9(3, 3),
        "you": {"age": "16", "sex": "female", "months": "30"},
        "tried": {"drug": "sertraline", "dose": "200", "weeks": "12", "helped": "none"},
        "head": {"head_ticks": ["metal", "seizure"], "head_ticks_rest": "none"},
        "heart": {"heart_ticks": ["aneurysm"], "heart_ticks_rest": "none"},
        "last": {"pregnant": "yes"},
    }
    for name, page in shown_on_the_way(client, told).items():
        assert not VERDICTS.search(words_of(page)), name


def test_a_sign_of_suicide_leads_to_help_before_anything_else(
    client: Client, clinic: Clinic
) -> None:
    page = walk(client, phq9(0, 0), until="thoughts")
    after = press(client, page, phq9_9="1")
    assert leads_to(after) == "help"
    words = words_of(after)
    assert "Help first" in words
    assert "988" in words
    assert "ketamine" not in words.lower()
    assert "consultation" not in words.lower()
    assert leads_to(press(client, after)) == "worry"


def test_without_such_a_sign_the_way_goes_on(client: Client, clinic: Clinic) -> None:
    page = walk(client, until="thoughts")
    assert leads_to(press(client, page, phq9_9="0")) == "worry"
    assert leads_to(press(client, page, phq9_9="unsaid")) == "worry"


def test_help_is_said_once_more_at_the_head_of_the_summary(client: Client, clinic: Clinic) -> None:
    words = words_of(walk(client, phq9(0, 2)))
    assert words.index("Help first") < words.index("What you told")
    assert "Help first" not in words_of(walk(client, phq9(3, 0)))


def test_back_and_a_second_sending_lose_nothing(client: Client, clinic: Clinic) -> None:
    page = walk(client, {"you": {"age": "47"}}, until="mood")
    once, twice = (press(client, page, phq9_1="2") for _ in range(2))
    assert unseal(sealed_in(once), clinic.pk) == unseal(sealed_in(twice), clinic.pk)
    back = press(client, once, "back", phq9_5="3")
    assert leads_to(back) == "mood"
    assert re.search(r'name="phq9_1" value="2"[^>]*checked', back)
    told = unseal(sealed_in(back), clinic.pk)
    assert (told["age"], told["phq9_5"]) == (47, "3")


def test_a_middle_page_read_by_its_address_starts_at_the_beginning(
    client: Client, clinic: Clinic
) -> None:
    for step in (*STEPS, "help", "end", "nonsense"):
        assert client.get(f"{CHECK}{step}/").headers["Location"] == CHECK


def test_clearing_leaves_nothing_in_the_page(client: Client, clinic: Clinic) -> None:
    page = walk(client, {"you": {"age": "47"}}, until="life")
    cleared = press(client, press(client, page, "clear", work="none"), "wipe")
    assert "Your answers are cleared." in words_of(cleared)
    assert unseal(sealed_in(cleared), clinic.pk) == {}


def test_one_touch_clears_nothing(client: Client, clinic: Clinic) -> None:
    asked = press(client, walk(client, {"you": {"age": "47"}}, until="life"), "clear", work="none")
    assert "Clear your answers?" in words_of(asked)
    back = press(client, asked, "stay")
    assert leads_to(back) == "life"
    assert unseal(sealed_in(back), clinic.pk) == {"age": 47, "work": "none"}


def test_enter_presses_the_button_that_goes_on(client: Client, clinic: Clinic) -> None:
    page = press(client, walk(client, until="tried"), "add", drug="sertralin")
    assert "remove-1" in page
    assert "in-es" in page
    for shown in (page, *shown_on_the_way(client).values()):
        assert pressed_by_enter(shown, "check") == "next"


def test_each_page_says_how_to_go_back(client: Client, clinic: Clinic) -> None:
    for name, page in shown_on_the_way(client).items():
        assert "use the Back button on this page" in words_of(page), name


def test_an_answer_that_cannot_be_is_asked_again_and_kept_to_be_mended(
    client: Client, clinic: Clinic
) -> None:
    page = walk(client, until="you")
    again = press(client, page, age="470", months="12")
    assert leads_to(again) == "you"
    assert "error-summary" in again
    assert 'value="470"' in again
    assert 'value="12"' in again


def test_an_answer_taken_back_is_gone(client: Client, clinic: Clinic) -> None:
    page = walk(client, {"head": {"implant": "clip"}}, until="heart")
    back = press(client, page, "back")
    on = press(client, back, implant="")
    assert "implant" not in unseal(sealed_in(on), clinic.pk)


@pytest.mark.parametrize("change", ["flip", "cut", "other"])
def test_a_changed_field_is_refused_with_a_plain_page_and_what_can_be_kept(
    client: Client, clinic: Clinic, other_clinic: Clinic, change: str
) -> None:
    page = walk(client, {"you": {"age": "47"}}, until="life")
    sealed = sealed_in(page)
    other = "A" if sealed[40] != "A" else "B"
    broken = {
        "flip": sealed[:40] + other + sealed[41:],
        "cut": sealed[:-9],
        "other": seal({"age": 3}, other_clinic.pk),
    }[change]
    answer = client.post(f"{CHECK}life/", {"sealed": broken, "go": "next", "work": "none"})
    assert answer.status_code == 200
    again = answer.content.decode()
    assert "could not read your answers" in words_of(again)
    assert unseal(sealed_in(again), clinic.pk) == {"work": "none"}


def test_a_field_runs_out(clinic: Clinic) -> None:
    sealed = seal({"age": 47}, clinic.pk)
    with time_machine.travel(timezone.now() + LASTS - timedelta(seconds=5)):
        assert unseal(sealed, clinic.pk) == {"age": 47}
    with (
        time_machine.travel(timezone.now() + LASTS + timedelta(seconds=5)),
        pytest.raises(BrokenSealError),
    ):
        unseal(sealed, clinic.pk)


@pytest.mark.parametrize("junk", ["x", "\x00", "é" * 50, "A" * 100_000])
def test_junk_in_the_field_is_no_fault_of_the_program(clinic: Clinic, junk: str) -> None:
    with pytest.raises(BrokenSealError):
        unseal(junk, clinic.pk)


def test_medicines_are_told_one_by_one_and_taken_away_again(client: Client, clinic: Clinic) -> None:
    page = walk(client, until="tried")
    page = press(client, page, "add", drug="sertraline", dose="100", weeks="8", helped="little")
    page = press(client, page, "add", drug="venlafaxine")
    assert [one["drug"] for one in unseal(sealed_in(page), clinic.pk)["trials"]] == [
        "sertraline",
        "venlafaxine",
    ]
    page = press(client, page, "remove-1")
    assert [one["drug"] for one in unseal(sealed_in(page), clinic.pk)["trials"]] == ["venlafaxine"]


@pytest.mark.parametrize(
    ("told", "asks"),
    [
        ({"drug": "Effexor XR", "dose": "5000", "weeks": "8"}, "The most that is usual is 375 mg"),
        ({"drug": "sertraline", "dose": "100", "weeks": "2000"}, "That is many years."),
    ],
)
def test_a_dose_or_length_that_cannot_be_usual_is_asked_about_once_and_kept(
    client: Client, clinic: Clinic, told: dict[str, str], asks: str
) -> None:
    page = press(client, walk(client, until="tried"), **told)
    assert leads_to(page) == "tried"
    assert asks in words_of(page)
    on = press(client, page)
    assert leads_to(on) == "others"
    answers = unseal(sealed_in(on), clinic.pk)
    assert answers["trials"][0]["drug"] == told["drug"]
    assert any(asks in line for line in summarise(answers).lines)


def test_a_usual_dose_is_not_asked_about() -> None:
    assert doubts({"drug": "sertraline", "dose": 200.0, "weeks": 12.0}) == []
    assert doubts({"drug": "moonwort", "dose": 9000.0}) == []


def test_half_a_week_is_told_and_one_week_is_one(client: Client, clinic: Clinic) -> None:
    page = press(client, walk(client, until="tried"), "add", drug="sertraline", weeks="2.5")
    page = press(client, page, "add", drug="venlafaxine", weeks="1")
    assert "sertraline, 2.5 weeks" in words_of(page)
    assert re.search(r"venlafaxine, 1 week\b", words_of(page))
    answers = unseal(sealed_in(page), clinic.pk)
    assert [one["days_at_dose"] for one in told_form(answers, TODAY, "US")["trials"]] == [18, 7]


def test_someone_young_is_told_to_ask_for_help_with_it(client: Client, clinic: Clinic) -> None:
    for age, said in (("15", True), ("18", False)):
        page = press(client, walk(client, until="you"), age=age)
        assert ("made for adults" in words_of(page)) is said
        whole = walk(client, {"you": {"age": age}})
        assert ("made for adults" in words_of(whole)) is said


def test_what_was_said_of_the_rest_reads_by_itself() -> None:
    ticked = summarise({"heart_ticks": ["faint"], "heart_ticks_rest": "none"}).lines
    assert "Heart and blood: No to all others on this page" in ticked
    assert (
        "Heart and blood: No to all on this page" in summarise({"heart_ticks_rest": "none"}).lines
    )
    assert "About you: How old are you, in years? 47" in summarise({"age": 47}).lines


def test_a_slip_of_the_pen_is_asked_about_and_never_changed_unasked(
    client: Client, clinic: Clinic
) -> None:
    assert near("sertralin") == "sertraline"
    assert near("sertraline") is None
    assert near("moonwort") is None
    page = press(client, walk(client, until="tried"), "add", drug="sertralin")
    assert "Did you mean sertraline?" in words_of(page)
    assert unseal(sealed_in(page), clinic.pk)["trials"][0]["drug"] == "sertralin"
    mended = press(client, page, "mend-1")
    assert unseal(sealed_in(mended), clinic.pk)["trials"][0]["drug"] == "sertraline"


def test_a_medicine_that_cannot_be_read_is_kept_as_it_was_written() -> None:
    answers = {"trials": [{"drug": "sertralin"}, {"drug": "venlafaxine", "weeks": 8}]}
    form = told_form(answers, TODAY, "US")
    assert [one["drug"] for one in form["trials"]] == ["venlafaxine"]
    assert form["trials"][0]["days_at_dose"] == 56
    assert any("sertralin" in line for line in summarise(answers).lines)


def test_a_dose_without_a_name_asks_for_the_name(client: Client, clinic: Clinic) -> None:
    page = press(client, walk(client, until="tried"), "next", dose="50")
    assert leads_to(page) == "tried"
    assert "Which medicine was it?" in words_of(page)


def test_a_safety_question_left_open_is_never_no() -> None:
    assert screening({}) == {}
    assert screening({"head_ticks": ["metal"]}) == {"tass.metal_in_head_or_neck": "yes"}


def test_an_open_line_is_no_only_where_it_was_said() -> None:
    said = screening({"head_ticks": ["metal"], "head_ticks_rest": "none"})
    assert said["tass.seizure_or_epilepsy"] == "no"
    unsure = screening({"head_ticks_rest": "unsure"})
    assert unsure["tass.seizure_or_epilepsy"] == "unsure"
    assert screening({"head_ticks_rest": "unsaid"}) == {}


def test_a_question_spread_over_two_pages_is_no_only_if_both_say_so() -> None:
    assert "tass.brain_illness" not in screening({"head_ticks_rest": "none"})
    both = screening({"head_ticks_rest": "none", "heart_ticks_rest": "none"})
    assert both["tass.brain_illness"] == "no"
    bled = screening({"head_ticks_rest": "none", "heart_ticks": ["bleed"]})
    assert bled["tass.brain_illness"] == "yes"


ASKED = {
    "tass.seizure_or_epilepsy": ("seizure", "child", "epilepsy"),
    "tass.metal_in_head_or_neck": ("head", "eyes", "neck", "upper body"),
    "tass.fainting": ("blood", "something was done"),
    "tass.alcohol_or_withdrawal": ("drink a lot", "stopped", "cut down"),
    "tass.unstable_illness": (" or ", "not under control"),
    "ketamine.recent_cardiovascular_event_6wk": ("heart attack", "stroke", "some other", "6 weeks"),
    "ketamine.unstable_coronary_or_decompensated_heart_failure": (
        "at rest",
        "gets worse",
        "tight heart valve",
        "weak heart",
    ),
    "ketamine.hypertensive_encephalopathy_history": ("confused", "fit", "see"),
    "ketamine.raised_intracranial_pressure": ("growth", "blow"),
    "ketamine.active_psychosis_or_primary_psychotic_disorder": ("believe", "schizophrenia"),
    "ketamine.mania_or_hypomania_now": ("high", "cross"),
    "ketamine.uncontrolled_hyperthyroidism": ("not under control",),
    "ketamine.cystitis_or_lower_urinary_symptoms": ("Pain", "strong need", "very often", "blood"),
    "ketamine.arrhythmia_unstable": ("not under control", "faint", "dizzy"),
    "ketamine.hypersensitivity": ("ketamine", "spray", "something in them"),
}
"""What the question behind a key speaks of, as plain words that its line must hold."""


@pytest.mark.parametrize("key", ASKED)
def test_a_no_says_no_more_than_was_asked(key: str) -> None:
    assert [word for word in ASKED[key] if word not in lay_words()[key]] == []


def test_an_open_item_hides_no_sign_of_danger_and_makes_none() -> None:
    assert items_tell({"phq9": [*[None] * 8, 1]})
    assert not items_tell({"phq9": [*[3] * 8, None]})
    assert not items_tell({"phq9": [3] * 8 + [0], "gad7": [3] * 7})
    assert not items_tell({})


def test_every_question_of_both_screens_is_asked_in_plain_words() -> None:
    schema = {f"tass.{key}" for key in screen("tass")} | {
        f"ketamine.{key}" for key in screen("ketamine")
    }
    assert set(lay_words()) == schema
    assert set(keys_before_tms()) <= schema
    assert set(keys_before_ketamine()) <= schema


def screen(name: str) -> set[str]:
    facts = [fact.key for fact in shipped().facts.values() if fact.section == "screening"]
    return {key.split(".")[1] for key in facts if key and key.startswith(f"{name}.")}


def test_the_summary_tells_what_will_be_asked_and_what_is_open(
    client: Client, clinic: Clinic
) -> None:
    told = {"head": {"head_ticks": ["metal"], "head_ticks_rest": "none"}}
    words = words_of(walk(client, told))
    before_tms = words[words.index("Before TMS") : words.index("Before ketamine or the spray")]
    asked, unknown = before_tms.split("They will ask this, as it is still open:")
    assert "Metal in the head, eyes, neck or upper body" in asked
    assert "Some other bad illness" in unknown
    assert "A fit or seizure" in unknown.split("You said no:")[1]
    for heading in ("What is still open", "What to bring", "What to ask", "Ask for help sooner if"):
        assert heading in words


def test_all_that_can_be_told_makes_a_form_that_its_reader_takes() -> None:
    answers: dict[str, Any] = {
        "age": 47,
        "sex": "female",
        "months": 18,
        "trials": [
            {"drug": "Sertraline", "dose": 100.0, "weeks": 8, "helped": "little", "ended": "weak"},
            {"drug": "venlafaxine", "helped": "unsure", "ended": "unsaid"},
        ],
        "other_treatments": ["talk", "tms", "ect", "vns", "light"],
        "work": "sick",
        "home": "no",
        "support": "none",
        "sleep": "yes",
        "childhood": "unsaid",
        "implant": "a clip of my own",
        "pregnant": "unsure",
        "any_medicine": "yes",
        "medicines": "lithium 300 mg\nxanax 0.5 mg at night\n\nsertralin",
    }
    for instrument, items in (("phq9", 9), ("gad7", 7)):
        answers |= {f"{instrument}_{number}": "2" for number in range(1, items + 1)}
    for step in self_check().step:
        for ask in step.ask:
            if ask.kind == "ticks" and ask.id != "other_treatments":
                answers |= {ask.id: [ask.tick[0].id], f"{ask.id}_rest": "none"}
    form = told_form(answers, TODAY, "US")
    record = read_intake("told", json.dumps(form).encode(), shipped())
    assert record.as_of == TODAY
    assert form["context"] == {
        "employment": "long_term_sick",
        "housing": "insecure",
        "social_support": "severe_lack",
        "insomnia": True,
    }
    assert [one["items"] for one in form["scales"]] == [[2] * 9, [2] * 7]
    assert form["screening"]["ketamine"]["pregnancy"] == "unsure"
    assert form["implants"] == [{"text": "a clip of my own"}]
    assert [one["drug"] for one in form["medications"]] == ["lithium", "alprazolam"]
    assert form["trials"][0]["improvement_pct"] == 25
    assert "improvement_pct" not in form["trials"][1]
    assert "complete" not in form


def test_a_scale_with_an_open_item_has_no_total() -> None:
    answers = {f"phq9_{number}": "2" for number in range(1, 9)}
    assert "scales" not in told_form(answers, TODAY, "US")
    assert summarise(answers).phq9 is None


def test_who_asks_for_too_many_pages_still_sees_help(
    client: Client, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "STEPS_AN_HOUR", 3)
    monkeypatch.setattr(limits, "_STEPS", limits.Steps())
    page = client.get(CHECK).content.decode()
    told = {"sealed": sealed_in(page), "go": "next"}
    answers = [client.post(f"{CHECK}start/", told).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    stopped = client.post(f"{CHECK}start/", told)
    assert b"tel:988" in stopped.content
    assert stopped.headers["Retry-After"] == "3600"


def test_in_spanish_the_answers_go_on(client: Client, clinic: Clinic) -> None:
    page = walk(client, {"you": {"age": "47"}}, until="life")
    page = press(client, page, "in-es", home="no")
    assert leads_to(page) == "life"
    assert "Su vida" in words_of(page)
    told = unseal(sealed_in(page), clinic.pk)
    assert (told["age"], told["home"]) == (47, "no")
    assert client.cookies["language"].value == "es"
