"""Patients one after the other: drawn in blocks, so that any number of processes agrees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

import numpy as np
from msgspec import Struct

from euthymia.exchange.fhir import Terminology
from euthymia.knowledge import Knowledge
from euthymia.library import shipped
from euthymia.simulate.chance import Chance
from euthymia.simulate.fhir import Codebook, Writer, bundled
from euthymia.simulate.forms import FormWriter
from euthymia.simulate.history import tell
from euthymia.simulate.people import Person, draw_people
from euthymia.simulate.plan import Case, Plan, plan_of
from euthymia.simulate.trials import History
from euthymia.simulate.truth import Label, Truth, truth_of
from euthymia.simulate.world import World, world

NO_TERMINOLOGY = Terminology()


class Patient(Struct, frozen=True, kw_only=True):
    """One synthetic patient: the truth, what the record withholds, and the record itself."""

    id: str
    as_of: date
    person: Person
    history: History
    plan: Plan
    truth: Truth
    resources: tuple[tuple[str, bytes], ...]
    form: bytes

    def bundle(self) -> bytes:
        """The FHIR resources as one Bundle."""
        return bundled(list(self.resources), self.plan.complete)


class Maker:
    """Makes patients of one world, block by block."""

    def __init__(self, of_world: World, terminology: Terminology, knowledge: Knowledge) -> None:
        self.world, self.knowledge = of_world, knowledge
        self.label = Label.of(knowledge)
        self.book = Codebook.of(of_world, knowledge, terminology)

    def block(self, seed: int, number: int, patients: int) -> Iterator[Patient]:
        """The first so many patients of one block. Each block has its own chance."""
        size = self.world.of_set.block_patients
        people, telling, writing = (
            np.random.default_rng(child)
            for child in np.random.SeedSequence(seed, spawn_key=(number,)).spawn(3)
        )
        told, written = Chance(telling), Chance(writing)
        for person in draw_people(self.world, people, number * size, size)[:patients]:
            yield self._patient(person, told, written)

    def _patient(self, person: Person, told: Chance, written: Chance) -> Patient:
        name = f"synthetic-{person.number + 1:06d}"
        history = tell(person, self.world, self.knowledge, told)
        plan = plan_of(person, history, self.world, told)
        case = Case(name, person, history, plan)
        form = FormWriter(case, self.label, self.world)
        return Patient(
            id=name,
            as_of=self.world.of_set.as_of,
            person=person,
            history=history,
            plan=plan,
            truth=truth_of(history, plan, self.label),
            resources=tuple(Writer(case, self.book, written).resources()),
            form=form.written(written),
        )


@lru_cache(maxsize=2)
def _maker_of(nothing: None = None) -> Maker:
    return Maker(world(), NO_TERMINOLOGY, shipped())


def blocks(patients: int, size: int) -> list[tuple[int, int]]:
    """The number of each block, and how many of its patients are wanted."""
    return [(number, min(size, patients - number * size)) for number in range(-(-patients // size))]


def simulate(
    patients: int,
    seed: int,
    of_world: World | None = None,
    terminology: Terminology = NO_TERMINOLOGY,
) -> Iterator[Patient]:
    """Synthetic patients with planted truth, the same for the same seed.

    Args:
        patients: How many.
        seed: Chooses which; 0 or above.
        of_world: Another world than that of the page that ships.
        terminology: The user's own maps; only with them SNOMED CT is written.
    """
    plain = of_world is None and terminology is NO_TERMINOLOGY
    maker = _maker_of() if plain else Maker(of_world or world(), terminology, shipped())
    for number, wanted in blocks(patients, maker.world.of_set.block_patients):
        yield from maker.block(seed, number, wanted)
