"""The command: what it answers, what it refuses, and that a refusal leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from euthymia import __version__, assess
from euthymia.cli.main import main
from euthymia.exchange.document import to_json
from tests.laws.strategies import KNOWLEDGE, record_of

Form = dict[str, Any]
FORM: Form = {
    "intake": 1,
    "as_of": "2026-06-30",
    "diagnoses": [{"icd10cm": "F33.2"}],
    "trials": [{"id": "t1", "drug": "sertraline", "dose_mg": 100, "start": "2026-01-05"}],
}
LOINC = "http://loinc.org"


class Said(NamedTuple):
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def euthymia(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command, run in this process."""

    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["euthymia", *map(str, words)])
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        else:
            status = 0
        return Said(status, *capsys.readouterr())

    return run


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A form that can be read."""
    return written(tmp_path / "form.json", FORM)


@pytest.fixture
def two_patients(tmp_path: Path) -> Path:
    """A FHIR Bundle of two patients, each with one score."""
    resources = [
        *({"resourceType": "Patient", "id": name} for name in ("ann", "bob")),
        *(_score(name, day) for name, day in (("ann", "2026-03-01"), ("bob", "2026-05-01"))),
    ]
    entries = [{"resource": resource} for resource in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return written(tmp_path / "bundle.json", bundle)


def _score(patient: str, day: str) -> Form:
    return {
        "resourceType": "Observation",
        "id": f"of-{patient}",
        "status": "final",
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [{"system": LOINC, "code": "44261-6"}]},
        "effectiveDateTime": day,
        "valueQuantity": {"value": 17},
    }


def written(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def answers(said: Said) -> list[Any]:
    """The JSON documents that were written, one a line."""
    assert (said.status, said.err) == (0, "")
    return [json.loads(line) for line in said.out.splitlines()]


# ---------------------------------------------------------------- in a process of its own


def test_the_installed_command_answers_on_stdout_and_ends_with_0(form: Path) -> None:
    words = [sys.executable, "-m", "euthymia", "assess", str(form), "--format", "json"]
    done = subprocess.run(words, check=False, capture_output=True)

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == to_json(assess(record_of(FORM))) + b"\n"


def test_the_installed_command_refuses_on_stderr_and_ends_with_2(tmp_path: Path) -> None:
    bad = written(tmp_path / "form.json", FORM | {"as_of": "2026-02-30"})
    words = [sys.executable, "-m", "euthymia", "assess", str(bad), "--format", "json"]
    done = subprocess.run(words, check=False, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "form.json: as_of: not a date of the calendar; write YYYY-MM-DD\n"


def test_the_library_loads_no_tool_of_the_command() -> None:
    """`from euthymia import assess` stays light: what shows a report or turns units waits."""
    program = (
        "import sys; from euthymia import assess; "
        "print(sorted({'typer', 'click', 'jinja2', 'pint', 'rich', 'ucumvert', 'zstandard'} "
        "& set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert done.stdout.strip() == "[]"


# ---------------------------------------------------------------- refusals


def _intake(**changed: object) -> str:
    return json.dumps(FORM | changed)


REFUSED = {
    "an unknown field": (
        _intake(trial=[]),
        "form.json: trial: unknown field; did you mean trials?",
    ),
    "an unknown field within": (
        _intake(trials=[{"id": "t1", "drug": "sertraline", "dosage_mg": 50}]),
        "form.json: trials[0].dosage_mg: unknown field; did you mean dose_mg?",
    ),
    "a day that is none": (
        _intake(diagnoses=[{"icd10cm": "F33.2", "onset": "2026-02-30"}]),
        "form.json: diagnoses[0].onset: not a date of the calendar; write YYYY-MM-DD",
    ),
    "a missing field": (
        _intake(trials=[{"id": "t1"}]),
        "form.json: trials[0].drug: missing; this field is required",
    ),
    "a null": (
        _intake(trials=[{"id": "t1", "drug": "sertraline", "pdc": None}]),
        "form.json: trials[0].pdc: null is not a value of this form; leave the field out",
    ),
    "a trial that ends before it starts": (
        _intake(
            trials=[
                {"id": "t1", "drug": "sertraline", "start": "2026-02-01", "end": "2026-01-01"}
            ]
        ),
        "form.json: trials[0].end: before start; correct one of the two dates",
    ),
    "a misspelt drug": (
        _intake(trials=[{"id": "t1", "drug": "sertralin"}]),
        "form.json: trials[0].drug: no page knows this ingredient; did you mean sertraline?",
    ),
    "a lab value that cannot be": (
        _intake(labs=[{"loinc": "30522-7", "value": 42, "unit": "mg/dL"}]),
        "form.json: labs[0].value: above 300 mg/L, which cannot be; check the value and its unit",
    ),
    "a field written twice": (
        '{"intake": 1, "as_of": "2026-06-30", "as_of": "2026-06-29"}',
        "form.json: as_of: written twice in one place; keep one of them",
    ),
    "FHIR that ends too soon": (
        '{"resourceType": "Bundle", "entry": [',
        "form.json: line 1, byte 37: ends in the middle of a value; fetch the source again",
    ),
    "a record without any date": (
        '{"resourceType": "Patient", "id": "ann"}',
        "form.json: Patient/ann: no entry has a date; give the day of the assessment (--as-of)",
    ),
    "something else": (
        "Dear colleague,",
        "form.json: line 1, byte 0: not JSON; write the source as UTF-8 JSON",
    ),
}  # fmt: skip
"""What lies in form.json, and the one line that it is answered with."""


@pytest.mark.parametrize("fault", sorted(REFUSED))
@pytest.mark.parametrize("shape", ["text", "json", "html"])
def test_a_faulty_source_gets_one_line_and_nothing_else(
    euthymia: Command, tmp_path: Path, fault: str, shape: str
) -> None:
    content, answer = REFUSED[fault]
    source = written(tmp_path / "form.json", content)

    assert euthymia("assess", source, "--format", shape) == Said(2, "", f"{answer}\n")


def one_line(said: Said, *parts: str) -> None:
    """A refusal: status 2, nothing on stdout, one line with place, fault and mend."""
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert [part for part in parts if part not in said.err] == []


def test_what_is_not_there_is_named(euthymia: Command, tmp_path: Path) -> None:
    one_line(euthymia("assess", tmp_path / "nobody.json"), "nobody.json", "no such file", "check")


def test_a_folder_without_a_record_is_named(euthymia: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    one_line(euthymia("assess", tmp_path / "empty"), "empty: holds no .json", "name the folder")


def test_options_that_mean_nothing_are_refused_with_the_nearest(
    euthymia: Command, form: Path, two_patients: Path
) -> None:
    one_line(euthymia("assess", form, "--complete", "trails"), "--complete", "you mean trials?")
    one_line(euthymia("assess", form, "--as-of", "30.6.2026"), "--as-of", "write YYYY-MM-DD")
    one_line(euthymia("assess", two_patients, "--patient", "eve"), "--patient: no patient")
    one_line(euthymia("explain", "hypothyroidism"), "did you mean hypothyroid?")
    one_line(euthymia("knowledge", "show", "sertralin"), "did you mean sertraline?")
    one_line(euthymia("knowledge", "list", "drug"), "unknown kind", "did you mean drugs?")


def test_a_wrong_call_gets_one_line_that_says_where_help_is(euthymia: Command, form: Path) -> None:
    one_line(euthymia("asess", form), "euthymia: no such command 'asess'", "see euthymia --help")
    one_line(euthymia("assess"), "euthymia assess: missing argument", "see euthymia assess --help")
    one_line(euthymia("assess", form, "--fromat", "json"), "no such option", "--format")
    one_line(euthymia("assess", form, "--format", "pdf"), "'--format'", "'text', 'json', 'html'")


def test_a_call_without_a_word_is_shown_the_help(euthymia: Command) -> None:
    said = euthymia()

    assert (said.status, said.err) == (2, "")
    assert "assess" in said.out


def test_several_patients_are_not_shown_as_one(euthymia: Command, two_patients: Path) -> None:
    for shape in ("text", "html"):
        said = euthymia("assess", two_patients, "--format", shape)
        one_line(said, "2 patients", "--patient ID", "--format json")


def test_a_country_that_is_no_code_is_refused(euthymia: Command, form: Path) -> None:
    one_line(euthymia("assess", form, "--country", "Germany"), "--country", "ISO 3166")


# ---------------------------------------------------------------- options


def test_each_patient_of_several_has_a_line_with_the_id(
    euthymia: Command, two_patients: Path
) -> None:
    found = answers(euthymia("assess", two_patients, "--format", "json"))

    assert [(one["patient"], one["as_of"]) for one in found] == [
        ("ann", "2026-03-01"),
        ("bob", "2026-05-01"),
    ]


def test_one_patient_can_be_chosen(euthymia: Command, two_patients: Path) -> None:
    (found,) = answers(euthymia("assess", two_patients, "--format", "json", "--patient", "bob"))

    assert found["as_of"] == "2026-05-01"
    assert "bob on 2026-05-01" in euthymia("assess", two_patients, "--patient", "bob").out


def test_the_day_can_be_chosen_and_what_came_later_is_left_out(
    euthymia: Command, two_patients: Path
) -> None:
    words = ("--format", "json", "--as-of", "2026-04-01", "--patient", "bob")
    (found,) = answers(euthymia("assess", two_patients, *words))

    assert found["as_of"] == "2026-04-01"
    assert found["scales"]["scores"] == []


@pytest.mark.parametrize("command", [("explain",), ("knowledge", "show")])
def test_an_id_near_no_other_is_told_where_the_ids_are_listed(
    euthymia: Command, command: tuple[str, ...]
) -> None:
    one_line(euthymia(*command, "xyzzy"), "'xyzzy'; see euthymia knowledge list")


LATER = FORM | {"scales": [{"instrument": "phq9", "total": 12, "date": "2026-07-10"}]}


def test_an_entry_of_a_form_dated_after_the_day_is_left_out_and_not_counted_as_read(
    euthymia: Command, tmp_path: Path
) -> None:
    later = written(tmp_path / "form.json", LATER)
    (found,) = answers(euthymia("assess", later, "--format", "json"))

    assert found["data_quality"]["read"] == {"diagnoses": 1, "trials": 1}
    (left_out,) = found["data_quality"]["skipped"]
    assert left_out["resource"] == "scales[0]"
    assert found["scales"]["scores"] == []


def test_a_later_day_given_to_the_command_reads_what_the_form_dates_by_then(
    euthymia: Command, tmp_path: Path
) -> None:
    later = written(tmp_path / "form.json", LATER)
    (found,) = answers(euthymia("assess", later, "--format", "json", "--as-of", "2026-07-31"))

    assert found["data_quality"]["read"] == {"diagnoses": 1, "scales": 1, "trials": 1}
    assert found["data_quality"]["skipped"] == []
    assert [score["total"] for score in found["scales"]["scores"]] == [12]


def test_sections_can_be_called_complete(euthymia: Command, form: Path) -> None:
    silent, told = (
        answers(euthymia("assess", form, "--format", "json", *words))[0]["mimics"]["bipolar"]
        for words in ((), ("--complete", "diagnoses, trials"))
    )

    assert (silent["verdict"], told["verdict"]) == ("unknown", "not_met")


def test_a_folder_of_own_tables_is_read(euthymia: Command, form: Path, tmp_path: Path) -> None:
    codes = tmp_path / "codes"
    codes.mkdir()
    written(codes / "answers.csv", "system,code,field,value\nlocal,77,housing,insecure\n")

    assert euthymia("assess", form, "--terminology", codes).status == 0
    (codes / "answers.csv").unlink()
    one_line(euthymia("assess", form, "--terminology", codes), "codes: holds no .csv", "name")


def test_the_crisis_line_is_that_of_the_country(euthymia: Command, form: Path) -> None:
    (found,) = answers(euthymia("assess", form, "--format", "json", "--country", "gb"))

    assert found["safety"]["crisis_line"]["country"] == "GB"


# ---------------------------------------------------------------- writing to a file


@pytest.mark.parametrize("shape", ["text", "json", "html"])
def test_out_writes_what_would_have_been_shown(
    euthymia: Command, form: Path, tmp_path: Path, shape: str
) -> None:
    shown = euthymia("assess", form, "--format", shape)
    page = tmp_path / "report"

    assert euthymia("assess", form, "--format", shape, "--out", page) == Said(0, "", "")
    assert page.read_text("utf-8") == shown.out


def test_a_refusal_leaves_the_file_that_was_there_as_it_was(
    euthymia: Command, tmp_path: Path
) -> None:
    bad = written(tmp_path / "form.json", FORM | {"trial": []})
    page = written(tmp_path / "report", "of yesterday")

    one_line(euthymia("assess", bad, "--out", page), "form.json: trial: unknown field")
    assert page.read_text("utf-8") == "of yesterday"
    assert {path.name for path in tmp_path.iterdir()} == {"form.json", "report"}


def test_where_nothing_can_be_written_nothing_is_left(
    euthymia: Command, form: Path, tmp_path: Path
) -> None:
    page = tmp_path / "no such folder" / "report"

    one_line(euthymia("assess", form, "--out", page), "no such folder", "cannot be written")
    assert {path.name for path in tmp_path.iterdir()} == {"form.json"}


def test_a_folder_in_place_of_the_file_leaves_no_half_written_one(
    euthymia: Command, form: Path, tmp_path: Path
) -> None:
    (tmp_path / "report").mkdir()

    one_line(euthymia("assess", form, "--out", tmp_path / "report"), "cannot be written")
    assert {path.name for path in tmp_path.iterdir()} == {"form.json", "report"}


# ---------------------------------------------------------------- the knowledge


@pytest.mark.parametrize("entry", ["hypothyroid", "sertraline", "fda_ema", "too_short", "phq9"])
def test_whatever_a_report_names_can_be_explained(euthymia: Command, entry: str) -> None:
    said = euthymia("explain", entry)

    assert (said.status, said.err) == (0, "")
    assert said.out.startswith(f"{entry} (")
    assert "status:" in said.out
    assert euthymia("knowledge", "show", entry) == said


def test_a_condition_is_explained_in_words(euthymia: Command) -> None:
    said = euthymia("explain", "inflammatory")

    assert "c reactive protein above 3 mg/L or inflammatory disease diagnosed" in said.out


def test_every_entry_is_listed_under_its_kind(euthymia: Command) -> None:
    drugs = euthymia("knowledge", "list", "drugs")
    listed = {line.split()[0] for line in drugs.out.splitlines() if line.startswith("  ")}

    assert drugs.status == 0
    assert listed == set(KNOWLEDGE.drugs)
    assert set(KNOWLEDGE.mimics) <= set(euthymia("knowledge", "list").out.split())


def test_the_pages_say_that_they_hold_together(euthymia: Command) -> None:
    said = euthymia("knowledge", "check")

    assert (said.status, said.err) == (0, "")
    assert f"{len(KNOWLEDGE.reviews)} pages hold together" in said.out
    assert f"{len(KNOWLEDGE.mimics)} mimics" in said.out


def test_a_page_of_ones_own_that_does_not_hold_is_refused(
    euthymia: Command, tmp_path: Path
) -> None:
    written(tmp_path / "mine.toml", "[drugs.sertraline]\n")

    one_line(euthymia("knowledge", "check", tmp_path), "mine.toml: unknown table 'drugs'", "drug?")


def test_a_folder_without_a_page_does_not_hold_together(euthymia: Command, tmp_path: Path) -> None:
    one_line(euthymia("knowledge", "check", tmp_path), "holds no .toml page")


def test_a_path_with_a_line_break_is_refused_in_one_line(euthymia: Command) -> None:
    said = euthymia("assess", "no\nsuch.json")

    assert (said.status, said.out) == (2, "")
    assert said.err == "no such.json: no such file or folder; check the spelling\n"


def test_the_command_says_which_release_it_is(euthymia: Command) -> None:
    said = euthymia("--version")

    assert (said.status, said.err) == (0, "")
    assert said.out == f"euthymia {__version__}, knowledge {KNOWLEDGE.version}\n"


def test_a_form_without_its_number_is_told_so(euthymia: Command, tmp_path: Path) -> None:
    numberless = {name: part for name, part in FORM.items() if name != "intake"}

    one_line(
        euthymia("assess", written(tmp_path / "form.json", numberless)),
        'form.json: intake: missing; write "intake": 1 at the top of the form',
    )


def test_letters_that_are_known_to_mean_another_country_are_refused(
    euthymia: Command, form: Path
) -> None:
    one_line(euthymia("assess", form, "--country", "uk"), "--country", "did you mean GB?")


def test_a_patient_who_is_not_there_can_be_looked_for(
    euthymia: Command, two_patients: Path
) -> None:
    one_line(
        euthymia("assess", two_patients, "--patient", "nobody"),
        "no patient with this id is there; --format json without --patient shows every patient",
    )


def test_a_text_holds_no_sign_that_a_terminal_obeys(euthymia: Command, tmp_path: Path) -> None:
    red = FORM | {"patient": {"id": "\x1b[31mred\x07"}}
    said = euthymia("assess", written(tmp_path / "form.json", red))

    assert said.out.startswith("[31mred on ")
    assert "\x1b" not in said.out


def test_the_parts_of_an_entry_are_explained_in_words(euthymia: Command) -> None:
    said = euthymia("explain", "phq9")

    assert "name minimal, low 0, high 4" in said.out
    assert "Band(" not in said.out
