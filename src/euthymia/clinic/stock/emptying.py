"""What goes with an emptied chart: words. The ledger itself stays, as the law of drugs wants it."""

from __future__ import annotations

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.rights.retention import REMOVED, forgets
from euthymia.clinic.stock.models import StockRow


@forgets
def words_of_the_ledger(patient: Patient) -> None:
    StockRow.objects.filter(session__patient=patient).exclude(why="").update(why=REMOVED)
