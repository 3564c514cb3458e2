"""The files of a chart, and taking in a new one: fetch, call, render."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from euthymia.clinic.files import importing
from euthymia.clinic.files.brought import Brought
from euthymia.clinic.files.forms import AttachmentForm, Reason, TakeIn, Upload
from euthymia.clinic.files.importing import NotTakenInError, Taken
from euthymia.clinic.files.models import ImportBatch
from euthymia.clinic.files.persons import Person, contradictions, same_name
from euthymia.clinic.patients.found import patient_of
from euthymia.clinic.patients.models import Document, Patient
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.roles import May
from euthymia.exchange.faults import SourceError

WRONG = 422
"""The status of a form that was not accepted: whatever was begun is undone."""
SHOWN = 50
"""Lines of a long list that a page shows; the rest is counted."""


BY_COMMAND = "map it with --terminology, or "
"""A mend that the reader names for the command line, and that no page here offers."""


@dataclass(frozen=True)
class Shown:
    """One person of a file beside the chart."""

    person: Person
    against: list[str]
    same_name: bool

    @classmethod
    def beside(cls, person: Person, patient: Patient) -> Shown:
        return cls(person, contradictions(person, patient), same_name(person, patient))

    @property
    def skipped(self) -> list[tuple[str, str]]:
        """Each entry that would not be read, and why."""
        found = self.person.record.reading.skipped
        return [(one.resource, one.why.replace(BY_COMMAND, "")) for one in found]


@needs(May.SEE_CHART)
def files(request: Staffed, patient: int) -> HttpResponse:
    return show_files(request, patient_of(request, patient))


def show_files(
    request: Staffed,
    patient: Patient,
    *,
    upload: Upload | None = None,
    attaching: AttachmentForm | None = None,
) -> HttpResponse:
    """The page of a chart's files, with a form that was not accepted where there is one."""
    return render(
        request,
        "files/files.html",
        {
            "patient": patient,
            "documents": patient.documents.defer("content")
            .order_by("-at")
            .prefetch_related("strikes"),
            "attachments": patient.attachments.select_related("by", "sent_by"),
            "waiting": ImportBatch.objects.filter(patient=patient, done=None).order_by("-at"),
            "upload": upload or Upload(),
            "attaching": attaching or AttachmentForm(auto_id="attach_%s"),
        },
        status=WRONG if upload or attaching else 200,
    )


def _documents(patient: Patient) -> Iterable[Document]:
    kept = patient.documents.defer("content").select_related("by")
    return kept.order_by("-at").prefetch_related("strikes")


@needs(May.IMPORT)
@require_POST
def bring_file(request: Staffed, patient: int) -> HttpResponseBase:
    chart = patient_of(request, patient)
    form = Upload(request.POST, request.FILES)
    if not form.is_valid():
        return show_files(request, chart, upload=form)
    batch = importing.bring(form.cleaned_data["file"], chart, by=request.access)
    return redirect("import_preview", patient=chart.pk, batch=batch.pk)


@needs(May.IMPORT, whole=False)
def preview(request: Staffed, patient: int, batch: int) -> HttpResponseBase:
    """What would be read of a waiting file; by POST it is taken in, or put aside."""
    chart = patient_of(request, patient)
    waiting = get_object_or_404(ImportBatch, pk=batch, patient=chart, clinic=request.access.clinic)
    if waiting.done is not None:
        return redirect("files", patient=chart.pk)
    if request.POST.get("do") == "aside":
        importing.put_aside(waiting)
        messages.info(request, _("Nothing of it was taken in."))
        return redirect("files", patient=chart.pk)
    return _look_into(request, chart, waiting)


def _look_into(request: Staffed, patient: Patient, batch: ImportBatch) -> HttpResponseBase:
    told = {"patient": patient, "batch": batch, "shown": SHOWN}
    try:
        brought = importing.looked_into(batch)
    except SourceError as fault:
        return render(request, "files/import_unread.html", {**told, "fault": str(fault)})
    form = _form(request, brought)
    if form.is_bound and form.is_valid():
        try:
            taken = importing.take_in(batch, brought, form.chosen, by=request.access)
        except NotTakenInError as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, _in_words(taken))
            return redirect("files", patient=patient.pk)
    people = [Shown.beside(one, patient) for one in brought.people]
    takeable = any(not one.against for one in people)
    told |= {"brought": brought, "people": people, "form": form, "takeable": takeable}
    return render(
        request, "files/import_preview.html", told, status=WRONG if form.is_bound else 200
    )


def _form(request: Staffed, brought: Brought) -> TakeIn:
    people = [(one.id, one.name or one.id or _("no name")) for one in brought.people]
    told = request.POST if request.method == "POST" else None
    return TakeIn(told, people=people, bad=bool(brought.bad))


def _in_words(taken: Taken) -> str:
    words = [_("Taken in: %(n)s new files.") % {"n": taken.kept}]
    if taken.known:
        words.append(_("%(n)s were in the chart already.") % {"n": taken.known})
    if taken.left_out:
        words.append(_("%(n)s lines were left out.") % {"n": taken.left_out})
    return " ".join(words)


@needs(May.IMPORT)
def strike(request: Staffed, patient: int, document: int) -> HttpResponseBase:
    chart = patient_of(request, patient)
    found = _document(chart, document)
    form = Reason(request.POST or None)
    if form.is_valid():
        importing.strike(found, form.cleaned_data["why"], by=request.access)
        return redirect("files", patient=chart.pk)
    told = {"patient": chart, "name": found.name, "form": form}
    return render(request, "files/strike.html", told, status=WRONG if form.is_bound else 200)


@needs(May.IMPORT)
@require_POST
def back(request: Staffed, patient: int, document: int) -> HttpResponseBase:
    chart = patient_of(request, patient)
    try:
        importing.bring_back(_document(chart, document), by=request.access)
    except NotTakenInError as fault:
        messages.error(request, str(fault))
    return redirect("files", patient=chart.pk)


def _document(patient: Patient, number: int) -> Document:
    found = patient.documents.filter(pk=number).defer("content").first()
    if found is None:
        raise Http404
    return found
