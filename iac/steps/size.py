"""Steps that resize a cluster, and the snapshots that go before."""

from __future__ import annotations

from iac.facts.node_types import cluster_type
from iac.steps.cluster import number_of_nodes, redshift_call
from iac.steps.step import RESIZE_LATER, Fallback, Step


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
