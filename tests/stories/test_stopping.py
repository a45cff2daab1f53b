"""The off switch always works: with few rights, in any status, and whatever AWS refuses meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from iac.errors import Problem, TimedOut
from iac.simulator.call import Call
from tests.faults.choices import allow_only, count_of, deny, first_of, refuse
from tests.faults.faults import Fault, First, fault
from tests.faults.house import House, Kept

LAKEHOUSE = "The cluster has a Lakehouse registration, which must be removed first."
PAUSED = "Cannot take a final snapshot of cluster dwhcluster while it is paused. Resume the cluster first."
NO_BACKUP = (
    "You can't pause cluster dwhcluster because no recently available backup was found. "
    "Create a manual snapshot or wait for an automated snapshot, then retry."
)
BUSY = "There is an operation running on the Cluster. Please try to delete it at a later time."


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    made = House(tmp_path_factory.mktemp("running") / "house")
    made.create()
    return made.keep()


@pytest.fixture
def house(running: Kept, tmp_path: Path) -> House:
    return House(tmp_path / "house", running)


def clusters(house: House) -> list[str]:
    return [each["ClusterStatus"] for each in house.ask("redshift", "DescribeClusters")["Clusters"]]


def test_pause_looks_at_the_cluster_alone(house: House) -> None:
    house.disturb(allow_only("DescribeClusters", "PauseCluster"))
    report = house.pause()
    assert (report.cluster and report.cluster.status, clusters(house)) == ("paused", ["paused"])


def test_with_rights_on_the_cluster_alone_delete_stops_the_bill_and_says_what_may_be_left(house: House) -> None:
    house.disturb(allow_only("DescribeClusters", "DeleteCluster"))
    with pytest.raises(Problem) as caught:
        house.delete()
    problem = caught.value
    assert clusters(house) == [] and problem.exit_status == 1
    assert problem.what.startswith("Cluster dwhcluster is gone and costs nothing, its data is in snapshot dwhcluster-final-")
    assert "IAM role dwhRole" in problem.why and "security group dwh-iac-dwhcluster" in problem.why
    assert "iam:GetRole" in problem.remedy
    house.disturb(lambda number, call: None)
    house.delete()
    assert house.ask("iam", "ListRoles")["Roles"] == []


LOOKS = ("GetCallerIdentity", "GetRole", "ListRolePolicies", "GetRolePolicy", "ListAttachedRolePolicies",
         "ListInstanceProfilesForRole", "DescribeSecurityGroups", "DescribeSecurityGroupRules",
         "DescribeClusterSnapshots")  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("verb", ["delete", "pause"])
def test_no_look_that_is_denied_keeps_the_bill_running(house: House, look: str, verb: str) -> None:
    house.disturb(deny(look))
    try:
        getattr(house, verb)()
    except Problem as problem:
        assert problem.exit_status == 1
    assert clusters(house) == ([] if verb == "delete" else ["paused"])


def test_iam_being_down_holds_nothing_back(house: House) -> None:
    down = fault("throttled")
    house.disturb(lambda number, call: down if call.service == "iam" else None)
    with pytest.raises(Problem, match="something of ours may be left"):
        house.delete()
    operations = [operation for _, operation in house.faulty.calls]
    assert operations.index("DeleteCluster") < operations.index("GetRole")
    assert clusters(house) == [] and house.value("HOST") == ""


def test_what_cannot_be_deleted_is_named_and_the_rest_goes(house: House) -> None:
    house.disturb(deny("DeleteRole"))
    with pytest.raises(Problem, match="something of ours may be left") as caught:
        house.delete()
    assert "delete IAM role dwhRole" in caught.value.why and "iam:DeleteRole" in caught.value.remedy
    groups = house.ask("ec2", "DescribeSecurityGroups")["SecurityGroups"]
    assert [group["GroupName"] for group in groups] == ["default"] and house.value("HOST") == ""


@pytest.mark.parametrize("status", ["insufficient-vpce", "unavailable", "something-new", "storage-full", "incompatible-x"])
def test_a_status_that_nobody_knows_is_deleted_all_the_same(house: House, status: str) -> None:
    house.simulator.break_cluster("dwhcluster", status)
    began = house.clock.monotonic()
    house.delete()
    assert clusters(house) == [] and house.clock.monotonic() - began < 5


def test_a_deletion_that_aws_refuses_in_an_unknown_status_is_asked_for_as_long_as_the_run_lasts(house: House) -> None:
    house.simulator.break_cluster("dwhcluster", "something-new")
    house.disturb(refuse("DeleteCluster", "InvalidClusterState", "You can only delete clusters with ACTIVE, PAUSED lifecycles."))
    began = house.clock.monotonic()
    with pytest.raises(TimedOut):
        house.warehouse(timeout=600).delete()
    assert 600 <= house.clock.monotonic() - began < 620


def test_a_paused_cluster_is_not_resumed_to_be_deleted(house: House) -> None:
    house.pause()
    house.disturb(lambda number, call: None)
    assert house.delete().snapshot
    assert count_of(house.faulty.calls, "ResumeCluster") == 0


def test_a_paused_cluster_of_which_aws_takes_no_snapshot_is_resumed_first(house: House) -> None:
    house.pause()
    house.disturb(refuse("DeleteCluster", "InvalidClusterState", PAUSED, until="ResumeCluster"))
    report = house.delete()
    assert [step.split()[0] for step in report.steps][:2] == ["resume", "delete"]
    assert clusters(house) == [] and report.snapshot


def test_a_paused_cluster_that_cannot_be_deleted_is_paused_again(house: House) -> None:
    house.pause()
    house.disturb(first_of(
        refuse("DeleteCluster", "InvalidClusterState", PAUSED, until="ResumeCluster"),
        refuse("DeleteCluster", "InvalidClusterState", LAKEHOUSE, after="ResumeCluster"),
    ))  # fmt: skip
    with pytest.raises(Problem, match="refused DeleteCluster") as caught:
        house.delete()
    assert "Lakehouse" in caught.value.why and "is being paused again" in caught.value.why
    house.clock.sleep(60)
    assert clusters(house) == ["paused"]


def test_a_refusal_of_another_kind_does_not_resume_a_paused_cluster(house: House) -> None:
    house.pause()
    house.disturb(refuse("DeleteCluster", "InvalidClusterState", LAKEHOUSE))
    with pytest.raises(Problem) as caught:
        house.delete()
    assert "Lakehouse" in caught.value.why and clusters(house) == ["paused"]


def test_a_refusal_that_lasts_is_not_repeated_for_fifteen_minutes(house: House) -> None:
    house.disturb(refuse("DeleteCluster", "InvalidClusterState", LAKEHOUSE))
    began = house.clock.monotonic()
    with pytest.raises(Problem) as caught:
        house.delete()
    assert "Lakehouse" in caught.value.why and caught.value.exit_status == 1
    assert house.clock.monotonic() - began < 180


def test_a_cluster_without_a_backup_is_paused_after_a_snapshot(house: House) -> None:
    house.disturb(refuse("PauseCluster", "InvalidClusterState", NO_BACKUP, until="CreateClusterSnapshot"))
    report = house.pause()
    assert clusters(house) == ["paused"]
    (snapshot,) = house.ask("redshift", "DescribeClusterSnapshots")["Snapshots"]
    assert snapshot["SnapshotIdentifier"].startswith("dwhcluster-pause-") and snapshot["ManualSnapshotRetentionPeriod"] == 1
    assert [step.split()[0] for step in report.steps] == ["take", "pause"]


def test_a_pause_that_is_refused_after_the_snapshot_too_is_told(house: House) -> None:
    house.disturb(refuse("PauseCluster", "InvalidClusterState", NO_BACKUP))
    with pytest.raises(Problem, match="refused PauseCluster"):
        house.pause()
    assert len(house.ask("redshift", "DescribeClusterSnapshots")["Snapshots"]) == 1


@pytest.mark.parametrize("minutes", [5, 120])
def test_a_running_operation_is_waited_for_as_long_as_the_timeout_says(
    running: Kept, tmp_path: Path, minutes: int
) -> None:
    house = House(tmp_path / "house", running, pace=10.0)  # so that two hours take few looks
    house.disturb(refuse("DeleteCluster", "InvalidClusterState", BUSY))
    began = house.clock.monotonic()
    with pytest.raises(TimedOut) as caught:
        house.warehouse(timeout=minutes * 60).delete()
    assert caught.value.exit_status == 3 and "operation running" in caught.value.why
    assert minutes * 60 <= house.clock.monotonic() - began < minutes * 60 + 1


def test_no_wait_lasts_longer_than_the_timeout(house: House) -> None:
    house.delete()
    house.disturb(First("DescribeSecurityGroups", fault("offline")))
    began = house.clock.monotonic()
    with pytest.raises(TimedOut):
        house.warehouse(timeout=1).create()
    assert house.clock.monotonic() - began <= 1.1


def test_a_plan_of_delete_shows_what_cannot_be_read(house: House) -> None:
    house.disturb(deny(service="iam"))
    planned = house.warehouse().plan_delete()
    assert planned.steps[0].startswith("delete cluster dwhcluster")
    assert any("IAM role dwhRole could not be read" in said for said in house.heard.said)


def test_a_running_cluster_is_not_paused_by_a_deletion_that_is_refused(house: House) -> None:
    house.disturb(refuse("DeleteCluster", "InvalidClusterState", PAUSED))
    with pytest.raises(Problem) as caught:
        house.delete()
    assert clusters(house) == ["available"] and "resumed" not in caught.value.why


def test_a_timeout_while_a_paused_cluster_is_resumed_says_what_it_will_cost(house: House) -> None:
    house.pause()
    house.disturb(refuse("DeleteCluster", "InvalidClusterState", PAUSED, until="ResumeCluster"))
    with pytest.raises(TimedOut) as caught:
        house.warehouse(timeout=0).delete()
    assert "costs money once it runs" in caught.value.why and "--pause" in caught.value.remedy


def test_a_cluster_that_was_created_after_the_deletion_is_left(house: House) -> None:
    mine = house.ask("redshift", "DescribeClusters")["Clusters"][0]["ClusterCreateTime"]

    def create_again(number: int, call: Call) -> Fault | None:
        if call.operation == "DescribeClusters" and house.faulty.calls.count(("redshift", "DeleteCluster")) == 1:
            found = house.simulator.session("us-west-2").client("redshift").describe_clusters()["Clusters"]
            if not found:
                again(house)
        return None

    house.disturb(create_again)
    with pytest.raises(Problem, match="another one of that name has been created since"):
        house.delete(keep_data=False)
    house.clock.sleep(10)
    (there,) = house.ask("redshift", "DescribeClusters")["Clusters"]
    assert there["ClusterCreateTime"] != mine and there["ClusterStatus"] == "available"


def again(house: House) -> None:
    house.simulator.session("us-west-2").client("redshift").create_cluster(
        ClusterIdentifier="dwhcluster", NodeType="ra3.large", ClusterType="single-node", MasterUsername="dwhuser",
        MasterUserPassword="Passw0rdOfOthers", Tags=[{"Key": "ManagedBy", "Value": "dwh-iac"}],
    )  # fmt: skip


def test_a_conflict_that_lasts_after_the_cluster_is_gone_holds_nothing_else_back(house: House) -> None:
    house.disturb(refuse("DeleteRole", "DeleteConflict", "Cannot delete entity, must remove it elsewhere first."))
    with pytest.raises(Problem, match="something of ours may be left"):
        house.delete()
    assert house.value("HOST") == "" and house.value("ARN").endswith(":role/dwhRole")
    groups = house.ask("ec2", "DescribeSecurityGroups")["SecurityGroups"]
    assert [group["GroupName"] for group in groups] == ["default"]


@pytest.mark.parametrize("verb", ["delete", "pause"])
def test_a_broken_cluster_that_aws_does_not_stop_gets_a_remedy_that_does(house: House, verb: str) -> None:
    house.simulator.break_cluster("dwhcluster", "inaccessible-kms-key")
    house.disturb(refuse("DeleteCluster", "InvalidClusterState", "Cannot take a snapshot: the KMS key is disabled."))
    with pytest.raises(Problem) as caught:
        getattr(house, verb)()
    assert ("--discard-data" if verb == "delete" else "run `python delete_cluster.py`") in caught.value.remedy


def test_a_second_delete_without_rights_to_iam_does_not_say_that_all_is_well(house: House) -> None:
    house.disturb(deny(service="iam"))
    for _ in range(2):
        with pytest.raises(Problem, match="may be left"):
            house.delete()
    house.disturb(lambda number, call: None)
    house.delete()
    assert house.ask("iam", "ListRoles")["Roles"] == [] and house.value("ARN") == ""


def test_where_the_account_is_not_known_and_no_cluster_is_there_the_file_stays(house: House) -> None:
    house.delete()
    house.edit(HOST="dwhcluster.abc123.us-west-2.redshift.amazonaws.com")
    house.disturb(deny("GetCallerIdentity"))
    house.delete()
    assert house.value("HOST").startswith("dwhcluster.abc123")
    assert any("AWS did not tell the account" in said for said in house.heard.said)


def test_a_role_goes_with_its_last_cluster_also_where_the_account_is_not_known(house: House) -> None:
    house.disturb(deny("GetCallerIdentity"))
    house.delete()
    assert house.ask("iam", "ListRoles")["Roles"] == []
