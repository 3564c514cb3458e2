"""Changes each dose and week number of the pages in turn: a case must break. A slow job.

    python3 run.py mutate

Prints a line for each survivor (a number that no case notices) and a count at the end. Numbers
that are shown but judged by nothing are listed apart: no case can notice them.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
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
from tests.matchers import at, holds  # noqa: E402

FACTORS = (0.5, 1.5)
JUDGED_PROFILES = {"atrq", "maudsley"}


class Case(Struct, frozen=True):
    """One case: its name, its form, what it expects, and the drugs it tells of."""

    name: str
    form: bytes
    expect: dict[str, Any]
    drugs: frozenset[str]


class Mutant(Struct, frozen=True):
    """One number changed: where it stands, the changed knowledge, whose cases may notice."""

    where: str
    knowledge: Knowledge
    drug: str | None
    judged: bool = True


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


def mutants(knowledge: Knowledge) -> Iterator[Mutant]:
    for factor in FACTORS:
        yield from _of_drugs(knowledge, factor)
        yield from _of_rules(knowledge, factor)


def _of_drugs(knowledge: Knowledge, factor: float) -> Iterator[Mutant]:
    for key, drug in knowledge.drugs.items():
        for profile, figure in drug.minimum.items():
            changed = {**drug.minimum, profile: replace(figure, value=figure.value * factor)}
            heard = profile in JUDGED_PROFILES and not (drug.level and drug.level.required)
            heard = heard and not (drug.role == "augmenter" and profile == "maudsley")
            yield _drug(knowledge, key, f"minimum.{profile}", factor, heard, minimum=changed)
        weeks = replace(drug.weeks, value=drug.weeks.value * factor)
        yield _drug(knowledge, key, "weeks", factor, drug.weeks.own, weeks=weeks)
        if drug.maximum is not None:
            most = replace(drug.maximum, value=drug.maximum.value * factor)
            heard = not (drug.level and drug.level.required)
            yield _drug(knowledge, key, "maximum", factor, heard, maximum=most)
        if drug.level is not None:
            level = replace(drug.level, at_least=drug.level.at_least * factor)
            yield _drug(knowledge, key, "level.at_least", factor, True, level=level)


def _drug(
    knowledge: Knowledge, key: str, what: str, factor: float, judged: bool, **changed: Any
) -> Mutant:
    drugs = {**knowledge.drugs, key: replace(knowledge.drugs[key], **changed)}
    return Mutant(f"drug {key}: {what} x {factor:g}", replace(knowledge, drugs=drugs), key, judged)


def _of_rules(knowledge: Knowledge, factor: float) -> Iterator[Mutant]:
    for key, rule in knowledge.rules.items():
        weeks = replace(rule.weeks, value=rule.weeks.value * factor)
        rules = {**knowledge.rules, key: replace(rule, weeks=weeks)}
        judged = key != "augmentation"  # every drug that is added has weeks of its own
        yield Mutant(
            f"rule {key}: weeks x {factor:g}", replace(knowledge, rules=rules), None, judged
        )


def survives(mutant: Mutant, all_cases: list[Case]) -> bool:
    heard = [case for case in all_cases if mutant.drug is None or mutant.drug in case.drugs]
    return not any(broken(case, mutant.knowledge) for case in heard)


def main() -> int:
    all_cases = cases()
    if any(broken(case, shipped()) for case in all_cases):
        print("a case is broken before anything was changed; mend it first")
        return 1
    every = list(mutants(shipped()))
    judged = [mutant for mutant in every if mutant.judged]
    survivors = [mutant.where for mutant in judged if survives(mutant, all_cases)]
    print(
        "shown and judged by nothing:",
        *sorted({m.where for m in every if not m.judged}),
        sep="\n  ",
    )
    print("survivors:", *(survivors or ["none"]), sep="\n  ")
    killed = len(judged) - len(survivors)
    print(f"{killed} of {len(judged)} changed numbers break a case ({killed / len(judged):.1%})")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
