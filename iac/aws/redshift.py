"""Looking at Redshift: the cluster, its siblings, its snapshots, and what could be had."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from iac.errors import Denied, Problem, Refusal, TransientError
from iac.facts.limits import SNAPSHOT_ARN
from iac.observed import Cluster, Offer, Snapshot, tried
from iac.naming import OUR_TAG

if TYPE_CHECKING:
    from iac.aws.connection import Connection


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
    return Cluster.of(found[0])


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
    return tuple(each for each in map(Cluster.of, found) if each.ours and each.identifier != identifier)


def behind(connection: Connection, group_id: str) -> tuple[Cluster, ...]:
    """The clusters of the Region that this security group is on; none where the login may not look at all of them."""
    found, _ = tried(group_id, lambda: connection.pages("redshift", "DescribeClusters", "Clusters"))
    return tuple(each for each in map(Cluster.of, found or ()) if group_id in each.group_ids)


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
    ours = [Snapshot.of(each) for each in found if each.get("ClusterIdentifier") == identifier]
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
    fitting = [Snapshot.of(each) for each in found if arn is None or each.get("ClusterIdentifier") == arn["cluster"]]
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
