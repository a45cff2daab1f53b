"""Every option that a dwh.cfg may have, one row each."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from iac.config import corrections, rules
from iac.facts.node_types import DEFAULT_PORT
from iac.config import times as option
from iac.config.times import AutoPause, RunningHours


class Setting(NamedTuple):
    """One option. A new one is a row in the table below, and a field of Config called like its meaning.

    meaning: the field of Config; or, where config.py says so, what several fields are made of.
    names: what files call it; the first is ours.
    default: the text that a blank or missing option stands for; "" where there is none.
    check: the text, without quotes -> None, or what would be allowed. An option without a
        check is read by a function of its own.
    value: the text -> the value of the field. It is None where the option is blank and has no default.
    correct: a wrong text -> what was probably meant; see corrections.py.
    called: what the default is called in the note that says it; "" where no note does.
    note: an allowed text, as spelled -> a sentence for whoever makes a cluster of the file, or "".
    any_case: whether it is read in lower case.
    secret: whether it must never be shown.
    """

    meaning: str
    names: tuple[str, ...]
    default: str = ""
    check: Callable[[str], str | None] | None = None
    value: Callable[[str], Any] = str
    correct: Callable[[str], str] = str
    called: str = ""
    note: Callable[[str], str] = lambda text: ""
    any_case: bool = False
    secret: bool = False


def _note_on_identifier(text: str) -> str:
    name = text.lower()
    return "" if text == name else f"The identifier {text} is {name} at AWS, which keeps identifiers in lower case"


def _note_on_user(text: str) -> str:
    advice = "awsuser is the admin name that everyone tries first; Security Hub (Redshift.8) advises another"
    return advice if text == "awsuser" else ""


SETTINGS: dict[str, Setting] = {
    row.meaning: row
    for row in (
        Setting("target", ("TARGET",), "aws", rules.one_of("simulator", "aws"),
                correct=corrections.word_of("simulator", "aws"), any_case=True),
        Setting("access_key", ("KEY", "AWS_ACCESS_KEY_ID", "ACCESS_KEY", "AWS_KEY", "ACCESS_KEY_ID", "ADMIN_KEY",
                               "USR_KEY"), secret=True),
        Setting("secret_key", ("SECRET", "AWS_SECRET_ACCESS_KEY", "AWS_SECRET", "SECRET_ACCESS_KEY", "ADMIN_SECRET",
                               "USR_SECRET"), secret=True),
        Setting("session_token", ("SESSION_TOKEN", "AWS_SESSION_TOKEN", "TOKEN"), secret=True),
        Setting("profile", ("PROFILE", "AWS_PROFILE"), "", rules.anything),
        Setting("region", ("REGION", "DWH_REGION", "AWS_REGION", "REGION_NAME"), "", rules.region,
                correct=corrections.region, any_case=True),
        Setting("node_type", ("DWH_NODE_TYPE", "NODE_TYPE", "DB_NODE_TYPE", "NODETYPE", "CLUSTER_NODE_TYPE"),
                "ra3.large", rules.anything, called="node type", any_case=True),
        Setting("identifier", ("DWH_CLUSTER_IDENTIFIER", "CLUSTER_IDENTIFIER", "DB_CLUSTER_IDENTIFIER", "CLUSTER_NAME",
                               "CLUSTER_ID", "CLUSTERIDENTIFIER"),
                "dwhcluster", rules.identifier, correct=corrections.identifier, called="identifier",
                note=_note_on_identifier, any_case=True),
        Setting("cluster_type", ("DWH_CLUSTER_TYPE", "CLUSTER_TYPE", "DB_CLUSTER_TYPE", "CLUSTERTYPE"),
                "", rules.one_of("single-node", "multi-node"),
                correct=corrections.word_of("multi-node", "single-node"), any_case=True),
        Setting("number_of_nodes", ("DWH_NUM_NODES", "NUM_NODES", "DB_NUM_NODES", "NUMBEROFNODES", "NUMBER_OF_NODES",
                                    "CLUSTER_NODE_COUNT", "DWH_NUM_CLUSTERS"),
                "1", rules.whole_number("must be a whole number of nodes, 1 or more"), int, corrections.whole_number),
        Setting("database", ("DB_NAME", "DWH_DB", "DBNAME", "DWH_NAME", "CLUSTER_DB_NAME"),
                "dwh", rules.database, correct=corrections.database, called="database"),
        Setting("user", ("DB_USER", "DWH_DB_USER", "DWH_USER", "CLUSTER_DB_USER"),
                "dwhuser", rules.user, correct=str.lower, called="user", note=_note_on_user),
        Setting("password", ("DB_PASSWORD", "DWH_DB_PASSWORD", "DWH_PASSWORD", "CLUSTER_DB_PASSWORD"), secret=True),
        Setting("port", ("DB_PORT", "DWH_PORT", "DWH_DB_PORT", "CLUSTER_DB_PORT", "CLUSTER_PORT"),
                str(DEFAULT_PORT), rules.whole_number("must be a port number"), int, corrections.whole_number,
                called="port"),
        Setting("host", ("HOST", "DWH_ENDPOINT", "DB_HOST", "DB_ENDPOINT")),
        Setting("role_name", ("DWH_IAM_ROLE_NAME", "ROLE_NAME", "IAM_ROLE_NAME", "DB_IAM_ROLE_NAME",
                              "DWH_IAM_ROLENAME", "NAME"),
                "dwhRole", rules.role, correct=corrections.role_name),
        Setting("role_arn", ("ARN", "DWH_ROLE_ARN", "ROLE_ARN", "DWH_IAM_ROLE_ARN", "DB_ROLE_ARN", "AWS_ROLE_ARN")),
        Setting("policy_arn", ("POLICY_ARN", "DWH_IAM_ROLE_POLICY", "DWH_POLICY_ARN"),
                "", rules.policy_arn, correct=corrections.policy_arn),
        Setting("ingress", ("DWH_INGRESS_CIDR", "CIDRIP"), "auto", rules.ingress, rules.networks),
        Setting("publicly_accessible", ("DWH_PUBLICLY_ACCESSIBLE",), "yes", rules.yes_or_no, rules.is_yes,
                corrections.word_of("yes", "no"), any_case=True),
        Setting("subnet_group", ("DWH_SUBNET_GROUP",), "", rules.subnet_group, correct=corrections.subnet_group,
                any_case=True),
        Setting("s3_access", ("DWH_S3_ACCESS",), any_case=True),
        Setting("snapshot_days", ("DWH_SNAPSHOT_DAYS",), "35", rules.snapshot_days, int, corrections.snapshot_days),
        Setting("auto_pause", ("DWH_AUTO_PAUSE",), "", option.check(option.auto_pause), option.auto_pause,
                option.meant_pause, note=option.note("DWH_AUTO_PAUSE", option.auto_pause)),
        Setting("running_hours", ("DWH_RUNNING_HOURS",), "", option.check(option.running_hours), option.running_hours,
                option.meant_hours, note=option.note("DWH_RUNNING_HOURS", option.running_hours)),
        Setting("budget_usd", ("DWH_BUDGET_USD",), "", rules.usd("must be a number of US dollars, more than 0, or blank for no budget"),
                Decimal, corrections.usd),
        Setting("max_hourly_usd", ("DWH_MAX_HOURLY_USD",), "",
                rules.usd("must be a number of US dollars an hour, more than 0, or blank for no limit"), Decimal, corrections.usd),
    )
}  # fmt: skip
