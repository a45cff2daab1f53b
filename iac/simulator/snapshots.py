"""Manual snapshots: created, described, deleted, and left by a cluster's deletion."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from iac.facts import limits
from iac.simulator import rules
from iac.simulator.cluster import Cluster, Tags, elastic_counts
from iac.simulator.refusals import Refusal, invalid, no_snapshot
from iac.simulator.region import RedshiftRegion

Params = dict[str, Any]

MEGABYTES = 512.0
"""Of a complete snapshot: a small warehouse with a few tables."""

_DAY = 86_400.0


@dataclass(eq=False)
class Snapshot:
    """A snapshot, as the Snapshot structure of the API reference.

    cluster: as it was at that moment. days: ManualSnapshotRetentionPeriod, -1 for ever.
    restorable: the node types that it can be restored to.
    """

    identifier: str
    arn: str
    cluster: Cluster
    created: datetime
    days: int
    tags: Tags
    status: str
    restorable: list[str]

    def as_aws(self) -> dict[str, Any]:
        cluster = self.cluster
        return {
            "SnapshotIdentifier": self.identifier,
            "SnapshotArn": self.arn,
            "SnapshotType": "manual",
            "Status": self.status,
            "SnapshotCreateTime": self.created,
            "ManualSnapshotRetentionPeriod": self.days,
            "TotalBackupSizeInMegaBytes": MEGABYTES if self.status == "available" else 0.0,
            "Tags": self.tags,
            "ClusterIdentifier": cluster.identifier,
            "ClusterCreateTime": cluster.create_time,
            "NodeType": cluster.node_type,
            "NumberOfNodes": cluster.number_of_nodes,
            "RestorableNodeTypes": self.restorable,
            "DBName": cluster.db_name,
            "MasterUsername": cluster.master_username,
            "MasterPasswordSecretArn": cluster.secret or None,
            "Port": cluster.port,
            "VpcId": cluster.vpc_id,
            "Encrypted": cluster.encrypted,
        }


def check_new_snapshot(region: RedshiftRegion, name: str, days: int | None) -> None:
    """Raises ClusterSnapshotAlreadyExists, or InvalidParameterValue for a bad name."""
    if not limits.SNAPSHOT.match(name):
        raise invalid(f"Invalid snapshot identifier: {name}")
    rules.check_manual_retention(days)
    if name.lower() in region.snapshots:
        raise Refusal("ClusterSnapshotAlreadyExists", f"Snapshot {name.lower()} already exists.")


def begin_snapshot(
    region: RedshiftRegion,
    cluster: Cluster,
    name: str,
    days: int | None,
    seconds: float,
    tags: Tags,
    status: str = "creating",
) -> Snapshot:
    """Add a snapshot, available after so many seconds. days: how long it is kept, None for ever."""
    size = (cluster.node_type, cluster.number_of_nodes)
    others = [node.name for node in region.orderable() if elastic_counts(size, node.name)]
    snapshot = Snapshot(
        identifier=name.lower(),
        arn=region.arn("redshift", f"snapshot:{cluster.identifier}/{name.lower()}"),
        cluster=copy.deepcopy(cluster),
        created=region.now,
        days=-1 if days is None else days,
        tags=tags,
        status=status,
        restorable=sorted({cluster.node_type, *others}),
    )
    region.snapshots[snapshot.identifier] = snapshot
    region.timeline.after(seconds, snapshot, lambda: setattr(snapshot, "status", "available"))
    if snapshot.days != -1:
        region.timeline.after(snapshot.days * _DAY, snapshot, lambda: _remove(region, snapshot))
    return snapshot


def _remove(region: RedshiftRegion, snapshot: Snapshot) -> None:
    region.timeline.cancel(snapshot)
    del region.snapshots[snapshot.identifier]


def create_cluster_snapshot(region: RedshiftRegion, params: Params) -> Params:
    """API reference, CreateClusterSnapshot: the cluster must be available."""
    cluster = region.available_cluster(params["ClusterIdentifier"], "backed up")
    name, days = params["SnapshotIdentifier"], params.get("ManualSnapshotRetentionPeriod")
    check_new_snapshot(region, name, days)
    tags = rules.check_tags(params.get("Tags") or [])
    return {"Snapshot": begin_snapshot(region, cluster, name, days, region.durations.snapshot, tags).as_aws()}


def describe_cluster_snapshots(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeClusterSnapshots: one that is named must exist."""
    cluster, kind = params.get("ClusterIdentifier"), params.get("SnapshotType")
    if name := params.get("SnapshotIdentifier"):
        return {"Snapshots": [find_snapshot(region, name).as_aws()]}
    found = [each for each in region.snapshots.values() if cluster in (None, each.cluster.identifier)]
    return {"Snapshots": [snapshot.as_aws() for snapshot in found if kind in (None, "manual")]}


def delete_cluster_snapshot(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DeleteClusterSnapshot: only one that is complete."""
    snapshot = find_snapshot(region, params["SnapshotIdentifier"])
    if snapshot.status != "available":
        raise Refusal(
            "InvalidClusterSnapshotState",
            f"Cannot delete the snapshot {snapshot.identifier} while it is {snapshot.status}.",
        )
    _remove(region, snapshot)
    return {"Snapshot": {**snapshot.as_aws(), "Status": "deleted"}}


def find_snapshot(region: RedshiftRegion, name: str) -> Snapshot:
    """Snapshot identifiers ignore case. Raises ClusterSnapshotNotFound (404)."""
    if name.lower() not in region.snapshots:
        raise no_snapshot(name)
    return region.snapshots[name.lower()]
