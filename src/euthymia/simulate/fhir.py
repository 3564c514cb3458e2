"""One patient as FHIR R4: what the plan tells, in the variety in which records write it."""

from __future__ import annotations

from typing import Any

from msgspec import Raw, Struct

from euthymia.exchange.fhir import Terminology
from euthymia.knowledge import Knowledge
from euthymia.simulate.chance import Chance
from euthymia.simulate.coding import ADDRESS, UCUM, Diagnoses, Formulary, encoded
from euthymia.simulate.medicines import Pen, write_course, write_noise, write_taken
from euthymia.simulate.plan import Case
from euthymia.simulate.scores import answers
from euthymia.simulate.sheet import Sheet, iso, loinc, measured, tagged
from euthymia.simulate.trials import NondrugCourse
from euthymia.simulate.world import World

POUND = 0.45359237
CM_PER_M = 100
MG_PER_DL = 10
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PLACEMENTS = {"bilateral": "bilateral", "right_unilateral": "right unilateral"}
DAYS_PER_YEAR = 365.25


def _word(system: str, code: str) -> Raw:
    return encoded({"coding": [{"system": system, "code": code}]})


ACTIVE = _word(CLINICAL, "active")
CONFIRMED = _word(VERIFIED, "confirmed")
REFUTED = _word(VERIFIED, "refuted")
IN_ERROR = _word(VERIFIED, "entered-in-error")
PROBLEM = encoded([{"coding": [{"system": CATEGORY, "code": "problem-list-item"}]}])
VISIT = encoded([{"coding": [{"system": CATEGORY, "code": "encounter-diagnosis"}]}])


class Codebook(Struct, frozen=True):
    """What every patient is written with: names of drugs, diagnoses and forms."""

    world: World
    formulary: Formulary
    diagnoses: Diagnoses
    answer_codes: tuple[str, ...]
    item_codes: tuple[str, ...]
    terminology: Terminology

    @classmethod
    def of(cls, world: World, knowledge: Knowledge, terminology: Terminology) -> Codebook:
        """The codebook of a world, with the user's terminology where there is one."""
        form = knowledge.instruments["phq9"]
        by_points = {points: code for code, points in form.answers.items() if code.startswith("LA")}
        return cls(
            world=world,
            formulary=Formulary(knowledge, terminology, world),
            diagnoses=Diagnoses(terminology, world.record),
            answer_codes=tuple(by_points[points] for points in sorted(by_points)),
            item_codes=tuple(code.value for code in form.item_codes),
            terminology=terminology,
        )


