"""Snapshots, and what a restore brings back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.account import PASSWORD, SimulatedAccount, error_code

OURS = [{"Key": "ManagedBy", "Value": "dwh-iac"}]


def listed(aws: SimulatedAccount, **asked: Any) -> list[str]:
    found = aws.redshift.describe_cluster_snapshots(**asked)["Snapshots"]
    return [snapshot["SnapshotIdentifier"] for snapshot in found]


def test_snapshots_are_found_by_what_is_asked_for(aws: SimulatedAccount) -> None:
    for identifier in ("one", "two"):
        aws.running(identifier)
        aws.snapshot(f"of-{identifier}", identifier)
    aws.running("three")
    assert listed(aws) == ["of-one", "of-two"]
    assert listed(aws, ClusterIdentifier="two") == ["of-two"]
    assert listed(aws, ClusterIdentifier="three") == []
    assert listed(aws, SnapshotType="automated") == []
    assert listed(aws, SnapshotIdentifier="OF-ONE") == ["of-one"]
    aws.redshift.delete_cluster(ClusterIdentifier="one", SkipFinalClusterSnapshot=True)
    aws.clock.sleep(2)
    assert listed(aws, ClusterIdentifier="one") == ["of-one"]
    unknown = error_code(aws.redshift.describe_cluster_snapshots, SnapshotIdentifier="none")
    assert unknown == "ClusterSnapshotNotFound"


def test_a_snapshot_of_another_account_is_found_and_restored_by_its_owner_alone(aws: SimulatedAccount) -> None:
    aws.running()
    aws.snapshot("kept")
    aws.simulator.give_snapshot("kept", "111122223333")
    theirs = {"SnapshotIdentifier": "kept", "OwnerAccount": "111122223333"}
    assert listed(aws) == [] and listed(aws, **theirs) == ["kept"]
    assert error_code(aws.redshift.describe_cluster_snapshots, SnapshotIdentifier="kept") == "ClusterSnapshotNotFound"
    refused = error_code(aws.redshift.restore_from_cluster_snapshot, ClusterIdentifier="again", SnapshotIdentifier="kept")
    assert refused == "ClusterSnapshotNotFound"
    assert aws.redshift.restore_from_cluster_snapshot(ClusterIdentifier="again", **theirs)["Cluster"]


def test_a_snapshot_takes_a_while_and_cannot_be_used_before(aws: SimulatedAccount) -> None:
    aws.running()
    made = aws.redshift.create_cluster_snapshot(SnapshotIdentifier="kept", ClusterIdentifier="dwh")["Snapshot"]
    assert (made["Status"], made["TotalBackupSizeInMegaBytes"]) == ("creating", 0)
    asked = {"ClusterIdentifier": "again", "SnapshotIdentifier": "kept"}
    assert error_code(aws.redshift.restore_from_cluster_snapshot, **asked) == "InvalidClusterSnapshotState"
    assert error_code(aws.redshift.delete_cluster_snapshot, SnapshotIdentifier="kept") == "InvalidClusterSnapshotState"
    aws.clock.sleep(1)
    assert aws.redshift.delete_cluster_snapshot(SnapshotIdentifier="kept")["Snapshot"]["Status"] == "deleted"
    assert listed(aws) == []


@pytest.mark.parametrize("name", ["Snap--1", "1snap", "snap-", "rs:own"])
def test_a_snapshots_name_is_checked(aws: SimulatedAccount, name: str) -> None:
    aws.running()
    asked = {"SnapshotIdentifier": name, "ClusterIdentifier": "dwh"}
    assert error_code(aws.redshift.create_cluster_snapshot, **asked) == "InvalidParameterValue"


def test_a_restore_keeps_size_login_and_tags_but_not_public_access_or_roles(aws: SimulatedAccount) -> None:
    role, group = aws.role(), aws.group()
    aws.running(
        NodeType="ra3.large", NumberOfNodes=2, DBName="sales", Port=5440, Tags=OURS,
        PubliclyAccessible=True, IamRoles=[role], VpcSecurityGroupIds=[group],
    )  # fmt: skip
    aws.redshift.delete_cluster(ClusterIdentifier="dwh", FinalClusterSnapshotIdentifier="final")
    aws.clock.sleep(3)
    made = aws.redshift.restore_from_cluster_snapshot(ClusterIdentifier="dwh", SnapshotIdentifier="Final")
    assert made["Cluster"]["RestoreStatus"]["Status"] == "restoring"
    assert "Endpoint" not in made["Cluster"]
    assert aws.statuses(5) == ["creating", "available"]
    found = aws.cluster()
    kept = {
        "NodeType": "ra3.large", "NumberOfNodes": 2, "DBName": "sales", "MasterUsername": "dwhuser",
        "Tags": OURS, "PubliclyAccessible": False, "IamRoles": [],
    }  # fmt: skip
    assert {key: found[key] for key in kept} == kept
    assert found["Endpoint"]["Port"] == 5440
    assert found["VpcSecurityGroups"][0]["VpcSecurityGroupId"] != group
    assert found["RestoreStatus"] == {"Status": "completed"}
    assert aws.simulator.password_is("dwh", PASSWORD)
    assert listed(aws) == ["final"]


def test_a_restore_takes_the_parameters_it_is_given(aws: SimulatedAccount) -> None:
    aws.running()
    aws.snapshot()
    role, group = aws.role(), aws.group()
    aws.redshift.restore_from_cluster_snapshot(
        ClusterIdentifier="again", SnapshotIdentifier="kept", PubliclyAccessible=True,
        IamRoles=[role], VpcSecurityGroupIds=[group], Port=8200,
    )  # fmt: skip
    aws.clock.sleep(4)
    found = aws.cluster("again")
    assert found["PubliclyAccessible"] and found["Endpoint"]["Port"] == 8200
    assert found["IamRoles"] == [{"IamRoleArn": role, "ApplyStatus": "in-sync"}]
    assert found["VpcSecurityGroups"][0]["VpcSecurityGroupId"] == group


@pytest.mark.parametrize(
    "wanted",
    [{"NodeType": "ra3.large"}, {"NumberOfNodes": 2}, {"NodeType": "rg.xlarge", "NumberOfNodes": 2}],
)
def test_an_impossible_size_is_a_406(aws: SimulatedAccount, wanted: dict[str, Any]) -> None:
    aws.running()
    aws.snapshot()
    with pytest.raises(aws.redshift.exceptions.InvalidRestoreFault) as caught:
        aws.redshift.restore_from_cluster_snapshot(
            ClusterIdentifier="again", SnapshotIdentifier="kept", **wanted
        )
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 406
    assert caught.value.response["Error"]["Code"] == "InvalidRestore"


def test_a_snapshot_of_several_nodes_can_have_another_number(aws: SimulatedAccount) -> None:
    aws.running(NodeType="ra3.large", NumberOfNodes=4)
    aws.snapshot()
    aws.redshift.restore_from_cluster_snapshot(
        ClusterIdentifier="again", SnapshotIdentifier="kept", NumberOfNodes=2
    )
    aws.clock.sleep(4)
    assert aws.cluster("again")["NumberOfNodes"] == 2


def test_a_managed_password_must_stay_managed(aws: SimulatedAccount) -> None:
    aws.running(ManageMasterPassword=True)
    assert aws.snapshot()["MasterPasswordSecretArn"]
    asked = {"ClusterIdentifier": "again", "SnapshotIdentifier": "kept"}
    assert error_code(aws.redshift.restore_from_cluster_snapshot, **asked) == "InvalidParameterCombination"
    aws.redshift.restore_from_cluster_snapshot(**asked, ManageMasterPassword=True)


def test_a_restore_of_nothing_or_over_something_is_refused(aws: SimulatedAccount) -> None:
    aws.running()
    restore = aws.redshift.restore_from_cluster_snapshot
    assert error_code(restore, ClusterIdentifier="x", SnapshotIdentifier="none") == "ClusterSnapshotNotFound"
    aws.snapshot()
    assert error_code(restore, ClusterIdentifier="dwh", SnapshotIdentifier="kept") == "ClusterAlreadyExists"


def test_a_clusters_tags_are_changed_by_its_arn(aws: SimulatedAccount) -> None:
    aws.create(Tags=OURS)
    arn = "arn:aws:redshift:us-west-2:123456789012:cluster:dwh"
    for value in ("sales", "data"):
        aws.redshift.create_tags(ResourceName=arn, Tags=[{"Key": "team", "Value": value}])
    aws.redshift.delete_tags(ResourceName=arn, TagKeys=["ManagedBy", "never"])
    assert aws.cluster()["Tags"] == [{"Key": "team", "Value": "data"}]
    with pytest.raises(aws.redshift.exceptions.ResourceNotFoundFault):
        aws.redshift.create_tags(ResourceName=arn + "x", Tags=OURS)
    aws_own = [{"Key": "aws:x", "Value": ""}]
    assert error_code(aws.redshift.create_tags, ResourceName=arn, Tags=aws_own) == "InvalidTagFault"


def test_a_snapshot_names_the_node_types_that_it_can_be_restored_to(aws: SimulatedAccount) -> None:
    aws.running("two", NodeType="ra3.large", NumberOfNodes=2)
    restorable = aws.snapshot("of-two", "two")["RestorableNodeTypes"]
    assert restorable == ["ra3.large", "ra3.xlplus", "rg.large", "rg.xlarge"]
    aws.running("one")
    assert aws.snapshot("of-one", "one")["RestorableNodeTypes"] == ["rg.large"]
