"""Cluster subnet groups, and the one called `default` that AWS makes itself."""

from __future__ import annotations

from typing import Any

from iac.facts import limits
from iac.simulator import rules
from iac.simulator.paging import has_tags, page
from iac.simulator.refusals import Refusal, invalid
from iac.simulator.region import RedshiftRegion

Params = dict[str, Any]


def create_cluster_subnet_group(region: RedshiftRegion, params: Params) -> Params:
    """API reference, CreateClusterSubnetGroup: the VPC is that of the subnets."""
    name = params["ClusterSubnetGroupName"].lower()
    if not limits.SUBNET_GROUP.match(name) or name == "default":
        raise invalid(f"The parameter ClusterSubnetGroupName is not valid: {name}")
    if name in region.subnet_groups:
        raise Refusal("ClusterSubnetGroupAlreadyExists", f"Cluster subnet group {name} already exists.")
    tags = rules.check_tags(params.get("Tags") or [])
    group = _group(region, name, params["Description"], params.get("SubnetIds") or [], tags)
    region.subnet_groups[name] = group
    return {"ClusterSubnetGroup": _shown(group)}


def describe_cluster_subnet_groups(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeClusterSubnetGroups."""
    if name := params.get("ClusterSubnetGroupName"):
        return {"ClusterSubnetGroups": [_shown(_find(region, name))]}
    chosen = [group for group in region.subnet_groups.values() if has_tags(group["tags"], params)]
    shown, more = page(sorted(chosen, key=lambda g: str(g["ClusterSubnetGroupName"])), params)
    return {"ClusterSubnetGroups": [_shown(group) for group in shown], **more}


def delete_cluster_subnet_group(region: RedshiftRegion, params: Params) -> None:
    """API reference, DeleteClusterSubnetGroup: not while a cluster is in it."""
    name = _find(region, params["ClusterSubnetGroupName"])["ClusterSubnetGroupName"]
    users = [c.identifier for c in region.clusters.values() if c.subnet_group == name]
    if users:
        raise Refusal(
            "InvalidClusterSubnetGroupStateFault",
            f"Cluster subnet group {name} is in use by {', '.join(users)}.",
        )
    del region.subnet_groups[name]


def subnet_group_for(region: RedshiftRegion, name: str | None) -> tuple[str, str, str]:
    """The name, VPC and first zone of the group that a new cluster goes into.

    Without a name AWS uses a group called `default` in the default VPC, which
    it makes on first use.
    """
    if name and name.lower() != "default":
        group = _find(region, name)
    else:
        subnets = region.network.default_subnets()
        group = _group(region, "default", "default", subnets, {})
    zone = group["Subnets"][0]["SubnetAvailabilityZone"]["Name"]
    return group["ClusterSubnetGroupName"], group["VpcId"], zone


def keep_default_group(region: RedshiftRegion) -> None:
    """Make the group `default` if it is not there yet."""
    if "default" not in region.subnet_groups:
        subnets = region.network.default_subnets()
        region.subnet_groups["default"] = _group(region, "default", "default", subnets, {})


def _find(region: RedshiftRegion, name: str) -> dict[str, Any]:
    """Raises ClusterSubnetGroupNotFoundFault, which is a 400 here, not a 404."""
    if name.lower() not in region.subnet_groups:
        raise Refusal(
            "ClusterSubnetGroupNotFoundFault", f"Cluster subnet group {name.lower()} not found."
        )
    return region.subnet_groups[name.lower()]


def _group(
    region: RedshiftRegion, name: str, description: str, subnets: list[str], tags: dict[str, str]
) -> dict[str, Any]:
    vpc, zones = region.network.place_of(subnets)
    return {
        "ClusterSubnetGroupName": name,
        "Description": description,
        "VpcId": vpc,
        "SubnetGroupStatus": "Complete",
        "Subnets": [
            {
                "SubnetIdentifier": subnet,
                "SubnetAvailabilityZone": {"Name": zone},
                "SubnetStatus": "Active",
            }
            for subnet, zone in zones.items()
        ],
        "tags": tags,
    }


def _shown(group: dict[str, Any]) -> dict[str, Any]:
    """The ClusterSubnetGroup structure of the API reference."""
    shown = {key: value for key, value in group.items() if key != "tags"}
    return {**shown, "Tags": [{"Key": k, "Value": v} for k, v in group["tags"].items()]}
