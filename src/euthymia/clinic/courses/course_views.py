"""Courses of a patient: begin, order, plan, end."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from euthymia.clinic.courses import actions
from euthymia.clinic.courses.desk_forms import CourseForm, EndForm, OrderForm, PlanForm
from euthymia.clinic.courses.faults import CourseError
from euthymia.clinic.courses.found import course_of, may_treat
from euthymia.clinic.courses.planning import plan_sessions
from euthymia.clinic.patients.found import patient_of
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.roles import May

UNREADABLE = 422


@needs(May.TREAT, to_write=May.WRITE_CHART)
def courses(request: Staffed, patient: int) -> HttpResponse:
    """Every course of a patient that the visitor treats; posting begins one."""
    who = patient_of(request, patient)
    form = CourseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = actions.begin_course(
                who,
                told["therapy"],
                planned=told["planned"],
                payer=told["payer"],
                by=request.access,
            )
            return redirect("course", patient, made.pk)
        except CourseError as fault:
            form.add_error(None, fault.why)
    found = [one for one in who.courses.all() if may_treat(request.access, one.therapy)]
    shown = {"patient": who, "courses": found, "form": form}
    return render(request, "courses/courses.html", shown, status=UNREADABLE if form.errors else 200)


@needs(May.TREAT)
def course(request: Staffed, patient: int, course: int) -> HttpResponse:
    found = course_of(request, patient, course)
    shown = {
        "patient": found.patient,
        "course": found,
        "order": found.order,
        "sessions": found.sessions.select_related("room"),
        "now": timezone.now(),
    }
    return render(request, "courses/course.html", shown)


@needs(May.SIGN)
def order(request: Staffed, patient: int, course: int) -> HttpResponse:
    """Signs what is given in the sessions to come."""
    found = course_of(request, patient, course)
    form = OrderForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.order(found, form.told(), form.cleaned_data.get("why", ""), by=request.access)
            return redirect("course", patient, course)
        except CourseError as fault:
            form.add_error(None, fault.why)
    shown = {"patient": found.patient, "course": found, "form": form}
    return render(request, "courses/order.html", shown, status=UNREADABLE if form.errors else 200)


@needs(May.TREAT)
def plan(request: Staffed, patient: int, course: int) -> HttpResponse:
    """Puts sessions into the book."""
    found = course_of(request, patient, course)
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        days = {int(one) for one in told["days"]}
        try:
            plan_sessions(found, told["first"], told["clock"], days, told["count"])
            return redirect("course", patient, course)
        except CourseError as fault:
            form.add_error(None, fault.why)
    shown = {"patient": found.patient, "course": found, "form": form}
    return render(request, "courses/plan.html", shown, status=UNREADABLE if form.errors else 200)


@needs(May.SIGN)
def end(request: Staffed, patient: int, course: int) -> HttpResponse:
    found = course_of(request, patient, course)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_course(found, form.cleaned_data["why"], by=request.access)
            return redirect("course", patient, course)
        except CourseError as fault:
            form.add_error(None, fault.why)
    shown = {"patient": found.patient, "course": found, "form": form}
    return render(request, "courses/end.html", shown, status=UNREADABLE if form.errors else 200)
