"""A cluster gets another size: by elastic resize where AWS allows it, else by classic resize."""

from __future__ import annotations

from typing import Any

from iac.facts.events import RESIZE_STARTED, RESIZED
from iac.simulator import rules
from iac.simulator.cluster import Cluster, elastic_counts
from iac.simulator.events import tell
from iac.simulator.refusals import Refusal, invalid
from iac.simulator.region import RedshiftRegion

Params = dict[str, Any]


def resize_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, ResizeCluster; limits of the Management Guide, "Resizing a cluster"."""
    cluster = region.available_cluster(params["ClusterIdentifier"], "resized")
    node_type, nodes = _target(region, cluster, params)
    if (node_type, nodes) == (cluster.node_type, cluster.number_of_nodes):
        raise invalid("The cluster already has the requested node type and number of nodes.")
    if not params.get("Classic"):
        _check_elastic(cluster, node_type, nodes)
    tell(region, cluster.identifier, RESIZE_STARTED)
    if params.get("Classic"):
        _resize_classically(region, cluster, node_type, nodes)
    else:
        _resize_elastically(region, cluster, node_type, nodes)
    return {"Cluster": cluster.as_aws()}


def _target(region: RedshiftRegion, cluster: Cluster, params: Params) -> tuple[str, int]:
    node = rules.check_node_type(params.get("NodeType") or cluster.node_type, region.orderable())
    kind, nodes = params.get("ClusterType"), params.get("NumberOfNodes")
    if nodes is None:
        nodes = 1 if kind == "single-node" else cluster.number_of_nodes
    if (kind == "single-node" and nodes != 1) or (kind == "multi-node" and nodes < 2):
        raise invalid(f"Invalid number of nodes {nodes} for cluster type {kind}.")
    if nodes == 1 and not node.single_node:
        raise invalid(f"Node type {node.name} does not support cluster type single-node.")
    if not 1 <= nodes <= node.most_resized:
        raise invalid(f"Invalid number of nodes {nodes}: {node.name} allows 2 to {node.most_resized}.")
    return node.name, int(nodes)


def _check_elastic(cluster: Cluster, node_type: str, nodes: int) -> None:
    """A single node changes its number or type by classic resize only."""
    if 1 in (cluster.number_of_nodes, nodes):
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


def _resize_classically(region: RedshiftRegion, cluster: Cluster, node_type: str, nodes: int) -> None:
    def resized() -> None:
        cluster.node_type, cluster.number_of_nodes = cluster.original = (node_type, nodes)
        region.make_available(cluster)
        tell(region, cluster.identifier, RESIZED)

    region.go_through(cluster, [("resizing", region.durations.classic_resize)], resized)


def _resize_elastically(region: RedshiftRegion, cluster: Cluster, node_type: str, nodes: int) -> None:
    """Queries work during the first and the last part, hence `available, ...`."""
    third = region.durations.elastic_resize / 3

    def done() -> None:
        region.make_available(cluster)
        tell(region, cluster.identifier, RESIZED)

    def resized() -> None:
        cluster.node_type, cluster.number_of_nodes = node_type, nodes
        region.go_through(cluster, [("available, resize-cleanup", third)], done)

    region.go_through(cluster, [("available, prep-for-resize", third), ("resizing", third)], resized)


def describe_node_configuration_options(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeNodeConfigurationOptions: what an elastic resize reaches."""
    if params["ActionType"] != "resize-cluster":
        raise invalid(f"The simulated account has no options for {params['ActionType']}.")
    cluster = region.cluster(params.get("ClusterIdentifier") or "")
    options = [
        {"NodeType": node.name, "NumberOfNodes": count}
        for node in region.orderable()
        for count in elastic_counts(cluster.original, node.name)
    ]
    return {"NodeConfigurationOptionList": options}


def describe_orderable_cluster_options(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeOrderableClusterOptions: what can be ordered in this Region."""
    options = [
        {"ClusterVersion": "1.0", "ClusterType": kind, "NodeType": node.name}
        for node in region.orderable()
        for kind in (["single-node"] if node.single_node else []) + ["multi-node"]
        if params.get("NodeType") in (None, node.name)
    ]
    return {"OrderableClusterOptions": options}
