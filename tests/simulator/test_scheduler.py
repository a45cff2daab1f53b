"""Schedules are kept, and carried out at their time."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.account import SimulatedAccount, error_code, refusal

HOUR = 3600.0
DEFAULT_RETRY = {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}


def scheduler_role(aws: SimulatedAccount, *actions: str) -> str:
    arn = aws.role("scheduler", "scheduler.amazonaws.com")
    allowed = [f"redshift:{action}" for action in actions or ("PauseCluster", "ResumeCluster")]
    cluster = "arn:aws:redshift:us-west-2:123456789012:cluster:dwh"
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": allowed, "Resource": cluster}]}
    aws.iam.put_role_policy(RoleName="scheduler", PolicyName="pause", PolicyDocument=json.dumps(document))
    return arn


def put(aws: SimulatedAccount, role: str, expression: str, action: str = "pauseCluster", update: bool = False, **wanted: Any) -> None:
    target = {
        "Arn": f"arn:aws:scheduler:::aws-sdk:redshift:{action}", "RoleArn": role,
        "Input": json.dumps({"ClusterIdentifier": "dwh"}), **wanted.pop("Target", {}),
    }  # fmt: skip
    ask = aws.scheduler.update_schedule if update else aws.scheduler.create_schedule
    asked = {"Name": f"dwh-{action}", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target, **wanted}
    ask(ScheduleExpression=expression, **asked)


def names(aws: SimulatedAccount, **wanted: Any) -> list[str]:
    return [each["Name"] for each in aws.scheduler.list_schedules(**wanted)["Schedules"]]


def test_a_schedule_is_kept_replaced_and_deleted(aws: SimulatedAccount) -> None:
    role = scheduler_role(aws)
    put(aws, role, "cron(0 19 * * ? *)", ScheduleExpressionTimezone="Europe/Berlin", Description="evening", State="DISABLED")
    assert error_code(put, aws=aws, role=role, expression="cron(0 19 * * ? *)") == "ConflictException"
    found = aws.scheduler.get_schedule(Name="dwh-pauseCluster")
    assert (found["Description"], found["ScheduleExpressionTimezone"], found["State"]) == ("evening", "Europe/Berlin", "DISABLED")
    assert isinstance(found["CreationDate"], datetime) and found["Target"]["RetryPolicy"] == DEFAULT_RETRY
    put(aws, role, "cron(0 20 * * ? *)", update=True)
    found = aws.scheduler.get_schedule(Name="dwh-pauseCluster")
    assert "Description" not in found and (found["ScheduleExpressionTimezone"], found["State"]) == ("UTC", "ENABLED")
    assert names(aws, NamePrefix="dwh-p") == ["dwh-pauseCluster"] and names(aws, NamePrefix="other") == []
    aws.scheduler.delete_schedule(Name="dwh-pauseCluster")
    for ask in (aws.scheduler.delete_schedule, aws.scheduler.get_schedule):
        assert error_code(ask, Name="dwh-pauseCluster") == "ResourceNotFoundException"
    assert error_code(put, aws=aws, role=role, expression="cron(0 19 * * ? *)", update=True) == "ResourceNotFoundException"


@pytest.mark.parametrize("expression", ["at(2026-11-23T11:00:00)", "at(2026-13-01T00:00:00)", "cron(0 20 * * * *)", "20:00"])
def test_a_bad_expression_is_refused(aws: SimulatedAccount, expression: str) -> None:
    assert error_code(put, aws=aws, role=scheduler_role(aws), expression=expression) == "ValidationException"


def test_the_role_must_let_the_scheduler_assume_it(aws: SimulatedAccount) -> None:
    refused, words = refusal(put, aws=aws, role=aws.role(), expression="cron(0 19 * * ? *)")
    assert (refused, words) == (
        "ValidationException",
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    )


@pytest.mark.parametrize(("after", "left"), [("DELETE", []), ("NONE", ["dwh-pauseCluster"])])
def test_a_one_time_schedule_runs_once_and_is_deleted_if_asked(aws: SimulatedAccount, after: str, left: list[str]) -> None:
    aws.running()
    put(aws, scheduler_role(aws), "at(2026-11-23T16:00:00)", ActionAfterCompletion=after)
    aws.clock.sleep(3.9 * HOUR)
    assert aws.cluster()["ClusterStatus"] == "available" and names(aws) == ["dwh-pauseCluster"]
    aws.clock.sleep(0.2 * HOUR)
    assert aws.cluster()["ClusterStatus"] == "paused" and names(aws) == left


def test_a_daily_pause_and_a_resume_go_by_the_clock_of_their_zone(aws: SimulatedAccount) -> None:
    aws.running()
    role = scheduler_role(aws)
    put(aws, role, "cron(0 19 * * ? *)", ScheduleExpressionTimezone="America/New_York")
    put(aws, role, "cron(0 8 ? * TUE *)", "resumeCluster", ScheduleExpressionTimezone="America/New_York")
    seen = []
    for _ in range(24):  # from Monday, 12:00 UTC, which is 7:00 in New York
        aws.clock.sleep(2 * HOUR)
        seen.append(aws.cluster()["ClusterStatus"] == "available")
    assert seen == [True] * 5 + [False] * 7 + [True] * 5 + [False] * 7


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=timezone.utc)


def test_a_refused_pause_is_not_tried_again(aws: SimulatedAccount) -> None:
    """User Guide, Configuring a dead-letter queue: only after a retryable error."""
    aws.running()
    put(aws, scheduler_role(aws), "at(2026-11-23T13:00:00)")
    aws.redshift.pause_cluster(ClusterIdentifier="dwh")
    aws.clock.sleep(1.5 * HOUR)  # refused at 13:00, for it is paused
    aws.redshift.resume_cluster(ClusterIdentifier="dwh")
    aws.clock.sleep(HOUR)
    assert aws.cluster()["ClusterStatus"] == "available"


@pytest.mark.parametrize(("after", "left"), [("DELETE", []), ("NONE", ["dwh-pauseCluster"])])
def test_a_rate_runs_from_its_start_until_its_end(aws: SimulatedAccount, after: str, left: list[str]) -> None:
    aws.running()
    dates = {"StartDate": at(13), "EndDate": at(14)}
    put(aws, scheduler_role(aws), "rate(10 minutes)", ActionAfterCompletion=after, **dates)
    found = aws.scheduler.get_schedule(Name="dwh-pauseCluster")
    assert {name: found[name] for name in dates} == dates
    paused = []
    for _ in range(16):  # from 12:00:05 on; it is resumed whenever it is paused
        aws.clock.sleep(600)
        if aws.cluster()["ClusterStatus"] == "paused":
            paused.append(f"{aws.clock.now():%H:%M}")
            aws.redshift.resume_cluster(ClusterIdentifier="dwh")
    assert paused == ["13:00", "13:10", "13:20", "13:30", "13:40", "13:50"] and names(aws) == left


@pytest.mark.parametrize("dates", [{"StartDate": at(11, 50)}, {}])
def test_a_rate_begins_five_minutes_ago_at_most(aws: SimulatedAccount, dates: dict[str, datetime]) -> None:
    role = scheduler_role(aws)
    assert error_code(put, aws=aws, role=role, expression="rate(10 minutes)", EndDate=at(14), **dates) == "ValidationException"
    put(aws, role, "rate(10 minutes)", StartDate=at(11, 57), EndDate=at(14))


@pytest.mark.parametrize("why", ["switched off", "not allowed", "deleted"])
def test_what_may_not_run_does_not(aws: SimulatedAccount, why: str) -> None:
    aws.running()
    role = scheduler_role(aws, *(["ResumeCluster"] if why == "not allowed" else []))
    put(aws, role, "at(2026-11-23T13:00:00)", State="DISABLED" if why == "switched off" else "ENABLED")
    if why == "deleted":
        aws.scheduler.delete_schedule(Name="dwh-pauseCluster")
    aws.clock.sleep(2 * HOUR)
    assert aws.cluster()["ClusterStatus"] == "available"


def test_schedules_are_carried_out_although_nobody_looked(tmp_path: Path) -> None:
    first = SimulatedAccount(tmp_path / "account")
    first.running()
    put(first, scheduler_role(first), "cron(0 19 * * ? *)")
    first.clock.sleep(30 * HOUR)
    again = SimulatedAccount(tmp_path / "account", first.clock)
    assert again.cluster()["ClusterStatus"] == "paused" and names(again) == ["dwh-pauseCluster"]
