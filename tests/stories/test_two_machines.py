"""Two runs at once on different computers, which no lock keeps apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iac.errors import Problem
from iac.simulator.call import Call
from tests.faults.choices import count_of
from tests.faults.faults import Fault, FirstCalls, Refuse, fault
from tests.workspace import Workspace

TAGS = [{"Key": "ManagedBy", "Value": "dwh-iac"}]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def meanwhile(workspace: Workspace, operation: str, act: Any) -> None:
    """Somebody does this once, just before the product's first call of the operation."""
    done: list[bool] = []

    def choose(number: int, call: Call) -> Fault | None:
        if call.operation == operation and not done:
            done.append(True)
            act()
        return None

    workspace.inject(choose)


def notes(workspace: Workspace) -> str:
    return "\n".join(note for (note,) in workspace.recorder.all("note"))


def make_the_cluster(workspace: Workspace, identifier: str = "dwhcluster", **more: Any) -> None:
    workspace.ask(
        "redshift", "CreateCluster", ClusterIdentifier=identifier, NodeType="ra3.large", ClusterType="single-node", DBName="dwh",
        MasterUsername="dwhuser", MasterUserPassword="Passw0rdOfAnother", Tags=TAGS, **more,
    )  # fmt: skip


@pytest.mark.parametrize("filled", [False, True])
def test_the_password_in_the_file_is_not_that_of_a_cluster_which_another_run_made(workspace: Workspace, filled: bool) -> None:
    if filled:
        workspace.edit(DB_PASSWORD="Passw0rdOfThisFile")
    meanwhile(workspace, "CreateCluster", lambda: make_the_cluster(workspace))
    report = workspace.create()
    assert report.cluster and report.cluster.status == "available" and not [s for s in report.steps if s.startswith("create cluster")]
    said = notes(workspace)
    assert "Another run made cluster dwhcluster at the same moment." in said and "--set-password" in said
    assert ("was made by this run, so it is not the password" in said) is not filled
    assert workspace.simulator.password_is("dwhcluster", "Passw0rdOfAnother")


@pytest.mark.parametrize("filled", [False, True])
def test_the_password_of_a_cluster_that_another_run_restores_is_that_runs_to_set(workspace: Workspace, filled: bool) -> None:
    workspace.running()
    before, name = workspace.value("DB_PASSWORD"), workspace.delete().snapshot
    workspace.edit(DB_PASSWORD="Passw0rdOfThisFile" if filled else "")

    def restore() -> None:
        workspace.ask("redshift", "RestoreFromClusterSnapshot", ClusterIdentifier="dwhcluster", SnapshotIdentifier=name)

    meanwhile(workspace, "RestoreFromClusterSnapshot", restore)
    workspace.create(restore="")
    assert "Another run made cluster dwhcluster at the same moment." in notes(workspace)
    assert workspace.simulator.password_is("dwhcluster", before)


def test_a_create_whose_answer_was_lost_is_this_runs_own(workspace: Workspace) -> None:
    workspace.inject(FirstCalls("CreateCluster", fault("dropped after")))
    assert any(step.startswith("create cluster") for step in workspace.create().steps)
    assert "Another run" not in notes(workspace)


