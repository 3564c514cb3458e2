"""What medicine says: the shape of each kind of entry. Pure; the pages are in the library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from msgspec import Struct

from euthymia.knowledge.answers import Answer, History, LeftOut, Slip, Tally
from euthymia.knowledge.causes import Covariate, Domain, Indicator, Link
from euthymia.knowledge.conditions import FactSource
from euthymia.knowledge.criteria import Criterion
from euthymia.knowledge.drugs import Drug, GeneRow, Inhibitor, NondrugTreatment, Product
from euthymia.knowledge.evidence import Evidence, Review
from euthymia.knowledge.instruments import CodedDanger, CrisisLine, Crosswalk, Instrument
from euthymia.knowledge.rulesets import (
    AdequacyCode,
    OpenQuestion,
    Parameter,
    RecordAlgorithm,
    Staging,
    TrialRule,
    Words,
)
from euthymia.knowledge.therapies import Arm
from euthymia.terms import Code


class Knowledge(Struct, frozen=True, dict=True, eq=False):
    """Everything the engine may know besides the patient. Every mapping is by id."""

    version: str
    evidence: Mapping[str, Evidence] = {}
    reviews: Mapping[str, Review] = {}
    drugs: Mapping[str, Drug] = {}
    nondrug: Mapping[str, NondrugTreatment] = {}
    products: Mapping[str, Product] = {}
    genes: tuple[GeneRow, ...] = ()
    inhibitors: tuple[Inhibitor, ...] = ()
    instruments: Mapping[str, Instrument] = {}
    crosswalks: Mapping[str, Crosswalk] = {}
    rules: Mapping[str, TrialRule] = {}
    stagings: Mapping[str, Staging] = {}
    algorithms: Mapping[str, RecordAlgorithm] = {}
    codes: Mapping[str, AdequacyCode] = {}
    parameters: Mapping[str, Parameter] = {}
    questions: Mapping[str, OpenQuestion] = {}
    words: Mapping[str, Words] = {}
    facts: Mapping[str, FactSource] = {}
    mimics: Mapping[str, Criterion] = {}
    answers: Mapping[str, Answer] = {}
    tallies: Mapping[str, Tally] = {}
    slips: Mapping[str, Slip] = {}
    left_out: Mapping[str, LeftOut] = {}
    histories: Mapping[str, History] = {}
    domains: Mapping[str, Domain] = {}
    indicators: Mapping[str, Indicator] = {}
    covariates: Mapping[str, Covariate] = {}
    links: Mapping[str, Link] = {}
    arms: Mapping[str, Arm] = {}
    dangers: Mapping[str, CodedDanger] = {}
    crisis_lines: Mapping[str, CrisisLine] = {}

    @cached_property
    def diagnosis_prefixes(self) -> Mapping[str, frozenset[str]]:
        """For each ICD-10-CM prefix without its dot, the facts that name it."""
        return _by_prefix(self.facts.values(), "codes")

    @cached_property
    def exempt_prefixes(self) -> Mapping[str, frozenset[str]]:
        """For each ICD-10-CM prefix without its dot, the facts that leave it out."""
        return _by_prefix(self.facts.values(), "unless")

    def facts_carried_by(self, code: Code) -> frozenset[str]:
        """The diagnosis facts that a code makes true."""
        named, exempt = self.diagnosis_prefixes, self.exempt_prefixes
        bare = code.bare
        found: set[str] = set()
        for length in range(1, len(bare) + 1):
            found |= named.get(bare[:length], frozenset())
        for length in range(1, len(bare) + 1):
            found -= exempt.get(bare[:length], frozenset())
        return frozenset(found)

    def number(self, parameter: str) -> float:
        """The value of one parameter. Raises KeyError where no page defines it."""
        return self.parameters[parameter].value


def _by_prefix(facts: Iterable[FactSource], field: str) -> dict[str, frozenset[str]]:
    prefixes: dict[str, set[str]] = {}
    for fact in facts:
        for code in getattr(fact, field):
            if fact.section in ("diagnoses", "derived") and code.system == "icd10cm":
                prefixes.setdefault(code.bare, set()).add(fact.name)
    return {prefix: frozenset(names) for prefix, names in prefixes.items()}


__all__ = ["Knowledge"]
