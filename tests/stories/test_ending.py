"""A run ends well: HOST is written first, and what AWS does not show is a note, not a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from iac.errors import Problem
from iac.simulator.call import Call
from tests.faults.choices import count_of, deny, ignore, refuse
from tests.faults.faults import Fault, Refuse
from tests.workspace import Workspace
from tests.faults.stories import in_a_snapshot_of_another_size, two_nodes

STREAMING = "Cluster cannot be resized when streaming restore is in progress."


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").running()


def host(workspace: Workspace) -> str:
    found: str = workspace.ask("redshift", "DescribeClusters")["Clusters"][0]["Endpoint"]["Address"]
    return found


def test_host_is_written_before_anything_that_can_fail(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    workspace.create(wait=False)
    workspace.ask("iam", "DeleteRolePolicy", RoleName="dwhRole", PolicyName="dwh-iac-s3-read-us-west-2-dwhcluster")
    workspace.inject(deny("PutRolePolicy"))
    with pytest.raises(Problem, match="refused PutRolePolicy"):
        workspace.create()
    assert workspace.value("HOST") == host(workspace)


def gone_at(workspace: Workspace, operation: str) -> None:
    """Somebody moves dwh.cfg away as this is asked for."""

    def choose(number: int, call: Call) -> None:
        if call.operation == operation and workspace.config.exists():
            workspace.config.rename(workspace.config.with_name("moved.cfg"))

    workspace.inject(choose)


def test_a_file_that_is_moved_away_meanwhile_is_told_after_the_cluster_that_costs(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    gone_at(workspace, "CreateCluster")
    with pytest.raises(Problem) as caught:
        workspace.create()
    problem = caught.value
    assert problem.what.startswith("Cluster dwhcluster in us-west-2 is available and costs money. There is no ")
    assert problem.why == "It was moved or deleted while this ran." and problem.remedy == (
        "Put it back, or write one with the same REGION and DWH_CLUSTER_IDENTIFIER, then run the same command again. "
        "To take it down: `python delete_cluster.py`."
    )
    workspace.config.with_name("moved.cfg").rename(workspace.config)
    assert workspace.create().steps == ("write HOST and ARN into dwh.cfg",)


def test_a_file_that_is_moved_away_holds_no_deletion_up(workspace: Workspace) -> None:
    gone_at(workspace, "DeleteCluster")
    rows = list(map(str, workspace.delete().checklist))
    assert rows[0] == "gone      cluster dwhcluster"
    assert rows[-1] == "left      HOST and ARN in dwh.cfg: It was moved or deleted while this ran"


def test_host_is_written_while_a_role_is_still_being_associated(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    workspace.create()
    workspace.edit(HOST="")
    workspace.ask("iam", "CreateRole", RoleName="slow", AssumeRolePolicyDocument=SLOW)
    workspace.clock.sleep(60)
    arn = "arn:aws:iam::123456789012:role/slow"
    workspace.ask("redshift", "ModifyClusterIamRoles", ClusterIdentifier="dwhcluster", AddIamRoles=[arn])
    report = workspace.create(wait=False)
    assert workspace.value("HOST") == host(workspace)
    assert report.cluster and (arn, "adding") in report.cluster.roles


SLOW = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "redshift.amazonaws.com"}}]}'
)


def test_a_size_that_cannot_be_set_during_a_streaming_restore_is_a_note(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    in_a_snapshot_of_another_size(workspace)
    workspace.inject(refuse("ResizeCluster", "InvalidClusterState", STREAMING))
    report = workspace.create(restore="")
    assert report.cluster and report.cluster.number_of_nodes == 2 and workspace.value("HOST") == host(workspace)
    assert any("streaming restore" in said and "keeps its size for now" in said for said in workspace.recorder.said)
    assert count_of(workspace.faulty.calls, "ResizeCluster") == 1
    workspace.inject(lambda number, call: None)
    report = workspace.create()
    assert report.cluster and report.cluster.number_of_nodes == 4


def test_a_setting_that_aws_accepts_and_does_not_show_is_a_note_after_the_second_time(workspace: Workspace) -> None:
    workspace.edit(DWH_PUBLICLY_ACCESSIBLE="no", HOST="")
    workspace.inject(ignore("ModifyCluster"))
    workspace.create()
    assert count_of(workspace.faulty.calls, "ModifyCluster") == 2
    assert any("accepted it 2 times to make cluster dwhcluster private" in said for said in workspace.recorder.said)
    assert workspace.value("HOST") == host(workspace)


def test_what_comes_after_a_setting_that_is_not_kept_is_done_all_the_same(workspace: Workspace) -> None:
    workspace.edit(DWH_PUBLICLY_ACCESSIBLE="no", DWH_S3_ACCESS="all")
    workspace.inject(ignore("ModifyCluster"))
    assert any("attach AmazonS3ReadOnlyAccess" in step for step in workspace.create().steps)


@pytest.mark.parametrize("operation", ["CreateTags", "TagRole"])
def test_a_tag_that_an_organization_rewrites_is_a_note(workspace: Workspace, operation: str) -> None:
    workspace.config.write_text(workspace.config.read_text() + "Project = sparkify\n")
    workspace.inject(ignore(operation))
    workspace.create()
    assert any("accepted it 2 times to tag" in said for said in workspace.recorder.said)


def test_what_is_pending_counts_as_done(workspace: Workspace) -> None:
    """PendingModifiedValues: AWS applies some changes in the maintenance window (API reference)."""
    from dataclasses import replace

    from iac.plan import Context, running
    from tests.planned import to_running
    from tests.sample import CLUSTER, CONFIG, GROUP, NOW, seen

    waiting = replace(CLUSTER, publicly_accessible=False, pending=(("PubliclyAccessible", True),))
    assert to_running(CONFIG, seen(cluster=waiting), Context(NOW, GROUP)) == []
    assert running(CONFIG, seen(cluster=waiting), Context(NOW, GROUP)).notes == (
        "PubliclyAccessible = True is pending: AWS has accepted it and applies it later.",
    )
    growing = replace(CLUSTER, number_of_nodes=2, pending=(("NumberOfNodes", 4),))
    assert to_running(replace(CONFIG, number_of_nodes=4), seen(cluster=growing), Context(NOW, GROUP)) == []


def test_a_resize_that_is_refused_for_another_reason_is_a_failure(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    two_nodes(workspace)
    workspace.edit(DWH_NUM_NODES="4")
    workspace.inject(refuse("ResizeCluster", "InvalidParameterValue", "This number of nodes cannot be had."))
    with pytest.raises(Problem, match="refused ResizeCluster"):
        workspace.create()


def test_a_password_that_aws_repeats_is_not_shown(tmp_path: Path) -> None:
    def choose(number: int, call: Call) -> Fault | None:
        sent = call.form.get("MasterUserPassword", "")
        given.append(sent)
        return Fault("echo", Refuse(400, "InvalidParameterValue", f"MasterUserPassword is not valid: {sent}")) if sent else None

    given: list[str] = []
    workspace = Workspace(tmp_path)
    workspace.inject(choose)
    with pytest.raises(Problem, match="is not valid: ") as caught:
        workspace.create()
    made = workspace.value("DB_PASSWORD")
    assert len(made) == 24 and made in given and made not in f"{caught.value}{caught.value.args}{caught.value.said}"
