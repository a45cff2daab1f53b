"""The AWS credentials and the admin password of a dwh.cfg."""

from __future__ import annotations

import re
from dataclasses import dataclass

from iac.config import names, rules
from iac.config.ini import Option
from iac.config.placeholders import is_blank, is_surely_placeholder, unquoted
from iac.config.validation import Validation
from iac.config.secret import Secret

MANAGED = "managed"
_ACCESS_KEY = re.compile(r"A[KS]IA[A-Z0-9]{12,}\Z")


@dataclass(frozen=True)
class Credentials:
    """Keys or a profile as the file names them; all None means boto3's own chain."""

    key: Secret | None
    secret: Secret | None
    session_token: Secret | None
    profile: str | None


def credentials(cfg: Validation) -> Credentials:
    """KEY with SECRET, and perhaps SESSION_TOKEN; or PROFILE; or nothing."""
    key, secret, token = (cfg.one(each) for each in ("access_key", "secret_key", "session_token"))
    profile = cfg.values["profile"]
    for given, absent in ((key, None if secret else "SECRET"), (secret, None if key else "KEY")):
        if given and absent:
            cfg.refuse(given, f"needs {absent} beside it; with both blank, the AWS CLI's credentials are used", "")
    if token and not key and not secret:
        cfg.refuse(token, "needs KEY and SECRET beside it; with all blank, the AWS CLI's credentials are used", "")
    if key and profile:
        cfg.note("KEY and SECRET are used, and PROFILE is not: both are filled")
        profile = None
    if key and not token and unquoted(key.value).startswith("ASIA"):
        cfg.note("KEY is a temporary one (it begins with ASIA), and AWS accepts it only with its SESSION_TOKEN")
    _unused(cfg)
    return Credentials(_secret(key), _secret(secret), _secret(token), profile)


def _unused(cfg: Validation) -> None:
    """Notes an AWS access key under KEY outside [AWS], which is not used: it could be any service's."""
    for option in cfg.text.options:
        looks = _ACCESS_KEY.match(unquoted(option.value)) and option.name.upper() == "KEY"
        if looks and names.meaning_of(option) is None:
            cfg.note(f"KEY on line {option.line.number} is not used, because it is not in [AWS]")


def _secret(option: Option | None) -> Secret | None:
    return Secret(unquoted(option.value)) if option else None


def password(cfg: Validation) -> tuple[Secret | None, bool]:
    """The admin password, and whether AWS Secrets Manager keeps it. (None, False): one is to be made."""
    option = cfg.one("password", blank_password)
    if option is None:
        return None, False
    text = unquoted(option.value)
    if text.lower() == MANAGED:
        return None, True
    wrong = rules.password(text)
    if wrong:
        cfg.refuse(option, wrong, "")
    return Secret(text), False


def blank_password(value: str) -> bool:
    """Whether a password is still to be made; what AWS would accept is one unless it is surely a placeholder."""
    if rules.password(unquoted(value)) is None:
        return is_surely_placeholder(value)
    return is_blank(value)
