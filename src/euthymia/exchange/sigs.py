"""Reads the plain words of a prescription: "take two tablets by mouth twice daily"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from euthymia.exchange.units import convert
from euthymia.knowledge import Knowledge

MOST_KEPT = 10_000
"""Prescription lines remembered: most records repeat a few."""

HOURS_PER_DAY = 24
DAYS_PER_WEEK = 7

_DOTTED = re.compile(r"(?<=[a-z])\.(?=[a-z]|[\s,;)]|$)")
_DASHES = frozenset("-\N{EN DASH}")
_MARKS = frozenset("().:-\"'")
_TOKEN = re.compile(r"\d+(?:[.,/]\d+)*|\.\d+|[^\W\d_]+(?:['-][^\W\d_]+)*|[^\s\w]")
_NUMBER = re.compile(
    r"(?P<whole>\d+(?:\.\d+)?|\.\d+|\d{1,3}(?:,\d{3})+)|(?P<top>\d+)/(?P<bottom>[1-9]\d*)"
)

_GROUPS = {
    "sig_open": "O",
    "sig_silent": "S",
    "sig_take": "K",
    "sig_each_piece": "G",
    "sig_total": "T",
    "sig_every": "E",
    "sig_per": "A",
    "sig_times": "X",
    "sig_for": "B",
    "sig_and": "&",
    "daytime": "D",
    "unit_day": "Y",
    "unit_week": "W",
    "unit_hour": "H",
    "unit_piece": "P",
    "unit_ml": "V",
    "unit_mg": "U",
    "unit_ug": "U",
    "unit_g": "U",
}
"""Groups of words on the page, each with the sign the grammar knows it by. A number is N."""

_GRAMMAR = re.compile(
    r"(?P<length>[BX]N[YW])"
    r"|(?P<times>NXA?[YW]|NXF)"
    r"|(?P<every>EN?[HYW])"
    r"|(?P<mass>NUP?)"
    r"|(?P<pieces>NA?P|AP)"
    r"|(?P<volume>NV)"
    r"|(?P<bare>KN(?!A?[UPV]|X))"
    r"|(?P<often>F)"
    r"|(?P<daytime>D)"
    r"|(?P<per>A[YW])"
    r"|(?P<each>G)"
    r"|(?P<total>T)"
    r"|(?P<nothing>[K&]+)"
)


class Taken(Struct, frozen=True):
    """One dose as worded, and how often a day. None: the words do not say.

    Attributes:
        mg: Milligrams; those of one piece where `each`, of the whole dose where `total`.
        pieces: Tablets, capsules or patches.
        ml: Millilitres.
    """

    times: float | None
    mg: float | None = None
    pieces: float | None = None
    ml: float | None = None
    each: bool = False
    total: bool = False


class Word(Struct, frozen=True):
    """What one word or number of a prescription is to the grammar."""

    sign: str
    value: float = 1.0
    unit: str = ""


class Phrasebook:
    """The words of the page, ready to be met in a text."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Word]]] = {}
        for phrase, word in _phrases(knowledge):
            tokens = tuple(_TOKEN.findall(phrase))
            self._by_first.setdefault(tokens[0], []).append((tokens, word))
        for found in self._by_first.values():
            found.sort(key=lambda one: -len(one[0]))
        self._read: dict[tuple[str, tuple[str, ...]], tuple[Taken, ...] | None] = {}

    def longest(self, tokens: Sequence[str], at: int) -> tuple[Word, int] | None:
        """The word of the longest phrase that stands here, and its length in tokens."""
        for phrase, word in self._by_first.get(tokens[at], ()):
            if tuple(tokens[at : at + len(phrase)]) == phrase:
                return word, len(phrase)
        return None

    def read(self, text: str, names: tuple[str, ...] = ()) -> tuple[Taken, ...] | None:
        """The doses a text orders. None where it leaves them open or says more than we know.

        Args:
            text: The words of one prescription line.
            names: Names of the drug, which may stand in the text and say nothing of its dose.
        """
        key = (text, names)
        if key not in self._read:
            if len(self._read) >= MOST_KEPT:
                self._read.clear()
            self._read[key] = _read(text, names, self)
        return self._read[key]


def _phrases(knowledge: Knowledge) -> Iterator[tuple[str, Word]]:
    for entry in knowledge.words.values():
        word = _word_of(entry.id, entry.means, knowledge)
        if word is not None:
            yield from ((phrase, word) for phrase in entry.words)


def _word_of(group: str, means: str, knowledge: Knowledge) -> Word | None:
    if group.startswith("daily_"):
        return Word("F", knowledge.number(group))
    if group.startswith("count_"):
        return Word("N", knowledge.number(group))
    sign = _GROUPS.get(group)
    return Word(sign, unit=means) if sign else None


def _read(text: str, names: Iterable[str], book: Phrasebook) -> tuple[Taken, ...] | None:
    silent = {part for name in names for part in _TOKEN.findall(name.lower())}
    tokens = _TOKEN.findall(_DOTTED.sub("", text.lower()).replace("½", " 1/2"))
    words = _words(tokens, silent, book)
    if words is None:
        return None
    parts = _parts([word for word in words if word.sign != "S"])
    return None if parts is None else _doses(parts)


