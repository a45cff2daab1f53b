"""One simulated cluster, and how AWS shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from iac.facts import node_types
from iac.facts.node_types import NODE_TYPES, NodeType

AVAILABLE = "available"

_AVAILABILITY = {
    "available": "Available",
    "paused": "Unavailable",
    "storage-full": "Unavailable",
    "hardware-failure": "Failed",
}


@dataclass(eq=False)
class Cluster:
    """What CreateCluster and its successors made of it.

    password: the stand-in, empty when AWS keeps the password in a secret.
    born: when it became available, None before.
    original: type and number of nodes from which elastic resizes are counted.
    roles: ARN -> ApplyStatus. waits_until: until then "an operation is running".
    """

    identifier: str
    node_type: str
    nodes: int
    user: str
    password: str
    database: str
    port: int
    vpc: str
    subnet_group: str
    zone: str
    address: str
    namespace: str
    groups: list[str]
    tags: dict[str, str]
    secret: str = ""
    public: bool = False
    encrypted: bool = True
    retention: int = 1
    routing: bool = False
    window: str = "sat:06:00-sat:06:30"
    parameter_group: str = "default.redshift-2.0"
    upgrades: bool = True
    default_role: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    status: str = "creating"
    born: datetime | None = None
    original: tuple[str, int] = ("", 0)
    restoring: str = ""
    pending: dict[str, Any] = field(default_factory=dict)
    resize: dict[str, Any] = field(default_factory=dict)
    waits_until: datetime | None = None

    def as_aws(self) -> dict[str, Any]:
        """The Cluster structure of the API reference."""
        return {
            "ClusterIdentifier": self.identifier,
            "NodeType": self.node_type,
            "NumberOfNodes": self.nodes,
            "ClusterStatus": self.status,
            "ClusterAvailabilityStatus": _availability(self.status),
            "MasterUsername": self.user,
            "DBName": self.database,
            "AutomatedSnapshotRetentionPeriod": self.retention,
            "PubliclyAccessible": self.public,
            "Encrypted": self.encrypted,
            "EnhancedVpcRouting": self.routing,
            "AllowVersionUpgrade": self.upgrades,
            "PreferredMaintenanceWindow": self.window,
            "PendingModifiedValues": dict(self.pending),
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
            **self._network(),
            **self._nodes(),
            **self._fixed(),
            **self._optional(),
        }

    def _network(self) -> dict[str, Any]:
        return {
            "VpcId": self.vpc,
            "ClusterSubnetGroupName": self.subnet_group,
            "ClusterSecurityGroups": [],
            "VpcSecurityGroups": [
                {"VpcSecurityGroupId": group, "Status": "active"} for group in self.groups
            ],
            "AvailabilityZoneRelocationStatus": "disabled",
        }

    def _nodes(self) -> dict[str, Any]:
        """While paused or not yet there, AWS lists no node but keeps the number."""
        there = self.born is not None and self.status not in ("paused", "resuming", "deleting")
        leader = ["SHARED"] if self.nodes == 1 else ["LEADER"]
        compute = [] if self.nodes == 1 else [f"COMPUTE-{n}" for n in range(self.nodes)]
        counts = [n for n in elastic_counts(self.original, self.node_type) if n != self.nodes]
        return {
            "ClusterNodes": [
                {"NodeRole": role, "PrivateIPAddress": f"172.31.16.{10 + n}"}
                for n, role in enumerate(leader + compute)
                if there
            ],
            "ElasticResizeNumberOfNodeOptions": str(counts).replace(" ", ""),
        }

    def _fixed(self) -> dict[str, Any]:
        return {
            "ClusterVersion": "1.0",
            "ClusterRevisionNumber": "204",
            "MaintenanceTrackName": "current",
            "MultiAZ": "Disabled",
            "DeferredMaintenanceWindows": [],
            "PendingActions": [],
            "ClusterNamespaceArn": self.namespace,
            "ClusterParameterGroups": [
                {"ParameterGroupName": self.parameter_group, "ParameterApplyStatus": "in-sync"}
            ],
            "IamRoles": [
                {"IamRoleArn": arn, "ApplyStatus": status} for arn, status in self.roles.items()
            ],
        }

    def _optional(self) -> dict[str, Any]:
        """What AWS leaves out rather than showing it empty."""
        shown: dict[str, Any] = {}
        if self.encrypted:
            shown["KmsKeyId"] = "AWS_OWNED_KMS_KEY"
        if self.default_role:
            shown["DefaultIamRoleArn"] = self.default_role
        if self.restoring:
            shown["RestoreStatus"] = {"Status": self.restoring}
        if self.secret and self.born:
            shown["MasterPasswordSecretArn"] = self.secret
        if self.born is not None:
            shown["ClusterCreateTime"] = self.born
            shown["AvailabilityZone"] = self.zone
            shown["Endpoint"] = self._endpoint()
        return shown

    def _endpoint(self) -> dict[str, Any]:
        if self.status == "deleting":
            return {"Port": self.port}
        return {"Address": self.address, "Port": self.port}


def _availability(status: str) -> str:
    if status.startswith(AVAILABLE):
        return "Available"
    if status.startswith("incompatible"):
        return "Failed"
    return _AVAILABILITY.get(status, "Modifying")


def elastic_counts(original: tuple[str, int], target: str) -> list[int]:
    """The numbers of nodes that an elastic resize to the target type can have."""
    return node_types.elastic_counts(figures(original[0]), original[1], figures(target))


def figures(name: str) -> NodeType:
    """Those of a node type; one that is not in the table is like an rg.4xlarge of half the size."""
    return NODE_TYPES.get(name) or NodeType(name, 8, 64, False, 32, 64, 4, 4)
