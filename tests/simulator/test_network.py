"""Security groups: what keeps them in use, and which rules are the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.account import SimulatedAccount, error_code, refusal


def ingress(*cidrs: str) -> list[dict[str, Any]]:
    ranges = [{"CidrIp": cidr, "Description": "of a test"} for cidr in cidrs]
    return [{"IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "IpRanges": ranges}]


def test_a_group_is_in_use_by_its_cluster_and_a_little_longer(aws: SimulatedAccount) -> None:
    group = aws.group()
    aws.running(VpcSecurityGroupIds=[group])
    refused, words = refusal(aws.ec2.delete_security_group, GroupId=group)
    assert (refused, words) == ("DependencyViolation", f"resource {group} has a dependent object")
    aws.redshift.delete_cluster(ClusterIdentifier="dwh", SkipFinalClusterSnapshot=True)
    aws.clock.sleep(1.5)
    assert error_code(aws.cluster) == "ClusterNotFound"
    assert error_code(aws.ec2.delete_security_group, GroupId=group) == "DependencyViolation"
    filters = [{"Name": "group-id", "Values": [group]}]
    assert len(aws.ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]) == 1
    aws.clock.sleep(0.8)
    assert aws.ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"] == []
    aws.ec2.delete_security_group(GroupId=group)
    assert error_code(aws.ec2.describe_security_groups, GroupIds=[group]) == "InvalidGroup.NotFound"


def test_a_group_taken_off_a_cluster_can_be_deleted(aws: SimulatedAccount) -> None:
    old, new = aws.group("old"), aws.group("new")
    aws.running(VpcSecurityGroupIds=[old])
    aws.redshift.modify_cluster(ClusterIdentifier="dwh", VpcSecurityGroupIds=[new])
    aws.clock.sleep(0.5)
    aws.ec2.delete_security_group(GroupId=old)
    assert error_code(aws.ec2.delete_security_group, GroupId=new) == "DependencyViolation"


def test_the_default_group_cannot_be_deleted(aws: SimulatedAccount) -> None:
    groups = aws.ec2.describe_security_groups()["SecurityGroups"]
    default = next(group["GroupId"] for group in groups if group["GroupName"] == "default")
    assert error_code(aws.ec2.delete_security_group, GroupId=default) == "CannotDelete"


def test_a_cidr_is_kept_and_compared_in_its_canonical_form(aws: SimulatedAccount) -> None:
    group = aws.group()
    aws.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=ingress("203.0.113.5/24"))
    found = aws.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    assert found[0]["IpRanges"] == [{"CidrIp": "203.0.113.0/24", "Description": "of a test"}]
    again = error_code(
        aws.ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=ingress("203.0.113.99/24")
    )
    assert again == "InvalidPermission.Duplicate"
    assert error_code(
        aws.ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=ingress("203.0.113.5/33")
    ).startswith("Invalid")


def test_ipv6_is_kept_too(aws: SimulatedAccount) -> None:
    group = aws.group()
    rule = {"IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "Ipv6Ranges": [{"CidrIpv6": "2001:db8::5/64"}]}
    aws.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    rules = aws.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    assert [r.get("CidrIpv6") for r in rules["SecurityGroupRules"] if not r["IsEgress"]] == ["2001:db8::/64"]


def test_rules_are_added_all_or_none(aws: SimulatedAccount) -> None:
    group = aws.group()
    aws.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=ingress("203.0.113.7/32"))
    asked = {"GroupId": group, "IpPermissions": ingress("198.51.100.1/32", "203.0.113.7/32")}
    assert error_code(aws.ec2.authorize_security_group_ingress, **asked) == "InvalidPermission.Duplicate"
    found = aws.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    assert [each["CidrIp"] for each in found[0]["IpRanges"]] == ["203.0.113.7/32"]


def test_revoking_what_is_not_there_is_no_error_in_the_default_vpc(aws: SimulatedAccount) -> None:
    asked = ingress("198.51.100.1/32")
    answer = aws.ec2.revoke_security_group_ingress(GroupId=aws.group(), IpPermissions=asked)
    assert answer["UnknownIpPermissions"][0]["IpRanges"][0]["CidrIp"] == "198.51.100.1/32"
    vpc = aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    other = aws.ec2.create_security_group(GroupName="o", Description="x", VpcId=vpc)["GroupId"]
    refused = error_code(aws.ec2.revoke_security_group_ingress, GroupId=other, IpPermissions=asked)
    assert refused == "InvalidPermission.NotFound"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"GroupName": "DWH"}, "InvalidGroup.Duplicate"),
        ({"GroupName": "sg-mine"}, "InvalidParameterValue"),
        ({"GroupName": "g", "Description": "it's mine"}, "InvalidParameterValue"),
    ],
)
def test_a_group_is_refused_as_ec2_does(aws: SimulatedAccount, wanted: dict[str, str], expected: str) -> None:
    aws.group("dwh")
    assert error_code(aws.ec2.create_security_group, **{"Description": "x", **wanted}) == expected


def test_the_default_vpc_is_there_with_its_subnets(aws: SimulatedAccount) -> None:
    vpcs = aws.ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    assert [vpc["CidrBlock"] for vpc in vpcs] == ["172.31.0.0/16"]
    subnets = aws.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpcs[0]["VpcId"]]}])
    assert len(subnets["Subnets"]) >= 3
