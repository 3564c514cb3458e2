"""What is kept for a link so that only this installation can read it: answers, and its words.

The key lies outside the database. A seal is bound to its purpose and to one link.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Literal

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from euthymia.clinic.keys import key

Purpose = Literal["answers", "words"]


def seal(told: Any, purpose: Purpose, link: int) -> bytes:
    """Anything that JSON can hold, as bytes that only `unseal` of the same purpose opens."""
    return _lock(purpose, link).encrypt(json.dumps(told, ensure_ascii=True).encode())


def unseal(sealed: bytes | memoryview | None, purpose: Purpose, link: int) -> Any:
    """What was sealed; None where nothing was, or where it was changed."""
    if sealed is None:
        return None
    try:
        return json.loads(_lock(purpose, link).decrypt(bytes(sealed)))
    except InvalidToken:
        return None


def _lock(purpose: Purpose, link: int) -> Fernet:
    info = f"link {link}: {purpose}".encode()
    own = HKDF(SHA256(), 32, salt=None, info=info).derive(key(settings.KEYS, "seal"))
    return Fernet(base64.urlsafe_b64encode(own))
