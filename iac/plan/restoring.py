"""Coming back from a snapshot: which one, and what the cluster will be like then."""

from __future__ import annotations

import re
from collections.abc import Sequence

from iac.config import Config
from iac.errors import Problem, UsageError
from iac.facts.limits import SNAPSHOT_ARN
from iac.facts.node_types import NODE_TYPES, is_retired
from iac.naming import PASSWORD_TAG, final_prefix
from iac.observed import Cluster, Observed, Snapshot
from iac.steps.cluster import SETTINGS, ClusterSpec


def chosen_snapshot(config: Config, seen: Observed, name: str) -> Snapshot:
    """The snapshot named, else the newest final one of this cluster. Raises Problem if there is none.

    name: or ARN; UsageError for the ARN of something else.
    """
    usable, name = _usable(seen.snapshots), name.lower()
    if name.startswith("arn:"):
        _refuse_arn(config, seen, name)
    named = (each for each in usable if name in (each.identifier.lower(), each.arn))
    found = next(named, None) if name else newest_final(config.identifier, usable)
    if found is not None:
        return found
    arn, own = re.match(SNAPSHOT_ARN, name), seen.place.account
    if arn and arn["account"] != own:
        raise Problem(
            f"This login sees no snapshot {arn['name']} of cluster {arn['cluster']} in account {arn['account']}.",
            f"There is no such snapshot, or its owner does not share it with account {own}, which this login is of.",
            f"Have its owner share it: `aws redshift authorize-snapshot-access --snapshot-identifier {arn['name']} "
            f"--account-with-restore-access {own} --region {arn['region']}`.",
        )
    there = ", ".join(snapshot.identifier for snapshot in usable) or "none"
    raise Problem(
        f"There is no snapshot {name}." if name else f"There is no final snapshot of cluster {config.identifier}.",
        f"Snapshots of {config.identifier} in {seen.place.region}: {there}.",
        (f"Name one of these: `python create_cluster.py --restore {usable[0].identifier}`, say. " if usable else "")
        + "Without --restore an empty cluster is made.",
    )


def _refuse_arn(config: Config, seen: Observed, arn: str) -> None:
    """Raises UsageError for an ARN that is no snapshot's of a cluster in this Region.

    Management Guide, Copying a snapshot to another AWS Region: AWS copies those that are taken from then on. A snapshot of
    Redshift Serverless is restored by its ARN (GitHub, hashicorp/terraform-provider-aws#29293).
    """
    found, region = re.match(SNAPSHOT_ARN, arn), seen.place.region
    if found is not None and found["region"] != region:
        there, cluster = found["region"], found["cluster"]
        raise UsageError(
            f"Snapshot {found['name']} is in {there}, and the cluster is to be in {region}.",
            "AWS restores a snapshot in its own Region only.",
            f"Write REGION = {there} into {config.path.name} to restore it there. Or have AWS copy the next snapshot of the "
            f"cluster: `aws redshift enable-snapshot-copy --cluster-identifier {cluster} --destination-region {region} "
            f"--region {there}`, then `aws redshift create-cluster-snapshot`; name the copy in {region}.",
        )
    if ":redshift-serverless:" in arn:
        raise UsageError(
            f"{arn} is a snapshot of Redshift Serverless.",
            "It has no node type and no number of nodes; these scripts restore snapshots of clusters.",
            f"Have AWS restore it: `aws redshift restore-from-cluster-snapshot --cluster-identifier {config.identifier} "
            f"--snapshot-arn {arn} --node-type {config.node_type} --number-of-nodes {config.number_of_nodes} "
            f"--region {region}`; when the cluster is available, `python create_cluster.py --adopt` takes it over.",
        )
    if found is None:
        raise UsageError(
            f"{arn} is not the ARN of a snapshot of a cluster.",
            "That is arn:aws:redshift:REGION:ACCOUNT:snapshot:CLUSTER/NAME.",
            "Name the snapshot: `python create_cluster.py --restore NAME`; `python delete_cluster.py --plan` shows them.",
        )


def newest_final(identifier: str, snapshots: Sequence[Snapshot]) -> Snapshot | None:
    """The one that --restore starts from where no other is named."""
    return next((each for each in _usable(snapshots) if each.identifier.startswith(final_prefix(identifier))), None)


def way_back(identifier: str, snapshots: Sequence[Snapshot]) -> tuple[str, str] | None:
    """A command that restores the cluster, and the snapshot that it starts from.

    That is the newest final one, else the newest of another kind. snapshots: the newest first.
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
        settings=tuple((each.member, each.wanted(spec.config)) for each in SETTINGS),
        managed_password=snapshot.managed_password,
        restored=True,
        tags=tuple({**{key: value for key, value in snapshot.tags if key != PASSWORD_TAG}, **dict(spec.tags)}.items()),
    )
