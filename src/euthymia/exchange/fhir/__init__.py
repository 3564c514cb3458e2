"""FHIR R4 in: bytes of a record set to one record for each patient."""

from __future__ import annotations

from euthymia.exchange.faults import SourceError
from euthymia.exchange.fhir.records import read_fhir
from euthymia.exchange.fhir.terminology import NONE, Terminology, read_terminology

__all__ = ["NONE", "SourceError", "Terminology", "read_fhir", "read_terminology"]
