"""What a dwh.cfg says in secret: the AWS credentials and the admin password."""

from __future__ import annotations

import re
from dataclasses import dataclass

from iac.config import blank, names, rules
from iac.config.ini import Option
from iac.config.reading import Reading
from iac.secret import Secret

MANAGED = "managed"
_ACCESS_KEY = re.compile(r"A[KS]IA[A-Z0-9]{12,}\Z")


@dataclass(frozen=True)
class Credentials:
    """Keys or a profile as the file names them; all None means boto3's own chain."""

    key: Secret | None
    secret: Secret | None
    session_token: Secret | None
    profile: str | None


def credentials(reading: Reading) -> Credentials:
    """KEY with SECRET, and perhaps SESSION_TOKEN; or PROFILE; or nothing."""
    key, secret, token = (reading.one(each) for each in ("access_key", "secret_key", "session_token"))
    profile = reading.value("profile")
    for given, absent in ((key, None if secret else "SECRET"), (secret, None if key else "KEY")):
        if given and absent:
            reading.refuse(given, f"needs {absent} beside it; with both blank, AWS's own places are searched", "")
    if token and not key and not secret:
        reading.refuse(token, "needs KEY and SECRET beside it; with all blank, AWS's own places are searched", "")
    if key and profile:
        reading.note("KEY and SECRET are used, and PROFILE is not: both are filled")
        profile = None
    if key and not token and blank.unquoted(key.value).startswith("ASIA"):
        reading.note("KEY is a temporary one (it begins with ASIA), and AWS accepts it only with its SESSION_TOKEN")
    _unused(reading)
    return Credentials(_secret(key), _secret(secret), _secret(token), profile)


def _unused(reading: Reading) -> None:
    """A KEY that stands where it could be any service's is not taken; if it looks like AWS's, that is said."""
    for option in reading.text.options:
        looks = _ACCESS_KEY.match(blank.unquoted(option.value)) and option.name.upper() == "KEY"
        if looks and names.meaning_of(option) is None:
            reading.note(f"KEY on line {option.line.number} is not used, for it does not stand in [AWS]")


def _secret(option: Option | None) -> Secret | None:
    return Secret(blank.unquoted(option.value)) if option else None


def password(reading: Reading) -> tuple[Secret | None, bool]:
    """The admin password, and whether AWS Secrets Manager keeps it. (None, False): one is to be made."""
    option = reading.one("password", blank_password)
    if option is None:
        return None, False
    text = blank.unquoted(option.value)
    if text.lower() == MANAGED:
        return None, True
    wrong = rules.password(text)
    if wrong:
        reading.refuse(option, wrong, "")
    return Secret(text), False


def blank_password(value: str) -> bool:
    """Whether a password is still to be made; what AWS would accept is one unless it is surely a placeholder."""
    if rules.password(blank.unquoted(value)) is None:
        return blank.is_surely_placeholder(value)
    return blank.is_blank(value)
