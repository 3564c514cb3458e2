"""The forms that close a task; one about safety asks who was reached, the plan, the next step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.work.models import Task

LOOK = _("Look at each of them, and say so.")
LINES = forms.Textarea(attrs={"rows": 3})


class ClosingForm(forms.Form):
    """How a task was done."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    how = forms.CharField(
        label=_("What was done"),
        max_length=400,
        required=False,
        widget=LINES,
        help_text=_("Who was reached, what was agreed, what happens next."),
    )

    def told(self) -> dict[str, Any]:
        """What closing the task takes (`work.actions.finish`)."""
        return dict(self.cleaned_data)


class SafetyClosing(ClosingForm):
    """Whoever closes a sign of danger has looked at every answer, and says what comes of it."""

    seen = forms.MultipleChoiceField(
        label=_("Newer answers that tell of danger: I have looked at each"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": LOOK},
    )
    reached = forms.ChoiceField(
        label=_("Was the patient reached?"),
        choices=Task.Reached.choices,
        widget=forms.RadioSelect,
        help_text=_("Neither reached nor help sent: leave the task open, and go on trying."),
    )
    next_step = forms.CharField(
        label=_("Next step, with its day"),
        max_length=400,
        widget=LINES,
        help_text=_("Such as: seen in person today at 15:00."),
    )
    field_order = ("version", "seen", "reached", "how", "next_step")

    def __init__(self, *args: Any, task: Task, **more: Any) -> None:
        super().__init__(*args, **more)
        how = self.fields["how"]
        how.label, how.required = _("The plan"), True
        how.help_text = _("What was agreed, and with whom.")
        how.error_messages["required"] = _(
            "Say what was done: a safety task is not closed without words."
        )
        newer = [(str(one.pk), _clock(one.at)) for one in task.unseen()]
        self.fields["seen"].choices = newer  # type: ignore[attr-defined]
        self.newer = {number for number, _at in newer}
        if not newer:
            del self.fields["seen"]

    def clean_seen(self) -> list[int]:
        """Each newer answer, looked at."""
        seen = self.cleaned_data["seen"]
        if self.newer - set(seen):
            raise forms.ValidationError(LOOK)
        return [int(one) for one in seen]


def closing_form(task: Task, typed: QueryDict | None) -> ClosingForm:
    """The form that closes this task."""
    seen = {"version": task.version}
    if task.needs_words and not task.is_of_a_room:
        return SafetyClosing(typed, task=task, initial=seen)
    return ClosingForm(typed, initial=seen)


def _clock(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
