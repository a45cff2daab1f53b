"""What must not be shown, and the login that a file may hold."""

from __future__ import annotations

import re
from typing import NamedTuple

from iac.facts import limits


class Secret:
    """A string that no message, repr, format or traceback spells out."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one call or file that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret('****')"

    def __str__(self) -> str:
        return "****"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


class Credentials(NamedTuple):
    """Keys or a profile as the file names them; all None means boto3's own chain."""

    key: Secret | None
    secret: Secret | None
    session_token: Secret | None
    profile: str | None


def new_password(length: int = 24) -> Secret:
    """A new admin password that Redshift accepts: letters and digits only.

    Letters and digits need no quoting in a shell, a URL or an INI file.
    """
    import secrets
    import string

    alphabet = string.ascii_letters + string.digits
    while True:
        text = "".join(secrets.choice(alphabet) for _ in range(length))
        if re.match(limits.PASSWORD, text):
            return Secret(text)
