"""Taking brought files in: looked at first, then whole or not at all, and once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.audit.models import Row
from euthymia.clinic.files import store
from euthymia.clinic.files.alarm import call_to
from euthymia.clinic.files.brought import Brought, Paper, read_brought
from euthymia.clinic.files.models import Attachment, Identifier, ImportBatch, Strike
from euthymia.clinic.files.persons import Person, clean, contradictions
from euthymia.clinic.files.unpacking import sources_of
from euthymia.clinic.patients.models import Document, Patient
from euthymia.clinic.patients.record import record_of
from euthymia.clinic.people.access import Access
from euthymia.exchange.faults import SourceError
from euthymia.library import shipped
from euthymia.record import Record

WAITS = timedelta(days=1)
"""How long a brought file waits for someone to look at it."""
LONGEST_NAME = 120


class NotTakenInError(Exception):
    """Nothing was taken in; the message says why, for whoever brought the file."""


@dataclass(frozen=True)
class Taken:
    """What came of it, in counts: files new in the chart, files it held before, lines left out."""

    kept: int = 0
    known: int = 0
    left_out: int = 0

    def plus(self, other: Taken) -> Taken:
        """Both together; lines that were left out are those of one file, and are counted once."""
        return Taken(self.kept + other.kept, self.known + other.known, other.left_out)


def bring(file: File[bytes], patient: Patient | None, *, by: Access) -> ImportBatch:
    """Puts an upload into the store, where it waits to be looked at. Nothing of it is read yet."""
    sweep()
    stored = store.put(file.chunks())
    try:
        return ImportBatch.objects.create(
            clinic=by.clinic,
            patient=patient,
            name=clean(file.name)[-LONGEST_NAME:] or _("file"),
            stored=stored.name,
            digest=stored.digest,
            by=by.user,
        )
    except BaseException:
        store.forget(stored.name)
        raise


def looked_into(batch: ImportBatch) -> Brought:
    """What would be read of a waiting file, on this day.

    Raises:
        SourceError: It is gone, or nothing of it can be read; one line for whoever brought it.
    """
    if batch.done is not None or not store.is_whole(batch.stored, batch.digest):
        raise SourceError(f"{batch.name}: no longer here; bring it again")
    with store.opened(batch.stored) as file:
        return read_brought(sources_of(batch.name, file), shipped(), timezone.localdate())


@transaction.atomic
def take_in(batch: ImportBatch, brought: Brought, who: str, *, by: Access) -> Taken:
    """Takes one person's entries of a waiting file into the chart it was brought for.

    Args:
        batch: A waiting file, brought for a chart.
        brought: What was read of it: before, since reading takes long and others want to write.
        who: The id of the person in the file.
        by: Who takes it in.

    Raises:
        NotTakenInError: The file is of someone else, holds nobody of this id or nothing that can be
            read, or the chart could not be read with it.
    """
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if held.done is not None:
        return Taken(**held.outcome)
    if held.patient is None:
        raise NotTakenInError(_("This file was brought for many charts."))
    person = brought.person(who)
    if person is None or not brought.good:
        raise NotTakenInError(_("Choose whose entries are to be taken in."))
    taken = take_person(brought, person, held.patient, by=by)
    leave_row(held, held.patient, by)
    close(held, taken)
    return taken


def leave_row(batch: ImportBatch, patient: Patient, by: Access) -> None:
    """A row of the audit for what a file brought into a chart, in the transaction that did so."""
    Row.leave(
        clinic=by.clinic.pk,
        what="taken_in",
        who=by.user.pk,
        role=by.role,
        patient=patient.pk,
        about={"batch": str(batch.pk)},
        why=by.glass.get(patient.pk, ""),
    )


def take_person(brought: Brought, person: Person, patient: Patient, *, by: Access) -> Taken:
    """One person's papers into one chart, in the caller's transaction. Raises NotTakenInError."""
    against = contradictions(person, patient)
    if against:
        raise NotTakenInError(" ".join(against))
    before = _read(patient)
    papers = brought.papers_of(person)
    batch = _batch_of(papers)
    kept = [_keep(paper, batch, person, patient, by) for paper in papers]
    for system, value in person.identifiers:
        Identifier.objects.get_or_create(patient=patient, system=system, value=value)
    _read(patient)
    if any(kept):
        call_to(patient, batch, before, by=by)
    return Taken(sum(kept), len(kept) - sum(kept), len(brought.bad))


def _batch_of(papers: Sequence[Paper]) -> str:
    """The same for the same papers, so that bringing them twice keeps them once."""
    told = " ".join(sorted(paper.digest for paper in papers))
    return hashlib.sha256(told.encode()).hexdigest()


def _keep(paper: Paper, batch: str, person: Person, patient: Patient, by: Access) -> bool:
    """Keeps a paper once. Returns whether it is new, or was struck and is back."""
    document, made = Document.objects.get_or_create(
        patient=patient,
        batch=batch,
        digest=paper.digest,
        defaults={
            "name": paper.name[-LONGEST_NAME:],
            "content": paper.content,
            "subject": clean(person.id)[:200],
            "by": by.user,
        },
    )
    if made or document.struck is None:
        return made
    document.struck = None
    document.save()
    return True


def _read(patient: Patient) -> Record:
    """What chart and files tell now. Raises NotTakenInError where they cannot be read together."""
    try:
        return record_of(patient, timezone.localdate(), shipped())
    except SourceError as fault:
        raise NotTakenInError(str(fault)) from fault


def close(batch: ImportBatch, taken: Taken) -> None:
    """Ends a waiting file; it leaves the store when the transaction stands."""
    batch.done, batch.outcome = timezone.now(), asdict(taken)
    batch.save()
    transaction.on_commit(lambda: store.forget(batch.stored))


@transaction.atomic
def put_aside(batch: ImportBatch) -> None:
    """Nothing of a waiting file is taken in, or nothing more of one that is half in."""
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if held.done is None:
        close(held, Taken(**held.outcome))


@transaction.atomic
def strike(document: Document, why: str, *, by: Access) -> None:
    """Strikes a brought file out of its chart, with the reason; it is kept and no longer read."""
    held = Document.objects.select_for_update().get(pk=document.pk)
    if held.struck is None:
        held.struck = timezone.now()
        held.save()
        Strike.objects.create(document=held, why=why, by=by.user)


@transaction.atomic
def bring_back(document: Document, *, by: Access) -> None:
    """Reads a struck file again, which calls to what of danger it tells, as when it was taken in.

    Raises:
        NotTakenInError: The chart cannot be read with it, or without it.
    """
    held = Document.objects.select_for_update().get(pk=document.pk)
    if held.struck is None:
        return
    before = _read(held.patient)
    held.struck = None
    held.save()
    _read(held.patient)
    call_to(held.patient, held.batch, before, by=by)


def sweep() -> int:
    """Lets go of files that nobody looked at for a day, and of what a killed worker left."""
    late = list(ImportBatch.objects.filter(done=None, at__lt=timezone.now() - WAITS))
    for batch in late:
        put_aside(batch)
    store.sweep(frozenset(_claimed()))
    return len(late)


def _claimed() -> Iterable[str]:
    yield from ImportBatch.objects.filter(done=None).values_list("stored", flat=True)
    yield from Attachment.objects.values_list("stored", flat=True)
