"""Forms about who someone is: patients, requests, and the reason a thing is done."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import User
from euthymia.clinic.people.roles import May, roles_that_may
from euthymia.exchange.countries import country_fault
from euthymia.library import shipped

SEXES = (("female", _("Female")), ("male", _("Male")))
GUARDING = ("guarded", "care_team")


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who a patient is. Who may see the chart is set only by those who may write in it."""

    class Meta:
        model = Patient
        fields: ClassVar = [
            "family_name",
            "given_name",
            "birth_date",
            "sex",
            "phone",
            "email",
            "address",
            "contact_person",
            "language",
            "country",
            *GUARDING,
        ]
        widgets: ClassVar = {
            "birth_date": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
            "sex": forms.RadioSelect,
            "care_team": forms.CheckboxSelectMultiple,
        }
        help_texts: ClassVar = {
            "country": _("Two capitals, such as US. Empty: the clinic's."),
            "address": _("Where help would go in an emergency."),
            "contact_person": _("Name, what they are to the patient, and their telephone."),
        }
        labels: ClassVar = {
            "language": _("Language"),
            "country": _("Country"),
            "care_team": _("Care team"),
        }

    def __init__(self, *args: Any, access: Access, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["sex"].choices = [  # type: ignore[attr-defined]
            ("", _("Not recorded")),
            *SEXES,
        ]
        if access.may(May.WRITE_CHART):
            self.fields["care_team"].queryset = _who_may_care(access)  # type: ignore[attr-defined]
        else:
            for name in GUARDING:
                del self.fields[name]

    def clean_birth_date(self) -> Any:
        born = self.cleaned_data["birth_date"]
        if born and born > timezone.localdate():
            raise ValidationError(_("This day lies ahead. Correct the date."))
        return born

    def clean_country(self) -> str:
        letters = str(self.cleaned_data["country"]).upper()
        if letters and (fault := country_fault(letters, shipped())):
            raise ValidationError(fault)
        return letters

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("guarded") and not cleaned.get("care_team"):
            self.add_error("care_team", _("A guarded chart needs someone who may open it."))
        return cleaned


def _who_may_care(access: Access) -> QuerySet[User]:
    """Whose role lets them see a patient here: to be chosen opens nothing to the others."""
    return User.objects.filter(
        memberships__clinic=access.clinic,
        memberships__ended=None,
        memberships__role__in=roles_that_may(May.SEE_NAMES),
    ).distinct()


class WhyForm(forms.Form):
    """The reason for striking something out, or for closing a request."""

    why = forms.CharField(label=_("Reason"), max_length=200)


class ContactForm(forms.Form):
    """One try to reach someone."""

    says = forms.CharField(
        label=_("What came of it"),
        max_length=400,
        help_text=_("Such as: called at 10, no answer. Nothing about health here."),
    )


class Unreached(forms.Form):
    """Asks once more where a request tells of danger and nobody was reached yet."""

    def __init__(self, *args: Any, unreached: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if unreached:
            self.fields["anyway"] = forms.BooleanField(
                label=_("No try to reach this person is noted: I go on all the same"),
                error_messages={"required": _("Reach the person first, or say that you go on.")},
            )


class CloseForm(Unreached, WhyForm):
    """Why a request is closed."""


class AcceptForm(Unreached):
    """Whether it is someone who is a patient already; nothing is chosen beforehand."""

    NEW = "new"
    who = forms.ChoiceField(label=_("Who is this?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, alike: Any = (), **more: Any) -> None:
        super().__init__(*args, **more)
        same = _("The same person as chart %(number)s")
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            *((str(one.pk), same % {"number": one.number}) for one in alike),
            (self.NEW, _("A new patient")),
        ]