def _words(tokens: Sequence[str], silent: set[str], book: Phrasebook) -> list[Word] | None:
    """Every token as a word of the grammar. None: something open, or nothing we know."""
    words: list[Word] = []
    at = 0
    while at < len(tokens):
        met = book.longest(tokens, at)
        word, length = met or (_alone(tokens[at], silent), 1)
        if word is None or word.sign == "O" or _is_range(tokens, at):
            return None
        words.append(word)
        at += length
    return _joined_fractions(words)


def _alone(token: str, silent: set[str]) -> Word | None:
    """A number, a bracket, or part of the drug's name; None for anything else."""
    if token in silent or token in _MARKS:
        return Word("S")
    number = _number(token)
    return None if number is None else Word("N", number)


def _number(token: str) -> float | None:
    """50, 0.5, 1,200 or 1/2. A comma that may be a decimal sign leaves it open."""
    met = _NUMBER.fullmatch(token)
    if not met:
        return None
    if met["whole"]:
        return float(met["whole"].replace(",", ""))
    return float(met["top"]) / float(met["bottom"])


def _is_range(tokens: Sequence[str], at: int) -> bool:
    """`1-2`, `1 - 2`: a choice, not a dose. The mixed number 1-1/2 is written apart."""
    return (
        tokens[at] in _DASHES
        and 0 < at < len(tokens) - 1
        and tokens[at - 1][0].isdigit()
        and tokens[at + 1][0].isdigit()
    )


def _joined_fractions(words: Sequence[Word]) -> list[Word]:
    """`1 1/2` is one number."""
    joined: list[Word] = []
    for word in words:
        before = joined[-1] if joined else None
        if before and before.sign == word.sign == "N" and before.value >= 1 > word.value:
            joined[-1] = Word("N", before.value + word.value)
        else:
            joined.append(word)
    return joined


class Part(Struct, frozen=True):
    """One match of the grammar: its kind and the words it covers."""

    kind: str
    words: Sequence[Word]

    @property
    def number(self) -> float:
        return next((word.value for word in self.words if word.sign == "N"), 1.0)


def _parts(words: Sequence[Word]) -> list[Part] | None:
    """The words cut by the grammar; None where a word is left over."""
    signs = "".join(word.sign for word in words)
    parts, at = [], 0
    for met in _GRAMMAR.finditer(signs):
        if met.start() != at:
            return None
        parts.append(Part(met.lastgroup or "", words[met.start() : met.end()]))
        at = met.end()
    return parts if at == len(signs) else None


AMOUNTS = frozenset({"mass", "pieces", "volume", "bare"})
FREQUENCIES = frozenset({"times", "every", "often", "per"})


def _doses(parts: Sequence[Part]) -> tuple[Taken, ...] | None:
    """One dose for each amount with its own frequency."""
    found: list[list[Part]] = [[]]
    for part in parts:
        if part.kind in AMOUNTS and _is_dose(found[-1]) and _has_frequency(found[-1]):
            found.append([])
        found[-1].append(part)
    doses = [_dose(one) for one in found]
    whole = [dose for dose in doses if dose is not None]
    return tuple(whole) if len(whole) == len(doses) else None


def _is_dose(parts: Iterable[Part]) -> bool:
    return any(part.kind in AMOUNTS for part in parts)


def _has_frequency(parts: Iterable[Part]) -> bool:
    return any(part.kind in FREQUENCIES or part.kind == "daytime" for part in parts)


def _dose(parts: Sequence[Part]) -> Taken | None:
    """A dose with at most one amount of each kind; None where the words contradict each other."""
    amounts = [part for part in parts if part.kind in AMOUNTS]
    kinds = {"pieces" if part.kind == "bare" else part.kind for part in amounts}
    if len(kinds) != len(amounts):
        return None
    fits, times = _times(parts)
    if not fits:
        return None
    return Taken(
        times=times,
        mg=_milligrams(_one(amounts, "mass")),
        pieces=_count(_one(amounts, "pieces", "bare")),
        ml=_count(_one(amounts, "volume")),
        each=_one(parts, "each") is not None,
        total=_one(parts, "total") is not None,
    )


def _one(parts: Iterable[Part], *kinds: str) -> Part | None:
    return next((part for part in parts if part.kind in kinds), None)


def _count(part: Part | None) -> float | None:
    return None if part is None else part.number


def _milligrams(part: Part | None) -> float | None:
    if part is None:
        return None
    unit = next(word.unit for word in part.words if word.sign == "U")
    return convert(part.number, unit, "mg")


def _times(parts: Iterable[Part]) -> tuple[bool, float | None]:
    """Whether the words agree on how often, and how often a day; None: not said."""
    parts = tuple(parts)
    stated = {_often(part) for part in parts if part.kind in FREQUENCIES}
    at_times = sum(part.kind == "daytime" for part in parts)
    if not stated:
        return True, float(at_times) or None
    [*numbers] = stated
    agreed = len(numbers) == 1 and at_times in (0, numbers[0])
    return agreed, numbers[0]


def _often(part: Part) -> float:
    """Doses a day behind a frequency."""
    last = part.words[-1]
    if part.kind == "often":
        return last.value
    if part.kind == "every":
        return _PER_DAY[last.sign] / part.number
    each = last.value if last.sign == "F" else _PER_DAY[last.sign]
    return part.number * each


_PER_DAY: Mapping[str, float] = {"H": HOURS_PER_DAY, "Y": 1.0, "W": 1 / DAYS_PER_WEEK}
