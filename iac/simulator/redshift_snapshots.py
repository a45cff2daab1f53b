"""Manual snapshots: created, described, deleted, and left by a cluster's deletion."""

from __future__ import annotations

import copy
import re

from iac.facts import limits
from iac.simulator import redshift_rules as rules
from iac.simulator.redshift import Cluster, Params, RedshiftRegion, Snapshot, Tags, elastic_counts
from iac.simulator.refusals import Refusal, invalid
from iac.simulator.session import ACCOUNT

_MEGABYTES = 512.0
"""Of a complete snapshot: a small warehouse with a few tables."""

_OF_CLUSTER = (
    "ClusterIdentifier ClusterCreateTime NodeType NumberOfNodes DBName MasterUsername "
    "MasterPasswordSecretArn Port VpcId Encrypted"
).split()
"""What a snapshot shows of its cluster, by the same names."""


def create_cluster_snapshot(region: RedshiftRegion, params: Params) -> Params:
    """API reference, CreateClusterSnapshot: the cluster must be available."""
    cluster = region.changeable_cluster(params, "backed up")
    name, days = params["SnapshotIdentifier"], params.get("ManualSnapshotRetentionPeriod")
    tags = rules.check_tags(params.get("Tags") or [])
    return {"Snapshot": begin_snapshot(region, cluster, name, days, region.durations.snapshot, tags).shown}


def begin_snapshot(
    region: RedshiftRegion,
    cluster: Cluster,
    name: str,
    days: int | None,
    seconds: float,
    tags: Tags,
    status: str = "creating",
) -> Snapshot:
    """Add a snapshot, available after so many seconds. days: how long it is kept, None or -1 for ever.

    Raises ClusterSnapshotAlreadyExists, InvalidParameterValue for a bad name, or InvalidRetentionPeriodFault.
    """
    if not re.match(limits.SNAPSHOT, name):
        raise invalid(f"Invalid snapshot identifier: {name}")
    name, days, (low, high) = name.lower(), -1 if days is None else days, limits.SNAPSHOT_DAYS
    if days != -1 and not low <= days <= high:
        raise Refusal(
            "InvalidRetentionPeriodFault",
            f"The retention period {days} must be -1 or between {low} and {high} days.",
        )
    if name in region.snapshots:
        raise Refusal("ClusterSnapshotAlreadyExists", f"Snapshot {name} already exists.")
    others = [node.name for node in region.orderable() if elastic_counts(cluster.size, node.name)]
    shown = {
        "SnapshotIdentifier": name,
        "SnapshotArn": region.arn("redshift", f"snapshot:{cluster.identifier}/{name}"),
        "OwnerAccount": ACCOUNT,
        "SnapshotType": "manual",
        "Status": status,
        "SnapshotCreateTime": region.now,
        "ManualSnapshotRetentionPeriod": days,
        "TotalBackupSizeInMegaBytes": 0.0,
        "Tags": tags,
        "RestorableNodeTypes": sorted({cluster.node_type, *others}),
        **{member: cluster.get(member) for member in _OF_CLUSTER},
    }
    snapshot = region.snapshots[name] = Snapshot(copy.deepcopy(cluster), shown)
    complete = {"Status": "available", "TotalBackupSizeInMegaBytes": _MEGABYTES}
    region.timeline.after(seconds, snapshot, lambda: shown.update(complete))
    if days != -1:
        region.timeline.after(days * 86_400, snapshot, lambda: _remove(region, snapshot))
    return snapshot


def _remove(region: RedshiftRegion, snapshot: Snapshot) -> None:
    region.timeline.cancel(snapshot)
    del region.snapshots[snapshot.shown["SnapshotIdentifier"]]


def describe_cluster_snapshots(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeClusterSnapshots: one that is named must exist."""
    cluster, kind = params.get("ClusterIdentifier"), params.get("SnapshotType")
    if name := params.get("SnapshotIdentifier"):
        return {"Snapshots": [_find(region, name, params.get("OwnerAccount")).shown]}
    owned = [each for each in region.snapshots.values() if each.shown["OwnerAccount"] == ACCOUNT]
    found = [each.shown for each in owned if cluster in (None, each.cluster.identifier)]
    return {"Snapshots": found if kind in (None, "manual") else []}


def delete_cluster_snapshot(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DeleteClusterSnapshot: only one that is complete."""
    snapshot = complete_snapshot(region, params["SnapshotIdentifier"])
    _remove(region, snapshot)
    return {"Snapshot": {**snapshot.shown, "Status": "deleted"}}


def complete_snapshot(region: RedshiftRegion, name: str, owner: str | None = None) -> Snapshot:
    """The snapshot if it is complete, else InvalidClusterSnapshotState. owner: its account, this one unless given."""
    snapshot = _find(region, name, owner)
    if snapshot.shown["Status"] != "available":
        words = f"The snapshot {name.lower()} is not available but {snapshot.shown['Status']}."
        raise Refusal("InvalidClusterSnapshotState", words)
    return snapshot


def give_snapshot(region: RedshiftRegion, name: str, owner: str) -> None:
    """From now on it is a snapshot of that account, which shares it with this one."""
    snapshot = region.snapshots.pop(name)
    snapshot.shown |= {"OwnerAccount": owner, "SnapshotArn": snapshot.shown["SnapshotArn"].replace(ACCOUNT, owner)}
    region.snapshots[f"{owner}/{name}"] = snapshot


def _find(region: RedshiftRegion, name: str, owner: str | None = None) -> Snapshot:
    """Snapshot identifiers ignore case. Raises ClusterSnapshotNotFound (404)."""
    key = name.lower() if owner in (None, ACCOUNT) else f"{owner}/{name.lower()}"
    if key not in region.snapshots:
        raise Refusal("ClusterSnapshotNotFound", f"Snapshot {name} not found.")
    return region.snapshots[key]


OPERATIONS = (create_cluster_snapshot, describe_cluster_snapshots, delete_cluster_snapshot)
