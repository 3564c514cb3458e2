"""What is needed to call someone back, and not a field more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from euthymia.clinic.door.content import consent

FIRST_YEAR = 1900
PHONE = RegexValidator(
    r"^[0-9+()./ -]{5,40}$", gettext_lazy("Write the number with digits, as in 555 0100.")
)


class RequestForm(forms.Form):
    """Who asks to be seen. `answered`: whether there are answers that could be sent along."""

    given_name = forms.CharField(label=gettext_lazy("First name"), max_length=80)
    family_name = forms.CharField(label=gettext_lazy("Last name"), max_length=80)
    birth_date = forms.DateField(
        label=gettext_lazy("Date of birth"),
        help_text=gettext_lazy("So that we do not mix you up with someone else."),
        widget=forms.DateInput({"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        help_text=gettext_lazy("Phone or e-mail: one of the two is enough."),
        required=False,
        max_length=40,
        validators=[PHONE],
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    address = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("So that help can find you in danger."),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )
    contact_person = forms.CharField(
        label=gettext_lazy("Someone we may call in danger: name and phone"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    best_time = forms.CharField(
        label=gettext_lazy("When is a good time to call?"), required=False, max_length=80
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, answered: bool) -> None:
        super().__init__(data, label_suffix="")
        autocomplete = {"given_name": "given-name", "family_name": "family-name", "email": "email"}
        for name, kind in autocomplete.items():
            self.fields[name].widget.attrs["autocomplete"] = kind
        if answered:
            self.fields["with_answers"] = forms.ChoiceField(
                label=_("Send your answers along?"),
                choices=[("yes", _("Yes, send my answers")), ("no", _("No, only my name"))],
                widget=forms.RadioSelect,
            )
        self.fields["consent"] = forms.BooleanField(
            label=_(consent().agree),
            error_messages={"required": _("Tick this box, or we may not keep what you send.")},
        )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        faulty = self.has_error("phone") or self.has_error("email")
        if not faulty and not told.get("phone") and not told.get("email"):
            self.add_error("phone", _("Give a phone number or an e-mail address."))
        return told

    def clean_birth_date(self) -> date:
        born: date = self.cleaned_data["birth_date"]
        if born.year < FIRST_YEAR or born > timezone.localdate():
            raise forms.ValidationError(_("This cannot be. Check the year."))
        return born
