"""One simulated snapshot, and how AWS shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from iac.facts.node_types import sold_in
from iac.simulator.cluster import Cluster, elastic_counts

SIZE = 512.0
"""Megabytes: what a small warehouse with a few tables takes."""


@dataclass(eq=False)
class Snapshot:
    """cluster: as it was at that moment. kept: days, -1 for ever. status: AWS's."""

    identifier: str
    cluster: Cluster
    made: datetime
    kept: int
    tags: dict[str, str]
    status: str
    source_region: str
    arn: str
    owner: str

    @property
    def expires(self) -> datetime | None:
        return None if self.kept == -1 else self.made + timedelta(days=self.kept)

    def as_aws(self, now: datetime) -> dict[str, Any]:
        """The Snapshot structure of the API reference."""
        cluster = self.cluster
        done = self.status == "available"
        shown = {
            "SnapshotIdentifier": self.identifier,
            "SnapshotArn": self.arn,
            "SnapshotType": "manual",
            "Status": self.status,
            "SnapshotCreateTime": self.made,
            "SnapshotRetentionStartTime": self.made,
            "ManualSnapshotRetentionPeriod": self.kept,
            "ManualSnapshotRemainingDays": self._days_left(now),
            "OwnerAccount": self.owner,
            "SourceRegion": self.source_region,
            "TotalBackupSizeInMegaBytes": SIZE if done else 0.0,
            "ActualIncrementalBackupSizeInMegaBytes": SIZE if done else 0.0,
            "BackupProgressInMegaBytes": SIZE if done else 0.0,
            "EstimatedSecondsToCompletion": 0 if done else -1,
            "ElapsedTimeInSeconds": 0,
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
            "ClusterIdentifier": cluster.identifier,
            "ClusterCreateTime": cluster.born,
            "ClusterVersion": "1.0",
            "NodeType": cluster.node_type,
            "NumberOfNodes": cluster.nodes,
            "RestorableNodeTypes": self._restorable(),
            "DBName": cluster.database,
            "MasterUsername": cluster.user,
            "Port": cluster.port,
            "AvailabilityZone": cluster.zone,
            "VpcId": cluster.vpc,
            "Encrypted": cluster.encrypted,
            "EncryptedWithHSM": False,
            "EnhancedVpcRouting": cluster.routing,
            "MaintenanceTrackName": "current",
        }
        if cluster.secret:
            shown["MasterPasswordSecretArn"] = cluster.secret
        return shown

    def _restorable(self) -> list[str]:
        """Its own node type, and those that it fits into."""
        size = (self.cluster.node_type, self.cluster.nodes)
        others = [node.name for node in sold_in(self.source_region) if elastic_counts(size, node.name)]
        return sorted({size[0], *others})

    def _days_left(self, now: datetime) -> int:
        return -1 if self.expires is None else max(0, (self.expires - now).days)
