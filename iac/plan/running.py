"""What is missing until the warehouse runs as dwh.cfg says."""

from __future__ import annotations

from iac.config import Config
from iac.observed import Observed
from iac.plan import hindrance
from iac.plan.access import group_steps, others_rules, others_policies, role_steps
from iac.plan.elsewhere import named_elsewhere
from iac.plan.drift import drift_steps, takeover
from iac.plan.restoring import after_restore, chosen_snapshot, restore_step
from iac.plan.wish import Wish, wanted_tags
from iac.settle import Phase, phase
from iac.steps import ClusterSpec, CreateCluster, MakePassword, ResumeCluster, Step, WriteAddress


def to_running(config: Config, seen: Observed, wish: Wish) -> list[Step]:
    """All steps from here to a warehouse that runs as dwh.cfg says; none when it does.

    Raises Problem for what is broken, not ours, or cannot be had.
    """
    hindrance.refuse(config, seen, wish)
    return [
        *takeover(config, seen.cluster),
        *role_steps(config, seen),
        *group_steps(config, seen, wish.group),
        *_cluster_steps(config, seen, wish),
        *_file_steps(config, seen),
    ]


def remarks(config: Config, seen: Observed, wish: Wish) -> list[str]:
    """What is left as it is although dwh.cfg does not say it."""
    notes = [*others_rules(seen, wish.group), *others_policies(config, seen)]
    if seen.cluster is not None and wish.restore is not None:
        notes.append(f"Cluster {config.identifier} is there, so nothing is restored now.")
    other = named_elsewhere(config, seen)
    if other:
        notes.append(f"HOST in {config.path.name} is of {other}, which stays, and goes on costing money if it is there.")
    if seen.cluster is None and wish.restore is None:
        notes += [
            f"An empty cluster is made; `python create_cluster.py --restore` would bring back {snapshot.identifier}."
            for snapshot in seen.snapshots[:1]
        ]
    if seen.cluster is not None:
        arn = seen.role.arn if seen.role else seen.place.role_arn(config.role_name)
        others = [used for used, _ in seen.cluster.roles if used != arn]
        notes += [f"Role {other} is associated with the cluster as well; it is left." for other in others]
    return notes


def _cluster_steps(config: Config, seen: Observed, wish: Wish) -> list[Step]:
    found = seen.cluster
    if found is None and wish.restore is None:
        return _create(config, wish.group)
    if found is None:
        snapshot = chosen_snapshot(config, seen, wish.restore or "")
        spec = cluster_spec(config, wish.group)
        restored = after_restore(snapshot, spec, seen)
        return [restore_step(snapshot, spec), *drift_steps(config, seen, restored, wish)]
    if phase(found) is Phase.PAUSED:
        return [ResumeCluster(config.identifier), *drift_steps(config, seen, found, wish)]
    return drift_steps(config, seen, found, wish)


def cluster_spec(config: Config, group: str) -> ClusterSpec:
    """What a new cluster is asked for."""
    return ClusterSpec(
        identifier=config.identifier,
        node_type=config.node_type,
        number_of_nodes=config.number_of_nodes,
        database=config.database,
        user=config.user,
        port=config.port,
        publicly_accessible=config.publicly_accessible,
        subnet_group=config.subnet_group,
        role=config.role_name,
        group=group,
        managed_password=config.managed_password,
        tags=wanted_tags(config),
    )


def _create(config: Config, group: str) -> list[Step]:
    needs_password = config.password is None and not config.managed_password
    made: list[Step] = [MakePassword(config.path.name)] if needs_password else []
    return [*made, CreateCluster(cluster_spec(config, group))]


def _file_steps(config: Config, seen: Observed) -> list[Step]:
    arn = seen.role.arn if seen.role else seen.place.role_arn(config.role_name)
    host = seen.cluster.host if seen.cluster else None
    has_arn = config.arn_holds_name or arn == config.role_arn
    if host is not None and host == config.host and has_arn and config.in_line:
        return []
    return [WriteAddress(config.path.name, arn, not config.in_line)]
