"""Clusters come and go as they do in AWS."""

from __future__ import annotations

import pytest

from iac.simulator import Durations
from tests.simulator.account import REGION, SimulatedAccount, error_code, refusal


def test_a_new_cluster_is_creating_and_shows_no_endpoint_until_it_is_available(aws: SimulatedAccount) -> None:
    made = aws.create()
    assert (made["ClusterStatus"], made["ClusterAvailabilityStatus"]) == ("creating", "Modifying")
    assert not {"Endpoint", "ClusterCreateTime"} & made.keys()
    assert made["PendingModifiedValues"] == {"MasterUserPassword": "****"}
    aws.clock.sleep(3.9)
    assert "Endpoint" not in aws.cluster()
    aws.clock.sleep(0.1)
    there = aws.cluster()
    assert (there["ClusterStatus"], there["ClusterAvailabilityStatus"]) == ("available", "Available")
    assert there["Endpoint"]["Port"] == 5439
    host = there["Endpoint"]["Address"].split(".")
    assert (host[0], len(host[1]), host[2:]) == ("dwh", 12, [REGION, "redshift", "amazonaws", "com"])
    assert there["ClusterCreateTime"] == aws.clock.now()
    assert there["PendingModifiedValues"] == {}


def test_defaults_are_those_since_january_2025(aws: SimulatedAccount) -> None:
    made = aws.running()
    assert (made["PubliclyAccessible"], made["Encrypted"]) == (False, True)
    assert made["ClusterParameterGroups"][0]["ParameterGroupName"] == "default.redshift-2.0"
    assert made["ClusterSubnetGroupName"] == "default"
    vpc = aws.ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    groups = aws.ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])
    assert made["VpcId"] == vpc
    assert made["VpcSecurityGroups"][0]["VpcSecurityGroupId"] == groups["SecurityGroups"][0]["GroupId"]
    assert (made["DBName"], made["NumberOfNodes"], made["AutomatedSnapshotRetentionPeriod"]) == ("dev", 1, 1)


def test_a_deleted_cluster_is_deleting_with_only_a_port_and_then_gone(aws: SimulatedAccount) -> None:
    aws.running()
    answer = aws.redshift.delete_cluster(ClusterIdentifier="dwh", SkipFinalClusterSnapshot=True)
    assert answer["Cluster"]["ClusterStatus"] == "deleting"
    assert aws.cluster()["Endpoint"] == {"Port": 5439}
    assert aws.statuses(2) == ["deleting", "ClusterNotFound"]


def test_a_final_snapshot_comes_before_the_deletion_and_stays(aws: SimulatedAccount) -> None:
    aws.running(Tags=[{"Key": "ManagedBy", "Value": "dwh-iac"}], DBName="sales", NodeType="ra3.large", NumberOfNodes=2)
    aws.redshift.delete_cluster(
        ClusterIdentifier="dwh", FinalClusterSnapshotIdentifier="Dwh-Final", FinalClusterSnapshotRetentionPeriod=35
    )
    begun = aws.redshift.describe_cluster_snapshots(SnapshotIdentifier="dwh-final")["Snapshots"][0]
    assert begun["Status"] == "final snapshot"
    assert aws.statuses(3) == ["final-snapshot", "deleting", "ClusterNotFound"]
    kept = aws.redshift.describe_cluster_snapshots(ClusterIdentifier="dwh")["Snapshots"][0]
    assert kept["Tags"] == [{"Key": "ManagedBy", "Value": "dwh-iac"}]
    wanted = {
        "SnapshotIdentifier": "dwh-final", "Status": "available", "SnapshotType": "manual",
        "ManualSnapshotRetentionPeriod": 35, "ClusterIdentifier": "dwh", "DBName": "sales",
        "MasterUsername": "dwhuser", "NodeType": "ra3.large", "NumberOfNodes": 2, "Port": 5439,
    }  # fmt: skip
    assert {key: kept[key] for key in wanted} == wanted
    assert kept["TotalBackupSizeInMegaBytes"] > 0 and kept["VpcId"].startswith("vpc-")


