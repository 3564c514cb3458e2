"""Answers on their way through the self-check: sealed in a hidden field, kept by nobody.

What a visitor told travels from page to page inside the form itself, encrypted and signed with a
key that only this installation holds. It is bound to one clinic and runs out.
"""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone

from euthymia.clinic.keys import key

LASTS = timedelta(hours=2)
"""How long a page may lie open before its answers can no longer be read."""
LONGEST = 60_000
"""Characters of a seal; what is longer did not come from here."""
Answers = dict[str, Any]


class BrokenSealError(Exception):
    """The field was changed, comes from another clinic, or has run out."""


def seal(answers: Answers, clinic: int) -> str:
    """The answers as text that only this clinic's door can read, for `LASTS`."""
    told = json.dumps(answers, ensure_ascii=True, separators=(",", ":")).encode()
    return _lock(clinic).encrypt_at_time(told, _now()).decode()


def unseal(sealed: str, clinic: int) -> Answers:
    """The answers of a field; none where there is no field yet. Raises BrokenSealError."""
    if not sealed:
        return {}
    if len(sealed) > LONGEST:
        raise BrokenSealError
    try:
        told = _lock(clinic).decrypt_at_time(sealed, int(LASTS.total_seconds()), _now())
    except (InvalidToken, ValueError) as broken:
        raise BrokenSealError from broken
    answers: Answers = json.loads(told)
    return answers


def _lock(clinic: int) -> Fernet:
    purpose = f"self-check of clinic {clinic}".encode()
    own = HKDF(SHA256(), 32, salt=None, info=purpose).derive(key(settings.KEYS, "seal"))
    return Fernet(base64.urlsafe_b64encode(own))


def _now() -> int:
    return int(timezone.now().timestamp())
