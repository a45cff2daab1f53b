"""The cluster that is there, or about to be there, against dwh.cfg: what is put right in place."""

from __future__ import annotations

from datetime import timedelta

from iac.config import Config
from iac.errors import Problem
from iac.facts.node_types import NODE_TYPES
from iac.naming import PASSWORD_TAG, PENDING
from iac.observed import Cluster, Observed
from iac.plan.access import could_not_leave
from iac.plan.context import Context, new_cluster_tags, role_arn, role_is_new, role_tags, wanted_tags
from iac.steps import RESIZE_LATER, GroupId, Step, Tags
from iac.steps import cluster as clusters
from iac.steps.cluster import resize_cluster, take_snapshot
from iac.steps.file import make_password
from iac.steps.step import missing_tags

SNAPSHOT_SERVES = timedelta(hours=9)
"""How old a manual snapshot may be for a classic resize; AWS's limit is ten hours."""


def drift_steps(config: Config, seen: Observed, cluster: Cluster, context: Context) -> list[Step]:
    """The steps that bring this cluster to what dwh.cfg says, quick ones first."""
    return [
        *(_tags(config, seen, cluster, wanted_tags(config)) if cluster.ours else []),
        *_association(config, seen, cluster, context),
        *_settings(config, cluster),
        *_password(config, seen, cluster, context),
        *_size(config, seen, cluster, context),
    ]


def adoption(config: Config, seen: Observed) -> list[Step]:
    """First of all, so that nothing is changed that is not ours, and a run that ends early is continued.

    Its password is not known; `pending` has the run that comes to it set the one of dwh.cfg.
    """
    cluster = seen.cluster
    if cluster is None or cluster.ours:
        return []
    marks = (*missing_tags(new_cluster_tags(config, seen), cluster.tags), (PASSWORD_TAG, PENDING))
    return [clusters.adopt_cluster(config.identifier, seen.place.cluster_arn(config.identifier), marks)]


def _association(config: Config, seen: Observed, cluster: Cluster, context: Context) -> list[Step]:
    arn, vpc_id = role_arn(config, seen), seen.network.vpc_id
    steps = []
    if arn not in [used for used, _ in cluster.roles]:
        steps.append(clusters.associate_role(config.identifier, arn, role_is_new(seen, context)))
    elif cluster.default_role not in ("", arn):
        steps.append(clusters.set_default_role(config.identifier, arn))
    if vpc_id and (seen.group.group_id if seen.group else "") not in cluster.group_ids:
        steps.append(clusters.add_group(config.identifier, cluster.group_ids, GroupId(context.group, vpc_id)))
    return steps


def _settings(config: Config, cluster: Cluster) -> list[Step]:
    """What AWS has accepted and applies later, in the maintenance window say, counts as done."""
    steps = []
    for setting in clusters.SETTINGS:
        wanted, there = setting.wanted(config), dict(cluster.pending).get(setting.member, setting.shown(cluster))
        if wanted is not None and there is not None and not setting.fits(there, wanted):
            steps.append(clusters.change_setting(config.identifier, setting, wanted))
    return steps


def _password(config: Config, seen: Observed, cluster: Cluster, context: Context) -> list[Step]:
    """A restored or adopted cluster has a password of its own; a blank one in the file is made anew."""
    name, file, arn = config.identifier, config.path.name, seen.place.cluster_arn(config.identifier)
    set_it = clusters.set_password(name, arn, file, cluster.managed_password)
    if config.managed_password:
        return [] if cluster.managed_password else [clusters.manage_password(name)]
    mark = cluster.password_mark
    of_its_own = cluster.restored or not cluster.ours or mark != ""
    unset = cluster.managed_password or (of_its_own and mark != cluster.password_stamp)
    if config.password is None:
        announced = mark == PENDING or not cluster.ours  # taking it over marks it so
        announce = [] if announced else [clusters.announce_password(name, arn)]
        return [*announce, make_password(file), set_it]
    asked = context.request.set_password and set_it.key not in context.done
    return [set_it] if unset or asked else []


def role_tag(config: Config, seen: Observed, context: Context) -> list[Step]:
    """Last of all: until then it tells the next run which role of ours the cluster used before."""
    if seen.cluster is None or not seen.cluster.ours or could_not_leave(config, seen, seen.old_roles, context):
        return []
    return _tags(config, seen, seen.cluster, role_tags(config, seen))


def _tags(config: Config, seen: Observed, cluster: Cluster, wanted: Tags) -> list[Step]:
    missing, arn = missing_tags(wanted, cluster.tags), seen.place.cluster_arn(config.identifier)
    return [clusters.tag_cluster(config.identifier, arn, missing)] if missing else []


def _size(config: Config, seen: Observed, cluster: Cluster, context: Context) -> list[Step]:
    """Elastic where AWS allows it, classic where it must be (Management Guide, Resizing a cluster)."""
    wanted = (config.node_type, config.number_of_nodes)
    pending = dict(cluster.pending)
    coming = (pending.get("NodeType", cluster.node_type), pending.get("NumberOfNodes", cluster.number_of_nodes))
    if wanted in (coming, (cluster.node_type, cluster.number_of_nodes)) or RESIZE_LATER in context.learned:
        return []
    classic = not _is_elastic(config, seen, cluster)
    node = NODE_TYPES.get(config.node_type)
    if classic and node is not None and config.number_of_nodes > node.most:
        sizes = ", ".join(str(size) for size in _elastic_sizes(config, seen, cluster)) or "none but its own"
        raise Problem(
            f"Cluster {config.identifier} cannot be resized from {cluster.size} to {wanted[1]} x {wanted[0]}.",
            f"An elastic resize of it reaches {sizes}; a classic one {node.counts} nodes.",
            "Edit DWH_NUM_NODES in dwh.cfg to one of these.",
        )
    if not classic:
        return [resize_cluster(config.identifier, *wanted, cluster.size)]
    snapshot = context.taken or recent_snapshot(seen, cluster, context)
    name = snapshot or f"{config.identifier}-resize-{context.now:%Y%m%d-%H%M%S}"
    first = [] if snapshot else [take_snapshot(config.identifier, name, config.snapshot_days)]
    return [*first, resize_cluster(config.identifier, *wanted, cluster.size, awaits=name)]


def recent_snapshot(seen: Observed, cluster: Cluster, context: Context) -> str | None:
    """A manual snapshot that a classic resize accepts, or will accept once it is complete."""
    for snapshot in seen.snapshots:
        made = snapshot.created_at or context.now
        recent = context.now - made < SNAPSHOT_SERVES and (cluster.created_at is None or made >= cluster.created_at)
        if recent and snapshot.status in ("available", "creating"):
            return snapshot.identifier
    return None


def _is_elastic(config: Config, seen: Observed, cluster: Cluster) -> bool:
    """A single node is resized classically, in either direction."""
    if 1 in (cluster.number_of_nodes, config.number_of_nodes):
        return False
    sizes = _elastic_sizes(config, seen, cluster)
    unknown = seen.resize_options is None and not sizes
    return unknown or config.number_of_nodes in sizes


def _elastic_sizes(config: Config, seen: Observed, cluster: Cluster) -> tuple[int, ...]:
    if seen.resize_options is not None:
        return tuple(sorted(number for node_type, number in seen.resize_options if node_type == config.node_type))
    return cluster.elastic_sizes if cluster.node_type == config.node_type else ()
