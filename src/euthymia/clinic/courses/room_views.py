"""The rooms of a clinic and the devices in them, kept by the owner."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from euthymia.clinic.courses import actions
from euthymia.clinic.courses.desk_forms import DeviceForm, RoomForm
from euthymia.clinic.courses.models import Device, Room
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.roles import May


@needs(May.MANAGE_CLINIC)
def rooms(request: Staffed) -> HttpResponse:
    """Every room; posting adds one."""
    form = RoomForm(request.access.clinic, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("rooms")
    shown = {"form": form, "rooms": Room.objects.filter(clinic=request.access.clinic)}
    return render(request, "courses/rooms.html", shown, status=422 if form.errors else 200)


@needs(May.MANAGE_CLINIC)
def devices(request: Staffed) -> HttpResponse:
    """Every device that may post; posting makes a key for one, shown this once."""
    clinic, key = request.access.clinic, ""
    form = DeviceForm(clinic, request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        key = actions.make_device(told["room"], told["name"], by=request.access)
        form = DeviceForm(clinic)
    found = Device.objects.filter(clinic=clinic).select_related("room", "made_by")
    shown = {"form": form, "devices": found, "key": key}
    return render(request, "courses/devices.html", shown, status=422 if form.errors else 200)


@needs(May.MANAGE_CLINIC)
def end_device(request: Staffed, device: int) -> HttpResponse:
    """Takes a key back, at once."""
    found = get_object_or_404(Device, pk=device, clinic=request.access.clinic)
    if request.method == "POST":
        actions.end_device(found)
    return redirect("devices")
