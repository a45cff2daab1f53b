"""What is missing until the warehouse runs as dwh.cfg says."""

from __future__ import annotations

from iac.config import Config
from iac.observed import Observed
from iac.plan import preconditions
from iac.plan.access import group_steps, held_roles, old_role_steps, others_policies, others_rules, role_steps
from iac.plan.context import Context, new_cluster_tags, role_arn, role_is_new
from iac.plan.cost import above_limit, refuse_above_limit
from iac.plan.drift import adoption, drift_steps, role_tag
from iac.plan.places import place_notes, refuse_places
from iac.plan.preconditions import another_account, another_cluster
from iac.plan.remarks import own_address_remarks, schedule_remarks
from iac.plan.restoring import after_restore, chosen_snapshot, restore_step
from iac.plan.schedule import recount_steps, schedule_steps, schedule_tags, unmark_steps
from iac.status import Phase, phase
from iac.steps import GroupId, Step
from iac.steps.cluster import ClusterSpec, create_cluster, resume_cluster
from iac.steps.file import claim_account, make_password, write_address
from iac.tags import ROLE_TAG


def to_running(config: Config, seen: Observed, context: Context) -> list[Step]:
    """All steps from here to a warehouse that runs as dwh.cfg says; none when it does.

    HOST comes first where the cluster is available: nothing that fails later may hold it back.
    Raises Problem for what is broken, not ours, or cannot be had.
    """
    first = [*_account_first(config, seen), *_host_first(config, seen, context)]
    if phase(seen.cluster) is Phase.CHANGING or seen.cluster_only:
        return first
    preconditions.refuse(config, seen, context)
    refuse_places(config, seen)
    steps = [
        *adoption(config, seen),
        *first,
        *role_steps(config, seen),
        *group_steps(config, seen, context.group),
        *schedule_steps(config, seen, context),
        *_cluster_steps(config, seen, context),
        *old_role_steps(config, seen, context),
        *unmark_steps(config, seen, context),
        *role_tag(config, seen, context),
        *([] if first and not _has_old_role(config, seen) else _file_last(config, seen, context)),
    ]
    refuse_above_limit(config, seen, context, steps)
    return steps


def remarks(config: Config, seen: Observed, context: Context) -> list[str]:
    """What is left as it is although dwh.cfg does not say it."""
    notes = [*own_address_remarks(config, seen, context), *above_limit(config, seen), *place_notes(config, seen)]
    notes += schedule_remarks(config, seen, context)
    notes += [*others_rules(config, seen, context.group), *others_policies(config, seen), *_of_others(config, seen, context)]
    if seen.offer is not None and not seen.offer.told:
        notes.append(
            f"The login may not ask whether AWS offers {config.node_type} (redshift:DescribeOrderableClusterOptions); "
            "AWS decides when the cluster is made."
        )
    return notes


def warnings(config: Config, seen: Observed, context: Context) -> list[str]:
    """What goes on costing money, and what was asked for and is not done."""
    notes = []
    if seen.cluster is not None and context.request.restore is not None:
        notes.append(f"Cluster {config.identifier} is there, so nothing is restored now.")
    other = another_cluster(config, seen)
    if other:
        notes.append(f"HOST in {config.path.name} is of {other}, which stays, and goes on costing money if it is there.")
    if seen.cluster is None and context.request.restore is None:
        notes += [
            f"An empty cluster is made; `python create_cluster.py --restore` would bring back {snapshot.identifier}."
            for snapshot in seen.snapshots[:1]
        ]
    return notes


def _of_others(config: Config, seen: Observed, context: Context) -> list[str]:
    """Whose account and cluster it is, and what else belongs to the cluster."""
    notes = []
    if seen.role_unread is not None:
        notes.append(
            f"{seen.role_unread.what} could not be read ({seen.role_unread.problem.why}). "
            "It is used as it is, and Amazon Redshift decides whether it fits."
        )
    if seen.cluster is None:
        return notes
    group = seen.group_in(seen.network.vpc_id)
    old = {role.arn for role in seen.old_roles}
    for arn, _ in seen.cluster.roles:
        if arn != role_arn(config, seen) and arn not in old:
            notes.append(f"Role {arn} is associated with the cluster as well; it is left.")
    default = seen.cluster.default_role
    if default not in ("", role_arn(config, seen), *old):
        notes.append(
            f"`IAM_ROLE default` in SQL stands for role {default} on this cluster, and is to stand for {config.role_name}. To "
            f"keep it as it is, write DWH_IAM_ROLE_NAME = {default.rpartition('/')[2]} into {config.path.name}."
        )
    for group_id in seen.cluster.group_ids:
        if group is None or group_id != group.group_id:
            notes.append(f"Security group {group_id} is on the cluster as well, with rules of its own; it is left.")
    return notes


