"""EventBridge Scheduler in one Region of the simulated account: schedules are kept, and carried out at their time.

Only what pauses and resumes clusters: universal targets of Redshift, one-time and daily expressions.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from moto.core.exceptions import ServiceException

from iac.config.times import zone_of
from iac.schedule.value import next_run
from iac.simulator.redshift import Params, RedshiftRegion
from iac.simulator.redshift_clusters import pause_cluster, resume_cluster
from iac.simulator.refusals import Refusal

_ACTIONS = {"pauseCluster": pause_cluster, "resumeCluster": resume_cluster}
_SERVICE = "scheduler.amazonaws.com"
_NAME = re.compile(r"[0-9a-zA-Z-_.]{1,64}")
_MEMBERS = ("ScheduleExpression", "Description", "StartDate", "EndDate", "KmsKeyArn", "Target", "FlexibleTimeWindow")
_DEFAULT_RETRY = {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
_FIRST_RETRY, _LONGEST_RETRY = 30.0, 600.0
"""Seconds between two attempts, which double. AWS documents an exponential backoff, and no numbers."""


@dataclass
class SchedulerRegion:
    """The schedules of the default group, by name. redshift: what their targets are in."""

    redshift: RedshiftRegion
    schedules: dict[str, Params] = field(default_factory=dict)


def create_schedule(region: SchedulerRegion, params: Params) -> Params:
    """API reference, CreateSchedule."""
    if params["Name"] in region.schedules:
        raise Refusal("ConflictException", f"Schedule {params['Name']} already exists.")
    return _set(region, params, region.redshift.now)


def update_schedule(region: SchedulerRegion, params: Params) -> Params:
    """API reference, UpdateSchedule: what is not given takes its default, whatever it was before."""
    before = get_schedule(region, params)
    answer = _set(region, params, before["CreationDate"])
    region.redshift.timeline.cancel(before)
    return answer


def delete_schedule(region: SchedulerRegion, params: Params) -> None:
    """API reference, DeleteSchedule."""
    region.redshift.timeline.cancel(get_schedule(region, params))
    del region.schedules[params["Name"]]


def get_schedule(region: SchedulerRegion, params: Params) -> Params:
    """API reference, GetSchedule."""
    if params["Name"] not in region.schedules:
        raise Refusal("ResourceNotFoundException", f"Schedule {params['Name']} does not exist.")
    return region.schedules[params["Name"]]


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


OPERATIONS = (create_schedule, update_schedule, delete_schedule, get_schedule, list_schedules)


def _set(region: SchedulerRegion, params: Params, created: datetime) -> Params:
    """Keep the schedule in place of the one before. Nothing is changed by a request that is refused."""
    name, target = params["Name"], params["Target"]
    schedule = {
        **{member: params[member] for member in _MEMBERS if params.get(member) is not None},
        "Name": name,
        "Arn": region.redshift.arn("scheduler", f"schedule/default/{name}"),
        "GroupName": "default",
        "ScheduleExpressionTimezone": params.get("ScheduleExpressionTimezone") or "UTC",
        "State": params.get("State") or "ENABLED",
        "ActionAfterCompletion": params.get("ActionAfterCompletion") or "NONE",
        "CreationDate": created,
        "LastModificationDate": region.redshift.now,
        "Target": {**target, "RetryPolicy": {**_DEFAULT_RETRY, **(target.get("RetryPolicy") or {})}},
    }
    if wrong := _wrong(region, schedule):
        raise Refusal("ValidationException", wrong)
    region.schedules[name] = schedule
    _plan(region, schedule)
    return {"ScheduleArn": schedule["Arn"]}


def _wrong(region: SchedulerRegion, schedule: Params) -> str:
    """Why AWS does not take the schedule; empty if it does."""
    expression, zone, target = schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"], schedule["Target"]
    if not _NAME.fullmatch(schedule["Name"]):
        return f"Value '{schedule['Name']}' at 'name' failed to satisfy constraint"
    if zone_of(zone) is None:
        return f"Invalid Schedule Expression Timezone {zone}."
    if next_run(expression, zone, region.redshift.now) is None:
        return f"Invalid Schedule Expression {expression}."
    if target["Arn"].rpartition(":")[2] not in _ACTIONS:
        return f"The simulated account does not call {target['Arn']}."
    if not region.redshift.roles.trusts(target["RoleArn"], _SERVICE):
        return "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
    return ""


def _plan(region: SchedulerRegion, schedule: Params) -> None:
    """Have the next run carried out at its time. One that was the last deletes the schedule, if that is wanted."""
    timeline, expression = region.redshift.timeline, schedule["ScheduleExpression"]
    moment = next_run(expression, schedule["ScheduleExpressionTimezone"], timeline.now)
    if moment is None:
        return

    def run() -> None:
        if schedule["State"] == "ENABLED":
            age = timedelta(seconds=schedule["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"])
            _attempt(region.redshift, schedule["Target"], timeline.now + age, _FIRST_RETRY)
        _plan(region, schedule)
        if expression.startswith("at(") and schedule["ActionAfterCompletion"] == "DELETE":
            del region.schedules[schedule["Name"]]

    timeline.after((moment - timeline.now).total_seconds(), schedule, run)


def _attempt(redshift: RedshiftRegion, target: Params, until: datetime, gap: float) -> None:
    """Call the target; a refusal is tried again until the event is too old. Retries go on also when the schedule is gone."""
    action = target["Arn"].rpartition(":")[2]
    try:
        wanted = json.loads(target["Input"])
        cluster = redshift.arn("redshift", f"cluster:{wanted['ClusterIdentifier']}")
        if not redshift.roles.allows(target["RoleArn"], _SERVICE, f"redshift:{action[0].upper()}{action[1:]}", cluster):
            raise Refusal("AccessDenied", f"{target['RoleArn']} may not do {action}.")
        _ACTIONS[action](redshift, wanted)
    except ServiceException:
        if redshift.now + timedelta(seconds=gap) <= until:
            longer = min(gap * 2, _LONGEST_RETRY)
            redshift.timeline.after(gap, object(), lambda: _attempt(redshift, target, until, longer))
