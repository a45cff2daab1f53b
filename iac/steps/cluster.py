"""Steps for a cluster: create, restore, pause, resume, delete; resize it, and change it in place. No change needs a reboot."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from iac.config import Config
from iac.facts.node_types import cluster_type
from iac.naming import PASSWORD_TAG, PENDING
from iac.observed import Cluster, Snapshot
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


class Setting(NamedTuple):
    """A setting of a cluster that AWS changes in place, by one member of CreateCluster, RestoreFromClusterSnapshot and
    ModifyCluster.

    called: `its port` in a sentence about the cluster. wanted: what dwh.cfg says; None leaves it to AWS. sentence: of the step,
    by the identifier and the value. fits: whether what is shown (first) is as wanted. shown: for one that is a field of Cluster
    by itself. words: a value for a person.
    """

    member: str
    called: str
    wanted: Callable[[Config], Any]
    sentence: Callable[[str, Any], str]
    fits: Callable[[Any, Any], bool] = operator.eq
    shown: Callable[[Cluster], Any] | None = None
    words: Callable[[Any], str] = str

    def of(self, cluster: Cluster) -> Any:
        """What the cluster has; None where AWS does not show it."""
        return self.shown(cluster) if self.shown else dict(cluster.settings).get(self.member)


def reach(public: bool) -> str:
    """For a person: who can reach a cluster at all."""
    return "publicly accessible" if public else "private"


SETTINGS = (
    Setting(
        "PubliclyAccessible",
        "it",
        wanted=lambda config: config.publicly_accessible,
        sentence=lambda name, public: f"make cluster {name} {reach(public)}",
        shown=lambda cluster: cluster.publicly_accessible,
        words=reach,
    ),
    Setting(
        "Port",
        "its port",
        wanted=lambda config: config.port,
        sentence=lambda name, port: f"change the port of cluster {name} to {port}",
        shown=lambda cluster: cluster.port,
    ),
    Setting(
        "AutomatedSnapshotRetentionPeriod",
        "the retention of its automated snapshots",
        wanted=lambda config: AUTOMATED_SNAPSHOT_DAYS,
        sentence=lambda name, days: f"keep automated snapshots of cluster {name} for {days} days",
        fits=operator.ge,
    ),
)


IN_PLACE = (*(setting.member for setting in SETTINGS), "NodeType", "NumberOfNodes")
"""Of PendingModifiedValues (API reference), what dwh.cfg can say."""


@dataclass(frozen=True)
class ClusterSpec:
    """What CreateCluster and RestoreFromClusterSnapshot are asked for: dwh.cfg, and what is derived from it.

    arn: of the cluster. new_role: whether the role may not be known everywhere yet.
    """

    config: Config
    arn: str
    role_arn: str
    new_role: bool
    group: GroupId
    tags: Tags

    def call(self, operation: str, **parameters: Any) -> Call:
        """One of the two, with the parameters that both take.

        All that has a default which changed over the years is said outright: since
        January 2025 a cluster is private unless asked for (Management Guide, Behavior
        changes), and a restore brings back neither groups nor roles (API reference).
        The default role is what `IAM_ROLE default` in SQL stands for.
        """
        config = self.config
        subnet_group: dict[str, Any] = {"ClusterSubnetGroupName": config.subnet_group} if config.subnet_group else {}
        return _call(
            operation,
            config.identifier,
            retry=role_settles(self.role_arn) if self.new_role else None,
            VpcSecurityGroupIds=[self.group],
            IamRoles=[self.role_arn],
            DefaultIamRoleArn=self.role_arn,
            **{each.member: value for each in SETTINGS if (value := each.wanted(config)) is not None},
            **subnet_group,
            **parameters,
        )


def create_cluster(spec: ClusterSpec) -> Step:
    """API reference, CreateCluster."""
    config = spec.config
    call = spec.call(
        "CreateCluster",
        **_size(config.node_type, config.number_of_nodes),
        DBName=config.database,
        MasterUsername=config.user,
        Encrypted=True,
        AllowVersionUpgrade=True,
        Tags=as_list(spec.tags),
        **({"ManageMasterPassword": True} if config.managed_password else {"MasterUserPassword": Later.ADMIN_PASSWORD}),
    )
    size = f"{config.number_of_nodes} x {config.node_type}"
    sentence = f"create cluster {config.identifier}: {size}, {reach(config.publicly_accessible)}, encrypted"
    return Step(sentence, (call,), settles=True, essential=True)


def restore_cluster(spec: ClusterSpec, snapshot: Snapshot, node_type: str, number: int) -> Step:
    """API reference, RestoreFromClusterSnapshot. It takes no tags and keeps the snapshot's password.

    node_type, number: what it will be, which is told where it is not the snapshot's own. A password that Secrets Manager
    kept stays so. A snapshot of another account is named with its owner.
    """
    owner = snapshot.owner if snapshot.owner != spec.arn.split(":")[4] else ""
    identifier, own = spec.config.identifier, (node_type, number) == (snapshot.node_type, snapshot.number_of_nodes)
    restore = spec.call(
        "RestoreFromClusterSnapshot",
        SnapshotIdentifier=snapshot.identifier,
        **({"OwnerAccount": owner} if owner else {}),
        **({} if own else {"NodeType": node_type, "NumberOfNodes": number}),
        **({"ManageMasterPassword": True} if snapshot.managed_password else {}),
    )
    # Tagged at once where AWS allows it; otherwise the plan after the wait has the tags again.
    not_yet = ("InvalidClusterState", "ResourceNotFound", "ClusterNotFound")
    marks = _create_tags(spec.arn, (*spec.tags, (PASSWORD_TAG, PENDING)), not_yet)
    return Step(
        f"restore cluster {identifier} from snapshot {snapshot.identifier}{f' of account {owner}' if owner else ''}: "
        f"{number} x {node_type}, {reach(spec.config.publicly_accessible)}",
        (restore, marks),
        awaits=snapshot.arn if owner else snapshot.identifier,
        settles=True,
        essential=True,
    )


def delete_cluster(identifier: str, snapshot: str | None, keep_days: int, is_paused: bool = False) -> Step:
    """API reference, DeleteCluster: into a final snapshot of this name, kept keep_days, unless None.

    is_paused: AWS may not delete it, or not take a final snapshot of it, as it is.
    """
    final: dict[str, Any] = {"SkipFinalClusterSnapshot": True}
    into = " and all its data"
    if snapshot is not None:
        final = {
            "SkipFinalClusterSnapshot": False,
            "FinalClusterSnapshotIdentifier": snapshot,
            "FinalClusterSnapshotRetentionPeriod": keep_days,
        }
        into = f" into final snapshot {snapshot}, kept {keep_days} days"
    return Step(
        f"delete cluster {identifier}{into}",
        (_call("DeleteCluster", identifier, ignore=("ClusterNotFound",), **final),),
        settles=True,
        essential=True,
        fallback=Fallback(_PAUSED, RESUME_FIRST, PAUSED_REFUSED) if is_paused else None,
        same_as=f"delete cluster {identifier}",
    )


def pause_cluster(identifier: str, awaits: str = "") -> Step:
    """API reference, PauseCluster: storage is still billed."""
    return Step(
        f"pause cluster {identifier}: the data stays, the compute bill stops",
        (_call("PauseCluster", identifier),),
        awaits=awaits,
        settles=True,
        essential=True,
        fallback=Fallback(r"available backup", SNAPSHOT_FIRST),
    )


def resume_cluster(identifier: str) -> Step:
    """API reference, ResumeCluster."""
    return Step(f"resume cluster {identifier}", (_call("ResumeCluster", identifier),), settles=True, essential=True)


def _call(
    operation: str, identifier: str, ignore: tuple[str, ...] = (), retry: Retry | None = None, **parameters: Any
) -> Call:
    return Call("redshift", operation, {"ClusterIdentifier": identifier, **parameters}, ignore, retry)


def _create_tags(arn: str, tags: Tags, ignore: tuple[str, ...] = ()) -> Call:
    """API reference, CreateTags: other tags stay."""
    return Call("redshift", "CreateTags", {"ResourceName": arn, "Tags": as_list(tags)}, ignore)


def _size(node_type: str, number: int) -> dict[str, Any]:
    """NumberOfNodes may not be sent for a single node."""
    number_of_nodes = {"NumberOfNodes": number} if number > 1 else {}
    return {"ClusterType": cluster_type(number), "NodeType": node_type, **number_of_nodes}


def role_settles(role_arn: str) -> Retry:
    """A role that was made a moment ago is refused until Redshift knows it; an old one is refused for good."""
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


MARK_LIMIT = 600.0
"""Seconds until a cluster must take tags again after its password was changed: that takes about a minute."""

_BUSY_CADENCE = Cadence(((0, 1), (10, 5), (120, 15)), "usually under a minute")


def change_setting(identifier: str, setting: Setting, value: Any) -> Step:
    """API reference, ModifyCluster, the member of this setting."""
    return _modify(setting.sentence(identifier, value), identifier, **{setting.member: value})


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
    retry, name = role_settles(role_arn) if new_role else None, role_arn.rpartition("/")[2]
    call = _call("ModifyClusterIamRoles", identifier, retry=retry, AddIamRoles=[role_arn], DefaultIamRoleArn=role_arn)
    return Step(f"associate IAM role {name} with cluster {identifier}, as its default role", (call,), settles=True)


def set_default_role(identifier: str, role_arn: str) -> Step:
    """API reference, ModifyClusterIamRoles: the role is associated already. COPY with the role's ARN works without it."""
    call, name = _call("ModifyClusterIamRoles", identifier, DefaultIamRoleArn=role_arn), role_arn.rpartition("/")[2]
    return Step(f"make IAM role {name} the default role of cluster {identifier}", (call,), settles=True, optional=True)


