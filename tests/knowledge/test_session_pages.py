"""The pages of sessions: every rule can turn all three ways, and nothing on them leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import get_args

import pytest

from euthymia import shipped
from euthymia.engine.sessions.told import Value, judged, rules_of
from euthymia.exchange.session_form import Concurrent, Protocol, Symptom
from euthymia.knowledge.conditions import AllOf, AnyOf, Comparison, Condition, Is, Not
from euthymia.knowledge.sessions import SessionRule
from euthymia.record.sessions import Observation
from euthymia.terms import Verdict

KNOWLEDGE = shipped()
RULES = KNOWLEDGE.session_rules
FACTS = {name: one for name, one in KNOWLEDGE.facts.items() if one.section == "session"}
MOST_TRIED = 4096
OF_THE_CONTRACT = [
    "infusion_alert",
    "infusion_pause",
    "infusion_stop_now",
    "any_symptom_stop",
    "spo2_oxygen",
    "spo2_pause",
    "spo2_stop",
    "resp_rate_stop",
    "hr_pause",
    "hr_low_pause",
    "moaas_pause",
    "moaas_stop",
    "predose_review",
    "predose_hold",
    "predose_pressure_raised",
    "behaviour_stop",
    "infiltration_pause",
    "reading_missing",
    "sleep_deprivation",
    "too_soon_after_last_session",
    "concurrent_tms_excluded",
]


def values(condition: Condition) -> Iterator[tuple[str, Value]]:
    """For each fact, values on both sides of what is asked of it."""
    match condition:
        case Is(fact):
            source = KNOWLEDGE.facts[fact]
            words = source.equals or (source.words[0] if source.words else None)
            yield from ((fact, told) for told in ((), (words,)) if words)
            yield from ((fact, told) for told in (True, False) if not words)
        case Comparison(fact, _, bound):
            yield from ((fact, bound.value + step) for step in (-1.0, 0.0, 1.0))
        case Not(part):
            yield from values(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from values(part)


def verdicts(rule: SessionRule) -> set[Verdict]:
    """What a rule says, over the values around its limits."""
    rules = rules_of(KNOWLEDGE, rule.therapies[0])
    by_key: dict[str, list[Value]] = {}
    for fact, told in values(rule.when):
        key = KNOWLEDGE.facts[fact].key or fact
        by_key[key] = [*by_key.get(key, []), told]
    tried = list(product(*by_key.values()))[:MOST_TRIED]
    said = {judged(rule, dict(zip(by_key, one, strict=True)), rules).verdict for one in tried}
    return said | {judged(rule, {}, rules).verdict}


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_is_seen_met_not_met_and_unknown(name: str) -> None:
    assert verdicts(RULES[name]) == set(Verdict)


def test_every_fact_of_a_session_is_read_by_some_rule() -> None:
    read = {fact for rule in RULES.values() for fact in rule.facts}

    assert set(FACTS) - read == set()


def test_every_rule_reads_facts_of_a_session_or_vital_signs() -> None:
    sections = {KNOWLEDGE.facts[fact].section for rule in RULES.values() for fact in rule.facts}

    assert sections == {"session", "vitals"}


def test_the_rules_named_by_the_contract_are_there() -> None:
    assert [name for name in OF_THE_CONTRACT if name not in RULES] == []


def test_every_symptom_of_the_form_calls_for_some_rule() -> None:
    heard = {FACTS[fact].equals for rule in RULES.values() for fact in rule.facts if fact in FACTS}

    assert [word for word in get_args(Symptom) if word not in heard] == []


def test_every_treatment_a_payer_excludes_can_be_told_and_has_its_rule() -> None:
    for payer in KNOWLEDGE.session_payers.values():
        assert set(payer.excludes) <= set(get_args(Concurrent))
        assert [word for word in payer.excludes if f"concurrent_{word}_excluded" not in RULES] == []


def test_readings_due_are_fields_of_an_observation() -> None:
    for due in KNOWLEDGE.session_dues.values():
        assert set(due.readings) <= set(Observation.__struct_fields__)
        assert due.if_missed is None or due.if_missed in RULES
        assert due.only_noted or due.every_minutes or due.at_minutes


def test_every_protocol_of_the_form_has_its_page() -> None:
    assert [name for name in get_args(Protocol) if name not in KNOWLEDGE.protocols] == []


def test_an_accelerated_protocol_says_how_long_to_wait() -> None:
    several = [one for one in KNOWLEDGE.protocols.values() if one.sessions_per_day > 1]

    assert several
    assert all(one.interval_min for one in several)


def test_a_limit_of_this_project_leans_on_no_source_alone() -> None:
    proposed = [rule for rule in RULES.values() if rule.status == "design_default"]

    assert proposed
    assert all("euthymia-choice" in {one.id for one in rule.evidence} for rule in proposed)


def test_what_decides_nothing_while_open_is_no_gate_question_of_safety() -> None:
    asked = [rule for rule in RULES.values() if rule.stage == "gate" and rule.always_asked]

    lenient = [rule.id for rule in asked if rule.open_decision != "hold"]
    assert lenient == ["too_soon_after_last_session"]
