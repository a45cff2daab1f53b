"""Redshift in one Region of the simulated account: what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from iac.facts.node_types import NodeType, sold_in
from iac.simulator.cluster import AVAILABLE, Cluster
from iac.simulator.durations import Durations
from iac.simulator.refusals import busy, no_cluster, untrusted, wrong_state
from iac.simulator.session import ACCOUNT
from iac.simulator.timeline import Timeline

if TYPE_CHECKING:
    from iac.simulator.identity import Roles
    from iac.simulator.network import Network
    from iac.simulator.snapshot import Snapshot

@dataclass
class RedshiftRegion:
    """Clusters, snapshots, subnet groups and scheduled actions of one Region.

    lingering: security groups still held by the interfaces of a cluster that is gone.
    new_types: node types that AWS sells here since the table was written.
    """

    name: str
    partition: str
    durations: Durations
    timeline: Timeline
    network: Network
    trust: Roles
    random: Any
    clusters: dict[str, Cluster] = field(default_factory=dict)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    subnet_groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    actions: dict[str, dict[str, Any]] = field(default_factory=dict)
    lingering: list[tuple[datetime, list[str]]] = field(default_factory=list)
    new_types: list[NodeType] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.timeline.now

    def after(self, seconds: float, owner: object, change: Callable[[], None]) -> None:
        self.timeline.after(seconds, owner, change)

    def arn(self, kind: str, name: str) -> str:
        return f"arn:{self.partition}:redshift:{self.name}:{ACCOUNT}:{kind}:{name}"

    def orderable(self) -> list[NodeType]:
        """The node types that can be had here."""
        return [*sold_in(self.name), *self.new_types]

    def cluster(self, identifier: str) -> Cluster:
        """Raises ClusterNotFound (404)."""
        if identifier not in self.clusters:
            raise no_cluster(identifier)
        return self.clusters[identifier]

    def ready_cluster(self, identifier: str, to: str) -> Cluster:
        """A cluster that is available; else InvalidClusterState says what it was wanted to."""
        cluster = self.cluster(identifier)
        if cluster.status != AVAILABLE:
            raise wrong_state(
                f"Cluster {identifier} is in state {cluster.status} and cannot be {to}. "
                "The cluster must be in the available state."
            )
        self.check_idle(cluster)
        return cluster

    def check_idle(self, cluster: Cluster) -> None:
        """AWS may refuse for a while although the status says available."""
        if cluster.waits_until and self.now < cluster.waits_until:
            raise busy()

    def check_roles(self, arns: list[str]) -> None:
        """Each role must exist, trust Redshift and have settled."""
        for arn in arns:
            if not self.trust.trusts(arn, "redshift.amazonaws.com"):
                raise untrusted(arn)

    def become(self, cluster: Cluster, steps: list[tuple[str, float]], end: Callable[[], None]) -> None:
        """Let the cluster go through statuses, each for its seconds, and then end()."""
        (status, seconds), rest = steps[0], steps[1:]
        cluster.status = status
        follow = (lambda: self.become(cluster, rest, end)) if rest else end
        self.after(seconds, cluster, follow)

    def make_available(self, cluster: Cluster) -> None:
        cluster.status = AVAILABLE
        cluster.waits_until = self.now + timedelta(seconds=self.durations.unsettled)

    def users_of_group(self, group: str) -> list[str]:
        """The identifiers of the clusters, there or just gone, whose interfaces hold a group."""
        held = [c.identifier for c in self.clusters.values() if group in c.groups]
        gone = [str(until) for until, groups in self.lingering if group in groups and self.now < until]
        return held + gone
