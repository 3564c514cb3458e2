"""Forms of a plan for recovery."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.recovery.content import plan_page
from euthymia.clinic.recovery.models import Step

LONGEST = 2000


class PlanForm(forms.Form):
    """The questions of the page, each answered in the patient's words or left open."""

    with_patient = forms.BooleanField(
        label=_("Made with the patient, in their words"), required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for one in plan_page().fields():
            self.fields[one.id] = forms.CharField(
                label=gettext(one.asks),
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        self.order_fields([*(one.id for one in plan_page().fields()), "with_patient"])

    def told(self) -> dict[str, str]:
        return {one.id: self.cleaned_data[one.id] for one in plan_page().fields()}

    def parts(self) -> list[tuple[str, list[Any]]]:
        """The fields below their headings."""
        return [
            (gettext(part.heading), [self[one.id] for one in part.field])
            for part in plan_page().part
        ]


class StepForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Step
        fields: ClassVar = ["kind", "what", "whom", "until"]
        widgets: ClassVar = {"until": forms.DateInput(attrs={"type": "date"})}


class DoneForm(forms.Form):
    how = forms.CharField(label=_("How did it go?"), max_length=400)
