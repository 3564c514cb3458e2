"""The words of a prescription: read where they are plain, left open where they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from euthymia import shipped
from euthymia.exchange.doses import Strength, dose_ordered
from euthymia.exchange.sigs import Phrasebook

BOOK = Phrasebook(shipped())
FIFTY_MG = Strength(50, "piece")


def daily(text):
    """The daily dose of a label in mg, where one piece holds 50 mg."""
    doses = BOOK.read(text, ("sertraline",))
    return dose_ordered(doses, FIFTY_MG, "mg/d") if doses else None


@pytest.mark.parametrize(
    ("text", "mg"),
    [
        ("20 mg qd", 20),
        ("1 tab bid", 100),
        ("take two tablets by mouth twice daily", 200),
        ("50mg po qhs", 50),
        ("Take half a tablet daily", 25),
        ("1/2 tab b.i.d.", 50),
        ("½ tab daily", 25),
        ("1 1/2 tabs daily", 75),
        ("Take one and a half tablets daily", 75),
        ("Take 1 tablet (50 mg total) by mouth daily.", 50),
        ("Take 2 tablets (100 mg total) by mouth every morning", 100),
        ("Take 1 tab in the morning and 2 tabs at bedtime", 150),
        ("Take 1 tab PO QAM and QHS", 100),
        ("take 1 capsule 3 times a day with meals", 150),
        ("25 mg q12h", 50),
        ("Take 10 mg every 12 hours", 20),
        ("150 mg/day", 150),
        ("1,200 mg daily", 1200),
        ("75 mcg daily", 0.075),
        ("0.5 g daily", 500),
        ("sertraline 50 mg qd", 50),
        ("take 1 tablet every other day", 25),
        ("70 mg once a week", 10),
        ("Take 1 daily", 50),
        ("apply 1 patch daily", 50),
        ("1 tab daily for 30 days", 50),
    ],
)
def test_a_plain_label_gives_its_daily_dose(text, mg):
    assert daily(text) == pytest.approx(mg)


@pytest.mark.parametrize(
    "text",
    [
        "1-2 tabs",
        "1-2 tabs daily",
        "1 to 2 tabs daily",
        "as directed",
        "20 mg prn",
        "Take 1 tablet daily as needed for sleep",
        "take half a tablet",
        "take 3 tablets twice a day then 1 daily",
        "start 25 mg daily, increase to 50 mg",
        "37,5 mg daily",
        "1 tablet twice daily 3 times daily",
        "2 tablets of 25 mg total daily",
        "20 daily",
        "50 mg every 4 to 6 hours",
        "one a day unless the moon is full",
        "qd",
        "",
    ],
)
def test_a_label_that_leaves_the_dose_open_gives_none(text):
    assert daily(text) is None


def test_two_amounts_that_contradict_the_strength_give_none():
    assert daily("Take 1 tablet (25 mg total) daily") is None


def test_an_amount_per_piece_is_multiplied_only_when_the_strength_agrees():
    assert daily("50 mg tablet, take 2 tabs daily") == 100
    assert daily("40 mg tablet, take 2 tabs daily") is None


def test_a_label_without_how_often_keeps_the_amount():
    [taken] = BOOK.read("take half a tablet")

    assert (taken.pieces, taken.times) == (0.5, None)


@given(st.text(max_size=60))
def test_no_text_ever_breaks_the_reader(text):
    BOOK.read(text)


@given(
    st.integers(1, 400),
    st.sampled_from(["daily", "bid", "three times a day", "every 6 hours", "at bedtime"]),
)
def test_capitals_and_dots_change_nothing(mg, often):
    assert daily(f"Take {mg} MG {often.upper()}.") == daily(f"take {mg} mg {often}")
