"""The commands. Results go to stdout, complaints to stderr; exit 0 ok, 1 a fault, 2 bad input."""

from __future__ import annotations

import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

import euthymia
from euthymia.cli import pages, reading
from euthymia.cli.files import TABLES, printable, sources, write_whole
from euthymia.cli.packet import packet
from euthymia.cli.serve import clinic, serve
from euthymia.cli.session import session
from euthymia.cli.simulate import simulate
from euthymia.cli.threshold import threshold
from euthymia.exchange.faults import SourceError
from euthymia.exchange.fhir import NONE, read_terminology
from euthymia.library import KnowledgeError, shipped
from euthymia.record import Record

BAD_INPUT = 2
UsageError: Any = typer.BadParameter.__base__
"""What typer raises for a wrong call; it exports the class only through its child."""


class Format(StrEnum):
    """What to show the assessment as."""

    text = "text"
    json = "json"
    html = "html"


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Decision support for treatment-resistant depression. Advice, never an order.",
)
knowledge_app = typer.Typer(no_args_is_help=True, help="What the judgement rests on.")
app.add_typer(knowledge_app, name="knowledge")


def main() -> None:
    """Run the command; a fault of the input or the call is one line on stderr, exit status 2."""
    try:
        sys.exit(app(prog_name="euthymia", standalone_mode=False))
    except UsageError as fault:
        _misused(fault)
    except (SourceError, KnowledgeError) as fault:
        _refuse(str(fault))
    except BrokenPipeError:
        sys.stderr.close()


def _misused(fault: Any) -> NoReturn:
    """A wrong call in one line; a call without any word is shown the help."""
    message = fault.format_message()
    if not message:  # typer has already printed the help
        sys.exit(BAD_INPUT)
    command = fault.ctx.command_path if fault.ctx else "euthymia"
    _refuse(f"{command}: {message[0].lower()}{message[1:].rstrip('.')}; see {command} --help")


def _refuse(message: str) -> NoReturn:
    print(printable(message.replace("\n", " ")), file=sys.stderr)
    sys.exit(BAD_INPUT)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day
    except ValueError:
        raise SourceError("--as-of: not a date of the calendar; write YYYY-MM-DD") from None


def _version(asked: bool) -> None:
    if asked:
        print(f"euthymia {euthymia.__version__}, knowledge {shipped().version}")
        raise typer.Exit


@app.callback()
def euthymia_(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Say which release."),
    ] = False,
) -> None:
    """Decision support for treatment-resistant depression. Advice, never an order."""


@app.command()
def assess(  # noqa: PLR0913, PLR0917 - one parameter an option
    path: Annotated[Path, typer.Argument(help="An intake form, a FHIR file, or a folder of them.")],
    shape: Annotated[Format, typer.Option("--format", help="How to show it.")] = Format.text,
    as_of: Annotated[
        str | None,
        typer.Option(help="The day, YYYY-MM-DD; else as the form says, or the latest entry."),
    ] = None,
    complete: Annotated[
        str, typer.Option(help="Sections in which silence means no, such as diagnoses,trials.")
    ] = "",
    patient: Annotated[str | None, typer.Option(help="Which patient of several.")] = None,
    country: Annotated[str | None, typer.Option(help="Whose crisis line (ISO 3166).")] = None,
    terminology: Annotated[
        Path | None, typer.Option(help="A folder with your own code lists.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write here instead of to the terminal.")] = None,
) -> None:
    """Is this treatment-resistant depression, and is it real? One patient, every rule set."""
    asked = reading.Asked(
        _day(as_of), reading.sections(complete), reading.country(country, shipped()), patient
    )
    codes = NONE if terminology is None else read_terminology(sources(terminology, TABLES))
    records = reading.records(sources(path), asked, codes, shipped())
    shown = _shown(records, shape)
    if out is None:
        sys.stdout.write(shown)
    else:
        write_whole(out, shown)


def _shown(records: tuple[Record, ...], shape: Format) -> str:
    """JSON shows every patient, one a line; text and HTML show one."""
    several = len(records) > 1
    if shape is Format.json:
        from euthymia.exchange.document import to_json  # noqa: PLC0415 - loaded when needed

        return "".join(
            to_json(euthymia.assess(record), with_patient=several).decode() + "\n"
            for record in records
        )
    if several:
        raise SourceError(
            f"{len(records)} patients: choose one with --patient ID, or take --format json"
        )
    return _page(records[0], shape)


def _page(record: Record, shape: Format) -> str:
    assessment = euthymia.assess(record)
    if shape is Format.html:
        from euthymia.cli.html import html_report  # noqa: PLC0415 - loaded when needed

        return html_report(assessment, shipped())
    from euthymia.exchange.text import report  # noqa: PLC0415 - loaded when needed

    return printable(report(assessment, shipped()))


app.command()(session)
app.command()(packet)
app.command()(simulate)
app.command()(threshold)
app.command()(serve)
app.add_typer(clinic, name="clinic")


@app.command()
def explain(
    finding: Annotated[str, typer.Argument(help="An id from a report, such as hypothyroid.")],
) -> None:
    """What a finding, code, rule set, drug or source means, and on whose word."""
    sys.stdout.write(pages.explained(finding, shipped()))


@knowledge_app.command("check")
def check(
    folder: Annotated[Path | None, typer.Argument(help="Pages of your own; else ours.")] = None,
) -> None:
    """Read every page, and say whether they hold together."""
    sys.stdout.write(pages.checked(folder))


@knowledge_app.command("list")
def list_(
    kind: Annotated[str | None, typer.Argument(help="drugs, mimics, rules ...")] = None,
) -> None:
    """Name every entry, by kind."""
    sys.stdout.write(pages.listed(kind, shipped()))


@knowledge_app.command("show")
def show(entry: Annotated[str, typer.Argument(help="The id of an entry.")]) -> None:
    """Show one entry whole: values, statuses, sources."""
    sys.stdout.write(pages.explained(entry, shipped()))
