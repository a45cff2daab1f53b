"""A cluster is made from a snapshot: what comes from it and what does not."""

from __future__ import annotations

from typing import Any

from iac.simulator import rules
from iac.simulator.clusters import begin_cluster, check_new_cluster, new_cluster
from iac.simulator.refusals import Refusal, conflicting, no_snapshot
from iac.simulator.region import RedshiftRegion
from iac.simulator.snapshot import Snapshot
from iac.simulator.snapshots import find_snapshot, restorable_counts

Params = dict[str, Any]


def restore_from_cluster_snapshot(region: RedshiftRegion, params: Params) -> Params:
    """API reference, RestoreFromClusterSnapshot.

    Size, database, user, password, port and tags are the snapshot's. Security
    groups, roles and public access are not: they are AWS's defaults unless given.
    """
    check_new_cluster(region, params["ClusterIdentifier"])
    snapshot = _snapshot(region, params)
    if snapshot.status != "available":
        raise Refusal(
            "InvalidClusterSnapshotState",
            f"The snapshot {snapshot.identifier} is not available but {snapshot.status}.",
        )
    was = snapshot.cluster
    node_type, nodes = _size(region, snapshot, params)
    if was.secret and not params.get("ManageMasterPassword"):
        raise conflicting(
            "The admin password was managed by AWS Secrets Manager when the snapshot was taken. "
            "ManageMasterPassword must be true."
        )
    inherited = {"Port": was.port, "AutomatedSnapshotRetentionPeriod": was.retention}
    cluster = new_cluster(region, {**inherited, **params}, node_type, nodes)
    cluster.user, cluster.database, cluster.encrypted = was.user, was.database, was.encrypted
    cluster.password = "" if cluster.secret else was.password
    cluster.tags = dict(snapshot.tags)
    cluster.restoring = "restoring"
    begin_cluster(region, cluster, region.durations.restore)
    return {"Cluster": cluster.as_aws()}


def _snapshot(region: RedshiftRegion, params: Params) -> Snapshot:
    name, arn = params.get("SnapshotIdentifier"), params.get("SnapshotArn")
    if bool(name) == bool(arn):
        raise conflicting("Exactly one of SnapshotIdentifier and SnapshotArn must be specified.")
    if name:
        return find_snapshot(region, name)
    for snapshot in region.snapshots.values():
        if snapshot.arn == arn:
            return snapshot
    raise no_snapshot(str(arn))


def _size(region: RedshiftRegion, snapshot: Snapshot, params: Params) -> tuple[str, int]:
    """The size asked for; InvalidRestore (406) if the snapshot cannot have it."""
    was = snapshot.cluster
    node_type = params.get("NodeType") or was.node_type
    nodes = params.get("NumberOfNodes") or was.nodes
    rules.check_node_type(node_type, region.orderable())
    same = (node_type, nodes) == (was.node_type, was.nodes)
    if not same and nodes not in restorable_counts((was.node_type, was.nodes), node_type):
        raise Refusal(
            "InvalidRestore",
            f"The snapshot {snapshot.identifier} of {was.nodes} x {was.node_type} "
            f"cannot be restored to {nodes} x {node_type}.",
        )
    return node_type, int(nodes)
