"""The command `euthymia packet`: a list of payers, one request in five shapes, one line a fault."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from euthymia.cli import packet as door
from euthymia.cli.main import main
from euthymia.exchange.fhir import read_fhir
from euthymia.library import shipped

Command = Callable[..., tuple[int, str, str]]
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "whole_answer.json"
PAYER = ("--payer", "medicare_l37086")
SHAPES = ("text", "json", "html", "fhir")
NAME = "Quillfeather"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command, run in this process."""

    def run(path: Path, *words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["euthymia", "packet", str(path), *words])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


def printer(made: bytes | Exception) -> Callable[[str], Any]:
    """What stands for WeasyPrint: it gives these bytes, or cannot be loaded."""

    def load(name: str) -> Any:
        assert name == "weasyprint"
        if isinstance(made, Exception):
            raise made
        return SimpleNamespace(HTML=lambda **_: SimpleNamespace(write_pdf=lambda: made))

    return load


def named_patient(folder: Path) -> Path:
    """A FHIR record of somebody with a name."""
    patient = {
        "resourceType": "Patient",
        "id": "p-7",
        "name": [{"family": NAME, "given": [NAME]}],
        "birthDate": "1980-02-03",
    }
    condition = {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/p-7", "display": NAME},
        "code": {
            "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F33.2"}],
            "text": NAME,
        },
        "recordedDate": "2026-01-05",
    }
    path = folder / "record.json"
    path.write_text("\n".join(map(json.dumps, (patient, condition))), "utf-8")
    return path


# ---------------------------------------------------------------- what it shows


def test_without_a_payer_all_are_listed_with_how_their_criteria_stand(command: Command) -> None:
    status, out, err = command(EXAMPLE)

    assert (status, err) == (0, "")
    for payer in shipped().payers:
        assert payer in out
    assert "criteria not readable" in out
    assert "3 met, 0 not met, 1 unknown" in out


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_is_the_same_on_the_terminal_and_in_a_file(
    command: Command, tmp_path: Path, shape: str
) -> None:
    out = tmp_path / "packet"
    status, told, err = command(EXAMPLE, *PAYER, "--format", shape)
    written = command(EXAMPLE, *PAYER, "--format", shape, "--out", str(out))

    assert (status, err, written) == (0, "", (0, "", ""))
    assert out.read_text("utf-8") == told
    assert "not sent" in told.lower()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["packet"]


def test_the_fhir_of_the_command_can_be_read_again(command: Command, tmp_path: Path) -> None:
    told = command(EXAMPLE, *PAYER, "--format", "fhir")[1]
    path = tmp_path / "packet.json"
    path.write_text(told, "utf-8")
    [record] = read_fhir([("packet.json", told.encode())], shipped())

    assert len(record.exposures) == 3
    assert command(path, *PAYER)[0] == 0


def test_a_payer_is_known_however_its_id_is_capitalised(command: Command) -> None:
    assert command(EXAMPLE, "--payer", "MEDICARE_L37086") == command(EXAMPLE, *PAYER)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_request_holds_no_name(command: Command, tmp_path: Path, shape: str) -> None:
    status, out, err = command(named_patient(tmp_path), *PAYER, "--format", shape)

    assert status == 0
    assert "p-7" in out
    assert NAME not in out + err


# ---------------------------------------------------------------- on paper


def test_a_pdf_is_written_whole(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "import_module", printer(b"%PDF-1.7 made"))
    out = tmp_path / "packet.pdf"

    assert command(EXAMPLE, *PAYER, "--format", "pdf", "--out", str(out)) == (0, "", "")
    assert out.read_bytes() == b"%PDF-1.7 made"
    assert [one.name for one in tmp_path.iterdir()] == ["packet.pdf"]


@pytest.mark.parametrize(
    ("fault", "mend"),
    [
        (ModuleNotFoundError("weasyprint"), "euthymia[pdf]"),
        (OSError("cannot load library 'libpango-1.0-0'"), "libpango-1.0-0"),
    ],
)
def test_where_no_pdf_can_be_made_the_page_stands_beside_it_and_the_mend_is_named(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
    mend: str,
) -> None:
    monkeypatch.setattr(door, "import_module", printer(fault))
    path = named_patient(tmp_path)
    out = tmp_path / "packet.pdf"
    status, told, err = command(path, *PAYER, "--format", "pdf", "--out", str(out))

    assert (status, told) == (0, "")
    assert mend in err
    assert err.count("\n") == 1
    assert NAME not in err
    assert "Gaps:" in (tmp_path / "packet.html").read_text("utf-8")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["packet.html", "record.json"]


def test_the_printer_may_fetch_nothing() -> None:
    with pytest.raises(ValueError, match="fetches nothing"):
        door._fetch_nothing("https://example.org/spy.png")


def test_a_real_pdf_is_the_same_bytes_each_time(command: Command, tmp_path: Path) -> None:
    try:
        __import__("weasyprint")
    except (ImportError, OSError):
        pytest.skip("WeasyPrint or Pango is not installed (extra [pdf])")
    files = [tmp_path / name for name in ("one.pdf", "two.pdf")]
    for out in files:
        assert command(EXAMPLE, *PAYER, "--format", "pdf", "--out", str(out))[0] == 0
    one, two = (out.read_bytes() for out in files)

    assert one.startswith(b"%PDF-")
    assert one == two


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--payer", "medicare_l37087"), "did you mean medicare_L37086?"),
        (("--payer", "nobody at all"), "leave --payer out to list them"),
        ((*PAYER, "--format", "pdf"), "name the file to write with --out"),
        (("--format", "fhir"), "needs --payer"),
        ((*PAYER, "--as-of", "30.06.2026"), "write YYYY-MM-DD"),
        ((*PAYER, "--out", "/no/such/folder/packet.txt"), "cannot be written"),
        ((*PAYER, "--format", "docx"), "see euthymia packet --help"),
    ],
)
def test_a_fault_is_one_line_with_its_mend(
    command: Command, words: tuple[str, ...], told: str
) -> None:
    status, out, err = command(EXAMPLE, *words)

    assert (status, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1


def test_a_pdf_that_cannot_be_written_leaves_nothing_behind(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "import_module", printer(b"%PDF-1.7 made"))
    out = tmp_path / "taken"
    out.mkdir()
    status, _, err = command(EXAMPLE, *PAYER, "--format", "pdf", "--out", str(out))

    assert status == 2
    assert "cannot be written" in err
    assert [one.name for one in tmp_path.iterdir()] == ["taken"]
