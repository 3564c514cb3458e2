"""Forms of courses away from the chair: begin, order, plan, end; and the rooms."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from euthymia.clinic.courses.models import Course, Room, Therapy
from euthymia.clinic.people.models import Clinic
from euthymia.library import shipped

Json = dict[str, Any]
WEEKDAYS = [
    ("0", gettext_lazy("Monday")),
    ("1", gettext_lazy("Tuesday")),
    ("2", gettext_lazy("Wednesday")),
    ("3", gettext_lazy("Thursday")),
    ("4", gettext_lazy("Friday")),
    ("5", gettext_lazy("Saturday")),
    ("6", gettext_lazy("Sunday")),
]
MOST_SESSIONS = 100


class RoomForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Room
        fields: ClassVar = ["name"]

    def __init__(self, clinic: Clinic, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.instance.clinic = clinic

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if Room.objects.filter(clinic=self.instance.clinic, name=name).exists():
            raise forms.ValidationError(_("There is a room of this name."))
        return name


class DeviceForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the device"), max_length=60)
    room = forms.ModelChoiceField(label=gettext_lazy("Room"), queryset=Room.objects.none())

    def __init__(self, clinic: Clinic, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        rooms: Any = self.fields["room"]
        rooms.queryset = Room.objects.filter(clinic=clinic, closed=None)
        rooms.label_from_instance = lambda room: room.name


class CourseForm(forms.Form):
    therapy = forms.ChoiceField(
        label=gettext_lazy("Therapy"), choices=Therapy.choices, widget=forms.RadioSelect
    )
    planned = forms.IntegerField(
        label=gettext_lazy("Sessions planned"),
        required=False,
        min_value=1,
        max_value=MOST_SESSIONS,
    )
    payer = forms.CharField(label=gettext_lazy("Who pays"), required=False, max_length=80)


class EndForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Why does it end?"), max_length=400)


class PlanForm(forms.Form):
    """Sessions at one clock time on some days of the week."""

    first = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    clock = forms.TimeField(
        label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"})
    )
    days = forms.MultipleChoiceField(
        label=gettext_lazy("Days of the week"),
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
    )
    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=MOST_SESSIONS)


class OrderForm(forms.Form):
    """What is ordered for every session of a course, in the shape of the session form."""

    why = forms.CharField(
        label=gettext_lazy("Reason for the change"), required=False, max_length=400
    )

    def __init__(self, course: Course, *args: Any, **more: Any) -> None:
        before = course.order
        more["initial"] = dict(before.told) if before else {}
        super().__init__(*args, **more)
        fields = _FIELDS[Therapy(course.therapy)]
        for name in fields:
            self.fields[name] = _field(name)
        if before is None:
            del self.fields["why"]
        self.order_fields([*fields, "why"])
        self.before = before

    def told(self) -> Json:
        told = {name: value for name, value in self.cleaned_data.items() if name != "why"}
        if told.get("motor_threshold_date"):
            told["motor_threshold_date"] = told["motor_threshold_date"].isoformat()
        return {name: value for name, value in told.items() if value not in (None, "")}

    def clean(self) -> Json:
        cleaned: Json = super().clean() or self.cleaned_data
        if self.before and not self.errors and not cleaned.get("why"):
            self.add_error("why", _("Say why the order changes."))
        return cleaned


_FIELDS = {
    Therapy.KETAMINE: ("dose_mg", "minutes"),
    Therapy.ESKETAMINE: ("dose_mg",),
    Therapy.TMS: (
        "protocol", "motor_threshold_pct_mso", "motor_threshold_date", "intensity_pct_mt",
    ),
}  # fmt: skip
_LABELS = {
    "dose_mg": gettext_lazy("Dose, mg"),
    "minutes": gettext_lazy("Length of the infusion, minutes"),
    "protocol": gettext_lazy("Protocol"),
    "motor_threshold_pct_mso": gettext_lazy("Motor threshold, % of maximum output"),
    "motor_threshold_date": gettext_lazy("Threshold measured on"),
    "intensity_pct_mt": gettext_lazy("Intensity, % of the motor threshold"),
}


def _field(name: str) -> forms.Field:
    label = _LABELS[name]
    if name == "protocol":
        return forms.ChoiceField(label=label, choices=_protocols())
    if name == "motor_threshold_date":
        return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))
    return forms.FloatField(label=label, min_value=0)


def _protocols() -> list[tuple[str, str]]:
    """The protocols that a session can be given by, under the names of their pages."""
    return [(one.id, one.name) for one in shipped().protocols.values()]
