"""Steps that change a cluster in place. None of them needs a reboot."""

from __future__ import annotations

from typing import Any

from iac.steps.cluster import redshift_call, role_settles
from iac.steps.step import GroupId, Later, Retry, Step, Tags, as_list, as_words
from iac.naming import PASSWORD_TAG, PENDING
from iac.wait import Cadence

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
