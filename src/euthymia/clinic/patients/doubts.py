"""What is doubted of an entry that is about to be saved, so that someone looks at it once more.

Nothing is refused here and no bound is set: those of the reader, the engine and the pages hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia import assess, shipped
from euthymia.clinic.patients.doses import above_usual
from euthymia.clinic.patients.models import Entry
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.patients.record import form_of, record_from
from euthymia.exchange.faults import SourceError

DAYS_A_WEEK = 7


def doubts_of(entry: Entry) -> list[str]:
    """Each doubt that the chart has with this entry and would not have without it."""
    others = [one for one in entry.patient.entries.standing() if one.pk != entry.pk]
    new = _doubts(entry, [*others, entry]) - _doubts(entry, others)
    return [*_unusual(entry), *sorted(new.elements())]


def _unusual(entry: Entry) -> Iterator[str]:
    """A dose above the highest that the page of the medicine calls usual; a trial of many years."""
    note = above_usual(entry.part, entry.told)
    if note is not None and note.drug.maximum is not None:
        most = {"value": f"{note.drug.maximum.value:g}", "unit": note.drug.unit}
        yield _("above %(value)s %(unit)s, the highest usual dose of its page") % most
    days = entry.told.get("days_at_dose", 0) if entry.part == Part.TRIALS else 0
    if days > shipped().number("trial_asked_again_days"):
        yield _("%(weeks)s weeks at this dose") % {"weeks": f"{days / DAYS_A_WEEK:.0f}"}


def _doubts(entry: Entry, entries: Iterable[Entry]) -> Counter[str]:
    """What is doubted or left out of these entries of a chart; nothing where they do not fit."""
    form = form_of(entry.patient, timezone.localdate(), entries)
    try:
        quality = assess(record_from(form, [], shipped())).quality
    except SourceError:
        return Counter()
    doubts = Counter(f"{one.resource}: {one.what}" for one in quality.doubts)
    return doubts + Counter(one.why for one in quality.reading.skipped)