def disassociate_role(identifier: str, role_arn: str, default: str = "") -> Step:
    """API reference, ModifyClusterIamRoles: others stay.

    default: the ARN of the role that becomes the default in its place, where it was that.
    """
    retry, name = role_settles(role_arn), role_arn.rpartition("/")[2]
    instead: dict[str, Any] = {"DefaultIamRoleArn": default} if default else {}
    call = _call("ModifyClusterIamRoles", identifier, retry=retry, RemoveIamRoles=[role_arn], **instead)
    return Step(f"disassociate IAM role {name} from cluster {identifier}", (call,), settles=True)


def announce_password(identifier: str, arn: str) -> Step:
    """Before the file changes. No API tells a password, so a tag tells the next run, should this one end."""
    call = _create_tags(arn, ((PASSWORD_TAG, PENDING),))
    return Step(f"mark the admin password of cluster {identifier} as about to change", (call,), essential=True)


def set_password(identifier: str, arn: str, file: str, was_managed: bool) -> Step:
    """Sets it to the one in dwh.cfg, and then marks it as set; AWS Secrets Manager stops keeping it.

    The tags cannot be changed while AWS is still at work on the password.
    """
    managed: dict[str, Any] = {"ManageMasterPassword": False} if was_managed else {}
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
            _call("ModifyCluster", identifier, MasterUserPassword=Later.ADMIN_PASSWORD, **managed),
            Call("redshift", "CreateTags", mark, retry=retry),
        ),
        settles=True,
    )


