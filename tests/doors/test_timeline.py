"""The picture: what a bar, a line and a mark say, and what is not drawn is listed."""

from __future__ import annotations

import json
import re
from datetime import date
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from euthymia import Assessment, assess, shipped
from euthymia.exchange.intake import read_intake
from euthymia.exchange.timeline import NARROW, WIDE, Layout, headline, timeline
from euthymia.exchange.timeline.drawing import Axis
from euthymia.exchange.timeline.history import History, history
from euthymia.exchange.timeline.sheet import MINIMUM_HEIGHT
from euthymia.record.entries import Event

SVG = "{http://www.w3.org/2000/svg}"
FORM: dict[str, object] = {"intake": 1, "as_of": "2026-06-30", "complete": ["trials"]}
FAIR = {
    "id": "t1",
    "drug": "sertraline",
    "dose_mg": 50,
    "days_at_dose": 60,
    "start": "2026-01-01",
    "end": "2026-03-01",
    "pdc": 0.95,
    "improvement_pct": 10,
    "stop_reason": "lack_of_efficacy",
}
SCALE = "phq9"


def judged(**parts: object) -> Assessment:
    return assess(read_intake("form.json", json.dumps(FORM | parts).encode(), shipped()))


def drawn(assessment: Assessment, layout: Layout = WIDE) -> ElementTree.Element:
    return ElementTree.fromstring(picture_of(assessment, layout))  # noqa: S314 - our own


def picture_of(assessment: Assessment, layout: Layout = WIDE) -> str:
    return timeline(course(assessment), headline(assessment), layout)


def course(assessment: Assessment) -> History:
    return history(assessment, shipped())


