"""Writing in a chart: a new entry, a change, a striking out, and what stood before."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from euthymia.clinic.patients import actions
from euthymia.clinic.patients.body import as_read
from euthymia.clinic.patients.doses import dose_note
from euthymia.clinic.patients.doubts import doubts_of
from euthymia.clinic.patients.faults import UnreadableError
from euthymia.clinic.patients.forms.entry import EntryForm
from euthymia.clinic.patients.forms.kinds import form_for
from euthymia.clinic.patients.forms.scale import ScaleForm
from euthymia.clinic.patients.found import CONFLICT, UNREADABLE, patient_of
from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.patients.parts import KEPT, SINGLE, Part
from euthymia.clinic.patients.people_forms import WhyForm
from euthymia.clinic.patients.shown import facts_of
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs, signed_in
from euthymia.clinic.people.drafts import draft_for, forget
from euthymia.clinic.people.models import Draft
from euthymia.clinic.people.quicker import MovedOnError, version_of
from euthymia.clinic.people.roles import May
from euthymia.library import shipped

NEVER_PUT_BACK = frozenset({"instrument", "id"})
"""Fields that say which entry it is: a draft never changes that."""
RIGHT = "right"
"""The field in which someone ticks each doubt that is none."""
CHOICE = "choose-"
"""How the fields begin in which someone says whose version of a field is to stand."""


@needs(May.SEE_CHART, to_write=May.MEASURE)
def entry_new(request: Staffed, patient: int, part: str) -> HttpResponse:
    """A new entry of a part; of a part told once that stands already, its editor."""
    found = patient_of(request, patient)
    _require_writer(request, part)
    standing = found.entries.standing().filter(part=part).first() if part in SINGLE else None
    if standing is not None and request.method != "POST":
        return redirect("entry_edit", found.pk, standing.pk)
    if part == Part.SCALES and not _instrument(request):
        return _choose_scale(request, found)
    form = _form(request, found, part)
    if not (request.method == "POST" and form.is_valid()):
        return _editor(request, found, form)
    entry = Entry(patient=found, part=part, told=form.told())
    return _asked_first(request, form, entry) or _added(request, form, entry)


def _added(request: Staffed, form: EntryForm, entry: Entry) -> HttpResponse:
    shared = form.substance_use()
    try:
        made = actions.add(
            entry.patient, entry.part, entry.told, by=request.access, substance_use=shared
        )
    except UnreadableError as fault:
        form.show(fault)
        return _editor(request, entry.patient, form)
    except MovedOnError as fault:
        return _conflict(request, form, fault)
    return _done(request, made)


@needs(May.SEE_CHART, to_write=May.MEASURE)
def entry_edit(request: Staffed, patient: int, entry: int) -> HttpResponse:
    """Changes an entry. Where another was quicker, both versions are shown side by side."""
    found = patient_of(request, patient)
    standing = _entry(found, entry)
    _require_writer(request, standing.part)
    form = _form(request, found, standing.part, standing)
    if not (request.method == "POST" and form.is_valid()):
        return _editor(request, found, form, standing)
    told = form.merged(standing.told, _choices(request))
    return _asked_first(request, form, standing, told) or _changed(request, form, standing, told)


def _changed(request: Staffed, form: EntryForm, standing: Entry, told: Any) -> HttpResponse:
    version, shared = version_of(request), form.substance_use()
    try:
        changed = actions.change(
            standing, told, version=version, by=request.access, substance_use=shared
        )
    except UnreadableError as fault:
        form.show(fault)
        return _editor(request, standing.patient, form, standing)
    except MovedOnError as fault:
        return _conflict(request, form, fault)
    return _done(request, changed)


@needs(May.SEE_CHART, to_write=May.MEASURE)
def entry_strike(request: Staffed, patient: int, entry: int) -> HttpResponse:
    found = patient_of(request, patient)
    standing = _entry(found, entry)
    _require_writer(request, standing.part)
    form = WhyForm(request.POST or None)
    page = "patients/entry_strike.html"
    shown = {"patient": found, "entry": standing, "form": form, "facts": _facts(standing)}
    if not (request.method == "POST" and form.is_valid()):
        return render(request, page, shown, status=_status(request))
    try:
        why = form.cleaned_data["why"]
        actions.strike(standing, why, version=version_of(request), by=request.access)
    except UnreadableError as fault:
        form.add_error(None, fault.in_words)
        return render(request, page, shown, status=UNREADABLE)
    except MovedOnError as fault:
        now = {"entry": fault.standing, "facts": _facts(fault.standing), "moved_on": True}
        return render(request, page, {**shown, **now}, status=CONFLICT)
    messages.success(request, _("Struck out. It stays in the history."))
    return redirect("chart", found.pk)


@needs(May.SEE_CHART, to_write=May.MEASURE)
def entry_history(request: Staffed, patient: int, entry: int) -> HttpResponse:
    """Every version of an entry, newest first; by POST one that was struck out is brought back."""
    found = patient_of(request, patient)
    standing = _entry(found, entry)
    if request.method != "POST":
        return _history(request, standing)
    _require_writer(request, standing.part)
    try:
        back = actions.bring_back(standing, version=version_of(request), by=request.access)
    except UnreadableError as fault:
        return _history(request, standing, status=UNREADABLE, fault=fault.in_words)
    except MovedOnError:
        return _history(request, _entry(found, entry), status=CONFLICT, moved_on=True)
    return _done(request, back)


def _history(request: Staffed, entry: Entry, *, status: int = 200, **more: Any) -> HttpResponse:
    versions = [
        {"row": row, "facts": facts_of(row.part, row.told)}
        for row in entry.history.select_related("by", "sent_by").order_by("-version", "-history_id")
    ]
    writable = request.access.may(KEPT[entry.part].written_by)
    shown = {"patient": entry.patient, "entry": entry, "versions": versions, "writable": writable}
    return render(request, "patients/entry_history.html", {**shown, **more}, status=status)


@signed_in
def drug_note(request: HttpRequest) -> HttpResponse:
    """What the drug's page says of a dose, while it is typed. It knows of no patient."""
    dose = request.POST.get("dose_mg", "")
    try:
        amount = float(dose) if dose else None
    except ValueError:
        amount = None
    note = dose_note(request.POST.get("drug", "")[:120], amount)
    return render(request, "patients/parts/drug_note.html", {"note": note})


