"""The options in the order of what the patient holds dear, and how firm that order is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from euthymia.engine.choice import MERITS, Choice, choice
from euthymia.engine.options import Option
from euthymia.engine.suitability import Suitability
from euthymia.knowledge.therapies import Merit, Standing, Therapy
from euthymia.record.orders import Preferences
from tests.laws.strategies import KNOWLEDGE, Form, assessed
from tests.unit.options_told import all_answered_no

ABOUT = KNOWLEDGE.therapies["tms"].about
Levels = Mapping[str, int]
ALL: tuple[Merit, ...] = MERITS


def offered(name: str, levels: Levels, suitability: Suitability = Suitability.SUITABLE) -> Option:
    standings = {merit: Standing(levels[merit], "", "choice") for merit in ALL if merit in levels}
    return Option(
        therapy=Therapy(id=name, name=name, about=ABOUT, standings=standings),
        findings=(),
        suitability=suitability,
        final=suitability,
        tracks={},
    )


def names(found: Choice) -> list[str]:
    return [one.option.therapy.id for one in found.now]


FAST = offered("fast", {"benefit": 2, "speed": 4, "durability": 1})
LASTING = offered("lasting", {"benefit": 2, "speed": 1, "durability": 4})
MIDDLE = offered("middle", {"benefit": 3, "speed": 2, "durability": 2})
THREE = (FAST, LASTING, MIDDLE)


# ---------------------------------------------------------------- the order


@pytest.mark.parametrize(
    ("weights", "order"),
    [
        ({"speed": 5}, ["fast", "middle", "lasting"]),
        ({"durability": 5}, ["lasting", "middle", "fast"]),
        ({"benefit": 5}, ["middle", "fast", "lasting"]),
        ({"speed": 2, "durability": 1}, ["fast", "lasting", "middle"]),
        ({"speed": 1, "durability": 1}, ["fast", "lasting", "middle"]),
        ({"speed": 0, "durability": 1}, ["lasting", "middle", "fast"]),
    ],
)
def test_the_order_is_by_the_weights(weights: dict[str, float], order: list[str]) -> None:
    assert names(choice(THREE, Preferences(weights=weights))) == order


def test_the_share_is_what_is_gained_of_what_could_be() -> None:
    found = choice(THREE, Preferences(weights={"speed": 3, "durability": 1}))
    shares = {one.option.therapy.id: one.share for one in found.now}
    assert shares == pytest.approx(
        {
            "fast": (3 * 4 + 1 * 1) / 16,
            "lasting": (3 * 1 + 1 * 4) / 16,
            "middle": (3 * 2 + 1 * 2) / 16,
        }
    )


@pytest.mark.parametrize("weights", [{}, {"speed": 0}])
def test_without_weights_nothing_has_a_share_and_nothing_flips(weights: dict[str, float]) -> None:
    found = choice(THREE, Preferences(weights=weights))
    assert names(found) == ["fast", "lasting", "middle"]
    assert [one.share for one in found.now] == [None, None, None]
    assert (found.compared, found.left_out, found.flips) == ({}, (), ())


def test_of_equal_options_the_preferred_comes_first_and_then_the_name() -> None:
    twins = [offered(name, {"speed": 2}) for name in ("c", "a", "b")]
    assert names(choice(twins, Preferences(weights={"speed": 1}))) == ["a", "b", "c"]
    preferred = Preferences(weights={"speed": 1}, prefers=("b",))
    assert names(choice(twins, preferred)) == ["b", "a", "c"]
    assert [one.preferred for one in choice(twins, preferred).now] == [True, False, False]


def test_a_preference_does_not_outweigh_the_weights() -> None:
    wishes = Preferences(weights={"speed": 1}, prefers=("lasting",))
    assert names(choice(THREE, wishes))[0] == "fast"


def test_what_is_declined_is_not_offered_first_and_stands_among_the_rest() -> None:
    found = choice(THREE, Preferences(weights={"speed": 1}, declines=("fast",)))
    assert names(found) == ["middle", "lasting"]
    assert [(one.option.therapy.id, one.declined) for one in found.not_now] == [("fast", True)]


# ---------------------------------------------------------------- groups

GROUP = {
    Suitability.SUITABLE: "now",
    Suitability.CAUTION: "now",
    Suitability.UNDETERMINED: "open",
    Suitability.NOT_INDICATED: "not_now",
    Suitability.CONTRAINDICATED: "not_now",
}


@pytest.mark.parametrize("suitability", list(Suitability))
def test_each_option_stands_in_the_group_of_its_suitability(suitability: Suitability) -> None:
    one = offered("one", {"speed": 4}, suitability)
    found = choice([one, FAST], Preferences(weights={"speed": 1}))
    groups = {name: [p.option.therapy.id for p in getattr(found, name)] for name in GROUP.values()}
    assert [name for name, held in groups.items() if "one" in held] == [GROUP[suitability]]


@given(
    st.lists(st.sampled_from(list(Suitability)), min_size=1, max_size=6),
    st.dictionaries(st.sampled_from(ALL), st.integers(0, 10)),
    st.sets(st.integers(0, 5)),
)
def test_what_is_contraindicated_is_never_offered_and_nothing_is_lost(
    found: list[Suitability], weights: dict[str, int], liked: set[int]
) -> None:
    options = [
        offered(f"o{number}", dict.fromkeys(ALL, 4), one) for number, one in enumerate(found)
    ]
    wishes = Preferences(weights=weights, prefers=tuple(f"o{number}" for number in sorted(liked)))
    answer = choice(options, wishes)
    assert all(one.option.suitability <= Suitability.CAUTION for one in answer.now)
    assert all(one.option.suitability is Suitability.UNDETERMINED for one in answer.open)
    placed = [one.option.therapy.id for one in (*answer.now, *answer.open, *answer.not_now)]
    assert sorted(placed) == sorted(one.therapy.id for one in options)


# ---------------------------------------------------------------- merits left out


def test_a_merit_that_some_page_does_not_tell_is_left_out_of_the_comparison() -> None:
    found = choice(THREE, Preferences(weights={"speed": 3, "cost": 9}))
    assert (found.compared, found.left_out) == ({"speed": 3}, ("cost",))
    assert names(found) == ["fast", "middle", "lasting"]


def test_a_page_that_cannot_be_chosen_leaves_no_merit_out() -> None:
    mute = offered("mute", {}, Suitability.CONTRAINDICATED)
    found = choice([*THREE, mute], Preferences(weights={"speed": 3}))
    assert (found.compared, found.left_out) == ({"speed": 3}, ())
    assert [one.share for one in found.not_now] == [None]


def test_of_the_shipped_pages_only_cost_is_left_out() -> None:
    weights = dict.fromkeys(ALL, 5)
    found = assessed(all_answered_no(preferences={"weights": weights})).choice
    assert found.left_out == ("cost",)
    assert {one.option.therapy.id for one in found.now} == {"tms", "ketamine_iv", "esketamine"}


def test_a_quick_effect_puts_the_infusion_first_and_a_short_way_home_stimulation() -> None:
    def first(**weights: int) -> str:
        form: Form = all_answered_no(preferences={"weights": weights})
        return names(assessed(form).choice)[0]

    assert first(speed=5) == "ketamine_iv"
    assert first(driving=5) == "tms"


# ---------------------------------------------------------------- how firm it is

GRID = [0, 1, 4, 10]
MERITS_OF_TWO: tuple[Merit, Merit] = ("speed", "durability")


def gained(option: Option, weights: dict[str, float]) -> float:
    """What an option offers of what is wished for, before it is made a share."""
    standings = {str(merit): one.level for merit, one in option.therapy.standings.items()}
    return sum(weight * standings[merit] for merit, weight in weights.items())


def overtaken(options: tuple[Option, ...], first: str, weights: dict[str, float]) -> bool:
    """Whether some other option offers more than the one that was first: a tie is no reason."""
    offers = {one.therapy.id: gained(one, weights) for one in options}
    return max(offers.values()) > offers[first] + 1e-9


def expected_flips(options: tuple[Option, ...], weights: dict[str, float]) -> set[tuple[str, str]]:
    """By brute force over the levels a weight may have, those at which another offers more."""
    first = names(choice(options, Preferences(weights=weights)))[0]
    found = set()
    for merit, weight in weights.items():
        for tenth in range(101):
            if overtaken(options, first, weights | {merit: tenth / 10}):
                found.add((merit, "less" if tenth / 10 < weight else "more"))
    return found


@pytest.mark.parametrize("weights", list(product(GRID[1:], GRID[1:])))
def test_a_flip_is_told_exactly_where_some_other_weight_puts_another_first(
    weights: tuple[float, float],
) -> None:
    told: dict[str, float] = dict(zip(MERITS_OF_TWO, weights, strict=True))
    found = choice(THREE, Preferences(weights=told))
    sides = {(one.merit, "less" if one.weight < told[one.merit] else "more") for one in found.flips}
    assert sides == expected_flips(THREE, told)


levels = st.integers(0, 4)
merits: tuple[Merit, ...] = ("speed", "burden", "driving")
sets_of_options = st.lists(
    st.fixed_dictionaries(dict.fromkeys(merits, levels)), min_size=2, max_size=4
).map(lambda told: tuple(offered(f"o{at}", one) for at, one in enumerate(told)))
whole_weights = st.fixed_dictionaries(dict.fromkeys(merits, st.integers(1, 9)))


@given(sets_of_options, whole_weights)
def test_each_flip_comes_true(options: tuple[Option, ...], weights: dict[str, float]) -> None:
    found = choice(options, Preferences(weights=weights))
    for flip in found.flips:
        changed = weights | {flip.merit: flip.weight}
        assert names(choice(options, Preferences(weights=changed)))[0] == flip.first
        assert flip.first != names(found)[0]


@given(sets_of_options, whole_weights, st.sampled_from(merits), st.integers(0, 10))
def test_where_no_flip_is_told_the_first_stays_first(
    options: tuple[Option, ...], weights: dict[str, float], merit: Merit, other: int
) -> None:
    found = choice(options, Preferences(weights=weights))
    side = [one for one in found.flips if one.merit == merit]
    if not any((one.weight > weights[merit]) is (other > weights[merit]) for one in side):
        assert not overtaken(options, names(found)[0], weights | {merit: other})


def test_one_option_alone_has_no_rival() -> None:
    assert choice([FAST], Preferences(weights={"speed": 5})).flips == ()


def test_a_name_is_no_reason_to_come_first() -> None:
    """Where the only weight falls to nothing, nothing is wished for, and nobody overtakes."""
    found = choice((FAST, LASTING), Preferences(weights={"durability": 5}))
    assert names(found) == ["lasting", "fast"]
    assert found.flips == ()


# ---------------------------------------------------------------- laws


@given(sets_of_options, whole_weights, st.sampled_from(merits), st.integers(1, 10))
def test_raising_the_weight_of_a_merit_never_lowers_what_is_best_on_it(
    options: tuple[Option, ...], weights: dict[str, float], merit: Merit, added: int
) -> None:
    def places(told: dict[str, float]) -> dict[str, int]:
        return {
            name: at for at, name in enumerate(names(choice(options, Preferences(weights=told))))
        }

    best = max(one.therapy.standings[merit].level for one in options)
    before, after = places(weights), places(weights | {merit: weights[merit] + added})
    leading = [one.therapy.id for one in options if one.therapy.standings[merit].level == best]
    if len(leading) == 1:
        assert after[leading[0]] <= before[leading[0]]


@given(sets_of_options, whole_weights, st.integers(2, 7))
def test_scaling_all_weights_changes_no_place(
    options: tuple[Option, ...], weights: dict[str, float], times: int
) -> None:
    scaled = {merit: weight * times for merit, weight in weights.items()}
    assert names(choice(options, Preferences(weights=scaled))) == names(
        choice(options, Preferences(weights=weights))
    )


def test_tenths_of_a_weight_keep_a_tie_a_tie() -> None:
    """12 x 1 + 8 x 4 is 12 x 3 + 8 x 1, in tenths as well."""
    long = offered("long", {"speed": 1, "burden": 4})
    quick = offered("quick", {"speed": 3, "burden": 1})
    for speed, burden in ((12, 8), (1.2, 0.8)):
        wishes = Preferences(weights={"speed": speed, "burden": burden}, prefers=("quick",))
        assert names(choice([long, quick], wishes))[0] == "quick"


@given(sets_of_options, whole_weights)
def test_the_order_in_which_pages_are_read_changes_nothing(
    options: tuple[Option, ...], weights: dict[str, float]
) -> None:
    shuffled = list(reversed(options))
    wishes = Preferences(weights=weights)
    assert names(choice(shuffled, wishes)) == names(choice(options, wishes))
