"""A rating scale filled in by staff: its answers one by one, or its total."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from euthymia.clinic.patients.forms.entry import EntryForm, Group
from euthymia.clinic.patients.suicide_item import tells_of_suicide_item
from euthymia.knowledge.instruments import Instrument
from euthymia.library import shipped

ITEM = "item_"


class ScaleForm(EntryForm):
    """The answers of one scale. Item texts stand here only where its page ships them."""

    def __init__(self, *args: Any, instrument: str = "", **more: Any) -> None:
        told = more.get("told") or {}
        chosen = instrument or told.get("instrument", "")
        items = enumerate(told.get("items", ()), start=1)
        answers = {f"{ITEM}{n}": str(a) for n, a in items if a is not None}
        more["initial"] = {"instrument": chosen, **answers, **more.get("initial", {})}
        super().__init__(*args, **more)
        self.page = shipped().instruments.get(chosen)
        self.fields["instrument"].widget = forms.HiddenInput()
        self.fields.pop("items")
        self.fields["total"].required = False
        if every_item_matters(self.page):
            self.fields.pop("total")
        for number in range(1, items_of(self.page) + 1):
            self.fields[f"{ITEM}{number}"] = _item(self.page, number)

    @property
    def GROUPS(self) -> tuple[Group, ...]:  # type: ignore[override]  # noqa: N802 - as its base has it
        answers = tuple(name for name in self.fields if name.startswith(ITEM))
        total = (Group(_("Or the total alone"), ("total",)),) if "total" in self.fields else ()
        return (Group(_("Answers"), answers), *total)

    def clean(self) -> dict[str, Any]:
        """All answers, or the total alone; with some left open, the one about suicide at least."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        items = [_points(cleaned.get(f"{ITEM}{n}")) for n in range(1, items_of(self.page) + 1)]
        told = [one for one in items if one is not None]
        if told and None in items and not self._may_stay_open(items):
            first = items.index(None) + 1
            self.add_error(f"{ITEM}{first}", _("Answer every item, or none and give the total."))
        cleaned["items"] = items if told else []
        if not told and cleaned.get("total") is None:
            self.add_error(None, _("Give the answers, or the total."))
        return cleaned

    def _may_stay_open(self, items: list[int | None]) -> bool:
        """Steps that were not reached; or all but the answer on suicide, where only that is told.

        Anything else left out is a slip, and is asked for.
        """
        if every_item_matters(self.page):
            return True
        alone = sum(one is not None for one in items) == 1
        return alone and self.page is not None and tells_of_suicide_item(self.page.id, items)


def _points(answer: Any) -> int | None:
    return None if answer in (None, "") else int(answer)


def every_item_matters(page: Instrument | None) -> bool:
    """Whether any yes is a danger sign of its own, so that a total would hide which."""
    return page is not None and page.safety is not None and page.safety.number is None


def items_of(page: Instrument | None) -> int:
    """How many items the form has; 0 where its page does not say."""
    if page is None:
        return 0
    groups = max((max(group) for group in page.domains), default=0)
    return page.items or groups or (len(page.item_codes) if every_item_matters(page) else 0)


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
    shown = page.wording or every_item_matters(page)
    said = next((word for word in words if not word.startswith("LA")), "") if shown else ""
    return f"{points} - {said.capitalize()}" if said else str(points)