def pending_notes(seen: Observed) -> list[str]:
    """What AWS has accepted and does not show yet (API reference, PendingModifiedValues)."""
    pending = seen.cluster.pending if seen.cluster else ()
    return [f"{name} = {value} is pending: AWS has accepted it and applies it later." for name, value in pending]


def _cluster_steps(config: Config, seen: Observed, context: Context) -> list[Step]:
    found = seen.cluster
    if found is None and context.request.restore is None:
        return _create(config, seen, context)
    if found is None:
        snapshot = chosen_snapshot(config, seen, context.request.restore or "")
        spec = cluster_spec(config, seen, context)
        restored = after_restore(snapshot, spec, seen)
        address = [write_address(config, role_arn(config, seen))]
        counted = recount_steps(config, seen, context)
        return [restore_step(snapshot, spec), *address, *counted, *drift_steps(config, seen, restored, context)]
    if phase(found) is Phase.PAUSED:
        return [resume_cluster(config.identifier), *drift_steps(config, seen, found, context)]
    return drift_steps(config, seen, found, context)


def cluster_spec(config: Config, seen: Observed, context: Context) -> ClusterSpec:
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
        new_role=role_is_new(seen, context),
        group=GroupId(context.group, seen.network.vpc_id),
        managed_password=config.managed_password,
        tags=(*new_cluster_tags(config, seen), *schedule_tags(config, seen, context)),
    )


def _create(config: Config, seen: Observed, context: Context) -> list[Step]:
    needs_password = config.password is None and not config.managed_password
    made = [make_password(config.path.name)] if needs_password else []
    cluster, address = create_cluster(cluster_spec(config, seen, context)), write_address(config, role_arn(config, seen))
    return [*made, cluster, address, *recount_steps(config, seen, context)]


def _host_first(config: Config, seen: Observed, context: Context) -> list[Step]:
    """ARN waits while it still tells which role of ours the cluster used before."""
    found = seen.cluster
    if found is None or not (found.ours or context.request.adopt):
        return []
    if found.status != "available" or not found.host or found.host == config.host:
        return []
    arn = config.role_arn if _has_old_role(config, seen) else role_arn(config, seen)
    return [write_address(config, arn)]


def _account_first(config: Config, seen: Observed) -> list[Step]:
    """Before anything is made here, the file stops naming another account: delete goes by that."""
    if not another_account(config, seen.place) or (seen.cluster is not None and not seen.cluster.ours):
        return []
    return [claim_account(config.path.name, role_arn(config, seen))]


def _file_last(config: Config, seen: Observed, context: Context) -> list[Step]:
    """A cluster that is to be made or restored has its file steps with it.

    While an older role could not be read or disassociated, ARN still tells the next run which that is.
    """
    if seen.cluster is None or _is_unknown(seen) or held_roles(config, seen, context):
        return []
    arn = role_arn(config, seen)
    has_arn = config.arn_holds_name or arn == config.role_arn
    if seen.cluster.host == config.host and has_arn and config.in_line:
        return []
    return [write_address(config, arn)]


def _has_old_role(config: Config, seen: Observed) -> bool:
    account, name = config.role_in_arn
    if seen.cluster_only:
        return account == seen.place.account and name != config.role_name
    return _is_unknown(seen) or name in [role.name for role in seen.old_roles]


def _is_unknown(seen: Observed) -> bool:
    """Whether the cluster uses a role of ours, and an older one could not be read."""
    ours = seen.cluster is not None and ROLE_TAG in dict(seen.cluster.tags)
    return ours and seen.old_roles_unread is not None