def _require_writer(request: Staffed, part: str) -> None:
    """The part's own rule of who writes it. Raises Http404."""
    if part not in KEPT or not request.access.may(KEPT[part].written_by):
        raise Http404


def _entry(patient: Patient, number: int) -> Entry:
    """An entry that stands, or stood when the form was opened: a struck one is a conflict."""
    return get_object_or_404(patient.entries.select_related("by", "sent_by"), pk=number)


def _instrument(request: Staffed) -> str:
    asked = request.POST.get("instrument") or request.GET.get("instrument", "")
    return asked if asked in shipped().instruments else ""


def _asked_first(
    request: Staffed, form: EntryForm, entry: Entry, told: Any = None
) -> HttpResponse | None:
    """The editor with what is doubted and not ticked yet; None where all may be saved.

    A sign of danger does not wait for an answer, and whoever settles a conflict was asked before.
    """
    typed = copy(entry)
    typed.told = entry.told if told is None else told
    doubts, ticked = _doubts(request, typed), request.POST.getlist(RIGHT)
    if set(doubts) <= set(ticked):
        return None
    stands = entry if entry.pk else None
    return _editor(request, entry.patient, form, stands, doubts=doubts, ticked=ticked)


def _doubts(request: Staffed, typed: Entry) -> list[str]:
    """What is to be asked of an entry; nothing of one that will be refused anyway."""
    if _choices(request):
        return []
    try:
        actions.require_readable(typed.patient, typed)
        return [] if actions.tells_of_danger(typed) else doubts_of(typed)
    except UnreadableError:
        return []


