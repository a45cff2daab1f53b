"""Steps for a cluster: create, restore, pause, resume, delete; resize it, and change it in place. No change needs a reboot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from iac.facts.node_types import cluster_type
from iac.naming import PASSWORD_TAG, PENDING
from iac.steps.step import (
    RESIZE_LATER,
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
    as_words,
)
from iac.wait import Cadence

AUTOMATED_SNAPSHOT_DAYS = 7
"""Days that automated snapshots are kept at least: Security Hub asks for seven
(control Redshift.3), AWS's default is one. More is left as it is, since less
would delete some."""

ROLE_SETTLES = 300.0
"""Seconds after which a new role must be known everywhere: IAM is eventually
consistent (IAM User Guide, Troubleshooting); seconds are typical."""

MAKING = frozenset({"CreateCluster", "RestoreFromClusterSnapshot"})
"""The operations after which there is a cluster where there was none."""

_PAUSED = r"(?<!\w)[Pp]aused"
"""What a refusal must say for a paused cluster to be resumed. The list of lifecycles in which a
cluster can be deleted has PAUSED in it, in capitals, and so does not count."""

PAUSED_REFUSED = 180.0
"""Seconds after which the deletion of a paused cluster is refused because it is paused, whatever the words are. Seen: "There
is an operation running on the Cluster. Please try to delete it at a later time.", for as long as it was paused (GitHub,
apache/airflow#68922)."""

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

    is_paused: AWS may not delete it, or not take a final snapshot of it, as it is.
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
        fallback=Fallback(_PAUSED, RESUME_FIRST, PAUSED_REFUSED) if is_paused else None,
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


MARK_LIMIT = 600.0
"""Seconds until a cluster must take tags again after its password was changed: that takes about a minute."""

_BUSY_CADENCE = Cadence(((0, 1), (10, 5), (120, 15)), "usually under a minute")


def set_public_access(identifier: str, public: bool) -> Step:
    """API reference, ModifyCluster, PubliclyAccessible."""
    sentence = f"make cluster {identifier} {'publicly accessible' if public else 'private'}"
    return _modify(sentence, identifier, PubliclyAccessible=public)


def set_port(identifier: str, port: int) -> Step:
    """API reference, ModifyCluster, Port."""
    return _modify(f"change the port of cluster {identifier} to {port}", identifier, Port=port)


def keep_snapshots(identifier: str, days: int) -> Step:
    """API reference, ModifyCluster, AutomatedSnapshotRetentionPeriod."""
    sentence = f"keep automated snapshots of cluster {identifier} for {days} days"
    return _modify(sentence, identifier, AutomatedSnapshotRetentionPeriod=days)


def manage_password(identifier: str) -> Step:
    """API reference, ModifyCluster, ManageMasterPassword."""
    sentence = f"let AWS Secrets Manager keep the admin password of cluster {identifier}"
    return _modify(sentence, identifier, ManageMasterPassword=True)


def add_group(identifier: str, there: tuple[str, ...], group: GroupId) -> Step:
    """API reference, ModifyCluster, VpcSecurityGroupIds: the whole list, so those that are there are sent again."""
    sentence = f"add security group {group.name} to cluster {identifier}"
    return _modify(sentence, identifier, VpcSecurityGroupIds=[*there, group])


def associate_role(identifier: str, role_arn: str, new_role: bool) -> Step:
    """API reference, ModifyClusterIamRoles: others stay. new_role: it may have to settle first.

    One call may add a role and make it the default (Management Guide, Creating an IAM role as default).
    """
    wanted = {"ClusterIdentifier": identifier, "AddIamRoles": [role_arn], "DefaultIamRoleArn": role_arn}
    call = redshift_call("ModifyClusterIamRoles", wanted, retry=role_settles(role_arn, new_role))
    name = role_arn.rpartition("/")[2]
    sentence = f"associate IAM role {name} with cluster {identifier}, as its default role"
    return Step(sentence, (call,), settles=True)


def set_default_role(identifier: str, role_arn: str) -> Step:
    """API reference, ModifyClusterIamRoles: the role is associated already. COPY with the role's ARN works without it."""
    wanted = {"ClusterIdentifier": identifier, "DefaultIamRoleArn": role_arn}
    name = role_arn.rpartition("/")[2]
    calls = (redshift_call("ModifyClusterIamRoles", wanted),)
    return Step(f"make IAM role {name} the default role of cluster {identifier}", calls, settles=True, optional=True)


