"""What is missing until the warehouse runs as dwh.cfg says."""

from __future__ import annotations

from iac.config import Config
from iac.observed import Observed
from iac.plan import hindrance
from iac.plan.access import group_steps, others_rules, others_policies, role_steps
from iac.plan.elsewhere import named_elsewhere
from iac.plan.drift import drift_steps, takeover
from iac.plan.restoring import after_restore, chosen_snapshot, restore_step
from iac.plan.wish import Wish, role_is_new, wanted_tags
from iac.settle import Phase, phase
from iac.steps import GroupId, Step
from iac.steps.cluster import ClusterSpec, create_cluster, resume_cluster
from iac.steps.file import make_password, write_address


def to_running(config: Config, seen: Observed, wish: Wish) -> list[Step]:
    """All steps from here to a warehouse that runs as dwh.cfg says; none when it does.

    Raises Problem for what is broken, not ours, or cannot be had.
    """
    hindrance.refuse(config, seen, wish)
    return [
        *takeover(config, seen),
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
        arn = role_arn(config, seen)
        others = [used for used, _ in seen.cluster.roles if used != arn]
        notes += [f"Role {other} is associated with the cluster as well; it is left." for other in others]
    return notes


def _cluster_steps(config: Config, seen: Observed, wish: Wish) -> list[Step]:
    found = seen.cluster
    if found is None and wish.restore is None:
        return _create(config, seen, wish)
    if found is None:
        snapshot = chosen_snapshot(config, seen, wish.restore or "")
        spec = cluster_spec(config, seen, wish)
        restored = after_restore(snapshot, spec, seen)
        return [restore_step(snapshot, spec), *drift_steps(config, seen, restored, wish)]
    if phase(found) is Phase.PAUSED:
        return [resume_cluster(config.identifier), *drift_steps(config, seen, found, wish)]
    return drift_steps(config, seen, found, wish)


def cluster_spec(config: Config, seen: Observed, wish: Wish) -> ClusterSpec:
    """What a new cluster is asked for."""
    assert seen.network.vpc_id is not None
    return ClusterSpec(
        identifier=config.identifier,
        arn=seen.place.cluster_arn(config.identifier),
        node_type=config.node_type,
        number_of_nodes=config.number_of_nodes,
        database=config.database,
        user=config.user,
        port=config.port,
        publicly_accessible=config.publicly_accessible,
        subnet_group=config.subnet_group,
        role_arn=role_arn(config, seen),
        new_role=role_is_new(seen, wish),
        group=GroupId(wish.group, seen.network.vpc_id),
        managed_password=config.managed_password,
        tags=wanted_tags(config),
    )


def role_arn(config: Config, seen: Observed) -> str:
    """Derived where the role is not there yet, so nothing waits for AWS to tell it."""
    return seen.role.arn if seen.role else seen.place.role_arn(config.role_name)


def _create(config: Config, seen: Observed, wish: Wish) -> list[Step]:
    needs_password = config.password is None and not config.managed_password
    made = [make_password(config.path.name)] if needs_password else []
    return [*made, create_cluster(cluster_spec(config, seen, wish))]


def _file_steps(config: Config, seen: Observed) -> list[Step]:
    arn = role_arn(config, seen)
    host = seen.cluster.host if seen.cluster else None
    has_arn = config.arn_holds_name or arn == config.role_arn
    if host is not None and host == config.host and has_arn and config.in_line:
        return []
    return [write_address(config, arn)]
