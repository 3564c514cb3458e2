"""Gives a therapy the criteria of another that hold for it too, graded as its own page says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from euthymia.knowledge.criteria import Criterion
from euthymia.knowledge.therapies import Therapy
from euthymia.library.faults import KnowledgeError, mend


def with_shared_criteria(therapies: Mapping[str, Therapy]) -> dict[str, Therapy]:
    """The therapies with every criterion that holds for them. Raises KnowledgeError."""
    return {name: _shared(therapy, therapies) for name, therapy in therapies.items()}


def _shared(therapy: Therapy, therapies: Mapping[str, Therapy]) -> Therapy:
    if therapy.as_for is None:
        return therapy
    if therapy.as_for not in therapies:
        raise KnowledgeError(
            f"therapy '{therapy.id}': as_for names '{therapy.as_for}', which no page defines; "
            f"correct the id{mend(therapy.as_for, therapies)}"
        )
    shared = therapies[therapy.as_for].criteria
    _refuse_unknown(therapy, shared, (*therapy.grades, *therapy.leaves_out))
    taken = {
        name: _graded(criterion, therapy)
        for name, criterion in shared.items()
        if name not in therapy.leaves_out
    }
    return replace(therapy, criteria=taken | dict(therapy.criteria))


def _graded(criterion: Criterion, therapy: Therapy) -> Criterion:
    """A grade of its own holds on both tracks."""
    if criterion.id not in therapy.grades:
        return criterion
    return replace(criterion, kind=therapy.grades[criterion.id], guideline_kind=None)


def _refuse_unknown(
    therapy: Therapy, shared: Mapping[str, Criterion], named: Iterable[str]
) -> None:
    for name in named:
        if name not in shared:
            raise KnowledgeError(
                f"therapy '{therapy.id}': '{name}' is no criterion of '{therapy.as_for}'; "
                f"correct the id{mend(name, shared)}"
            )
