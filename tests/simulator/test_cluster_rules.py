"""CreateCluster refuses what AWS refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.account import PASSWORD, SimulatedAccount, error_code, refusal

SINGLE = {"NodeType": "rg.large", "ClusterType": "single-node"}
VALUE, COMBINATION = "InvalidParameterValue", "InvalidParameterCombination"

REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "an identifier with a capital": (VALUE, {"ClusterIdentifier": "Dwh"}),
    "an identifier with two hyphens": (VALUE, {"ClusterIdentifier": "d--wh"}),
    "an identifier that ends in a hyphen": (VALUE, {"ClusterIdentifier": "dwh-"}),
    "a long identifier": (VALUE, {"ClusterIdentifier": "d" * 64}),
    "a retired node type": (VALUE, {"NodeType": "dc2.large"}),
    "an unknown node type": (VALUE, {"NodeType": "zz.huge"}),
    "a single node with a number": (VALUE, {"NumberOfNodes": 1}),
    "a single node of a type that has none": (VALUE, {"NodeType": "rg.xlarge"}),
    "several nodes without a number": (COMBINATION, {"ClusterType": "multi-node"}),
    "several nodes that are one": (COMBINATION, {"ClusterType": "multi-node", "NumberOfNodes": 1}),
    "too many nodes": (VALUE, {"ClusterType": "multi-node", "NumberOfNodes": 17}),
    "an unknown cluster type": (VALUE, {"ClusterType": "triple-node"}),
    "no password": (COMBINATION, {"MasterUserPassword": None}),
    "a weak password": (VALUE, {"MasterUserPassword": "passw0rd"}),
    "a short password": (VALUE, {"MasterUserPassword": "Passw0r"}),
    "a password with a quote": (VALUE, {"MasterUserPassword": "Passw0rd'"}),
    "both kinds of password": (COMBINATION, {"ManageMasterPassword": True}),
    "a reserved user": (VALUE, {"MasterUsername": "user"}),
    "an upper-case user": (VALUE, {"MasterUsername": "Admin"}),
    "public": (VALUE, {"MasterUsername": "public"}),
    "a reserved database": (VALUE, {"DBName": "default"}),
    "a port outside the ranges": (VALUE, {"Port": 1150}),
    "no encryption": (VALUE, {"Encrypted": False}),
    "no automated snapshots": (VALUE, {"AutomatedSnapshotRetentionPeriod": 0}),
    "an unknown security group": (VALUE, {"VpcSecurityGroupIds": ["sg-0123456789abcdef0"]}),
    "an unknown subnet group": ("ClusterSubnetGroupNotFoundFault", {"ClusterSubnetGroupName": "nowhere"}),
    "an unknown role": (VALUE, {"IamRoles": ["arn:aws:iam::123456789012:role/nobody"]}),
    "a role by its name": (VALUE, {"IamRoles": ["dwhRole"]}),
    "a tag with the prefix aws:": ("InvalidTagFault", {"Tags": [{"Key": "aws:own", "Value": ""}]}),
    "51 tags": ("TagLimitExceededFault", {"Tags": [{"Key": str(n), "Value": ""} for n in range(51)]}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_this_is_refused(aws: SimulatedAccount, case: str) -> None:
    expected, wanted = REFUSED[case]
    login = {"MasterUsername": "dwhuser", "MasterUserPassword": PASSWORD}
    asked = {"ClusterIdentifier": "dwh", **login, **SINGLE, **wanted}
    asked = {key: value for key, value in asked.items() if value is not None}
    assert error_code(aws.redshift.create_cluster, **asked) == expected
    assert aws.redshift.describe_clusters()["Clusters"] == []


def test_a_retired_node_type_is_refused_in_awss_words(aws: SimulatedAccount) -> None:
    assert refusal(aws.create, NodeType="dc2.large", NumberOfNodes=2)[1] == "Invalid node type: dc2.large"


def test_the_second_of_one_name_is_refused(aws: SimulatedAccount) -> None:
    aws.create()
    assert error_code(aws.create) == "ClusterAlreadyExists"


def test_a_node_type_is_refused_where_it_is_not_sold(aws: SimulatedAccount) -> None:
    client = aws.session.client("redshift", region_name="me-south-1")
    offered = client.describe_orderable_cluster_options()["OrderableClusterOptions"]
    assert {option["NodeType"] for option in offered} == {"ra3.large", "ra3.xlplus", "ra3.4xlarge", "ra3.16xlarge"}
    asked = {"ClusterIdentifier": "dwh", "MasterUsername": "dwhuser", "MasterUserPassword": PASSWORD}
    assert error_code(client.create_cluster, **asked, **SINGLE) == VALUE


def test_what_can_be_ordered_is_told_by_type_and_kind(aws: SimulatedAccount) -> None:
    def kinds(node_type: str) -> list[str]:
        options = aws.redshift.describe_orderable_cluster_options(NodeType=node_type)
        return [option["ClusterType"] for option in options["OrderableClusterOptions"]]

    assert kinds("rg.large") == ["single-node", "multi-node"]
    assert kinds("rg.xlarge") == ["multi-node"]
    assert kinds("dc2.large") == []


def test_a_managed_password_is_kept_in_secrets_manager(aws: SimulatedAccount) -> None:
    made = aws.running(ManageMasterPassword=True)
    assert ":secretsmanager:us-west-2:123456789012:secret:redshift!" in made["MasterPasswordSecretArn"]


def test_a_group_of_another_vpc_is_refused_in_awss_words(aws: SimulatedAccount) -> None:
    vpc = aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = aws.ec2.create_security_group(GroupName="other", Description="x", VpcId=vpc)["GroupId"]
    refused, words = refusal(aws.create, VpcSecurityGroupIds=[group])
    assert refused == VALUE
    assert words.startswith(f"VPC Security group {group} does not exist in VPC vpc-")


def test_a_subnet_group_decides_the_vpc(aws: SimulatedAccount) -> None:
    vpc = aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = aws.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    made = aws.redshift.create_cluster_subnet_group(
        ClusterSubnetGroupName="Private", Description="x", SubnetIds=[subnet]
    )["ClusterSubnetGroup"]
    assert (made["ClusterSubnetGroupName"], made["VpcId"]) == ("private", vpc)
    again = {"ClusterSubnetGroupName": "private", "Description": "x", "SubnetIds": [subnet]}
    assert error_code(aws.redshift.create_cluster_subnet_group, **again) == "ClusterSubnetGroupAlreadyExists"
    created = aws.create(ClusterSubnetGroupName="private")
    assert (created["VpcId"], created["ClusterSubnetGroupName"]) == (vpc, "private")
    (described,) = aws.redshift.describe_cluster_subnet_groups(ClusterSubnetGroupName="Private")["ClusterSubnetGroups"]
    assert described["VpcId"] == vpc


def test_a_subnet_group_of_unknown_subnets_is_refused(aws: SimulatedAccount) -> None:
    asked = {"ClusterSubnetGroupName": "g", "Description": "x", "SubnetIds": ["subnet-0123456789abcdef0"]}
    assert error_code(aws.redshift.create_cluster_subnet_group, **asked) == "InvalidSubnet"
    assert error_code(aws.redshift.describe_cluster_subnet_groups, ClusterSubnetGroupName="g") == (
        "ClusterSubnetGroupNotFoundFault"
    )


def test_a_member_that_would_have_no_effect_is_refused(aws: SimulatedAccount) -> None:
    unknown = {"HsmClientCertificateIdentifier": "x"}
    assert error_code(lambda: aws.create(**unknown)) == "UnsupportedOperation"
    aws.running()
    changed = {"ClusterIdentifier": "dwh", **unknown}
    assert error_code(lambda: aws.redshift.modify_cluster(**changed)) == "UnsupportedOperation"
