"""Redshift's own scheduled actions on the cluster, which others made: read, and named where they matter."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from iac.schedule.others import ScheduledAction, scheduled_actions, words
from tests.faults.choices import deny
from tests.faults.faults import fault
from tests.sample import NOW
from tests.stubbed import StubbedSession, connection
from tests.workspace import Workspace

LATER = NOW + timedelta(hours=8)
ASKED = {"Filters": [{"Name": "cluster-identifier", "Values": ["dwh"]}], "Active": True}


def test_the_active_ones_of_the_cluster_are_read_with_their_next_time() -> None:
    session = StubbedSession()
    told = [
        {"ScheduledActionName": "evening", "TargetAction": {"PauseCluster": {"ClusterIdentifier": "dwh"}},
         "Schedule": "cron(0 20 * * ? *)", "NextInvocations": [LATER + timedelta(days=1), LATER]},
        {"ScheduledActionName": "morning", "TargetAction": {"ResumeCluster": {"ClusterIdentifier": "dwh"}},
         "Schedule": "cron(0 8 * * ? *)"},
        {"ScheduledActionName": "something new", "TargetAction": {}},
    ]  # fmt: skip
    session.stub("redshift").add_response("describe_scheduled_actions", {"ScheduledActions": told}, ASKED)
    assert scheduled_actions(connection(session), "dwh") == (
        ScheduledAction("evening", "PauseCluster", "cron(0 20 * * ? *)", LATER),
        ScheduledAction("morning", "ResumeCluster", "cron(0 8 * * ? *)", None),
    )


def test_they_are_told_as_what_they_mean_for_what_is_done() -> None:
    morning = ScheduledAction("morning", "ResumeCluster", "cron(0 20 * * ? *)", LATER)
    evening = ScheduledAction("evening", "PauseCluster", "cron(0 20 * * ? *)", None)
    assert words([morning], "dwh", "paused", "us-west-2") == [
        "Scheduled action morning of Amazon Redshift resumes cluster dwh on 2026-03-01 20:00 UTC, and its bill starts again. To "
        "leave the cluster paused: `aws redshift modify-scheduled-action --scheduled-action-name morning --no-enable --region us-west-2`."
    ]
    assert words([evening], "dwh", "running", "us-west-2") == [
        "Scheduled action evening of Amazon Redshift pauses cluster dwh by its schedule cron(0 20 * * ? *). "
        "These scripts did not make it, and leave it."
    ]
    (gone,) = words([evening], "dwh", "gone", "us-west-2")
    assert gone.endswith("`aws redshift delete-scheduled-action --scheduled-action-name evening --region us-west-2`.")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "workspace").running()
    for name, action in (("morning", "ResumeCluster"), ("evening", "PauseCluster")):
        workspace.ask(
            "redshift", "CreateScheduledAction", ScheduledActionName=name, Schedule="cron(0 8 * * ? *)",
            TargetAction={action: {"ClusterIdentifier": "dwhcluster"}}, IamRole="arn:aws:iam::123456789012:role/console",
        )  # fmt: skip
    return workspace


def test_a_pause_warns_of_a_resume_that_others_have_scheduled(workspace: Workspace) -> None:
    said = workspace.off("--pause").err
    assert "Scheduled action morning of Amazon Redshift resumes cluster dwhcluster on 2026-11-24 08:00 UTC, and its bill" in said
    assert "Scheduled action evening of Amazon Redshift pauses cluster dwhcluster" in said


def test_plans_and_a_deletion_name_them(workspace: Workspace) -> None:
    for said in (workspace.on("--plan").err, workspace.off("--plan").err, workspace.off("--pause", "--plan").err, workspace.off().err):
        assert "Scheduled action morning of Amazon Redshift resumes" in said


def test_a_run_with_nothing_to_do_does_not_look_at_them(workspace: Workspace) -> None:
    workspace.recorder.calls.clear()
    workspace.create()
    assert "DescribeScheduledActions" not in workspace.recorder.calls


@pytest.mark.parametrize("why", ["denied", "offline"])
@pytest.mark.parametrize("verb", ["pause", "delete"])
def test_a_stop_does_not_fail_where_they_cannot_be_read(workspace: Workspace, verb: str, why: str) -> None:
    offline = fault("offline")
    one = deny("DescribeScheduledActions")
    workspace.inject(one if why == "denied" else lambda number, call: offline if call.operation == "DescribeScheduledActions" else None)
    getattr(workspace, verb)()
    assert "DescribeScheduledActions" in workspace.recorder.calls and workspace.recorder.all("trouble") == []