class Writer:
    """Writes one patient."""

    def __init__(self, case: Case, book: Codebook, chance: Chance) -> None:
        self.name, self.person = case.name, case.person
        self.history, self.plan = case.history, case.plan
        self.book, self.world, self.chance = book, book.world, chance
        self.rates = book.world.record
        self.today = book.world.of_set.as_of.toordinal()
        self.sheet = Sheet(case.name, chance, self.rates)
        self.subject = self.sheet.subject

    def resources(self) -> list[tuple[str, bytes]]:
        """Every resource of the patient with its type; the Patient first."""
        self._patient()
        depression = self._depression()
        pen = Pen(self.sheet, self.book.formulary, self.chance, self.world, depression)
        for course in self.history.courses:
            told = self.plan.courses[course.id]
            if told.listed:
                write_course(course, told, pen)
        self._mimics(pen)
        self._scores()
        self._measures()
        self._life()
        self._noise(pen)
        for nondrug in self.history.nondrug:
            self._sessions(nondrug)
        return self.sheet.written

    def _patient(self) -> None:
        born = self.today - round(self.person.age * DAYS_PER_YEAR)
        parts = {
            "name": [{"family": "Synthetic", "given": [self.name]}],
            "gender": "female" if self.person.female else "male",
            "birthDate": iso(born),
            "address": [{"country": "US"}],
        }
        resource = {"resourceType": "Patient", "id": self.name, "meta": tagged(self.plan.complete)}
        self.sheet.written.append(("Patient", bytes(encoded({**resource, **parts}))))

    def _condition(self, code: str, day: int, **parts: Any) -> str:
        return self.sheet.add(
            "Condition",
            {
                "clinicalStatus": ACTIVE,
                "verificationStatus": CONFIRMED,
                "category": PROBLEM,
                "code": self.book.diagnoses.written(code, self.chance),
                "subject": self.subject,
                "recordedDate": self.sheet.moment(day),
                **parts,
            },
        )

    def _depression(self) -> str | None:
        """The depression on the problem list, and as coded at visits through the episode."""
        if self.plan.no_depression_code:
            return None
        codes = self.world.codes
        code = self.chance.one_of(codes.single if self.person.episodes == 1 else codes.recurrent)
        onset = self.history.onset
        problem = self._condition(code, onset, onsetDateTime=self.sheet.vague(onset))
        for day in range(
            onset + self.rates.coded_every_days, self.today, self.rates.coded_every_days
        ):
            self._condition(code, day, category=VISIT)
        return problem

    def _mimics(self, pen: Pen) -> None:
        since = max(self.history.onset, self.today - self.rates.coded_days)
        for one in self.plan.mimics:
            carrier = one.carrier
            if carrier is None:
                continue
            if carrier.code:
                self._condition(carrier.code, since)
            elif carrier.drug:
                write_taken(carrier.drug, carrier.dose, since, pen)
            elif carrier.lab:
                value = round(self.chance.real(carrier.low, carrier.high), 1)
                self._observe(loinc(carrier.lab, one.mimic.id), value, carrier.unit, carrier.unit)

    def _observe(
        self, code: Raw, value: float, unit: str, ucum: str, day: int | None = None
    ) -> None:
        when = self.today - self.chance.between(self.rates.measured_days) if day is None else day
        self.sheet.add(
            "Observation",
            {
                **measured(code, value, unit, ucum),
                "subject": self.subject,
                "effectiveDateTime": self.sheet.moment(when),
            },
        )

    def _scores(self) -> None:
        for day, total in self.history.scores:
            if day in self.plan.score_days:
                if self.chance.befalls(self.rates.items_kept):
                    self._answers(day, total)
                else:
                    self._observe(PHQ9, total, "{score}", "{score}", day)

    def _answers(self, day: int, total: int) -> None:
        """A filled-in PHQ-9, item by item, with its total."""
        sets = answers(self.world.items)[total]
        chosen = self.chance.one_of(sets)
        codes = self.book.answer_codes
        items = [
            {
                "linkId": f"/{link}",
                "answer": [{"valueCoding": {"system": ADDRESS["loinc"], "code": codes[points]}}],
            }
            for link, points in zip(self.book.item_codes, chosen, strict=True)
        ]
        items.append({"linkId": "/44261-6", "answer": [{"valueDecimal": total}]})
        self.sheet.add(
            "QuestionnaireResponse",
            {
                "questionnaire": "http://loinc.org/q/44249-1",
                "status": "completed",
                "subject": self.subject,
                "authored": self.sheet.moment(day),
                "item": items,
            },
        )

    def _measures(self) -> None:
        """CRP, IL-6, GAD-7, body and TSH, in the units of different laboratories."""
        measures = {
            "crp": self._crp,
            "il6": self._il6,
            "gad7": self._gad7,
            "bmi": self._body,
            "tsh": self._tsh,
        }
        for name, measure in measures.items():
            if name in self.plan.asked:
                measure()

    def _crp(self) -> None:
        code = CRP_ORDINARY if self.chance.befalls(self.rates.crp_ordinary) else CRP
        if self.chance.befalls(self.rates.crp_in_mg_per_dl):
            self._observe(code, round(self.person.crp / MG_PER_DL, 3), "mg/dL", "mg/dL")
        else:
            self._observe(code, self.person.crp, "mg/L", "mg/L")

    def _gad7(self) -> None:
        self._observe(GAD7, self.person.gad7, "{score}", "{score}")

    def _tsh(self) -> None:
        """A normal value; where the thyroid is planted to be ill, its own carrier tells."""
        if "hypothyroid" not in {one.mimic.id for one in self.plan.mimics}:
            value = round(self.chance.real(*self.world.labs.tsh), 2)
            self._observe(TSH, value, *self.chance.one_of(TSH_UNITS))

    def _il6(self) -> None:
        unit = {"unit": "pg/mL", "system": UCUM, "code": "pg/mL"}
        bound = {"high": {"value": self.world.labs.il6_p75, **unit}, "text": "75th percentile"}
        self.sheet.add(
            "Observation",
            {
                **measured(IL6, self.person.il6, "pg/mL", "pg/mL"),
                "subject": self.subject,
                "effectiveDateTime": iso(
                    self.today - self.chance.between(self.rates.measured_days)
                ),
                "referenceRange": [bound],
            },
        )

    def _body(self) -> None:
        """The body mass index, or weight and height from which it follows."""
        person, day = self.person, self.today - self.chance.between(self.rates.measured_days)
        self._observe(BMI, person.bmi, "kg/m2", "kg/m2", day)
        weight = person.bmi * (person.height_cm / CM_PER_M) ** 2
        if self.chance.befalls(self.rates.body_in_pounds):
            self._observe(WEIGHT, round(weight / POUND, 1), "lbs", "[lb_av]", day)
        else:
            self._observe(WEIGHT, round(weight, 1), "kg", "kg", day)
        self._observe(HEIGHT, person.height_cm, "cm", "cm", day)

    def _life(self) -> None:
        """What was asked about work and housing, and the codes of indicators that are there."""
        person, asked = self.person, self.plan.asked
        if "employment" in asked:
            self._told(EMPLOYMENT, "unemployed" if person.unemployed else "employed")
        if "housing" in asked:
            self._housing()
        for name, codes in self.world.codes.indicator.items():
            if name in self.plan.coded:
                self._condition(
                    self.chance.one_of(codes),
                    max(self.history.onset, self.today - self.rates.coded_days),
                )

    def _housing(self) -> None:
        """A home, and no worry about losing it; insecure without the one or with the other."""
        homeless = self.person.insecure and self.chance.befalls(self.rates.homeless)
        self._told(HOUSING, "unhoused" if homeless else "housed")
        self._told(HOUSING_WORRY, "worried" if self.person.insecure and not homeless else "sure")

    def _told(self, code: Raw, answer: str) -> None:
        """An answer of the PRAPARE form, by its LOINC answer code."""
        coding = {"system": ADDRESS["loinc"], "code": self.world.codes.answers[answer]}
        self.sheet.add(
            "Observation",
            {
                "status": "final",
                "code": code,
                "subject": self.subject,
                "effectiveDateTime": iso(
                    self.today - self.chance.between(self.rates.measured_days)
                ),
                "valueCodeableConcept": {"coding": [coding]},
            },
        )

    def _noise(self, pen: Pen) -> None:
        """What must not count: entries in error, refuted diagnoses, cancelled orders; a stay."""
        chance, rates = self.chance, self.rates
        tried = {course.drug for course in self.history.courses}
        free = [
            one.id
            for one in self.world.drugs.agent
            if one.id not in tried and one.id != "selegiline"
        ]
        middle = (self.history.onset + self.today) // 2
        write_noise(chance.one_of(free), middle, pen)
        if chance.befalls(rates.refuted):
            self._condition("F31.9", middle, verificationStatus=REFUTED)
        if chance.befalls(rates.in_error / 2):
            self._condition("F20.9", middle, verificationStatus=IN_ERROR)
        if chance.befalls(rates.in_error):
            parts = measured(PHQ9, 0, "{score}", "{score}") | {"status": "entered-in-error"}
            when = {"subject": self.subject, "effectiveDateTime": iso(self.today)}
            self.sheet.add("Observation", {**parts, **when})
        kind = "IMP" if chance.befalls(rates.inpatient) else "AMB"
        self._visit(kind, middle)

    def _visit(self, kind: str, day: int) -> None:
        self.sheet.add(
            "Encounter",
            {
                "status": "finished",
                "class": {"system": ACT, "code": kind},
                "subject": self.subject,
                "period": {"start": self.sheet.moment(day), "end": iso(day)},
            },
        )

    def _sessions(self, course: NondrugCourse) -> None:
        placed = f", {PLACEMENTS[course.placement]}" if course.placement else ""
        words = f"{NAMES[course.kind]}{placed}"
        concept: dict[str, Any] = {"text": words}
        own = [key for key, kind in self.book.terminology.procedures.items() if kind == course.kind]
        if own:
            system, _, code = self.chance.one_of(own).rpartition(":")
            concept = {
                "coding": [{"system": ADDRESS.get(system, system), "code": code}],
                "text": words,
            }
        for day in course.days:
            self.sheet.add(
                "Procedure",
                {
                    "status": "completed",
                    "code": concept,
                    "subject": self.subject,
                    "performedDateTime": iso(day),
                },
            )


