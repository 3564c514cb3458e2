"""The parts of a chart: those of the intake form (contracts/intake.md), one word for each.

A chart keeps each entry in the shape of the public form. So whatever may be said to `assess` may be
kept in a chart, and nothing else can; and what is kept is checked by the reader of the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.people.roles import May


class Part(models.TextChoices):
    """A part of the chart. Those in `SINGLE` are told once and changed; the others are lists."""

    DIAGNOSES = "diagnoses", _("Diagnoses")
    EPISODE = "episode", _("Episode")
    TRIALS = "trials", _("Antidepressants tried")
    FAILED = "antidepressants_failed", _("How many antidepressants failed, by your own count")
    NONDRUG = "nondrug_trials", _("Other treatments tried")
    MEDICATIONS = "medications", _("Medicines taken now")
    SCALES = "scales", _("Scales")
    LABS = "labs", _("Laboratory")
    VITALS = "vitals", _("Vital signs")
    BODY = "body", _("Weight and height")
    IMPLANTS = "implants", _("Implants and devices")
    SEIZURES = "seizures", _("Seizures")
    TASS = "screening.tass", _("TMS safety screen")
    KETAMINE_SCREEN = "screening.ketamine", _("Ketamine safety screen")
    TODAY = "screening.today", _("Today")
    GENES = "genes", _("Genes")
    CONTEXT = "context", _("Life and contributors")
    TMS = "tms", _("TMS order and head measures")
    KETAMINE_IV = "ketamine_iv", _("Ketamine order")
    ESKETAMINE = "esketamine", _("Esketamine order")
    PREFERENCES = "preferences", _("What matters to the patient")
    COMPLETE = "complete", _("Sections known to be complete")
    OVERRIDES = "overrides", _("Overrides")


@dataclass(frozen=True)
class Kept:
    """How a part is kept: whether once, and who may write it."""

    single: bool
    written_by: May


def _list(may: May) -> Kept:
    return Kept(single=False, written_by=may)


def _single(may: May) -> Kept:
    return Kept(single=True, written_by=may)


KEPT: Mapping[str, Kept] = {
    Part.DIAGNOSES: _list(May.WRITE_CHART),
    Part.EPISODE: _single(May.WRITE_CHART),
    Part.TRIALS: _list(May.WRITE_CHART),
    Part.FAILED: _single(May.WRITE_CHART),
    Part.NONDRUG: _list(May.WRITE_CHART),
    Part.MEDICATIONS: _list(May.WRITE_CHART),
    Part.SCALES: _list(May.MEASURE),
    Part.LABS: _list(May.MEASURE),
    Part.VITALS: _list(May.MEASURE),
    Part.BODY: _single(May.MEASURE),
    Part.IMPLANTS: _list(May.MEASURE),
    Part.SEIZURES: _list(May.MEASURE),
    Part.TASS: _single(May.MEASURE),
    Part.KETAMINE_SCREEN: _single(May.MEASURE),
    Part.TODAY: _single(May.MEASURE),
    Part.GENES: _single(May.WRITE_CHART),
    Part.CONTEXT: _single(May.WRITE_CHART),
    Part.TMS: _single(May.MEASURE),
    Part.KETAMINE_IV: _single(May.WRITE_CHART),
    Part.ESKETAMINE: _single(May.WRITE_CHART),
    Part.PREFERENCES: _single(May.WRITE_CHART),
    Part.COMPLETE: _single(May.WRITE_CHART),
    Part.OVERRIDES: _list(May.SIGN),
}
SINGLE = frozenset(part for part, kept in KEPT.items() if kept.single)
