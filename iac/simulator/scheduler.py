"""EventBridge Scheduler in one Region of the simulated account: schedules are kept, and carried out at their time.

Only what pauses and resumes clusters: universal targets of Redshift, one-time and daily expressions, and rates in minutes
from a start to an end. A refused call is not made again: AWS retries only what it counts as a retryable error.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime, timedelta, timezone

from moto.core.exceptions import ServiceException

from iac.config.times import zone_of
from iac.schedule.value import next_run
from iac.simulator.redshift import Params, RedshiftRegion
from iac.simulator.redshift_clusters import pause_cluster, resume_cluster
from iac.simulator.refusals import Refusal

_ACTIONS = {"pauseCluster": pause_cluster, "resumeCluster": resume_cluster}
_SERVICE = "scheduler.amazonaws.com"
_NAME = re.compile(r"[0-9a-zA-Z-_.]{1,64}")
_DEFAULTS = {
    "GroupName": "default", "ScheduleExpressionTimezone": "UTC", "State": "ENABLED", "ActionAfterCompletion": "NONE"
}  # fmt: skip
_DATES = ("StartDate", "EndDate")
_DEFAULT_RETRY = {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
_PAST = timedelta(minutes=5)
"""How far back a StartDate may be (AWS's own words in the refusal; getmoto/moto#8172)."""


def create_schedule(region: RedshiftRegion, params: Params) -> Params:
    """API reference, CreateSchedule."""
    if params["Name"] in region.schedules:
        raise Refusal("ConflictException", f"Schedule {params['Name']} already exists.")
    return _set(region, params, region.now)


def update_schedule(region: RedshiftRegion, params: Params) -> Params:
    """API reference, UpdateSchedule: what is not given takes its default, whatever it was before."""
    before = get_schedule(region, params)
    answer = _set(region, params, before["CreationDate"])
    region.timeline.cancel(before)
    return answer


def delete_schedule(region: RedshiftRegion, params: Params) -> None:
    """API reference, DeleteSchedule."""
    region.timeline.cancel(get_schedule(region, params))
    del region.schedules[params["Name"]]


def get_schedule(region: RedshiftRegion, params: Params) -> Params:
    """API reference, GetSchedule."""
    if params["Name"] not in region.schedules:
        raise Refusal("ResourceNotFoundException", f"Schedule {params['Name']} does not exist.")
    return region.schedules[params["Name"]]


def list_schedules(region: RedshiftRegion, params: Params) -> Params:
    """API reference, ListSchedules: by their names, and all on one page."""
    every = sorted(region.schedules.items())
    return {"Schedules": [each for name, each in every if name.startswith(params.get("NamePrefix") or "")]}


OPERATIONS = (create_schedule, update_schedule, delete_schedule, get_schedule, list_schedules)


def _set(region: RedshiftRegion, params: Params, created: datetime) -> Params:
    """Keep the schedule in place of the one before. Nothing is changed by a request that is refused."""
    name, target = params["Name"], params["Target"]
    schedule = {
        **_DEFAULTS,
        **{member: value for member, value in params.items() if value is not None},
        **{member: params[member].replace(tzinfo=timezone.utc) for member in _DATES if params.get(member)},
        "Arn": region.arn("scheduler", f"schedule/default/{name}"),
        "CreationDate": created,
        "LastModificationDate": region.now,
        "Target": {**target, "RetryPolicy": {**_DEFAULT_RETRY, **(target.get("RetryPolicy") or {})}},
    }
    if wrong := _wrong(region, schedule):
        raise Refusal("ValidationException", wrong)
    region.schedules[name] = schedule
    _plan(region, schedule)
    return {"ScheduleArn": schedule["Arn"]}


def _wrong(region: RedshiftRegion, schedule: Params) -> str:
    """Why AWS does not take the schedule; empty if it does."""
    zone, target, now = schedule["ScheduleExpressionTimezone"], schedule["Target"], region.now
    if not _NAME.fullmatch(schedule["Name"]):
        return f"Value '{schedule['Name']}' at 'name' failed to satisfy constraint"
    if zone_of(zone) is None:
        return f"Invalid Schedule Expression Timezone {zone}."
    if schedule.get("StartDate", now) < now - _PAST:
        return "The StartDate you specify cannot be earlier than 5 minutes ago."
    if _next_run(schedule, now) is None:
        return f"Invalid Schedule Expression {schedule['ScheduleExpression']}."
    if target["Arn"].rpartition(":")[2] not in _ACTIONS:
        return f"The simulated account does not call {target['Arn']}."
    if not region.roles.trusts(target["RoleArn"], _SERVICE):
        return "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
    return ""


def _next_run(schedule: Params, after: datetime) -> datetime | None:
    expression, zone = schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"]
    return next_run(expression, zone, after, schedule.get("StartDate"), schedule.get("EndDate"))


def _plan(region: RedshiftRegion, schedule: Params) -> None:
    """Have the next run carried out at its time; after the last one the schedule is deleted, if that is wanted."""
    moment = _next_run(schedule, region.now)
    if moment is None:
        if schedule["ActionAfterCompletion"] == "DELETE":
            del region.schedules[schedule["Name"]]
        return

    def run() -> None:
        if schedule["State"] == "ENABLED":
            with suppress(ServiceException):
                _invoke(region, schedule["Target"])
        _plan(region, schedule)

    region.timeline.after((moment - region.now).total_seconds(), schedule, run)


def _invoke(region: RedshiftRegion, target: Params) -> None:
    action, wanted = target["Arn"].rpartition(":")[2], json.loads(target["Input"])
    cluster = region.arn("redshift", f"cluster:{wanted['ClusterIdentifier']}")
    if region.roles.allows(target["RoleArn"], _SERVICE, f"redshift:{action[0].upper()}{action[1:]}", cluster):
        _ACTIONS[action](region, wanted)
