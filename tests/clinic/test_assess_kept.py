"""What an assessment keeps: whole, unchanged once signed, and judged again from what it kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.utils import timezone

import euthymia
from euthymia.clinic.assessments import again
from euthymia.clinic.assessments.actions import OtherDayError, StaleError, assess_chart, sign
from euthymia.clinic.assessments.changes import changes
from euthymia.clinic.assessments.choice_chart import choice_chart
from euthymia.clinic.assessments.models import Assessment, SignedError
from euthymia.clinic.assessments.packed import pack, unpack
from euthymia.clinic.assessments.paper import pdf_of
from euthymia.clinic.assessments.trend import Trend, trends
from euthymia.clinic.assessments.trend_chart import trend_chart
from euthymia.clinic.patients.actions import add
from euthymia.clinic.patients.models import Document, Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.exchange.intake import read_intake
from euthymia.exchange.page import page
from tests.clinic.test_assess_pages import DAY, WHOLE, _undrawn, assessed, clinician

__all__ = ["_undrawn", "assessed", "clinician"]


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and every path that was asked of it."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    server.server_close()


def phq9_trend() -> Trend:
    knowledge = euthymia.shipped()
    judged = euthymia.assess(read_intake("x", WHOLE.read_bytes(), knowledge), knowledge)
    return trends(judged, knowledge)[0]


def test_json_is_kept_packed_and_comes_back_equal() -> None:
    told = {"a": [1, 1.5, None, True, "é"], "b": {"c": 1e-9}}
    assert unpack(pack(told)) == told


def test_it_keeps_what_was_judged_and_by_which_pages(assessed: Assessment) -> None:
    kept = Assessment.objects.get(pk=assessed.pk).kept
    assert kept.form["as_of"] == DAY.isoformat()
    assert kept.document["resistance"]["answer"] == assessed.answer
    assert kept.page["body"]["answer"]["word"] == "Provisional"
    assert re.fullmatch(r"[0-9a-f]{64}", assessed.pages)
    assert assessed.engine == euthymia.__version__


def test_what_was_kept_is_never_written_twice(assessed: Assessment) -> None:
    with pytest.raises(SignedError):
        assessed.kept.save()


def test_a_signed_one_stays_as_it_is_but_may_be_superseded(
    assessed: Assessment, clinician: Access
) -> None:
    signed = sign(
        assess_chart(assessed.patient, today(clinician), by=clinician), "agreed", by=clinician
    )
    signed.note = "not agreed"
    with pytest.raises(SignedError):
        signed.save()
    assess_chart(assessed.patient, DAY, by=clinician)
    after = Assessment.objects.get(pk=signed.pk)
    assert (after.note, after.superseded is not None) == ("agreed", True)
    with pytest.raises(StaleError):
        sign(assess_and_step_over(assessed.patient, clinician), "", by=clinician)


def assess_and_step_over(patient: Patient, by: Access) -> Assessment:
    """An unsigned assessment with a newer one after it."""
    older = assess_chart(patient, DAY, by=by)
    assess_chart(patient, DAY, by=by)
    return older


def today(by: Access) -> date:
    return timezone.localdate(timezone=by.zone)


@pytest.mark.parametrize(
    ("made", "signed", "may"),
    [
        ("2026-08-05T03:50Z", "2026-08-05T03:59Z", True),  # one minute before midnight there
        ("2026-08-05T03:50Z", "2026-08-05T04:01Z", False),  # one minute after it
        ("2026-08-05T23:59Z", "2026-08-06T00:01Z", True),  # midnight in UTC is none there
        ("2026-11-01T04:05Z", "2026-11-02T04:55Z", True),  # a day of 25 hours, from end to end
        ("2026-11-01T04:05Z", "2026-11-02T05:05Z", False),
        ("2026-03-08T05:05Z", "2026-03-09T03:55Z", True),  # a day of 23 hours
        ("2026-03-08T05:05Z", "2026-03-09T04:05Z", False),
        ("2026-08-05T12:00Z", "2027-02-21T12:00Z", False),  # 200 days later
    ],
)
def test_it_is_signed_on_its_own_day_in_the_zone_of_the_clinic_and_no_other(  # noqa: PLR0913 - a case
    patient: Patient,
    clinician: Access,
    monkeypatch: pytest.MonkeyPatch,
    made: str,
    signed: str,
    *,
    may: bool,
) -> None:
    assert clinician.clinic.zone == "America/New_York"
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat(made))
    assessment = assess_chart(patient, today(clinician), by=clinician)
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat(signed))
    with nullcontext() if may else pytest.raises(OtherDayError):
        sign(assessment, "", by=clinician)
    assert (Assessment.objects.get(pk=assessment.pk).signed_at is not None) is may


def test_an_assessment_that_fails_leaves_nothing_behind(
    patient: Patient, clinician: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_of_what: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("euthymia.clinic.assessments.actions.pictures", broken)
    with pytest.raises(RuntimeError):
        assess_chart(patient, DAY, by=clinician)
    assert not patient.assessments.exists()


def test_the_digest_of_a_chart_is_the_same_on_another_day(
    assessed: Assessment, clinician: Access
) -> None:
    later = assess_chart(assessed.patient, date(2026, 7, 30), by=clinician)
    assert later.chart == assessed.chart
    add(assessed.patient, "diagnoses", {"icd10cm": "I10"}, by=clinician)
    assert assess_chart(assessed.patient, DAY, by=clinician).chart != assessed.chart


def test_a_file_that_was_struck_out_since_is_still_read_when_run_again(
    patient: Patient, clinician: Access
) -> None:
    bundle = b'{"resourceType": "Bundle", "type": "collection", "entry": []}'
    held = Document.objects.create(
        patient=patient, name="a.json", digest="d" * 64, content=bundle, by=clinician.user
    )
    made = assess_chart(patient, DAY, by=clinician)
    held.struck = made.made_at
    held.save()
    assert again.run_again(Assessment.objects.get(pk=made.pk)).same


def test_an_emptied_file_of_another_clinic_spoils_no_chart_that_holds_the_same(
    patient: Patient, clinician: Access, other_clinic: Clinic
) -> None:
    bundle = b'{"resourceType": "Bundle", "type": "collection", "entry": []}'
    same = {"name": "a.json", "digest": "d" * 64, "batch": "b" * 64, "by": clinician.user}
    Document.objects.create(patient=patient, content=bundle, **same)
    made = assess_chart(patient, DAY, by=clinician)
    there = Patient.objects.create(clinic=other_clinic, number=1)
    Document.objects.create(patient=there, content=b"", **same)
    merged = Patient.objects.create(clinic=patient.clinic, number=2)
    Document.objects.create(patient=merged, content=b"{", **same)
    assert again.run_again(Assessment.objects.get(pk=made.pk)).same


def test_run_again_says_what_changed_where_the_knowledge_did(
    assessed: Assessment,
) -> None:
    kept = assessed.kept
    kept.document["resistance"]["answer"] = "no"
    kept.page["body"]["answer"]["word"] = "No"
    came = again.run_again(assessed)
    assert not came.same
    assert "resistance" in came.parts
    assert came.changed[0].lines[0] == "No before, Provisional now"


def test_two_assessments_are_compared_in_words(assessed: Assessment, clinician: Access) -> None:
    add(assessed.patient, "diagnoses", {"icd10cm": "I67.1"}, by=clinician)
    add(
        assessed.patient,
        "scales",
        {"instrument": "phq9", "total": 9, "date": "2026-06-30"},
        by=clinician,
    )
    after = assess_chart(assessed.patient, DAY, by=clinician)
    told = {
        one.matter: " | ".join(one.lines) for one in changes(assessed.kept.page, after.kept.page)
    }
    assert "PHQ-9: 19 of 27, 2026-06-29 before, 9 of 27, 2026-06-30 now" in told["Scores"]
    assert "Esketamine nasal spray: with care before, must not be given now" in told["Options"]
    turned = "Aneurysm: not met (contraindication) before, met (contraindication) now"
    assert turned in told["Criteria of the options"]
    assert changes(after.kept.page, after.kept.page) == ()


def test_the_trend_says_its_finding_and_draws_the_lines_of_its_form() -> None:
    trend = phq9_trend()
    assert trend.title == "PHQ-9 from 21 to 19, 10 % better: response no, remission no"
    assert trend.told == "4 scores, 2025-08-18 to 2026-06-29"
    assert {one.at for one in trend.levels} == {10.5, 4}
    svg = trend_chart(trend)["wide"]
    for word in ("severe", "minimal", "remission: 4 or less", "PHQ-9 total, 0 to 27"):
        assert word in svg
    assert not re.search(r" style=| class=|<style|<script| on[a-z]+=", svg)


def test_a_score_in_doubt_breaks_the_line_and_is_not_drawn() -> None:
    trend = phq9_trend()
    first, second, *rest = trend.points
    doubted = replace(second, total=None, doubt="the items add up to another total")
    whole = trend_chart(trend)["narrow"]
    gap = trend_chart(replace(trend, points=(first, doubted, *rest)))["narrow"]
    assert whole.count(">20<") - gap.count(">20<") == 1
    assert whole.count(">21<") == gap.count(">21<")


def test_the_choice_is_drawn_with_every_option_by_name() -> None:
    knowledge = euthymia.shipped()
    judged = euthymia.assess(read_intake("x", WHOLE.read_bytes(), knowledge), knowledge)
    choice = page(judged, knowledge).body.options.choice
    drawn = choice_chart(choice)
    for group in choice.groups:
        for row in group.rows:
            assert row.name in drawn["wide"]
            assert row.name in drawn["narrow"]


def test_printing_fetches_nothing_from_anywhere(canary: tuple[str, list[str]]) -> None:
    where, asked = canary
    told = (
        f'<html lang="en"><head><title>x</title><link rel="stylesheet" href="{where}a.css"></head>'
        f'<body><img alt="x" src="{where}b.png"><img alt="y" src="file:///etc/hostname">'
        f'<p style="background: url({where}c)">x</p></body></html>'
    )
    assert pdf_of(told).startswith(b"%PDF")
    assert asked == []
