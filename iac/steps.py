"""The things we can do, as frozen values that read as sentences.

A step carries names and wanted values, never a secret or an id learned on the way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """Something to do. settles: the cluster has to come to rest before the next step."""

    settles = False


@dataclass(frozen=True)
class ClusterSpec:
    """What CreateCluster and RestoreFromClusterSnapshot are asked for."""

    identifier: str
    node_type: str
    number_of_nodes: int
    database: str
    user: str
    port: int
    publicly_accessible: bool
    subnet_group: str | None
    role: str
    group: str
    managed_password: bool
    tags: Tags

    @property
    def cluster_type(self) -> str:
        """AWS's word for one node or several."""
        return "single-node" if self.number_of_nodes == 1 else "multi-node"

    @property
    def size(self) -> str:
        """For a person: `2 x ra3.large`."""
        return f"{self.number_of_nodes} x {self.node_type}"

    @property
    def reach(self) -> str:
        """For a person: who can reach it at all."""
        return "publicly accessible" if self.publicly_accessible else "private"


@dataclass(frozen=True)
class CreateRole(Step):
    name: str
    tags: Tags

    def __str__(self) -> str:
        return f"create IAM role {self.name}, which only Redshift of this account may take"


@dataclass(frozen=True)
class PutPolicy(Step):
    """document is JSON text, so that the step stays hashable."""

    role: str
    policy: str
    document: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"let role {self.role} read {', '.join(self.places)} and nothing else"

    @property
    def content(self) -> dict[str, Any]:
        """The policy document."""
        return dict(json.loads(self.document))


@dataclass(frozen=True)
class AttachPolicy(Step):
    role: str
    arn: str

    def __str__(self) -> str:
        return f"attach {self.arn.rpartition('/')[2]} to role {self.role}"


@dataclass(frozen=True)
class CreateGroup(Step):
    name: str
    vpc_id: str
    tags: Tags

    def __str__(self) -> str:
        return f"create security group {self.name} in {self.vpc_id}"


@dataclass(frozen=True)
class OpenPort(Step):
    group: str
    vpc_id: str
    cidr: str
    port: int
    tags: Tags

    def __str__(self) -> str:
        return f"let {self.cidr} reach port {self.port}"


@dataclass(frozen=True)
class MakePassword(Step):
    file: str

    def __str__(self) -> str:
        return f"make an admin password and write it into {self.file}"


@dataclass(frozen=True)
class CreateCluster(Step):
    spec: ClusterSpec
    settles = True

    def __str__(self) -> str:
        return f"create cluster {self.spec.identifier}: {self.spec.size}, {self.spec.reach}, encrypted"


@dataclass(frozen=True)
class WriteAddress(Step):
    """role_arn is derived; the host is read from the settled cluster.

    settings: database settings that differ from section to section are brought into line.
    """

    file: str
    role_arn: str
    settings: bool = False

    def __str__(self) -> str:
        what = "HOST, ARN and the database settings" if self.settings else "HOST and ARN"
        return f"write {what} into {self.file}"


@dataclass(frozen=True)
class DeleteCluster(Step):
    identifier: str
    snapshot: str | None
    keep_days: int
    settles = True

    def __str__(self) -> str:
        if self.snapshot is None:
            return f"delete cluster {self.identifier} and all its data"
        return f"delete cluster {self.identifier} into snapshot {self.snapshot}, kept {self.keep_days} days"


@dataclass(frozen=True)
class DeleteRole(Step):
    name: str

    def __str__(self) -> str:
        return f"delete IAM role {self.name}"


@dataclass(frozen=True)
class DeleteGroup(Step):
    group_id: str
    name: str

    def __str__(self) -> str:
        return f"delete security group {self.name}"


@dataclass(frozen=True)
class BlankAddress(Step):
    file: str

    def __str__(self) -> str:
        return f"blank HOST and ARN in {self.file}"
