"""The network side: the VPC, our security group and who may come in."""

from __future__ import annotations

import ipaddress
from typing import Any

from iac.aws.connection import Door, Refusal
from iac.errors import Problem
from iac.observed import RULE_DESCRIPTION, IngressRule, Network, SecurityGroup, is_ours

DESCRIPTION = "Who may reach the Redshift cluster. Made by create_cluster.py."


def find_network(door: Door, subnet_group: str | None) -> Network:
    """The VPC that the cluster goes to: the subnet group's, else the default one.

    vpc_id is None when there is no default VPC. Raises Problem when the subnet
    group named does not exist.
    """
    if subnet_group is None:
        answer = door.pages("ec2", "DescribeVpcs", "Vpcs", Filters=[_filter("is-default", "true")])
        return Network(answer[0]["VpcId"] if answer else None, None)
    found = door.call(
        "redshift",
        "DescribeClusterSubnetGroups",
        expected=("ClusterSubnetGroupNotFoundFault",),
        ClusterSubnetGroupName=subnet_group,
    )
    groups = [] if isinstance(found, Refusal) else found["ClusterSubnetGroups"]
    if not groups:
        raise Problem(
            f"There is no cluster subnet group {subnet_group} in {door.region}.",
            "DWH_SUBNET_GROUP in dwh.cfg names it, and AWS does not know it.",
            "Edit DWH_SUBNET_GROUP, or leave it blank for the default VPC "
            f"(`aws redshift describe-cluster-subnet-groups --region {door.region}` shows which there are).",
        )
    return Network(groups[0]["VpcId"], subnet_group)


def look(door: Door, name: str) -> tuple[SecurityGroup, ...]:
    """Every security group of this name, with its inbound rules."""
    found = door.pages("ec2", "DescribeSecurityGroups", "SecurityGroups", Filters=[_filter("group-name", name)])
    return tuple(_group(door, group) for group in found)


def create(door: Door, name: str, vpc_id: str, tags: tuple[tuple[str, str], ...]) -> None:
    """Make the group. One that is there already (a lost answer) is left to the next look."""
    door.call(
        "ec2",
        "CreateSecurityGroup",
        expected=("InvalidGroup.Duplicate",),
        GroupName=name,
        Description=DESCRIPTION,
        VpcId=vpc_id,
        TagSpecifications=[_tagged("security-group", tags)],
    )


def authorize(door: Door, group_id: str, cidr: str, port: int, tags: tuple[tuple[str, str], ...]) -> None:
    """Let this CIDR reach the port. A rule that is there already is as good."""
    version = ipaddress.ip_network(cidr).version
    ranges = (
        {"IpRanges": [{"CidrIp": cidr, "Description": RULE_DESCRIPTION}]}
        if version == 4
        else {"Ipv6Ranges": [{"CidrIpv6": cidr, "Description": RULE_DESCRIPTION}]}
    )
    door.call(
        "ec2",
        "AuthorizeSecurityGroupIngress",
        expected=("InvalidPermission.Duplicate",),
        GroupId=group_id,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **ranges}],
        TagSpecifications=[_tagged("security-group-rule", tags)],
    )


def revoke(door: Door, group_id: str, rule_id: str) -> None:
    """Remove one inbound rule."""
    door.call(
        "ec2",
        "RevokeSecurityGroupIngress",
        expected=("InvalidPermission.NotFound", "InvalidSecurityGroupRuleId.NotFound"),
        GroupId=group_id,
        SecurityGroupRuleIds=[rule_id],
    )


def tag(door: Door, group_id: str, tags: tuple[tuple[str, str], ...]) -> None:
    """Put these tags on the group; others stay."""
    door.call("ec2", "CreateTags", Resources=[group_id], Tags=_tagged("", tags)["Tags"])


def delete(door: Door, group_id: str) -> bool:
    """Delete the group. False while something still uses it.

    The network interfaces of a cluster outlive it by minutes; until they are
    gone EC2 answers DependencyViolation (EC2 API, DeleteSecurityGroup).
    """
    answer = door.call(
        "ec2",
        "DeleteSecurityGroup",
        expected=("InvalidGroup.NotFound", "InvalidGroupId.NotFound", "DependencyViolation", "InvalidGroup.InUse"),
        GroupId=group_id,
    )
    return not isinstance(answer, Refusal) or answer.code.endswith("NotFound")


def users(door: Door, group_id: str) -> list[str]:
    """The network interfaces that hold the group, as `eni-... (description)`."""
    found = door.pages("ec2", "DescribeNetworkInterfaces", "NetworkInterfaces", Filters=[_filter("group-id", group_id)])
    return [f"{each['NetworkInterfaceId']} ({each.get('Description', '')})" for each in found]


def _group(door: Door, found: dict[str, Any]) -> SecurityGroup:
    tags = tuple(sorted((tag["Key"], tag["Value"]) for tag in found.get("Tags", [])))
    rules = door.pages(
        "ec2", "DescribeSecurityGroupRules", "SecurityGroupRules", Filters=[_filter("group-id", found["GroupId"])]
    )
    return SecurityGroup(
        group_id=found["GroupId"],
        name=found["GroupName"],
        vpc_id=found.get("VpcId", ""),
        ours=is_ours(tags),
        rules=tuple(_rule(rule) for rule in rules if not rule.get("IsEgress")),
        tags=tags,
    )


def _rule(rule: dict[str, Any]) -> IngressRule:
    other = rule.get("PrefixListId") or rule.get("ReferencedGroupInfo", {}).get("GroupId", "")
    return IngressRule(
        rule_id=rule["SecurityGroupRuleId"],
        cidr=rule.get("CidrIpv4") or rule.get("CidrIpv6") or other,
        protocol=rule.get("IpProtocol", ""),
        from_port=rule.get("FromPort", -1),
        to_port=rule.get("ToPort", -1),
        ours=rule.get("Description") == RULE_DESCRIPTION,
    )


def _filter(name: str, value: str) -> dict[str, Any]:
    return {"Name": name, "Values": [value]}


def _tagged(kind: str, tags: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in tags]}
