"""Forms of consent, wishes and merging."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.rights.consent_forms import ConsentForm
from euthymia.clinic.rights.models import Wish

SETTLED = "settled"
WRITTEN_IN = {
    SETTLED: _("How the safety questions above were settled, and by whom"),
    "recipient": _("Who may receive the records"),
    "purpose": _("For what purpose"),
}


class ConsentSheet(forms.Form):
    """The patient signs with their name; staff are the witness. Nothing is ticked beforehand."""

    agreed = forms.BooleanField(label=_("The patient has read this, or it was read to them"))
    signed_name = forms.CharField(label=_("Name, as the patient signs"), max_length=120)

    def __init__(
        self, form: ConsentForm, *args: Any, unsettled: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.consent = form
        if unsettled:
            self.fields[SETTLED] = forms.CharField(label=WRITTEN_IN[SETTLED], max_length=200)
        for name in form.asks:
            self.fields[name] = forms.CharField(label=WRITTEN_IN[name], max_length=200)
        if form.expires:
            day = forms.DateInput(attrs={"type": "date"})
            self.fields["expires"] = forms.DateField(label=_("Ends on"), widget=day)

    def clean_expires(self) -> Any:
        day = self.cleaned_data["expires"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return day

    def choices(self) -> dict[str, str]:
        """What is written in beside the name."""
        written = (*self.consent.asks, SETTLED)
        return {name: self.cleaned_data[name] for name in written if name in self.cleaned_data}


class WishForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Wish
        fields = ("kind", "says")
        widgets = {"says": forms.Textarea(attrs={"rows": 3})}  # noqa: RUF012 - the framework's way


class AnswerForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Wish
        fields = ("state", "answer")
        widgets = {"answer": forms.Textarea(attrs={"rows": 3})}  # noqa: RUF012 - the framework's way


class MergeForm(forms.Form):
    """Which chart is the same person, and how that is known."""

    number = forms.IntegerField(label=_("Chart number of the other chart"), min_value=1)
    why = forms.CharField(label=_("How you know that it is the same person"), max_length=200)


class RetentionForm(forms.Form):
    years = forms.IntegerField(
        label=_("Years after the last that is dated in a chart"),
        min_value=1,
        max_value=100,
        help_text=_("What the law of your state asks; have counsel confirm it."),
    )
