"""In what order the rules behind one decision are told."""

from __future__ import annotations

from tests.sessions import Form, answer, at, infusion


def told(form: Form, minute: str) -> list[str]:
    """The rules behind a decision, in their order."""
    return list(answer(form)["decisions"][minute]["findings"])


def test_the_rule_that_calls_for_the_gravest_is_told_first() -> None:
    form = infusion(at(0), at(10, systolic_mmhg=205, spo2_pct=91, moaas=1))
    found = told(form, "10")

    assert set(found[:2]) == {"infusion_stop_now", "moaas_stop"}
    assert found.index("spo2_pause") < found.index("infusion_alert")


def test_what_only_informs_is_told_after_what_calls_for_the_same() -> None:
    form = infusion(at(0), at(10, systolic_mmhg=184), at(12, spo2_pct=91))

    assert told(form, "12")[:2] == ["spo2_pause", "pump_rests"]


def test_a_stop_at_the_first_reading_is_told_before_what_the_order_asks() -> None:
    form = infusion(at(0, moaas=1), order={"dose_mg": 40, "minutes": 5})

    assert told(form, "0")[0] == "moaas_stop"
    assert "order_minutes_outside" in told(form, "0")
