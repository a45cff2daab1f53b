"""The Redshift cluster: every call that reads or changes it."""

from __future__ import annotations

import re
from typing import Any

from iac.aws.connection import Door, Refusal
from iac.config.nodes import cluster_type
from iac.errors import Problem
from iac.observed import Cluster, is_ours
from iac.secret import Secret
from iac.steps import AUTOMATED_SNAPSHOT_DAYS, ClusterSpec, ResizeCluster, RestoreCluster


def look(door: Door, identifier: str) -> Cluster | None:
    """The cluster, or None where AWS knows none of that name."""
    answer = door.call(
        "redshift", "DescribeClusters", expected=("ClusterNotFound",), ClusterIdentifier=identifier
    )
    if isinstance(answer, Refusal) or not answer["Clusters"]:
        return None
    return _cluster(answer["Clusters"][0])


def look_all(door: Door) -> list[Cluster]:
    """Every cluster of the region."""
    return [_cluster(found) for found in door.pages("redshift", "DescribeClusters", "Clusters")]


def create(door: Door, spec: ClusterSpec, password: Secret | None, role_arn: str, group_id: str) -> None:
    """Ask for a new cluster. password None: AWS Secrets Manager keeps one.

    All that has a default which changed over the years is said outright: since
    January 2025 a cluster is private unless asked for (Management Guide,
    Behavior changes). NumberOfNodes may not be sent for a single node.
    """
    door.call(
        "redshift",
        "CreateCluster",
        ClusterIdentifier=spec.identifier,
        NodeType=spec.node_type,
        ClusterType=cluster_type(spec.number_of_nodes),
        DBName=spec.database,
        MasterUsername=spec.user,
        Encrypted=True,
        AllowVersionUpgrade=True,
        Port=spec.port,
        PubliclyAccessible=spec.publicly_accessible,
        VpcSecurityGroupIds=[group_id],
        IamRoles=[role_arn],
        AutomatedSnapshotRetentionPeriod=AUTOMATED_SNAPSHOT_DAYS,
        Tags=_tags(spec.tags),
        **_nodes(spec.number_of_nodes),
        **_password(password),
        **({"ClusterSubnetGroupName": spec.subnet_group} if spec.subnet_group else {}),
    )


def delete(door: Door, identifier: str, snapshot: str | None, keep_days: int) -> None:
    """Delete the cluster; into a final snapshot of this name, kept keep_days, unless None."""
    final = (
        {"FinalClusterSnapshotIdentifier": snapshot, "FinalClusterSnapshotRetentionPeriod": keep_days}
        if snapshot
        else {}
    )
    door.call(
        "redshift",
        "DeleteCluster",
        expected=("ClusterNotFound",),
        ClusterIdentifier=identifier,
        SkipFinalClusterSnapshot=snapshot is None,
        **final,
    )


def restore(door: Door, step: RestoreCluster, role_arn: str, group_id: str) -> None:
    """Ask for a cluster from a snapshot. It takes no tags and keeps the snapshot's password.

    Said outright is what would else come out otherwise than in the original:
    private, the default security group, no roles (API reference,
    RestoreFromClusterSnapshot). A password that Secrets Manager kept stays so.
    """
    spec = step.spec
    door.call(
        "redshift",
        "RestoreFromClusterSnapshot",
        ClusterIdentifier=spec.identifier,
        SnapshotIdentifier=step.snapshot,
        Port=spec.port,
        PubliclyAccessible=spec.publicly_accessible,
        VpcSecurityGroupIds=[group_id],
        IamRoles=[role_arn],
        AutomatedSnapshotRetentionPeriod=AUTOMATED_SNAPSHOT_DAYS,
        **({"NodeType": step.node_type} if step.node_type else {}),
        **({"NumberOfNodes": step.number_of_nodes} if step.number_of_nodes else {}),
        **({"ManageMasterPassword": True} if step.managed_password else {}),
        **({"ClusterSubnetGroupName": spec.subnet_group} if spec.subnet_group else {}),
    )


