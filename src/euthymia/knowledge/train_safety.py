"""How long a single train of pulses may last, by frequency and intensity."""

from __future__ import annotations

from msgspec import Struct

from euthymia.knowledge.evidence import Evidence, Remark, Status


class TrainLimit(Struct, frozen=True, forbid_unknown_fields=True):
    """One cell of a table.

    Attributes:
        intensity_pct: Percent of the motor threshold.
        seconds: The longest train, seconds.
        longest_tested: Whether that is only the longest that was tested.
    """

    freq_hz: float
    intensity_pct: float
    seconds: float
    longest_tested: bool = False


class TrainTable(Struct, frozen=True, forbid_unknown_fields=True):
    """A published table of single trains. It does not cover bursts."""

    id: str
    rows: tuple[TrainLimit, ...]
    status: Status
    evidence: tuple[Evidence, ...]
    lookup: Remark | None = None

    def limit(self, freq_hz: float | None, intensity_pct: float) -> TrainLimit | None:
        """The cell of the next frequency and intensity upward; None: not covered."""
        if freq_hz is None:
            return None
        above = [
            row
            for row in self.rows
            if row.freq_hz >= freq_hz and row.intensity_pct >= intensity_pct
        ]
        return min(above, key=lambda row: (row.freq_hz, row.intensity_pct), default=None)
