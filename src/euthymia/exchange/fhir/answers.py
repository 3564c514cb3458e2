"""Answers about the patient's life and genes: what each means, which one holds, since when.

The newest answer to a question holds. Two that differ on one day leave it unknown, and so does an
answer that was given and is no value of ours; a question that was declined says nothing at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.codes import codes_in, short
from euthymia.exchange.fhir.resources import CodeableConcept, Coding, Valued
from euthymia.exchange.fhir.terminology import FIELDS, OwnAnswer, Value, value_of
from euthymia.exchange.fhir.values import number_of, words_in
from euthymia.exchange.intake_form import GenesPart
from euthymia.knowledge.answers import Answer, Tally
from euthymia.record.entries import Told
from euthymia.record.quality import Doubt

NO_ANSWER = "has no answer that can be read"
NO_DATE = "has no date"
OWN = ""
"""The question behind an answer that the user's own table explains: it tells the field itself."""
METABOLISER = "metaboliser_"
"""How the words for a metaboliser begin on the pages."""


class Asked(Struct, frozen=True):
    """A question with the value that was given, and its day where it has one."""

    one: Found
    codes: tuple[str, ...]
    concept: CodeableConcept | None
    valued: Valued
    taken: date | None


class Reply(Struct, frozen=True):
    """What one answer says of a field. None: it was answered, and with no value of ours."""

    value: Value | None
    seen: date
    resource: str


class Standing(Struct, frozen=True):
    """What a field holds, and the day of the newest reply behind it."""

    told: Told | None
    last: date


