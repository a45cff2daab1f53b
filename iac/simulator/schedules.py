"""Scheduled actions are kept and shown; nothing here carries them out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from iac.simulator.refusals import Refusal, invalid
from iac.simulator.region import RedshiftRegion

Params = dict[str, Any]

_SCHEDULER = "scheduler.redshift.amazonaws.com"
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_MEMBERS = ("ScheduledActionName", "TargetAction", "Schedule", "IamRole",
            "ScheduledActionDescription", "StartTime", "EndTime")  # fmt: skip


def create_scheduled_action(region: RedshiftRegion, params: Params) -> Params:
    """API reference, CreateScheduledAction: pause, resume or resize, nothing else."""
    name = params["ScheduledActionName"]
    if name in region.actions:
        raise Refusal("ScheduledActionAlreadyExists", f"Scheduled action {name} already exists.")
    return _set(region, {"State": "ACTIVE"}, params)


def modify_scheduled_action(region: RedshiftRegion, params: Params) -> Params:
    """API reference, ModifyScheduledAction."""
    return _set(region, _find(region, params["ScheduledActionName"]), params)


def delete_scheduled_action(region: RedshiftRegion, params: Params) -> None:
    """API reference, DeleteScheduledAction."""
    _find(region, params["ScheduledActionName"])
    del region.actions[params["ScheduledActionName"]]


def describe_scheduled_actions(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeScheduledActions: ScheduledActionNotFound is a 400."""
    if name := params.get("ScheduledActionName"):
        return {"ScheduledActions": [_find(region, name)]}
    return {"ScheduledActions": list(region.actions.values())}


def _find(region: RedshiftRegion, name: str) -> dict[str, Any]:
    if name not in region.actions:
        raise Refusal("ScheduledActionNotFound", f"Scheduled action {name} not found.")
    return region.actions[name]


def _set(region: RedshiftRegion, before: Params, params: Params) -> Params:
    action = {**before, **{key: params[key] for key in _MEMBERS if params.get(key) is not None}}
    if params.get("Enable") is not None:
        action["State"] = "ACTIVE" if params["Enable"] else "DISABLED"
    _check(region, action)
    moment = _moment(action["Schedule"])
    action["NextInvocations"] = [moment] if moment else []
    region.actions[action["ScheduledActionName"]] = action
    return action


def _check(region: RedshiftRegion, action: Params) -> None:
    if len(action["TargetAction"]) != 1:
        raise Refusal("InvalidScheduledAction", "Exactly one target action must be given.")
    for target in action["TargetAction"].values():
        region.cluster(target["ClusterIdentifier"])
    _check_schedule(region, action["Schedule"])
    role = action["IamRole"]
    if not region.roles.trusts(role, _SCHEDULER):
        raise invalid(
            f"The IAM role {role} is not valid. "
            "The IAM role must delegate access to Amazon Redshift scheduler."
        )


def _check_schedule(region: RedshiftRegion, schedule: str) -> None:
    """at(...), in UTC and in the future, or cron of six fields with ? for one of the two days."""
    moment, fields = _moment(schedule), _CRON.fullmatch(schedule)
    days = [fields[3], fields[5]] if fields else []
    if not (moment and moment > region.now.replace(tzinfo=None)) and days.count("?") != 1:
        raise Refusal("InvalidSchedule", f"The schedule {schedule} is not valid.")


def _moment(schedule: str) -> datetime | None:
    at = _AT.fullmatch(schedule)
    try:
        return datetime.fromisoformat(at[1]) if at else None
    except ValueError:
        return None
