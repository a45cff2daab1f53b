"""The cluster that is there, or about to be there, against dwh.cfg: what is put right in place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from iac.config import Config
from iac.errors import Problem
from iac.facts.node_types import NODE_TYPES
from iac.naming import PASSWORD_TAG, PENDING
from iac.observed import Cluster, Observed
from iac.plan.access import could_not_leave
from iac.plan.context import Context, new_cluster_tags, role_arn, role_is_new, role_tags, wanted_tags
from iac.steps import MADE_BY_ANOTHER, RESIZE_LATER, GroupId, Step, Tags
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
        *(clusters.change_setting(config.identifier, setting, wanted) for setting, wanted, _ in _differing(config, cluster)),
        *_password(config, seen, cluster, context),
        *_size(config, seen, cluster, context),
    ]


def adoption(config: Config, seen: Observed, context: Context) -> list[Step]:
    """First of all, so that nothing is changed that is not ours, and a run that ends early is continued.

    Its password is not known; `pending` has the run that comes to it set the one of dwh.cfg. Where that is blank, the
    cluster keeps the one that it has.
    """
    cluster = seen.cluster
    if cluster is None or cluster.ours:
        return []
    mark = cluster.password_stamp if leaves_password(config, seen, context) else PENDING
    marks = (*missing_tags(new_cluster_tags(config, seen), cluster.tags), (PASSWORD_TAG, mark))
    return [clusters.adopt_cluster(config.identifier, seen.place.cluster_arn(config.identifier), marks)]


def changed_by_adoption(config: Config, seen: Observed, context: Context) -> list[str]:
    """From what to what the settings of a cluster that others made change: they may use it."""
    found, arn = seen.cluster, role_arn(config, seen)
    if found is None or found.ours:
        return []
    size = f"{config.number_of_nodes} x {config.node_type}"
    role, default = arn.rpartition("/")[2], found.default_role.rpartition("/")[2] or "none"
    has_role = arn in [used for used, _ in found.roles] and found.default_role in ("", arn)
    changed = [
        *([("its size", size, found.size)] if size != found.size else []),
        *((setting.called, setting.words(wanted), setting.words(there)) for setting, wanted, there in _differing(config, found)),
        *([] if has_role else [("its default IAM role", role, default)]),
    ]
    said = [f"{what} becomes {new} ({now} now)" for what, new, now in changed]
    password = "a new one" if config.password is None else f"the one in {config.path.name}"
    if config.managed_password:
        password = "" if found.managed_password else "one that AWS Secrets Manager makes and keeps"
    if password and not leaves_password(config, seen, context):
        said.append(f"its admin password becomes {password}")
    return [f"Taking over cluster {config.identifier} changes it: {'; '.join(said)}."] if said else []


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


def _differing(config: Config, cluster: Cluster) -> list[tuple[clusters.Setting, Any, Any]]:
    """Each setting that is not as dwh.cfg says, what that is, and what it is now.

    What AWS has accepted and applies later, in the maintenance window say, counts as done.
    """
    pending = dict(cluster.pending)
    every = [(each, each.wanted(config), pending.get(each.member, each.of(cluster))) for each in clusters.SETTINGS]
    return [
        (setting, wanted, there)
        for setting, wanted, there in every
        if wanted is not None and there is not None and not setting.fits(there, wanted)
    ]


def _password(config: Config, seen: Observed, cluster: Cluster, context: Context) -> list[Step]:
    """A restored or adopted cluster has a password of its own, in whose place that of the file is set."""
    name, file, arn = config.identifier, config.path.name, seen.place.cluster_arn(config.identifier)
    if config.managed_password:
        return [] if cluster.managed_password else [clusters.manage_password(name)]
    if leaves_password(config, seen, context):
        return []
    set_it, mark = clusters.set_password(name, arn, file, cluster.managed_password), cluster.password_mark
    if config.password is None and seen.cluster is not None:
        announced = mark == PENDING or not cluster.ours  # taking it over marks it so
        announce = [] if announced else [clusters.announce_password(name, arn)]
        return [*announce, make_password(file), set_it]
    of_its_own = cluster.restored or not cluster.ours or mark != ""
    unset = cluster.managed_password or (of_its_own and mark != cluster.password_stamp)
    asked = context.request.set_password and set_it.key not in context.done
    return [set_it] if unset or asked else []


def leaves_password(config: Config, seen: Observed, context: Context) -> bool:
    """Whether the cluster keeps a password that this file does not have.

    A blank DB_PASSWORD says nothing of a cluster that is there: so does each fresh clone of a shared file, and what it
    would set, no other copy has. Nor is the one in the file set while another run makes the cluster.
    """
    is_blank = config.password is None and not config.managed_password
    not_ours = is_blank or MADE_BY_ANOTHER in context.learned
    return not_ours and seen.cluster is not None and not context.request.set_password


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
