"""The network side: the VPC, our security group and who may come in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iac.errors import Problem
from iac.observed import RULE_DESCRIPTION, IngressRule, Network, SecurityGroup
from iac.naming import MAKER_TAG, is_ours, tag_pairs

if TYPE_CHECKING:
    from iac.aws.connection import Connection

_SOURCES = (
    ("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6"), ("PrefixListIds", "PrefixListId"), ("UserIdGroupPairs", "GroupId"),
)  # fmt: skip
"""Where an IpPermission names who may connect."""


def find_network(connection: Connection, subnet_group: str | None) -> Network:
    """The VPC that the cluster goes to: the subnet group's, else the default one.

    vpc_id is None when there is no default VPC. Raises Problem when the subnet
    group named does not exist.
    """
    if subnet_group is None:
        vpcs = connection.pages("ec2", "DescribeVpcs", "Vpcs", Filters=[_filter("is-default", "true")])
        return Network(vpcs[0]["VpcId"] if vpcs else None, None)
    groups = subnet_groups(connection, subnet_group)
    if not groups:
        raise Problem(
            f"There is no cluster subnet group {subnet_group} in {connection.region}.",
            "DWH_SUBNET_GROUP in dwh.cfg names it, and AWS does not know it.",
            "Edit DWH_SUBNET_GROUP, or leave it blank for the default VPC "
            f"(`aws redshift describe-cluster-subnet-groups --region {connection.region}` shows which there are).",
        )
    return Network(groups[0]["VpcId"], subnet_group)


def subnet_groups(connection: Connection, name: str) -> list[dict[str, Any]]:
    """The cluster subnet group of this name, as AWS describes it; nothing where there is none."""
    return connection.pages(
        "redshift",
        "DescribeClusterSubnetGroups",
        "ClusterSubnetGroups",
        expected=("ClusterSubnetGroupNotFoundFault",),
        ClusterSubnetGroupName=name,
    )


def look(connection: Connection, name: str) -> tuple[SecurityGroup, ...]:
    """Every security group of this name. Of its inbound rules, DescribeSecurityGroups tells neither id nor tags."""
    found = connection.pages("ec2", "DescribeSecurityGroups", "SecurityGroups", Filters=[_filter("group-name", name)])
    return tuple(_group(group) for group in found)


def with_rules(connection: Connection, group: SecurityGroup) -> SecurityGroup:
    """The group with the ids and tags of its inbound rules."""
    return replace(group, rules=rules(connection, group.group_id))


def rules(connection: Connection, *group_ids: str) -> tuple[IngressRule, ...]:
    """The inbound rules of these security groups, with their ids and tags."""
    of_these = [_filter("group-id", *group_ids)]
    return rules_of(connection.pages("ec2", "DescribeSecurityGroupRules", "SecurityGroupRules", Filters=of_these))


def rules_of(found: list[dict[str, Any]]) -> tuple[IngressRule, ...]:
    """The inbound rules of an answer that holds SecurityGroupRules."""
    return tuple(_rule(rule) for rule in found if not rule.get("IsEgress"))


def users(connection: Connection, group_id: str) -> list[str]:
    """The network interfaces that hold the group, as `eni-... (description)`."""
    mine = [_filter("group-id", group_id)]
    found = connection.pages("ec2", "DescribeNetworkInterfaces", "NetworkInterfaces", Filters=mine)
    return [f"{each['NetworkInterfaceId']} ({each.get('Description', '')})" for each in found]


def _group(found: dict[str, Any]) -> SecurityGroup:
    tags = tag_pairs(found)
    rules = (rule for permission in found.get("IpPermissions", []) for rule in _permitted(permission))
    return SecurityGroup(found["GroupId"], found["GroupName"], found.get("VpcId", ""), is_ours(tags), tuple(rules), tags)


def _permitted(permission: dict[str, Any]) -> list[IngressRule]:
    """One for each source of an IpPermission (EC2 API reference)."""
    protocol, low, high = permission.get("IpProtocol", ""), permission.get("FromPort", -1), permission.get("ToPort", -1)
    return [
        IngressRule("", source[member], protocol, low, high, source.get("Description") == RULE_DESCRIPTION)
        for sources, member in _SOURCES
        for source in permission.get(sources, [])
        if source.get(member)
    ]


def _rule(rule: dict[str, Any]) -> IngressRule:
    other = rule.get("PrefixListId") or rule.get("ReferencedGroupInfo", {}).get("GroupId", "")
    return IngressRule(
        rule_id=rule["SecurityGroupRuleId"],
        cidr=rule.get("CidrIpv4") or rule.get("CidrIpv6") or other,
        protocol=rule.get("IpProtocol", ""),
        from_port=rule.get("FromPort", -1),
        to_port=rule.get("ToPort", -1),
        ours=rule.get("Description") == RULE_DESCRIPTION,
        maker=dict(tag_pairs(rule)).get(MAKER_TAG, ""),
    )


def _filter(name: str, *values: str) -> dict[str, Any]:
    return {"Name": name, "Values": list(values)}
