"""AWS pauses and resumes the cluster by itself: whole stories, with the hours in between."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from iac.config.text import parse
from iac.errors import Problem
from tests import scripts
from tests.faults.account_state import account_state, broken_invariants
from tests.faults.baseline import baseline
from tests.faults.choices import deny
from tests.faults.faults import FirstCalls, Killed, OneFault, fault, no_fault
from tests.faults.injection import last_call
from tests.workspace import Workspace

HOUR = 3600.0


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def status(workspace: Workspace) -> str:
    (found,) = workspace.ask("redshift", "DescribeClusters")["Clusters"]
    return str(found["ClusterStatus"])


def schedules(workspace: Workspace) -> list[str]:
    return [each["Name"] for each in workspace.ask("scheduler", "ListSchedules")["Schedules"]]


def test_a_forgotten_cluster_is_paused_after_its_hours_and_again_after_it_was_resumed(workspace: Workspace) -> None:
    workspace.edit(DWH_AUTO_PAUSE="4h")
    workspace.create()
    for _ in range(2):
        workspace.clock.sleep(3.9 * HOUR)
        assert status(workspace) == "available"
        workspace.clock.sleep(1.1 * HOUR)
        assert status(workspace) == "paused" and schedules(workspace) == []
        workspace.create()
    assert schedules(workspace) == ["dwhcluster-dwh-iac-autopause"]


def test_a_pause_that_aws_refuses_while_the_cluster_is_resized_is_attempted_again(workspace: Workspace) -> None:
    workspace.edit(DWH_AUTO_PAUSE="4h")
    workspace.create()
    workspace.clock.sleep(3.95 * HOUR)
    workspace.simulator.break_cluster("dwhcluster", "resizing", "us-west-2")
    workspace.clock.sleep(0.3 * HOUR)  # the first attempts were refused
    workspace.simulator.break_cluster("dwhcluster", "available", "us-west-2")
    assert workspace.create().steps == ()  # and a run at this moment leaves the pause as it is
    workspace.clock.sleep(0.25 * HOUR)
    assert status(workspace) == "paused"


def test_a_pause_that_is_attempted_leaves_a_cluster_alone_that_a_run_has_resumed(workspace: Workspace) -> None:
    workspace.edit(DWH_AUTO_PAUSE="4h")
    workspace.create()
    workspace.clock.sleep(4.2 * HOUR)
    assert status(workspace) == "paused"
    workspace.create()
    workspace.clock.sleep(2 * HOUR)
    assert status(workspace) == "available"


def test_a_cluster_is_paused_when_its_budget_is_used_up(workspace: Workspace) -> None:
    workspace.edit(DWH_BUDGET_USD="5")
    workspace.create()
    workspace.clock.sleep(9.0 * HOUR)
    assert status(workspace) == "available"
    workspace.clock.sleep(0.3 * HOUR)
    assert status(workspace) == "paused"


def test_a_week_with_a_change_of_daylight_saving_time_has_exactly_the_hours_named(workspace: Workspace) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    workspace.edit(DWH_RUNNING_HOURS="fri-tue 08:00-19:00 Europe/Berlin")
    workspace.create()
    begin = datetime(2027, 3, 25, 0, 30, tzinfo=timezone.utc)  # the clocks change on Sunday, the 28th
    workspace.clock.sleep((begin - workspace.clock.now()).total_seconds())
    wrong = []
    for number in range(7 * 24):
        local = (begin + timedelta(hours=number)).astimezone(berlin)
        wanted = 8 <= local.hour < 19 and local.strftime("%a") in ("Fri", "Sat", "Sun", "Mon", "Tue")
        if (status(workspace) == "available") != wanted:
            wrong.append(str(local))
        workspace.clock.sleep(HOUR)
    assert wrong == []


def test_a_price_list_that_answers_only_the_second_run_changes_no_schedule(workspace: Workspace) -> None:
    workspace.edit(DWH_BUDGET_USD="5")
    workspace.inject(FirstCalls("GetProducts", fault("failing after")))
    workspace.create()
    assert workspace.create().steps == ()


def test_the_result_tells_the_next_pause_and_resume(workspace: Workspace) -> None:
    workspace.edit(DWH_RUNNING_HOURS="mon-fri 08:00-19:00 Europe/Berlin")
    ended = workspace.on()
    assert "  pauses    2026-11-23 19:00 CET (DWH_RUNNING_HOURS)\n" in ended.out
    assert "  resumes   2026-11-24 08:00 CET (DWH_RUNNING_HOURS)\n" in ended.out
    assert "AWS resumes cluster dwhcluster on 2026-11-24 08:00 CET" in workspace.off("--pause").err
    assert "  pauses    2026-11-23 19:00 CET (DWH_RUNNING_HOURS)\n" in workspace.on("--plan").out
    workspace.clock.sleep(8 * HOUR)
    assert "It is outside DWH_RUNNING_HOURS" in workspace.on().err and status(workspace) == "available"


@pytest.mark.parametrize("denied", ["scheduler", "role"])
def test_a_login_that_may_not_make_schedules_has_its_cluster_and_is_told_that_nothing_pauses_it(
    workspace: Workspace, denied: str
) -> None:
    workspace.edit(DWH_AUTO_PAUSE="4h", DWH_IAM_ROLE_NAME="given")
    if denied == "scheduler":
        workspace.inject(deny(service="scheduler"))
    else:
        trust = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
        workspace.ask("iam", "CreateRole", RoleName="given", AssumeRolePolicyDocument=trust)
        workspace.clock.sleep(60)
        workspace.inject(deny("CreateRole"))
    report = workspace.create()
    assert report.cluster is not None and report.cluster.status == "available"
    assert any("NOTHING PAUSES cluster dwhcluster by itself" in told for told in workspace.recorder.said)
    workspace.delete()  # and no failure about schedules that never were


@pytest.mark.parametrize("operation", ["CreateRole", "CreateSchedule", "CreateCluster"])
def test_nothing_is_left_where_the_options_are_blanked_after_a_run_was_killed(workspace: Workspace, operation: str) -> None:
    workspace.edit(DWH_AUTO_PAUSE="4h")
    killed = OneFault(fault("killed after"), last_call(baseline("create with auto-pause"), operation))
    workspace.inject(killed)
    with pytest.raises(Killed):
        workspace.create()
    assert killed.operation == operation
    workspace.inject(no_fault)
    workspace.edit(DWH_AUTO_PAUSE="")
    workspace.clock.sleep(60)
    workspace.delete()
    assert broken_invariants(workspace, account_state(workspace), "gone") == []


def test_what_could_not_be_looked_at_is_a_failure_only_where_the_cluster_had_schedules(workspace: Workspace) -> None:
    workspace.edit(DWH_AUTO_PAUSE="4h")
    workspace.create()
    workspace.inject(deny("ListSchedules"))
    with pytest.raises(Problem, match="something of ours may be left") as caught:
        workspace.delete()
    assert "the schedules of cluster dwhcluster" in caught.value.why
    workspace.inject(no_fault)
    assert "gone      schedules of cluster dwhcluster" in [str(row) for row in workspace.delete().checklist]
    assert broken_invariants(workspace, account_state(workspace), "gone") == []


def test_a_leftover_of_a_cluster_that_others_deleted_goes_with_the_next_run(workspace: Workspace) -> None:
    workspace.edit(DWH_RUNNING_HOURS="daily 08:00-19:00 UTC")
    workspace.create()
    workspace.ask("redshift", "DeleteCluster", ClusterIdentifier="dwhcluster", SkipFinalClusterSnapshot=True)
    workspace.clock.sleep(60)
    workspace.edit(DWH_RUNNING_HOURS="")
    workspace.create()
    assert schedules(workspace) == []
    assert [role["RoleName"] for role in workspace.ask("iam", "ListRoles")["Roles"]] == ["dwhRole"]


def test_a_run_without_the_options_asks_nothing_about_schedules_while_the_cluster_is_there(workspace: Workspace) -> None:
    workspace.create()
    workspace.create()
    assert not [call for call in workspace.recorder.calls if "Schedule" in call]


def test_where_there_is_no_scheduler_a_create_without_these_options_is_not_held_up(workspace: Workspace) -> None:
    offline = fault("offline")
    workspace.inject(lambda number, call: offline if call.service == "scheduler" else None)
    began = workspace.clock.monotonic()
    workspace.create()
    assert workspace.recorder.all("trouble") == [] and workspace.recorder.calls.count("ListSchedules") == 0
    assert workspace.clock.monotonic() - began < 15


@pytest.mark.parametrize("trouble", ["denied", "offline"])
def test_the_file_as_shipped_has_its_cluster_where_nothing_can_pause_it(workspace: Workspace, trouble: str) -> None:
    """By a login without the rights; in a Region without EventBridge Scheduler, whose endpoint has no address."""
    workspace.edit(DWH_AUTO_PAUSE=next(each.value for each in parse(scripts.shipped()).options if each.name == "DWH_AUTO_PAUSE"))
    workspace.inject(lambda number, call: fault(trouble) if call.service == "scheduler" else None)
    began = workspace.clock.monotonic()
    report = workspace.create()
    assert ("pauses", "never by itself: DWH_AUTO_PAUSE is not in effect") in report.told.rows
    assert any("NOTHING PAUSES cluster dwhcluster by itself" in note for (note,) in workspace.recorder.all("note"))
    assert workspace.create().steps == () and workspace.clock.monotonic() - began < 60
    workspace.delete()
    assert workspace.recorder.all("trouble") == [] and workspace.clock.monotonic() - began < 75


OLD_ROLE = "dwhRole-schedule"
TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, '
    '"Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]}'
)
MAY = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["redshift:PauseCluster", "redshift:ResumeCluster"], '
    '"Resource": "arn:aws:redshift:us-west-2:123456789012:cluster:dwhcluster"}]}'
)


def made_before(workspace: Workspace, *others: str, described: str = "", **options: str) -> None:
    """A cluster as earlier versions made it: a schedule role that clusters share, and a tag on the cluster that names it.

    others: clusters that use the role, too. described: the description of the one-time pause.
    """
    workspace.edit(**options)
    workspace.create()
    ask, own = workspace.ask, "dwh-iac-schedule-us-west-2-dwhcluster"
    tags = [{"Key": "ManagedBy", "Value": "dwh-iac"}]
    tags += [{"Key": f"dwh-iac-cluster:us-west-2:{each}", "Value": "in use"} for each in ("dwhcluster", *others)]
    arn = ask("iam", "CreateRole", RoleName=OLD_ROLE, AssumeRolePolicyDocument=TRUST, Tags=tags)["Role"]["Arn"]
    for each in ("dwhcluster", *others):
        ask("iam", "PutRolePolicy", RoleName=OLD_ROLE, PolicyName=f"dwh-iac-schedule-us-west-2-{each}", PolicyDocument=MAY)
    workspace.clock.sleep(60)
    for name in schedules(workspace):
        found = ask("scheduler", "GetSchedule", Name=name, GroupName="default")
        taken = ("Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow",
                 "ActionAfterCompletion", "State")  # fmt: skip
        asked = {each: found[each] for each in taken}
        if "StartDate" in found:
            asked["ScheduleExpression"] = f"at({found['StartDate']:%Y-%m-%dT%H:%M:%S})"
        asked |= {"Description": described or found["Description"], "Target": {**found["Target"], "RoleArn": arn}}
        ask("scheduler", "UpdateSchedule", **asked)
    ask("iam", "DeleteRolePolicy", RoleName=own, PolicyName="dwh-iac-schedule")
    ask("iam", "DeleteRole", RoleName=own)
    cluster = "arn:aws:redshift:us-west-2:123456789012:cluster:dwhcluster"
    ask("redshift", "CreateTags", ResourceName=cluster, Tags=[{"Key": "dwh-iac-schedule", "Value": OLD_ROLE}])


def roles_of(workspace: Workspace) -> set[str]:
    return {role["RoleName"] for role in workspace.ask("iam", "ListRoles")["Roles"]}


def marked(workspace: Workspace) -> bool:
    (found,) = workspace.ask("redshift", "DescribeClusters")["Clusters"]
    return "dwh-iac-schedule" in [tag["Key"] for tag in found["Tags"]]


def targets(workspace: Workspace) -> set[str]:
    every = (workspace.ask("scheduler", "GetSchedule", Name=name, GroupName="default") for name in schedules(workspace))
    return {each["Target"]["RoleArn"].rpartition("/")[2] for each in every}


def test_a_cluster_whose_schedules_share_a_role_gets_one_of_its_own_once(workspace: Workspace) -> None:
    made_before(workspace, DWH_RUNNING_HOURS="mon-fri 08:00-19:00 Europe/Berlin")
    assert marked(workspace) and targets(workspace) == {OLD_ROLE}
    workspace.create()
    assert targets(workspace) == {"dwh-iac-schedule-us-west-2-dwhcluster"} and not marked(workspace)
    assert roles_of(workspace) == {"dwhRole", "dwh-iac-schedule-us-west-2-dwhcluster"}
    assert workspace.create().steps == ()
    workspace.delete()
    assert broken_invariants(workspace, account_state(workspace), "gone") == []


def test_a_schedule_role_that_another_cluster_uses_is_left_to_it(workspace: Workspace) -> None:
    made_before(workspace, "other", DWH_AUTO_PAUSE="19:00 UTC")
    workspace.create()
    assert not marked(workspace) and roles_of(workspace) == {"dwhRole", OLD_ROLE, "dwh-iac-schedule-us-west-2-dwhcluster"}
    tags = {tag["Key"] for tag in workspace.ask("iam", "ListRoleTags", RoleName=OLD_ROLE)["Tags"]}
    assert tags == {"ManagedBy", "dwh-iac-cluster:us-west-2:other"}
    left = workspace.ask("iam", "ListRolePolicies", RoleName=OLD_ROLE)["PolicyNames"]
    assert left == ["dwh-iac-schedule-us-west-2-other"] and workspace.create().steps == ()


def test_old_schedules_go_where_the_options_are_blank_and_with_the_cluster(workspace: Workspace) -> None:
    made_before(workspace, DWH_RUNNING_HOURS="mon-fri 08:00-19:00 Europe/Berlin")
    workspace.edit(DWH_RUNNING_HOURS="")
    workspace.create()
    assert schedules(workspace) == [] and roles_of(workspace) == {"dwhRole"} and not marked(workspace)
    assert workspace.create().steps == ()
    workspace.delete()
    made_before(workspace, DWH_RUNNING_HOURS="mon-fri 08:00-19:00 Europe/Berlin")
    workspace.edit(DWH_RUNNING_HOURS="")
    workspace.delete()
    assert broken_invariants(workspace, account_state(workspace), "gone") == [] and roles_of(workspace) == set()


@pytest.mark.parametrize(
    ("options", "described"),
    [({"DWH_AUTO_PAUSE": "4h"}, "DWH_AUTO_PAUSE = 4h from 2026-11-23T12:02:00Z"),
     ({"DWH_BUDGET_USD": "5"}, "DWH_BUDGET_USD = 5 from 2026-11-23T12:02:00Z at 0.543 USD an hour")],
)  # fmt: skip
def test_the_count_of_an_old_pause_goes_on(options: dict[str, str], described: str, workspace: Workspace) -> None:
    made_before(workspace, described=described, **options)
    if "DWH_BUDGET_USD" in options:  # the schedule had the other name
        found = workspace.ask("scheduler", "GetSchedule", Name="dwhcluster-dwh-iac-budget", GroupName="default")
        taken = {key: found[key] for key in ("ScheduleExpression", "FlexibleTimeWindow", "Description", "Target")}
        taken["ActionAfterCompletion"] = "DELETE"
        workspace.ask("scheduler", "CreateSchedule", Name="dwhcluster-dwh-iac-autopause", **taken)
        workspace.ask("scheduler", "DeleteSchedule", Name="dwhcluster-dwh-iac-budget", GroupName="default")
    (before,) = schedules(workspace)
    due = workspace.ask("scheduler", "GetSchedule", Name=before, GroupName="default")["ScheduleExpression"]
    assert due.startswith("at(")
    workspace.clock.sleep(2 * HOUR)
    workspace.create()
    (after,) = schedules(workspace)
    found = workspace.ask("scheduler", "GetSchedule", Name=after, GroupName="default")
    assert f"at({found['StartDate']:%Y-%m-%dT%H:%M:%S})" == due and found["ScheduleExpression"] == "rate(10 minutes)"
    assert after == f"dwhcluster-dwh-iac-{'budget' if 'DWH_BUDGET_USD' in options else 'autopause'}"


def test_the_budget_of_a_cluster_that_is_made_smaller_is_what_is_left_of_it(workspace: Workspace) -> None:
    workspace.edit(DWH_BUDGET_USD="10", DWH_NUM_NODES="2")
    workspace.create()
    workspace.clock.sleep(3 * HOUR)
    workspace.edit(DWH_NUM_NODES="1")
    workspace.create()
    assert workspace.create().steps == ()
    workspace.clock.sleep(12 * HOUR)  # 3 h of 2 nodes and 12 h of 1 cost 9.8 dollars
    assert status(workspace) == "available"
    workspace.clock.sleep(0.8 * HOUR)
    assert status(workspace) == "paused"
