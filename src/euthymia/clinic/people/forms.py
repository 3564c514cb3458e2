"""Forms of people, places and the clinic."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.people.models import Clinic, User
from euthymia.clinic.people.roles import Role


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The person signs in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class RoleForm(forms.Form):
    """Another role for a person who is here already."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class PasswordForm(forms.Form):
    """The password that a person chooses when the link is opened."""

    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("The same password again"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def rules(self) -> list[str]:
        return [str(text) for text in password_validators_help_texts()]

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "password1" in told and told["password1"] != told.get("password2"):
            self.add_error("password2", _("The two passwords differ. Type the same one twice."))
        return told


class ClinicForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a clinic tells of itself."""

    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Every time in the clinic is shown in it.")
    )
    country = forms.CharField(
        label=_("Country"),
        min_length=2,
        max_length=2,
        help_text=_("Two letters, as in US or GB. Crisis help on the public pages follows it."),
        validators=[RegexValidator("^[A-Za-z]{2}$", _("Write two letters, as in US."))],
    )

    class Meta:
        model = Clinic
        fields: ClassVar = ["name", "phone", "address", "zone", "country", "open_to_public"]
        labels: ClassVar = {
            "name": _("Name of the clinic"),
            "phone": _("Telephone"),
            "address": _("Address"),
            "open_to_public": _("The public pages are open, and requests are taken"),
        }
        widgets: ClassVar = {"address": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in available_timezones() if "/" in zone)
        self.fields["zone"].choices = [(zone, zone.replace("_", " ")) for zone in zones]  # type: ignore[attr-defined]

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()