@pytest.mark.parametrize("gone", ["role", "group"])
def test_what_another_run_deletes_during_the_wait_is_made_again(workspace: Workspace, gone: str) -> None:
    def delete() -> None:
        if gone == "role":
            for policy in workspace.ask("iam", "ListRolePolicies", RoleName="dwhRole")["PolicyNames"]:
                workspace.ask("iam", "DeleteRolePolicy", RoleName="dwhRole", PolicyName=policy)
            workspace.ask("iam", "DeleteRole", RoleName="dwhRole")
        else:
            (group,) = workspace.ask("ec2", "DescribeSecurityGroups", GroupNames=["dwh-iac-dwhcluster"])["SecurityGroups"]
            other = workspace.ask("ec2", "CreateSecurityGroup", GroupName="other", Description="other")["GroupId"]
            workspace.ask("redshift", "ModifyCluster", ClusterIdentifier="dwhcluster", VpcSecurityGroupIds=[other])
            workspace.clock.sleep(60)
            workspace.ask("ec2", "DeleteSecurityGroup", GroupId=group["GroupId"])

    def choose(number: int, call: Call) -> Fault | None:
        asked = call.operation == "DescribeClusters" and not done
        if asked and workspace.ask("redshift", "DescribeClusters")["Clusters"]:
            if gone == "group":
                workspace.clock.sleep(60)
            done.append(True)
            delete()
        return None

    done: list[bool] = []
    workspace.inject(choose)
    workspace.create()
    assert done and workspace.ask("iam", "GetRole", RoleName="dwhRole")["Role"]
    (group,) = workspace.ask("ec2", "DescribeSecurityGroups", GroupNames=["dwh-iac-dwhcluster"])["SecurityGroups"]
    (cluster,) = workspace.ask("redshift", "DescribeClusters")["Clusters"]
    assert group["GroupId"] in [each["VpcSecurityGroupId"] for each in cluster["VpcSecurityGroups"]]
    assert workspace.create().steps == ()


@pytest.mark.parametrize("seconds", [0, 3600])
def test_a_cluster_that_another_run_deletes_is_not_made_again(workspace: Workspace, seconds: int) -> None:
    def choose(number: int, call: Call) -> Fault | None:
        if call.operation == "DescribeClusters" and not deleted:
            for found in workspace.ask("redshift", "DescribeClusters")["Clusters"]:
                if found["ClusterStatus"] == "available":
                    deleted.append(found)
                    workspace.ask("redshift", "DeleteCluster", ClusterIdentifier="dwhcluster", SkipFinalClusterSnapshot=True)
                    workspace.clock.sleep(seconds)
        return None

    deleted: list[Any] = []
    workspace.inject(choose)
    began = workspace.clock.monotonic()
    with pytest.raises(Problem, match=r"has deleted it since.*\n.*python create_cluster\.py") as caught:
        workspace.create()
    assert caught.value.exit_status == 1 and workspace.clock.monotonic() - began - seconds < 180
    workspace.clock.sleep(600)
    assert deleted and workspace.ask("redshift", "DescribeClusters")["Clusters"] == []


def test_a_cluster_that_is_not_listed_for_a_moment_is_neither_made_again_nor_given_up(workspace: Workspace) -> None:
    """Eventual consistency: an answer may be of the time before the cluster was."""
    def choose(number: int, call: Call) -> Fault | None:
        there = call.operation == "DescribeClusters" and workspace.ask("redshift", "DescribeClusters")["Clusters"]
        if there:
            seen.append(number)
        return Fault("not listed", Refuse(404, "ClusterNotFound", "Cluster dwhcluster not found.")) if there and 1 < len(seen) < 5 else None

    seen: list[int] = []
    workspace.inject(choose)
    report = workspace.create()
    assert len(seen) > 5 and report.cluster and report.cluster.status == "available"
    assert len(workspace.ask("redshift", "DescribeClusters")["Clusters"]) == 1


def test_a_cluster_that_is_being_deleted_at_first_is_made_when_it_is_gone(workspace: Workspace) -> None:
    workspace.running()
    workspace.ask("redshift", "DeleteCluster", ClusterIdentifier="dwhcluster", SkipFinalClusterSnapshot=True)
    report = workspace.create()
    assert any(step.startswith("create cluster") for step in report.steps) and report.cluster


def test_a_group_that_another_cluster_uses_is_not_waited_for(workspace: Workspace) -> None:
    workspace.running()
    (group,) = workspace.ask("ec2", "DescribeSecurityGroups", GroupNames=["dwh-iac-dwhcluster"])["SecurityGroups"]
    meanwhile(
        workspace, "DeleteSecurityGroup", lambda: make_the_cluster(workspace, "other", VpcSecurityGroupIds=[group["GroupId"]])
    )
    with pytest.raises(Problem) as caught:
        workspace.delete()
    assert "Cluster other (creating) uses it" in caught.value.why or "Cluster other (available) uses it" in caught.value.why
    assert count_of(workspace.faulty.calls, "DeleteSecurityGroup") <= 2
