"""Steps for the cluster."""

from __future__ import annotations

from dataclasses import dataclass

from iac.steps.step import Step, Tags


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
class CreateCluster(Step):
    spec: ClusterSpec
    settles = True

    def __str__(self) -> str:
        return f"create cluster {self.spec.identifier}: {self.spec.size}, {self.spec.reach}, encrypted"


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
