"""The editor of one entry, built from the contract. It knows no bound: the reader of forms does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.patients.faults import UnreadableError
from euthymia.clinic.patients.forms.words import Said, hint_of, label_of, said, word_of
from euthymia.clinic.patients.shapes import NESTED, Line, lines_of
from euthymia.library import shipped

FEW = 3
"""So many choices are shown side by side; more are folded into a list."""
LONGEST_TEXT = 500
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?", re.ASCII)
SUBSTANCE_USE = "substance_use"
EMPTY: tuple[Any, ...] = (None, "", [])
DAYS = ("start", "end", "onset", "resolved", "since")
"""Fields that hold a day, and whose names are plain words too."""


@dataclass(frozen=True)
class Group:
    """Fields that belong together; a folded group is opened on request."""

    heading: Said
    names: tuple[str, ...]
    folded: bool = False


@dataclass(frozen=True)
class Difference:
    """A field in which two editors differ, in words: as it stands, and as it was to become."""

    name: str
    label: Said
    theirs: Said
    mine: Said


class EntryForm(forms.Form):
    """The fields of one part. Whatever is left empty is not known, and is not told."""

    part: str
    GROUPS: Sequence[Group] = ()
    suggestions: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()

    def __init__(self, *args: Any, part: str, told: Any = None, **more: Any) -> None:
        if told is not None:
            more["initial"] = {**initial_of(part, told), **more.get("initial", {})}
        super().__init__(*args, **more)
        self.part = part
        for line in self.lines():
            self.fields[line.name] = field_of(line)
        self.fields[SUBSTANCE_USE] = forms.BooleanField(
            label=_("This comes from a program for substance use (42 CFR Part 2)"),
            help_text=_("It is shared only with the extra consent that this needs."),
            required=False,
        )

    def lines(self) -> Iterable[Line]:
        return lines_of(self.part)

    def groups(self) -> Iterator[tuple[Group, list[forms.BoundField]]]:
        """The fields as they are laid out; those that no group names come first."""
        named = {name for group in self.GROUPS for name in group.names}
        rest = [name for name in self.fields if name not in named and name != SUBSTANCE_USE]
        for group in (Group("", tuple(rest)), *self.GROUPS):
            fields = [self[name] for name in group.names if name in self.fields]
            if fields:
                yield group, fields

    def told(self) -> Any:
        """What the entry says, in the shape of the contract."""
        told: dict[str, Any] = {}
        for line in self.lines():
            value = _plain(line, self.cleaned_data.get(line.name))
            if line.path == ():
                return value
            if value is not None:
                _put(told, line.path, value)
        return told

    def substance_use(self) -> bool:
        return bool(self.cleaned_data.get(SUBSTANCE_USE))

    def show(self, fault: UnreadableError) -> None:
        """Puts the reader's complaint beside the field it names, else above the form."""
        name = NESTED.join(re.findall(r"\w+", re.sub(r"\[\d+\]", "", fault.inside)))
        known = name if name in self.fields else None
        self.add_error(known, self._in_words(fault.fault if known else fault.in_words))

    def _in_words(self, fault: str) -> str:
        """A fault with the fields it names called as the page calls them."""
        return re.sub(r"[a-z]\w+", lambda found: self._called(found[0]), fault)

    def _called(self, word: str) -> str:
        """A word that is the name of a field, as its label; any other stays as it is."""
        field = self.fields.get(word) if "_" in word or word in DAYS else None
        return f"“{field.label}”" if field is not None else word

    def differences(self, theirs: Any, mine: Any) -> list[Difference]:
        """The fields in which two versions of the entry differ."""
        pairs = ((line, line.of(theirs), line.of(mine)) for line in self.lines())
        return [
            Difference(line.name, label_of(line), _or_silent(line, one), _or_silent(line, other))
            for line, one, other in pairs
            if one != other
        ]

    def merged(self, theirs: Any, chosen: dict[str, str]) -> Any:
        """What was typed, with theirs in each field for which theirs was chosen."""
        mine = self.told()
        kept: dict[str, Any] = {}
        for line in self.lines():
            value = line.of(theirs if chosen.get(line.name) == "theirs" else mine)
            if line.path == ():
                return value
            if value is not None:
                _put(kept, line.path, value)
        return kept


def _or_silent(line: Line, value: Any) -> Said:
    return _("not recorded") if value is None else said(line, value)


def _put(told: dict[str, Any], path: Sequence[str], value: Any) -> None:
    *rooms, name = path
    for room in rooms:
        told = told.setdefault(room, {})
    told[name] = value


def _plain(line: Line, value: Any) -> Any:
    """A cleaned value as the contract writes it; None where nothing was said."""
    if isinstance(value, date):
        return value.isoformat()
    if line.path == () and line.kind == "names":
        return list(value or [])
    if value in EMPTY:
        return None
    if line.kind == "value" and NUMBER.fullmatch(str(value)):
        value = float(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def initial_of(part: str, told: Any) -> dict[str, Any]:
    """What an entry says, as the fields of its form show it."""
    values = ((line, line.of(told)) for line in lines_of(part))
    return {line.name: value for line, value in values if value is not None}


def field_of(line: Line) -> forms.Field:
    """The field of a form for a field of the contract."""
    told: dict[str, Any] = {
        "label": label_of(line),
        "help_text": hint_of(line),
        "required": line.required,
    }
    match line.kind:
        case "date":
            return forms.DateField(**told, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
        case "number":
            return forms.FloatField(**told, widget=forms.NumberInput({"step": "any"}))
        case "whole":
            return forms.IntegerField(**told)
        case "yes_no" | "words":
            return _choice(line, told)
        case "names":
            return forms.MultipleChoiceField(
                **told, choices=_names(line), widget=forms.CheckboxSelectMultiple
            )
        case _:
            return forms.CharField(**told, max_length=LONGEST_TEXT)


def _choice(line: Line, told: dict[str, Any]) -> forms.Field:
    words = (True, False) if line.kind == "yes_no" else line.words
    few = len(words) <= FEW
    silent = _("Not asked") if line.part.startswith("screening.") else _("Not recorded")
    choices = [(_key(word), _said(word)) for word in words]
    return forms.TypedChoiceField(
        **told,
        choices=choices if few and line.required else [("", silent), *choices],
        coerce={_key(word): word for word in words}.__getitem__,
        empty_value=None,
        widget=forms.RadioSelect if few else forms.Select,
    )


def _key(word: Any) -> str:
    return str(word)


def _said(word: Any) -> Said:
    return word_of({True: "yes", False: "no"}[word] if isinstance(word, bool) else word)


def _names(line: Line) -> list[tuple[str, Said]]:
    if line.words:
        return [(word, word_of(word)) for word in line.words]
    return [(one.id, one.name) for one in shipped().therapies.values()]
