"""What is left to do until nothing runs, or nothing is there."""

from __future__ import annotations

from iac.config import Config
from iac.errors import Problem
from iac.observed import Cluster, Observed, Role, Unread
from iac.plan.access import could_not_leave, extended_by_others, leaving_steps
from iac.plan.context import Context
from iac.plan.preconditions import another_cluster, not_ours
from iac.plan.restoring import final_prefix
from iac.plan.schedule import gone_steps
from iac.status import Phase, phase
from iac.steps import RESUME_FIRST, SNAPSHOT_FIRST, Step
from iac.steps.cluster import delete_cluster, pause_cluster, resume_cluster
from iac.steps.file import blank_address
from iac.steps.network import delete_group
from iac.steps.size import take_snapshot
from iac.tags import ROLE_TAG, SCHEDULE_TAG

PAUSE_SNAPSHOT_DAYS = 1


def to_paused(config: Config, seen: Observed, context: Context) -> list[Step]:
    """What is left to do until the compute bill stops. Raises Problem for what is broken or not ours."""
    if seen.cluster is None or phase(seen.cluster) is Phase.PAUSED:
        return []
    if not seen.cluster.ours:
        raise _left_alone(config)
    if phase(seen.cluster) is Phase.BROKEN:
        raise Problem(
            f"Cluster {config.identifier} cannot be paused: it is {seen.cluster.status}.",
            "AWS pauses only a cluster that is available.",
            "To stop its bill, run `python delete_cluster.py`: a final snapshot keeps the data.",
        )
    if SNAPSHOT_FIRST not in context.learned or context.taken:
        return [pause_cluster(config.identifier, awaits=context.taken)]
    name = f"{config.identifier}-pause-{context.now:%Y%m%d-%H%M%S}"
    snapshot = take_snapshot(config.identifier, name, PAUSE_SNAPSHOT_DAYS)
    return [snapshot, pause_cluster(config.identifier, awaits=name)]


def to_gone(config: Config, seen: Observed, keep_data: bool, context: Context) -> list[Step]:
    """What is left to do until nothing costs money, and nothing of ours stays but snapshots.

    The cluster first: it costs. The file after the role, since ARN still tells an older one.
    """
    deletion = _deletion(config, seen, keep_data, context)
    if seen.cluster_only and deletion:
        return deletion
    groups = [delete_group(group.group_id, group.name) for group in seen.groups if group.ours]
    scheduled = gone_steps(config, seen, context)
    if seen.cluster is None and another_cluster(config, seen):
        return [*scheduled, *groups]
    roles = [step for role in _roles(seen) for step in leaving_steps(config, seen, role)]
    return [*deletion, *scheduled, *roles, *_blank(config, seen, context), *groups]


def _deletion(config: Config, seen: Observed, keep_data: bool, context: Context) -> list[Step]:
    if seen.cluster is None:
        return []
    if not seen.cluster.ours:
        raise _left_alone(config)
    name = f"{final_prefix(config.identifier)}{context.now:%Y%m%d-%H%M%S}" if keep_data else None
    is_paused = phase(seen.cluster) is Phase.PAUSED
    delete = delete_cluster(config.identifier, name, config.snapshot_days, is_paused)
    resume = is_paused and RESUME_FIRST in context.learned
    return [resume_cluster(config.identifier), delete] if resume else [delete]


def _blank(config: Config, seen: Observed, context: Context) -> list[Step]:
    """An ARN that is the only name of a role that is not ours was never written by us, and stays.

    So does one of a role that may be ours and could not be read or deleted: the next run looks again.
    Where neither the account is known nor a cluster was seen, the file may be of another account.
    """
    last = context.last_cluster
    if not seen.place.account and last is None:
        return []
    keep = config.only_arn_names_role and not any(role.ours for role in _roles(seen))
    keep = keep or (seen.role_unread is not None and _may_use_ours(last))
    keep = keep or could_not_leave(config, seen, _roles(seen), context)
    if config.host or (config.role_arn and not keep):
        return [blank_address(config.path.name, config.role_arn if keep else "")]
    return []


def _roles(seen: Observed) -> list[Role]:
    return [*([seen.role] if seen.role else []), *seen.old_roles]


