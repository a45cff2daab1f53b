"""Looking at Redshift: the cluster, its siblings, its snapshots, and what could be had."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iac.aws import tag_pairs
from iac.errors import Denied, Problem, Refusal, TransientError
from iac.facts.limits import SNAPSHOT_ARN
from iac.observed import Cluster, Offer, Snapshot, tried
from iac.naming import OUR_TAG, is_ours
from iac.steps.cluster import SETTINGS

if TYPE_CHECKING:
    from iac.aws.connection import Connection

_PENDING = (*(setting.member for setting in SETTINGS), "NodeType", "NumberOfNodes")
"""Of PendingModifiedValues, what dwh.cfg can say."""


def cluster(connection: Connection, identifier: str) -> Cluster | None:
    """The cluster, or None where AWS knows none of that name.

    Raises TransientError for an answer without one that does not say so: it is not AWS's.
    """
    answer = connection.call("redshift", "DescribeClusters", expected=("ClusterNotFound",), ClusterIdentifier=identifier)
    if isinstance(answer, Refusal):
        return None
    found = [each for each in answer.get("Clusters") or () if each.get("ClusterIdentifier") == identifier]
    if not found:
        raise TransientError(
            "DescribeClusters (redshift) was answered without the cluster.",
            "AWS answers with the cluster that is named, or with ClusterNotFound. A proxy may have answered.",
            "Check the network, then run the same command again.",
        )
    return _cluster(found[0])


def siblings(connection: Connection, identifier: str) -> tuple[Cluster, ...]:
    """The other clusters of the Region that carry our mark; none where AWS does not tell.

    API reference, DescribeClusters: TagKeys and TagValues each match for themselves, so the mark is looked at again.
    """
    key, value = OUR_TAG
    try:
        found = connection.in_region(connection.region).pages(
            "redshift", "DescribeClusters", "Clusters", TagKeys=[key], TagValues=[value]
        )
    except Problem:
        return ()
    return tuple(each for each in map(_cluster, found) if each.ours and each.identifier != identifier)


def behind(connection: Connection, group_id: str) -> tuple[Cluster, ...]:
    """The clusters of the Region that this security group is on; none where the login may not look at all of them."""
    found, _ = tried(group_id, lambda: connection.pages("redshift", "DescribeClusters", "Clusters"))
    return tuple(each for each in map(_cluster, found or ()) if group_id in each.group_ids)


def snapshots(connection: Connection, identifier: str) -> tuple[Snapshot, ...]:
    """The manual snapshots of this cluster, the newest first. They outlive it."""
    found = connection.pages(
        "redshift",
        "DescribeClusterSnapshots",
        "Snapshots",
        expected=("ClusterNotFound", "ClusterSnapshotNotFound"),
        ClusterIdentifier=identifier,
        SnapshotType="manual",
    )
    ours = [_snapshot(each) for each in found if each.get("ClusterIdentifier") == identifier]
    return tuple(sorted(ours, key=lambda each: (str(each.created_at or "~"), each.identifier), reverse=True))


def snapshot(connection: Connection, name: str) -> Snapshot | None:
    """A snapshot by its name, manual or automated, of any cluster; or by its ARN, also one that another account shares.

    None for an ARN of another Region or service, too: AWS is not asked for it.
    """
    name = name.lower()
    arn = re.match(SNAPSHOT_ARN, name)
    if name.startswith("arn:") and (arn is None or arn["region"] != connection.region):
        return None
    asked = {"SnapshotIdentifier": arn["name"], "OwnerAccount": arn["account"]} if arn else {"SnapshotIdentifier": name}
    found = connection.pages(
        "redshift", "DescribeClusterSnapshots", "Snapshots", expected=("ClusterSnapshotNotFound",), **asked
    )
    fitting = [_snapshot(each) for each in found if arn is None or each.get("ClusterIdentifier") == arn["cluster"]]
    return replace(fitting[0], arn=name if arn else fitting[0].arn) if fitting else None


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


def offer(connection: Connection, name: str) -> Offer:
    """What AWS offers of this node type (API reference, DescribeOrderableClusterOptions).

    InvalidParameterValue counts as not offered. A login that may not ask is told so in the answer.
    """
    try:
        answer = connection.call(
            "redshift", "DescribeOrderableClusterOptions", expected=("InvalidParameterValue",), NodeType=name
        )
    except Denied:
        return Offer((), told=False)
    if isinstance(answer, Refusal):
        return Offer(())
    options = [each for each in answer.get("OrderableClusterOptions", []) if each.get("NodeType") == name]
    kinds = {option.get("ClusterType", "") for option in options}
    return Offer(tuple(sorted(kinds)))


def _cluster(found: dict[str, Any]) -> Cluster:
    """While `creating` there is no Endpoint, and while `deleting` it has only a port."""
    tags = tag_pairs(found)
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
        settings=tuple((each.member, found[each.member]) for each in SETTINGS if each.member in found),
        managed_password=bool(found.get("MasterPasswordSecretArn")),
        restored=bool(found.get("RestoreStatus")),
        elastic_sizes=tuple(int(size) for size in re.findall(r"\d+", found.get("ElasticResizeNumberOfNodeOptions", ""))),
        tags=tags,
        pending=tuple((name, pending[name]) for name in _PENDING if pending.get(name) is not None),
        parameter_group=next((each["ParameterGroupName"] for each in found.get("ClusterParameterGroups", [])), ""),
        enhanced_vpc_routing=bool(found.get("EnhancedVpcRouting")),
        progress=cluster_progress(found),
        multi_az=found.get("MultiAZ", "").lower() == "enabled",  # `Enabled`, `Disabled`: the model says a boolean
    )


def cluster_progress(found: dict[str, Any]) -> float | None:
    """Of a classic resize, else of a restore, by the megabytes that were moved.

    API reference, DataTransferProgress; RestoreStatus, whose numbers are filled for DC2 alone.
    """
    resize, restore = found.get("DataTransferProgress") or {}, found.get("RestoreStatus") or {}
    if resize.get("Status") == "transferringdata":
        return _part(resize.get("DataTransferredInMegaBytes"), resize.get("TotalDataInMegaBytes"))
    if restore.get("Status") == "restoring":
        return _part(restore.get("ProgressInMegaBytes"), restore.get("SnapshotSizeInMegaBytes"))
    return None


def _snapshot(found: dict[str, Any]) -> Snapshot:
    retention = found.get("ManualSnapshotRetentionPeriod", -1)
    return Snapshot(
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
        progress=snapshot_progress(found),
        arn=found.get("SnapshotArn", ""),
    )


def snapshot_progress(found: dict[str, Any]) -> float | None:
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
