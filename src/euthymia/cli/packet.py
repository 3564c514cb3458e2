"""The command that fills a request to a payer, or lists how the criteria of all of them stand."""

from __future__ import annotations

import sys
from datetime import date, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import jinja2
import typer

import euthymia
from euthymia.cli import reading
from euthymia.cli.files import TABLES, printable, sources, write_whole
from euthymia.engine.assessment import Assessment
from euthymia.exchange.faults import SourceError, nearest
from euthymia.exchange.fhir import NONE, read_terminology
from euthymia.exchange.packets import (
    PacketView,
    fhir_packet,
    packet_json,
    packet_text,
    payer_list,
    payers_counted,
)
from euthymia.exchange.packets import packet as packet_of
from euthymia.exchange.packets.text import counted_words
from euthymia.knowledge import Knowledge
from euthymia.knowledge.payers import Payer
from euthymia.library import shipped
from euthymia.record import Record

Shape = Literal["text", "json", "html", "pdf", "fhir"]
NO_MODULE = "WeasyPrint is not installed: pip install 'euthymia[pdf]'"
NO_PANGO = "WeasyPrint finds no Pango: install it (Debian: libpango-1.0-0 and libpangoft2-1.0-0)"


def packet(  # noqa: PLR0913, PLR0917 - one parameter an option
    path: Annotated[Path, typer.Argument(help="An intake form, a FHIR file, or a folder of them.")],
    payer: Annotated[
        str | None, typer.Option(help="The id of a payer; without it, all are listed.")
    ] = None,
    shape: Annotated[Shape, typer.Option("--format", help="How to show it.")] = "text",
    out: Annotated[Path | None, typer.Option(help="Write here instead of to the terminal.")] = None,
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
) -> None:
    """The request for a payer's consent as a draft: what is met, what is in hand, gaps first."""
    knowledge = shipped()
    asked = reading.Asked(
        _day(as_of), reading.sections(complete), reading.country(country, knowledge), patient
    )
    codes = NONE if terminology is None else read_terminology(sources(terminology, TABLES))
    record = _one(reading.records(sources(path), asked, codes, knowledge))
    assessment = euthymia.assess(record, knowledge)
    if payer is None:
        _give(_listed(assessment, shape, knowledge), out)
    elif shape == "pdf":
        _print(packet_of(assessment, record, _payer(payer, knowledge), knowledge), out)
    else:
        _give(_shown(assessment, record, _payer(payer, knowledge), shape), out)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day
    except ValueError:
        raise SourceError("--as-of: not a date of the calendar; write YYYY-MM-DD") from None


def _one(records: tuple[Record, ...]) -> Record:
    if len(records) > 1:
        raise SourceError(f"{len(records)} patients: choose one with --patient ID")
    return records[0]


def _payer(name: str, knowledge: Knowledge) -> Payer:
    """The payer of an id, however it is capitalised. Raises SourceError on an unknown one."""
    known = {key.lower(): one for key, one in knowledge.payers.items()}
    found = known.get(name.lower())
    if found is None:
        near = nearest(name, knowledge.payers) or "; leave --payer out to list them"
        raise SourceError(f"--payer: no page holds a payer of this id{near}")
    return found


def _listed(assessment: Assessment, shape: Shape, knowledge: Knowledge) -> str:
    if shape != "text":
        raise SourceError(f"--format {shape}: needs --payer ID; the list of payers is text")
    return payer_list(payers_counted(assessment, knowledge))


def _shown(assessment: Assessment, record: Record, payer: Payer, shape: Shape) -> str:
    knowledge = shipped()
    if shape == "fhir":
        return fhir_packet(assessment, record, payer, knowledge).decode()
    view = packet_of(assessment, record, payer, knowledge)
    if shape == "json":
        return packet_json(view).decode()
    return packet_html(view) if shape == "html" else printable(packet_text(view))


def _give(shown: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(shown)
    else:
        write_whole(out, shown)


def packet_html(view: PacketView) -> str:
    """The packet as one self-contained page for the screen and for paper, everything escaped."""
    numbers = {one.evidence.id: one.number for one in view.sources}
    return _template().render(view=view, numbers=numbers, counted=counted_words(view.counted))


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("euthymia", "cli"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("packet.html.j2")


def _print(view: PacketView, out: Path | None) -> None:
    """Write the PDF; where it cannot be made, the page that a browser prints."""
    if out is None:
        raise SourceError("--format pdf: name the file to write with --out, such as packet.pdf")
    page = packet_html(view)
    try:
        printer = import_module("weasyprint")
    except (ImportError, OSError) as fault:
        mend = NO_MODULE if isinstance(fault, ImportError) else NO_PANGO
        _print_elsewhere(page, out.with_suffix(".html"), mend)
        return
    made: bytes = printer.HTML(string=page, url_fetcher=_fetch_nothing).write_pdf()
    _write_bytes(out, made)


def _print_elsewhere(page: str, beside: Path, mend: str) -> None:
    write_whole(beside, page)
    told = f"no PDF was made; {beside} holds the same, to be printed. {mend}"
    print(printable(told), file=sys.stderr)


def _fetch_nothing(_url: str, **_others: object) -> dict[str, object]:
    """All that a packet shows lies within it."""
    raise ValueError("a packet fetches nothing")


def _write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise SourceError(
            f"{path}: cannot be written: {(fault.strerror or 'broken').lower()}; name a file in a "
            "folder that is there"
        ) from None