class Answers:
    """The answers of a chart, as they are met."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self._replies: dict[tuple[str, str], list[Reply]] = {}

    def knows(self, asked: Asked) -> bool:
        """Whether a page or the user's own table knows the question or the answer."""
        guide = self.chart.guide
        return (
            any(code in guide.answers or code in guide.tallies for code in asked.codes)
            or next(self._own_question(asked), None) is not None
            or next(self._own_answer(asked), None) is not None
        )

    def take(self, asked: Asked) -> bool:
        """Whether an answer was used. What it cannot say is noted."""
        if asked.taken is None:
            self.chart.ledger.skip(asked.one, NO_DATE)
            return False
        if not _is_answered(asked.valued):
            self.chart.ledger.skip(asked.one, NO_ANSWER)
            return False
        return self._take_own(asked) or self._take_known(asked)

    # ------------------------------------------------ by the user's own table

    def _own_answer(self, asked: Asked) -> Iterator[OwnAnswer]:
        """What the coded answer stands for."""
        for own in self._own(_codings(asked.valued)):
            if own.value is not None:
                yield own

    def _own_question(self, asked: Asked) -> Iterator[OwnAnswer]:
        yield from self._own(asked.concept.coding if asked.concept else ())

    def _own(self, codings: Iterable[Coding]) -> Iterator[OwnAnswer]:
        for coding in codings if self.chart.guide.own_answers else ():
            own = self.chart.guide.own_answers.get(f"{short(coding.system)}:{coding.code}")
            if own is not None:
                yield own

    def _take_own(self, asked: Asked) -> bool:
        said = [(own.field, own.value) for own in self._own_answer(asked)]
        said = said or [
            (own.field, self._answered(own, asked)) for own in self._own_question(asked)
        ]
        for field, value in said:
            self._note(asked, (field, OWN), value)
        return bool(said)

    def _answered(self, own: OwnAnswer, asked: Asked) -> Value | None:
        """The value of a question; of a finding that is asked after, its own where it is there."""
        if own.value is None:
            return self._one_of(own.field, self._readings(own.field, asked.valued))
        match self._yes_or_no(asked.valued):
            case True:
                return own.value
            case False if isinstance(own.value, bool):
                return not own.value
            case _:
                return None

    def _one_of(self, field: str, readings: Iterable[Value]) -> Value | None:
        """The one value that all readings give which the field can have."""
        values = {value for one in readings if (value := value_of(field, one)) is not None}
        return values.pop() if len(values) == 1 else None

    def _readings(self, field: str, valued: Valued) -> Iterator[Value]:
        """What a value may say of a field: a number, yes or no, a word, a kind of metaboliser."""
        number = number_of(valued)
        if number is not None:
            yield number
        answer = self._yes_or_no(valued)
        if answer is not None:
            yield answer
        signs = _signs(valued)
        yield from signs
        if FIELDS[field] is GenesPart:
            for entry in self.chart.guide.knowledge.words.values():
                if entry.id.startswith(METABOLISER) and signs & set(entry.words):
                    yield entry.means

    def _yes_or_no(self, valued: Valued) -> bool | None:
        words, signs = self.chart.guide.knowledge.words, _signs(valued)
        yes, no = (bool(signs & set(words[one].words)) for one in ("answer_yes", "answer_no"))
        return None if yes == no else yes

    # ------------------------------------------------ by the pages

    def _take_known(self, asked: Asked) -> bool:
        guide, taken = self.chart.guide, False
        for code in asked.codes:
            for answer in guide.answers.get(code, ()):
                taken |= self._take_answer(asked, answer)
            for tally in guide.tallies.get(code, ()):
                value = _meaning(asked.valued, _yes_and_no(tally), ())
                self._note(asked, (tally.id, code), value)
                taken = True
        return taken

    def _take_answer(self, asked: Asked, answer: Answer) -> bool:
        """A declined question is read, and is as if nobody had asked it."""
        signs, declined = _signs(asked.valued), _lower(answer.declined)
        if not signs & declined or signs & _lower(answer.means):
            value = _meaning(asked.valued, answer.means, (*answer.open, *answer.declined))
            self._note(asked, (answer.field, answer.id), value)
        return True

    def _note(self, asked: Asked, key: tuple[str, str], value: Value | None) -> None:
        if asked.taken is not None:
            reply = Reply(value, asked.taken, asked.one.label)
            self._replies.setdefault(key, []).append(reply)

    # ------------------------------------------------ what holds

    def context(self) -> dict[str, Told]:
        """What holds of each field, by the key of a record's context."""
        pages = self.chart.guide.knowledge
        fields = [one.field for one in pages.answers.values()]
        fields += [one.field for one in pages.tallies.values()]
        own = [field for field, question in self._replies if question == OWN]
        found = {field: self._standing(field) for field in sorted({*fields, *own} - set(GENES))}
        return {field: told for field, told in found.items() if told is not None}

    def genes(self) -> dict[str, str]:
        """The metaboliser by gene. A gene does not change: results that differ leave it unknown."""
        found = {}
        for gene in GENES:
            replies = self._replies.get((gene, OWN), ())
            values = {str(one.value) for one in replies if one.value is not None}
            self._doubt((one for one in replies if one.value is None), _unknown(gene))
            if len(values) == 1:
                found[gene] = values.pop()
            elif values:
                self._doubt(replies, f"results for {gene} differ, so none is taken")
        return found

    def _standing(self, field: str) -> Told | None:
        """By the pages' questions or the user's own codes, whichever were answered last."""
        knowledge = self.chart.guide.knowledge
        asked = [one for one in knowledge.answers.values() if one.field == field]
        tallied = [one for one in knowledge.tallies.values() if one.field == field]
        found = [
            self._asked(asked),
            *(self._tallied(one) for one in tallied),
            _alone(self._newest((field, OWN), field)),
        ]
        known = [one for one in found if one is not None]
        last = max((one.last for one in known), default=None)
        told = [one.told for one in known if one.last == last and one.told is not None]
        return told[0] if len({one.value for one in told}) == 1 else None

    def _asked(self, questions: Sequence[Answer]) -> Standing | None:
        """A value that holds alone, else the one that every question of the field gives."""
        newest = [(one, self._newest((one.field, one.id), one.field)) for one in questions]
        given = [(one, reply) for one, reply in newest if reply is not None]
        if not given:
            return None
        last = max(reply.seen for _, reply in given)
        alone = [reply for one, reply in given if reply.value in one.alone]
        if alone:
            return Standing(_told(max(alone, key=_when)), last)
        replies = [reply for _, reply in given]
        agreed = len(given) == len(questions) and len({reply.value for reply in replies}) == 1
        return Standing(_told(min(replies, key=_when)) if agreed else None, last)

    def _tallied(self, tally: Tally) -> Standing | None:
        """True from enough yes on; false where none is yes and those left open are too few.

        Anything between says nothing: who tells of some is never said to tell of none.
        """
        keys = [(tally.id, code.value) for code in tally.codes]
        given = [reply for key in keys if (reply := self._newest(key, tally.field)) is not None]
        if not given:
            return None
        last = max(reply.seen for reply in given)
        yes = [reply for reply in given if reply.value is True]
        no = [reply for reply in given if reply.value is False]
        if len(yes) >= tally.enough:
            return Standing(_sum(True, yes), last)
        if not yes and tally.items - len(no) < tally.enough:
            return Standing(_sum(False, [*yes, *no]), last)
        return None

    def _newest(self, key: tuple[str, str], field: str) -> Reply | None:
        """The newest reply to a question; None where there is none."""
        replies = self._replies.get(key, [])
        last = max((one.seen for one in replies), default=None)
        newest = sorted((one for one in replies if one.seen == last), key=_when)
        if len({one.value for one in newest}) > 1:
            self._doubt(newest, f"answers of one day differ, so {field} is unknown")
            return Reply(None, newest[0].seen, newest[0].resource)
        self._doubt((one for one in newest if one.value is None), _unknown(field))
        return newest[0] if newest else None

    def _doubt(self, replies: Iterable[Reply], what: str) -> None:
        self.chart.ledger.doubts.extend(Doubt(one.resource, what) for one in replies)