def pause(door: Door, identifier: str) -> None:
    """Stop the compute bill; storage is still billed."""
    door.call("redshift", "PauseCluster", ClusterIdentifier=identifier)


def resume(door: Door, identifier: str) -> None:
    """Bring a paused cluster back."""
    door.call("redshift", "ResumeCluster", ClusterIdentifier=identifier)


def resize(door: Door, step: ResizeCluster) -> None:
    """Change the size, or the node type, in place."""
    door.call(
        "redshift",
        "ResizeCluster",
        ClusterIdentifier=step.identifier,
        ClusterType=cluster_type(step.number_of_nodes),
        NodeType=step.node_type,
        Classic=step.classic,
        **_nodes(step.number_of_nodes),
    )


def resize_options(door: Door, identifier: str) -> tuple[tuple[str, int], ...] | None:
    """(node type, number of nodes) that an elastic resize reaches.

    None where it cannot be told: it is advice, and AWS decides on the resize itself.
    """
    try:
        options = door.pages(
            "redshift",
            "DescribeNodeConfigurationOptions",
            "NodeConfigurationOptionList",
            ActionType="resize-cluster",
            ClusterIdentifier=identifier,
        )
    except Problem:
        return None
    return tuple(sorted({(option["NodeType"], option["NumberOfNodes"]) for option in options})) or None


def change(door: Door, identifier: str, setting: str, value: int) -> None:
    """Change one setting of a running cluster; none of these needs a reboot."""
    parameters: dict[str, Any] = {
        "publicly accessible": {"PubliclyAccessible": bool(value)},
        "port": {"Port": value},
        "snapshot days": {"AutomatedSnapshotRetentionPeriod": value},
        "managed password": {"ManageMasterPassword": True},
    }[setting]
    door.call("redshift", "ModifyCluster", ClusterIdentifier=identifier, **parameters)


def set_password(door: Door, identifier: str, password: Secret, was_managed: bool) -> None:
    """Set the admin password; AWS Secrets Manager stops keeping it."""
    managed = {"ManageMasterPassword": False} if was_managed else {}
    door.call(
        "redshift",
        "ModifyCluster",
        ClusterIdentifier=identifier,
        MasterUserPassword=password.reveal(),
        **managed,
    )


def use_group(door: Door, identifier: str, group_id: str) -> None:
    """Put the cluster behind this security group alone."""
    door.call("redshift", "ModifyCluster", ClusterIdentifier=identifier, VpcSecurityGroupIds=[group_id])


def associate_role(door: Door, identifier: str, role_arn: str) -> None:
    """Let the cluster use the role; others stay."""
    door.call("redshift", "ModifyClusterIamRoles", ClusterIdentifier=identifier, AddIamRoles=[role_arn])


def set_tags(door: Door, arn: str, tags: tuple[tuple[str, str], ...]) -> None:
    """Put these tags on the cluster; others stay."""
    door.call("redshift", "CreateTags", ResourceName=arn, Tags=_tags(tags))


def _nodes(number: int) -> dict[str, Any]:
    return {"NumberOfNodes": number} if number > 1 else {}


def _password(password: Secret | None) -> dict[str, Any]:
    return {"ManageMasterPassword": True} if password is None else {"MasterUserPassword": password.reveal()}


def _tags(tags: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags]


def _cluster(found: dict[str, Any]) -> Cluster:
    """While `creating` there is no Endpoint, and while `deleting` it has only a port."""
    tags = tuple(sorted((tag["Key"], tag.get("Value", "")) for tag in found.get("Tags", [])))
    endpoint = found.get("Endpoint") or {}
    return Cluster(
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
        snapshot_retention=found.get("AutomatedSnapshotRetentionPeriod"),
        managed_password=bool(found.get("MasterPasswordSecretArn")),
        restored=bool(found.get("RestoreStatus")),
        elastic_sizes=tuple(int(size) for size in re.findall(r"\d+", found.get("ElasticResizeNumberOfNodeOptions", ""))),
        tags=tags,
    )
