"""Staff pages of the door: what the owner says of costs, and languages that the director signs."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from euthymia.clinic.door.desk_forms import PricesForm
from euthymia.clinic.door.languages import languages_to_sign, sign, take_back
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.roles import May


@needs(May.MANAGE_CLINIC)
def prices(request: Staffed) -> HttpResponse:
    form = PricesForm(request.access.clinic, request.POST or None)
    if form.is_valid():
        form.save()
        return redirect("prices")
    status = 422 if form.errors else 200
    return render(request, "door/desk_prices.html", {"form": form}, status=status)


@needs(May.ADOPT)
def languages(request: Staffed) -> HttpResponse:
    """Languages of the public pages; by POST one is signed, or its signature taken back."""
    offered = languages_to_sign(request.access.clinic)
    if request.method != "POST":
        return render(request, "door/desk_languages.html", {"languages": offered})
    code = request.POST.get("language", "")
    if code not in {one.code for one in offered}:
        raise Http404
    if request.POST.get("sign") == "no":
        take_back(code, by=request.access)
    else:
        sign(code, by=request.access)
    return redirect("languages")
