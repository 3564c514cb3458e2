"""Motor thresholds: the reference runs, the laws of both methods, and the command that asks."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from euthymia import shipped
from euthymia.cli.threshold import threshold
from euthymia.exchange.faults import SourceError
from euthymia.models.threshold import Trial, answered, count, estimate, next_intensity

PEST = shipped().threshold_methods["ml_pest"].hunting
TEN = shipped().threshold_methods["five_of_ten"].counting

RUN_1 = (52, [45, 72, 58, 51, 54, 52, 51, 52, 51, 52, 51, 52, 51, 52, 51, 52], 51)
RUN_2 = (38, [45, 16, 30, 37, 41, 39, 37, 38, 37, 38, 37, 38, 37, 38, 37, 38], 37)


def hunted(responds, pulses: int) -> list[Trial]:
    trials: list[Trial] = []
    for _ in range(pulses):
        due = next_intensity(trials, PEST)
        trials.append(Trial(due, responds(due)))
    return trials


def counted(responds) -> list[bool]:
    """Answers to 5 of 10 until its end."""
    answers: list[bool] = []
    while (due := count(answers, TEN).intensity) is not None:
        answers.append(responds(due))
    return answers


def answers_to(trials: list[Trial]) -> str:
    return "".join("01"[trial.response] for trial in trials)


# ---------------------------------------------------------------- threshold hunting


@pytest.mark.parametrize(("least", "sequence", "threshold_"), [RUN_1, RUN_2])
def test_the_reference_runs_are_reproduced(least, sequence, threshold_):
    trials = hunted(lambda due: due >= least, len(sequence))

    assert [trial.intensity for trial in trials] == sequence
    assert estimate(trials, PEST).threshold == threshold_


def test_the_reference_runs_are_those_of_the_dossier():
    dossier = Path(__file__).parents[2].parent / "shared" / "clinical" / "tms" / "tms.toml"
    if not dossier.exists():
        pytest.skip("the dossier is not beside the repository")
    methods = tomllib.loads(dossier.read_text("utf-8"))["mt_method"]
    page = next(one for one in methods if one["id"] == "ml_pest")

    for run, (_, sequence, found) in zip(
        (page["reference_run_1"], page["reference_run_2"]), (RUN_1, RUN_2), strict=True
    ):
        assert (run["seq"], run["theta_hat"]) == (sequence, found)
    assert page["start_pct_mso"] == PEST.start


@given(st.lists(st.builds(Trial, st.integers(1, 100), st.booleans()), max_size=12))
def test_the_threshold_lies_in_its_interval_and_the_order_of_pulses_is_nothing(trials):
    found = estimate(trials, PEST)
    shuffled = sorted(trials, key=lambda trial: trial.intensity)

    assert 1 <= found.low <= found.threshold <= found.high <= 100
    assert estimate(shuffled, PEST) == found


@given(st.integers(15, 95))
def test_a_sharp_threshold_is_found_within_one_step(least):
    found = estimate(hunted(lambda due: due >= least, PEST.pulses), PEST)

    assert least - 1 <= found.threshold <= least
    assert found.low <= least - 1
    assert least <= found.high


def test_of_people_who_answer_by_chance_nearly_all_have_their_threshold_in_the_interval():
    chance = np.random.default_rng(7)
    held = 0
    for _ in range(150):
        true = chance.uniform(30, 75)
        drawn = hunted(lambda due, at=true: due > chance.normal(at, PEST.spread * at), PEST.pulses)
        found = estimate(drawn, PEST)
        held += found.low - 0.5 <= true <= found.high + 0.5

    assert held >= 0.88 * 150


@pytest.mark.parametrize(("answer", "told"), [(True, "responses"), (False, "misses")])
def test_where_every_pulse_is_answered_alike_nothing_was_found(answer, told):
    assert estimate(hunted(lambda due: answer, 18), PEST).only == told


def test_before_the_first_pulse_nothing_was_found():
    assert estimate([], PEST).only == "misses"


@pytest.mark.parametrize("bad", [-1, 0, 101])
def test_an_intensity_that_no_stimulator_gives_is_refused(bad):
    with pytest.raises(ValueError, match="percent of maximum output"):
        Trial(bad, True)


# ---------------------------------------------------------------- 5 of 10


@given(st.integers(1, 100))
def test_counting_finds_the_lowest_intensity_that_passes(least):
    answers = counted(lambda due: due >= least)
    level = count(answers, TEN)

    assert level.threshold == least
    assert level.failed == (least - 1 or None)


def test_five_answers_pass_and_six_misses_fail_at_once():
    assert count([True] * 4, TEN).intensity == TEN.start
    assert count([True] * 5, TEN).passed == TEN.start
    assert count([False] * 5, TEN).intensity == TEN.start
    assert count([False] * 6, TEN).failed == TEN.start
    assert count([False] * 5 + [True] * 5, TEN).passed == TEN.start
    assert count([True] * 4 + [False] * 6, TEN).failed == TEN.start


def test_after_the_coarse_steps_the_fine_ones_go_down_from_the_last_that_passed():
    levels = []
    answers = counted(lambda due: levels.append(due) or due >= 53)

    assert list(dict.fromkeys(levels)) == [60, 55, 50, 54, 53, 52]
    assert count(answers, TEN).threshold == 53


def test_where_even_full_output_fails_there_is_no_threshold():
    level = count(counted(lambda due: False), TEN)

    assert (level.threshold, level.failed) == (None, 100)


def test_an_answer_after_the_end_is_refused():
    answers = counted(lambda due: due >= 53)
    with pytest.raises(ValueError, match="more than the sequence asks for"):
        count([*answers, True], TEN)


@given(st.lists(st.booleans(), max_size=40))
def test_the_count_is_a_fold(answers):
    level = count([], TEN)
    for answer in answers:
        if level.intensity is None:
            break
        level = answered(level, answer, TEN)
        assert level.hits < TEN.needed
        assert level.misses <= TEN.pulses - TEN.needed
    else:
        assert count(answers, TEN) == level


# ---------------------------------------------------------------- the command

app = typer.Typer()
app.command()(threshold)


def run(*words: str, typed: str | None = None) -> str:
    result = CliRunner().invoke(app, list(words), input=typed)
    assert result.exit_code == 0, result.output
    return result.output


def whole_run() -> str:
    return answers_to(hunted(lambda due: due >= 52, PEST.pulses))


def test_the_command_ends_with_threshold_interval_record_and_warning():
    told = run("--answers", whole_run(), "--watched", "eye")

    assert "threshold: 51 % of maximum output" in told
    assert "interval: 50 to 53 %" in told
    assert "by EMG on average" in told
    assert f"pulses: {PEST.pulses}" in told
    assert "EMG or by eye: by eye" in told
    for field in shipped().threshold_notes["record"].fields:
        assert f"  {field}: " in told


def test_what_nobody_told_is_left_to_be_written_down():
    assert "EMG or by eye: (write down)" in run("--answers", whole_run())


def test_an_unfinished_sequence_says_the_next_intensity_and_no_threshold():
    told = run("--answers", "01")

    assert "next intensity: 58 % of maximum output" in told
    assert "threshold:" not in told


def test_asked_at_the_terminal_it_says_the_same_as_from_answers():
    typed = "".join("ny"[int(sign)] + "\n" for sign in whole_run())
    told = run(typed=typed)

    assert "pulse 1: 45 %" in told
    assert "pulse 2: 72 %" in told
    assert told.endswith(run("--answers", whole_run()))


def test_u_takes_the_last_answer_back_and_other_words_are_asked_again():
    typed = "u\ny\nu\nperhaps\n" + "".join("ny"[int(sign)] + "\n" for sign in whole_run())
    told = run(typed=typed)

    assert "not understood" in told
    assert told.endswith(run("--answers", whole_run()))


def test_counting_is_told_without_an_interval_it_does_not_have():
    answers = "".join("01"[hit] for hit in counted(lambda due: due >= 53))
    told = run("--method", "5-of-10", "--answers", answers)

    assert "threshold: 53 %" in told
    assert "interval: none by counting; 52 % failed, 53 % passed" in told


@pytest.mark.parametrize("sign", ["0", "1"])
def test_no_threshold_is_told_where_every_pulse_was_answered_alike(sign):
    told = run("--answers", sign * PEST.pulses)

    assert "threshold: not found" in told
    assert "interval" not in told


def test_the_first_intensity_may_be_chosen():
    assert "next intensity: 55 %" in run("--start", "55", "--answers", "")


@pytest.mark.parametrize(
    ("answers", "fault"),
    [("01x", "sign 3 is no answer; write 1 or 0"), ("0" * 30, "leave out what follows")],
)
def test_answers_that_are_none_or_too_many_are_refused(answers, fault):
    result = CliRunner().invoke(app, ["--answers", answers])

    assert isinstance(result.exception, SourceError)
    assert fault in str(result.exception)
