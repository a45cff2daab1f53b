"""AWS pauses and resumes the cluster by itself: whole stories, with the hours in between."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from iac.errors import Problem
from tests.faults.account_state import account_state, broken_invariants
from tests.faults.baseline import baseline
from tests.faults.choices import deny
from tests.faults.faults import FirstCalls, fault
from tests.faults.faults import Killed, OneFault, fault, no_fault
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