def tag_cluster(identifier: str, arn: str, tags: Tags) -> Step:
    """API reference, CreateTags: other tags stay."""
    return Step(f"tag cluster {identifier}: {as_words(tags)}", (_create_tags(arn, tags),))


def adopt_cluster(identifier: str, arn: str, tags: Tags) -> Step:
    """The cluster was not ours until now."""
    sentence = f"take over cluster {identifier}: from now on dwh.cfg holds for it, and it can be deleted"
    return Step(sentence, (_create_tags(arn, tags),), essential=True)


def _modify(sentence: str, identifier: str, **settings: Any) -> Step:
    return Step(sentence, (_call("ModifyCluster", identifier, **settings),), settles=True)


def resize_cluster(identifier: str, node_type: str, number: int, was: str, awaits: str = "") -> Step:
    """API reference, ResizeCluster; Management Guide, Resizing a cluster, for how long it takes.

    was: the size before, for a person. awaits: the snapshot that a classic resize needs; an elastic one needs none.
    """
    classic = bool(awaits)
    means = (
        "classic: it restarts, then moves its data in the background, and cannot be cancelled"
        if classic
        else "elastic: about ten minutes, queries are held and connections may drop"
    )
    return Step(
        f"resize cluster {identifier} from {was} to {number} x {node_type} ({means})",
        (_call("ResizeCluster", identifier, Classic=classic, **_size(node_type, number)),),
        awaits=awaits,
        settles=True,
        fallback=Fallback(r"streaming restore", RESIZE_LATER),
    )


def take_snapshot(identifier: str, snapshot: str, keep_days: int) -> Step:
    """API reference, CreateClusterSnapshot. One of that name (a lost answer) is as good."""
    days = "1 day" if keep_days == 1 else f"{keep_days} days"
    call = _call(
        "CreateClusterSnapshot",
        identifier,
        ignore=("ClusterSnapshotAlreadyExists",),
        SnapshotIdentifier=snapshot,
        ManualSnapshotRetentionPeriod=keep_days,
    )
    return Step(
        f"take snapshot {snapshot} of cluster {identifier}, kept {days}",
        (call,),
        same_as=f"take a snapshot of cluster {identifier}",
    )
