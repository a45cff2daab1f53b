"""Looking at the Redshift cluster."""

from __future__ import annotations

import re
from typing import Any

from iac.aws.connection import Connection, Refusal
from iac.errors import Problem, TimedOut
from iac.observed import Cluster
from iac.tags import OUR_TAG, is_ours

_PENDING = ("PubliclyAccessible", "AutomatedSnapshotRetentionPeriod", "NodeType", "NumberOfNodes")
"""Of PendingModifiedValues, what dwh.cfg can say."""


def look(connection: Connection, identifier: str) -> Cluster | None:
    """The cluster, or None where AWS knows none of that name."""
    answer = connection.call(
        "redshift", "DescribeClusters", expected=("ClusterNotFound",), ClusterIdentifier=identifier
    )
    if isinstance(answer, Refusal) or not answer["Clusters"]:
        return None
    return _cluster(answer["Clusters"][0])


def siblings(connection: Connection, identifier: str) -> tuple[Cluster, ...]:
    """The other clusters of the Region that carry our mark; none where AWS does not tell.

    API reference, DescribeClusters: TagKeys and TagValues each match for themselves, so the mark is looked at again.
    Raises TimedOut when the run's time is over.
    """
    key, value = OUR_TAG
    try:
        found = connection.in_region(connection.region).pages(
            "redshift", "DescribeClusters", "Clusters", TagKeys=[key], TagValues=[value]
        )
    except TimedOut:
        raise
    except Problem:
        return ()
    return tuple(each for each in map(_cluster, found) if each.ours and each.identifier != identifier)


def resize_options(connection: Connection, identifier: str) -> tuple[tuple[str, int], ...] | None:
    """(node type, number of nodes) that an elastic resize reaches.

    None where it cannot be told: it is advice, and AWS decides on the resize itself.
    """
    try:
        options = connection.pages(
            "redshift",
            "DescribeNodeConfigurationOptions",
            "NodeConfigurationOptionList",
            ActionType="resize-cluster",
            ClusterIdentifier=identifier,
        )
    except Problem:
        return None
    return tuple(sorted({(option["NodeType"], option["NumberOfNodes"]) for option in options})) or None


def _cluster(found: dict[str, Any]) -> Cluster:
    """While `creating` there is no Endpoint, and while `deleting` it has only a port."""
    tags = tuple(sorted((tag["Key"], tag.get("Value", "")) for tag in found.get("Tags", [])))
    endpoint, pending = found.get("Endpoint") or {}, found.get("PendingModifiedValues") or {}
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
        default_role=found.get("DefaultIamRoleArn") or "",
        snapshot_retention=found.get("AutomatedSnapshotRetentionPeriod"),
        managed_password=bool(found.get("MasterPasswordSecretArn")),
        restored=bool(found.get("RestoreStatus")),
        elastic_sizes=tuple(int(size) for size in re.findall(r"\d+", found.get("ElasticResizeNumberOfNodeOptions", ""))),
        tags=tags,
        pending=tuple((name, pending[name]) for name in _PENDING if pending.get(name) is not None),
        parameter_group=next((each["ParameterGroupName"] for each in found.get("ClusterParameterGroups", [])), ""),
        enhanced_vpc_routing=bool(found.get("EnhancedVpcRouting")),
        progress=progress_of(found),
    )


def progress_of(found: dict[str, Any]) -> float | None:
    """Of a classic resize, else of a restore, by the megabytes that were moved.

    API reference, DataTransferProgress; RestoreStatus, whose numbers are filled for DC2 alone.
    """
    resize, restore = found.get("DataTransferProgress") or {}, found.get("RestoreStatus") or {}
    if resize.get("Status") == "transferringdata":
        return part(resize.get("DataTransferredInMegaBytes"), resize.get("TotalDataInMegaBytes"))
    if restore.get("Status") == "restoring":
        return part(restore.get("ProgressInMegaBytes"), restore.get("SnapshotSizeInMegaBytes"))
    return None


def part(done: float | None, whole: float | None) -> float | None:
    """How far that is, of 1; None without sensible numbers: AWS gives -1 or nothing for what it does not know."""
    return done / whole if done is not None and whole and 0 <= done < whole else None
