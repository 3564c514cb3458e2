"""Letters and requests to payers, as print HTML and as PDF; each leaves a row of the audit."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy

from euthymia.clinic.assessments.found import assessment_of, shown
from euthymia.clinic.assessments.letters import (
    MovedOnError,
    NobodyLookedError,
    NoConsentError,
    OldError,
    Whom,
    consent_named,
    consents_for,
    holds_substance_use,
    is_old,
    newer_than,
    payers_for,
    request_to,
    require_current,
    require_looked,
)
from euthymia.clinic.assessments.models import Assessment
from euthymia.clinic.assessments.paper import NoPrinterError, as_pdf, pdf_of
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.brake import braked
from euthymia.clinic.people.doorkeeper import needs, tell
from euthymia.clinic.people.roles import May
from euthymia.clinic.rights.models import Consent
from euthymia.exchange.packets.text import counted_words

Context = dict[str, Any]
LOOKED = "looked"
"""Under what name an address says that someone looked through what no rule reads."""


@needs(May.ASSESS)
def letters(request: Staffed, patient: int, assessment: int) -> HttpResponse:
    """For whom a letter may be made."""
    found = assessment_of(request, patient, assessment)
    context = {"patient": found.patient, "assessment": found, "whom": Whom.choices}
    return render(request, "assessments/letters.html", context | _may_leave(found))


def _may_leave(found: Assessment) -> Context:
    """What stands between an assessment and a paper for others: its age, and the consents."""
    guarded = holds_substance_use(found)
    return {
        "old": is_old(found),
        "guarded": guarded,
        "consents": consents_for(found) if guarded else [],
    }


@needs(May.ASSESS)
def letter(request: Staffed, patient: int, assessment: int, whom: str) -> HttpResponse:
    return _letter(request, assessment_of(request, patient, assessment), whom, pdf=False)


@needs(May.ASSESS)
@braked("pdf")
def letter_pdf(request: Staffed, patient: int, assessment: int, whom: str) -> HttpResponse:
    return _letter(request, assessment_of(request, patient, assessment), whom, pdf=True)


def _letter(request: Staffed, found: Assessment, whom: str, *, pdf: bool) -> HttpResponse:
    if whom not in Whom.values:
        raise Http404
    consent = None
    if whom == Whom.REFERRER:
        try:
            consent = _let_out(request, found)
        except (OldError, NoConsentError, NobodyLookedError) as fault:
            return _refused(request, found, fault)
    context = {"whom": whom, "consent": consent, "newer": newer_than(found)}
    address = reverse("letter_pdf", args=[found.patient_id, found.pk, whom])
    return _paper(request, found, ("letter", address + _under(request, consent)), context, pdf=pdf)


def _let_out(request: Staffed, found: Assessment) -> Consent | None:
    """The consent that a paper for others leaves under; None where none is needed.

    Raises:
        OldError, NoConsentError, NobodyLookedError: It stays here, by each for its reason.
    """
    require_current(found)
    consent = consent_named(found, request.GET.get("consent", ""))
    if LOOKED in request.GET:
        tell(request, looked="yes")
    elif consent is None:
        require_looked(found)
    return consent


def _under(request: Staffed, consent: Consent | None) -> str:
    """What the address of the PDF says beside: the consent, or that someone looked."""
    if consent is not None:
        return f"?consent={consent.pk}"
    return f"?{LOOKED}=yes" if LOOKED in request.GET else ""


@needs(May.ASSESS)
def payers(request: Staffed, patient: int, assessment: int) -> HttpResponse:
    """Every payer, with how its criteria stand."""
    found = assessment_of(request, patient, assessment)
    try:
        require_current(found)
        listed = payers_for(found)
    except (OldError, MovedOnError) as fault:
        return _refused(request, found, fault)
    context = {"patient": found.patient, "assessment": found, "payers": listed}
    return render(request, "assessments/requests.html", context | _may_leave(found))


@needs(May.ASSESS)
def payer(request: Staffed, patient: int, assessment: int, payer: str) -> HttpResponse:
    return _request(request, assessment_of(request, patient, assessment), payer, pdf=False)


@needs(May.ASSESS)
@braked("pdf")
def payer_pdf(request: Staffed, patient: int, assessment: int, payer: str) -> HttpResponse:
    return _request(request, assessment_of(request, patient, assessment), payer, pdf=True)


def _request(request: Staffed, found: Assessment, payer: str, *, pdf: bool) -> HttpResponse:
    try:
        consent = _let_out(request, found)
        view = request_to(payer, found)
    except KeyError:
        raise Http404 from None
    except (OldError, NoConsentError, NobodyLookedError, MovedOnError) as fault:
        return _refused(request, found, fault)
    context = {"view": view, "counted": counted_words(view.counted), "consent": consent}
    address = reverse("payer_pdf", args=[found.patient_id, found.pk, payer])
    return _paper(request, found, ("request", address + _under(request, consent)), context, pdf=pdf)


def _paper(
    request: Staffed, found: Assessment, named: tuple[str, str], context: Context, *, pdf: bool
) -> HttpResponse:
    """A paper by its template's name and its own PDF address; print HTML where no PDF is made."""
    name, address = named
    template = f"assessments/{name}.html"
    context |= shown(request, found) | {"clinic": request.access.clinic, "pdf_address": address}
    if not pdf:
        return render(request, template, context)
    try:
        made = pdf_of(render_to_string(template, context | {"for_pdf": True}, request))
    except NoPrinterError as fault:
        return render(request, template, context | {"no_printer": str(fault)})
    return as_pdf(made, f"{name}-{found.pk}")


WHY_NOT = {
    OldError: (
        gettext_lazy(
            "A newer assessment stands, or the chart or the knowledge changed since this one."
        ),
        gettext_lazy("Assess again, then make the paper from that. The copy for the file stays."),
    ),
    NoConsentError: (
        gettext_lazy("The chart holds records of care for substance use (42 CFR Part 2)."),
        gettext_lazy(
            "They leave the clinic only with the patient's written consent for one recipient: "
            "record it first, then choose the consent that this paper goes under."
        ),
    ),
    NobodyLookedError: (
        gettext_lazy(
            "The chart holds notes, other words of one's own, or codes and medicines that nothing "
            "here can read: they may tell of care for substance use (42 CFR Part 2)."
        ),
        gettext_lazy(
            "Look through them, and through your conclusion. Mark an entry that tells of such "
            "care: the paper then asks for the patient's consent."
        ),
    ),
    MovedOnError: (
        gettext_lazy("The knowledge of today answers otherwise than this assessment."),
        gettext_lazy("Assess again, then make the request from that."),
    ),
}
"""Why a paper does not leave, and the mend."""


def _refused(request: Staffed, found: Assessment, fault: Exception) -> HttpResponse:
    why, mend = WHY_NOT[type(fault)]
    context = {"patient": found.patient, "assessment": found, "why": why, "mend": mend}
    context["look"] = LOOKED if isinstance(fault, NobodyLookedError) else ""
    return render(request, "assessments/refused.html", context, status=409)