def of_kind(picture: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    """Elements of a class in the picture itself, without its legend."""
    found = [one for one in picture.iter() if one.get("class") == kind]
    return [one for one in found if _top(one) < _legend(picture)]


def _top(one: ElementTree.Element) -> float:
    place = one.get("y") or one.get("y1") or one.get("cy")
    return float(place or re.findall(r"[\d.]+", one.get("d", "0 0"))[1])


def _legend(picture: ElementTree.Element) -> float:
    """The line of the day runs down to where the legend begins."""
    return min(float(one.get("y2", 0)) for one in picture.iter() if one.get("class") == "today")


def words(picture: ElementTree.Element) -> str:
    return " | ".join("".join(one.itertext()) for one in picture.iter(f"{SVG}text"))


def rated(*totals: tuple[str, float]) -> list[dict[str, object]]:
    return [{"instrument": SCALE, "date": day, "total": total} for day, total in totals]


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_the_picture_has_a_name_that_states_the_finding(layout: Layout) -> None:
    assessment = judged(trials=[FAIR])
    picture = drawn(assessment, layout)
    title = picture.find(f"{SVG}title")
    assert picture.get("role") == "img"
    assert title is not None
    assert title.get("id") == picture.get("aria-labelledby")
    assert title.text == headline(assessment)
    assert "1 of 1 antidepressant trials failed" in headline(assessment)


def test_an_open_trial_is_named_in_the_finding() -> None:
    assert "0 of 1 antidepressant trials failed" in headline(judged(trials=[FAIR | {"pdc": 0.5}]))
    untold = {key: value for key, value in FAIR.items() if key != "dose_mg"}
    assert "(1 open)" in headline(judged(trials=[untold]))


@pytest.mark.parametrize(("dose", "share"), [(25, 0.5), (50, 1), (75, 1.5)])
def test_a_bar_is_as_high_as_its_dose_against_the_minimum(dose: float, share: float) -> None:
    picture = drawn(judged(trials=[FAIR | {"dose_mg": dose}]))
    kind = "bar counts" if share >= 1 else "bar short"
    [bar] = of_kind(picture, kind)
    assert float(bar.get("height", 0)) == pytest.approx(share * MINIMUM_HEIGHT, abs=0.05)
    [minimum] = of_kind(picture, "minimum")
    reaches = float(bar.get("y", 0)) <= float(minimum.get("y1", 0)) + 0.05
    assert reaches is (share >= 1)


def test_an_unknown_dose_is_hatched_and_says_so() -> None:
    untold = {key: value for key, value in FAIR.items() if key != "dose_mg"}
    picture = drawn(judged(trials=[untold]))
    assert len(of_kind(picture, "hatched")) == 1
    assert "sertraline dose unknown" in words(picture)


@pytest.mark.parametrize("layout", [WIDE, NARROW])
@pytest.mark.parametrize(
    ("change", "mark"),
    [
        ({}, "counts"),
        ({"pdc": 0.5}, "does not count"),
        ({"improvement_pct": 60, "stop_reason": "other"}, "does not count"),
    ],
)
def test_each_trial_bears_its_mark_in_words(
    layout: Layout, change: dict[str, object], mark: str
) -> None:
    assert f"| {mark}, 60 days" in words(drawn(judged(trials=[FAIR | change]), layout))


def test_an_augmentation_stands_beneath_its_base_and_is_never_drawn_as_counted() -> None:
    added = {"id": "t2", "drug": "aripiprazole", "dose_mg": 5, "days_at_dose": 50, "augments": "t1"}
    later = {"start": "2026-01-05", "end": "2026-02-23", "pdc": 0.95, "improvement_pct": 0}
    other = FAIR | {"id": "t3", "drug": "venlafaxine", "start": "2025-11-01", "end": "2025-12-30"}
    assessment = judged(trials=[added | later, FAIR, other])
    assert [bar.id for bar in course(assessment).bars] == ["t3", "t1", "t2"]
    picture = drawn(assessment)
    assert len(of_kind(picture, "bar added")) == 1
    assert "adequate as augmentation, 50 days" in words(picture)


def test_what_was_added_to_an_augmentation_is_drawn_all_the_same() -> None:
    chain = [
        FAIR,
        FAIR | {"id": "t2", "drug": "aripiprazole", "augments": "t1"},
        FAIR | {"id": "t3", "drug": "lithium", "augments": "t2"},
    ]
    assert {bar.id for bar in course(judged(trials=chain)).bars} == {"t1", "t2", "t3"}


def test_what_goes_on_ends_in_an_arrow() -> None:
    going = {key: value for key, value in FAIR.items() if key not in ("end", "stop_reason")}
    assert of_kind(drawn(judged(trials=[going | {"stop_reason": "ongoing"}])), "arrow")
    assert not of_kind(drawn(judged(trials=[FAIR])), "arrow")


def test_an_end_nobody_recorded_is_not_drawn_as_the_end() -> None:
    open_end = {key: value for key, value in FAIR.items() if key != "end"}
    assert "end not recorded" in words(drawn(judged(trials=[open_end])))
    assert "end not recorded" not in words(drawn(judged(trials=[FAIR])))


def test_an_undated_trial_is_listed_and_not_drawn() -> None:
    undated = {key: value for key, value in FAIR.items() if key not in ("start", "end")}
    found = course(judged(trials=[FAIR, undated | {"id": "t2", "drug": "venlafaxine"}]))
    assert [bar.id for bar in found.bars] == ["t1"]
    assert [one.what for one in found.undated] == ["venlafaxine: 50 mg/d, 60 days"]


def test_where_nothing_is_dated_there_is_no_picture() -> None:
    assert picture_of(judged(trials=[{"id": "t1", "drug": "sertraline"}])) == ""


def test_remission_and_response_are_lines_with_their_totals() -> None:
    picture = drawn(judged(scales=rated(("2026-05-01", 20), ("2026-06-01", 18))))
    assert "remission: 4 or less" in words(picture)
    assert "response: 10 or less" in words(picture)
    assert of_kind(picture, "remission")
    assert of_kind(picture, "response")


def test_a_doubtful_score_is_hollow_and_joined_to_nothing() -> None:
    scales = rated(("2026-05-01", 20), ("2026-05-15", 300), ("2026-06-01", 18))
    picture = drawn(judged(scales=scales))
    assert len(of_kind(picture, "doubtful")) == 1
    assert len(of_kind(picture, "point")) == 2
    assert len(of_kind(picture, "trend")) == 2
    assert "300?" in words(picture)


def test_a_long_silence_between_scores_leaves_a_gap() -> None:
    close = judged(scales=rated(("2026-05-01", 20), ("2026-06-01", 18)))
    apart = judged(scales=rated(("2025-05-01", 20), ("2026-06-01", 18)))
    assert [len(one.runs) for one in course(close).series] == [1]
    assert [len(one.runs) for one in course(apart).series] == [2]


def test_an_undated_score_is_listed_and_not_drawn_at_the_day_of_the_assessment() -> None:
    found = course(judged(scales=[{"instrument": SCALE, "total": 18}]))
    assert not found.series
    assert [one.what for one in found.undated] == ["PHQ-9: 18 of 27"]


def test_diagnoses_side_effects_and_told_events_stand_on_their_day() -> None:
    stopped = FAIR | {"stop_reason": "intolerance"}
    coded = [{"icd10cm": "G47.33", "onset": "2026-02-01"}]
    assessment = judged(trials=[stopped], diagnoses=coded)
    found = course(replace(assessment, events=(Event("admission", date(2026, 4, 1)),)))
    assert [(str(one.day), one.what) for one in found.events] == [
        ("2026-02-01", "sleep apnoea diagnosed"),
        ("2026-03-01", "sertraline stopped: intolerance"),
        ("2026-04-01", "admission"),
    ]


def test_an_event_of_long_ago_is_listed_and_does_not_squeeze_the_picture() -> None:
    coded = [{"icd10cm": "G47.33", "onset": "1999-02-01"}]
    found = course(judged(trials=[FAIR], diagnoses=coded))
    assert found.first == date(2026, 1, 1)
    assert "1999-02-01" in found.undated[0].why


def test_a_danger_sign_is_an_event() -> None:
    items = [1, 1, 1, 1, 1, 1, 1, 1, 2]
    scales = [{"instrument": SCALE, "date": "2026-06-01", "items": items}]
    assert "danger sign: PHQ-9 item 9: 2" in words(drawn(judged(scales=scales)))


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_a_hostile_name_is_drawn_as_text(layout: Layout) -> None:
    hostile = "</text><script>alert(1)</script>&\u0000\u202e"
    picture = picture_of(judged(trials=[FAIR | {"drug": hostile}]), layout)
    assert "<script" not in picture
    assert "\u202e" not in picture
    ElementTree.fromstring(picture)  # noqa: S314 - our own


def test_type_on_a_telephone_is_no_smaller_than_on_a_desk() -> None:
    assert NARROW.size >= WIDE.size
    assert NARROW.small >= WIDE.small
    assert NARROW.width <= 320


@pytest.mark.parametrize("first", [date(2026, 6, 1), date(2025, 6, 1), date(1980, 1, 1)])
@pytest.mark.parametrize("most", [4, 9])
def test_the_axis_never_names_more_days_than_there_is_room_for(first: date, most: int) -> None:
    ticks = list(Axis(first, date(2026, 6, 30), 0, 100).ticks(most))
    assert len(ticks) <= most + 1
    assert all(first <= day <= date(2026, 6, 30) for day, _ in ticks)
