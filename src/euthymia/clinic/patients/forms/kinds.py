"""Which form edits which part, and what is special about each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.patients.filling import free_name
from euthymia.clinic.patients.forms import lists
from euthymia.clinic.patients.forms.entry import EntryForm, Group
from euthymia.clinic.patients.forms.scale import ScaleForm
from euthymia.clinic.patients.models import Entry
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.patients.shapes import lines_of

TODAY_BY_DEFAULT = frozenset({Part.LABS, Part.VITALS, Part.SCALES})
"""What is measured is most often entered on its day."""


def _under(part: str, room: str) -> tuple[str, ...]:
    """The fields that lie under one name of the contract, such as those of the head."""
    return tuple(line.name for line in lines_of(part) if line.path[0] == room)


class DiagnosisForm(EntryForm):
    """The code may be chosen from those that the pages know."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        suggest(self, "icd10cm", "diagnoses")


class TrialForm(EntryForm):
    """One medicine tried. Its name in the chart is given by us; others are pointed to by choice."""

    GROUPS = (
        Group(_("How much, how long"), ("dose_mg", "days_at_dose", "start", "end", "pdc")),
        Group(
            _("What came of it"),
            (
                "stop_reason",
                "improvement_pct",
                "scale_change__instrument",
                "scale_change__before",
                "scale_change__after",
            ),
        ),
        Group(
            _("More: blood level, adding, combining, a second push"),
            (
                "episode",
                "peak_improvement_pct",
                "serum_level__value",
                "serum_level__unit",
                "augments",
                "added_to",
                "combination",
                "optimised",
                "indication",
                "note",
            ),
            folded=True,
        ),
    )

    def __init__(self, *args: Any, others: Sequence[Entry] = (), **more: Any) -> None:
        if more.get("told") is None:
            more["initial"] = {"id": free_name(one.told["id"] for one in others)}
        super().__init__(*args, **more)
        self.fields["id"].widget = forms.HiddenInput()
        suggest(self, "drug", "drugs")
        watched(self, "drug", "dose_mg", "days_at_dose")
        choices = [("", _("None")), *((one.told["id"], _trial(one)) for one in others)]
        for name in ("augments", "added_to"):
            old = self.fields[name]
            self.fields[name] = forms.ChoiceField(
                label=old.label, choices=choices, required=False, help_text=old.help_text
            )


def _trial(entry: Entry) -> str:
    told = entry.told
    return " ".join(str(one) for one in (told["drug"], told.get("start", "")) if one)


class MedicationForm(EntryForm):
    """A medicine taken now."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        suggest(self, "drug", "medicines")


class LabForm(EntryForm):
    """One result. Tests that the pages read stand in the list, with the unit they are read in."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        suggest(self, "loinc", "tests")
        suggest(self, "unit", "units")


class PreferencesForm(EntryForm):
    """What the patient would have, would not have, and how much each matter weighs."""

    GROUPS = (
        Group(
            _("How much each matters to the patient, from 0 to 10"),
            _under(Part.PREFERENCES, "weights"),
        ),
    )


class TmsForm(EntryForm):
    """The order for magnetic stimulation, and what was measured at the head."""

    GROUPS = (
        Group(_("Motor threshold"), _under(Part.TMS, "motor_threshold")),
        Group(_("Head, by tape"), _under(Part.TMS, "head")),
        Group(_("Depth, from an image"), _under(Part.TMS, "scalp_to_cortex")),
    )


class OverrideForm(EntryForm):
    """A physician answers for not following a finding."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reason"].widget = forms.Textarea({"rows": 3})


FORMS: dict[str, type[EntryForm]] = {
    Part.DIAGNOSES: DiagnosisForm,
    Part.TRIALS: TrialForm,
    Part.MEDICATIONS: MedicationForm,
    Part.SCALES: ScaleForm,
    Part.LABS: LabForm,
    Part.OVERRIDES: OverrideForm,
    Part.PREFERENCES: PreferencesForm,
    Part.TMS: TmsForm,
}


def form_for(part: str, *args: Any, others: Iterable[Entry] = (), **more: Any) -> EntryForm:
    """The editor of a part. `others`: the other entries of the same part that stand."""
    if part in TODAY_BY_DEFAULT and more.get("told") is None:
        more["initial"] = {"date": timezone.localdate(), **more.get("initial", {})}
    if part == Part.TRIALS:
        more["others"] = list(others)
    return FORMS.get(part, EntryForm)(*args, part=part, **more)


def suggest(form: EntryForm, name: str, kind: str) -> None:
    """Lets a field choose from a list of the knowledge pages; anything else may be typed too."""
    form.fields[name].widget.attrs |= {"list": kind, "autocomplete": "off"}
    form.suggestions = [*form.suggestions, (kind, lists.LISTS[kind]())]


def watched(form: EntryForm, *names: str) -> None:
    """Fields upon whose change the note on the dose is asked for anew."""
    for name in names:
        form.fields[name].widget.attrs["data-dose"] = "1"
