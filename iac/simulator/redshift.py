"""Redshift in one Region of the simulated account: what exists there, and how a cluster goes from status to status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from botocore import xform_name
from moto.redshift.models import SubnetGroup
from moto.utilities.utils import get_partition

from iac.facts import node_types
from iac.facts.events import TEXTS
from iac.facts.node_types import NODE_TYPES, NodeType, sold_in
from iac.simulator.ec2 import Network
from iac.simulator.iam import Roles
from iac.simulator.refusals import Refusal, invalid, wrong_state
from iac.simulator.session import ACCOUNT
from iac.simulator.timeline import Durations, Timeline

AVAILABLE = "available"

Params = dict[str, Any]
"""Members of a request, an answer or a structure, by AWS's names."""

Tags = list[dict[str, str]]

_AVAILABILITY = {"paused": "Unavailable", "storage-full": "Unavailable", "hardware-failure": "Failed"}


@dataclass(eq=False)
class Cluster:
    """What CreateCluster and its successors made of it.

    password: a hash, empty while Secrets Manager keeps the password in `secret`.
    create_time: None until the cluster is available for the first time.
    settings: those that are kept as they are given, by the names of their members.
    original: type and number of nodes from which elastic resizes are counted.
    roles: ARN -> ApplyStatus. default_iam_role_arn: one of them, or None.
    busy_until: until then "There is an operation running".
    """

    identifier: str
    node_type: str
    number_of_nodes: int
    settings: Params
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
    status: str = "creating"
    create_time: datetime | None = None
    restore_status: dict[str, str] | None = None
    pending_modified_values: Params = field(default_factory=dict)
    default_iam_role_arn: str | None = None
    busy_until: datetime | None = None
    parameter_groups = [{"ParameterGroupName": "default.redshift-2.0", "ParameterApplyStatus": "in-sync"}]

    def get(self, member: str) -> Any:
        """A member of the Cluster structure of the API reference: the attribute of its name, without `Cluster` before it."""
        return getattr(self, xform_name(member.removeprefix("Cluster")), self.settings.get(member))

    @property
    def size(self) -> tuple[str, int]:
        return self.node_type, self.number_of_nodes

    @property
    def multi_az(self) -> str:
        return "Enabled" if self.settings["MultiAZ"] else "Disabled"

    @property
    def availability_status(self) -> str:
        if self.status.startswith(AVAILABLE):
            return "Available"
        if self.status.startswith("incompatible"):
            return "Failed"
        return _AVAILABILITY.get(self.status, "Modifying")

    @property
    def endpoint(self) -> Params | None:
        """None while creating, and without an address while deleting."""
        if self.create_time is None:
            return None
        return {"Port": self.settings["Port"], "Address": None if self.status == "deleting" else self.address}

    @property
    def vpc_security_groups(self) -> list[Params]:
        return [{"VpcSecurityGroupId": group, "Status": "active"} for group in self.groups]

    @property
    def iam_roles(self) -> list[Params]:
        return [{"IamRoleArn": arn, "ApplyStatus": status} for arn, status in self.roles.items()]

    @property
    def elastic_resize_number_of_node_options(self) -> str:
        counts = [count for count in elastic_counts(self.original, self.node_type) if count != self.number_of_nodes]
        return str(counts).replace(" ", "")

    @property
    def master_password_secret_arn(self) -> str | None:
        return self.secret if self.secret and self.create_time else None


@dataclass(eq=False)
class Snapshot:
    """cluster: as it was at that moment. shown: the Snapshot structure of the API reference."""

    cluster: Cluster
    shown: Params


