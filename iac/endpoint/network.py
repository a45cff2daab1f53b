"""What decides whether the internet reaches a cluster: inbound rules, routes, VPC Block Public Access."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from iac.aws import network
from iac.endpoint.diagnosis import BLOCKING_MODES
from iac.endpoint.probe import NetworkFacts, SubnetRoute
from iac.errors import Problem
from iac.observed import Cluster

if TYPE_CHECKING:
    from iac.aws.connection import Connection

T = TypeVar("T")


def look(connection: Connection, found: Cluster) -> NetworkFacts:
    """Side by side, and each by itself: one that is denied, or that fails, leaves the others as they are."""
    unread: list[str] = []
    inbound, subnets, tables, options = (
        connection.begin(partial(each, connection, found)) for each in (_inbound, _subnets, _tables, _block_options)
    )

    def tried(what: str, result: Callable[[], T]) -> T | None:
        try:
            return result()
        except Problem:
            unread.append(what)
            return None

    who = tried("the inbound rules of its security groups", inbound)
    where = tried("its subnets", subnets) or ()
    ways = tried("the route tables of its VPC", tables)
    blocked = tried("VPC Block Public Access", lambda: _in_force(connection, found, where, options()))
    mode, exclusions_allowed = blocked or (None, True)
    routes = _routes(where, ways) if where and ways is not None else None
    return NetworkFacts(None, who, routes, mode, exclusions_allowed, tuple(unread))


def _inbound(connection: Connection, found: Cluster) -> tuple[str, ...]:
    if not found.group_ids:
        return ()
    covering = (
        rule.cidr
        for rule in network.rules(connection, *found.group_ids)
        if rule.protocol == "-1" or (rule.protocol == "tcp" and rule.from_port <= (found.port or 0) <= rule.to_port)
    )
    return tuple(dict.fromkeys(covering))


def _subnets(connection: Connection, found: Cluster) -> tuple[str, ...]:
    """Those of the cluster subnet group; the cluster is in one of them, and may move to another on a resume or resize."""
    if not found.subnet_group:
        return ()
    groups = network.subnet_groups(connection, found.subnet_group)
    return tuple(subnet["SubnetIdentifier"] for group in groups for subnet in group.get("Subnets", []))


def _tables(connection: Connection, found: Cluster) -> list[dict[str, Any]]:
    of_vpc = [{"Name": "vpc-id", "Values": [found.vpc_id or ""]}]
    return connection.pages("ec2", "DescribeRouteTables", "RouteTables", Filters=of_vpc)


def _routes(subnets: tuple[str, ...], tables: list[dict[str, Any]]) -> tuple[SubnetRoute, ...]:
    """A subnet without a route table of its own has the main one of its VPC (VPC User Guide, Subnet route tables)."""
    by_subnet: dict[str, dict[str, Any]] = {}
    for table in tables:
        for association in table.get("Associations", []):
            by_subnet["main" if association.get("Main") else association.get("SubnetId", "")] = table
    chosen = ((subnet, by_subnet.get(subnet) or by_subnet.get("main")) for subnet in subnets)
    return tuple(SubnetRoute(subnet, table["RouteTableId"], _to_internet(table)) for subnet, table in chosen if table)


def _to_internet(table: dict[str, Any]) -> bool:
    return any(
        route.get("DestinationCidrBlock") == "0.0.0.0/0"
        and route.get("GatewayId", "").startswith("igw-")
        and route.get("State", "active") == "active"
        for route in table.get("Routes", [])
    )


def _block_options(connection: Connection, found: Cluster) -> dict[str, Any]:
    answer = connection.call("ec2", "DescribeVpcBlockPublicAccessOptions")
    return answer.get("VpcBlockPublicAccessOptions", {}) if isinstance(answer, dict) else {}


def _in_force(connection: Connection, found: Cluster, subnets: tuple[str, ...], options: dict[str, Any]) -> tuple[str, bool]:
    """The mode, `off` also where an exclusion lets the internet in, and whether the account may make one.

    EC2 API reference, VpcBlockPublicAccessExclusion; VpcBlockPublicAccessOptions, ExclusionsAllowed. VPC User Guide, VPC BPA
    basics: a declarative policy configures "if exclusions are allowed", and the account that owns the VPC creates them.
    """
    mode, allowed = str(options.get("InternetGatewayBlockMode", "off")), options.get("ExclusionsAllowed") != "not-allowed"
    if mode not in BLOCKING_MODES:
        return mode, allowed
    answer = connection.call("ec2", "DescribeVpcBlockPublicAccessExclusions")
    listed = answer.get("VpcBlockPublicAccessExclusions", []) if isinstance(answer, dict) else []
    open_now = {
        str(each.get("ResourceArn", "")).rpartition("/")[2]
        for each in listed
        if each.get("InternetGatewayExclusionMode") == "allow-bidirectional"
        and each.get("State") in ("create-complete", "update-complete")
    }
    return "off" if found.vpc_id in open_now or (subnets and open_now.issuperset(subnets)) else mode, allowed
