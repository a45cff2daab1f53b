"""The off switch always works: with few rights, in any status, and whatever AWS refuses meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from iac.errors import Problem, TimedOut
from iac.simulator.call import Call
from tests.faults.choices import allow_only, count_of, deny, first_of, refuse
from tests.faults.faults import Fault, FirstCalls, fault
from tests.workspace import Workspace

LAKEHOUSE = "The cluster has a Lakehouse registration, which must be removed first."
PAUSED = "Cannot take a final snapshot of cluster dwhcluster while it is paused. Resume the cluster first."
NO_BACKUP = (
    "You can't pause cluster dwhcluster because no recently available backup was found. "
    "Create a manual snapshot or wait for an automated snapshot, then retry."
)
BUSY = "There is an operation running on the Cluster. Please try to delete it at a later time."


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").running()


def clusters(workspace: Workspace) -> list[str]:
    return [each["ClusterStatus"] for each in workspace.ask("redshift", "DescribeClusters")["Clusters"]]


def test_a_multi_az_deployment_is_not_paused_until_it_is_converted(workspace: Workspace) -> None:
    in_two_zones(workspace)
    ended = workspace.off("--pause")
    assert ended.status == 1 and "Cluster dwhcluster cannot be paused: it is a Multi-AZ deployment." in ended.err
    assert "`aws redshift modify-cluster --cluster-identifier dwhcluster --no-multi-az --region us-west-2`, then " in ended.err
    assert "Or run `python delete_cluster.py" in ended.err
    assert "PauseCluster" not in [operation for _, operation in workspace.faulty.calls]
    workspace.ask("redshift", "ModifyCluster", ClusterIdentifier="dwhcluster", MultiAZ=False)
    assert workspace.off("--pause").status == 0 and clusters(workspace) == ["paused"]


def test_no_result_advises_to_pause_a_multi_az_deployment(workspace: Workspace) -> None:
    assert "--pause" in workspace.on().out
    in_two_zones(workspace)
    assert "--pause" not in workspace.on().out


def test_a_job_on_a_multi_az_deployment_says_that_nothing_was_paused(workspace: Workspace) -> None:
    in_two_zones(workspace)
    ended = workspace.on("--run", "true")
    assert ended.status == 1 and "it is a Multi-AZ deployment" in ended.err and clusters(workspace) == ["available"]
    warned = ended.err.index("after the job it goes on running, and costs money")
    assert warned < ended.err.index("running: true")
    deleted = workspace.on("--run", "true", "--then", "delete")
    assert deleted.status == 0 and "after the job it goes on" not in deleted.err and clusters(workspace) == []


def in_two_zones(workspace: Workspace) -> None:
    workspace.edit(DWH_NUM_NODES="2")
    workspace.create()
    workspace.ask("redshift", "ModifyCluster", ClusterIdentifier="dwhcluster", MultiAZ=True)
    workspace.clock.sleep(60)


def test_pause_looks_at_the_cluster_alone(workspace: Workspace) -> None:
    workspace.inject(allow_only("DescribeClusters", "PauseCluster"))
    report = workspace.pause()
    assert (report.cluster and report.cluster.status, clusters(workspace)) == ("paused", ["paused"])


def test_with_rights_on_the_cluster_alone_delete_stops_the_bill_and_says_what_may_be_left(workspace: Workspace) -> None:
    workspace.inject(allow_only("DescribeClusters", "DeleteCluster"))
    with pytest.raises(Problem) as caught:
        workspace.delete()
    problem = caught.value
    assert clusters(workspace) == [] and problem.exit_status == 1
    assert problem.what.startswith("Cluster dwhcluster is gone and costs nothing, its data is in snapshot dwhcluster-final-")
    assert "IAM role dwhRole" in problem.why and "security group dwh-iac-dwhcluster" in problem.why
    assert "iam:GetRole" in problem.remedy
    workspace.inject(lambda number, call: None)
    workspace.delete()
    assert workspace.ask("iam", "ListRoles")["Roles"] == []


LOOKS = ("GetCallerIdentity", "GetRole", "ListRolePolicies", "GetRolePolicy", "ListAttachedRolePolicies",
         "ListInstanceProfilesForRole", "DescribeSecurityGroups", "DescribeSecurityGroupRules",
         "DescribeClusterSnapshots")  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("verb", ["delete", "pause"])
def test_no_look_that_is_denied_keeps_the_bill_running(workspace: Workspace, look: str, verb: str) -> None:
    workspace.inject(deny(look))
    try:
        getattr(workspace, verb)()
    except Problem as problem:
        assert problem.exit_status == 1
    assert clusters(workspace) == ([] if verb == "delete" else ["paused"])


def test_iam_being_down_holds_nothing_back(workspace: Workspace) -> None:
    down = fault("throttled")
    workspace.inject(lambda number, call: down if call.service == "iam" else None)
    with pytest.raises(Problem, match="something of ours may be left"):
        workspace.delete()
    operations = [operation for _, operation in workspace.faulty.calls]
    assert operations.index("DeleteCluster") < operations.index("GetRole")
    assert clusters(workspace) == [] and workspace.value("HOST") == ""


def test_what_cannot_be_deleted_is_named_and_the_rest_goes(workspace: Workspace) -> None:
    workspace.inject(deny("DeleteRole"))
    with pytest.raises(Problem, match="something of ours may be left") as caught:
        workspace.delete()
    assert "delete IAM role dwhRole" in caught.value.why and "iam:DeleteRole" in caught.value.remedy
    groups = workspace.ask("ec2", "DescribeSecurityGroups")["SecurityGroups"]
    assert [group["GroupName"] for group in groups] == ["default"] and workspace.value("HOST") == ""


def test_a_program_is_told_what_became_of_each_thing_after_a_deletion_alone(workspace: Workspace) -> None:
    assert "remaining" not in workspace.off("--plan", "--json").json
    things = ("cluster dwhcluster", "IAM role dwhRole", "security group dwh-iac-dwhcluster")
    for _ in range(2):
        assert workspace.off("--json").json["remaining"] == [{"state": "gone", "what": each, "why": ""} for each in things]


@pytest.mark.parametrize("status", ["insufficient-vpce", "unavailable", "something-new", "storage-full", "incompatible-x"])
def test_a_status_that_nobody_knows_is_deleted_all_the_same(workspace: Workspace, status: str) -> None:
    workspace.simulator.break_cluster("dwhcluster", status)
    began = workspace.clock.monotonic()
    workspace.delete()
    assert clusters(workspace) == [] and workspace.clock.monotonic() - began < 5


def test_a_deletion_that_aws_refuses_in_an_unknown_status_is_asked_for_as_long_as_the_run_lasts(workspace: Workspace) -> None:
    workspace.simulator.break_cluster("dwhcluster", "something-new")
    workspace.inject(refuse("DeleteCluster", "InvalidClusterState", "You can only delete clusters with ACTIVE, PAUSED lifecycles."))
    began = workspace.clock.monotonic()
    with pytest.raises(TimedOut):
        workspace.warehouse(timeout=600).delete()
    assert 600 <= workspace.clock.monotonic() - began < 620


def test_a_paused_cluster_is_not_resumed_to_be_deleted(workspace: Workspace) -> None:
    workspace.pause()
    workspace.inject(lambda number, call: None)
    assert workspace.delete().snapshot
    assert count_of(workspace.faulty.calls, "ResumeCluster") == 0


def test_a_paused_cluster_of_which_aws_takes_no_snapshot_is_resumed_first(workspace: Workspace) -> None:
    workspace.pause()
    workspace.inject(refuse("DeleteCluster", "InvalidClusterState", PAUSED, until="ResumeCluster"))
    report = workspace.delete()
    assert [step.split()[0] for step in report.steps][:2] == ["resume", "delete"]
    assert clusters(workspace) == [] and report.snapshot


def test_a_paused_cluster_that_cannot_be_deleted_is_paused_again(workspace: Workspace) -> None:
    workspace.pause()
    workspace.inject(first_of(
        refuse("DeleteCluster", "InvalidClusterState", PAUSED, until="ResumeCluster"),
        refuse("DeleteCluster", "InvalidClusterState", LAKEHOUSE, after="ResumeCluster"),
    ))  # fmt: skip
    with pytest.raises(Problem, match="refused DeleteCluster") as caught:
        workspace.delete()
    assert "Lakehouse" in caught.value.why and "is being paused again" in caught.value.why
    workspace.clock.sleep(60)
    assert clusters(workspace) == ["paused"]


@pytest.mark.parametrize("keep_data", [True, False])
def test_a_paused_cluster_that_is_busy_for_minutes_is_resumed_to_be_deleted(workspace: Workspace, keep_data: bool) -> None:
    workspace.pause()
    workspace.inject(refuse("DeleteCluster", "InvalidClusterState", BUSY, until="ResumeCluster"))
    began = workspace.clock.monotonic()
    workspace.delete(keep_data=keep_data)
    assert clusters(workspace) == [] and workspace.clock.monotonic() - began < 600
    assert any("the cluster is resumed first" in note for (note,) in workspace.recorder.all("note"))


def test_a_paused_cluster_that_stays_busy_is_paused_again(workspace: Workspace) -> None:
    workspace.pause()
    workspace.inject(refuse("DeleteCluster", "InvalidClusterState", BUSY))
    with pytest.raises(TimedOut) as caught:
        workspace.warehouse(timeout=1200).delete()
    assert "is being paused again" in caught.value.why
    workspace.clock.sleep(60)
    assert clusters(workspace) == ["paused"]


def test_a_refusal_of_another_kind_does_not_resume_a_paused_cluster(workspace: Workspace) -> None:
    workspace.pause()
    workspace.inject(refuse("DeleteCluster", "InvalidClusterState", LAKEHOUSE))
    with pytest.raises(Problem) as caught:
        workspace.delete()
    assert "Lakehouse" in caught.value.why and clusters(workspace) == ["paused"]


def test_a_refusal_that_lasts_is_not_repeated_for_fifteen_minutes(workspace: Workspace) -> None:
    workspace.inject(refuse("DeleteCluster", "InvalidClusterState", LAKEHOUSE))
    began = workspace.clock.monotonic()
    with pytest.raises(Problem) as caught:
        workspace.delete()
    assert "Lakehouse" in caught.value.why and caught.value.exit_status == 1
    assert workspace.clock.monotonic() - began < 180


def test_a_cluster_without_a_backup_is_paused_after_a_snapshot(workspace: Workspace) -> None:
    workspace.inject(refuse("PauseCluster", "InvalidClusterState", NO_BACKUP, until="CreateClusterSnapshot"))
    report = workspace.pause()
    assert clusters(workspace) == ["paused"]
    (snapshot,) = workspace.ask("redshift", "DescribeClusterSnapshots")["Snapshots"]
    assert snapshot["SnapshotIdentifier"].startswith("dwhcluster-pause-") and snapshot["ManualSnapshotRetentionPeriod"] == 1
    assert [step.split()[0] for step in report.steps] == ["take", "pause"]


def test_a_pause_that_is_refused_after_the_snapshot_too_is_told(workspace: Workspace) -> None:
    workspace.inject(refuse("PauseCluster", "InvalidClusterState", NO_BACKUP))
    with pytest.raises(Problem, match="refused PauseCluster"):
        workspace.pause()
    assert len(workspace.ask("redshift", "DescribeClusterSnapshots")["Snapshots"]) == 1


@pytest.mark.parametrize("minutes", [5, 120])
def test_a_running_operation_is_waited_for_as_long_as_the_timeout_says(
    tmp_path: Path, minutes: int
) -> None:
    workspace = Workspace(tmp_path / "workspace", pace=10.0).running()  # so that two hours take few looks
    workspace.inject(refuse("DeleteCluster", "InvalidClusterState", BUSY))
    began = workspace.clock.monotonic()
    with pytest.raises(TimedOut) as caught:
        workspace.warehouse(timeout=minutes * 60).delete()
    assert caught.value.exit_status == 3 and "operation running" in caught.value.why
    assert minutes * 60 <= workspace.clock.monotonic() - began < minutes * 60 + 1


def test_no_wait_lasts_longer_than_the_timeout(workspace: Workspace) -> None:
    workspace.delete()
    workspace.inject(FirstCalls("DescribeSecurityGroups", fault("offline")))
    began = workspace.clock.monotonic()
    with pytest.raises(TimedOut):
        workspace.warehouse(timeout=1).create()
    assert workspace.clock.monotonic() - began <= 1.1


def test_a_plan_of_delete_shows_what_cannot_be_read(workspace: Workspace) -> None:
    workspace.inject(deny(service="iam"))
    planned = workspace.warehouse(planning=True).delete()
    assert planned.steps[0].startswith("delete cluster dwhcluster")
    assert any("IAM role dwhRole could not be read" in said for said in workspace.recorder.said)


def test_a_running_cluster_is_not_paused_by_a_deletion_that_is_refused(workspace: Workspace) -> None:
    workspace.inject(refuse("DeleteCluster", "InvalidClusterState", PAUSED))
    with pytest.raises(Problem) as caught:
        workspace.delete()
    assert clusters(workspace) == ["available"] and "resumed" not in caught.value.why


def test_a_timeout_while_a_paused_cluster_is_resumed_says_what_it_will_cost(workspace: Workspace) -> None:
    workspace.pause()
    workspace.inject(refuse("DeleteCluster", "InvalidClusterState", PAUSED, until="ResumeCluster"))
    with pytest.raises(TimedOut) as caught:
        workspace.warehouse(timeout=0).delete()
    assert "costs money once it runs" in caught.value.why and "--pause" in caught.value.remedy


def test_a_cluster_that_was_created_after_the_deletion_is_left(workspace: Workspace) -> None:
    mine = workspace.ask("redshift", "DescribeClusters")["Clusters"][0]["ClusterCreateTime"]

    def create_again(number: int, call: Call) -> Fault | None:
        if call.operation == "DescribeClusters" and workspace.faulty.calls.count(("redshift", "DeleteCluster")) == 1:
            found = workspace.simulator.session("us-west-2").client("redshift").describe_clusters()["Clusters"]
            if not found:
                again(workspace)
        return None

    workspace.inject(create_again)
    with pytest.raises(Problem, match="another one of that name has been created since"):
        workspace.delete(keep_data=False)
    workspace.clock.sleep(10)
    (there,) = workspace.ask("redshift", "DescribeClusters")["Clusters"]
    assert there["ClusterCreateTime"] != mine and there["ClusterStatus"] == "available"


def again(workspace: Workspace) -> None:
    workspace.simulator.session("us-west-2").client("redshift").create_cluster(
        ClusterIdentifier="dwhcluster", NodeType="ra3.large", ClusterType="single-node", MasterUsername="dwhuser",
        MasterUserPassword="Passw0rdOfOthers", Tags=[{"Key": "ManagedBy", "Value": "dwh-iac"}],
    )  # fmt: skip


def test_a_conflict_that_lasts_after_the_cluster_is_gone_holds_nothing_else_back(workspace: Workspace) -> None:
    workspace.inject(refuse("DeleteRole", "DeleteConflict", "Cannot delete entity, must remove it elsewhere first."))
    with pytest.raises(Problem, match="something of ours may be left"):
        workspace.delete()
    assert workspace.value("HOST") == "" and workspace.value("ARN").endswith(":role/dwhRole")
    groups = workspace.ask("ec2", "DescribeSecurityGroups")["SecurityGroups"]
    assert [group["GroupName"] for group in groups] == ["default"]


@pytest.mark.parametrize("verb", ["delete", "pause"])
def test_a_broken_cluster_that_aws_does_not_stop_gets_a_remedy_that_does(workspace: Workspace, verb: str) -> None:
    workspace.simulator.break_cluster("dwhcluster", "inaccessible-kms-key")
    workspace.inject(refuse("DeleteCluster", "InvalidClusterState", "Cannot take a snapshot: the KMS key is disabled."))
    with pytest.raises(Problem) as caught:
        getattr(workspace, verb)()
    assert ("--discard-data" if verb == "delete" else "run `python delete_cluster.py`") in caught.value.remedy


def test_a_second_delete_without_rights_to_iam_does_not_say_that_all_is_well(workspace: Workspace) -> None:
    workspace.inject(deny(service="iam"))
    for _ in range(2):
        with pytest.raises(Problem, match="may be left"):
            workspace.delete()
    workspace.inject(lambda number, call: None)
    workspace.delete()
    assert workspace.ask("iam", "ListRoles")["Roles"] == [] and workspace.value("ARN") == ""


def test_where_the_account_is_not_known_and_no_cluster_is_there_the_file_stays(workspace: Workspace) -> None:
    workspace.delete()
    workspace.edit(HOST="dwhcluster.abc123.us-west-2.redshift.amazonaws.com")
    workspace.inject(deny("GetCallerIdentity"))
    workspace.delete()
    assert workspace.value("HOST").startswith("dwhcluster.abc123")
    assert any("AWS did not tell the account" in said for said in workspace.recorder.said)


def test_a_role_goes_with_its_last_cluster_also_where_the_account_is_not_known(workspace: Workspace) -> None:
    workspace.inject(deny("GetCallerIdentity"))
    workspace.delete()
    assert workspace.ask("iam", "ListRoles")["Roles"] == []


@pytest.mark.parametrize(
    ("host", "arn"),
    [
        ("warehouse.example.com", "arn:aws:iam::123456789012:user/ann"),
        ("dwhcluster.123456789012.us-west-2.redshift-serverless.amazonaws.com", ""),
        ("songs.abc123.us-west-2.redshift.amazonaws.com", "arn:aws:iam::123456789012:user/ann"),
        ("dwhcluster.abc123.eu-west-1.redshift.amazonaws.com", "arn:aws:iam::123456789012:role/dwhRole"),
    ],
)
def test_what_a_person_wrote_is_not_blanked_where_no_cluster_was(host: str, arn: str, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    workspace.edit(HOST=host, ARN=arn)
    assert workspace.delete().steps == ()
    assert (workspace.value("HOST"), workspace.value("ARN")) == (host, arn)


def test_what_is_blanked_is_what_the_step_says(workspace: Workspace) -> None:
    workspace.edit(ARN="arn:aws:iam::123456789012:user/ann")
    assert "blank HOST in dwh.cfg" in workspace.delete().steps
    assert (workspace.value("HOST"), workspace.value("ARN")) == ("", "arn:aws:iam::123456789012:user/ann")


def test_the_host_of_a_cluster_that_is_gone_is_blanked_by_the_next_run(workspace: Workspace) -> None:
    host = workspace.value("HOST")
    workspace.delete()
    workspace.edit(HOST=host)
    assert workspace.delete().steps == ("blank HOST in dwh.cfg",) and workspace.value("HOST") == ""


def test_a_host_by_another_name_of_a_cluster_that_was_there_is_blanked_with_it(workspace: Workspace) -> None:
    workspace.edit(HOST="warehouse.example.com")
    workspace.delete()
    assert workspace.value("HOST") == ""
