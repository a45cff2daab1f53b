"""Steps for a cluster as a whole: create, restore, pause, resume, resize, delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from iac.facts.node_types import cluster_type
from iac.steps.step import (
    RESUME_FIRST,
    SNAPSHOT_FIRST,
    Call,
    Fallback,
    GroupId,
    Later,
    Retry,
    Step,
    Tags,
    as_list,
)
from iac.naming import PASSWORD_TAG, PENDING
from iac.wait import Cadence

AUTOMATED_SNAPSHOT_DAYS = 7
"""Days that automated snapshots are kept at least: Security Hub asks for seven
(control Redshift.3), AWS's default is one. More is left as it is, since less
would delete some."""

ROLE_SETTLES = 300.0
"""Seconds after which a new role must be known everywhere: IAM is eventually
consistent (IAM User Guide, Troubleshooting); seconds are typical."""

_PAUSED = r"(?<!\w)[Pp]aused"
"""What a refusal must say for a paused cluster to be resumed. The list of lifecycles in which a
cluster can be deleted has PAUSED in it, in capitals, and so does not count."""

ROLE_CADENCE = Cadence(((0, 3), (6, 2), (8, 0.7), (20, 1.5), (60, 3)), "usually some seconds")


@dataclass(frozen=True)
class ClusterSpec:
    """What CreateCluster and RestoreFromClusterSnapshot are asked for.

    new_role: whether the role may not be known everywhere yet.
    """

    identifier: str
    arn: str
    node_type: str
    number_of_nodes: int
    database: str
    user: str
    port: int
    publicly_accessible: bool
    subnet_group: str | None
    role_arn: str
    new_role: bool
    group: GroupId
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

    @property
    def shared(self) -> dict[str, Any]:
        """The parameters that both operations take.

        All that has a default which changed over the years is said outright: since
        January 2025 a cluster is private unless asked for (Management Guide, Behavior
        changes), and a restore brings back neither groups nor roles (API reference).
        The default role is what `IAM_ROLE default` in SQL stands for.
        """
        return {
            "ClusterIdentifier": self.identifier,
            "Port": self.port,
            "PubliclyAccessible": self.publicly_accessible,
            "VpcSecurityGroupIds": [self.group],
            "IamRoles": [self.role_arn],
            "DefaultIamRoleArn": self.role_arn,
            "AutomatedSnapshotRetentionPeriod": AUTOMATED_SNAPSHOT_DAYS,
            **({"ClusterSubnetGroupName": self.subnet_group} if self.subnet_group else {}),
        }


def create_cluster(spec: ClusterSpec) -> Step:
    """API reference, CreateCluster. NumberOfNodes may not be sent for a single node."""
    password = {"ManageMasterPassword": True} if spec.managed_password else {"MasterUserPassword": Later.ADMIN_PASSWORD}
    wanted = {
        **spec.shared,
        "NodeType": spec.node_type,
        "ClusterType": cluster_type(spec.number_of_nodes),
        "DBName": spec.database,
        "MasterUsername": spec.user,
        "Encrypted": True,
        "AllowVersionUpgrade": True,
        "Tags": as_list(spec.tags),
        **number_of_nodes(spec.number_of_nodes),
        **password,
    }
    return Step(
        f"create cluster {spec.identifier}: {spec.size}, {spec.reach}, encrypted",
        (redshift_call("CreateCluster", wanted, retry=role_settles(spec.role_arn, spec.new_role)),),
        settles=True,
        essential=True,
    )


def restore_cluster(
    spec: ClusterSpec, snapshot: str, size: str, node_type: str | None, number: int | None, managed: bool
) -> Step:
    """API reference, RestoreFromClusterSnapshot. It takes no tags and keeps the snapshot's password.

    size: what it will be, for a person. node_type and number: other ones than the
    snapshot's, or None for its own. managed: a password that Secrets Manager kept stays so.
    """
    wanted = {
        **spec.shared,
        "SnapshotIdentifier": snapshot,
        **({"NodeType": node_type} if node_type else {}),
        **({"NumberOfNodes": number} if number else {}),
        **({"ManageMasterPassword": True} if managed else {}),
    }
    # Tagged at once where AWS allows it; otherwise the plan after the wait has the tags again.
    marks = {"ResourceName": spec.arn, "Tags": as_list((*spec.tags, (PASSWORD_TAG, PENDING)))}
    not_yet = ("InvalidClusterState", "ResourceNotFound", "ClusterNotFound")
    return Step(
        f"restore cluster {spec.identifier} from snapshot {snapshot}: {size}, {spec.reach}",
        (
            redshift_call("RestoreFromClusterSnapshot", wanted, retry=role_settles(spec.role_arn, spec.new_role)),
            redshift_call("CreateTags", marks, ignore=not_yet),
        ),
        awaits=snapshot,
        settles=True,
        essential=True,
    )


def delete_cluster(identifier: str, snapshot: str | None, keep_days: int, is_paused: bool = False) -> Step:
    """API reference, DeleteCluster: into a final snapshot of this name, kept keep_days, unless None.

    is_paused: AWS may not take a final snapshot of it as it is.
    """
    final = (
        {"FinalClusterSnapshotIdentifier": snapshot, "FinalClusterSnapshotRetentionPeriod": keep_days}
        if snapshot
        else {}
    )
    wanted = {"ClusterIdentifier": identifier, "SkipFinalClusterSnapshot": snapshot is None, **final}
    into = f" into final snapshot {snapshot}, kept {keep_days} days" if snapshot else " and all its data"
    return Step(
        f"delete cluster {identifier}{into}",
        (redshift_call("DeleteCluster", wanted, ignore=("ClusterNotFound",)),),
        settles=True,
        essential=True,
        fallback=Fallback(_PAUSED, RESUME_FIRST) if snapshot and is_paused else None,
        same_as=f"delete cluster {identifier}",
    )


def pause_cluster(identifier: str, awaits: str = "") -> Step:
    """API reference, PauseCluster: storage is still billed."""
    return Step(
        f"pause cluster {identifier}: the data stays, the compute bill stops",
        (redshift_call("PauseCluster", {"ClusterIdentifier": identifier}),),
        awaits=awaits,
        settles=True,
        essential=True,
        fallback=Fallback(r"available backup", SNAPSHOT_FIRST),
    )


def resume_cluster(identifier: str) -> Step:
    """API reference, ResumeCluster."""
    calls = (redshift_call("ResumeCluster", {"ClusterIdentifier": identifier}),)
    return Step(f"resume cluster {identifier}", calls, settles=True, essential=True)


def redshift_call(
    operation: str, parameters: dict[str, Any], ignore: tuple[str, ...] = (), retry: Retry | None = None
) -> Call:
    """One call of Redshift's."""
    return Call("redshift", operation, parameters, ignore, retry)


def role_settles(role_arn: str, new_role: bool) -> Retry | None:
    """A role that was made a moment ago is refused until Redshift knows it; an old one is refused for good."""
    if not new_role:
        return None
    name = role_arn.rpartition("/")[2]
    return Retry(
        codes=("InvalidParameterValue",),
        saying="IAM role",
        thing=f"IAM role {name}",
        status="not yet trusted",
        cadence=ROLE_CADENCE,
        limit=ROLE_SETTLES,
        what=f"Redshift does not accept IAM role {name}.",
        why="AWS still says that the role must delegate access to Amazon Redshift",
        remedy="Run the same command again; if it stays so, look at the role's trust policy in the IAM console.",
    )


def number_of_nodes(number: int) -> dict[str, Any]:
    """NumberOfNodes, which may not be sent for a single node."""
    return {"NumberOfNodes": number} if number > 1 else {}
