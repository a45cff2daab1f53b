"""What an option of a dwh.cfg means, by its name and its section; settings.py has the names."""

from __future__ import annotations

import re

from iac.config.ini import Option, Section, Text
from iac.config.settings import SETTINGS

_MEANINGS = {name: row.meaning for row in SETTINGS.values() for name in row.names}
DATABASE_SETTINGS = ("database", "user", "password", "port")
CREATION = frozenset({"DWH", "IAC", "REDSHIFT", "CLUSTER_INFRA"})
CONNECTION = frozenset({"CLUSTER", "DB", "CLUSTER_CREDENTIALS"})
ROLE_SECTIONS = ("IAM_ROLE", "IAM", "ARN", "ROLE")

_ANY_AWS = re.compile(
    r".*(?:AWS|IAM|IAC|USR|USER|ADMIN|CRED|SECUR|DWH|CLUSTER|REDSHIFT|ACCOUNT|LOGIN|GENERAL|CONFIG|EC2|KEYS)"
    r"|DEFAULT$|DB$"
)
_PLAIN = frozenset({"KEY", "SECRET", "TOKEN", "PROFILE"})
# Names too common to be ours wherever they stand.
_ONLY_IN: dict[str, frozenset[str]] = {
    "TARGET": frozenset({"AWS", "DEFAULT"}),
    "NAME": frozenset(ROLE_SECTIONS) - {"ARN"},
    "ARN": CREATION | CONNECTION | {*ROLE_SECTIONS, "AWS", "SECURITY", "DEFAULT"},
}
# Another system's host or password is not ours to read, still less to overwrite.
_FOREIGN = re.compile(
    r"TAGS$|.*(?:POSTGRES|MYSQL|MARIA|MONGO|CASSANDRA|SQLITE|LOCAL|RDS|EMR|AIRFLOW|SMTP|MAIL|KAFKA|SPARK(?!IFY)"
    r"|REDIS|ELASTIC|SNOWFLAKE|BIGQUERY|ORACLE|MSSQL|DYNAMO)"
)
SIMILARITY = 0.85
"""As difflib counts it: 1 is the same name."""


def is_foreign(section: str) -> bool:
    """Whether a section's options are another system's, or free words as in [TAGS]."""
    return _FOREIGN.match(section.upper()) is not None


def is_ours(name: str) -> bool:
    """Whether some option of ours is called so."""
    return name.upper() in _MEANINGS


def meaning_of(option: Option) -> str | None:
    """What the option means, or None for one that is not ours."""
    section, name = option.section.upper(), option.name.upper()
    meaning = _MEANINGS.get(name)
    if meaning is None or is_foreign(section):
        return None
    if name in _ONLY_IN and section not in _ONLY_IN[name] and not _is_misplaced_target(name, option.value):
        return None
    if name in _PLAIN and not _ANY_AWS.match(section):
        return None
    # In [S3] a region is the bucket's, and a KEY is an object's.
    if section == "S3" and (meaning == "region" or "_" not in name):
        return None
    return meaning


def _is_misplaced_target(name: str, value: str) -> bool:
    """Whoever wrote `simulator` must not end up at the real AWS for the sake of a section."""
    return name == "TARGET" and value.strip("'\" ").lower() in ("simulator", "aws")


def called(text: Text, meaning: str) -> list[Option]:
    """Every option of that meaning, in the order of the file."""
    return [option for option in text.options if meaning_of(option) == meaning]


def section_named(text: Text, *names: str) -> Section | None:
    """The last header of the first of these names that the file has, in any case."""
    for name in names:
        for section in text.sections:
            if section.name.upper() == name:
                return text.section_at(section.name)
    return None


def nearly(option: Option) -> str | None:
    """The name of ours that an unknown option most resembles, if any is close."""
    section, name = option.section.upper(), option.name.upper()
    if section == "S3" or len(name) < 5 or name in _MEANINGS or is_foreign(section):
        return None
    from difflib import get_close_matches  # costs more to import than most files cost to read

    ours = [each for each in _MEANINGS if len(each) > 4]
    return next(iter(get_close_matches(name, ours, 1, SIMILARITY)), None)
