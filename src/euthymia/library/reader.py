"""Reads TOML pages into Knowledge, and refuses pages that do not hold together."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from euthymia.knowledge import Knowledge
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
from euthymia.library.faults import KnowledgeError, mend
from euthymia.library.named_conditions import refuse_codes_listed_twice, with_codes
from euthymia.library.phrases import condition
from euthymia.library.shared_criteria import with_shared_criteria
from euthymia.terms import Code

Table = dict[str, Any]
Shape = TypeVar("Shape", bound=msgspec.Struct)
Result = TypeVar("Result")

NAMED: Mapping[str, tuple[str, type[msgspec.Struct]]] = {
    "drug": ("drugs", Drug),
    "nondrug": ("nondrug", NondrugTreatment),
    "instrument": ("instruments", Instrument),
    "crosswalk": ("crosswalks", Crosswalk),
    "rule": ("rules", TrialRule),
    "staging": ("stagings", Staging),
    "algorithm": ("algorithms", RecordAlgorithm),
    "code": ("codes", AdequacyCode),
    "parameter": ("parameters", Parameter),
    "question": ("questions", OpenQuestion),
    "words": ("words", Words),
    "mimic": ("mimics", Criterion),
    "answer": ("answers", Answer),
    "tally": ("tallies", Tally),
    "slip": ("slips", Slip),
    "left_out": ("left_out", LeftOut),
    "history": ("histories", History),
    "domain": ("domains", Domain),
    "indicator": ("indicators", Indicator),
    "covariate": ("covariates", Covariate),
    "link": ("links", Link),
    "arm": ("arms", Arm),
    "therapy": ("therapies", Therapy),
    "protocol": ("protocols", Protocol),
    "payer": ("payers", Payer),
    "packet": ("packets", Packet),
    "train_table": ("train_tables", TrainTable),
    "course_state": ("course_states", CourseState),
    "reliability": ("reliabilities", Reliability),
    "relapse_rule": ("relapse_rules", RelapseRule),
    "therapy_course": ("therapy_courses", TherapyCourse),
    "kinetic": ("kinetics", KineticModel),
    "nasal_kinetic": ("nasal_kinetics", NasalModel),
    "shown_band": ("shown_bands", ShownBand),
    "session_rule": ("session_rules", SessionRule),
    "session_due": ("session_dues", ReadingsDue),
    "session_payer": ("session_payers", PayerExclusion),
    "session_form": ("session_forms", MonitoringForm),
    "danger": ("dangers", CodedDanger),
    "crisis_line": ("crisis_lines", CrisisLine),
    "targeting": ("targetings", Targeting),
    "distance_rule": ("distance_rules", DistanceRule),
    "mni_target": ("mni_targets", CorticalTarget),
    "placement": ("placements", PlacementNote),
    "threshold_method": ("threshold_methods", ThresholdMethod),
    "threshold_note": ("threshold_notes", ThresholdNote),
    "coil": ("coils", CoilShape),
    "sphere_head": ("sphere_heads", SphereHead),
}
"""Tables whose entries have an id: where they go in Knowledge, and their shape."""

LISTED: Mapping[str, tuple[str, type[msgspec.Struct]]] = {
    "gene": ("genes", GeneRow),
    "inhibitor": ("inhibitors", Inhibitor),
}
"""Tables whose entries are rows without an id."""

OTHERS = {"review", "evidence", "condition", "fact", "products"}
CODED: tuple[type[msgspec.Struct], ...] = (FactSource, CodedDanger)
"""Shapes that take their codes from the conditions they name."""
KEY_NAME = {"fact": "name", "crisis_line": "country"}
CODE_LISTS = {"codes", "unless", "panel_codes", "item_codes"}


def read(folder: Path, version: str) -> Knowledge:
    """Read every page of `folder`. Raises KnowledgeError: file, entry, fault and mend."""
    return _Shelf({name: _page(name, path) for name, path in _pages(folder).items()}).knowledge(
        version
    )


def _pages(folder: Path) -> dict[str, Path]:
    """The pages by their path within the folder, as every fault names them."""
    pages = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*.toml"))}
    if not pages:
        raise KnowledgeError(f"{folder}: holds no .toml page; name the folder of the pages")
    return pages


def _page(name: str, path: Path) -> Table:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise KnowledgeError(f"{name}: not a TOML page; {_syntax(fault)}") from None


def _syntax(fault: Exception) -> str:
    """The fault with its line, and the mend of a file in another encoding."""
    if isinstance(fault, UnicodeDecodeError):
        return f"byte {fault.start} is not UTF-8; save the page as UTF-8"
    said = str(fault)
    return f"{said[0].lower()}{said[1:]}"


class _Shelf:
    """All pages together, so that one page may cite what another defines."""

    def __init__(self, pages: Mapping[str, Table]) -> None:
        self.pages = pages
        self.evidence: Mapping[str, Evidence] = {}
        self.conditions: Mapping[str, CodedCondition] = {}
        self.cited: set[str] = set()
        self._refuse_unknown_tables()
        self.evidence = self._named("evidence", Evidence)
        self.conditions = self._named("condition", CodedCondition)
        self.facts = self._named("fact", FactSource)

    def knowledge(self, version: str) -> Knowledge:
        fields: dict[str, Any] = {
            field: self._named(table, shape) for table, (field, shape) in NAMED.items()
        }
        fields |= {field: self._listed(table, shape) for table, (field, shape) in LISTED.items()}
        fields["therapies"] = with_shared_criteria(fields["therapies"])
        products = {row.rxcui: row for row in self._products()}
        self._refuse_uncited()
        _refuse_unknown_mimics(fields["stagings"], fields["mimics"])
        _refuse_unknown_contradictions(self.facts)
        refuse_codes_listed_twice(self.facts.values())
        return Knowledge(
            version=version,
            evidence=self.evidence,
            conditions=self.conditions,
            facts=self.facts,
            reviews={page: self._review(page) for page in self.pages},
            products=products,
            **fields,
        )

    def _refuse_unknown_tables(self) -> None:
        known = sorted({*NAMED, *LISTED, *OTHERS})
        for name, page in self.pages.items():
            for table in page:
                if table not in known:
                    raise KnowledgeError(f"{name}: unknown table '{table}'{mend(table, known)}")

    def _refuse_uncited(self) -> None:
        for key in sorted(set(self.evidence) - self.cited):
            raise KnowledgeError(
                f"evidence '{key}' is cited by no entry; cite it where it is leaned on, "
                "or take it out"
            )

    def _review(self, page: str) -> Review:
        if "review" not in self.pages[page]:
            raise KnowledgeError(f"{page}: has no [review]; say who wrote and checked it, and when")
        return self._convert(f"{page}: review", self.pages[page]["review"], Review)

    def _entries(self, table: str) -> Iterator[tuple[str, str, Table]]:
        for page, body in self.pages.items():
            for key, entry in body.get(table, {}).items():
                yield page, key, entry

    def _named(self, table: str, shape: type[Shape]) -> dict[str, Shape]:
        found: dict[str, Shape] = {}
        homes: dict[str, str] = {}
        for page, key, entry in self._entries(table):
            if key in found:
                raise KnowledgeError(
                    f"{page}: {table} '{key}' is already defined in {homes[key]}; "
                    "rename one of them"
                )
            where = f"{page}: {table} '{key}'"
            found[key] = self._convert(where, {KEY_NAME.get(table, "id"): key, **entry}, shape)
            homes[key] = page
        return found

    def _listed(self, table: str, shape: type[Shape]) -> tuple[Shape, ...]:
        return tuple(
            self._convert(f"{page}: {table} {number}", row, shape)
            for page, body in self.pages.items()
            for number, row in enumerate(body.get(table, []), start=1)
        )

    def _products(self) -> Iterator[Product]:
        for page, body in self.pages.items():
            for number, row in enumerate(body.get("products", {}).get("rows", []), start=1):
                where = f"{page}: products row {number}"
                yield self._convert(where, _columns(where, row, Product), Product)
            for key in body.get("products", {}).get("evidence", []):
                self._cite(f"{page}: products", key)

    def _convert(self, where: str, entry: Table, shape: type[Shape]) -> Shape:
        if shape in CODED:
            entry = with_codes(where, entry, self.conditions)
        try:
            return msgspec.convert(self._resolve(where, entry), shape)
        except msgspec.ValidationError as fault:
            raise KnowledgeError(
                f"{where}: {fault}{mend(str(fault), shape.__struct_fields__)}"
            ) from None

    def _resolve(self, where: str, entry: Any) -> Any:
        """The entry with every citation, code and condition replaced by what it stands for."""
        match entry:
            case dict():
                return {key: self._value(where, key, value) for key, value in entry.items()}
            case list():
                return [self._resolve(where, item) for item in entry]
            case _:
                return entry

    def _value(self, where: str, key: str, value: Any) -> Any:
        if key == "evidence" or key.endswith("_evidence"):
            return tuple(self._cite(where, item) for item in value)
        if key in CODE_LISTS:
            return tuple(_parsed(where, Code.parse, item) for item in value)
        if key == "when":
            return condition(where, value, self.facts)
        if key == "criteria":
            return {
                name: self._resolve(f"{where}: criteria.{name}", {"id": name, **entry})
                for name, entry in value.items()
            }
        return self._resolve(where, value)

    def _cite(self, where: str, key: str) -> Evidence:
        if key not in self.evidence:
            raise KnowledgeError(
                f"{where} cites '{key}', which no page defines; "
                f"add [evidence.{key}] or correct the id{mend(key, self.evidence)}"
            )
        self.cited.add(key)
        return self.evidence[key]


def _columns(where: str, row: object, shape: type[msgspec.Struct]) -> Table:
    """A row by the fields it stands for; one value too many or too few is refused."""
    fields = shape.__struct_fields__
    values = row if isinstance(row, list) else [row]
    if len(values) != len(fields):
        raise KnowledgeError(
            f"{where}: the number of values is {len(values)}, not {len(fields)}; "
            f"give {', '.join(fields)}"
        )
    return dict(zip(fields, values, strict=True))


def _refuse_unknown_mimics(
    stagings: Mapping[str, Staging], mimics: Mapping[str, Criterion]
) -> None:
    """An item that looked for a mimic of no page would stay unknown for ever."""
    for name, staging in stagings.items():
        for item, mimic in staging.item_from.items():
            if mimic not in mimics:
                raise KnowledgeError(
                    f"staging '{name}': item_from.{item} names the mimic '{mimic}', "
                    f"which no page defines; correct the id{mend(mimic, mimics)}"
                )


def _refuse_unknown_contradictions(facts: Mapping[str, FactSource]) -> None:
    for name, source in facts.items():
        other = source.contradicted_by
        if other is not None and other not in facts:
            raise KnowledgeError(
                f"fact '{name}': contradicted_by names the fact '{other}', "
                f"which no page defines; correct the name{mend(other, facts)}"
            )


def _parsed(where: str, parse: Callable[[str], Result], text: str) -> Result:
    try:
        return parse(text)
    except ValueError as fault:
        raise KnowledgeError(f"{where}: {fault}") from None
