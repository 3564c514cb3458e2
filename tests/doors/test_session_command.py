"""The command `euthymia session`: text for a nurse, JSON for a program, one line for a fault."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from euthymia.cli.main import main
from euthymia.exchange.session_document import to_json
from tests.sessions import READY, Form, at, infusion, replayed, spray, stimulation

Command = Callable[..., tuple[int, str, str]]
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "sessions" / "infusion.json"


@pytest.fixture
def session(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """The command, run in this process on a form."""

    def run(form: Form, *words: str) -> tuple[int, str, str]:
        path = tmp_path / "session.json"
        path.write_text(json.dumps(form), "utf-8")
        monkeypatch.setattr(sys, "argv", ["euthymia", "session", str(path), *words])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


def test_json_is_what_the_library_says_byte_for_byte(session: Command) -> None:
    form = json.loads(EXAMPLE.read_text("utf-8"))

    assert session(form, "--format", "json") == (0, to_json(replayed(form)).decode() + "\n", "")


def test_the_text_says_what_to_do_and_why(session: Command) -> None:
    form = infusion(at(0), at(10), at(20, systolic_mmhg=184))
    status, text, _ = session(form)

    assert status == 0
    assert "Ketamine infusion: paused" in text
    assert "Given: 20.0 mg of 40 mg" in text
    assert "minute   20  PAUSE" in text
    assert "(systolic 184 mmHg) [not adopted by a site]" in text
    assert "do: pause treatment" in text


def test_the_text_names_what_keeps_the_patient(session: Command) -> None:
    asked = READY | {"escort_present": False}
    text = session(spray(at(0), at(40), at(120, cadss=None), leaving=asked))[1]

    assert "Going home: NOT YET" in text
    assert "- NO  Escort present" in text
    assert "- ?   Dissociation gone" in text
    assert "How strong is the dissociation now" in text


def test_the_text_lists_what_the_form_asks_for_once_the_patient_may_go(session: Command) -> None:
    text = session(spray(at(0), at(40), at(120), leaving=READY))[1]

    assert "Going home: may go home" in text
    assert "send within 7 days" in text
    assert "dose, lot number" in text


def test_the_text_of_a_gate_that_is_open_asks(session: Command) -> None:
    asked = {name: part for name, part in stimulation().items() if name != "gate"}
    text = session(asked)[1]

    assert "HOLD, undetermined: ask" in text
    assert "How many hours did the patient sleep last night?" in text


def test_the_text_names_what_is_missing_to_close(session: Command) -> None:
    given = {"pulses": 600, "output_pct_mso": 60}
    text = session(stimulation(delivered=given))[1]

    assert "CANNOT be closed" in text
    assert "Operator named" in text
    assert "120 % of the motor threshold" in text


def test_no_line_is_wider_than_a_terminal(session: Command) -> None:
    text = session(json.loads(EXAMPLE.read_text("utf-8")))[1]

    assert max(map(len, text.splitlines())) <= 100


def test_a_clock_that_goes_backwards_ends_with_2_and_says_nothing_on_stdout(
    session: Command,
) -> None:
    status, out, err = session(infusion(at(5), at(4)), "--format", "json")

    assert (status, out) == (2, "")
    assert err.startswith("session.json: observations[1].minute: does not rise")


def test_signs_that_a_terminal_would_obey_are_not_passed_on(session: Command) -> None:
    log = [{"minute": 1, "kind": "adverse_event", "text": "\u001b[2J"}]

    assert "\u001b" not in session(infusion(at(0), at(5), events=log))[1]
