"""One patient as an intake form (contracts/intake.md), version 1."""

from __future__ import annotations

from typing import Any

import msgspec

from euthymia.simulate.chance import Chance
from euthymia.simulate.plan import Case, CoursePlan
from euthymia.simulate.sheet import iso
from euthymia.simulate.trials import Course
from euthymia.simulate.truth import CourseTruth, Label, judged
from euthymia.simulate.world import World

SHOWN_SCORES = 6
THOUSAND = 1000
"""Adherence is cut off, never rounded up, at its third digit."""


class FormWriter:
    """Fills in the form for one patient. What the plan withholds is left out."""

    def __init__(self, case: Case, label: Label, world: World) -> None:
        self.name, self.person = case.name, case.person
        self.history, self.plan = case.history, case.plan
        self.label, self.world = label, world
        self.today = world.of_set.as_of.toordinal()

    def written(self, chance: Chance) -> bytes:
        """The form as JSON."""
        form: dict[str, Any] = {
            "intake": 1,
            "as_of": iso(self.today),
            "patient": {
                "id": self.name,
                "sex": "female" if self.person.female else "male",
                "age_years": self.person.age,
                "country": "US",
            },
            "complete": list(self.plan.complete),
            "diagnoses": self._diagnoses(chance),
            "episode": self._episode(chance),
            "trials": [
                self._trial(course, told, chance)
                for course in self.history.courses
                if (told := self.plan.courses[course.id]).listed
            ],
            "nondrug_trials": self._nondrug(),
            "labs": self._labs(chance),
            "scales": self._scales(),
            "medications": self._medications(),
            "context": self._context(chance),
        }
        if "bmi" in self.plan.asked:
            form["body"] = {"bmi_kg_per_m2": self.person.bmi}
        if self.plan.genes:
            form["genes"] = self.plan.genes
        return msgspec.json.encode(
            {name: part for name, part in form.items() if part not in ({}, [])}
        )

    def _diagnoses(self, chance: Chance) -> list[dict[str, Any]]:
        codes = self.world.codes
        depression = codes.single if self.person.episodes == 1 else codes.recurrent
        found = [] if self.plan.no_depression_code else [chance.one_of(depression)]
        found += [one.carrier.code for one in self.plan.mimics if one.carrier and one.carrier.code]
        return [{"icd10cm": code} for code in dict.fromkeys(found)]

    def _episode(self, chance: Chance) -> dict[str, Any]:
        asked, person = self.plan.asked, self.person
        told = {
            "months": person.months if "months" in asked else None,
            "lifetime_episodes": person.episodes if "episodes" in asked else None,
            "first_onset_age_years": person.onset_age if "onset_age" in asked else None,
        }
        return {name: value for name, value in told.items() if value is not None}

    def _trial(self, course: Course, told: CoursePlan, chance: Chance) -> dict[str, Any]:
        truth = judged(course, self.history, self.label)
        trial: dict[str, Any] = {"id": course.id, "drug": course.drug, "episode": course.episode}
        purpose = course.kind if course.kind in ("sleep", "pain") else "depression"
        facts = (
            ("dose_mg", course.highest, told.dose),
            ("days_at_dose", truth.days, told.days),
            ("start", iso(course.start), told.dates),
            ("end", iso(course.end), told.dates and not course.ongoing),
            ("pdc", int(course.pdc * THOUSAND) / THOUSAND, told.taken),
            ("indication", purpose, told.purpose),
        )
        trial |= {field: value for field, value, known in facts if known}
        trial |= self._outcome(course, told, truth)
        return trial | self._company(course) | self._level(course, told, truth, chance)

    def _outcome(self, course: Course, told: CoursePlan, truth: CourseTruth) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if course.ongoing:
            found["stop_reason"] = "ongoing"
        elif told.reason and course.stop:
            found["stop_reason"] = course.stop
        if told.improvement and truth.improvement_pct is not None:
            found["improvement_pct"] = truth.improvement_pct
        if "response_achieved" in truth.why_not and (told.improvement or told.reason):
            found |= self._peak(course, truth)
        return found

    def _peak(self, course: Course, truth: CourseTruth) -> dict[str, Any]:
        """The best there was, where it was lost again."""
        best = max(course.improvement(total) for _, total in course.during(self.history.scores))
        lost = (
            truth.improvement_pct is not None and truth.improvement_pct < self.label.response_from
        )
        return {"peak_improvement_pct": round(best, 1)} if lost else {}

    def _company(self, course: Course) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if course.base is not None and self.plan.courses[course.base].listed:
            found["augments"] = course.base
        if course.pair is not None:
            found["combination"] = course.pair
        return found

    def _level(
        self, course: Course, told: CoursePlan, truth: CourseTruth, chance: Chance
    ) -> dict[str, Any]:
        """A serum level that agrees with what was taken: in range where dose and adherence were."""
        if not told.level:
            return {}
        low, high = self.world.drugs.levels[course.drug]
        sound = not {"dose_below_min", "nonadherent"} & set(truth.why_not)
        poor = [low * share for share in self.world.drugs.level_if_poor]
        value = chance.real(low, high) if sound else chance.real(*poor)
        return {"serum_level": {"value": round(value, 1), "unit": "ng/mL"}}

    def _nondrug(self) -> list[dict[str, Any]]:
        return [
            {
                "kind": one.kind,
                "sessions": len(one.days),
                "start": iso(one.days[0]),
                "end": iso(one.days[-1]),
                "episode": "current",
                **({"placement": one.placement} if one.placement else {}),
            }
            for one in self.history.nondrug
        ]

    def _labs(self, chance: Chance) -> list[dict[str, Any]]:
        person, asked = self.person, self.plan.asked
        when = iso(self.today - chance.between(self.world.record.measured_days))
        labs: list[dict[str, Any]] = []
        if "crp" in asked:
            tenth = chance.befalls(self.world.record.crp_in_mg_per_dl)
            value = round(person.crp / 10, 3) if tenth else person.crp
            labs.append({"loinc": "30522-7", "value": value, "unit": "mg/dL" if tenth else "mg/L"})
        if "il6" in asked:
            high = self.world.labs.il6_p75
            labs.append(
                {"loinc": "26881-3", "value": person.il6, "unit": "pg/mL", "percentile_75": high}
            )
        for one in self.plan.mimics:
            carrier = one.carrier
            if carrier and carrier.lab:
                value = round(chance.real(carrier.low, carrier.high), 1)
                labs.append({"loinc": carrier.lab, "value": value, "unit": carrier.unit})
        return [lab | {"date": when} for lab in labs]

    def _scales(self) -> list[dict[str, Any]]:
        """The newest PHQ-9 totals, and each scale that was filled in."""
        kept = [score for score in self.history.scores if score[0] in self.plan.score_days]
        scales: list[dict[str, Any]] = [
            {"instrument": "phq9", "total": total, "date": iso(day)}
            for day, total in kept[-SHOWN_SCORES:]
        ]
        for name in ("gad7", "shaps", "isi", "ace", "pcl5", "osss3"):
            if name in self.plan.asked:
                total = getattr(self.person, name)
                scales.append({"instrument": name, "total": total, "date": iso(self.today)})
        return scales

    def _medications(self) -> list[dict[str, Any]]:
        return [
            {"drug": one.carrier.drug, "dose_mg_per_day": one.carrier.dose}
            for one in self.plan.mimics
            if one.carrier and one.carrier.drug
        ]

    def _context(self, chance: Chance) -> dict[str, Any]:
        """Plain answers, for what was asked in words rather than by a scale."""
        person, asked = self.person, self.plan.asked
        told: dict[str, Any] = {}
        if "employment" in asked:
            told["employment"] = "unemployed" if person.unemployed else "employed"
        if "housing" in asked:
            told["housing"] = "insecure" if person.insecure else "secure"
        if "criticism" in asked:
            told["perceived_criticism"] = person.criticism
        if "executive" in asked:
            told["executive_z"] = person.executive_z
        return told
