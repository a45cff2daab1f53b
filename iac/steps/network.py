"""Steps for the security group."""

from __future__ import annotations

from typing import Any

from iac.observed import RULE_DESCRIPTION
from iac.steps.step import Call, GroupId, Retry, Step, Tags, as_list, as_words
from iac.wait import Cadence

DESCRIPTION = "Who may reach the Redshift cluster. Made by create_cluster.py."
GROUP_CADENCE = Cadence(((0, 1), (10, 2), (120, 5), (300, 10)), "usually under 5 min")
GROUP_LIMIT = 900.0
"""Seconds until a security group must be free; Terraform, too, allows 15 min."""


GROUP_SHOWS = 60.0
"""Seconds until EC2 must know a security group that was made (EC2 API reference, Eventual consistency)."""


def create_group(name: str, vpc_id: str, tags: Tags) -> Step:
    """EC2 API reference, CreateSecurityGroup. A lost answer shows as InvalidGroup.Duplicate."""
    wanted = {
        "GroupName": name,
        "Description": DESCRIPTION,
        "VpcId": vpc_id,
        "TagSpecifications": [_tagged("security-group", tags)],
    }
    calls = (Call("ec2", "CreateSecurityGroup", wanted, ignore=("InvalidGroup.Duplicate",)),)
    return Step(f"create security group {name} in {vpc_id}", calls)


def authorize(name: str, vpc_id: str, cidr: str, port: int, tags: Tags) -> Step:
    """EC2 API reference, AuthorizeSecurityGroupIngress. A rule that is there already is as good."""
    ranges, key = ("Ipv6Ranges", "CidrIpv6") if ":" in cidr else ("IpRanges", "CidrIp")
    permission = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        ranges: [{key: cidr, "Description": RULE_DESCRIPTION}],
    }
    wanted = {
        "GroupId": GroupId(name, vpc_id),
        "IpPermissions": [permission],
        "TagSpecifications": [_tagged("security-group-rule", tags)],
    }
    retry = Retry(
        codes=("InvalidGroup.NotFound",),
        thing=f"security group {name}",
        status="not listed yet",
        cadence=Cadence(((0, 1),), "usually at once"),
        limit=GROUP_SHOWS,
        what=f"Security group {name} cannot be found.",
        why="EC2 still does not list it",
        remedy="Run the same command again: it goes on from here.",
    )
    calls = (Call("ec2", "AuthorizeSecurityGroupIngress", wanted, ("InvalidPermission.Duplicate",), retry),)
    every = ", which is every address on the internet," if cidr.endswith("/0") else ""
    return Step(f"add inbound rule: {cidr}{every} may connect to port {port}", calls)


def revoke(group_id: str, rule_id: str, cidr: str, port: int) -> Step:
    """EC2 API reference, RevokeSecurityGroupIngress."""
    wanted = {"GroupId": group_id, "SecurityGroupRuleIds": [rule_id]}
    ignore = ("InvalidPermission.NotFound", "InvalidSecurityGroupRuleId.NotFound")
    calls = (Call("ec2", "RevokeSecurityGroupIngress", wanted, ignore),)
    return Step(f"remove inbound rule: {cidr} may no longer connect to port {port}", calls)


def tag_group(group_id: str, name: str, tags: Tags) -> Step:
    """EC2 API reference, CreateTags: other tags stay."""
    calls = (Call("ec2", "CreateTags", {"Resources": [group_id], "Tags": as_list(tags)}),)
    return Step(f"tag security group {name}: {as_words(tags)}", calls)


def delete_group(group_id: str, name: str) -> Step:
    """The network interfaces of a cluster outlive it by minutes; until they are gone EC2
    answers DependencyViolation (EC2 API reference, DeleteSecurityGroup)."""
    retry = Retry(
        codes=("DependencyViolation", "InvalidGroup.InUse"),
        thing=f"security group {name}",
        status="in use",
        cadence=GROUP_CADENCE,
        limit=GROUP_LIMIT,
        what=f"Security group {name} ({group_id}) cannot be deleted.",
        why="It is still in use",
        remedy="The cluster is gone and the group costs nothing; free it, then run `python delete_cluster.py` again.",
        held_group=group_id,
    )
    ignore = ("InvalidGroup.NotFound", "InvalidGroupId.NotFound")
    calls = (Call("ec2", "DeleteSecurityGroup", {"GroupId": group_id}, ignore, retry),)
    return Step(f"delete security group {name}", calls)


def _tagged(kind: str, tags: Tags) -> dict[str, Any]:
    return {"ResourceType": kind, "Tags": as_list(tags)}
