"""Stand-ins: no password is kept, but two equal ones can be told to be equal."""

from __future__ import annotations

import base64
import hashlib
import re

FIELD = "MasterUserPassword"

# API reference, CreateCluster: 8 to 64 printable ASCII characters, with a capital
# and a small letter and a digit, without ' " \ / @ and space.
_LEGAL = re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[!#-&(-.0-?A-\[\]-~]{8,64}")


def is_legal(password: str) -> bool:
    """Whether AWS takes this password for the admin user."""
    return _LEGAL.fullmatch(password) is not None


def stand_in(password: str, salt: str) -> str:
    """A legal password from which this one cannot be told; the same for the same one."""
    # Slow on purpose: a guess at a short password takes a guesser as long.
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), 20_000)
    return "Aa1" + base64.b32encode(digest).decode().rstrip("=")
