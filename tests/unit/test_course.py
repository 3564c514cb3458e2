"""Is the treatment working: each state of a course, on its boundaries and where nobody knows."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec.structs import replace

from euthymia.engine.course import course
from euthymia.engine.course_findings import CourseFinding
from euthymia.engine.findings import Score
from euthymia.engine.followed import reliable_points
from euthymia.engine.scores import read_scores
from euthymia.exchange.course import course_citations, course_entries, course_of
from euthymia.exchange.page.course import course_rows
from euthymia.knowledge.course import Reliability, StateName
from euthymia.record import Record
from euthymia.record.entries import Exposure, NondrugTrial, Phase, Rating, Trial
from euthymia.terms import Verdict
from tests.laws.strategies import KNOWLEDGE

DAY0 = date(2026, 1, 5)
TMS = NondrugTrial(kind="tms", start=DAY0)
KETAMINE = Trial(id="t1", drug="ketamine_iv", start=DAY0, stop_reason="ongoing")
MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN


def on(day: int) -> date:
    return DAY0 + timedelta(days=day)


def rated(*totals: tuple[int, float], form: str = "phq9") -> tuple[Rating, ...]:
    """Scores by the day since the first."""
    return tuple(Rating(form, total, taken=on(day)) for day, total in totals)


def judged(record: Record) -> tuple[CourseFinding, ...]:
    return course(read_scores(record, KNOWLEDGE), record, KNOWLEDGE)


def followed(
    *totals: tuple[int, float],
    form: str = "phq9",
    as_of: int | None = None,
    nondrug: tuple[NondrugTrial, ...] = (TMS,),
    trials: tuple[Trial, ...] = (),
    exposures: tuple[Exposure, ...] = (),
) -> CourseFinding:
    """The course of one scale, judged on the day of its last score unless told otherwise."""
    last = max(day for day, _ in totals) if as_of is None else as_of
    record = Record(
        as_of=on(last),
        ratings=rated(*totals, form=form),
        nondrug_trials=nondrug,
        trials=trials,
        exposures=exposures,
    )
    [found] = judged(record)
    return found


def verdict_of(found: CourseFinding, state: StateName) -> Verdict:
    return found.states[state].verdict


# ---------------------------------------------------------------- response and remission


@pytest.mark.parametrize(("newest", "expected"), [(11, NOT_MET), (10, MET), (9, MET)])
def test_a_fall_of_exactly_half_is_a_response(newest: float, expected: Verdict) -> None:
    assert verdict_of(followed((0, 20), (14, newest)), "response") is expected


@pytest.mark.parametrize(("newest", "expected"), [(5, NOT_MET), (4, MET), (3, MET)])
def test_the_remission_cut_itself_is_remission(newest: float, expected: Verdict) -> None:
    assert verdict_of(followed((0, 20), (14, newest)), "remission") is expected


def test_remission_rests_on_the_word_of_the_cut_where_that_is_weaker() -> None:
    assert followed((0, 30), (14, 10), form="madrs").states["remission"].status == "recalled"


def test_a_scale_without_a_remission_cut_leaves_remission_open() -> None:
    found = followed((0, 18), (14, 2), form="gad7")
    assert verdict_of(found, "remission") is UNKNOWN
    assert verdict_of(found, "response") is MET


def test_one_score_alone_has_no_course() -> None:
    assert judged(Record(as_of=on(20), ratings=rated((0, 20)), nondrug_trials=(TMS,))) == ()


def test_a_score_without_a_day_is_left_out_and_counted() -> None:
    ratings = (*rated((0, 20), (14, 10)), Rating("phq9", 0))
    [found] = judged(Record(as_of=on(14), ratings=ratings, nondrug_trials=(TMS,)))
    assert found.undated == 1
    assert found.improvement_pct == 50


def test_two_scores_of_which_one_has_no_day_have_no_course() -> None:
    assert judged(Record(as_of=on(14), ratings=(*rated((0, 20)), Rating("phq9", 5)))) == ()


def test_scores_after_the_day_are_not_read() -> None:
    early = followed((0, 20), (14, 10), as_of=14)
    assert followed((0, 20), (14, 10), (30, 2), as_of=14) == early


def test_two_scores_of_one_day_that_differ_leave_what_rests_on_them_open() -> None:
    found = followed((0, 20), (14, 8), (14, 9))
    for state in ("response", "remission", "reliable_change", "worsening"):
        assert verdict_of(found, state) is UNKNOWN
        assert "differ" in found.states[state].because


def test_two_scores_of_one_day_that_agree_are_one() -> None:
    assert verdict_of(followed((0, 20), (14, 8), (14, 8)), "response") is MET


def test_differing_scores_at_the_start_leave_every_change_open() -> None:
    found = followed((0, 20), (0, 10), (14, 8))
    assert found.improvement_pct is None
    assert verdict_of(found, "response") is UNKNOWN


def test_an_old_good_score_says_nothing_of_today() -> None:
    fresh, stale = (followed((0, 20), (14, 4), as_of=14 + age) for age in (61, 62))
    assert verdict_of(fresh, "remission") is MET
    assert verdict_of(stale, "remission") is UNKNOWN
    assert verdict_of(stale, "response") is UNKNOWN


@pytest.mark.parametrize("form", ["moca", "cssrs", "osss3"])
def test_only_scales_of_depression_and_anxiety_have_a_course(form: str) -> None:
    assert judged(Record(as_of=on(9), ratings=rated((0, 3), (9, 4), form=form))) == ()


# ---------------------------------------------------------------- what the change is taken from


def test_the_change_is_taken_from_the_start_of_the_treatment() -> None:
    found = followed((-200, 27), (-3, 20), (14, 10))
    assert (found.basis, found.start and found.start.total) == ("treatment_start", 20)


@pytest.mark.parametrize(("before", "basis"), [(14, "treatment_start"), (15, "first_score")])
def test_a_score_of_two_weeks_before_stands_for_the_start(before: int, basis: str) -> None:
    assert followed((-before, 20), (14, 18), (21, 10)).basis == basis


def test_without_a_treatment_the_change_is_taken_from_the_first_score_and_it_is_said() -> None:
    found = followed((0, 20), (14, 10), nondrug=())
    assert found.basis == "first_score"
    assert "from the first score" in next(told for _, told in course_entries([found]))


def test_the_treatment_that_began_last_is_the_current_one() -> None:
    drug = Trial(id="t1", drug="sertraline", start=on(30), stop_reason="ongoing")
    found = followed((0, 24), (30, 20), (50, 12), trials=(drug,))
    assert [one.name for one in found.treatments] == ["sertraline"]
    assert found.improvement_pct == 40


@pytest.mark.parametrize("end", [None, on(45)])
def test_a_drug_not_known_to_be_taken_still_is_no_current_treatment(end: date | None) -> None:
    drug = Trial(id="t1", drug="sertraline", start=on(30), end=end)
    assert [one.name for one in followed((0, 24), (50, 12), trials=(drug,)).treatments] == ["tms"]


def test_a_treatment_that_begins_after_the_day_is_not_the_current_one() -> None:
    later = NondrugTrial(kind="ect", start=on(15))
    assert [one.name for one in followed((0, 24), (14, 12), nondrug=(TMS, later)).treatments] == [
        "tms"
    ]


def test_a_course_of_an_earlier_episode_is_not_the_current_one() -> None:
    assert followed((0, 24), (14, 12), nondrug=(replace(TMS, episode="earlier"),)).treatments == ()


def test_a_drug_of_an_earlier_episode_or_for_sleep_is_not_the_current_treatment() -> None:
    drug = Trial(id="t1", drug="trazodone", start=on(5), stop_reason="ongoing")
    for_sleep = replace(drug, phases=(Phase(50, 30),))
    earlier = replace(drug, phases=(Phase(300, 30),), episode="earlier")
    for trial, named in ((for_sleep, "tms"), (earlier, "tms"), (drug, "trazodone")):
        found = followed((0, 24), (14, 12), trials=(trial,))
        assert [one.name for one in found.treatments] == [named]


def test_no_score_since_the_treatment_began_leaves_its_effect_open() -> None:
    found = followed((-5, 24), (0, 20), as_of=20)
    assert found.newest is None
    assert {verdict_of(found, name) for name in ("response", "remission", "relapse")} == {UNKNOWN}


# ---------------------------------------------------------------- reliable change and worsening


@pytest.mark.parametrize(
    ("form", "newest", "expected"),
    [
        ("phq9", 15, NOT_MET),
        ("phq9", 14, MET),
        ("phq9", 26, MET),
        ("gad7", 17, NOT_MET),
        ("gad7", 16, MET),
        ("hamd17", 2, UNKNOWN),
    ],
)
def test_a_change_is_reliable_from_the_size_on_that_the_page_gives(
    form: str, newest: float, expected: Verdict
) -> None:
    assert verdict_of(followed((0, 20), (14, newest), form=form), "reliable_change") is expected


def test_a_scale_without_a_known_error_says_why_its_change_is_not_judged() -> None:
    found = followed((0, 30), (14, 10), form="bdi2")
    assert found.reliable_from_points is None
    assert "is not known" in found.states["reliable_change"].because


def test_the_reliable_change_index_follows_its_formula() -> None:
    page = Reliability("made_up", "assumption", (), sd=5, reliability=0.84)
    # Reckoned by hand: standard error 5 * 0.4 = 2, of a difference 2.8284, times 1.96.
    assert reliable_points(page, KNOWLEDGE) == pytest.approx(5.5437, abs=1e-4)
    assert reliable_points(replace(page, points=6), KNOWLEDGE) == 6
    assert reliable_points(replace(page, sd=None), KNOWLEDGE) is None


@pytest.mark.parametrize(
    ("newest", "expected"), [(15, NOT_MET), (16, NOT_MET), (20, NOT_MET), (21, MET)]
)
def test_worse_than_at_the_start_is_a_warning_where_it_is_reliable(
    newest: float, expected: Verdict
) -> None:
    state = followed((0, 15), (14, newest)).states["worsening"]
    assert state.verdict is expected
    assert state.alert is (expected is MET)


@pytest.mark.parametrize(("newest", "warns"), [(20, False), (24, False), (25, True)])
def test_a_rise_of_a_quarter_warns_where_the_error_of_the_scale_is_not_known(
    newest: float, warns: bool
) -> None:
    state = followed((0, 20), (14, newest), form="hamd17").states["worsening"]
    assert state.alert is warns
    assert state.verdict is (NOT_MET if newest == 20 else UNKNOWN)


def test_a_warning_stands_however_old_its_score() -> None:
    assert verdict_of(followed((0, 15), (14, 25), as_of=400), "worsening") is MET


# ---------------------------------------------------------------- lost response and relapse


@pytest.mark.parametrize(("newest", "expected"), [(10, NOT_MET), (11, MET)])
def test_a_response_is_lost_as_soon_as_the_fall_is_below_half(
    newest: float, expected: Verdict
) -> None:
    found = followed((0, 20), (14, 9), (28, newest))
    assert verdict_of(found, "response_lost") is expected
    assert found.states["response_lost"].alert is (expected is MET)


@pytest.mark.parametrize(
    ("days", "expected"), [(13, UNKNOWN), (14, MET), (15, MET)], ids=["short", "exact", "long"]
)
def test_a_relapse_must_last_for_two_weeks_and_warns_before(days: int, expected: Verdict) -> None:
    state = followed((0, 20), (30, 4), (40, 10), (40 + days, 12)).states["relapse"]
    assert state.verdict is expected
    assert state.alert


@pytest.mark.parametrize(("total", "expected"), [(9, NOT_MET), (10, MET)])
def test_ten_points_are_a_relapse_only_once_fewer_were_reached(
    total: float, expected: Verdict
) -> None:
    assert verdict_of(followed((0, 20), (30, 8), (40, total), (60, total)), "relapse") is expected


@pytest.mark.parametrize(("total", "expected"), [(8, NOT_MET), (9, MET)])
def test_five_points_above_the_lowest_are_a_relapse(total: float, expected: Verdict) -> None:
    assert verdict_of(followed((0, 20), (30, 4), (40, total), (60, total)), "relapse") is expected


@pytest.mark.parametrize("total", [12, 10])
def test_a_response_at_ten_points_or_more_that_holds_is_no_relapse(total: float) -> None:
    found = followed((0, 24), (30, total), (45, total), (60, total))
    assert verdict_of(found, "relapse") is NOT_MET


def test_without_a_response_there_is_no_relapse() -> None:
    assert verdict_of(followed((0, 20), (30, 14), (60, 22)), "relapse") is NOT_MET


def test_a_relapse_after_remission_at_the_start_is_seen() -> None:
    assert verdict_of(followed((0, 3), (30, 12), (50, 13)), "relapse") is MET


def test_a_relapse_that_is_over_is_none_any_more() -> None:
    found = followed((0, 20), (30, 4), (40, 12), (60, 12), (70, 4))
    assert verdict_of(found, "relapse") is NOT_MET


def test_a_relapse_warns_on_though_the_scores_of_the_last_day_differ() -> None:
    state = followed((0, 20), (30, 4), (40, 12), (60, 12), (70, 4), (70, 12)).states["relapse"]
    assert (state.verdict, state.alert) == (UNKNOWN, True)


def test_on_a_scale_without_a_rule_a_rise_may_be_a_relapse() -> None:
    state = followed((0, 30), (30, 8), (60, 24), form="madrs").states["relapse"]
    assert (state.verdict, state.alert) == (UNKNOWN, True)
    assert "no page says" in state.because


def test_on_a_scale_without_a_rule_the_lowest_score_of_all_is_no_relapse() -> None:
    assert verdict_of(followed((0, 30), (30, 8), (60, 8), form="madrs"), "relapse") is NOT_MET


# ---------------------------------------------------------------- early non-response and plateau


@pytest.mark.parametrize(
    ("day", "newest", "expected"),
    [(24, 20, UNKNOWN), (25, 20, MET), (25, 16, MET), (25, 15, NOT_MET), (25, 10, NOT_MET)],
)
def test_tms_is_judged_from_its_twentieth_session_on(
    day: int, newest: float, expected: Verdict
) -> None:
    assert verdict_of(followed((0, 20), (day, newest)), "early_non_response") is expected


@pytest.mark.parametrize(("sessions", "expected"), [(19, UNKNOWN), (20, MET)])
def test_too_few_sessions_are_not_judged(sessions: int, expected: Verdict) -> None:
    tms = replace(TMS, sessions=sessions)
    found = followed((0, 20), (30, 20), nondrug=(tms,))
    assert verdict_of(found, "early_non_response") is expected


@pytest.mark.parametrize(
    ("day", "newest", "expected"),
    [
        (13, 40, UNKNOWN),
        (14, 33, MET),
        (14, 32, UNKNOWN),
        (14, 31, UNKNOWN),
        (14, 30, NOT_MET),
        (21, 30, MET),
        (21, 20, NOT_MET),
    ],
)
def test_ketamine_is_judged_after_four_infusions_and_after_the_series(
    day: int, newest: float, expected: Verdict
) -> None:
    found = followed((0, 40), (day, newest), form="madrs", nondrug=(), trials=(KETAMINE,))
    assert verdict_of(found, "early_non_response") is expected


@pytest.mark.parametrize(("end", "expected"), [(24, UNKNOWN), (25, MET)])
def test_a_course_that_ended_early_is_not_judged_where_its_sessions_are_not_known(
    end: int, expected: Verdict
) -> None:
    found = followed((0, 20), (40, 20), nondrug=(replace(TMS, end=on(end)),))
    assert verdict_of(found, "early_non_response") is expected


def test_sessions_told_at_the_end_of_a_course_are_not_those_of_today() -> None:
    tms = replace(TMS, end=on(60), sessions=36)
    assert followed((0, 20), (30, 20), nondrug=(tms,)).treatments[0].sessions is None


def test_without_a_score_at_the_start_the_treatment_is_not_judged_early() -> None:
    found = followed((7, 20), (40, 20))
    assert found.basis == "first_score"
    assert verdict_of(found, "early_non_response") is UNKNOWN
    assert "after TMS began" in next(told for _, told in course_entries([found]))


def test_a_treatment_without_a_rule_is_not_judged_early() -> None:
    found = followed((0, 20), (60, 20), nondrug=(NondrugTrial(kind="ect", start=DAY0),))
    assert verdict_of(found, "early_non_response") is UNKNOWN


def test_who_responded_once_is_no_early_non_responder() -> None:
    assert verdict_of(followed((0, 20), (14, 9), (40, 20)), "early_non_response") is NOT_MET


def test_two_treatments_of_one_day_are_not_told_apart() -> None:
    found = followed((0, 20), (40, 20), trials=(KETAMINE,))
    assert verdict_of(found, "early_non_response") is UNKNOWN
    assert "two treatments" in found.states["early_non_response"].because


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        (((0, 20), (14, 18), (28, 15)), MET),
        (((0, 20), (14, 18), (28, 14)), NOT_MET),
        (((0, 20), (14, 18), (27, 18)), UNKNOWN),
        (((0, 20), (28, 20)), UNKNOWN),
        (((0, 20), (40, 4), (54, 3), (68, 4)), NOT_MET),
    ],
    ids=["within error", "by the error", "a day short", "two scores", "in remission"],
)
def test_a_plateau_is_three_scores_over_four_weeks_within_the_error_of_measurement(
    totals: tuple[tuple[int, float], ...], expected: Verdict
) -> None:
    assert verdict_of(followed(*totals), "plateau") is expected


# ---------------------------------------------------------------- what falls due


def infusion(day: int) -> Exposure:
    return Exposure(drug="ketamine_iv", supply="administration", start=on(day))


@pytest.mark.parametrize(
    ("day", "expected"), [(31, NOT_MET), (32, MET), (60, MET), (70, MET)], ids=str
)
def test_keeping_a_response_up_falls_due_two_weeks_after_the_last_infusion(
    day: int, expected: Verdict
) -> None:
    found = followed(
        (0, 40),
        (20, 15),
        form="madrs",
        as_of=day,
        nondrug=(),
        trials=(KETAMINE,),
        exposures=(infusion(0), infusion(4), infusion(18), infusion(300)),
    )
    assert verdict_of(found, "maintenance_due") is expected
    assert ("overdue" in found.states["maintenance_due"].because) is (day > 18 + 42)


@pytest.mark.parametrize(("day", "expected"), [(27, NOT_MET), (28, MET)])
def test_esketamine_is_kept_up_after_the_first_four_weeks(day: int, expected: Verdict) -> None:
    drug = replace(KETAMINE, drug="esketamine")
    doses = tuple(replace(infusion(one), drug="esketamine") for one in (0, 3, 20))
    found = followed(
        (0, 40), (20, 15), form="madrs", as_of=day, nondrug=(), trials=(drug,), exposures=doses
    )
    assert verdict_of(found, "maintenance_due") is expected


def test_without_the_day_of_the_last_infusion_maintenance_is_open() -> None:
    found = followed((0, 40), (20, 15), form="madrs", nondrug=(), trials=(KETAMINE,))
    assert verdict_of(found, "maintenance_due") is UNKNOWN


def test_without_a_response_nothing_is_kept_up() -> None:
    found = followed(
        (0, 40), (20, 35), form="madrs", nondrug=(), trials=(KETAMINE,), exposures=(infusion(0),)
    )
    assert verdict_of(found, "maintenance_due") is NOT_MET


@pytest.mark.parametrize(("as_of", "expected"), [(20, NOT_MET), (21, MET)])
def test_during_tms_the_phq9_is_due_every_week(as_of: int, expected: Verdict) -> None:
    found = followed((0, 20), (14, 15), as_of=as_of)
    assert found.next_score == on(21)
    assert verdict_of(found, "score_due") is expected


def test_after_tms_the_scale_is_due_at_the_next_month_of_the_plan() -> None:
    ended = replace(TMS, end=on(40))
    assert followed((0, 20), (40, 4), nondrug=(ended,)).next_score == on(70)
    assert followed((0, 20), (70, 4), nondrug=(ended,)).next_score == on(131)
    assert followed((0, 20), (80, 4), nondrug=(ended,)).next_score == on(131)
    assert followed((0, 20), (500, 4), nondrug=(ended,)).next_score is None


# ---------------------------------------------------------------- what is written


def test_a_warning_stands_first_in_every_door() -> None:
    found = followed((0, 20), (30, 4), (40, 12), (60, 14))
    lines = list(course_entries([found]))
    [row] = course_rows([found])

    assert lines[1][1].startswith(("Response lost", "Relapse"))
    assert row.met[0].alert
    assert course_of([found])["phq9"]["states"]["relapse"]["alert"] is True


def test_the_document_keeps_back_the_words_of_what_is_not_so() -> None:
    states = course_of([followed((0, 20), (14, 18))])["phq9"]["states"]
    assert states["response"]["verdict"] == "not_met"
    assert "says" not in states["response"]
    assert all("says" in one for one in states.values() if one["verdict"] != "not_met")
    assert json.dumps(states)


def test_every_state_has_its_sources_and_its_words() -> None:
    found = followed((0, 20), (14, 10))
    assert set(found.states) == set(KNOWLEDGE.course_states)
    cited = {item.id for item, _ in course_citations([found])}
    assert cited <= set(KNOWLEDGE.evidence)
    assert all(state.evidence and state.because for state in found.states.values())


def test_every_followed_scale_and_treatment_of_the_page_exists() -> None:
    forms, pages = set(KNOWLEDGE.instruments), KNOWLEDGE.therapy_courses.values()
    assert {*KNOWLEDGE.reliabilities, *KNOWLEDGE.relapse_rules} <= forms
    assert {form for page in pages for plan in page.scores for form in plan.instruments} <= forms
    assert {drug for page in pages for drug in page.drugs} <= set(KNOWLEDGE.drugs)
    assert {page.kind for page in pages if page.kind} <= {
        one.kind for one in KNOWLEDGE.nondrug.values()
    }


# ---------------------------------------------------------------- laws

Kind = Literal["phq9", "madrs", "hamd17", "gad7"]
kinds: st.SearchStrategy[Kind] = st.sampled_from(["phq9", "madrs", "hamd17", "gad7"])


@st.composite
def histories(draw: DrawFn) -> Record:
    """Scores of up to four scales around treatments, some days twice, some totals undated."""
    ratings = draw(
        st.lists(
            st.builds(
                Rating,
                kinds,
                st.integers(0, 21).map(float),
                taken=st.none() | st.integers(-20, 120).map(on),
            ),
            max_size=12,
        )
    )
    nondrug = draw(st.lists(st.sampled_from([TMS, replace(TMS, start=on(20), end=on(60))])))
    trials = draw(st.lists(st.sampled_from([KETAMINE, replace(KETAMINE, end=on(30))]), max_size=1))
    exposures = draw(st.lists(st.integers(0, 60).map(infusion), max_size=3))
    return Record(
        as_of=on(draw(st.integers(0, 120))),
        ratings=tuple(ratings),
        nondrug_trials=tuple(nondrug[:2]),
        trials=tuple(trials),
        exposures=tuple(exposures),
    )


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_entries_changes_nothing(record: Record, chance: object) -> None:
    def shuffled(entries: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(entries, len(entries)))  # type: ignore[attr-defined]

    other = replace(
        record,
        ratings=shuffled(record.ratings),
        nondrug_trials=shuffled(record.nondrug_trials),
        exposures=shuffled(record.exposures),
    )
    assert judged(other) == judged(record)


@given(histories(), kinds, st.integers(0, 21), st.integers(1, 90))
def test_a_later_score_never_changes_what_was_judged_on_an_earlier_day(
    record: Record, form: Kind, total: int, days: int
) -> None:
    later = Rating(form, float(total), taken=record.as_of + timedelta(days=days))
    assert judged(replace(record, ratings=(*record.ratings, later))) == judged(record)


@given(histories())
def test_every_state_of_every_course_is_written_with_its_reason(record: Record) -> None:
    for found in judged(record):
        assert set(found.states) == set(KNOWLEDGE.course_states)
        for state in found.states.values():
            assert state.because
            assert (state.says == "") is (state.verdict is NOT_MET)
            assert state.page.alert or not state.alert
        assert course_rows([found])
        assert list(course_entries([found]))


def test_scores_may_come_from_several_forms() -> None:
    ratings = (*rated((0, 20), (14, 10)), *rated((0, 30), (14, 31), form="madrs"))
    found: tuple[CourseFinding, ...] = judged(Record(as_of=on(14), ratings=ratings))
    unsorted: tuple[Score, ...] = read_scores(Record(as_of=on(14), ratings=ratings), KNOWLEDGE)
    assert [one.instrument.id for one in found] == ["madrs", "phq9"]
    assert course(unsorted[::-1], Record(as_of=on(14)), KNOWLEDGE) == found
