"""Clusters are modified, paused, resumed and resized, where AWS allows it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.account import PASSWORD, SimulatedAccount, error_code, refusal


def test_a_modified_cluster_shows_what_is_pending_and_then_has_it(aws: SimulatedAccount) -> None:
    aws.running()
    answer = aws.redshift.modify_cluster(
        ClusterIdentifier="dwh", PubliclyAccessible=True, MasterUserPassword="Another0ne", Port=5440
    )["Cluster"]
    assert answer["ClusterStatus"] == "modifying"
    assert answer["PendingModifiedValues"] == {"PubliclyAccessible": True, "MasterUserPassword": "****"}
    assert aws.cluster()["PubliclyAccessible"] is False
    assert aws.statuses(1) == ["modifying", "available"]
    found = aws.cluster()
    assert (found["PubliclyAccessible"], found["PendingModifiedValues"]) == (True, {})
    assert found["Endpoint"]["Port"] == 5440
    assert aws.simulator.password_is("dwh", "Another0ne")
    assert not aws.simulator.password_is("dwh", PASSWORD)


def test_a_password_can_be_given_to_aws_and_taken_back(aws: SimulatedAccount) -> None:
    aws.running()
    aws.redshift.modify_cluster(ClusterIdentifier="dwh", ManageMasterPassword=True)
    aws.clock.sleep(1)
    assert aws.cluster()["MasterPasswordSecretArn"]
    alone = {"ClusterIdentifier": "dwh", "MasterUserPassword": PASSWORD}
    assert error_code(aws.redshift.modify_cluster, **alone) == "InvalidParameterCombination"
    aws.redshift.modify_cluster(**alone, ManageMasterPassword=False)
    aws.clock.sleep(1)
    assert "MasterPasswordSecretArn" not in aws.cluster()
    assert aws.simulator.password_is("dwh", PASSWORD)


@pytest.mark.parametrize(
    "wanted",
    [{"Port": 80}, {"AutomatedSnapshotRetentionPeriod": 0}, {"Encrypted": False}, {"MasterUserPassword": "weak"},
     {"VpcSecurityGroupIds": ["sg-0123456789abcdef0"]}],
)  # fmt: skip
def test_a_change_to_something_impossible_is_refused(aws: SimulatedAccount, wanted: dict[str, Any]) -> None:
    aws.running()
    assert error_code(aws.redshift.modify_cluster, ClusterIdentifier="dwh", **wanted) == "InvalidParameterValue"
    assert aws.cluster()["ClusterStatus"] == "available"


def test_a_multi_az_deployment_is_not_paused_until_it_is_in_one_zone(aws: SimulatedAccount) -> None:
    """Management Guide, Setting up Multi-AZ deployment, Limitations."""
    assert aws.running(NodeType="ra3.large", NumberOfNodes=2)["MultiAZ"] == "Disabled"
    for wanted, shown in ((True, "Enabled"), (False, "Disabled")):
        aws.redshift.modify_cluster(ClusterIdentifier="dwh", MultiAZ=wanted)
        aws.clock.sleep(1)
        assert aws.cluster()["MultiAZ"] == shown
        if wanted:
            assert error_code(aws.redshift.pause_cluster, ClusterIdentifier="dwh") == "InvalidClusterState"
    aws.redshift.pause_cluster(ClusterIdentifier="dwh")


def test_a_cluster_is_paused_and_resumed(aws: SimulatedAccount) -> None:
    before = aws.running(NodeType="ra3.large", NumberOfNodes=2)
    assert aws.redshift.pause_cluster(ClusterIdentifier="dwh")["Cluster"]["ClusterStatus"] == "pausing"
    assert aws.statuses(3) == ["pausing", "paused"]
    assert aws.cluster()["NumberOfNodes"] == 2
    assert aws.redshift.resume_cluster(ClusterIdentifier="dwh")["Cluster"]["ClusterStatus"] == "resuming"
    assert aws.statuses(3) == ["resuming", "available"]
    assert aws.cluster() == before


def test_a_paused_cluster_can_only_be_resumed_or_deleted(aws: SimulatedAccount) -> None:
    aws.running()
    aws.redshift.pause_cluster(ClusterIdentifier="dwh")
    aws.clock.sleep(2)
    for ask, asked in (
        (aws.redshift.pause_cluster, {}),
        (aws.redshift.modify_cluster, {"PubliclyAccessible": True}),
        (aws.redshift.modify_cluster_iam_roles, {"AddIamRoles": []}),
        (aws.redshift.resize_cluster, {"NumberOfNodes": 2, "Classic": True}),
        (aws.redshift.create_cluster_snapshot, {"SnapshotIdentifier": "s"}),
    ):
        assert error_code(ask, ClusterIdentifier="dwh", **asked) == "InvalidClusterState"
    aws.redshift.delete_cluster(ClusterIdentifier="dwh", FinalClusterSnapshotIdentifier="final")
    assert aws.statuses(3) == ["final-snapshot", "deleting", "ClusterNotFound"]


def test_a_running_cluster_cannot_be_resumed(aws: SimulatedAccount) -> None:
    aws.running()
    assert error_code(aws.redshift.resume_cluster, ClusterIdentifier="dwh") == "InvalidClusterState"


def test_an_elastic_resize_goes_through_its_statuses(aws: SimulatedAccount) -> None:
    aws.running(NodeType="rg.xlarge", NumberOfNodes=2)
    aws.redshift.resize_cluster(ClusterIdentifier="dwh", NumberOfNodes=4)
    assert aws.statuses(4) == [
        "available, prep-for-resize", "resizing", "available, resize-cleanup", "available",
    ]  # fmt: skip
    assert aws.cluster()["NumberOfNodes"] == 4


def test_elastic_resizes_are_counted_from_the_original_size(aws: SimulatedAccount) -> None:
    aws.running(NodeType="rg.xlarge", NumberOfNodes=4)
    assert aws.cluster()["ElasticResizeNumberOfNodeOptions"] == "[2,3,5,6,7,8]"
    aws.redshift.resize_cluster(ClusterIdentifier="dwh", NumberOfNodes=8)
    aws.clock.sleep(3)
    refused, words = refusal(aws.redshift.resize_cluster, ClusterIdentifier="dwh", NumberOfNodes=16)
    assert refused == "UnsupportedOptionFault"
    assert "classic" in words
    aws.redshift.resize_cluster(ClusterIdentifier="dwh", NumberOfNodes=16, Classic=True)
    assert aws.statuses(5) == ["resizing", "available"]
    assert aws.cluster()["NumberOfNodes"] == 16
    aws.redshift.resize_cluster(ClusterIdentifier="dwh", NumberOfNodes=32)


def test_the_possible_sizes_are_told_and_hold(aws: SimulatedAccount) -> None:
    aws.running(NodeType="ra3.xlplus", NumberOfNodes=4)
    asked = {"ActionType": "resize-cluster", "ClusterIdentifier": "dwh"}
    options = aws.redshift.describe_node_configuration_options(**asked)["NodeConfigurationOptionList"]
    sizes = {(option["NodeType"], option["NumberOfNodes"]) for option in options}
    assert {("ra3.xlplus", 2), ("ra3.xlplus", 8), ("rg.xlarge", 4)} <= sizes
    assert ("ra3.xlplus", 9) not in sizes and ("ra3.xlplus", 1) not in sizes
    aws.redshift.resize_cluster(ClusterIdentifier="dwh", NodeType="rg.xlarge", NumberOfNodes=4)
    aws.clock.sleep(3)
    assert aws.cluster()["NodeType"] == "rg.xlarge"


@pytest.mark.parametrize(
    "wanted",
    [{"ClusterType": "multi-node", "NumberOfNodes": 2}, {"NodeType": "ra3.large"}],
)
def test_a_single_node_is_resized_by_classic_resize_only(aws: SimulatedAccount, wanted: dict[str, Any]) -> None:
    aws.running()
    assert error_code(aws.redshift.resize_cluster, ClusterIdentifier="dwh", **wanted) == "UnsupportedOptionFault"
    aws.redshift.resize_cluster(ClusterIdentifier="dwh", Classic=True, **wanted)
    aws.clock.sleep(4)
    found = aws.cluster()
    assert found["NodeType"] == wanted.get("NodeType", "rg.large")
    assert found["NumberOfNodes"] == wanted.get("NumberOfNodes", 1)


@pytest.mark.parametrize(
    "wanted",
    [{"NodeType": "dc2.large", "NumberOfNodes": 2}, {"NumberOfNodes": 17, "Classic": True},
     {"NodeType": "rg.xlarge", "Classic": True}, {"NumberOfNodes": 1}],
)  # fmt: skip
def test_a_resize_to_what_does_not_exist_is_refused(aws: SimulatedAccount, wanted: dict[str, Any]) -> None:
    aws.running()
    assert error_code(aws.redshift.resize_cluster, ClusterIdentifier="dwh", **wanted) == "InvalidParameterValue"
