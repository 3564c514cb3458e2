"""What a clinician may write beside an assessment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

Choices = Iterable[tuple[str, str]]


class OverrideForm(forms.Form):
    """One finding and the reason to take the milder of its two grades."""

    finding = forms.ChoiceField(label=_("Finding"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "In your words: what you know of this patient that makes the milder grade fit."
        ),
    )

    def __init__(self, findings: Choices, data: Any = None) -> None:
        super().__init__(data)
        self.fields["finding"].choices = list(findings)  # type: ignore[attr-defined]
