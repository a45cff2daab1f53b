"""The Redshift cluster: every call that reads or changes it."""

from __future__ import annotations

import re
from typing import Any

from iac.aws.connection import Door, Refusal
from iac.observed import Cluster, is_ours
from iac.secret import Secret
from iac.steps import ClusterSpec

AUTOMATED_SNAPSHOT_DAYS = 7
"""Security Hub asks for seven days (control Redshift.3); AWS's default is one."""


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
        ClusterType=spec.cluster_type,
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
        publicly_accessible=found.get("PubliclyAccessible", False),
        encrypted=found.get("Encrypted"),
        created_at=found.get("ClusterCreateTime"),
        vpc_id=found.get("VpcId"),
        subnet_group=found.get("ClusterSubnetGroupName"),
        group_ids=tuple(sorted(group["VpcSecurityGroupId"] for group in found.get("VpcSecurityGroups", []))),
        roles=tuple(sorted((role["IamRoleArn"], role.get("ApplyStatus", "")) for role in found.get("IamRoles", []))),
        snapshot_retention=found.get("AutomatedSnapshotRetentionPeriod", 1),
        managed_password=bool(found.get("MasterPasswordSecretArn")),
        restored=bool(found.get("RestoreStatus")),
        elastic_sizes=tuple(int(size) for size in re.findall(r"\d+", found.get("ElasticResizeNumberOfNodeOptions", ""))),
        tags=tags,
    )
