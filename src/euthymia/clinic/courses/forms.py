"""What is charted in a room, field by field, in the shape of the session form."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from euthymia.clinic.courses import elsewhere, words
from euthymia.clinic.courses.actions import Line
from euthymia.clinic.courses.desk_forms import MOST_SESSIONS
from euthymia.clinic.courses.models import Charted, Session, Therapy
from euthymia.library import shipped

Json = dict[str, Any]
Kind = Charted.Kind
YES_NO = [("", "—"), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
WHOLE = ("moaas", "pulses")
NUMBERS = ("sleep_hours", "pulses", "output_pct_mso")
TEXTS = ("operator",)


class ChartForm(forms.Form):
    """One thing to chart. `key` makes it come in once; `at` is when it was observed."""

    kind: str = Kind.READING

    key = forms.UUIDField(widget=forms.HiddenInput)
    at = forms.DateTimeField(widget=forms.HiddenInput, required=False)
    clock = forms.TimeField(
        label=gettext_lazy("At (empty: now)"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
    )

    def __init__(self, session: Session, *args: Any, **more: Any) -> None:
        more["initial"] = {"key": uuid4(), **more.get("initial", {})}
        more.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **more)
        self.session = session
        self.order_fields([name for name in self.fields if name != "clock"] + ["clock"])

    def told(self) -> Json:
        """What was filled in, in the shape of its place in the session form."""
        aside = {"key", "at", "clock", "why"}
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in aside and value not in (None, "", [])
        }

    def line(self) -> Line:
        why = self.cleaned_data.get("why", "")
        return Line(self.kind, self.told(), self._when(), self.cleaned_data["key"], why=why)

    def _when(self) -> datetime | None:
        """The clock time of today, or when the screen says that it was typed."""
        clock = self.cleaned_data.get("clock")
        if clock is None:
            at: datetime | None = self.cleaned_data.get("at")
            return at
        now = timezone.localtime()
        today = timezone.make_aware(datetime.combine(now.date(), clock), now.tzinfo)
        return today if today <= now else today - _a_day_if_just_past_midnight(today, now)

    def clean(self) -> Json:
        cleaned: Json = super().clean() or self.cleaned_data
        if not self.errors and not self.told() and self.kind not in (Kind.START, Kind.STRUCK):
            raise forms.ValidationError(_("Nothing was filled in."))
        return cleaned


def _a_day_if_just_past_midnight(told: datetime, now: datetime) -> timedelta:
    """Half past eleven, typed after midnight, was yesterday; later today is a time to come."""
    half_a_day = timedelta(hours=12)
    return timedelta(days=1) if told - now > half_a_day else timedelta()


class ReadingForm(ChartForm):
    kind = Kind.READING

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, label in words.READINGS.items():
            self.fields[name] = _number(name, label)
        self.fields["symptoms"] = forms.MultipleChoiceField(
            label=gettext_lazy("Symptoms now"),
            choices=[*_symptoms(self.session), ("none", gettext_lazy("Asked: none of these"))],
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "in-columns"}),
        )
        self.order_fields([*words.READINGS, "symptoms", "clock"])

    def clean_symptoms(self) -> list[str] | None:
        """None: not asked. Empty: asked, and there are none."""
        chosen: list[str] = self.cleaned_data["symptoms"]
        if "none" in chosen and len(chosen) > 1:
            raise forms.ValidationError(_("Either the symptoms, or none of these."))
        return [] if chosen == ["none"] else chosen or None

    def told(self) -> Json:
        asked = self.cleaned_data.get("symptoms")
        return super().told() | ({} if asked is None else {"symptoms": asked})


def _symptoms(session: Session) -> list[tuple[str, Any]]:
    infusion = session.course.therapy == Therapy.KETAMINE
    found = words.SYMPTOMS.items()
    return [(word, label) for word, label in found if infusion or word not in words.ONLY_INFUSION]


class EventForm(ChartForm):
    kind = Kind.EVENT

    event = forms.ChoiceField(label=gettext_lazy("What happened"))
    rate_mg_per_min = forms.FloatField(
        label=gettext_lazy("New rate, mg/min (where the rate changed)"), required=False
    )
    text = forms.CharField(
        label=gettext_lazy("In words (of a new threshold: its % of output)"),
        max_length=400,
        required=False,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = words.EVENTS_OF[self.session.course.therapy]
        self.fields["event"].choices = [(one, words.EVENTS[one]) for one in kinds]  # type: ignore[attr-defined]

    def told(self) -> Json:
        found = super().told()
        return {"kind": found.pop("event"), **found}


class Asked(ChartForm):
    """Questions that are answered yes or no, or not yet."""

    questions: ClassVar[words.Words] = {}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, label in self.questions.items():
            self.fields[name] = _question(name, label)
        self.order_fields([*self.questions, "clock"])

    def told(self) -> Json:
        answers = {"yes": True, "no": False}
        return {
            name: answers.get(value, value) if isinstance(value, str) else value
            for name, value in super().told().items()
        }


class GateForm(Asked):
    kind, questions = Kind.GATE, words.GATE

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if elsewhere.is_open(self.session.course):
            self.fields[elsewhere.ELSEWHERE] = _given_elsewhere()
            self.order_fields([elsewhere.ELSEWHERE, *self.questions, "clock"])


class DeliveredForm(Asked):
    kind, questions = Kind.DELIVERED, words.DELIVERED


class LeavingForm(Asked):
    kind, questions = Kind.LEAVING, words.LEAVING


class StartForm(ChartForm):
    """The start of the clock. A dose other than the one ordered needs its reason."""

    kind = Kind.START

    dose_mg = forms.FloatField(label=gettext_lazy("Dose in the pump or device, mg"), min_value=0)
    why = forms.CharField(
        label=gettext_lazy("Reason, where it is not the dose ordered"),
        max_length=400,
        required=False,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.session.course.therapy == Therapy.TMS:
            del self.fields["dose_mg"], self.fields["why"]

    def clean(self) -> Json:
        cleaned = super().clean()
        ordered = self.session.order.told.get("dose_mg") if self.session.order else None
        given = cleaned.get("dose_mg")
        if given is not None and given != ordered and not cleaned.get("why"):
            fault = _("This is not the dose ordered. Have it ordered anew, or give the reason.")
            self.add_error("dose_mg", fault)
        return cleaned


class StrikeForm(ChartForm):
    kind = Kind.STRUCK

    row = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(label=gettext_lazy("Why is it wrong?"), max_length=400)

    def clean_row(self) -> Charted:
        found = self.session.charted.filter(pk=self.cleaned_data["row"], struck_by=None)
        row = found.exclude(kind=Kind.STRUCK).first()
        if row is None:
            raise forms.ValidationError(_("It is struck out already."))
        return row

    def line(self) -> Line:
        told = self.cleaned_data
        return Line(self.kind, {}, None, told["key"], strikes=told["row"], why=told["why"])


FORMS: dict[str, type[ChartForm]] = {
    form.kind: form
    for form in (
        ReadingForm,
        EventForm,
        GateForm,
        DeliveredForm,
        LeavingForm,
        StartForm,
        StrikeForm,
    )
}
"""The form of each kind of thing that is charted."""
OF_THERAPY = {
    Therapy.KETAMINE: (Kind.START, Kind.READING, Kind.EVENT, Kind.LEAVING),
    Therapy.ESKETAMINE: (Kind.START, Kind.READING, Kind.EVENT, Kind.LEAVING),
    Therapy.TMS: (Kind.GATE, Kind.START, Kind.EVENT, Kind.DELIVERED),
}


def _number(name: str, label: Any) -> forms.Field:
    """A measure within what it can be, as the pages say."""
    fact = shipped().facts.get(name)
    low = getattr(fact, "refused_below", None)
    high = getattr(fact, "refused_above", None)
    field = forms.IntegerField if name in WHOLE else forms.FloatField
    return field(label=label, required=False, min_value=low or 0, max_value=high)


def _given_elsewhere() -> forms.Field:
    numbers = [(str(count), str(count)) for count in range(1, MOST_SESSIONS + 1)]
    known = [(elsewhere.NONE, _("None")), (elsewhere.NOT_KNOWN, _("Not known"))]
    return forms.ChoiceField(
        label=words.said(words.COURSE, elsewhere.ELSEWHERE),
        choices=[("", "—"), *known, *numbers],
        required=False,
    )


def _question(name: str, label: Any) -> forms.Field:
    if name in TEXTS:
        return forms.CharField(label=label, required=False, max_length=80)
    if name in NUMBERS:
        return _number(name, label)
    return forms.ChoiceField(label=label, choices=YES_NO, required=False)
