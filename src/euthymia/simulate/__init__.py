"""Synthetic patients with planted truth: who they are, what was tried, what the record holds of it.

from euthymia.simulate import simulate, world

for patient in simulate(100, seed=1):
patient.truth.trd, patient.bundle(), patient.form()
"""

from __future__ import annotations

from euthymia.simulate.cohort import Patient, simulate
from euthymia.simulate.files import Order, Shape, write
from euthymia.simulate.world import World, world

__all__ = ["Order", "Patient", "Shape", "World", "simulate", "world", "write"]
