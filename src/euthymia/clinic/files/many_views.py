"""Bringing in an export of many patients: who is who, then one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from euthymia.clinic.files import importing
from euthymia.clinic.files.brought import Brought
from euthymia.clinic.files.forms import TakeAllIn, Upload
from euthymia.clinic.files.import_views import SHOWN, WRONG
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


@needs(May.IMPORT, whole=False)
def preview(request: Staffed, batch: int) -> HttpResponseBase:
    """Who is in a waiting export; by POST it is taken in, or what is left of it put aside."""
    waiting = get_object_or_404(ImportBatch, pk=batch, patient=None, clinic=request.access.clinic)
    if waiting.done is not None:
        return redirect("import_export")
    if request.POST.get("do") == "aside":
        importing.put_aside(waiting)
        messages.info(request, _("Nothing more of it was taken in."))
        return redirect("import_export")
    return _look_into(request, waiting)


def _look_into(request: Staffed, batch: ImportBatch) -> HttpResponseBase:
    try:
        brought = importing.looked_into(batch)
        seats = seats_of(batch, brought, request.access)
    except SourceError as fault:
        return render(request, "files/export_unread.html", {"batch": batch, "fault": str(fault)})
    form = TakeAllIn(
        request.POST if request.method == "POST" else None, seats=seats, bad=bool(brought.bad)
    )
    if form.is_bound and form.is_valid():
        return _taken_in(request, batch, brought, form)
    return _page(request, batch, brought, form)


def _taken_in(
    request: Staffed, batch: ImportBatch, brought: Brought, form: TakeAllIn
) -> HttpResponseBase:
    """How many of how many are in; and the page again for those who were refused."""
    refused = take_all_in(batch, brought, form.chosen, by=request.access)
    batch.refresh_from_db()
    words = _("%(people)s of %(all)s people are in.")
    messages.success(request, words % {"people": len(batch.seated), "all": form.count})
    if not refused:
        return redirect("patients")
    seats = seats_of(batch, brought, request.access)
    form = TakeAllIn(None, seats=seats, bad=bool(brought.bad))
    rows = [(number + 1, why) for number, why in refused.items()]
    return _page(request, batch, brought, form, rows)


def _page(
    request: Staffed,
    batch: ImportBatch,
    brought: Brought,
    form: TakeAllIn,
    refused: Sequence[tuple[int, str]] = (),
) -> HttpResponseBase:
    told = {
        "batch": batch,
        "brought": brought,
        "form": form,
        "refused": refused,
        "seats": form.rows(),
        "shown": SHOWN,
    }
    status = WRONG if request.method == "POST" else 200
    return render(request, "files/export_preview.html", told, status=status)
