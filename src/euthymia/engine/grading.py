"""Grades a judged criterion for this patient, by label and by guideline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from euthymia.engine.findings import Fact, Finding, Graded
from euthymia.engine.judge import judge, open_facts, verdict_of
from euthymia.engine.suitability import Weighed
from euthymia.knowledge.criteria import Circumstance, Criterion, Kind, Track
from euthymia.record.orders import Override
from euthymia.terms import Verdict

TRACKS: tuple[Track, Track] = ("label", "guideline")
NOT_GRAVER: Mapping[Track, Kind | None] = dict.fromkeys(TRACKS)
MILDEST_FIRST: tuple[Kind, ...] = ("information", "precaution", "contraindication")


def grade(
    criterion: Criterion, facts: Mapping[str, Fact], overrides: Sequence[Override] = ()
) -> Graded:
    """The criterion judged, with the grade it has for this patient on each track."""
    finding = judge(criterion, facts)
    override = next((one for one in overrides if _names(one, criterion)), None)
    if not criterion.circumstances:
        return Graded(finding, criterion.grades, NOT_GRAVER, (), override, finding.missing)
    met, open_ = _circumstances(criterion, facts)
    return Graded(
        finding,
        {track: _kind(criterion, track, met) for track in TRACKS},
        {track: _graver(criterion, track, met, open_) for track in TRACKS},
        tuple(met),
        override,
        _missing(finding, open_, facts),
    )


def path_of(word: Override) -> list[str]:
    """The finding that an override names, alone or below its option, as in tms/vns."""
    return word.finding.replace(".", "/").strip("/").split("/")


def _names(word: Override, criterion: Criterion) -> bool:
    """Whether it is about this finding, and a physician and a reason are named."""
    signed = all(any(letter.isalpha() for letter in told) for told in (word.by, word.reason))
    return signed and path_of(word)[-1] == criterion.id


def _circumstances(
    criterion: Criterion, facts: Mapping[str, Fact]
) -> tuple[list[Circumstance], list[Circumstance]]:
    """Those that hold, and those that may."""
    judged = [(one, verdict_of(one.when, facts)) for one in criterion.circumstances]
    return (
        [one for one, found in judged if found is Verdict.MET],
        [one for one, found in judged if found is Verdict.UNKNOWN],
    )


def _on(track: Track, circumstances: Sequence[Circumstance]) -> Iterator[Kind]:
    """The grades that circumstances give on a track, in their order."""
    for one in circumstances:
        if one.kind is not None and one.track in (None, track):
            yield one.kind


def _kind(criterion: Criterion, track: Track, met: Sequence[Circumstance]) -> Kind:
    return next(_on(track, met), criterion.grades[track])


def _graver(
    criterion: Criterion,
    track: Track,
    met: Sequence[Circumstance],
    open_: Sequence[Circumstance],
) -> Kind | None:
    """A graver grade that may still come out; None: the grade stands."""
    kind = _kind(criterion, track, met)
    graver = [one for one in _on(track, open_) if _rank(one) > _rank(kind)]
    return max(graver, key=_rank, default=None)


def _rank(kind: Kind) -> int:
    return MILDEST_FIRST.index(kind) if kind in MILDEST_FIRST else -1


def gravest(kinds: Mapping[Track, Kind]) -> Kind:
    """The stricter of the two grades."""
    return max(kinds.values(), key=_rank)


def _missing(
    finding: Finding, open_: Sequence[Circumstance], facts: Mapping[str, Fact]
) -> tuple[Fact, ...]:
    """What would settle the verdict; of a met one, what would settle its grade."""
    if finding.verdict is not Verdict.MET:
        return finding.missing
    names = dict.fromkeys(name for one in open_ for name in open_facts(one.when, facts))
    return tuple(facts[name] for name in names)


def weighed(graded: Graded, track: Track) -> Iterator[Weighed]:
    """What a graded finding weighs on a track; a graver grade that may come out weighs as open."""
    yield graded.kinds[track], graded.finding.verdict
    perhaps = graded.perhaps[track]
    if perhaps is not None and graded.finding.verdict is not Verdict.NOT_MET:
        yield perhaps, Verdict.UNKNOWN


def weighed_at_last(graded: Graded) -> Iterator[Weighed]:
    """On the stricter track; on the milder one where a named physician took it with a reason."""
    if graded.override is None:
        for track in TRACKS:
            yield from weighed(graded, track)
    else:
        yield from weighed(graded, min(TRACKS, key=lambda track: _rank(graded.kinds[track])))
