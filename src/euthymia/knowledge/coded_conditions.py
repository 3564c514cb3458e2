"""What a patient has, named once with the codes that tell of it."""

from __future__ import annotations

from msgspec import Struct

from euthymia.knowledge.evidence import Evidence, Status
from euthymia.terms import Code


class CodedCondition(Struct, frozen=True, forbid_unknown_fields=True):
    """One condition of the field, such as dementia, by its codes. Facts name it and list none.

    Attributes:
        called: What a reader sees it called.
        codes: ICD-10-CM prefixes that carry it; `unless` are those below them that do not.
    """

    id: str
    called: str
    codes: tuple[Code, ...]
    status: Status
    evidence: tuple[Evidence, ...]
    unless: tuple[Code, ...] = ()
    note: str | None = None

    def carried_by(self, code: Code) -> bool:
        """Whether a diagnosis with this code tells of it."""
        carried = any(one.covers(code) for one in self.codes)
        return carried and not any(one.covers(code) for one in self.unless)

    def touches(self, code: Code) -> bool:
        """Whether this code, or one below it, tells of it."""
        bare = code.bare
        near = (one.bare for one in self.codes if one.value[0] == bare[0])
        if not any(one.startswith(bare) or bare.startswith(one) for one in near):
            return False
        return not any(one.covers(code) for one in self.unless)
