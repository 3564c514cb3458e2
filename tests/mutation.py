"""Changes each number of the drug and rule pages in turn: a case must break. A slow job.

    python3 run.py mutate

Every dose, level, week, percentage, session and constant is halved, raised by half, and moved one
step up and down, alone, in memory. Prints the survivors (changes that no case notices), a table
and a count. Numbers that are shown and judged by nothing are listed apart, each with the reason.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from euthymia import Knowledge, assess, shipped  # noqa: E402 - the root must be on the path first
from euthymia.exchange.document import document  # noqa: E402
from euthymia.exchange.faults import SourceError  # noqa: E402
from euthymia.exchange.intake import read_intake  # noqa: E402
from euthymia.knowledge.drugs import Drug  # noqa: E402
from tests.matchers import at, holds  # noqa: E402

OF_A_DRUG = ("maximum", "usual_from", "usual_to", "sleep_or_pain_below")
OF_A_RULE = ("weeks", "pdc_at_least", "failed_below_pct", "partial_below_pct", "failures_needed")
SHARE_STEP, STEP = 0.01, 1.0
READ_FROM_RECORDS = [
    "era_gap_days",
    "stockpile_days",
    "inferred_supply_cap_days",
    "fills_needed_count",
    "addon_after_days",
    "untreated_gap_days",
    "outcome_window_days",
    "intolerance_window_days",
    "implausible_supply_days",
    "nondrug_course_gap_days",
    "taper_out_days",
    "lone_newest_entry_days",
]
"""Constants of the way from drug entries to trials: a form has no such entries. Tests of the FHIR
reader and the laws of eras hold them."""


REFUSED_OR_DOUBTED = {
    "mass_index_least_kg_per_m2",
    "mass_index_most_kg_per_m2",
    "height_at_least_cm",
    "height_at_most_cm",
    "improvement_share_below_pct",
    "age_may_differ_years",
    "cause_bias_sd_high",
}
"""Bounds of what a form may say, which tests of the doors hold, and a grade no indicator has."""


class Case(Struct, frozen=True):
    """One case: its name, its form, what it expects, and the drugs it tells of."""

    name: str
    form: bytes
    expect: dict[str, Any]
    drugs: frozenset[str]


class Number(Struct, frozen=True):
    """One number of a page: its kind, where it stands, its value and its step.

    `idle` says why no judgement reads it, where none does.
    """

    kind: str
    where: str
    entry: tuple[str, str]
    fields: dict[str, Any]
    step: float = STEP
    idle: str | None = None

    @property
    def drug(self) -> str | None:
        kind, key = self.entry
        return key if kind == "drugs" else None


# ---------------------------------------------------------------- the numbers


def numbers(knowledge: Knowledge) -> Iterator[Number]:
    for key, drug in knowledge.drugs.items():
        yield from _of_drug(key, drug)
    yield from _of_rules(knowledge)
    for key, parameter in knowledge.parameters.items():
        yield _of_parameter(key, parameter.value)
    yield from _of_courses(knowledge)


def _of_rules(knowledge: Knowledge) -> Iterator[Number]:
    for key, rule in knowledge.rules.items():
        for field in OF_A_RULE:
            if getattr(rule, field) is not None:
                yield _of_rule(key, field, getattr(rule, field))


def _of_courses(knowledge: Knowledge) -> Iterator[Number]:
    for key, course in knowledge.nondrug.items():
        if course.adequate_sessions is not None:
            idle = None if course.kind == "ect" else "the rule sets judged here do not look at it"
            yield Number(
                "sessions",
                f"nondrug {key}: sessions",
                ("nondrug", key),
                {"adequate_sessions": course.adequate_sessions},
                idle=idle,
            )


def _of_drug(key: str, drug: Drug) -> Iterator[Number]:
    of = partial(Number, entry=("drugs", key))
    by_level = "the serum level decides" if drug.level and drug.level.required else None
    for profile, figure in drug.minimum.items():
        field: dict[str, Any] = {"minimum": {profile: figure}}
        idle = by_level or _idle_minimum(drug, profile)
        yield of("dose", f"drug {key}: minimum.{profile}", fields=field, idle=idle)
    for name in OF_A_DRUG:
        if getattr(drug, name) is not None:
            idle = "shown beside a dose" if name.startswith("usual") else by_level
            yield of("dose", f"drug {key}: {name}", fields={name: getattr(drug, name)}, idle=idle)
    own = None if drug.weeks.own else "the weeks of the rule set hold"
    yield of("weeks", f"drug {key}: weeks", fields={"weeks": drug.weeks}, idle=own)
    for bound in ("at_least", "at_most"):
        if drug.level and getattr(drug.level, bound) is not None:
            idle = "a level above it is high enough" if by_level and bound == "at_most" else None
            field = {"level": {bound: getattr(drug.level, bound)}}
            step = min(STEP, getattr(drug.level, bound) / 2)
            yield of("level", f"drug {key}: level.{bound}", fields=field, step=step, idle=idle)


def _idle_minimum(drug: Drug, profile: str) -> str | None:
    if profile == "athf_long":
        return "no rule set uses the ATHF long form"
    added = drug.role == "augmenter" and profile == "maudsley"
    return "what is added is judged by the ATRQ minimum" if added else None


def _of_rule(key: str, field: str, figure: Any) -> Number:
    """One number of a rule set. The limb of EU-PEARL for partial response holds its own share."""
    idle = "the other limb of EU-PEARL holds it" if field == "partial_below_pct" else None
    kind = "weeks" if field == "weeks" else "rule"
    step = SHARE_STEP if field == "pdc_at_least" else STEP
    return Number(kind, f"rule {key}: {field}", ("rules", key), {field: figure}, step, idle)


def _of_parameter(key: str, value: float) -> Number:
    idle = "read from drug entries, which a form has none of" if _of_records(key) else None
    if key in REFUSED_OR_DOUBTED:
        idle = "tests of the doors hold it, or no indicator has this grade"
    step = min(STEP, value / 2)
    return Number("constant", f"parameter {key}", ("parameters", key), {"value": value}, step, idle)


def _of_records(key: str) -> bool:
    return key in READ_FROM_RECORDS or key.startswith(("daily_", "count_"))


# ---------------------------------------------------------------- the changes


class Mutant(Struct, frozen=True):
    """One number changed."""

    number: Number
    change: str
    knowledge: Knowledge


def mutants(number: Number, knowledge: Knowledge) -> Iterator[Mutant]:
    kind, key = number.entry
    (field,) = number.fields
    table = getattr(knowledge, kind)
    for change, value in _changes(number):
        entry = replace(table[key], **{field: _set(getattr(table[key], field), number, value)})
        yield Mutant(number, change, replace(knowledge, **{kind: {**table, key: entry}}))


def _changes(number: Number) -> Iterator[tuple[str, float]]:
    """The new values that can stand there: above zero, and none that other numbers overrule."""
    value, step = _value(number), number.step
    for change, new in (
        ("x 0.5", value / 2),
        ("x 1.5", value * 1.5),
        (f"+ {step:g}", value + step),
        (f"- {step:g}", value - step),
    ):
        if new > 0 and not _overruled(number, new):
            yield change, new


def _overruled(number: Number, new: float) -> bool:
    """From a response on no trial failed, whatever else a rule set says."""
    response = shipped().number("response_from_pct")
    return "failed_below_pct" in number.fields and new > response


def _value(number: Number) -> float:
    (told,) = number.fields.values()
    while not isinstance(told, int | float):
        told = next(iter(told.values())) if isinstance(told, dict) else told.value
    return float(told)


def _set(held: Any, number: Number, value: float) -> Any:
    """What the page holds, with the new value in its place."""
    (told,) = number.fields.values()
    if isinstance(held, dict):
        (key,) = told
        return {**held, key: replace(held[key], value=value)}
    if isinstance(told, dict):
        (key,) = told
        return replace(held, **{key: value})
    return replace(held, value=value) if isinstance(held, Struct) else type(held)(value)


# ---------------------------------------------------------------- the cases


def cases() -> list[Case]:
    files = sorted(
        [*(ROOT / "tests/cases").rglob("*.json"), *(ROOT / "tests/cases").rglob("*.toml")]
    )
    return [case for path in files if (case := _case(path)) is not None]


def _case(path: Path) -> Case | None:
    text = path.read_text("utf-8")
    told = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    if "expect" not in told:
        return None
    drugs = frozenset(trial["drug"] for trial in told["intake"].get("trials", []))
    return Case(path.stem, json.dumps(told["intake"]).encode(), told["expect"], drugs)


def broken(case: Case, knowledge: Knowledge) -> bool:
    """Whether the case no longer holds."""
    try:
        answer = document(assess(read_intake(case.name, case.form, knowledge), knowledge))
    except (SourceError, KeyError, ValueError):
        return True
    plain = json.loads(json.dumps(answer))
    return not all(holds(value, at(pointer, plain)) for pointer, value in case.expect.items())


def survives(mutant: Mutant, all_cases: Iterable[Case]) -> bool:
    """Whether no case notices; a drug's number can matter only where the drug was tried."""
    drug = mutant.number.drug
    heard = (case for case in all_cases if drug is None or drug in case.drugs)
    return not any(broken(case, mutant.knowledge) for case in heard)