NAMES = {"ect": "Electroconvulsive therapy", "psychotherapy": "Cognitive behavioural psychotherapy"}
PHQ9 = loinc("44261-6", "PHQ-9 total score")
GAD7 = loinc("70274-6", "GAD-7 total score")
CRP = loinc("30522-7", "C reactive protein, high sensitivity")
CRP_ORDINARY = loinc("1988-5", "C reactive protein")
IL6 = loinc("26881-3", "Interleukin 6")
BMI = loinc("39156-5", "Body mass index")
WEIGHT = loinc("29463-7", "Body weight")
HEIGHT = loinc("8302-2", "Body height")
TSH = loinc("3016-3", "Thyrotropin")
TSH_UNITS = (("mIU/L", "m[IU]/L"), ("uIU/mL", "u[IU]/mL"))
EMPLOYMENT = loinc("67875-5", "Employment status")
HOUSING = loinc("71802-3", "Housing status")
HOUSING_WORRY = loinc("93033-9", "Are you worried about losing your housing")


def bundled(resources: list[tuple[str, bytes]], complete: tuple[str, ...]) -> bytes:
    """The resources of one patient as a Bundle, each with an address of its own."""
    entries = [{"resource": Raw(resource)} for _, resource in resources]
    whole = {
        "resourceType": "Bundle",
        "meta": tagged(complete),
        "type": "collection",
        "entry": entries,
    }
    return bytes(encoded(whole))
