"""Puts totals and answers together: one rating for each time a form was filled in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from euthymia.knowledge.instruments import Instrument
from euthymia.record.entries import Rating


class Piece(Struct, frozen=True):
    """A total or one answer of a form.

    Attributes:
        panel: Label of the entry that holds the pieces together; empty where none does.
        moment: The date as written, which tells two forms of one day apart.
        item: Number of the answer, from 0; None for the total.
    """

    form: Instrument
    taken: date | None
    panel: str
    moment: str
    item: int | None
    points: float
    resource: str


def put_together(pieces: Iterable[Piece]) -> list[Rating]:
    """Ratings from loose pieces: those of one panel belong together, else those of one day."""
    groups: dict[tuple[str, str, str], list[Piece]] = {}
    for piece in pieces:
        groups.setdefault((piece.form.id, piece.panel, str(piece.taken)), []).append(piece)
    ratings = [rating for key in sorted(groups) for rating in _of_one_day(groups[key])]
    return [one for rating in _merged(ratings) for one in _as_dated(rating, _forms(groups))]


def _forms(groups: dict[tuple[str, str, str], list[Piece]]) -> dict[str, Instrument]:
    return {form: pieces[0].form for (form, _, _), pieces in groups.items()}


def _of_one_day(pieces: Sequence[Piece]) -> Iterator[Rating]:
    """One rating, or one for each moment where something was answered twice."""
    if _answered_once(pieces):
        yield _rating(pieces)
        return
    by_moment: dict[str, list[Piece]] = {}
    for piece in pieces:
        by_moment.setdefault(piece.moment, []).append(piece)
    for moment in sorted(by_moment):
        yield from _of_one_moment(by_moment[moment])


def _of_one_moment(pieces: Sequence[Piece]) -> Iterator[Rating]:
    """Totals that differ are ratings of their own; answers that differ are left out."""
    if _answered_once(pieces):
        yield _rating(pieces)
        return
    agreed = [piece for piece in pieces if piece.item is not None and _agrees(piece, pieces)]
    totals = {piece.points: piece for piece in pieces if piece.item is None}
    if len(totals) == 1:
        yield _rating([*agreed, *totals.values()])
        return
    if agreed:
        yield _rating(agreed)
    for points in sorted(totals):
        yield _rating([totals[points]])


def _agrees(piece: Piece, pieces: Iterable[Piece]) -> bool:
    return all(other.points == piece.points for other in pieces if other.item == piece.item)


def _answered_once(pieces: Iterable[Piece]) -> bool:
    return all(count == 1 for count in Counter(piece.item for piece in pieces).values())


def _rating(pieces: Sequence[Piece]) -> Rating:
    """The pieces as one filled-in form, named after its panel, its total or an answer."""
    form = pieces[0].form
    answers = {piece.item: int(piece.points) for piece in pieces if piece.item is not None}
    totals = [piece for piece in pieces if piece.item is None]
    return Rating(
        instrument=form.id,
        total=totals[0].points if totals else None,
        items=tuple(answers.get(number) for number in range(_length(form))) if answers else (),
        taken=pieces[0].taken,
        resource=pieces[0].panel or min(piece.resource for piece in totals or pieces),
    )


def _length(form: Instrument) -> int:
    return len(form.item_codes) or form.items or 0


def _merged(ratings: Iterable[Rating]) -> list[Rating]:
    """A form and the observations drawn from it are one rating where they do not differ."""
    kept: list[Rating] = []
    for rating in sorted(ratings, key=_fullest_first):
        twin = next((number for number, one in enumerate(kept) if _same(one, rating)), None)
        if twin is None:
            kept.append(rating)
        else:
            kept[twin] = _joined(kept[twin], rating)
    return kept


def _fullest_first(rating: Rating) -> tuple[str, date, int, str]:
    answered = sum(answer is not None for answer in rating.items) + (rating.total is not None)
    return rating.instrument, rating.taken or date.min, -answered, rating.resource or ""


def _same(one: Rating, other: Rating) -> bool:
    """Whether two ratings of one form and day tell the same, as far as each tells it."""
    if one.instrument != other.instrument or one.taken != other.taken:
        return False
    answers = zip(one.items, other.items, strict=False)
    agree = all(None in pair or pair[0] == pair[1] for pair in answers)
    return agree and _adds_up(_joined(one, other), one, other)


def _adds_up(both: Rating, *parts: Rating) -> bool:
    """Totals agree; a total from one side and all the answers from the other fit together."""
    if len({part.total for part in parts} - {None}) > 1:
        return False
    answered = [answer for answer in both.items if answer is not None]
    whole = bool(answered) and len(answered) == len(both.items)
    return both.total is None or both in parts or not whole or both.total == sum(answered)


def _joined(one: Rating, other: Rating) -> Rating:
    items = one.items or other.items
    if one.items and other.items:
        pairs = zip(one.items, other.items, strict=True)
        items = tuple(mine if mine is not None else theirs for mine, theirs in pairs)
    return replace(one, total=other.total if one.total is None else one.total, items=items)


def _as_dated(rating: Rating, forms: dict[str, Instrument]) -> Iterator[Rating]:
    """A rating without a date says nothing of today, except where it tells of danger."""
    if rating.taken is not None:
        yield rating
        return
    item = forms[rating.instrument].safety
    if item is None or not rating.items:
        return
    numbers = range(len(rating.items)) if item.number is None else (item.number - 1,)
    asked = {number: rating.items[number] for number in numbers if number < len(rating.items)}
    if any((answer or 0) >= item.positive_from for answer in asked.values()):
        kept = tuple(asked.get(number) for number in range(len(rating.items)))
        yield replace(rating, total=None, items=kept)
