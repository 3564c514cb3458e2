"""The command that writes synthetic patients."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from euthymia.cli.files import TABLES, sources
from euthymia.exchange.faults import SourceError
from euthymia.exchange.fhir import NONE, read_terminology

Shape = Literal["ndjson", "bundles", "intake", "all"]


def simulate(  # noqa: PLR0913, PLR0917 - one parameter an option
    out: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    patients: Annotated[int, typer.Option(min=1, help="How many.")] = 100,
    seed: Annotated[
        int, typer.Option(min=0, help="Which; the same seed gives the same bytes.")
    ] = 0,
    shape: Annotated[Shape, typer.Option("--format", help="What to write.")] = "ndjson",
    terminology: Annotated[
        Path | None, typer.Option(help="A folder with your own code lists, such as SNOMED CT.")
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="How many work at once.")] = 1,
    null: Annotated[
        str | None, typer.Option(help="A domain that is to have no effect, such as inflammation.")
    ] = None,
) -> None:
    """Write synthetic patients with planted truth: FHIR, Bundles, intake forms. Nobody is real."""
    from euthymia.simulate import Order, world, write  # noqa: PLC0415 - loaded when needed
    from euthymia.simulate.files import Shape as Written  # noqa: PLC0415 - likewise

    if null is not None and null not in world().planted.effect:
        domains = ", ".join(world().planted.effect)
        raise SourceError(f"--null: no such domain; one of {domains}")
    codes = NONE if terminology is None else read_terminology(sources(terminology, TABLES))
    order = Order(
        patients=patients,
        seed=seed,
        shape=Written(shape),
        processes=processes,
        null=null,
        terminology=codes,
    )
    write(out, order)
    folder = out / ("ndjson" if shape == "all" else shape)
    print(f"{patients} synthetic patients in {out}; the planted truth in truth.ndjson")
    print(f"next: euthymia assess {folder} --format json --as-of {world().of_set.as_of}")
