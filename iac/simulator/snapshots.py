"""Snapshots: create, describe, delete, and those that a deletion leaves."""

from __future__ import annotations

import copy
from typing import Any

from iac.facts import limits
from iac.simulator import rules
from iac.simulator.cluster import Cluster, elastic_counts
from iac.simulator.paging import has_tags, page
from iac.simulator.refusals import Refusal, invalid, no_snapshot
from iac.simulator.region import RedshiftRegion
from iac.simulator.session import ACCOUNT
from iac.simulator.snapshot import Snapshot

Params = dict[str, Any]

_DAY = 86_400.0


def check_new_snapshot(region: RedshiftRegion, name: str, kept: int | None) -> None:
    """Raises ClusterSnapshotAlreadyExists, or InvalidParameterValue for a bad name."""
    if not limits.SNAPSHOT.match(name):
        raise invalid(f"Invalid snapshot identifier: {name}")
    rules.check_manual_retention(kept)
    if name.lower() in region.snapshots:
        raise Refusal("ClusterSnapshotAlreadyExists", f"Snapshot {name.lower()} already exists.")


def begin_snapshot(
    region: RedshiftRegion,
    cluster: Cluster,
    name: str,
    kept: int | None,
    seconds: float,
    tags: dict[str, str],
    status: str = "creating",
) -> Snapshot:
    """A snapshot that is there at once and available after so many seconds.

    kept: days, None for ever.
    """
    snapshot = Snapshot(
        identifier=name.lower(),
        cluster=copy.deepcopy(cluster),
        made=region.now,
        kept=-1 if kept is None else kept,
        tags=dict(tags),
        status=status,
        source_region=region.name,
        arn=region.arn("snapshot", f"{cluster.identifier}/{name.lower()}"),
        owner=ACCOUNT,
    )
    region.snapshots[snapshot.identifier] = snapshot
    region.after(seconds, snapshot, lambda: setattr(snapshot, "status", "available"))
    if snapshot.kept != -1:
        region.after(snapshot.kept * _DAY, snapshot, lambda: _expire(region, snapshot))
    return snapshot


def _expire(region: RedshiftRegion, snapshot: Snapshot) -> None:
    if region.snapshots.get(snapshot.identifier) is snapshot:
        del region.snapshots[snapshot.identifier]


def create_cluster_snapshot(region: RedshiftRegion, params: Params) -> Params:
    """API reference, CreateClusterSnapshot: the cluster must be available."""
    cluster = region.ready_cluster(params["ClusterIdentifier"], "backed up")
    name, kept = params["SnapshotIdentifier"], params.get("ManualSnapshotRetentionPeriod")
    check_new_snapshot(region, name, kept)
    tags = rules.check_tags(params.get("Tags") or [])
    snapshot = begin_snapshot(region, cluster, name, kept, region.durations.snapshot, tags)
    return {"Snapshot": snapshot.as_aws(region.now)}


def describe_cluster_snapshots(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeClusterSnapshots.

    A snapshot that is named must exist; any other filter may match nothing.
    """
    wanted = params.get("SnapshotIdentifier")
    if wanted and wanted.lower() not in region.snapshots:
        raise no_snapshot(wanted)
    chosen = [s for s in region.snapshots.values() if _matches(region, s, params)]
    sorting = (params.get("SortingEntities") or [{}])[0]
    chosen.sort(key=lambda s: s.made, reverse=sorting.get("SortOrder") == "DESC")
    shown, more = page(chosen, params)
    return {"Snapshots": [snapshot.as_aws(region.now) for snapshot in shown], **more}


def _matches(region: RedshiftRegion, snapshot: Snapshot, params: Params) -> bool:
    cluster, wanted = params.get("ClusterIdentifier"), params.get("SnapshotIdentifier")
    exists, made = params.get("ClusterExists"), snapshot.made.replace(tzinfo=None)
    return (
        (not cluster or snapshot.cluster.identifier == cluster)
        and (not wanted or snapshot.identifier == wanted.lower())
        and params.get("SnapshotArn") in (None, snapshot.arn)
        and params.get("SnapshotType") in (None, "manual")
        and params.get("OwnerAccount") in (None, snapshot.owner)
        and (exists is None or (snapshot.cluster.identifier in region.clusters) == exists)
        and (params.get("StartTime") is None or made >= params["StartTime"])
        and (params.get("EndTime") is None or made <= params["EndTime"])
        and has_tags(snapshot.tags, params)
    )


def delete_cluster_snapshot(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DeleteClusterSnapshot: only one that is complete."""
    snapshot = find_snapshot(region, params["SnapshotIdentifier"])
    if snapshot.status != "available":
        raise Refusal(
            "InvalidClusterSnapshotState",
            f"Cannot delete the snapshot {snapshot.identifier} while it is {snapshot.status}.",
        )
    region.timeline.cancel(snapshot)
    del region.snapshots[snapshot.identifier]
    return {"Snapshot": {**snapshot.as_aws(region.now), "Status": "deleted"}}


def restorable_counts(original: tuple[str, int], target: str) -> list[int]:
    """The numbers of nodes of the target type to which a snapshot of this size can be restored."""
    if original[1] == 1:
        return [1] if target == original[0] else []
    return elastic_counts(original, target)


def find_snapshot(region: RedshiftRegion, name: str) -> Snapshot:
    """Snapshot identifiers ignore case. Raises ClusterSnapshotNotFound (404)."""
    if name.lower() not in region.snapshots:
        raise no_snapshot(name)
    return region.snapshots[name.lower()]
