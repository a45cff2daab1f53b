"""Steps for the schedules that pause and resume the cluster, and for the role that they run as.

All are optional: where the login may not make them, the cluster is made all the same, and it is said that nothing pauses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from iac.policy import SCHEDULER, trust_policy
from iac.scheduling import PAUSE_ACTION, Schedule
from iac.steps.cluster import ROLE_CADENCE, ROLE_SETTLES, redshift_call
from iac.steps.step import Call, Retry, Step, Tags, as_list, json_text
from iac.tags import SCHEDULE_TAG

DESCRIPTION = "Lets Amazon EventBridge Scheduler pause and resume Redshift clusters. Made by create_cluster.py."
MOST_ATTEMPTS = 185
"""API reference, RetryPolicy, MaximumRetryAttempts: the most, so that the age of the event decides."""


def create_role(name: str, account: str, tags: Tags) -> Step:
    """IAM API reference, CreateRole. A lost answer shows as EntityAlreadyExists."""
    wanted = {
        "RoleName": name,
        "AssumeRolePolicyDocument": json_text(trust_policy(account, SCHEDULER)),
        "Description": DESCRIPTION,
        "Tags": as_list(tags),
    }
    sentence = f"create IAM role {name} (assumed only by Amazon EventBridge Scheduler in this account)"
    return Step(sentence, (Call("iam", "CreateRole", wanted, ignore=("EntityAlreadyExists",)),), optional=True)


def set_trust(name: str, document: Mapping[str, Any]) -> Step:
    """IAM API reference, UpdateAssumeRolePolicy."""
    wanted = {"RoleName": name, "PolicyDocument": json_text(document)}
    calls = (Call("iam", "UpdateAssumeRolePolicy", wanted),)
    return Step(f"let Amazon EventBridge Scheduler assume IAM role {name}", calls, optional=True)


def put_policy(role: str, policy: str, document: Mapping[str, Any], cluster: str) -> Step:
    """IAM API reference, PutRolePolicy: one of that name is replaced."""
    wanted = {"RoleName": role, "PolicyName": policy, "PolicyDocument": json_text(document)}
    sentence = f"let IAM role {role} only pause and resume cluster {cluster}"
    return Step(sentence, (Call("iam", "PutRolePolicy", wanted),), optional=True)


def create_schedule(schedule: Schedule, when: str, partition: str, new_role: bool) -> Step:
    """API reference, CreateSchedule. A lost answer shows as ConflictException.

    when: its next run, for a person. new_role: the role may have to settle first.
    """
    retry = _role_settles(schedule.role_arn) if new_role else None
    call = Call("scheduler", "CreateSchedule", _parameters(schedule, partition), ("ConflictException",), retry)
    sentence = f"have AWS {_verb(schedule)} cluster {schedule.cluster} by itself: {when} ({_reason(schedule)})"
    return Step(sentence, (call,), optional=True, same_as=f"create schedule {schedule.name}")


def update_schedule(schedule: Schedule, when: str, partition: str, new_role: bool) -> Step:
    """API reference, UpdateSchedule: it replaces every value, also those that are not given."""
    retry = _role_settles(schedule.role_arn) if new_role else None
    call = Call("scheduler", "UpdateSchedule", _parameters(schedule, partition), retry=retry)
    sentence = f"change when AWS {_verb(schedule)}s cluster {schedule.cluster}: {when} ({_reason(schedule)})"
    return Step(sentence, (call,), optional=True, same_as=f"update schedule {schedule.name}")


def count_from_available(schedule: Schedule, when: str, partition: str) -> Step:
    """The one-time pause, made before the cluster, counts from when that is available. when: empty before it is known."""
    update = update_schedule(schedule, when, partition, new_role=False)
    sentence = f"count the time to the pause from when cluster {schedule.cluster} is available"
    return replace(update, sentence=f"{sentence}: {when} ({_reason(schedule)})" if when else sentence)


def delete_schedule(name: str) -> Step:
    """API reference, DeleteSchedule."""
    calls = (Call("scheduler", "DeleteSchedule", {"Name": name}, ignore=("ResourceNotFoundException",)),)
    return Step(f"delete schedule {name}", calls, optional=True)


def mark_cluster(identifier: str, arn: str, role: str, is_paused: bool) -> Step:
    """Before the schedules: the tag tells the next run that there are some. A paused cluster may take no tags."""
    wanted = {"ResourceName": arn, "Tags": as_list(((SCHEDULE_TAG, role),))}
    ignore = ("InvalidClusterState",) if is_paused else ()
    return Step(f"mark cluster {identifier} as having schedules", (redshift_call("CreateTags", wanted, ignore),), optional=True)


def unmark_cluster(identifier: str, arn: str) -> Step:
    """After the schedules are gone. API reference, DeleteTags: a key that is not there is no error."""
    calls = (redshift_call("DeleteTags", {"ResourceName": arn, "TagKeys": [SCHEDULE_TAG]}),)
    return Step(f"mark cluster {identifier} as having no schedules", calls, optional=True)


def _parameters(schedule: Schedule, partition: str) -> dict[str, Any]:
    """User Guide, Using universal targets: the target's ARN has neither Region nor account."""
    return {
        "Name": schedule.name,
        "Description": schedule.description,
        "ScheduleExpression": schedule.expression,
        "ScheduleExpressionTimezone": schedule.zone,
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE" if schedule.once else "NONE",
        "State": "ENABLED",
        "Target": {
            "Arn": f"arn:{partition}:scheduler:::aws-sdk:redshift:{schedule.action}",
            "RoleArn": schedule.role_arn,
            "Input": json_text({"ClusterIdentifier": schedule.cluster}),
            "RetryPolicy": {
                "MaximumEventAgeInSeconds": schedule.retry_seconds,
                "MaximumRetryAttempts": MOST_ATTEMPTS,
            },
        },
    }


def _verb(schedule: Schedule) -> str:
    return "pause" if schedule.action == PAUSE_ACTION else "resume"


def _reason(schedule: Schedule) -> str:
    """The option and its value, without the moment that it counts from."""
    return schedule.description.partition(" from ")[0]


def _role_settles(role_arn: str) -> Retry:
    """AWS's words for a role that it cannot assume yet; Terraform's provider repeats the call as well."""
    name = role_arn.rpartition("/")[2]
    return Retry(
        codes=("ValidationException",),
        saying="must allow AWS EventBridge Scheduler to assume the role",
        thing=f"IAM role {name}",
        status="not yet trusted",
        cadence=ROLE_CADENCE,
        limit=ROLE_SETTLES,
        what=f"EventBridge Scheduler does not accept IAM role {name}.",
        why="AWS still says that the role must allow EventBridge Scheduler to assume it",
        remedy="Run the same command again; if it stays so, look at the role's trust policy in the IAM console.",
    )
