"""The timeline of treatments tried: dragged or typed, saved together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from euthymia.clinic.patients import actions
from euthymia.clinic.patients.faults import UnreadableError
from euthymia.clinic.patients.forms.kinds import form_for
from euthymia.clinic.patients.found import CONFLICT, UNREADABLE, patient_of
from euthymia.clinic.patients.models import Entry
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.patients.timeline import timeline_of
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.quicker import MovedOnError
from euthymia.clinic.people.roles import May

DATES = ("start", "end")


class SpanForm(forms.Form):
    """From when to when one trial lasted, and the version that was seen."""

    start = forms.DateField(
        label=gettext_lazy("First day"),
        required=False,
        show_hidden_initial=True,  # so that only what this editor moved counts as moved
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    end = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        show_hidden_initial=True,  # so that only what this editor moved counts as moved
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, typed: QueryDict | None, *, entry: Entry) -> None:
        told = {name: entry.told[name] for name in DATES if name in entry.told}
        initial = {**told, "version": entry.version}
        super().__init__(typed, prefix=str(entry.pk), initial=initial)
        self.entry = entry

    def told(self) -> dict[str, Any]:
        """The trial with these days; an emptied one is not known any more."""
        days = {name: self.cleaned_data[name] for name in DATES}
        rest = {name: value for name, value in self.entry.told.items() if name not in DATES}
        return {**rest, **{name: day.isoformat() for name, day in days.items() if day}}


@needs(May.SEE_CHART, to_write=May.WRITE_CHART)
def timeline(request: Staffed, patient: int) -> HttpResponse:
    """All trials on one line of time; moved bars are saved together or not at all."""
    found = patient_of(request, patient)
    trials = list(found.entries.standing().filter(part=Part.TRIALS))
    spans = [_span(request, one) for one in trials]
    shown: dict[str, Any] = {
        "patient": found,
        "spans": spans,
        "timeline": timeline_of(trials, timezone.localdate()),
    }
    if not (request.method == "POST" and _all_read(spans)):
        return render(request, "patients/timeline.html", shown, status=_status(request))
    try:
        changed = actions.move_trials(_moved(spans), by=request.access)
    except UnreadableError as fault:
        shown["fault"] = fault.in_words
        return render(request, "patients/timeline.html", shown, status=UNREADABLE)
    except MovedOnError as fault:
        return _conflict(request, fault)
    messages.success(request, _("%(count)s moved.") % {"count": len(changed)})
    return redirect("chart", found.pk)


def _span(request: Staffed, entry: Entry) -> SpanForm:
    typed = request.POST if request.method == "POST" else None
    return SpanForm(typed, entry=entry)


def _all_read(spans: Sequence[SpanForm]) -> bool:
    """Whether every day can be read; each is looked at, so that each says what is wrong."""
    wrong = [one for one in spans if not one.is_valid()]
    return not wrong


def _status(request: Staffed) -> int:
    return UNREADABLE if request.method == "POST" else 200


def _moved(spans: Sequence[SpanForm]) -> list[tuple[Entry, int, Any]]:
    """Those whose days are others than the editor saw, each with the version that was seen."""
    changed = (one for one in spans if _changed(one))
    return [(one.entry, one.cleaned_data["version"], one.told()) for one in changed]


def _changed(span: SpanForm) -> bool:
    return any(name in span.changed_data for name in DATES)


def _conflict(request: Staffed, fault: MovedOnError) -> HttpResponse:
    """Both versions of the first trial that someone else changed meanwhile."""
    form = form_for(Part.TRIALS, told=fault.mine)
    shown = {
        "patient": fault.standing.patient,
        "entry": fault.standing,
        "form": form,
        "part": Part.TRIALS,
        "differences": form.differences(fault.standing.told, fault.mine),
    }
    return render(request, "patients/entry_conflict.html", shown, status=CONFLICT)
