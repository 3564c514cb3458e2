"""Forms of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.roles import May
from euthymia.clinic.people.second import SecondPersonForm
from euthymia.clinic.stock.actions import LotTold
from euthymia.clinic.stock.models import Drug, Lot

MOST = 10_000
"""More containers than this are a slip of the hand."""


def _mg(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=Decimal("0.01"), max_digits=8, decimal_places=2
    )


def _containers(label: Any, low: int = 1) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=low, max_value=MOST)


class ReceiveForm(forms.Form):
    drug = forms.ChoiceField(label=_("Drug"), choices=Drug.choices)
    strength = forms.CharField(
        label=_("Strength, as on the box"), max_length=40, help_text=_("As in 50 mg/mL, 10 mL.")
    )
    container_mg = _mg(_("mg in one container"))
    number = forms.CharField(label=_("Lot number"), max_length=40)
    expires = forms.DateField(label=_("Expires"), widget=forms.DateInput(attrs={"type": "date"}))
    containers = _containers(_("Sealed containers received"))

    def told(self) -> LotTold:
        return LotTold(**{name: self.cleaned_data[name] for name in LotTold.__annotations__})


class CountForm(forms.Form):
    """What lies in the cupboard. What should lie there is not shown before it is counted."""

    def __init__(self, lots: Sequence[Lot], *args: Any) -> None:
        super().__init__(*args)
        self.lots = lots
        for lot in lots:
            self.fields[f"lot_{lot.pk}"] = _containers(name_of(lot), low=0)

    def found(self) -> dict[Lot, int]:
        return {lot: self.cleaned_data[f"lot_{lot.pk}"] for lot in self.lots}


class _OfALot(forms.Form):
    """Something of one lot, chosen where there are several."""

    lot = forms.ModelChoiceField(label=_("Lot"), queryset=Lot.objects.none())

    def __init__(self, lots: Sequence[Lot], *args: Any, **more: Any) -> None:
        if len(lots) == 1:
            more["initial"] = {"lot": lots[0].pk, **more.get("initial", {})}
        more.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **more)
        field: Any = self.fields["lot"]
        field.queryset = Lot.objects.filter(pk__in=[one.pk for one in lots])
        field.label_from_instance = name_of


class DrawForm(_OfALot):
    containers = _containers(_("Containers opened"))


class GiveForm(_OfALot):
    mg = _mg(_("Given, mg"))


class WasteForm(_OfALot, SecondPersonForm):
    mg = _mg(_("Wasted, mg"))

    def __init__(self, request: Staffed, lots: Sequence[Lot], *args: Any) -> None:
        super().__init__(lots, request, May.GIVE_DRUGS, *args)


class _Reasoned(SecondPersonForm):
    why = forms.CharField(label=_("Why?"), max_length=400)

    def __init__(self, request: Staffed, *args: Any) -> None:
        super().__init__(request, May.GIVE_DRUGS, *args)


class RemoveForm(_Reasoned):
    containers = _containers(_("Sealed containers taken out"))


class AdjustForm(_Reasoned):
    containers = forms.IntegerField(
        label=_("By how many: more, or fewer with a minus"), min_value=-MOST, max_value=MOST
    )


class StrikeForm(_Reasoned):
    """Only the reason, and two people."""


def name_of(lot: Lot) -> str:
    """A lot as it is told from others: drug, strength, number and expiry."""
    return f"{lot.get_drug_display()} {lot.strength}, {lot.number}, {lot.expires:%Y-%m}"