def _form(request: Staffed, patient: Patient, part: str, entry: Entry | None = None) -> EntryForm:
    """The editor with what was typed: now, or when a session ended; else with what stands."""
    more: dict[str, Any] = {}
    if part == Part.SCALES:
        more["instrument"] = entry.told["instrument"] if entry else _instrument(request)
    if part == Part.TRIALS:
        others = patient.entries.standing().filter(part=part)
        more["others"] = others.exclude(pk=entry.pk) if entry else others
    if part == Part.OVERRIDES:
        more["initial"] = {"by": request.access.user.name}
    if entry:
        more["told"] = entry.told
        more["initial"] = {"substance_use": entry.substance_use}
    typed = request.POST if request.method == "POST" else None
    return form_for(part, typed, **more)


def _of_another_scale(form: EntryForm, kept: Draft) -> bool:
    """Whether a draft was typed into another scale: all of them have one address."""
    asked = form.initial.get("instrument")
    return isinstance(form, ScaleForm) and kept.fields.get("instrument", [asked])[-1] != asked


def _with_draft(request: Staffed, form: EntryForm) -> Draft | None:
    """Puts back what had been typed when a session ended; the draft, where there was one."""
    kept = draft_for(request.access.user, request.path) if request.method == "GET" else None
    if kept is None or _of_another_scale(form, kept):
        return None
    for name in (form.fields.keys() & kept.fields.keys()) - NEVER_PUT_BACK:
        many = isinstance(form.fields[name], forms.MultipleChoiceField)
        form.initial[name] = kept.fields[name] if many else kept.fields[name][-1]
    return kept


def _editor(
    request: Staffed, patient: Patient, form: EntryForm, entry: Entry | None = None, **more: Any
) -> HttpResponse:
    draft, stands = _with_draft(request, form), str(entry.version if entry else 0)
    seen = request.POST.get("version") or (draft.version if draft else "") or stands
    shown = {
        "patient": patient,
        "form": form,
        "entry": entry,
        "part": Part(form.part),
        "version": seen,
        "from_draft": draft,
        "moved_on": seen != stands,
        "item": form.page.safety if isinstance(form, ScaleForm) and form.page else None,
        "note": _note_for(form) if form.part == Part.TRIALS else None,
        **more,
    }
    return render(request, "patients/entry_form.html", shown, status=_status(request))


def _note_for(form: EntryForm) -> Any:
    name, dose = form["drug"].value(), form["dose_mg"].value()
    try:
        return dose_note(str(name or ""), float(dose) if dose not in (None, "") else None)
    except ValueError:
        return dose_note(str(name or ""), None)


def _status(request: Staffed) -> int:
    return UNREADABLE if request.method == "POST" else 200


def _choose_scale(request: Staffed, patient: Patient) -> HttpResponse:
    known = [shipped().instruments[one] for one in sorted(shipped().instruments)]
    shown = {"patient": patient, "instruments": known}
    return render(request, "patients/scale_choose.html", shown)


def _choices(request: Staffed) -> dict[str, str]:
    """For each field in conflict, whose version was chosen: `theirs` or `mine`."""
    asked = ((name, request.POST[name]) for name in request.POST if name.startswith(CHOICE))
    return {name.removeprefix(CHOICE): whose for name, whose in asked}


def _conflict(request: Staffed, form: EntryForm, fault: MovedOnError) -> HttpResponse:
    """Both versions, field by field; nothing of either is lost."""
    shown = {
        "patient": fault.standing.patient,
        "entry": fault.standing,
        "form": form,
        "part": Part(form.part),
        "differences": form.differences(fault.standing.told, fault.mine),
    }
    return render(request, "patients/entry_conflict.html", shown, status=CONFLICT)


def _facts(entry: Entry) -> list[Any]:
    return facts_of(entry.part, entry.told)


def _done(request: Staffed, entry: Entry) -> HttpResponse:
    """Back to the chart; where danger was told, first to what to do about it."""
    forget(request.access.user, request.path)
    if actions.tells_of_danger(entry):
        return redirect("danger", entry.patient_id)
    messages.success(request, _("Saved."))
    if entry.part == Part.BODY:  # a slip of the unit is seen where it is read in both
        read = as_read(entry.told)
        messages.info(request, _("Read as: %(body)s. Is this right?") % {"body": read})
    return redirect("chart", entry.patient_id)