def kept(config: Config, seen: Observed) -> list[str]:
    """What stays all the same, and what a person should know before the cluster goes."""
    notes = _unread(seen)
    other = another_cluster(config, seen)
    if seen.cluster is None and other:
        return [
            *notes,
            f"HOST in {config.path.name} is of {other}, which may go on costing money: it is left, and so are HOST and "
            "the role. To delete it, write its REGION and DWH_CLUSTER_IDENTIFIER; if it is gone, blank HOST.",
        ]
    for role in _roles(seen):
        notes += _role_stays(config, seen, role)
    for role in seen.scheduling.roles if seen.scheduling else ():
        notes += _role_stays(config, seen, role, scheduled=True)
    return notes


def _unread(seen: Observed) -> list[str]:
    if not seen.place.account:
        return ["AWS did not tell the account of this login.", *_unread_parts(seen)]
    return _unread_parts(seen)


def _unread_parts(seen: Observed) -> list[str]:
    return [f"{each.what} could not be read: {each.problem.why}" for each in seen.unread]


def _role_stays(config: Config, seen: Observed, role: Role, scheduled: bool = False) -> list[str]:
    if not role.ours:
        return []
    why = why_role_stays(config, seen, role, scheduled)
    if not why:
        return []
    remedy = f" It costs nothing; `aws iam delete-role --role-name {role.name}` deletes it once its policies are gone."
    return [f"Role {role.name} is kept: {why}.{'' if role.users or role.profiles else remedy}"]


def why_role_stays(config: Config, seen: Observed, role: Role, scheduled: bool = False) -> str:
    """Why a role of ours stays when this cluster is deleted; empty where it goes. scheduled: that of the schedules."""
    mine = f":{seen.place.region}:{config.identifier}"
    others = [user.partition(":")[2] for user in role.users if not user.endswith(mine)]
    if role.profiles:
        return f"it is in instance profile {', '.join(role.profiles)}"
    extended = extended_by_others(role, scheduled)
    if extended:
        return f"others have added to it ({', '.join(extended)})"
    if others:
        return f"cluster {', '.join(others)} uses it as well"
    return "" if role.users else "its tags do not tell which clusters use it"


def not_brought_back(config: Config, seen: Observed) -> list[str]:
    """What a restore of the final snapshot comes without (API reference, RestoreFromClusterSnapshot)."""
    cluster = seen.cluster
    if cluster is None or not cluster.ours:
        return []
    lost = []
    if cluster.parameter_group and not cluster.parameter_group.startswith("default."):
        lost.append(f"parameter group {cluster.parameter_group}")
    if cluster.enhanced_vpc_routing:
        lost.append("enhanced VPC routing")
    ours = {config.role_name, dict(cluster.tags).get(ROLE_TAG)}
    lost += [f"role {arn}" for arn, _ in cluster.roles if arn.rpartition("/")[2] not in ours]
    groups = {group.group_id for group in seen.groups if group.ours}
    lost += [f"security group {each}" for each in cluster.group_ids if groups and each not in groups]
    if not lost:
        return []
    return [f"A restore of the final snapshot does not bring back: {', '.join(lost)}."]


def left_behind(config: Config, seen: Observed, last: Cluster | None) -> list[Unread]:
    """What could not be looked at and may be left of ours. last: the cluster before it went, if this run saw it.

    A cluster that has no tag with a role of ours did not use one; and where no cluster was
    and nothing else of ours is, only the login's rights are in doubt.
    """
    unread = [each for each in (seen.role_unread, seen.groups_unread) if each is not None]
    scheduled = seen.scheduling_unread if last is not None and SCHEDULE_TAG in dict(last.tags) else ()
    if not _may_use_ours(last):
        unread = [each for each in unread if each is not seen.role_unread]
    unread += scheduled
    named = config.host or (config.role_arn and not config.only_arn_names_role)
    if last is None and not named and seen.groups_unread is None and not any(group.ours for group in seen.groups):
        return []
    return unread


def _may_use_ours(last: Cluster | None) -> bool:
    """Whether the cluster, as it was before it went, may have used a role of ours."""
    return last is None or ROLE_TAG in dict(last.tags)


def _left_alone(config: Config) -> Problem:
    return not_ours(
        f"cluster {config.identifier}",
        "It is left alone, and so is all that it uses; `python create_cluster.py --adopt` takes it over.",
    )
