"""EventBridge Scheduler in one Region of the simulated account: schedules are kept, and carried out at their time.

Only what pauses and resumes clusters: universal targets of Redshift, one-time and daily expressions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from moto.core.exceptions import ServiceException
from moto.utilities.utils import get_partition

from iac.config.times import zone_of
from iac.schedule.value import next_run
from iac.simulator import changes
from iac.simulator.identity import Roles
from iac.simulator.refusals import Refusal
from iac.simulator.region import RedshiftRegion
from iac.simulator.session import ACCOUNT
from iac.simulator.timeline import Timeline

Params = dict[str, Any]

_ACTIONS: dict[str, Callable[[RedshiftRegion, Params], Params]] = {
    "pauseCluster": changes.pause_cluster,
    "resumeCluster": changes.resume_cluster,
}
_SERVICE = "scheduler.amazonaws.com"
_NAME = re.compile(r"[0-9a-zA-Z-_.]{1,64}")
_MEMBERS = ("ScheduleExpression", "Description", "StartDate", "EndDate", "KmsKeyArn", "Target", "FlexibleTimeWindow")
_DEFAULT_RETRY = {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
_FIRST_RETRY, _LONGEST_RETRY = 30.0, 600.0
"""Seconds between two attempts, which double. AWS documents an exponential backoff, and no numbers."""


@dataclass
class SchedulerRegion:
    """The schedules of the default group, by name."""

    name: str
    timeline: Timeline
    redshift: RedshiftRegion
    roles: Roles
    schedules: dict[str, Params] = field(default_factory=dict)


def create_schedule(region: SchedulerRegion, params: Params) -> Params:
    """API reference, CreateSchedule."""
    name = params["Name"]
    if name in region.schedules:
        raise Refusal("ConflictException", f"Schedule {name} already exists.")
    return _set(region, name, params, region.timeline.now)


def update_schedule(region: SchedulerRegion, params: Params) -> Params:
    """API reference, UpdateSchedule: what is not given takes its default, whatever it was before."""
    before = _find(region, params["Name"])
    return _set(region, params["Name"], params, before["CreationDate"])


def delete_schedule(region: SchedulerRegion, params: Params) -> Params:
    """API reference, DeleteSchedule."""
    _remove(region, _find(region, params["Name"]))
    return {}


def get_schedule(region: SchedulerRegion, params: Params) -> Params:
    """API reference, GetSchedule."""
    return _find(region, params["Name"])


def list_schedules(region: SchedulerRegion, params: Params) -> Params:
    """API reference, ListSchedules: without expression and description, all on one page."""
    prefix, state = params.get("NamePrefix") or "", params.get("State")
    shown = ("Arn", "Name", "GroupName", "State", "CreationDate", "LastModificationDate")
    return {
        "Schedules": [
            {**{member: each[member] for member in shown}, "Target": {"Arn": each["Target"]["Arn"]}}
            for name, each in sorted(region.schedules.items())
            if name.startswith(prefix) and state in (None, each["State"])
        ]
    }


OPERATIONS = {
    "CreateSchedule": create_schedule,
    "UpdateSchedule": update_schedule,
    "DeleteSchedule": delete_schedule,
    "GetSchedule": get_schedule,
    "ListSchedules": list_schedules,
}


def _find(region: SchedulerRegion, name: str) -> Params:
    if name not in region.schedules:
        raise Refusal("ResourceNotFoundException", f"Schedule {name} does not exist.")
    return region.schedules[name]


def _set(region: SchedulerRegion, name: str, params: Params, created: Any) -> Params:
    """Keep the schedule in place of the one before. Nothing is changed by a request that is refused."""
    now = region.timeline.now
    schedule = {
        **{member: params[member] for member in _MEMBERS if params.get(member) is not None},
        "Name": name,
        "Arn": f"arn:{get_partition(region.name)}:scheduler:{region.name}:{ACCOUNT}:schedule/default/{name}",
        "GroupName": "default",
        "ScheduleExpressionTimezone": params.get("ScheduleExpressionTimezone") or "UTC",
        "State": params.get("State") or "ENABLED",
        "ActionAfterCompletion": params.get("ActionAfterCompletion") or "NONE",
        "CreationDate": created,
        "LastModificationDate": now,
    }
    schedule["Target"] = {**schedule["Target"], "RetryPolicy": {**_DEFAULT_RETRY, **(schedule["Target"].get("RetryPolicy") or {})}}
    _check(region, schedule)
    if before := region.schedules.get(name):
        region.timeline.cancel(before)
    region.schedules[name] = schedule
    _plan(region, schedule)
    return {"ScheduleArn": schedule["Arn"]}


def _check(region: SchedulerRegion, schedule: Params) -> None:
    expression, zone, target = schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"], schedule["Target"]
    if not _NAME.fullmatch(schedule["Name"]):
        raise _invalid(f"Value '{schedule['Name']}' at 'name' failed to satisfy constraint")
    if zone_of(zone) is None:
        raise _invalid(f"Invalid Schedule Expression Timezone {zone}.")
    if next_run(expression, zone, region.timeline.now) is None:
        raise _invalid(f"Invalid Schedule Expression {expression}.")
    if target["Arn"].rpartition(":")[2] not in _ACTIONS:
        raise _invalid(f"The simulated account does not call {target['Arn']}.")
    if not region.roles.trusts(target["RoleArn"], _SERVICE):
        raise _invalid("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.")


def _invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message)


def _plan(region: SchedulerRegion, schedule: Params) -> None:
    """Have the next run carried out at its time."""
    moment = next_run(schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"], region.timeline.now)
    if moment is None:
        return

    def run() -> None:
        if schedule["State"] == "ENABLED":
            _attempt(region, schedule, region.timeline.now + _age(schedule), _FIRST_RETRY)
        _plan(region, schedule)
        if str(schedule["ScheduleExpression"]).startswith("at("):
            _complete(region, schedule)

    region.timeline.after((moment - region.timeline.now).total_seconds(), schedule, run)


def _complete(region: SchedulerRegion, schedule: Params) -> None:
    if schedule["ActionAfterCompletion"] == "DELETE" and region.schedules.get(schedule["Name"]) is schedule:
        del region.schedules[schedule["Name"]]


def _remove(region: SchedulerRegion, schedule: Params) -> None:
    region.timeline.cancel(schedule)
    del region.schedules[schedule["Name"]]


def _age(schedule: Params) -> timedelta:
    return timedelta(seconds=schedule["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"])


def _attempt(region: SchedulerRegion, schedule: Params, until: Any, gap: float) -> None:
    """Call the target; a refusal is tried again until the event is too old. Retries go on also when the schedule is gone."""
    target = schedule["Target"]
    action = target["Arn"].rpartition(":")[2]
    try:
        wanted = json.loads(target["Input"])
        cluster = region.redshift.arn("redshift", f"cluster:{wanted['ClusterIdentifier']}")
        if not region.roles.allows(target["RoleArn"], _SERVICE, f"redshift:{action[0].upper()}{action[1:]}", cluster):
            raise Refusal("AccessDenied", f"{target['RoleArn']} may not do {action}.")
        _ACTIONS[action](region.redshift, wanted)
    except ServiceException:
        later = region.timeline.now + timedelta(seconds=gap)
        if later <= until:
            longer = min(gap * 2, _LONGEST_RETRY)
            region.timeline.after(gap, object(), lambda: _attempt(region, schedule, until, longer))