@dataclass
class RedshiftRegion:
    """Clusters, snapshots and subnet groups of one Region.

    lingering: the security groups of deleted clusters, and until when their interfaces stay.
    new_types: node types that can be ordered here and are not in the table.
    events: as DescribeEvents shows them, the oldest first. scheduled_actions: as DescribeScheduledActions does.
    schedules: by name, as GetSchedule of EventBridge Scheduler shows them: their targets are the clusters here.
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
    events: list[Params] = field(default_factory=list)
    scheduled_actions: list[Params] = field(default_factory=list)
    schedules: dict[str, Params] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.timeline.now

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{get_partition(self.name)}:{service}:{self.name}:{ACCOUNT}:{resource}"

    def orderable(self) -> list[NodeType]:
        """The node types that can be ordered here."""
        return [*sold_in(self.name), *self.new_types]

    def cluster(self, identifier: str) -> Cluster:
        """Raises ClusterNotFound (404)."""
        if identifier not in self.clusters:
            raise Refusal("ClusterNotFound", f"Cluster {identifier} not found.")
        return self.clusters[identifier]

    def changeable_cluster(self, params: Params, to_be: str, status: str = AVAILABLE) -> Cluster:
        """The cluster that a request names, if it has this status; else InvalidClusterState.

        to_be: "paused", in "cannot be paused".
        """
        cluster = self.cluster(params["ClusterIdentifier"])
        if cluster.status != status:
            raise wrong_state(
                f"Cluster {cluster.identifier} is in state {cluster.status} and cannot be {to_be}. "
                f"The cluster must be in the {status} state."
            )
        self.check_idle(cluster)
        return cluster

    def check_idle(self, cluster: Cluster) -> None:
        """AWS may refuse for a while although the status says available; the message is its own."""
        if cluster.busy_until and self.now < cluster.busy_until:
            raise wrong_state("There is an operation running on the Cluster. Please try to delete it at a later time.")

    def check_roles(self, arns: list[str]) -> None:
        """Each role must exist, trust Redshift and have settled; AWS has one sentence for all three."""
        for arn in arns:
            if not self.roles.trusts(arn, "redshift.amazonaws.com"):
                raise invalid(
                    f"The IAM role {arn} is not valid. "
                    "The IAM role must delegate access to an Amazon Redshift account."
                )

    def go_through(self, cluster: Cluster, statuses: list[tuple[str, float]], done: Callable[[], None]) -> None:
        """Give the cluster each status for its seconds, and then call done()."""
        if not statuses:
            done()
            return
        (cluster.status, seconds), *rest = statuses
        self.timeline.after(seconds, cluster, lambda: self.go_through(cluster, rest, done))

    def make_available(self, cluster: Cluster, event_id: str | None = None, **words: str) -> None:
        """The end of a change. event_id, words: of the event that tells of it, where one does."""
        cluster.status = AVAILABLE
        cluster.busy_until = self.now + timedelta(seconds=self.durations.unsettled)
        if event_id is not None:
            self.tell(cluster.identifier, event_id, **words)

    def tell(self, identifier: str, event_id: str, **words: str) -> None:
        """Keep an event of a cluster. words: those that its text leaves open, beside the cluster and the time."""
        text = TEXTS[event_id].format(cluster=identifier, time=f"{self.now:%Y-%m-%d %H:%M} UTC", **words)
        source = {"SourceIdentifier": identifier, "SourceType": "cluster"}
        self.events.append({**source, "Message": text, "Date": self.now, "EventId": event_id})

    def users_of_group(self, group: str) -> list[str]:
        """What keeps a security group in use: clusters by identifier, deleted ones by the end of their interfaces."""
        users = [cluster.identifier for cluster in self.clusters.values() if group in cluster.groups]
        return users + [str(until) for until, groups in self.lingering if group in groups and self.now < until]


def elastic_counts(original: tuple[str, int], target: str) -> list[int]:
    """The numbers of nodes that an elastic resize to the target type can have."""
    return node_types.elastic_counts(node_type_named(original[0]), original[1], node_type_named(target))


def node_type_named(name: str) -> NodeType:
    """The node type; one that is not in the table is like an rg.4xlarge of half the size."""
    return NODE_TYPES.get(name) or NodeType(name, 8, 64, False, 32, 64, 4, 4)