def test_a_snapshot_goes_when_its_days_are_over(aws: SimulatedAccount) -> None:
    aws.running()
    aws.snapshot(ManualSnapshotRetentionPeriod=2)
    aws.clock.sleep(86_400)
    assert aws.redshift.describe_cluster_snapshots()["Snapshots"][0]["ManualSnapshotRetentionPeriod"] == 2
    aws.clock.sleep(86_400)
    assert aws.redshift.describe_cluster_snapshots()["Snapshots"] == []


@pytest.mark.parametrize(
    "asked", [{}, {"SkipFinalClusterSnapshot": True, "FinalClusterSnapshotIdentifier": "final"}]
)
def test_deleting_takes_either_a_snapshot_name_or_skip(aws: SimulatedAccount, asked: dict[str, object]) -> None:
    aws.running()
    refused = error_code(aws.redshift.delete_cluster, ClusterIdentifier="dwh", **asked)
    assert refused == "InvalidParameterCombination"
    assert aws.cluster()["ClusterStatus"] == "available"


def test_a_final_snapshot_needs_a_new_name(aws: SimulatedAccount) -> None:
    aws.running()
    aws.snapshot("kept")
    asked = {"ClusterIdentifier": "dwh", "FinalClusterSnapshotIdentifier": "kept"}
    assert error_code(aws.redshift.delete_cluster, **asked) == "ClusterSnapshotAlreadyExists"


def test_a_cluster_that_is_creating_cannot_be_deleted_or_changed(aws: SimulatedAccount) -> None:
    aws.create()
    refused, words = refusal(aws.redshift.delete_cluster, ClusterIdentifier="dwh", SkipFinalClusterSnapshot=True)
    assert refused == "InvalidClusterState"
    assert "ACTIVE, INCOMPATIBLE_HSM" in words and "PAUSED" in words
    for ask, asked in (
        (aws.redshift.pause_cluster, {}),
        (aws.redshift.resume_cluster, {}),
        (aws.redshift.modify_cluster, {"PubliclyAccessible": True}),
        (aws.redshift.modify_cluster_iam_roles, {"AddIamRoles": []}),
        (aws.redshift.resize_cluster, {"NumberOfNodes": 2}),
        (aws.redshift.create_cluster_snapshot, {"SnapshotIdentifier": "s"}),
    ):
        assert error_code(ask, ClusterIdentifier="dwh", **asked) == "InvalidClusterState"


def test_an_operation_may_still_be_running_when_the_status_says_available() -> None:
    aws = SimulatedAccount(durations=Durations(unsettled=2.0))
    aws.running()
    asked = {"ClusterIdentifier": "dwh", "SkipFinalClusterSnapshot": True}
    assert "There is an operation running" in refusal(aws.redshift.delete_cluster, **asked)[1]
    aws.clock.sleep(2)
    aws.redshift.delete_cluster(**asked)


@pytest.mark.parametrize(
    ("status", "availability"), [("hardware-failure", "Failed"), ("incompatible-network", "Failed")]
)
def test_a_broken_cluster_stays_broken_until_it_is_deleted(aws: SimulatedAccount, status: str, availability: str) -> None:
    aws.create()
    aws.simulator.break_cluster("dwh", status)
    aws.clock.sleep(60)
    found = aws.cluster()
    assert (found["ClusterStatus"], found["ClusterAvailabilityStatus"]) == (status, availability)
    aws.redshift.delete_cluster(ClusterIdentifier="dwh", SkipFinalClusterSnapshot=True)
    assert aws.statuses(2) == ["deleting", "ClusterNotFound"]


def test_breaking_a_cluster_that_does_not_exist_is_a_value_error(aws: SimulatedAccount) -> None:
    with pytest.raises(KeyError):
        aws.simulator.break_cluster("dwh", "hardware-failure")


def test_a_cluster_that_is_not_there_is_a_404(aws: SimulatedAccount) -> None:
    with pytest.raises(aws.redshift.exceptions.ClusterNotFoundFault) as caught:
        aws.cluster("nowhere")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert aws.redshift.describe_clusters()["Clusters"] == []


def test_botocores_own_waiters_work(aws: SimulatedAccount) -> None:
    aws.running()
    aws.redshift.get_waiter("cluster_available").wait(ClusterIdentifier="dwh")
