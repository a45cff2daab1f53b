"""What is there in AWS: the schedules of a cluster and the role that they run as, both found by their names."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from iac.aws import role
from iac.config import Config
from iac.config.times import UTC
from iac.errors import Denied, Problem, Refusal
from iac.observed import Cluster, Observed, Role, Unread, tried
from iac.schedule import before
from iac.schedule.plan import known
from iac.schedule.value import NAME, POLICY, Schedule, Scheduling, names, options, prefix, role_name

if TYPE_CHECKING:
    from iac.aws.connection import Connection
    from iac.look import Begun, View

GROUP = "default"
"""The schedule group of all schedules here; each account has it."""


def look(view: View, config: Config, goal: str, begun: Begun) -> Callable[[Observed], Scheduling | None] | None:
    """What is there. Before a pause only where it is of interest when AWS resumes the cluster, and as advice."""
    before_it = known(view.seen) if view.seen and goal == "running" else None
    if before_it == Scheduling() and not options(config):
        return lambda seen: before_it  # what was nothing stays so
    there: Callable[[], Scheduling | None]
    if goal != "paused":
        there = view.connection.begin(lambda: scheduling(view, config, goal, begun.cluster))
    elif config.running_hours:
        there = view.connection.begin_brief(lambda: scheduling(view, config, goal, begun.cluster), None)
    else:
        return None
    return lambda seen: there()


def scheduling(view: View, config: Config, goal: str, cluster: Callable[[], Cluster | None]) -> Scheduling:
    """The role is made before the first schedule, and goes after the last one. So its absence tells that there are none.

    Then, and where it may not be read, schedules are asked for only if dwh.cfg wants some, or if the cluster's tag tells of
    old ones: there are Regions without Scheduler. Where it does not answer, no later look of the run waits for it.
    Why something is not known is kept: what the login may not read, of a deletion anything, and of schedules that are
    wanted. Before a pause it is advice, and no trouble is outlasted.
    """
    wanted, identifier, stops = bool(options(config)), config.identifier, goal == "gone"
    tolerated = Problem if stops else Denied
    asked = view.connection.in_region(view.connection.region) if goal == "paused" else view.connection
    scheduler = view.once(NAME, asked.to_another_service)
    name = role_name(view.place.region, identifier)

    def role_look() -> tuple[Role | None, Unread | None]:
        return tried(f"IAM role {name}", partial(role.look, asked, name, listed=False, text_of=POLICY), tolerated)

    def listed() -> tuple[tuple[Schedule, ...], Unread | None]:
        schedules = partial(tried, f"the schedules of cluster {identifier}", partial(_schedules, scheduler, identifier))
        found, unread = schedules(Problem)
        if unread and not isinstance(unread.problem, Denied):
            # Trouble of the network or the login is IAM's as well, whose answer the run waits for. Then once more.
            patience, scheduler.patience = scheduler.patience, 0.0
            role_look()
            found, unread = schedules(Problem if wanted else tolerated)
            scheduler.patience = 0.0 if unread else patience
        return found or (), unread

    listing = asked.begin(listed) if wanted and not stops else listed
    found, role_unread = role_look()
    old = before.role_of(cluster() or view.last_cluster)
    if found is None and not old and (not wanted or (stops and role_unread is None)):
        return Scheduling()
    schedules, unread = listing()
    old_roles, old_unread = tried(f"IAM role {old}", partial(role.ours, asked, old), tolerated) if old else ((), None)
    old_role = next(iter(old_roles or ()), None)
    return Scheduling(schedules, found, unread, role_unread, old_role, old_unread)


def _schedules(connection: Connection, identifier: str) -> tuple[Schedule, ...]:
    """A name that begins like theirs may be of another cluster's."""
    listed = connection.pages("scheduler", "ListSchedules", "Schedules", GroupName=GROUP, NamePrefix=prefix(identifier))
    ours = set(names(identifier).values()) & {each["Name"] for each in listed}
    looks = [connection.begin(partial(_get, connection, name)) for name in sorted(ours)]
    return tuple(found for found in (each() for each in looks) if found is not None)


def _get(connection: Connection, name: str) -> Schedule | None:
    """None where it has run meanwhile, and deleted itself."""
    found = connection.call("scheduler", "GetSchedule", ("ResourceNotFoundException",), Name=name, GroupName=GROUP)
    if isinstance(found, Refusal):
        return None
    target = found.get("Target", {})
    return Schedule(
        name=found["Name"],
        action=target.get("Arn", "").rpartition(":")[2],
        cluster=_cluster_in(target.get("Input", "")),
        expression=found.get("ScheduleExpression", ""),
        zone=found.get("ScheduleExpressionTimezone") or UTC,
        description=found.get("Description", ""),
        role_arn=target.get("RoleArn", ""),
        retry_seconds=target.get("RetryPolicy", {}).get("MaximumEventAgeInSeconds", 86_400),
        enabled=found.get("State", "ENABLED") == "ENABLED",
        start=found.get("StartDate"),
        end=found.get("EndDate"),
        set_at=found.get("LastModificationDate"),
    )


def _cluster_in(text: str) -> Any:
    try:
        return json.loads(text)["ClusterIdentifier"]
    except (ValueError, KeyError, TypeError):
        return ""