def disassociate_role(identifier: str, role_arn: str, default: str = "") -> Step:
    """API reference, ModifyClusterIamRoles: others stay.

    default: the ARN of the role that becomes the default in its place, where it was that.
    """
    wanted = {"ClusterIdentifier": identifier, "RemoveIamRoles": [role_arn]}
    wanted |= {"DefaultIamRoleArn": default} if default else {}
    name = role_arn.rpartition("/")[2]
    calls = (redshift_call("ModifyClusterIamRoles", wanted, retry=role_settles(role_arn, new_role=True)),)
    return Step(f"disassociate IAM role {name} from cluster {identifier}", calls, settles=True)


def announce_password(identifier: str, arn: str) -> Step:
    """Before the file changes. No API tells a password, so a tag tells the next run, should this one end."""
    wanted = {"ResourceName": arn, "Tags": as_list(((PASSWORD_TAG, PENDING),))}
    sentence = f"mark the admin password of cluster {identifier} as about to change"
    return Step(sentence, (redshift_call("CreateTags", wanted),), essential=True)


def set_password(identifier: str, arn: str, file: str, was_managed: bool) -> Step:
    """Sets it to the one in dwh.cfg, and then marks it as set; AWS Secrets Manager stops keeping it.

    The tags cannot be changed while AWS is still at work on the password.
    """
    password = {"MasterUserPassword": Later.ADMIN_PASSWORD, **({"ManageMasterPassword": False} if was_managed else {})}
    mark = {"ResourceName": arn, "Tags": [{"Key": PASSWORD_TAG, "Value": Later.PASSWORD_MARK}]}
    retry = Retry(
        codes=("InvalidClusterState",),
        thing=f"cluster {identifier}",
        status="modifying",
        cadence=_BUSY_CADENCE,
        limit=MARK_LIMIT,
        what=f"The admin password of cluster {identifier} was set, but the tag that says so was not.",
        why="AWS still refuses to tag the cluster",
        remedy="Run the same command again: it sets the password once more, and the tag.",
    )
    return Step(
        f"set the admin password of cluster {identifier} to the one in {file}",
        (
            redshift_call("ModifyCluster", {"ClusterIdentifier": identifier, **password}),
            redshift_call("CreateTags", mark, retry=retry),
        ),
        settles=True,
    )


def tag_cluster(identifier: str, arn: str, tags: Tags) -> Step:
    """API reference, CreateTags: other tags stay."""
    wanted = {"ResourceName": arn, "Tags": as_list(tags)}
    return Step(f"tag cluster {identifier}: {as_words(tags)}", (redshift_call("CreateTags", wanted),))


def adopt_cluster(identifier: str, arn: str, tags: Tags) -> Step:
    """The cluster was not ours until now."""
    sentence = f"take over cluster {identifier}: from now on dwh.cfg holds for it, and it can be deleted"
    wanted = {"ResourceName": arn, "Tags": as_list(tags)}
    return Step(sentence, (redshift_call("CreateTags", wanted),), essential=True)


def _modify(sentence: str, identifier: str, **settings: Any) -> Step:
    calls = (redshift_call("ModifyCluster", {"ClusterIdentifier": identifier, **settings}),)
    return Step(sentence, calls, settles=True)


def resize_cluster(identifier: str, node_type: str, number: int, was: str, classic: bool, awaits: str = "") -> Step:
    """API reference, ResizeCluster; Management Guide, Resizing a cluster, for how long it takes.

    was: the size before, for a person. awaits: the snapshot that a classic resize needs.
    """
    means = (
        "classic: it restarts, then moves its data in the background, and cannot be cancelled"
        if classic
        else "elastic: about ten minutes, queries are held and connections may drop"
    )
    wanted = {
        "ClusterIdentifier": identifier,
        "ClusterType": cluster_type(number),
        "NodeType": node_type,
        "Classic": classic,
        **number_of_nodes(number),
    }
    return Step(
        f"resize cluster {identifier} from {was} to {number} x {node_type} ({means})",
        (redshift_call("ResizeCluster", wanted),),
        awaits=awaits,
        settles=True,
        fallback=Fallback(r"streaming restore", RESIZE_LATER),
    )


def take_snapshot(identifier: str, snapshot: str, keep_days: int) -> Step:
    """API reference, CreateClusterSnapshot. One of that name (a lost answer) is as good."""
    wanted = {
        "ClusterIdentifier": identifier,
        "SnapshotIdentifier": snapshot,
        "ManualSnapshotRetentionPeriod": keep_days,
    }
    days = "1 day" if keep_days == 1 else f"{keep_days} days"
    return Step(
        f"take snapshot {snapshot} of cluster {identifier}, kept {days}",
        (redshift_call("CreateClusterSnapshot", wanted, ignore=("ClusterSnapshotAlreadyExists",)),),
        same_as=f"take a snapshot of cluster {identifier}",
    )
