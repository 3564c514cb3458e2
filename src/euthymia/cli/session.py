"""The command that replays one treatment session."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from euthymia.cli.files import printable, sources
from euthymia.exchange.faults import SourceError
from euthymia.library import shipped

Shape = Literal["text", "json"]


def session(
    path: Annotated[Path, typer.Argument(help="A session form: order, observations, answers.")],
    shape: Annotated[Shape, typer.Option("--format", help="How to show it.")] = "text",
) -> None:
    """What was to be done at each minute of one infusion, spray or stimulation session, and why."""
    from euthymia.engine.sessions import replay  # noqa: PLC0415 - loaded when needed
    from euthymia.exchange.session import read_session  # noqa: PLC0415 - likewise

    files = sources(path)
    if len(files) != 1:
        raise SourceError(f"{path}: holds {len(files)} files; a session is one file: name it")
    answer = replay(read_session(*files[0], shipped()), shipped())
    if shape == "json":
        from euthymia.exchange.session_document import to_json  # noqa: PLC0415 - likewise

        sys.stdout.write(to_json(answer).decode() + "\n")
        return
    from euthymia.exchange.session_text import report  # noqa: PLC0415 - likewise

    sys.stdout.write(printable(report(answer)))
