"""A rating scale filled in by staff: its answers one by one, or its total."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from euthymia.clinic.patients.forms.entry import EntryForm, Group
from euthymia.knowledge.instruments import Instrument
from euthymia.library import shipped

ITEM = "item_"


class ScaleForm(EntryForm):
    """The answers of one scale. Item texts stand here only where its page ships them."""

    def __init__(self, *args: Any, instrument: str = "", **more: Any) -> None:
        told = more.get("told") or {}
        chosen = instrument or told.get("instrument", "")
        answers = {f"{ITEM}{n}": str(a) for n, a in enumerate(told.get("items", ()), start=1)}
        more["initial"] = {"instrument": chosen, **answers, **more.get("initial", {})}
        super().__init__(*args, **more)
        self.page = shipped().instruments.get(chosen)
        self.fields["instrument"].widget = forms.HiddenInput()
        self.fields.pop("items")
        self.fields["total"].required = False
        for number in range(1, items_of(self.page) + 1):
            self.fields[f"{ITEM}{number}"] = _item(self.page, number)

    @property
    def GROUPS(self) -> tuple[Group, ...]:  # type: ignore[override]  # noqa: N802 - as its base has it
        answers = tuple(name for name in self.fields if name.startswith(ITEM))
        return (Group(_("Answers"), answers), Group(_("Or the total alone"), ("total",)))

    def clean(self) -> dict[str, Any]:
        """An answer left out cannot be told between others: all of them, or the total alone."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = [cleaned.get(f"{ITEM}{n}") for n in range(1, items_of(self.page) + 1)]
        known = [int(one) for one in given if one not in (None, "")]
        if known and len(known) < len(given):
            first = next(n for n, one in enumerate(given, start=1) if one in (None, ""))
            self.add_error(f"{ITEM}{first}", _("Answer every item, or none and give the total."))
        cleaned["items"] = known
        if not known and cleaned.get("total") is None:
            self.add_error("total", _("Give the answers, or the total."))
        return cleaned


def items_of(page: Instrument | None) -> int:
    """How many items the form has; 0 where its page does not say."""
    if page is None:
        return 0
    return page.items or max((max(group) for group in page.domains), default=0)


def _item(page: Instrument | None, number: int) -> forms.Field:
    assert page is not None  # noqa: S101 - a form without a page has no items
    high = page.item_high[0] if len(page.item_high) == 1 else page.item_high[number - 1]
    text = page.wording[number - 1] if page.wording else ""
    item = _("Item %(number)s") % {"number": number}
    return forms.ChoiceField(
        label=f"{number}. {text}" if text else item,
        choices=[(str(n), _answer(page, n)) for n in range(page.item_low, high + 1)],
        required=False,
        widget=forms.RadioSelect,
    )


def _answer(page: Instrument, points: int) -> str:
    """The points with the words of the form, where its wording ships."""
    words = [word for word, value in page.answers.items() if value == points]
    said = next((word for word in words if not word.startswith("LA")), "") if page.wording else ""
    return f"{points} - {said.capitalize()}" if said else str(points)
