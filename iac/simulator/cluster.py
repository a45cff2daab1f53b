"""One simulated cluster, and how AWS shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from iac.facts import node_types
from iac.facts.node_types import NODE_TYPES, NodeType

AVAILABLE = "available"

Tags = list[dict[str, str]]

_AVAILABILITY = {"paused": "Unavailable", "storage-full": "Unavailable", "hardware-failure": "Failed"}


@dataclass(eq=False)
class Cluster:
    """What CreateCluster and its successors made of it.

    password: a hash, empty while Secrets Manager keeps the password in `secret`.
    create_time: None until the cluster is available for the first time.
    original: type and number of nodes from which elastic resizes are counted.
    roles: ARN -> ApplyStatus. default_iam_role_arn: one of them, or None. busy_until: until then "There is an operation running".
    """

    identifier: str
    node_type: str
    number_of_nodes: int
    port: int
    vpc_id: str
    subnet_group_name: str
    address: str
    groups: list[str]
    roles: dict[str, str]
    original: tuple[str, int]
    master_username: str = ""
    db_name: str = ""
    password: str = ""
    secret: str = ""
    tags: Tags = field(default_factory=list)
    publicly_accessible: bool = False
    encrypted: bool = True
    automated_snapshot_retention_period: int = 1
    enhanced_vpc_routing: bool = False
    status: str = "creating"
    create_time: datetime | None = None
    restore_status: dict[str, str] | None = None
    pending_modified_values: dict[str, Any] = field(default_factory=dict)
    default_iam_role_arn: str | None = None
    busy_until: datetime | None = None

    def as_aws(self) -> dict[str, Any]:
        """The Cluster structure of the API reference; None is left out."""
        return {
            "ClusterIdentifier": self.identifier,
            "NodeType": self.node_type,
            "ClusterStatus": self.status,
            "ClusterAvailabilityStatus": self._availability(),
            "MasterUsername": self.master_username,
            "DBName": self.db_name,
            "Endpoint": self._endpoint(),
            "ClusterCreateTime": self.create_time,
            "AutomatedSnapshotRetentionPeriod": self.automated_snapshot_retention_period,
            "VpcSecurityGroups": [{"VpcSecurityGroupId": group, "Status": "active"} for group in self.groups],
            "ClusterParameterGroups": [{"ParameterGroupName": "default.redshift-2.0", "ParameterApplyStatus": "in-sync"}],
            "ClusterSubnetGroupName": self.subnet_group_name,
            "VpcId": self.vpc_id,
            "PendingModifiedValues": self.pending_modified_values,
            "NumberOfNodes": self.number_of_nodes,
            "PubliclyAccessible": self.publicly_accessible,
            "Encrypted": self.encrypted,
            "RestoreStatus": self.restore_status,
            "Tags": self.tags,
            "EnhancedVpcRouting": self.enhanced_vpc_routing,
            "IamRoles": [{"IamRoleArn": arn, "ApplyStatus": status} for arn, status in self.roles.items()],
            "ElasticResizeNumberOfNodeOptions": self._elastic_options(),
            "DefaultIamRoleArn": self.default_iam_role_arn,
            "MasterPasswordSecretArn": self.secret if self.secret and self.create_time else None,
        }

    def _availability(self) -> str:
        if self.status.startswith(AVAILABLE):
            return "Available"
        if self.status.startswith("incompatible"):
            return "Failed"
        return _AVAILABILITY.get(self.status, "Modifying")

    def _endpoint(self) -> dict[str, Any] | None:
        """None while creating, and without an address while deleting."""
        if self.create_time is None:
            return None
        return {"Port": self.port, **({"Address": self.address} if self.status != "deleting" else {})}

    def _elastic_options(self) -> str:
        counts = [count for count in elastic_counts(self.original, self.node_type) if count != self.number_of_nodes]
        return str(counts).replace(" ", "")


def elastic_counts(original: tuple[str, int], target: str) -> list[int]:
    """The numbers of nodes that an elastic resize to the target type can have."""
    return node_types.elastic_counts(node_type_named(original[0]), original[1], node_type_named(target))


def node_type_named(name: str) -> NodeType:
    """The node type; one that is not in the table is like an rg.4xlarge of half the size."""
    return NODE_TYPES.get(name) or NodeType(name, 8, 64, False, 32, 64, 4, 4)
