"""One meaning, many option names: what the options of a dwh.cfg are called."""

from __future__ import annotations

import re
from functools import cache

from iac.config.ini import Option, Section, Text

NAMES: dict[str, tuple[str, ...]] = {
    "target": ("TARGET",),
    "access_key": (
        "KEY",
        "AWS_ACCESS_KEY_ID",
        "ACCESS_KEY",
        "AWS_KEY",
        "ACCESS_KEY_ID",
        "ADMIN_KEY",
        "USR_KEY",
    ),
    "secret_key": (
        "SECRET",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECRET",
        "SECRET_ACCESS_KEY",
        "ADMIN_SECRET",
        "USR_SECRET",
    ),
    "session_token": ("SESSION_TOKEN", "AWS_SESSION_TOKEN", "TOKEN"),
    "profile": ("PROFILE", "AWS_PROFILE"),
    "region": ("REGION", "DWH_REGION", "AWS_REGION", "REGION_NAME"),
    "cluster_type": ("DWH_CLUSTER_TYPE", "CLUSTER_TYPE", "DB_CLUSTER_TYPE", "CLUSTERTYPE"),
    "number_of_nodes": (
        "DWH_NUM_NODES",
        "NUM_NODES",
        "DB_NUM_NODES",
        "NUMBEROFNODES",
        "NUMBER_OF_NODES",
        "CLUSTER_NODE_COUNT",
        "DWH_NUM_CLUSTERS",
    ),
    "node_type": ("DWH_NODE_TYPE", "NODE_TYPE", "DB_NODE_TYPE", "NODETYPE", "CLUSTER_NODE_TYPE"),
    "identifier": (
        "DWH_CLUSTER_IDENTIFIER",
        "CLUSTER_IDENTIFIER",
        "DB_CLUSTER_IDENTIFIER",
        "CLUSTER_NAME",
        "CLUSTER_ID",
        "CLUSTERIDENTIFIER",
    ),
    "role_name": (
        "DWH_IAM_ROLE_NAME",
        "ROLE_NAME",
        "IAM_ROLE_NAME",
        "DB_IAM_ROLE_NAME",
        "DWH_IAM_ROLENAME",
        "NAME",
    ),
    "role_arn": (
        "ARN",
        "DWH_ROLE_ARN",
        "ROLE_ARN",
        "DWH_IAM_ROLE_ARN",
        "DB_ROLE_ARN",
        "AWS_ROLE_ARN",
    ),
    "database": ("DB_NAME", "DWH_DB", "DBNAME", "DWH_NAME", "CLUSTER_DB_NAME"),
    "user": ("DB_USER", "DWH_DB_USER", "DWH_USER", "CLUSTER_DB_USER"),
    "password": ("DB_PASSWORD", "DWH_DB_PASSWORD", "DWH_PASSWORD", "CLUSTER_DB_PASSWORD"),
    "port": ("DB_PORT", "DWH_PORT", "DWH_DB_PORT", "CLUSTER_DB_PORT", "CLUSTER_PORT"),
    "host": ("HOST", "DWH_ENDPOINT", "DB_HOST", "DB_ENDPOINT"),
    "policy_arn": ("POLICY_ARN", "DWH_IAM_ROLE_POLICY", "DWH_POLICY_ARN"),
    "ingress": ("DWH_INGRESS_CIDR", "CIDRIP"),
    "publicly_accessible": ("DWH_PUBLICLY_ACCESSIBLE",),
    "subnet_group": ("DWH_SUBNET_GROUP",),
    "s3_access": ("DWH_S3_ACCESS",),
    "snapshot_days": ("DWH_SNAPSHOT_DAYS",),
    "auto_pause": ("DWH_AUTO_PAUSE",),
    "max_hourly_usd": ("DWH_MAX_HOURLY_USD",),
}

SECRETS = frozenset({"access_key", "secret_key", "session_token", "password"})
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
NEAR = 0.85


@cache
def _meanings() -> dict[str, str]:
    return {name: meaning for meaning, names in NAMES.items() for name in names}


def is_foreign(section: str) -> bool:
    """Whether a section's options are another system's, or free words as in [TAGS]."""
    return _FOREIGN.match(section.upper()) is not None


def is_ours(name: str) -> bool:
    """Whether some option of ours is called so."""
    return name.upper() in _meanings()


def meaning_of(option: Option) -> str | None:
    """What the option means, or None for one that is not ours."""
    section, name = option.section.upper(), option.name.upper()
    meaning = _meanings().get(name)
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
    if section == "S3" or len(name) < 5 or name in _meanings() or is_foreign(section):
        return None
    from difflib import get_close_matches  # costs more to import than most files cost to read

    ours = [each for each in _meanings() if len(each) > 4]
    return next(iter(get_close_matches(name, ours, 1, NEAR)), None)
