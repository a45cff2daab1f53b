"""What is looked at where a cluster does not answer, by answers such as AWS gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from iac.endpoint import network as internet
from iac.errors import Denied
from iac.endpoint.probe import NetworkFacts, SubnetRoute
from tests.sample import cluster

TO_INTERNET = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
LOCAL = {"DestinationCidrBlock": "172.31.0.0/16", "GatewayId": "local", "State": "active"}
NAT = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"}
BLACKHOLE = {**TO_INTERNET, "State": "blackhole"}

MAIN = {"RouteTableId": "rtb-main", "Associations": [{"Main": True}], "Routes": [LOCAL, TO_INTERNET]}
RULES = [
    {"SecurityGroupRuleId": "sgr-1", "IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "CidrIpv4": "203.0.113.7/32"},
    {"SecurityGroupRuleId": "sgr-2", "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0"},
    {"SecurityGroupRuleId": "sgr-3", "IpProtocol": "udp", "FromPort": 0, "ToPort": 65535, "CidrIpv4": "0.0.0.0/0"},
    {"SecurityGroupRuleId": "sgr-4", "IpProtocol": "-1", "IsEgress": True, "CidrIpv4": "0.0.0.0/0"},
    {"SecurityGroupRuleId": "sgr-5", "IpProtocol": "-1", "ReferencedGroupInfo": {"GroupId": "sg-7"}},
]


class Answers:
    """Stands for a Connection: one answer an operation. denied: the operations that the login may not use."""

    def __init__(self, answers: dict[str, Any], denied: str) -> None:
        self._answers, self._denied = answers, denied

    def begin(self, look: Callable[[], Any]) -> Callable[[], Any]:
        return look

    def call(self, service: str, operation: str, expected: tuple[str, ...] = (), **parameters: Any) -> dict[str, Any]:
        if operation == self._denied:
            raise Denied(f"AWS refused {operation} ({service}).", "UnauthorizedOperation", "Have it allowed.")
        return {operation: self._answers[operation]} if isinstance(self._answers[operation], list) else self._answers[operation]

    def pages(self, service: str, operation: str, member: str, **parameters: Any) -> list[dict[str, Any]]:
        return self.call(service, operation)[operation]


def look(
    tables: list[dict[str, Any]] | None = None, mode: str = "off", exclusions: list[dict[str, Any]] | None = None,
    denied: str = "", **options: str,
) -> NetworkFacts:  # fmt: skip
    """One look at a VPC like this. denied: the operation that is."""
    subnets = [{"SubnetIdentifier": "subnet-1"}, {"SubnetIdentifier": "subnet-2"}]
    answers = {
        "DescribeSecurityGroupRules": RULES,
        "DescribeClusterSubnetGroups": [{"Subnets": subnets}],
        "DescribeRouteTables": tables or [MAIN],
        "DescribeVpcBlockPublicAccessOptions": {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": mode, **options}},
        "DescribeVpcBlockPublicAccessExclusions": {"VpcBlockPublicAccessExclusions": exclusions},
    }
    return internet.look(Answers(answers, denied), cluster(group_ids=("sg-1",)))  # type: ignore[arg-type]


def test_who_may_connect_is_told_by_the_rules_for_the_port() -> None:
    assert look().inbound == ("203.0.113.7/32", "sg-7")


TABLES = {
    "the main table of the VPC": ([MAIN], [True, True]),
    "a table of its own": (
        [MAIN, {"RouteTableId": "rtb-2", "Associations": [{"SubnetId": "subnet-2"}], "Routes": [LOCAL, NAT]}],
        [True, False],
    ),
    "a gateway that is gone": ([{**MAIN, "Routes": [BLACKHOLE]}], [False, False]),
    "no route at all": ([{**MAIN, "Routes": []}], [False, False]),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_subnet_is_public_by_its_route_table(case: str) -> None:
    tables, expected = TABLES[case]
    routes = look(tables).routes
    assert routes is not None and [route.to_internet for route in routes] == expected
    assert routes[0] == SubnetRoute("subnet-1", "rtb-main", expected[0])


def exclusion(resource: str, mode: str = "allow-bidirectional", state: str = "create-complete") -> dict[str, Any]:
    arn = f"arn:aws:ec2:us-west-2:123456789012:{resource}"
    return {"ResourceArn": arn, "InternetGatewayExclusionMode": mode, "State": state}


EXCLUSIONS = {
    "none": ([], "block-ingress"),
    "the VPC": ([exclusion("vpc/vpc-1")], "off"),
    "another VPC": ([exclusion("vpc/vpc-2")], "block-ingress"),
    "outbound alone": ([exclusion("vpc/vpc-1", "allow-egress")], "block-ingress"),
    "not yet": ([exclusion("vpc/vpc-1", state="create-in-progress")], "block-ingress"),
    "every subnet": ([exclusion("subnet/subnet-1"), exclusion("subnet/subnet-2")], "off"),
    "one subnet of two": ([exclusion("subnet/subnet-1")], "block-ingress"),
}


@pytest.mark.parametrize("case", EXCLUSIONS)
def test_block_public_access_holds_where_nothing_is_excluded(case: str) -> None:
    exclusions, mode = EXCLUSIONS[case]
    assert look(mode="block-ingress", exclusions=exclusions).block_mode == mode


OPTIONS = {
    "the account's": ({"ManagedBy": "account", "ExclusionsAllowed": "allowed"}, True),
    "not told": ({}, True),
    "without exclusions": ({"ManagedBy": "account", "ExclusionsAllowed": "not-allowed"}, False),
    "the organization's": ({"ManagedBy": "declarative-policy", "ExclusionsAllowed": "allowed"}, True),
    "the organization's, without exclusions": ({"ManagedBy": "declarative-policy", "ExclusionsAllowed": "not-allowed"}, False),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_whether_the_account_may_exclude_a_vpc_is_read(case: str) -> None:
    options, allowed = OPTIONS[case]
    found = look(mode="block-ingress", exclusions=[], **options)
    assert (found.block_mode, found.exclusions_allowed) == ("block-ingress", allowed)


DENIED = {
    "DescribeSecurityGroupRules": ("inbound", "the inbound rules of its security groups"),
    "DescribeClusterSubnetGroups": ("routes", "its subnets"),
    "DescribeRouteTables": ("routes", "the route tables of its VPC"),
    "DescribeVpcBlockPublicAccessOptions": ("block_mode", "VPC Block Public Access"),
}


@pytest.mark.parametrize("operation", DENIED)
def test_what_the_login_may_not_look_at_leaves_the_rest(operation: str) -> None:
    member, named = DENIED[operation]
    found = look(denied=operation)
    missing = [each for each in ("inbound", "routes", "block_mode") if getattr(found, each) is None]
    assert (missing, found.unread) == ([member], (named,))


def test_an_exclusion_that_cannot_be_read_leaves_the_mode_open() -> None:
    found = look(mode="block-ingress", denied="DescribeVpcBlockPublicAccessExclusions")
    assert (found.block_mode, found.unread) == (None, ("VPC Block Public Access",))
