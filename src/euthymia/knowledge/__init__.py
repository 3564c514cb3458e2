"""What medicine says: the shape of each kind of entry. Pure; the pages are in the library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from msgspec import Struct

from euthymia.knowledge.answers import Answer, History, LeftOut, Slip, Tally
from euthymia.knowledge.causes import Covariate, Domain, Indicator, Link
from euthymia.knowledge.coded_conditions import CodedCondition
from euthymia.knowledge.conditions import FactSource
from euthymia.knowledge.course import CourseState, RelapseRule, Reliability, TherapyCourse
from euthymia.knowledge.criteria import Criterion
from euthymia.knowledge.drugs import Drug, GeneRow, Inhibitor, NondrugTreatment, Product
from euthymia.knowledge.evidence import Evidence, Review
from euthymia.knowledge.instruments import CodedDanger, CrisisLine, Crosswalk, Instrument
from euthymia.knowledge.kinetics import KineticModel, NasalModel, ShownBand
from euthymia.knowledge.payers import Packet, Payer
from euthymia.knowledge.rulesets import (
    AdequacyCode,
    OpenQuestion,
    Parameter,
    RecordAlgorithm,
    Staging,
    TrialRule,
    Words,
)
from euthymia.knowledge.sessions import (
    MonitoringForm,
    PayerExclusion,
    ReadingsDue,
    SessionRule,
)
from euthymia.knowledge.targeting import (
    CoilShape,
    CorticalTarget,
    DistanceRule,
    PlacementNote,
    SphereHead,
    Targeting,
    ThresholdMethod,
    ThresholdNote,
)
from euthymia.knowledge.therapies import Arm, Protocol, Therapy
from euthymia.knowledge.train_safety import TrainTable
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
    conditions: Mapping[str, CodedCondition] = {}
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
    therapies: Mapping[str, Therapy] = {}
    protocols: Mapping[str, Protocol] = {}
    payers: Mapping[str, Payer] = {}
    packets: Mapping[str, Packet] = {}
    train_tables: Mapping[str, TrainTable] = {}
    course_states: Mapping[str, CourseState] = {}
    reliabilities: Mapping[str, Reliability] = {}
    relapse_rules: Mapping[str, RelapseRule] = {}
    therapy_courses: Mapping[str, TherapyCourse] = {}
    kinetics: Mapping[str, KineticModel] = {}
    nasal_kinetics: Mapping[str, NasalModel] = {}
    shown_bands: Mapping[str, ShownBand] = {}
    session_rules: Mapping[str, SessionRule] = {}
    session_dues: Mapping[str, ReadingsDue] = {}
    session_payers: Mapping[str, PayerExclusion] = {}
    session_forms: Mapping[str, MonitoringForm] = {}
    dangers: Mapping[str, CodedDanger] = {}
    crisis_lines: Mapping[str, CrisisLine] = {}
    targetings: Mapping[str, Targeting] = {}
    distance_rules: Mapping[str, DistanceRule] = {}
    mni_targets: Mapping[str, CorticalTarget] = {}
    placements: Mapping[str, PlacementNote] = {}
    threshold_methods: Mapping[str, ThresholdMethod] = {}
    threshold_notes: Mapping[str, ThresholdNote] = {}
    coils: Mapping[str, CoilShape] = {}
    sphere_heads: Mapping[str, SphereHead] = {}

    @cached_property
    def diagnosis_prefixes(self) -> Mapping[str, frozenset[str]]:
        """For each ICD-10-CM prefix without its dot, the facts that name it."""
        return _by_prefix(self.facts.values(), "codes")

    @cached_property
    def exempt_prefixes(self) -> Mapping[str, frozenset[str]]:
        """For each ICD-10-CM prefix without its dot, the facts that leave it out."""
        return _by_prefix(self.facts.values(), "unless")

    @cached_property
    def facts_by_section(self) -> Mapping[str, Mapping[str, FactSource]]:
        """The facts that are read from one place, such as implants, by name."""
        found: dict[str, dict[str, FactSource]] = {}
        for name, source in self.facts.items():
            found.setdefault(source.section, {})[name] = source
        return found

    @cached_property
    def medicines_read(self) -> frozenset[str]:
        """Every medicine that some page knows, or knows to be of no class that is looked for."""
        sought = {drug for fact in self.facts.values() for drug in fact.drugs}
        inhibitors = {one.drug for one in self.inhibitors}
        others = self.words["other_medicines"].words if "other_medicines" in self.words else ()
        return frozenset({*self.drugs, *sought, *inhibitors, *others})

    @cached_property
    def facts_contradicted(self) -> Mapping[str, FactSource]:
        """The facts that another one can speak against."""
        return {name: one for name, one in self.facts.items() if one.contradicted_by is not None}

    @cached_property
    def denials(self) -> tuple[FactSource, ...]:
        """The facts that tell of a device that it is not there."""
        return tuple(one for one in self.facts.values() if one.denials)

    @cached_property
    def medicines(self) -> frozenset[str]:
        """Every medicine that some page looks for."""
        looked_for = {drug for fact in self.facts.values() for drug in fact.drugs}
        return frozenset({*looked_for, *self.drugs, *(one.drug for one in self.inhibitors)})

    def arms_of(self, option: str) -> tuple[Arm, ...]:
        """What studies saw of an option, in the order of the pages."""
        return tuple(one for one in self.arms.values() if one.option == option)

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
            if fact.section in ("diagnoses", "derived", "answers") and code.system == "icd10cm":
                prefixes.setdefault(code.bare, set()).add(fact.name)
    return {prefix: frozenset(names) for prefix, names in prefixes.items()}


__all__ = ["Knowledge"]
