"""What the owner tells of costs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.door.models import Price
from euthymia.clinic.people.models import Clinic


class PricesForm(forms.Form):
    """One line for each thing that may have a price; an emptied line takes the price away."""

    def __init__(self, clinic: Clinic, *args: Any) -> None:
        super().__init__(*args)
        self.clinic = clinic
        told = dict(clinic.prices.values_list("what", "says"))
        for what, label in Price.What.choices:
            example = _("as in: $300, drug included")
            self.fields[what] = forms.CharField(
                label=label,
                required=False,
                max_length=200,
                initial=told.get(what, ""),
                help_text=example,
            )

    @transaction.atomic
    def save(self) -> None:
        for what in self.changed_data:
            says = self.cleaned_data[what]
            self.clinic.prices.filter(what=what).delete()
            if says:
                Price.objects.create(
                    clinic=self.clinic, what=what, says=says, since=timezone.localdate()
                )