GENES: tuple[str, ...] = GenesPart.__struct_fields__


def codes_asked(concept: CodeableConcept | None) -> tuple[str, ...]:
    """The LOINC codes of a question."""
    return tuple(codes_in(concept, "loinc"))


def _codings(valued: Valued) -> tuple[Coding, ...]:
    concept = valued.value_codeable_concept.coding if valued.value_codeable_concept else ()
    return (*concept, valued.value_coding) if valued.value_coding else concept


def _signs(valued: Valued) -> frozenset[str]:
    """What an answer may be known by, in lower case: LOINC codes and words."""
    codes = (
        one.code.lower()
        for one in _codings(valued)
        if one.code and short(one.system) in ("loinc", "none")
    )
    return frozenset((*codes, *words_in(valued)))


def _is_answered(valued: Valued) -> bool:
    return bool(_codings(valued) or _signs(valued)) or number_of(valued) is not None


def _meaning(
    valued: Valued, means: dict[str, str | bool], left_open: Collection[str]
) -> Value | None:
    """The value that an answer stands for; None where its signs tell none, or more than one."""
    signs = _signs(valued)
    found = {value for sign, value in means.items() if sign.lower() in signs}
    return found.pop() if len(found) == 1 and not signs & _lower(left_open) else None


def _yes_and_no(tally: Tally) -> dict[str, str | bool]:
    return {**dict.fromkeys(tally.counts, True), **dict.fromkeys(tally.counts_not, False)}


def _lower(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(code.lower() for code in codes)


def _unknown(field: str) -> str:
    return f"its answer leaves {field} unknown"


def _when(reply: Reply) -> tuple[date, str]:
    return reply.seen, reply.resource


def _told(reply: Reply) -> Told | None:
    return None if reply.value is None else Told(reply.value, reply.seen, reply.resource)


def _alone(reply: Reply | None) -> Standing | None:
    return None if reply is None else Standing(_told(reply), reply.seen)


def _sum(value: bool, replies: Sequence[Reply]) -> Told:
    """As old as the oldest answer behind it."""
    oldest = min(replies, key=_when)
    return Told(value, oldest.seen, oldest.resource)
