"""Attachments: kept, handed out as a download and as nothing else, struck."""

from __future__ import annotations

from django.http import FileResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from euthymia.clinic.files import attaching, store
from euthymia.clinic.files.forms import AttachmentForm, Reason
from euthymia.clinic.files.import_views import WRONG, show_files
from euthymia.clinic.files.kinds import ENDINGS, TEXT
from euthymia.clinic.files.models import Attachment
from euthymia.clinic.patients.found import patient_of
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.quicker import MovedOnError, version_of
from euthymia.clinic.people.roles import May

IN_A_BOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""What a browser may do with an attachment that it opens all the same: nothing."""


@needs(May.IMPORT)
@require_POST
def attach(request: Staffed, patient: int) -> HttpResponseBase:
    chart = patient_of(request, patient)
    form = AttachmentForm(request.POST, request.FILES, auto_id="attach_%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            attaching.attach(
                chart, told["file"], name=told["name"], note=told["note"], by=request.access
            )
        except attaching.RefusedError as fault:
            form.add_error("file", str(fault))
        else:
            return redirect("files", patient=chart.pk)
    return show_files(request, chart, attaching=form)


@needs(May.SEE_CHART)
def download(request: Staffed, patient: int, attachment: int) -> HttpResponseBase:
    found = get_object_or_404(Attachment, pk=attachment, patient=patient_of(request, patient))
    if not store.is_whole(found.stored, found.digest):
        told = {"patient": found.patient, "attachment": found}
        return render(request, "files/attachment_lost.html", told, status=410)
    answer = FileResponse(
        store.opened(found.stored),
        as_attachment=True,
        filename=_named(found),
        content_type=f"{TEXT}; charset=utf-8" if found.kind == TEXT else found.kind,
    )
    answer["Content-Security-Policy"] = IN_A_BOX
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _named(attachment: Attachment) -> str:
    """Its name with the ending of what it is, whatever ending someone wrote."""
    plain = "".join(sign if sign.isalnum() or sign in " -_" else "_" for sign in attachment.name)
    return (plain.strip() or "attachment") + ENDINGS[attachment.kind]


@needs(May.SEE_CHART, to_write=May.IMPORT)
def strike(request: Staffed, patient: int, attachment: int) -> HttpResponseBase:
    chart = patient_of(request, patient)
    found = get_object_or_404(Attachment, pk=attachment, patient=chart)
    form = Reason(request.POST or None)
    if form.is_valid():
        try:
            why, version = form.cleaned_data["why"], version_of(request)
            attaching.strike(found, why, version=version, by=request.access)
        except MovedOnError as moved:
            told = {"patient": chart, "attachment": moved.standing, "why": why}
            return render(request, "files/attachment_moved_on.html", told, status=409)
        return redirect("files", patient=chart.pk)
    told = {"patient": chart, "name": found.name, "version": found.version, "form": form}
    return render(request, "files/strike.html", told, status=WRONG if form.is_bound else 200)
