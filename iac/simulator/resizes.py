"""A cluster gets another size: elastic where AWS allows it, classic else."""

from __future__ import annotations

from typing import Any

from iac.simulator import rules
from iac.simulator.cluster import Cluster, elastic_counts
from iac.simulator.refusals import Refusal, invalid
from iac.simulator.region import RedshiftRegion
from iac.simulator.snapshots import find_snapshot, restorable_counts

Params = dict[str, Any]


def resize_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, ResizeCluster; limits of the Management Guide, "Resizing a cluster"."""
    cluster = region.ready_cluster(params["ClusterIdentifier"], "resized")
    node_type, nodes = _target(region, cluster, params)
    classic = bool(params.get("Classic"))
    if (node_type, nodes) == (cluster.node_type, cluster.nodes):
        raise invalid("The cluster already has the requested node type and number of nodes.")
    if not classic:
        _check_elastic(cluster, node_type, nodes)
    cluster.resize = {
        "TargetNodeType": node_type,
        "TargetNumberOfNodes": nodes,
        "TargetClusterType": "single-node" if nodes == 1 else "multi-node",
        "ResizeType": "ClassicResize" if classic else "ElasticResize",
        "Status": "IN_PROGRESS",
    }
    _begin(region, cluster, node_type, nodes, classic)
    return {"Cluster": cluster.as_aws()}


def _target(region: RedshiftRegion, cluster: Cluster, params: Params) -> tuple[str, int]:
    node = rules.check_node_type(params.get("NodeType") or cluster.node_type, region.orderable())
    kind, nodes = params.get("ClusterType"), params.get("NumberOfNodes")
    if nodes is None:
        nodes = 1 if kind == "single-node" else cluster.nodes
    if (kind == "single-node" and nodes != 1) or (kind == "multi-node" and nodes < 2):
        raise invalid(f"Invalid number of nodes {nodes} for cluster type {kind}.")
    if nodes == 1 and not node.single_node:
        raise invalid(f"Node type {node.name} does not support cluster type single-node.")
    if not 1 <= nodes <= node.most_resized:
        raise invalid(f"Invalid number of nodes {nodes}: {node.name} allows 2 to {node.most_resized}.")
    return node.name, int(nodes)


def _check_elastic(cluster: Cluster, node_type: str, nodes: int) -> None:
    """A single node changes its number or type by classic resize only."""
    if cluster.nodes == 1 or nodes == 1:
        raise Refusal(
            "UnsupportedOptionFault",
            "Elastic resize is not supported from or to a single-node cluster. Use classic resize.",
        )
    counts = elastic_counts(cluster.original, node_type)
    if nodes not in counts:
        raise Refusal(
            "UnsupportedOptionFault",
            f"Elastic resize of {cluster.original[1]} x {cluster.original[0]} to {nodes} x {node_type} "
            f"is not supported. Possible numbers of nodes: {counts}. Use classic resize.",
        )


def _begin(
    region: RedshiftRegion, cluster: Cluster, node_type: str, nodes: int, classic: bool
) -> None:
    """Queries work during the first and last part of an elastic resize, hence `available, …`."""
    third = region.durations.elastic_resize / 3
    steps = [("available, prep-for-resize", third), ("resizing", third)]
    if classic:
        steps = [("resizing", region.durations.classic_resize)]

    def resized() -> None:
        cluster.node_type, cluster.nodes = node_type, nodes
        cluster.resize = {**cluster.resize, "Status": "SUCCEEDED"}
        if classic:
            cluster.original = (node_type, nodes)
            region.make_available(cluster)
        else:
            cleanup = [("available, resize-cleanup", third)]
            region.become(cluster, cleanup, lambda: region.make_available(cluster))

    region.become(cluster, steps, resized)


def describe_resize(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeResize: ResizeNotFound (404) when there never was one."""
    cluster = region.cluster(params["ClusterIdentifier"])
    if not cluster.resize:
        raise Refusal("ResizeNotFound", f"Resize for cluster {cluster.identifier} not found.")
    return cluster.resize


def describe_node_configuration_options(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeNodeConfigurationOptions: to resize or to restore to."""
    if params["ActionType"] == "resize-cluster":
        cluster = region.cluster(params.get("ClusterIdentifier") or "")
        original, possible = cluster.original, elastic_counts
    elif params["ActionType"] == "restore-cluster":
        kept = find_snapshot(region, params.get("SnapshotIdentifier") or "").cluster
        original, possible = (kept.node_type, kept.nodes), restorable_counts
    else:
        raise invalid(f"The simulated account has no options for {params['ActionType']}.")
    options = [
        {"NodeType": node.name, "NumberOfNodes": count, "EstimatedDiskUtilizationPercent": 1.0}
        for node in region.orderable()
        for count in possible(original, node.name)
    ]
    return {"NodeConfigurationOptionList": options}


def describe_orderable_cluster_options(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeOrderableClusterOptions: what can be ordered in this Region."""
    wanted = params.get("NodeType")
    zones = sorted(region.network.zone_names())
    options = [
        {
            "ClusterVersion": "1.0",
            "ClusterType": kind,
            "NodeType": node.name,
            "AvailabilityZones": [{"Name": zone} for zone in zones],
        }
        for node in region.orderable()
        for kind in (["single-node"] if node.single_node else []) + ["multi-node"]
        if wanted in (None, node.name)
    ]
    return {"OrderableClusterOptions": options}
