"""The form by which a director says why a de-identified table may be made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.outcomes.models import Release
from euthymia.clinic.outcomes.registry import asks_consent

TICKED = [one for one in Release.Ground.choices if one[0] != Release.Ground.CONSENT]


class ReleaseForm(forms.Form):
    """The ground is ticked, unless patients agree to research by a form of consent."""

    ground = forms.ChoiceField(
        label=_("Why it may be made"), choices=TICKED, widget=forms.RadioSelect
    )
    why = forms.CharField(
        label=_("For what, and by which approval"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("No name of a patient: it is kept beside the number of lines."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_consent():
            del self.fields["ground"]
