"""Manual snapshots: what is left when a cluster is gone, and what it comes back from."""

from __future__ import annotations

from typing import Any

from iac.aws.cluster import part
from iac.aws.connection import Connection, Refusal
from iac.observed import Snapshot


def look(connection: Connection, identifier: str) -> tuple[Snapshot, ...]:
    """The manual snapshots of this cluster, the newest first. They outlive it."""
    found = connection.pages(
        "redshift",
        "DescribeClusterSnapshots",
        "Snapshots",
        expected=("ClusterNotFound", "ClusterSnapshotNotFound"),
        ClusterIdentifier=identifier,
        SnapshotType="manual",
    )
    ours = [_snapshot(each) for each in found if each.get("ClusterIdentifier") == identifier]
    return tuple(sorted(ours, key=lambda snapshot: (str(snapshot.created_at or "~"), snapshot.identifier), reverse=True))


def find(connection: Connection, name: str) -> Snapshot | None:
    """A snapshot by its name, manual or automated, of any cluster."""
    answer = connection.call(
        "redshift", "DescribeClusterSnapshots", expected=("ClusterSnapshotNotFound",), SnapshotIdentifier=name.lower()
    )
    if isinstance(answer, Refusal) or not answer["Snapshots"]:
        return None
    return _snapshot(answer["Snapshots"][0])


def _snapshot(found: dict[str, Any]) -> Snapshot:
    retention = found.get("ManualSnapshotRetentionPeriod", -1)
    return Snapshot(
        identifier=found["SnapshotIdentifier"],
        cluster=found.get("ClusterIdentifier", ""),
        status=found.get("Status", ""),
        created_at=found.get("SnapshotCreateTime"),
        node_type=found.get("NodeType", ""),
        number_of_nodes=found.get("NumberOfNodes", 1),
        database=found.get("DBName", ""),
        user=found.get("MasterUsername", ""),
        size=found.get("TotalBackupSizeInMegaBytes"),
        retention=None if retention == -1 else retention,
        managed_password=bool(found.get("MasterPasswordSecretArn")),
        tags=tuple(sorted((tag["Key"], tag.get("Value", "")) for tag in found.get("Tags", []))),
        restorable=tuple(sorted(found.get("RestorableNodeTypes", []))),
        progress=progress_of(found),
    )


def progress_of(found: dict[str, Any]) -> float | None:
    """By AWS's own estimate of the time, else by the megabytes of the increment (API reference, Snapshot).

    TotalBackupSizeInMegaBytes is no measure: it is all that a restore reads, also what older snapshots hold
    (AWS CLI reference, create-cluster-snapshot: 24 of 24 MB moved, of a total of 64,384).
    """
    if found.get("Status") != "creating":
        return None
    gone, left = found.get("ElapsedTimeInSeconds") or 0, found.get("EstimatedSecondsToCompletion") or 0
    if gone > 0 and left > 0:
        return part(gone, gone + left)
    return part(found.get("BackupProgressInMegaBytes"), found.get("ActualIncrementalBackupSizeInMegaBytes"))
