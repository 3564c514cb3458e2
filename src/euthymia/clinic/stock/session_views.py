"""What was drawn for one session, given and wasted: filled in at the chair."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from euthymia.clinic.courses.found import session_of
from euthymia.clinic.courses.judging import judged
from euthymia.clinic.courses.models import Session, Therapy
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.roles import May
from euthymia.clinic.people.second import key_in
from euthymia.clinic.stock import actions
from euthymia.clinic.stock.account import account_of
from euthymia.clinic.stock.actions import Signed, StockError
from euthymia.clinic.stock.forms import DrawForm, GiveForm, WasteForm
from euthymia.clinic.stock.models import DRUG_OF, Lot, StockRow
from euthymia.clinic.stock.views import signed_by_two

UNREADABLE = 422


def _session(request: Staffed, patient: int, session: int) -> Session:
    """Raises Http404 where nothing that it is given with lies under lock."""
    found = session_of(request, patient, session)
    if Therapy(found.course.therapy) not in DRUG_OF:
        raise Http404
    return found


@needs(May.GIVE_DRUGS)
def stock(request: Staffed, patient: int, session: int) -> HttpResponse:
    return _shown(request, _session(request, patient, session))


@needs(May.GIVE_DRUGS)
def drawn(request: Staffed, patient: int, session: int) -> HttpResponse:
    found = _session(request, patient, session)
    form = DrawForm(_to_draw_from(found), request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.draw(found, told["lot"], told["containers"], by=request.access)
        except StockError as fault:
            form.add_error(None, fault.why)
    return _answered(request, found, form)


@needs(May.GIVE_DRUGS)
def given(request: Staffed, patient: int, session: int) -> HttpResponse:
    found = _session(request, patient, session)
    form = GiveForm(_drawn(found), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give(
                found, form.cleaned_data["lot"], form.cleaned_data["mg"], by=request.access
            )
        except StockError as fault:
            form.add_error(None, fault.why)
    return _answered(request, found, form)


@needs(May.GIVE_DRUGS, whole=False)
def wasted(request: Staffed, patient: int, session: int) -> HttpResponse:
    """Wasted before a second person's eyes, who signs it too."""
    found = _session(request, patient, session)
    if found.stock_rows.filter(key=key_in(request)).exists():
        return redirect("session_stock", patient, session)
    form = WasteForm(request, _drawn(found), request.POST or None)

    def act(signed: Signed) -> None:
        actions.waste(found, form.cleaned_data["lot"], form.cleaned_data["mg"], signed=signed)

    if request.method == "POST" and form.is_valid():
        signed_by_two(request, form, act)
    return _answered(request, found, form)


def _answered(request: Staffed, found: Session, form: forms.Form) -> HttpResponse:
    if request.method == "POST" and form.errors:
        return _shown(request, found, form)
    return redirect("session_stock", found.patient_id, found.pk)


def _shown(request: Staffed, found: Session, wrong: forms.Form | None = None) -> HttpResponse:
    lots = _drawn(found)
    known = judged(found, timezone.now())
    fresh: dict[str, forms.Form] = {
        "drawn": DrawForm(_to_draw_from(found)),
        "given": GiveForm(lots, initial=_as_charted(known.answer.delivered_mg if known else None)),
        "wasted": WasteForm(request, lots),
    }
    told = {
        "patient": found.patient,
        "session": found,
        "account": account_of(found),
        "rows": found.stock_rows.select_related("lot", "by", "second", "struck_by"),
        "forms": {name: _same(wrong, one) for name, one in fresh.items()},
    }
    return render(request, "stock/session.html", told, status=UNREADABLE if wrong else 200)


def _as_charted(mg: float | None) -> dict[str, Any]:
    """What the pump gave by what was charted, put before whoever says what was given."""
    return {} if not mg else {"mg": f"{mg:.2f}"}


def _same(wrong: forms.Form | None, fresh: forms.Form) -> forms.Form:
    return wrong if wrong is not None and type(wrong) is type(fresh) else fresh


def _to_draw_from(session: Session) -> list[Lot]:
    """Lots of what is ordered that hold something and have not expired, the oldest first."""
    drug = DRUG_OF[Therapy(session.course.therapy)]
    found = Lot.objects.filter(clinic=session.patient.clinic_id, drug=drug)
    return [one for one in found if one.balance and not one.is_expired]


def _drawn(session: Session) -> list[Lot]:
    """Lots of which something was opened for this session."""
    rows = session.stock_rows.filter(kind=StockRow.Kind.DRAWN, struck_by=None)
    return list(Lot.objects.filter(pk__in=rows.values("lot")))
