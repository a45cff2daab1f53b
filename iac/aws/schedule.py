"""Looking at the schedules that pause and resume the cluster (Amazon EventBridge Scheduler), and at the role they run as."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from iac.aws import role
from iac.aws.connection import FIRST_PATIENCE, Connection, Refusal, tried
from iac.config import Config
from iac.errors import Denied
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
    listed, unread = _all(asked, config)
    schedules = listed or ()
    old = {told, *_roles_of(schedules, place), role_name(config.role_name) if told else ""} - {"", wanted}
    text = schedule_policy_name(place.region, config.identifier)
    own = partial(role.look, connection, wanted, listed=False, text_of=text)  # one that the login may not read is used as it is
    mine = connection.begin(lambda: tried(f"IAM role {wanted}", own, Denied) if wanted else (None, None))
    others = connection.begin(lambda: _roles(connection, old))
    (there, role_unread), (old_roles, old_unread) = mine(), others()
    return Scheduling(schedules, there, old_roles, unread if wanted or told else None, role_unread, old_unread)


def to_stop(connection: Connection, config: Config, place: Place, roles: tuple[str, ...], last: Cluster | None) -> Scheduling:
    """For a warehouse that is to go: all schedules by name, and all roles of ours that they may run as.

    roles: the names that the cluster's role has and had. last: the cluster, also when it is gone.
    """
    told = tagged_role(last)
    expected = told or config.schedule_options
    derived = {role_name(each) for each in roles} | ({told} if told else set())
    what = f"IAM role {' or '.join(sorted(derived))}"
    known = connection.begin(lambda: tried(what, lambda: role.ours(connection, *sorted(derived))))
    schedules, unread = _all(connection, config, None if expected else FIRST_PATIENCE)
    found, role_unread = known()
    more, more_unread = _roles(connection, set(_roles_of(schedules or (), place)) - derived)
    return Scheduling(
        schedules or (),
        None,
        (*(found or ()), *more),
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


def _all(
    connection: Connection, config: Config, patience: float | None = None
) -> tuple[tuple[Schedule, ...] | None, Unread | None]:
    what = f"the schedules of cluster {config.identifier}"
    return tried(what, lambda: look(connection, config.identifier, patience))


def _roles(connection: Connection, wanted: set[str]) -> tuple[tuple[Role, ...], Unread | None]:
    """Those that are ours and may be read, and why one may not."""
    found = [tried(f"IAM role {name}", partial(role.ours, connection, name), Denied) for name in sorted(wanted)]
    return tuple(each for some, _ in found for each in some or ()), next((unread for _, unread in found if unread), None)
