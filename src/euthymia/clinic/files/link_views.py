"""Links of a patient, for staff: which were made, a new one, one as a printed code."""

from __future__ import annotations

import base64
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from euthymia.clinic.files import links as made_links
from euthymia.clinic.files.forms import LinkForm
from euthymia.clinic.files.import_views import WRONG
from euthymia.clinic.files.sealing import seal, unseal
from euthymia.clinic.patients.found import patient_of
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.roles import May
from euthymia.clinic.work.models import Link
from euthymia.library import shipped

PRINTED = "link_to_print"
"""Where the session keeps the sealed words of the newest link that is to be printed."""


@needs(May.SEE_CHART, to_write=May.MEASURE)
def links(request: Staffed, patient: int) -> HttpResponseBase:
    chart = patient_of(request, patient)
    form = LinkForm(request.POST or None, email=chart.email)
    if form.is_valid():
        return _make(request, chart, form)
    told = {"patient": chart, "form": form, "links": _listed(chart)}
    return render(request, "files/links.html", told, status=WRONG if form.is_bound else 200)


def _make(request: Staffed, patient: Patient, form: LinkForm) -> HttpResponseBase:
    told = form.cleaned_data
    link, words = made_links.make(patient, form.asked, days=told["days"], by=request.access)
    if told["how"] == "send":
        made_links.mail(link, patient, _address(request, words), by=request.access)
        messages.success(request, _("The link is on its way."))
        return redirect("patient_links", patient=patient.pk)
    sealed = base64.b64encode(seal(words, "words", link.pk)).decode()
    request.session[PRINTED] = [link.pk, sealed]
    return redirect("link_print", patient=patient.pk, link=link.pk)


def _address(request: Staffed, words: str) -> str:
    return request.build_absolute_uri(reverse("link", args=[words]))


def _listed(patient: Patient) -> list[dict[str, Any]]:
    """Every link of a patient with what it asks and how it stands, the newest first."""
    found = Link.objects.filter(clinic=patient.clinic, patient=patient.pk).select_related("by")
    return [
        {"link": one, "asks": _asks(one), "open": made_links.is_open(one), "begun": bool(one.saved)}
        for one in found.order_by("-pk")
    ]


def _asks(link: Link) -> str:
    if made_links.asks_intake(link):
        return _("The whole intake")
    return ", ".join(shipped().instruments[name].name for name in made_links.scales_of(link))


@needs(May.SEE_CHART, to_write=May.MEASURE)
def printed(request: Staffed, patient: int, link: int) -> HttpResponseBase:
    """The newest link as a code to print, while this session still knows its words."""
    chart = patient_of(request, patient)
    found = get_object_or_404(Link, pk=link, clinic=chart.clinic, patient=chart.pk)
    number, sealed = request.session.get(PRINTED, [0, ""])
    words = unseal(base64.b64decode(sealed), "words", found.pk) if number == found.pk else None
    if words is None or not made_links.is_open(found):
        messages.info(request, _("This link can no longer be shown; make a new one."))
        return redirect("patient_links", patient=chart.pk)
    address = _address(request, words)
    told = {"patient": chart, "link": found, "address": address, "code": _code(address)}
    return render(request, "files/link_print.html", told)


def _code(address: str) -> SafeString:
    """The address as a QR code: SVG without a style, so that the page's own rules allow it."""
    drawn = segno.make(address, error="m").svg_inline(scale=5, omitsize=True, svgclass="code")
    return mark_safe(drawn)  # noqa: S308 - drawn by the library from an address of ours


@needs(May.SEE_CHART, to_write=May.MEASURE)
@require_POST
def close(request: Staffed, patient: int, link: int) -> HttpResponseBase:
    chart = patient_of(request, patient)
    found = get_object_or_404(Link, pk=link, clinic=chart.clinic, patient=chart.pk)
    made_links.close(found)
    return redirect("patient_links", patient=chart.pk)
