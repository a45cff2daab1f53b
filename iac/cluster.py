"""A cluster and its snapshots, as AWS shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from iac.tags import MAKER_TAG, PASSWORD_TAG


@dataclass(frozen=True)
class Cluster:
    """A cluster as DescribeClusters shows it; None and () where AWS tells nothing yet.

    roles: (role ARN, ApplyStatus). default_role: the ARN that `IAM_ROLE default` in SQL stands for; "" where there is none.
    restored: it was made from a snapshot.
    pending: settings that AWS has accepted and not yet applied (PendingModifiedValues).
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
    snapshot_retention: int | None = None
    managed_password: bool = False
    restored: bool = False
    elastic_sizes: tuple[int, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    pending: tuple[tuple[str, Any], ...] = ()
    parameter_group: str = ""
    enhanced_vpc_routing: bool = False
    progress: float | None = None

    @property
    def size(self) -> str:
        """For a person: `2 x ra3.large`."""
        return f"{self.number_of_nodes} x {self.node_type}"

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


@dataclass(frozen=True)
class Snapshot:
    """A manual snapshot. size in MB; retention in days, None = for ever.

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

    @property
    def ends_at(self) -> datetime | None:
        """When it expires; None = never, or not known yet."""
        return self.created_at + timedelta(days=self.retention) if self.created_at and self.retention else None
