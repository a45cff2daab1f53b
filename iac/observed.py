"""What is: where we work, and one look at AWS, as frozen values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from iac.errors import Problem, TimedOut
from iac.facts.prices import Price, listed
from iac.naming import MAKER_TAG, PASSWORD_TAG, USE_TAG, is_ours, tag_pairs

T = TypeVar("T")

RULE_DESCRIPTION = "dwh-iac ingress"


@dataclass(frozen=True)
class Place:
    """Where we work: the account, its partition (aws, aws-cn ...), the region, and who we are.

    account, caller: empty where AWS did not tell; unknown: why. caller: the ARN as MAKER_TAG has it.
    """

    target: str
    account: str
    partition: str
    region: str
    caller: str = ""
    unknown: Problem | None = None

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
class Cluster:
    """A cluster as DescribeClusters shows it; None and () where AWS tells nothing yet.

    roles: (role ARN, ApplyStatus). default_role: the ARN that `IAM_ROLE default` in SQL stands for; "" where there is none.
    settings: its plain members by AWS's names, for those that dwh.cfg can change in place (SETTINGS, steps/cluster.py).
    restored: it was made from a snapshot. multi_az: it has all its nodes in each of two Availability Zones.
    pending: what AWS has accepted and not yet applied (PendingModifiedValues).
    progress: of its restore or resize, of 1; None where AWS does not tell.
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
    default_role: str = ""
    settings: tuple[tuple[str, Any], ...] = ()
    managed_password: bool = False
    restored: bool = False
    elastic_sizes: tuple[int, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    pending: tuple[tuple[str, Any], ...] = ()
    parameter_group: str = ""
    enhanced_vpc_routing: bool = False
    progress: float | None = None
    multi_az: bool = False

    @classmethod
    def of(cls, found: dict[str, Any]) -> Cluster:
        """API reference, Cluster. While `creating` there is no Endpoint, and while `deleting` it has only a port."""
        tags = tag_pairs(found)
        endpoint, pending = found.get("Endpoint") or {}, found.get("PendingModifiedValues") or {}
        return cls(
            identifier=found["ClusterIdentifier"],
            status=found.get("ClusterStatus", "unknown"),
            availability=found.get("ClusterAvailabilityStatus", ""),
            node_type=found.get("NodeType", ""),
            number_of_nodes=found.get("NumberOfNodes", 1),
            database=found.get("DBName", ""),
            user=found.get("MasterUsername", ""),
            ours=is_ours(tags),
            host=endpoint.get("Address"),
            port=endpoint.get("Port"),
            publicly_accessible=found.get("PubliclyAccessible"),
            encrypted=found.get("Encrypted"),
            created_at=found.get("ClusterCreateTime"),
            vpc_id=found.get("VpcId"),
            subnet_group=found.get("ClusterSubnetGroupName"),
            group_ids=tuple(sorted(group["VpcSecurityGroupId"] for group in found.get("VpcSecurityGroups", []))),
            group_statuses=tuple(group.get("Status", "") for group in found.get("VpcSecurityGroups", [])),
            roles=tuple(sorted((role["IamRoleArn"], role.get("ApplyStatus", "")) for role in found.get("IamRoles", []))),
            default_role=found.get("DefaultIamRoleArn") or "",
            settings=tuple((member, value) for member, value in found.items() if isinstance(value, (bool, int, str))),
            managed_password=bool(found.get("MasterPasswordSecretArn")),
            restored=bool(found.get("RestoreStatus")),
            elastic_sizes=tuple(int(size) for size in re.findall(r"\d+", found.get("ElasticResizeNumberOfNodeOptions", ""))),
            tags=tags,
            pending=tuple((member, value) for member, value in pending.items() if value is not None),
            parameter_group=next((each["ParameterGroupName"] for each in found.get("ClusterParameterGroups", [])), ""),
            enhanced_vpc_routing=bool(found.get("EnhancedVpcRouting")),
            progress=_cluster_progress(found),
            multi_az=found.get("MultiAZ", "").lower() == "enabled",  # `Enabled`, `Disabled`: the model says a boolean
        )

    @property
    def size(self) -> str:
        """For a person: `2 x ra3.large`."""
        zones = " in each of two Availability Zones" if self.multi_az else ""
        return f"{self.number_of_nodes} x {self.node_type}{zones}"

    @property
    def billed_nodes(self) -> int:
        """Management Guide, Setting up Multi-AZ deployment: the number of nodes is that of each zone."""
        return self.number_of_nodes * (2 if self.multi_az else 1)

    @property
    def password_stamp(self) -> str:
        """What password_mark is once the password of dwh.cfg was set on this very cluster."""
        return f"set-{self.created_at:%Y%m%dT%H%M%SZ}" if self.created_at else "set"

    @property
    def maker(self) -> str:
        """Who made it, as in MAKER_TAG; empty where that is not known."""
        return dict(self.tags).get(MAKER_TAG, "")

    @property
    def password_mark(self) -> str:
        """The value of PASSWORD_TAG, empty without one."""
        return dict(self.tags).get(PASSWORD_TAG, "")


def _cluster_progress(found: dict[str, Any]) -> float | None:
    """Of a classic resize, else of a restore, by the megabytes that were moved.

    API reference, DataTransferProgress; RestoreStatus, whose numbers are filled for DC2 alone.
    """
    resize, restore = found.get("DataTransferProgress") or {}, found.get("RestoreStatus") or {}
    if resize.get("Status") == "transferringdata":
        return _part(resize.get("DataTransferredInMegaBytes"), resize.get("TotalDataInMegaBytes"))
    if restore.get("Status") == "restoring":
        return _part(restore.get("ProgressInMegaBytes"), restore.get("SnapshotSizeInMegaBytes"))
    return None


@dataclass(frozen=True)
class Snapshot:
    """A manual snapshot. size in MB; retention in days, None = for ever. arn: empty where it is not known.

    restorable: the node types that it can be restored to; () = not known.
    progress: while it is taken, of 1; None where AWS does not tell.
    """

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
    restorable: tuple[str, ...] = ()
    progress: float | None = None
    arn: str = ""

    @classmethod
    def of(cls, found: dict[str, Any]) -> Snapshot:
        """API reference, Snapshot."""
        retention = found.get("ManualSnapshotRetentionPeriod", -1)
        return cls(
            identifier=found["SnapshotIdentifier"],
            cluster=found.get("ClusterIdentifier", ""),
            status=found.get("Status", ""),
            created_at=found.get("SnapshotCreateTime"),
            node_type=found.get("NodeType", ""),
            number_of_nodes=found.get("NumberOfNodes", 1),
            database=found.get("DBName", ""),
            user=found.get("MasterUsername", ""),
            size=found.get("TotalBackupSizeInMegaBytes"),
            retention=None if retention == -1 else retention,
            managed_password=bool(found.get("MasterPasswordSecretArn")),
            tags=tag_pairs(found),
            restorable=tuple(sorted(found.get("RestorableNodeTypes", []))),
            progress=_snapshot_progress(found),
            arn=found.get("SnapshotArn", ""),
        )

    @property
    def owner(self) -> str:
        """The number of the account that it belongs to, as in its ARN; empty where that is not known."""
        return self.arn.split(":")[4] if self.arn else ""

    @property
    def ends_at(self) -> datetime | None:
        """When it expires; None = never, or not known yet."""
        return self.created_at + timedelta(days=self.retention) if self.created_at and self.retention else None


def _snapshot_progress(found: dict[str, Any]) -> float | None:
    """By AWS's own estimate of the time, else by the megabytes of the increment (API reference, Snapshot).

    TotalBackupSizeInMegaBytes is no measure: it is all that a restore reads, also what older snapshots hold
    (AWS CLI reference, create-cluster-snapshot: 24 of 24 MB moved, of a total of 64,384).
    """
    if found.get("Status") != "creating":
        return None
    gone, left = found.get("ElapsedTimeInSeconds") or 0, found.get("EstimatedSecondsToCompletion") or 0
    if gone > 0 and left > 0:
        return _part(gone, gone + left)
    return _part(found.get("BackupProgressInMegaBytes"), found.get("ActualIncrementalBackupSizeInMegaBytes"))


def _part(done: float | None, whole: float | None) -> float | None:
    """How far that is, of 1; None without sensible numbers: AWS gives -1 or nothing for what it does not know."""
    return done / whole if done is not None and whole and 0 <= done < whole else None


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
    users: the other clusters in the tags of roles of ours, by the tag's key: None where there is no such cluster any more.
    One that AWS does not tell of is not in it.
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
    users: Mapping[str, Cluster | None] = field(default_factory=dict)
    of: Mapping[str, Any] = field(default_factory=dict)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """All that could not be looked at."""
        every = (self.role_unread, self.groups_unread, self.snapshots_unread)
        return tuple(each for each in every if each is not None)

    @property
    def group(self) -> SecurityGroup | None:
        """The group of our name in the VPC that the cluster goes to."""
        return self.group_in(self.network.vpc_id)

    def group_in(self, vpc_id: str | None) -> SecurityGroup | None:
        """The group of our name in this VPC: names are unique within one."""
        return next((group for group in self.groups if group.vpc_id == vpc_id), None)

    def hourly(self, node_type: str, number_of_nodes: int) -> Decimal | None:
        """USD an hour of this size, in both zones where the cluster is Multi-AZ; None where it is unknown."""
        zones = 2 if self.cluster is not None and self.cluster.multi_az else 1
        return self.price(node_type).hourly(number_of_nodes * zones)

    def price(self, node_type: str) -> Price:
        """What a node type costs here: as AWS's Price List told this run, else the built-in price."""
        told: tuple[Price, ...] = self.of.get("money", ())
        return next((each for each in told if each.node_type == node_type), None) or listed(self.place.region, node_type)
