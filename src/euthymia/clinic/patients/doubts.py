"""What the reader doubts of an entry that was just saved, so that someone looks at it once more.

Nothing is refused here and no bound is set: the words are those of the reader and the engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.utils import timezone

from euthymia import assess, shipped
from euthymia.clinic.patients.models import Entry
from euthymia.clinic.patients.record import form_of, record_from
from euthymia.exchange.faults import SourceError


def doubts_of(entry: Entry) -> list[str]:
    """Each doubt that the chart has with this entry and would not have without it."""
    standing = list(entry.patient.entries.standing())
    without = [one for one in standing if one.pk != entry.pk]
    return sorted((_doubts(entry, standing) - _doubts(entry, without)).elements())


def _doubts(entry: Entry, entries: Iterable[Entry]) -> Counter[str]:
    """What is doubted or left out of these entries of a chart; nothing where they do not fit."""
    form = form_of(entry.patient, timezone.localdate(), entries)
    try:
        quality = assess(record_from(form, [], shipped())).quality
    except SourceError:
        return Counter()
    doubts = Counter(f"{one.resource}: {one.what}" for one in quality.doubts)
    return doubts + Counter(one.why for one in quality.reading.skipped)
