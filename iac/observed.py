"""What is: one look at AWS, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

OUR_TAG = ("ManagedBy", "dwh-iac")
PASSWORD_TAG = "dwh-iac-password"
"""On a cluster: for which moment of creation its admin password was last set to
dwh.cfg's, or PENDING while a new one is on its way. A restored cluster brings
its snapshot's password and tags along, and no API tells a password."""

PENDING = "pending"

RULE_DESCRIPTION = "dwh-iac ingress"


@dataclass(frozen=True)
class Role:
    """An IAM role. inline: policy name -> document; attached: ARNs of managed policies."""

    name: str
    arn: str
    ours: bool
    created_at: datetime
    trust: dict[str, Any]
    inline: tuple[tuple[str, dict[str, Any]], ...]
    attached: tuple[str, ...]
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class IngressRule:
    """One inbound rule of a security group; ours if it bears our description."""

    rule_id: str
    cidr: str
    protocol: str
    from_port: int
    to_port: int
    ours: bool


@dataclass(frozen=True)
class SecurityGroup:
    """A security group with its inbound rules."""

    group_id: str
    name: str
    vpc_id: str
    ours: bool
    rules: tuple[IngressRule, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cluster:
    """A cluster as DescribeClusters shows it; None and () where AWS tells nothing yet.

    roles: (role ARN, ApplyStatus). restored: it was made from a snapshot.
    """

    identifier: str
    status: str
    node_type: str
    number_of_nodes: int
    database: str
    user: str
    ours: bool
    availability: str = ""
    host: str | None = None
    port: int | None = None
    publicly_accessible: bool | None = None
    encrypted: bool | None = None
    created_at: datetime | None = None
    vpc_id: str | None = None
    subnet_group: str | None = None
    group_ids: tuple[str, ...] = ()
    group_statuses: tuple[str, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()
    snapshot_retention: int | None = None
    managed_password: bool = False
    restored: bool = False
    elastic_sizes: tuple[int, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def size(self) -> str:
        """For a person: `2 x ra3.large`."""
        return f"{self.number_of_nodes} x {self.node_type}"

    @property
    def password_stamp(self) -> str:
        """What password_mark is once the password of dwh.cfg was set on this very cluster."""
        return f"set-{self.created_at:%Y%m%dT%H%M%SZ}" if self.created_at else "set"

    @property
    def password_mark(self) -> str:
        """The value of PASSWORD_TAG, empty without one."""
        return dict(self.tags).get(PASSWORD_TAG, "")


@dataclass(frozen=True)
class Snapshot:
    """A manual snapshot. size in MB; retention in days, None = for ever."""

    identifier: str
    cluster: str
    status: str
    created_at: datetime | None
    node_type: str
    number_of_nodes: int
    database: str
    user: str
    size: float | None = None
    retention: int | None = None
    managed_password: bool = False
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def ends_at(self) -> datetime | None:
        """When it expires; None = never, or not known yet."""
        return self.created_at + timedelta(days=self.retention) if self.created_at and self.retention else None


@dataclass(frozen=True)
class Place:
    """Where we work: the account, its partition (aws, aws-cn ...) and the region."""

    target: str
    account: str
    partition: str
    region: str

    def role_arn(self, name: str) -> str:
        """The ARN of a role of this account: derived, so nothing waits for AWS to tell it."""
        return f"arn:{self.partition}:iam::{self.account}:role/{name}"

    def policy_arn(self, name: str) -> str:
        """The ARN of a policy that AWS itself provides."""
        return f"arn:{self.partition}:iam::aws:policy/{name}"

    def cluster_arn(self, identifier: str) -> str:
        """The ARN of a cluster, which DescribeClusters leaves out."""
        return f"arn:{self.partition}:redshift:{self.region}:{self.account}:cluster:{identifier}"


@dataclass(frozen=True)
class Network:
    """Where the cluster goes: the subnet group (None = the default VPC's) and its VPC."""

    vpc_id: str | None
    subnet_group: str | None


@dataclass(frozen=True)
class Observed:
    """One look. groups: every security group of our name, in any VPC of the region.

    ingress: the CIDRs that dwh.cfg asks for, with one's own address looked up.
    users_of_role: other clusters of the region that use the role.
    resize_options: (node type, number of nodes) that an elastic resize reaches; None = not known.
    """

    place: Place
    cluster: Cluster | None
    role: Role | None
    groups: tuple[SecurityGroup, ...]
    network: Network
    ingress: tuple[str, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    users_of_role: tuple[str, ...] = ()
    resize_options: tuple[tuple[str, int], ...] | None = None

    def group_in(self, vpc_id: str | None) -> SecurityGroup | None:
        """The group of our name in this VPC: names are unique within one."""
        return next((group for group in self.groups if group.vpc_id == vpc_id), None)


def is_ours(tags: tuple[tuple[str, str], ...]) -> bool:
    """Whether this carries our mark: nothing else is changed or deleted."""
    return OUR_TAG in tags
