"""Cluster subnet groups: moto's, and the one called `default` that AWS creates itself."""

from __future__ import annotations

from typing import Any

from moto.redshift.models import SubnetGroup

from iac.facts import limits
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
    group = SubnetGroup(region.network, name, params["Description"], params.get("SubnetIds") or [], region.name)
    region.subnet_groups[name] = group
    return {"ClusterSubnetGroup": group}


def describe_cluster_subnet_groups(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeClusterSubnetGroups."""
    if name := params.get("ClusterSubnetGroupName"):
        return {"ClusterSubnetGroups": [subnet_group_for(region, name)]}
    return {"ClusterSubnetGroups": list(region.subnet_groups.values())}


def subnet_group_for(region: RedshiftRegion, name: str | None) -> SubnetGroup:
    """The group that a new cluster goes into; without a name `default`, in the default VPC."""
    if name and name.lower() != "default":
        return _find(region, name)
    return SubnetGroup(region.network, "default", "default", region.network.default_subnets(), region.name)


def _find(region: RedshiftRegion, name: str) -> SubnetGroup:
    """Raises ClusterSubnetGroupNotFoundFault, which is a 400 here, not a 404."""
    if name.lower() not in region.subnet_groups:
        raise Refusal("ClusterSubnetGroupNotFoundFault", f"Cluster subnet group {name.lower()} not found.")
    return region.subnet_groups[name.lower()]
