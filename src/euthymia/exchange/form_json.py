"""Decodes a form of ours, and says in one line where and why it cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from euthymia.exchange.faults import SourceError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
Form = TypeVar("Form", bound=msgspec.Struct)


def decoded(
    name: str, content: bytes, form: type[Form], explained: Callable[[str], str], depth: str
) -> Form:
    """The form as it was filled in.

    Args:
        name: What to call the file in errors.
        content: The file as it lies, UTF-8 JSON.
        form: Its shape.
        explained: Turns what the decoder says into the place, the fault and the mend.
        depth: How deep the form is, in words.

    Raises:
        SourceError: One line naming the place, the fault and the mend.
    """
    try:
        _refuse_doubled_fields(name, content)
        return msgspec.json.decode(content.removeprefix(BYTE_ORDER_MARK), type=form)
    except msgspec.ValidationError as fault:
        raise SourceError(f"{name}: {explained(str(fault))}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, json.JSONDecodeError) as fault:
        raise SourceError(
            f"{name}: not JSON: {_where(fault)}; write the form as UTF-8 JSON"
        ) from None
    except RecursionError:
        raise SourceError(f"{name}: nested too deeply; the form is {depth} deep") from None


def _where(fault: Exception) -> str:
    """The place and kind of a syntax fault, without the text around it."""
    if isinstance(fault, json.JSONDecodeError):
        return f"line {fault.lineno}, column {fault.colno}: {fault.msg.lower()}"
    if isinstance(fault, UnicodeDecodeError):
        return f"byte {fault.start} is not UTF-8"
    return str(fault).lower()


def _refuse_doubled_fields(name: str, content: bytes) -> None:
    """A field written twice would silently keep the last; it is an error here."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [key for key, _ in pairs]
        for key in names:
            if names.count(key) > 1:
                raise SourceError(f"{name}: {key}: written twice in one place; keep one of them")
        return dict(pairs)

    json.loads(content.decode("utf-8-sig"), object_pairs_hook=once)
