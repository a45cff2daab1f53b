"""Stand-ins: no password is kept, but two equal ones can be told to be equal."""

from __future__ import annotations

import base64
import hashlib

FIELD = "MasterUserPassword"


def stand_in(password: str, salt: str) -> str:
    """A legal password from which this one cannot be told; the same for the same one."""
    # Slow on purpose: a guess at a short password takes a guesser as long.
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), 20_000)
    return "Aa1" + base64.b32encode(digest).decode().rstrip("=")
