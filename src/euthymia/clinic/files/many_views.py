"""Bringing in an export of many patients: who is who, then all at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from euthymia.clinic.files import importing
from euthymia.clinic.files.forms import TakeAllIn, Upload
from euthymia.clinic.files.import_views import SHOWN, WRONG
from euthymia.clinic.files.importing import NotTakenInError
from euthymia.clinic.files.many import seats_of, take_all_in
from euthymia.clinic.files.models import ImportBatch
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.roles import May
from euthymia.exchange.faults import SourceError


@needs(May.IMPORT)
def bring_export(request: Staffed) -> HttpResponseBase:
    form = Upload(request.POST, request.FILES) if request.method == "POST" else Upload()
    if form.is_bound and form.is_valid():
        batch = importing.bring(form.cleaned_data["file"], None, by=request.access)
        return redirect("export_preview", batch=batch.pk)
    waiting = ImportBatch.objects.filter(clinic=request.access.clinic, patient=None, done=None)
    told = {"form": form, "waiting": waiting.order_by("-at")}
    return render(request, "files/import_export.html", told, status=WRONG if form.is_bound else 200)


@needs(May.IMPORT)
def preview(request: Staffed, batch: int) -> HttpResponseBase:
    """Who is in a waiting export; by POST it is taken in, or put aside."""
    waiting = get_object_or_404(ImportBatch, pk=batch, patient=None, clinic=request.access.clinic)
    if waiting.done is not None:
        return redirect("import_export")
    if request.POST.get("do") == "aside":
        importing.put_aside(waiting)
        messages.info(request, _("Nothing of it was taken in."))
        return redirect("import_export")
    return _look_into(request, waiting)


def _look_into(request: Staffed, batch: ImportBatch) -> HttpResponseBase:
    told = {"batch": batch, "shown": SHOWN}
    try:
        brought = importing.looked_into(batch)
        seats = seats_of(brought, request.access)
    except SourceError as fault:
        return render(request, "files/export_unread.html", {**told, "fault": str(fault)})
    form = TakeAllIn(
        request.POST if request.method == "POST" else None, seats=seats, bad=bool(brought.bad)
    )
    if form.is_bound and form.is_valid():
        try:
            taken = take_all_in(batch, form.chosen, by=request.access)
        except NotTakenInError as fault:
            form.add_error(None, str(fault))
        else:
            words = _("Taken in: %(n)s files of %(people)s patients.")
            messages.success(request, words % {"n": taken.kept, "people": form.count})
            return redirect("patients")
    told |= {"brought": brought, "seats": form.rows(), "form": form}
    return render(
        request, "files/export_preview.html", told, status=WRONG if form.is_bound else 200
    )