# ---------------------------------------------------------------- the job


def main() -> int:
    knowledge, all_cases = shipped(), cases()
    if any(broken(case, knowledge) for case in all_cases):
        print("a case is broken before anything was changed; mend it first")
        return 1
    every = list(numbers(knowledge))
    judged = [one for number in every if not number.idle for one in mutants(number, knowledge)]
    survivors = [mutant for mutant in judged if survives(mutant, all_cases)]
    print("shown, and judged by nothing:", *_idle(every), sep="\n  ")
    names = [f"{one.number.where} {one.change}" for one in survivors]
    print("survivors:", *(names or ["none"]), sep="\n  ")
    print(*_table(judged, survivors), sep="\n")
    return 1 if survivors else 0


def _idle(every: Iterable[Number]) -> list[str]:
    """How many numbers nothing judges, by the reason."""
    why = Counter(number.idle for number in every if number.idle)
    return [f"{count:4} {reason}" for reason, count in sorted(why.items())]


def _table(judged: list[Mutant], survivors: list[Mutant]) -> Iterator[str]:
    changed = Counter(mutant.number.kind for mutant in judged)
    left = Counter(mutant.number.kind for mutant in survivors)
    yield f"{'kind':<10}{'changes':>9}{'break a case':>14}"
    for kind, count in sorted(changed.items()):
        yield f"{kind:<10}{count:>9}{count - left[kind]:>14}"
    killed = len(judged) - len(survivors)
    yield f"{killed} of {len(judged)} changed numbers break a case ({killed / len(judged):.1%})"


if __name__ == "__main__":
    sys.exit(main())
