"""The ledger of a clinic: what should be in the cupboard, every row, a count, a copy."""

from __future__ import annotations

import csv
from collections.abc import Callable

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.brake import braked
from euthymia.clinic.people.doorkeeper import needs, tell
from euthymia.clinic.people.roles import May
from euthymia.clinic.people.second import SecondPersonForm, in_one_piece, key_in
from euthymia.clinic.stock import actions
from euthymia.clinic.stock.account import counted_today, uneven
from euthymia.clinic.stock.actions import Signed, StockError
from euthymia.clinic.stock.forms import AdjustForm, CountForm, ReceiveForm, RemoveForm, StrikeForm
from euthymia.clinic.stock.models import Lot, StockRow
from euthymia.clinic.stock.sheet import COLUMNS, cells

UNREADABLE = 422
ROWS_OF_A_PAGE = 50


@needs(May.GIVE_DRUGS)
def ledger(request: Staffed) -> HttpResponse:
    """What should be there by lot, and the rows, the newest first."""
    rows = _rows(request).order_by("-pk")
    told = {
        "lots": _lots(request),
        "page": Paginator(rows, ROWS_OF_A_PAGE).get_page(request.GET.get("page")),
        "uneven": uneven(request.access.clinic),
        "counted": counted_today(request.access.clinic),
    }
    return render(request, "stock/ledger.html", told)


def _rows(request: Staffed) -> QuerySet[StockRow]:
    rows = StockRow.objects.filter(lot__clinic=request.access.clinic)
    return rows.select_related("lot", "by", "second", "session__patient", "struck_by", "strikes")


def _lots(request: Staffed) -> list[Lot]:
    """Lots of which something should be there, or could turn up."""
    found = Lot.objects.filter(clinic=request.access.clinic)
    return [one for one in found if one.balance or not one.is_expired]


@needs(May.GIVE_DRUGS)
@braked("copy")
def sheet(request: Staffed) -> HttpResponse:
    """Every row as CSV, for whoever inspects."""
    day = timezone.localdate().isoformat()
    head = {"Content-Disposition": f'attachment; filename="ledger-{day}.csv"'}
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers=head)
    lines = csv.writer(response)
    lines.writerow(COLUMNS)
    lines.writerows(cells(one) for one in _rows(request))
    return response


@needs(May.GIVE_DRUGS)
def receive(request: Staffed) -> HttpResponse:
    form = ReceiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data["containers"]
        actions.receive(request.access.clinic, form.told(), found, by=request.access)
        return redirect("ledger")
    shown = {"form": form, "title": _("Take in"), "button": _("Take in")}
    return render(request, "stock/write.html", shown, status=UNREADABLE if form.errors else 200)


@needs(May.GIVE_DRUGS)
def count(request: Staffed) -> HttpResponse:
    """Counts the cupboard; what the ledger says is shown once it is counted."""
    form = CountForm(_lots(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        rows = actions.count(form.found(), by=request.access)
        return render(request, "stock/counted.html", {"rows": rows})
    shown = {"form": form, "title": _("Count"), "button": _("These lie there")}
    return render(request, "stock/write.html", shown, status=UNREADABLE if form.errors else 200)


# ---------------------------------------------------------------- what two people sign


@needs(May.GIVE_DRUGS, whole=False)
def remove(request: Staffed, lot: int) -> HttpResponse:
    found = get_object_or_404(Lot, pk=lot, clinic=request.access.clinic)
    form = RemoveForm(request, request.POST or None)

    def act(signed: Signed) -> None:
        told = form.cleaned_data
        actions.remove(found, told["containers"], told["why"], signed=signed)

    return _by_two(request, form, act, title=_("Take out of the cupboard"), lot=found)


@needs(May.ADOPT, whole=False)
def adjust(request: Staffed, lot: int) -> HttpResponse:
    """Sets a balance right, by the director."""
    found = get_object_or_404(Lot, pk=lot, clinic=request.access.clinic)
    form = AdjustForm(request, request.POST or None)

    def act(signed: Signed) -> None:
        told = form.cleaned_data
        actions.adjust(found, told["containers"], told["why"], signed=signed)

    return _by_two(request, form, act, title=_("Set the balance right"), lot=found)


@needs(May.GIVE_DRUGS, whole=False)
def strike(request: Staffed, stockrow: int) -> HttpResponse:
    row = get_object_or_404(_rows(request), pk=stockrow)
    form = StrikeForm(request, request.POST or None)

    def act(signed: Signed) -> None:
        actions.strike(row, form.cleaned_data["why"], signed=signed)

    return _by_two(request, form, act, title=_("Strike out a row"), lot=row.lot, row=row)


def _by_two(
    request: Staffed,
    form: SecondPersonForm,
    act: Callable[[Signed], None],
    **shown: object,
) -> HttpResponse:
    if StockRow.objects.filter(key=key_in(request)).exists():
        return redirect("ledger")
    if request.method == "POST" and form.is_valid() and signed_by_two(request, form, act):
        return redirect("ledger")
    told = {"form": form, "button": _("Sign, both"), **shown}
    return render(request, "stock/write.html", told, status=UNREADABLE if form.errors else 200)


def signed_by_two(request: Staffed, form: SecondPersonForm, act: Callable[[Signed], None]) -> bool:
    """Does it, with its row of the audit, or says in the form why it cannot be."""
    tell(request, second=str(form.second.pk if form.second else ""))
    signed = Signed(request.access, form.second, form.cleaned_data["key"])
    numbers = request.resolver_match.kwargs if request.resolver_match else {}
    try:
        with in_one_piece(request, **numbers):
            act(signed)
    except StockError as fault:
        form.add_error(None, fault.why)
        return False
    return True
