"""Redshift in one Region of the simulated account: what exists, and the checks that operations share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from moto.utilities.utils import get_partition

from iac.facts.node_types import NodeType, sold_in
from iac.simulator.cluster import AVAILABLE, Cluster
from iac.simulator.refusals import busy, no_cluster, untrusted, wrong_state
from iac.simulator.session import ACCOUNT
from iac.simulator.timeline import Durations, Timeline

if TYPE_CHECKING:
    from moto.redshift.models import SubnetGroup

    from iac.simulator.identity import Roles
    from iac.simulator.network import Network
    from iac.simulator.snapshots import Snapshot


@dataclass
class RedshiftRegion:
    """Clusters, snapshots and subnet groups of one Region.

    lingering: the security groups of deleted clusters, and until when their interfaces stay.
    new_types: node types that can be ordered here and are not in the table.
    events: as DescribeEvents shows them, the oldest first.
    """

    name: str
    durations: Durations
    timeline: Timeline
    network: Network
    roles: Roles
    clusters: dict[str, Cluster] = field(default_factory=dict)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    subnet_groups: dict[str, SubnetGroup] = field(default_factory=dict)
    lingering: list[tuple[datetime, list[str]]] = field(default_factory=list)
    new_types: list[NodeType] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.timeline.now

    @property
    def domain(self) -> str:
        return "amazonaws.com.cn" if self.name.startswith("cn-") else "amazonaws.com"

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{get_partition(self.name)}:{service}:{self.name}:{ACCOUNT}:{resource}"

    def orderable(self) -> list[NodeType]:
        """The node types that can be ordered here."""
        return [*sold_in(self.name), *self.new_types]

    def cluster(self, identifier: str) -> Cluster:
        """Raises ClusterNotFound (404)."""
        if identifier not in self.clusters:
            raise no_cluster(identifier)
        return self.clusters[identifier]

    def available_cluster(self, identifier: str, to_be: str) -> Cluster:
        """The cluster if it is available, else InvalidClusterState. to_be: "paused", in "cannot be paused"."""
        cluster = self.cluster(identifier)
        if cluster.status != AVAILABLE:
            raise wrong_state(
                f"Cluster {identifier} is in state {cluster.status} and cannot be {to_be}. "
                "The cluster must be in the available state."
            )
        self.check_idle(cluster)
        return cluster

    def check_idle(self, cluster: Cluster) -> None:
        """AWS may refuse for a while although the status says available."""
        if cluster.busy_until and self.now < cluster.busy_until:
            raise busy()

    def check_roles(self, arns: list[str]) -> None:
        """Each role must exist, trust Redshift and have settled."""
        for arn in arns:
            if not self.roles.trusts(arn, "redshift.amazonaws.com"):
                raise untrusted(arn)

    def go_through(self, cluster: Cluster, statuses: list[tuple[str, float]], done: Callable[[], None]) -> None:
        """Give the cluster each status for its seconds, and then call done()."""
        (status, seconds), rest = statuses[0], statuses[1:]
        cluster.status = status
        following = (lambda: self.go_through(cluster, rest, done)) if rest else done
        self.timeline.after(seconds, cluster, following)

    def make_available(self, cluster: Cluster) -> None:
        cluster.status = AVAILABLE
        cluster.busy_until = self.now + timedelta(seconds=self.durations.unsettled)

    def users_of_group(self, group: str) -> list[str]:
        """What keeps a security group in use: clusters by identifier, deleted ones by the end of their interfaces."""
        users = [cluster.identifier for cluster in self.clusters.values() if group in cluster.groups]
        return users + [str(until) for until, groups in self.lingering if group in groups and self.now < until]
