"""A cluster is created from a snapshot."""

from __future__ import annotations

from typing import Any

from iac.facts.events import RESTORE_STARTED, RESTORED
from iac.simulator import rules
from iac.simulator.cluster import elastic_counts
from iac.simulator.clusters import begin_cluster, check_new_cluster, new_cluster
from iac.simulator.events import tell
from iac.simulator.refusals import Refusal, conflicting
from iac.simulator.region import RedshiftRegion
from iac.simulator.snapshots import Snapshot, find_snapshot

Params = dict[str, Any]


def restore_from_cluster_snapshot(region: RedshiftRegion, params: Params) -> Params:
    """API reference, RestoreFromClusterSnapshot.

    Size, database, user, password, port and tags are the snapshot's. Security
    groups, roles and public access are not: they are AWS's defaults unless given.
    """
    check_new_cluster(region, params["ClusterIdentifier"])
    snapshot = find_snapshot(region, params["SnapshotIdentifier"])
    if snapshot.status != "available":
        raise Refusal(
            "InvalidClusterSnapshotState",
            f"The snapshot {snapshot.identifier} is not available but {snapshot.status}.",
        )
    original = snapshot.cluster
    node_type, nodes = _size(region, snapshot, params)
    if original.secret and not params.get("ManageMasterPassword"):
        raise conflicting(
            "The admin password was managed by AWS Secrets Manager when the snapshot was taken. "
            "ManageMasterPassword must be true."
        )
    days = original.automated_snapshot_retention_period
    inherited = {"Port": original.port, "AutomatedSnapshotRetentionPeriod": days}
    cluster = new_cluster(region, {**inherited, **params}, node_type, nodes)
    cluster.master_username, cluster.db_name = original.master_username, original.db_name
    cluster.encrypted, cluster.tags = original.encrypted, snapshot.tags
    cluster.password = "" if cluster.secret else original.password
    cluster.restore_status = {"Status": "restoring"}
    tell(region, cluster.identifier, RESTORE_STARTED, snapshot=snapshot.identifier)
    begin_cluster(region, cluster, region.durations.restore, RESTORED, snapshot=snapshot.identifier)
    return {"Cluster": cluster.as_aws()}


def _size(region: RedshiftRegion, snapshot: Snapshot, params: Params) -> tuple[str, int]:
    """The size asked for; InvalidRestore (406) where the snapshot does not fit into it."""
    original = (snapshot.cluster.node_type, snapshot.cluster.number_of_nodes)
    node_type, nodes = params.get("NodeType") or original[0], params.get("NumberOfNodes") or original[1]
    rules.check_node_type(node_type, region.orderable())
    if (node_type, nodes) != original and nodes not in elastic_counts(original, node_type):
        raise Refusal(
            "InvalidRestore",
            f"The snapshot {snapshot.identifier} of {original[1]} x {original[0]} "
            f"cannot be restored to {nodes} x {node_type}.",
        )
    return node_type, int(nodes)
