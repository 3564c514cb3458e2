"""The scales a link asks for, as one form: items in their own words, or the total alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.door.answering import answer_words
from euthymia.clinic.door.questions import lead_of
from euthymia.clinic.patients.danger import items_tell
from euthymia.knowledge.instruments import Instrument
from euthymia.library import shipped


class Answers(forms.Form):
    """One or several scales. Every item must be answered: half a scale tells nothing."""

    def __init__(self, *args: Any, scales: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scales = [shipped().instruments[name] for name in scales]
        for page in self.scales:
            self.fields.update(_fields(page))
        for field in self.fields.values():
            field.error_messages["required"] = _("This answer is missing.")

    def parts(self) -> Iterator[tuple[Instrument, str, list[forms.BoundField]]]:
        """Each scale with the line above its items and its fields, for the page."""
        for page in self.scales:
            yield page, lead_of(page.id), [self[name] for name in _fields(page)]

    def told(self) -> list[dict[str, Any]]:
        """The scales as the intake form writes them."""
        today = timezone.localdate().isoformat()
        return [{**self._told(page), "date": today} for page in self.scales]

    def _told(self, page: Instrument) -> dict[str, Any]:
        if page.wording:
            items = [int(self.cleaned_data[name]) for name in _fields(page)]
            return {"instrument": page.id, "items": items}
        return {"instrument": page.id, "total": self.cleaned_data[f"{page.id}_total"]}

    def shows_danger(self) -> bool:
        """Whether an answer tells of danger already, even where other answers are missing."""
        return items_tell({page.id: self._items(page) for page in self.scales if page.wording})

    def _items(self, page: Instrument) -> list[int | None]:
        """The answers given so far in their order; None for what is open or none of the form's."""
        answers = {name: str(self.data.get(name, "")) for name in _fields(page)}
        choices = answer_words(page)
        return [int(one) if one in {str(n) for n in choices} else None for one in answers.values()]


def _fields(page: Instrument) -> dict[str, forms.Field]:
    if page.wording:
        numbered = enumerate(page.wording, start=1)
        return {f"{page.id}_{n}": _item(page, n, text) for n, text in numbered}
    return {f"{page.id}_total": _total(page)}


def _item(page: Instrument, number: int, text: str) -> forms.Field:
    choices = [(str(points), _(word)) for points, word in answer_words(page).items()]
    return forms.ChoiceField(
        label=f"{number}. {_(text)}", choices=choices, widget=forms.RadioSelect
    )


def _total(page: Instrument) -> forms.Field:
    label = _("Your total on the form you were given")
    bounds = _("From %(low)g to %(high)g.") % {"low": page.low, "high": page.high}
    if page.fractional:
        return forms.FloatField(
            label=label, help_text=bounds, min_value=page.low, max_value=page.high
        )
    low, high = int(page.low), int(page.high)
    return forms.IntegerField(label=label, help_text=bounds, min_value=low, max_value=high)
