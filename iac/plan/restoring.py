"""Coming back from a snapshot: which one, and what the cluster will be like then."""

from __future__ import annotations

from collections.abc import Sequence

from iac.config import Config
from iac.errors import Problem
from iac.facts.node_types import NODE_TYPES, is_retired
from iac.naming import PASSWORD_TAG, final_prefix
from iac.observed import Cluster, Observed, Snapshot
from iac.steps.cluster import AUTOMATED_SNAPSHOT_DAYS, ClusterSpec


def chosen_snapshot(config: Config, seen: Observed, name: str) -> Snapshot:
    """The snapshot named, else the newest final one of this cluster. Raises Problem if there is none."""
    usable = _usable(seen.snapshots)
    named = (snapshot for snapshot in usable if snapshot.identifier.lower() == name.lower())
    found = next(named, None) if name else newest_final(config.identifier, usable)
    if found is not None:
        return found
    there = ", ".join(snapshot.identifier for snapshot in usable) or "none"
    raise Problem(
        f"There is no snapshot {name}." if name else f"There is no final snapshot of cluster {config.identifier}.",
        f"Snapshots of {config.identifier} in {seen.place.region}: {there}.",
        (f"Name one of these: `python create_cluster.py --restore {usable[0].identifier}`, say; without" if usable else "Without")
        + " --restore an empty cluster is made.",
    )


def newest_final(identifier: str, snapshots: Sequence[Snapshot]) -> Snapshot | None:
    """The one that --restore starts from where no other is named."""
    return next((each for each in _usable(snapshots) if each.identifier.startswith(final_prefix(identifier))), None)


def way_back(identifier: str, snapshots: Sequence[Snapshot]) -> tuple[str, str] | None:
    """A command that restores the cluster, and the snapshot that it starts from: a final one, else the newest of another kind.

    snapshots: the newest first.
    """
    final, others = newest_final(identifier, snapshots), _usable(snapshots)
    if final is not None:
        return "python create_cluster.py --restore", final.identifier
    return (f"python create_cluster.py --restore {others[0].identifier}", others[0].identifier) if others else None


def _usable(snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    return [each for each in snapshots if each.status not in ("failed", "deleted", "cancelled")]


def refuse_restore(config: Config, snapshot: Snapshot) -> None:
    """Raises Problem where the snapshot needs another node type, and dwh.cfg's is none that it can be restored to."""
    if _keeps_its_type(snapshot) or not snapshot.restorable or config.node_type in snapshot.restorable:
        return
    no_longer = f", and {snapshot.node_type} is no longer sold" if is_retired(snapshot.node_type) else ""
    raise Problem(
        f"Snapshot {snapshot.identifier} of {snapshot.number_of_nodes} x {snapshot.node_type} cannot be restored to "
        f"{config.node_type}.",
        f"AWS restores it to {', '.join(snapshot.restorable)} only{no_longer}.",
        _instead(config, snapshot),
    )


def _instead(config: Config, snapshot: Snapshot) -> str:
    """The cheapest node type that is sold and for as many nodes, where there is one; without a price, the last choice."""
    sold = [name for name in snapshot.restorable if not is_retired(name)]
    known = [NODE_TYPES[name] for name in sold if name in NODE_TYPES]
    fitting = [node for node in known if config.number_of_nodes >= node.least]
    cheapest = [node.name for node in sorted(fitting or known, key=lambda node: node.usd)]
    if not sold:
        return (
            "Restore it into Redshift Serverless (`aws redshift-serverless restore-from-snapshot`); without --restore an "
            "empty cluster is made."
        )
    return f"Write DWH_NODE_TYPE = {[*cheapest, *sold][0]} into dwh.cfg, then run the same command again."


def _keeps_its_type(snapshot: Snapshot) -> bool:
    there = snapshot.node_type
    return not is_retired(there) and (not snapshot.restorable or there in snapshot.restorable)


def restored_size(snapshot: Snapshot, config: Config) -> tuple[str, int]:
    """Node type and number of nodes that the cluster has as soon as it is restored.

    The snapshot's own size, which always fits; only a retired node type has to change at once.
    """
    own = _keeps_its_type(snapshot)
    return (snapshot.node_type, snapshot.number_of_nodes) if own else (config.node_type, config.number_of_nodes)


def after_restore(snapshot: Snapshot, spec: ClusterSpec, seen: Observed) -> Cluster:
    """The cluster as it will be: what a restore brings along, and what it is told.

    It keeps the snapshot's size, database, admin user, password and tags (API
    reference, RestoreFromClusterSnapshot; Management Guide, Tagging).
    """
    node_type, number = restored_size(snapshot, spec.config)
    return Cluster(
        identifier=spec.config.identifier,
        status="available",
        node_type=node_type,
        number_of_nodes=number,
        database=snapshot.database,
        user=snapshot.user,
        ours=True,
        port=spec.config.port,
        publicly_accessible=spec.config.publicly_accessible,
        subnet_group=spec.config.subnet_group,
        group_ids=(seen.group.group_id if seen.group else "",),  # as GroupId will find it
        roles=((spec.role_arn, "in-sync"),),
        default_role=spec.role_arn,
        snapshot_retention=AUTOMATED_SNAPSHOT_DAYS,
        managed_password=snapshot.managed_password,
        restored=True,
        tags=tuple({**{key: value for key, value in snapshot.tags if key != PASSWORD_TAG}, **dict(spec.tags)}.items()),
    )
