"""Steps for the cluster."""

from __future__ import annotations

from dataclasses import dataclass

from iac.steps.step import Step, Tags

AUTOMATED_SNAPSHOT_DAYS = 7
"""Days that automated snapshots are kept at least: Security Hub asks for seven
(control Redshift.3), AWS's default is one. More is left as it is, since less
would delete some."""


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


@dataclass(frozen=True)
class RestoreCluster(Step):
    """node_type and number_of_nodes: other ones than the snapshot's, or None for its own."""

    spec: ClusterSpec
    snapshot: str
    size: str
    node_type: str | None
    number_of_nodes: int | None
    managed_password: bool
    settles = True

    def __str__(self) -> str:
        return f"restore cluster {self.spec.identifier} from snapshot {self.snapshot}: {self.size}, {self.spec.reach}"


@dataclass(frozen=True)
class PauseCluster(Step):
    identifier: str
    settles = True

    def __str__(self) -> str:
        return f"pause cluster {self.identifier}: the data stays, the compute bill stops"


@dataclass(frozen=True)
class ResumeCluster(Step):
    identifier: str
    settles = True

    def __str__(self) -> str:
        return f"resume cluster {self.identifier}"


@dataclass(frozen=True)
class ResizeCluster(Step):
    """An elastic resize takes about ten minutes (Management Guide, Resizing a cluster)."""

    identifier: str
    node_type: str
    number_of_nodes: int
    was: str
    classic: bool
    settles = True

    def __str__(self) -> str:
        means = (
            "classic: it restarts, then moves its data in the background, and cannot be cancelled"
            if self.classic
            else "elastic: about ten minutes, queries are held and connections may drop"
        )
        return f"resize cluster {self.identifier} from {self.was} to {self.number_of_nodes} x {self.node_type} ({means})"


@dataclass(frozen=True)
class TakeSnapshot(Step):
    """A classic resize needs a manual snapshot of the last ten hours (Management Guide, Resizing a cluster)."""

    identifier: str
    snapshot: str
    keep_days: int

    def __str__(self) -> str:
        return f"take snapshot {self.snapshot} of cluster {self.identifier}, kept {self.keep_days} days"


@dataclass(frozen=True)
class ChangeCluster(Step):
    """setting: `publicly accessible`, `port`, `snapshot days` or `managed password`."""

    identifier: str
    setting: str
    value: int
    settles = True

    def __str__(self) -> str:
        sentences = {
            "publicly accessible": f"make cluster {self.identifier} {'publicly accessible' if self.value else 'private'}",
            "port": f"move cluster {self.identifier} to port {self.value}",
            "snapshot days": f"keep automated snapshots of cluster {self.identifier} for {self.value} days",
            "managed password": f"let AWS Secrets Manager keep the admin password of cluster {self.identifier}",
        }
        return sentences[self.setting]


@dataclass(frozen=True)
class UseGroup(Step):
    identifier: str
    group: str
    vpc_id: str
    settles = True

    def __str__(self) -> str:
        return f"put cluster {self.identifier} behind security group {self.group} alone"


@dataclass(frozen=True)
class AssociateRole(Step):
    identifier: str
    role_arn: str
    settles = True

    def __str__(self) -> str:
        return f"associate IAM role {self.role_arn.rpartition('/')[2]} with cluster {self.identifier}"


@dataclass(frozen=True)
class AnnouncePassword(Step):
    """No API tells a password, so a tag tells the next run, should this one end here."""

    identifier: str

    def __str__(self) -> str:
        return f"mark the admin password of cluster {self.identifier} as about to change"


@dataclass(frozen=True)
class SetPassword(Step):
    """Sets it, and then marks it as set."""

    identifier: str
    file: str
    settles = True

    def __str__(self) -> str:
        return f"set the admin password of cluster {self.identifier} to the one in {self.file}"


@dataclass(frozen=True)
class TagCluster(Step):
    """takes_over: the cluster was not ours until now."""

    identifier: str
    tags: Tags
    takes_over: bool

    def __str__(self) -> str:
        if self.takes_over:
            return f"take over cluster {self.identifier}: from now on dwh.cfg holds for it, and it can be deleted"
        return f"tag cluster {self.identifier}: {', '.join(f'{key} = {value}' for key, value in self.tags)}"
