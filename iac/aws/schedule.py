"""Looking at the schedules that pause and resume the cluster (Amazon EventBridge Scheduler), and at the role they run as."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from iac.aws import role
from iac.aws.connection import FIRST_PATIENCE, Connection, Refusal
from iac.config import Config
from iac.errors import Denied, Problem, TimedOut
from iac.observed import Cluster, Role, Unread
from iac.place import Place
from iac.policy import schedule_policy_name
from iac.schedule import names, prefix, role_name
from iac.scheduling import Schedule, Scheduling
from iac.tags import SCHEDULE_TAG

GROUP = "default"
"""The schedule group of all schedules here; each account has it."""


def to_run(connection: Connection, config: Config, place: Place, found: Cluster | None) -> Scheduling | None:
    """For a warehouse that is to run; None where there is nothing to look for.

    Without an option in dwh.cfg a look is made where the cluster's tag tells of schedules, and by name where there is no
    cluster: that one is advice, asked once and briefly. There are Regions without EventBridge Scheduler.
    """
    told = tagged_role(found)
    wanted = role_name(config.role_name) if config.schedule_options else ""
    if not wanted and not told and found is not None:
        return None
    asked = connection if wanted or told else connection.in_region(connection.region)
    schedules, unread = _tried(config, lambda: look(asked, config.identifier))
    old = {told, *_roles_of(schedules, place), role_name(config.role_name) if told else ""} - {"", wanted}
    policy = schedule_policy_name(place.region, config.identifier)
    mine = connection.begin(lambda: _role(connection, wanted, lambda name: role.look(connection, name, listed=False, text_of=policy)))
    others = connection.begin(lambda: _roles(connection, old))
    (there, role_unread), (old_roles, old_unread) = mine(), others()
    if not wanted and not told:
        unread = None
    return Scheduling(schedules, there, old_roles, unread, role_unread, old_unread)


def to_stop(connection: Connection, config: Config, place: Place, roles: tuple[str, ...], last: Cluster | None) -> Scheduling:
    """For a warehouse that is to go: all schedules by name, and all roles of ours that they may run as.

    roles: the names that the cluster's role has and had. last: the cluster, also when it is gone.
    """
    told = tagged_role(last)
    expected = told or config.schedule_options
    derived = {role_name(each) for each in roles} | ({told} if told else set())
    known = connection.begin(lambda: _stopping_roles(connection, derived))
    schedules, unread = _tried(config, lambda: look(connection, config.identifier, None if expected else FIRST_PATIENCE))
    found, role_unread = known()
    more, more_unread = _roles(connection, set(_roles_of(schedules, place)) - derived)
    return Scheduling(
        schedules,
        None,
        (*found, *more),
        unread if expected else None,
        (role_unread or more_unread) if expected else None,
    )


def tagged_role(found: Cluster | None) -> str:
    """The role that the cluster's tag names; empty where the tag tells of no schedules."""
    return dict(found.tags).get(SCHEDULE_TAG, "") if found is not None and found.ours else ""


def look(connection: Connection, identifier: str, patience: float | None = None) -> tuple[Schedule, ...]:
    """The schedules of this cluster. A name that begins like theirs may be of another cluster's."""
    listed = connection.pages(
        "scheduler", "ListSchedules", "Schedules", GroupName=GROUP, NamePrefix=prefix(identifier), patience=patience
    )
    ours = set(names(identifier).values()) & {each["Name"] for each in listed}
    looks = [connection.begin(partial(_get, connection, name)) for name in sorted(ours)]
    return tuple(found for found in (each() for each in looks) if found is not None)


def _get(connection: Connection, name: str) -> Schedule | None:
    """None where it has run meanwhile, and deleted itself."""
    answer = connection.call("scheduler", "GetSchedule", ("ResourceNotFoundException",), Name=name, GroupName=GROUP)
    return None if isinstance(answer, Refusal) else _schedule(answer)


def _schedule(found: dict[str, Any]) -> Schedule:
    target = found.get("Target", {})
    return Schedule(
        name=found["Name"],
        action=target.get("Arn", "").rpartition(":")[2],
        cluster=_cluster_in(target.get("Input", "")),
        expression=found.get("ScheduleExpression", ""),
        zone=found.get("ScheduleExpressionTimezone") or "UTC",
        description=found.get("Description", ""),
        role_arn=target.get("RoleArn", ""),
        retry_seconds=target.get("RetryPolicy", {}).get("MaximumEventAgeInSeconds", 86_400),
        enabled=found.get("State", "ENABLED") == "ENABLED",
    )


def _cluster_in(text: str) -> str:
    try:
        return str(json.loads(text)["ClusterIdentifier"])
    except (ValueError, KeyError, TypeError):
        return ""


def _roles_of(schedules: tuple[Schedule, ...], place: Place) -> list[str]:
    """The names of the roles of this account that they run as."""
    prefix = f"arn:{place.partition}:iam::{place.account}:role/"
    return [each.role_arn.rpartition("/")[2] for each in schedules if each.role_arn.startswith(prefix)]


def _tried(config: Config, looking: Callable[[], tuple[Schedule, ...]]) -> tuple[tuple[Schedule, ...], Unread | None]:
    try:
        return looking(), None
    except TimedOut:
        raise
    except Problem as problem:
        return (), Unread(f"the schedules of cluster {config.identifier}", problem)


def _role(connection: Connection, name: str, looking: Callable[[str], Role | None]) -> tuple[Role | None, Unread | None]:
    """A role that the login may not read is used as it is."""
    try:
        return (looking(name) if name else None), None
    except Denied as problem:
        return None, Unread(f"IAM role {name}", problem)


def _whole(connection: Connection, name: str) -> Role | None:
    """A role of ours with all that would go with it."""
    found = role.look(connection, name)
    return replace(found, profiles=role.profiles(connection, name)) if found is not None and found.ours else None


def _roles(connection: Connection, wanted: set[str]) -> tuple[tuple[Role, ...], Unread | None]:
    """Those that are ours and may be read, and why one may not."""
    found = [_role(connection, name, partial(_whole, connection)) for name in sorted(wanted)]
    return tuple(each for each, _ in found if each is not None), next((unread for _, unread in found if unread), None)


def _stopping_roles(connection: Connection, wanted: set[str]) -> tuple[tuple[Role, ...], Unread | None]:
    try:
        looks = [connection.begin(partial(_whole, connection, name)) for name in sorted(wanted)]
        return tuple(each for each in (look() for look in looks) if each is not None), None
    except TimedOut:
        raise
    except Problem as problem:
        return (), Unread(f"IAM role {' or '.join(sorted(wanted))}", problem)
