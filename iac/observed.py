"""What is: one look at AWS, as frozen values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from iac.cluster import Cluster, Snapshot
from iac.errors import Problem, TimedOut
from iac.place import Place
from iac.tags import USE_TAG

__all__ = [
    "Cluster", "IngressRule", "Network", "Observed", "Offer", "Role", "SecurityGroup", "Snapshot", "Unread",
]  # fmt: skip

T = TypeVar("T")

RULE_DESCRIPTION = "dwh-iac ingress"


@dataclass(frozen=True)
class Role:
    """An IAM role. Of one that is not ours only name, ARN, trust policy and tags are read.

    inline: policy name -> document; attached: ARNs of managed policies.
    profiles: the instance profiles that it is in.
    """

    name: str
    arn: str
    ours: bool
    created_at: datetime
    trust: dict[str, Any]
    inline: tuple[tuple[str, dict[str, Any]], ...]
    attached: tuple[str, ...]
    tags: tuple[tuple[str, str], ...] = ()
    profiles: tuple[str, ...] = ()

    @property
    def users(self) -> tuple[str, ...]:
        """The clusters that use it, as the keys of its tags."""
        return tuple(key for key, _ in self.tags if key.startswith(f"{USE_TAG}:"))


@dataclass(frozen=True)
class IngressRule:
    """One inbound rule of a security group; ours if it bears our description.

    rule_id and maker (as in MAKER_TAG) are empty where they were not asked for.
    """

    rule_id: str
    cidr: str
    protocol: str
    from_port: int
    to_port: int
    ours: bool
    maker: str = ""

    def admits(self, ingress: tuple[str, ...], port: int) -> bool:
        """Whether it lets one of these in, on this port alone."""
        return self.cidr in ingress and self.protocol == "tcp" and self.from_port == self.to_port == port


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
class Unread:
    """Something that could not be looked at. what: for a person. problem: why."""

    what: str
    problem: Problem


def tried(what: str, look: Callable[[], T], *tolerated: type[Problem]) -> tuple[T | None, Unread | None]:
    """What a look finds, or why it does not; only the run's time limit ends it. tolerated: every Problem, unless named."""
    try:
        return look(), None
    except TimedOut:
        raise
    except tolerated or (Problem,) as problem:
        return None, Unread(what, problem)


@dataclass(frozen=True)
class Network:
    """Where the cluster goes: the subnet group (None = the default VPC's) and its VPC."""

    vpc_id: str | None
    subnet_group: str | None


@dataclass(frozen=True)
class Offer:
    """What AWS offers of one node type. cluster_types: none where it is not offered.

    told: whether the login may ask at all.
    """

    cluster_types: tuple[str, ...]
    told: bool = True


@dataclass(frozen=True)
class Observed:
    """One look. groups: every security group of our name, in any VPC of the region.

    ingress: the CIDRs that dwh.cfg asks for, with one's own address looked up.
    old_roles: roles that the cluster used before DWH_IAM_ROLE_NAME was edited.
    resize_options: (node type, number of nodes) that an elastic resize reaches; None = not known.
    cluster_only: nothing else was looked at. ..._unread: nothing was seen of these.
    of: what each ability has looked at, by its name. offer: of dwh.cfg's node type; None = not asked, for it is known or not needed.
    """

    place: Place
    cluster: Cluster | None
    role: Role | None
    groups: tuple[SecurityGroup, ...]
    network: Network
    ingress: tuple[str, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    old_roles: tuple[Role, ...] = ()
    resize_options: tuple[tuple[str, int], ...] | None = None
    offer: Offer | None = None
    cluster_only: bool = False
    role_unread: Unread | None = None
    old_roles_unread: Unread | None = None
    groups_unread: Unread | None = None
    snapshots_unread: Unread | None = None
    of: Mapping[str, Any] = field(default_factory=dict)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """All that could not be looked at."""
        every = (self.role_unread, self.groups_unread, self.snapshots_unread)
        return tuple(each for each in every if each is not None)

    def group_in(self, vpc_id: str | None) -> SecurityGroup | None:
        """The group of our name in this VPC: names are unique within one."""
        return next((group for group in self.groups if group.vpc_id == vpc_id), None)
