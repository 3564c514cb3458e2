"""The words in which every report speaks of options: verdicts, grades, merits and rates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from euthymia.engine.choice import Choice, Flip, Placed
from euthymia.engine.findings import Fact, Graded
from euthymia.engine.grading import TRACKS, gravest
from euthymia.engine.judge import verdict_of
from euthymia.engine.options import Option
from euthymia.engine.suitability import Suitability
from euthymia.exchange.words import action_words
from euthymia.knowledge import Knowledge
from euthymia.knowledge.conditions import AllOf, facts_of
from euthymia.knowledge.criteria import Kind
from euthymia.knowledge.therapies import Arm, Merit, Rate
from euthymia.models.prognosis import Expected
from euthymia.terms import Verdict

SUITS: dict[Suitability, str] = {
    Suitability.SUITABLE: "suitable",
    Suitability.CAUTION: "with care",
    Suitability.NOT_INDICATED: "not called for",
    Suitability.UNDETERMINED: "open: ask first",
    Suitability.CONTRAINDICATED: "must not be given",
}
"""Whether an option suits."""
GIVEN: dict[Suitability, str] = SUITS | {Suitability.SUITABLE: "could be given"}
"""Whether it could be given, by contraindications and precautions alone."""
MERITS: dict[Merit, str] = {
    "benefit": "benefit",
    "speed": "speed",
    "durability": "durability",
    "side_effects": "side effects",
    "burden": "visits and hours",
    "driving": "driving",
    "cost": "cost",
}
GRAVEST_FIRST: tuple[Kind, ...] = (
    "contraindication",
    "precaution",
    "indication",
    "requirement",
    "information",
)
OF_SAFETY: tuple[Kind, ...] = ("contraindication", "precaution")
NOT_NOW = (Suitability.CONTRAINDICATED, Suitability.NOT_INDICATED)
AT_ONCE = 2
"""So many conditions stand beside an option in full."""
BLINDED = {
    True: "patients were blinded",
    False: "patients were not blinded",
    None: "blinding not known",
}
PER_CENT = 100
LEVELS = 4


def kind_words(kind: Kind) -> str:
    return kind.replace("_", " ")


def gravest_first(found: Iterable[Graded]) -> list[Graded]:
    """In the order in which a reader must see them."""
    order = {kind: place for place, kind in enumerate(GRAVEST_FIRST)}
    return sorted(found, key=lambda one: order.get(gravest(one.kinds), len(order)))


def with_verdict(option: Option, verdict: Verdict) -> list[Graded]:
    return gravest_first(one for one in option.findings if one.finding.verdict is verdict)


def speaking_against(option: Option) -> list[Graded]:
    """The contraindications and precautions that are met, gravest first."""
    return [one for one in with_verdict(option, Verdict.MET) if gravest(one.kinds) in OF_SAFETY]


def conditions(option: Option, knowledge: Knowledge) -> tuple[str, ...]:
    """What to do first, as the precautions that are met ask for it; each thing once."""
    found = (one for one in speaking_against(option) if gravest(one.kinds) == "precaution")
    asked = dict.fromkeys(action for one in found for action in one.actions)
    return tuple(action_words(action, knowledge) for action in asked)


def condition_words(option: Option, knowledge: Knowledge) -> str:
    """`first: treat the blood pressure first, and 2 more`; empty where nothing comes first.

    Of what must not be given, or is not called for, nothing comes first.
    """
    asked = conditions(option, knowledge)
    if not asked or option.suitability in NOT_NOW:
        return ""
    if len(asked) <= AT_ONCE:
        return f"first: {'; '.join(asked)}"
    return f"first: {asked[0]}, and {len(asked) - 1} more"


def reason_words(option: Option) -> str:
    """`precaution: Pacemaker; not met: Two failed trials; not known: 3 contraindications`."""
    told = [*_against(option), *_not_called_for(option), *_not_known(option)]
    return "; ".join(told)


def _against(option: Option) -> Iterator[str]:
    by_kind: dict[Kind, list[str]] = {}
    for one in speaking_against(option):
        overridden = " (overridden)" if one.override else ""
        by_kind.setdefault(gravest(one.kinds), []).append(f"{_title(one)}{overridden}")
    yield from (f"{kind_words(kind)}: {', '.join(titles)}" for kind, titles in by_kind.items())


def _not_called_for(option: Option) -> Iterator[str]:
    """What would call for it and is not there; only where that decided."""
    found = lacking(option)
    if found:
        yield f"not met: {', '.join(_title(one) for one in found)}"


def _not_known(option: Option) -> Iterator[str]:
    """How many of each grade are open, and how many questions of its screen nobody answered."""
    kinds = [gravest(one.kinds) for one in with_verdict(option, Verdict.UNKNOWN)]
    counts = {kind_words(kind): kinds.count(kind) for kind in (*OF_SAFETY, "indication")}
    counts["screening question"] = len(option.unanswered)
    told = [f"{count} {name}{'s' if count > 1 else ''}" for name, count in counts.items() if count]
    if told:
        yield f"not known: {', '.join(told)}"


def _title(graded: Graded) -> str:
    return graded.finding.criterion.title


def telling(graded: Graded) -> list[Fact]:
    """The facts that speak for a met finding: those that hold, else all that are known."""
    known = [fact for fact in graded.finding.because if fact.value is not None]
    if graded.finding.verdict is not Verdict.MET:
        return known
    return [fact for fact in known if fact.value is not False] or known


def lacking(option: Option) -> list[Graded]:
    """The indications of which something is not there; only where that decided."""
    if option.suitability is not Suitability.NOT_INDICATED:
        return []
    found = with_verdict(option, Verdict.NOT_MET)
    return [one for one in found if gravest(one.kinds) == "indication"]


def failing(graded: Graded) -> list[Fact]:
    """The facts of those parts of a finding that are not met; else all that are known."""
    told = {fact.name: fact for fact in graded.finding.because}
    when = graded.finding.criterion.when
    names = dict.fromkeys(
        name
        for part in (when.parts if isinstance(when, AllOf) else (when,))
        if set(facts_of(part)) <= told.keys() and verdict_of(part, told) is Verdict.NOT_MET
        for name in facts_of(part)
    )
    return [told[name] for name in names] or telling(graded)


def safety_words(option: Option) -> tuple[tuple[str, str], ...]:
    """Whether it could be given, and by whom apart: `by label`, `must not be given`."""
    apart = ((f"by {track}", GIVEN[option.tracks[track]]) for track in TRACKS if option.tracks)
    return ("by both together", GIVEN[option.final]), *apart


def override_words(graded: Graded) -> str:
    """Who took the milder grade, when and why; empty where nobody did."""
    word = graded.override
    if word is None:
        return ""
    signed = f" on {word.signed}" if word.signed else ""
    return f"{word.by} took the milder grade{signed}: {word.reason}"


def perhaps_words(graded: Graded) -> str:
    """`could still become a contraindication (by label)`, or nothing."""
    graver: dict[Kind, list[str]] = {}
    for track in TRACKS:
        kind = graded.perhaps.get(track)
        if kind is not None:
            graver.setdefault(kind, []).append(f"by {track}")
    told = (f"{kind_words(kind)} ({' and '.join(who)})" for kind, who in graver.items())
    return f"could still become: {', '.join(told)}" if graver else ""


def rate_words(rate: Rate | None) -> str:
    """`47 % (41 to 54)`; empty where it is not known."""
    if rate is None:
        return ""
    if rate.interval_95 is None:
        return f"{rate.pct:.0f} %"
    low, high = rate.interval_95
    return f"{rate.pct:.0f} % ({low:.0f} to {high:.0f})"


def expected_words(expected: Expected | None) -> str:
    """What may be expected of this patient, percent; empty where nothing can be told."""
    if expected is None:
        return ""
    low, high = expected.interval_95
    chance = expected.probability * PER_CENT
    return f"{chance:.0f} % ({low * PER_CENT:.0f} to {high * PER_CENT:.0f})"


def control_words(arm: Arm) -> str:
    """`sham (n 146): response 12 %, remission 6 %`; empty where the study had none."""
    control = arm.control
    if control is None:
        return ""
    size = f" (n {control.n})" if control.n else ""
    rates = {"response": control.response_pct, "remission": control.remission_pct}
    told = ", ".join(f"{name} {pct:.0f} %" for name, pct in rates.items() if pct is not None)
    return f"{control.arm}{size}{': ' if told else ''}{told}"


def study_words(arm: Arm) -> str:
    """`; in the study response 47 %, beside it sham ...`: both as they were, before any shift."""
    told = [
        f"{name} {rate.pct:.0f} %"
        for name, rate in (("response", arm.response), ("remission", arm.remission))
        if rate is not None
    ]
    control = control_words(arm)
    beside = f", beside it {control}" if control else ""
    return f"; in the study {', '.join(told)}{beside}" if told else beside


def arms_in_order(arms: Sequence[Arm], first: Arm | None = None) -> list[Arm]:
    """The one in use first, then those that may seed an outlook, then the newest.

    So a replication stands before the trial that it corrects.
    """
    return sorted(arms, key=lambda arm: (arm != first, arm.use != "prior", -_year(arm)))


def _year(arm: Arm) -> int:
    return max((item.year or 0 for item in arm.evidence), default=0)


def span_words(arms: Sequence[Arm]) -> str:
    """`response 24 to 54 % in 4 blinded studies; response 38 % in 1 open study`, or nothing.

    Arms whose page says why their rates may be too good are left out, and shown with the rest.
    """
    fair = spanned(arms)
    outcome = "response" if any(arm.response for arm in fair) else "remission"
    return "; ".join(_spans(outcome, fair))


def spanned(arms: Sequence[Arm]) -> list[Arm]:
    """The arms with a rate of response and no known bias; without any, those of remission."""
    fair = [arm for arm in arms if not arm.bias]
    return [arm for arm in fair if arm.response] or [arm for arm in fair if arm.remission]


def _spans(outcome: str, arms: Sequence[Arm]) -> Iterator[str]:
    """Blinded studies and open ones apart."""
    for blinded, words in ((True, "blinded"), (False, "open"), (None, "unmarked")):
        found = [arm for arm in arms if arm.blinded is blinded]
        rates = [arm.response if outcome == "response" else arm.remission for arm in found]
        told = [rate.pct for rate in rates if rate is not None]
        if told:
            yield f"{outcome} {_span(told, words)}"


def _span(rates: Sequence[float], blinding: str) -> str:
    if len(rates) == 1:
        return f"{rates[0]:.0f} % in 1 {blinding} study"
    return f"{min(rates):.0f} to {max(rates):.0f} % in {len(rates)} {blinding} studies"


def share_words(placed: Placed) -> str:
    """How much of what the patient wishes for it offers; empty without weights."""
    return "" if placed.share is None else f"{placed.share:.2f} of what is wished for"


def place_words(option: Option, choice: Choice) -> str:
    """Such as `Its place among the others: speed 4 of 4 (weight 8), driving 1 of 4 (weight 3)`."""
    standings = option.therapy.standings
    told = [
        f"{MERITS[merit]} {standings[merit].level} of {LEVELS} (weight {weight:g})"
        for merit, weight in choice.compared.items()
        if merit in standings
    ]
    return f"Its place among the others: {', '.join(told)}." if told else ""


def order_words(choice: Choice) -> str:
    """By what the options were put in order."""
    if not choice.compared:
        return "No wish of the patient was weighed, so the order within a group says nothing."
    told = ", ".join(f"{MERITS[merit]} {weight:g}" for merit, weight in choice.compared.items())
    return f"Within a group in the order of the patient's own weights (0 to 10): {told}."


def left_out_words(choice: Choice) -> str:
    """What was wished for and could not be compared; empty where everything could."""
    told = ", ".join(words for merit, words in MERITS.items() if merit in choice.left_out)
    return f"Weighed, and left out as not every page tells of it: {told}." if told else ""


def flip_words(choice: Choice) -> str:
    """How robust the order is to the weights; empty where nothing was ordered by them."""
    if not choice.compared or not choice.now:
        return ""
    names = {one.option.therapy.id: one.option.therapy.name for one in choice.now}
    if not choice.flips:
        alone = len(choice.now) == 1
        return (
            "" if alone else "No single weight, set to nothing or to the most, changes the first."
        )
    return f"{'; '.join(_flip(one, names) for one in choice.flips)}."


def _flip(flip: Flip, names: dict[str, str]) -> str:
    return (
        f"With a weight of {flip.weight:g} for {MERITS[flip.merit]}, {names[flip.first]} is first"
    )


def in_brief(options: Sequence[Option]) -> tuple[tuple[str, str, str], ...]:
    """Each option that is planned in numbers: its id, its name and whether it suits, in words."""
    return tuple(
        (one.therapy.id, one.therapy.name, SUITS[one.suitability])
        for one in options
        if one.therapy.plan is not None
    )
