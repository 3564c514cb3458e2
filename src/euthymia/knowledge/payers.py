"""What a payer asks for before it pays for a therapy, and what the packet to it must hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from euthymia.knowledge.criteria import Criterion
from euthymia.knowledge.evidence import Evidence, Figure, Remark, Status

BillingSystem = Literal["cpt", "hcpcs"]


class BillingCode(Struct, frozen=True, forbid_unknown_fields=True):
    """A code under which a session is billed in the United States. It names no price.

    `code` is left out where its owner licenses it (CPT): the biller's own software holds it.
    """

    system: BillingSystem
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    code: str | None = None


class Packet(Struct, frozen=True, forbid_unknown_fields=True):
    """What a request for a therapy holds whoever the payer is; its id is that of the option.

    Attributes:
        documents: What has to be enclosed, in the order of reading.
        billing: Codes of the sessions.
        remarks: What else is usual, such as the length of a course.
    """

    id: str
    documents: tuple[Remark, ...]
    billing: tuple[BillingCode, ...] = ()
    remarks: tuple[Remark, ...] = ()


class Payer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One coverage policy for one option, as it was read; policies change, so it is no promise.

    Attributes:
        option: The option it speaks of, such as tms.
        basis: The document, as its payer calls it; `effective` from when it holds, in words.
        criteria: What must be so, each judged on the record; empty: the text was not readable.
        documents: What this payer wants enclosed beyond the packet of the option.
        sessions: Sessions that are paid without a further request.
        approval_months: How long the first approval holds; `reauth_months` a later one.
        retreatment: When a further course is paid.
        remarks: What a reader must know of it, such as doubts of the copy that was read.
    """

    id: str
    name: str
    option: str
    status: Status
    evidence: tuple[Evidence, ...]
    basis: str | None = None
    jurisdiction: str = "US"
    effective: str | None = None
    criteria: Mapping[str, Criterion] = {}
    documents: tuple[Remark, ...] = ()
    sessions: Figure | None = None
    approval_months: Figure | None = None
    reauth_months: Figure | None = None
    retreatment: Remark | None = None
    remarks: tuple[Remark, ...] = ()
