"""What is left to do until nothing runs, or nothing is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iac.config import Config
from iac.config.names import cluster_of
from iac.errors import Problem
from iac.facts.prices import listed
from iac.naming import ROLE_TAG, final_prefix, used_by
from iac.observed import Cluster, Observed, Role, Unread
from iac.plan.access import could_not_leave, extended_by_others, leaving_steps, other_users
from iac.plan.context import Context, Part, Plan
from iac.plan.preconditions import another_cluster, left_behind, made_by_another, not_ours
from iac.status import Phase, is_in_transition, phase
from iac.steps import RESUME_FIRST, SNAPSHOT_FIRST, Step
from iac.steps.cluster import delete_cluster, pause_cluster, resume_cluster, take_snapshot
from iac.steps.file import blank_address
from iac.steps.network import delete_group
from iac.words import usd

PAUSE_SNAPSHOT_DAYS = 1

NO_MULTI_AZ = "AWS pauses no cluster that is in two Availability Zones."
"""Management Guide, Setting up Multi-AZ deployment: "You can't pause or resume a Multi-AZ deployment"; Converting a Multi-AZ
data warehouse to a Single-AZ data warehouse, for the command."""


def paused(config: Config, seen: Observed, context: Context, parts: Sequence[Part] = ()) -> Plan:
    """Until the compute bill stops; refused for what AWS does not pause or is not ours. parts: what the abilities say of it."""
    of_abilities = (note for part in parts for note in part(config, seen, context, ()).notes)
    notes = (
        *config.default_identifier, *left_behind(config, seen), *made_by_another(seen.place, seen.cluster), *of_abilities
    )  # fmt: skip
    found, awaits, first = seen.cluster, context.taken, []
    if found is None or phase(found) is Phase.PAUSED or is_in_transition(found):
        return Plan(notes=notes)
    if not found.ours:
        return Plan(notes=notes, refused=_left_alone(config))
    if phase(found) is Phase.BROKEN:
        refused = Problem(
            f"Cluster {config.identifier} cannot be paused: it is {found.status}.",
            "AWS pauses only a cluster that is available.",
            "To stop its bill, run `python delete_cluster.py`: a final snapshot keeps the data.",
        )
        return Plan(notes=notes, refused=refused)
    if found.multi_az:
        refused = Problem(
            f"Cluster {config.identifier} cannot be paused: it is a Multi-AZ deployment.",
            NO_MULTI_AZ,
            "To pause it, convert it to Single-AZ: `aws redshift modify-cluster --cluster-identifier "
            f"{config.identifier} --no-multi-az --region {seen.place.region}`, then `python delete_cluster.py --pause`. Or "
            "run `python delete_cluster.py`: a final snapshot keeps the data.",
        )
        return Plan(notes=notes, refused=refused)
    if SNAPSHOT_FIRST in context.learned and not awaits:
        awaits = f"{config.identifier}-pause-{context.now:%Y%m%d-%H%M%S}"
        first = [take_snapshot(config.identifier, awaits, PAUSE_SNAPSHOT_DAYS)]
    return Plan(steps=(*first, pause_cluster(config.identifier, awaits)), notes=notes)


def gone(config: Config, seen: Observed, keep_data: bool, context: Context, parts: Sequence[Part] = ()) -> Plan:
    """Until nothing costs money, and nothing of ours stays but snapshots; refused for a cluster that is not ours.

    parts: what the abilities have to delete.
    """
    found, notes = seen.cluster, (*config.default_identifier, *made_by_another(seen.place, seen.cluster))
    if found is not None and is_another(found, context.deleted):
        by = f" by {found.maker}" if found.maker else ""
        new = Problem(
            f"Cluster {found.identifier} was deleted, and another one of that name has been created since{by}.",
            "It is not the one that was to be deleted, so it is left as it is.",
            "If it is to go as well, run `python delete_cluster.py` again.",
        )
        return Plan(notes=notes, refused=new)
    if is_in_transition(found):
        return Plan(notes=notes)
    if found is not None and not found.ours:
        return Plan(notes=notes, refused=_left_alone(config))
    deletion, rest = _deletion(config, seen, keep_data, context), _rest(config, seen, context)
    rest = [] if seen.cluster_only and deletion else rest
    added = [] if seen.cluster_only else [part(config, seen, context, [*deletion, *rest]) for part in parts]
    return Plan(
        steps=(*deletion, *(step for each in added for step in each.steps), *rest),
        notes=(
            *notes,
            *_kept(config, seen),
            *(_not_brought_back(config, seen) if keep_data else []),
            *(note for each in added for note in (*_unread(each.unread), *each.notes)),
        ),
        assumed=config.assumed,
    )


def is_another(found: Cluster, deleted: Cluster | None) -> bool:
    """Whether this is not the cluster that this run has deleted, but one that was created after it."""
    made = (deleted.created_at if deleted else None, found.created_at)
    return deleted is not None and (found.status == "creating" or (None not in made and made[0] != made[1]))


def _rest(config: Config, seen: Observed, context: Context) -> list[Step]:
    """After the cluster's deletion. The file after the role, since ARN still tells an older one."""
    groups = [delete_group(group.group_id, group.name) for group in seen.groups if group.ours]
    if another_cluster(config, seen):
        return groups
    roles = [step for role in roles_of(seen) for step in leaving_steps(config, seen, role)]
    return [*roles, *_blank(config, seen, context), *groups]


def _deletion(config: Config, seen: Observed, keep_data: bool, context: Context) -> list[Step]:
    found = seen.cluster
    if found is None:
        return []
    name = f"{final_prefix(config.identifier)}{context.now:%Y%m%d-%H%M%S}" if keep_data else None
    is_paused = phase(found) is Phase.PAUSED
    delete = delete_cluster(config.identifier, name, config.snapshot_days, is_paused)
    return [resume_cluster(config.identifier), delete] if is_paused and RESUME_FIRST in context.learned else [delete]


def _blank(config: Config, seen: Observed, context: Context) -> list[Step]:
    """An ARN that is the only name of a role that is not ours was never written by us, and stays.

    So does one of a role that may be ours and could not be read or deleted: the next run looks again.
    A host that no cluster of this identifier has was written by the user, where none of ours was seen.
    Where neither the account is known nor a cluster was seen, the file may be of another account.
    """
    last = context.last_cluster
    if not seen.place.account and last is None:
        return []
    keep = config.only_arn_names_role and not any(role.ours for role in roles_of(seen))
    keep = keep or (seen.role_unread is not None and may_use_ours(last))
    keep = keep or could_not_leave(config, seen, roles_of(seen), context)
    ours = config.host and (last is not None or cluster_of(config.host) == (config.identifier, seen.place.region))
    blank = [*(["host"] if ours else []), *(["role_arn"] if config.role_arn and not keep else [])]
    return [blank_address(config.path.name, *blank)] if blank else []


def roles_of(seen: Observed) -> list[Role]:
    """The cluster's role, and those that it used before."""
    return [*([seen.role] if seen.role else []), *seen.old_roles]


def _kept(config: Config, seen: Observed) -> list[str]:
    """What stays all the same, and what a person should know before the cluster goes."""
    unknown = [] if seen.place.account else ["AWS did not tell the account of this login."]
    notes, other = [*unknown, *_unread(seen.unread)], another_cluster(config, seen)
    if other:
        return [
            *notes,
            f"HOST in {config.path.name} is of {other}, which may go on costing money: it is left, and so are HOST and "
            "the role. To delete it, write its REGION and DWH_CLUSTER_IDENTIFIER; if it is gone, blank HOST.",
        ]
    for role in roles_of(seen):
        why = why_role_stays(config, seen, role) if role.ours else ""
        remedy = f" It costs nothing; `aws iam delete-role --role-name {role.name}` deletes it once its policies are gone."
        if why:
            notes.append(f"Role {role.name} is kept: {why}.{'' if role.users or role.profiles else remedy}")
    return [*notes, *_running_elsewhere(config, seen)]


def _running_elsewhere(config: Config, seen: Observed) -> list[str]:
    """The clusters in other Regions that use a role of this one: what they go on costing, and how to delete them."""
    notes = []
    for key, found in seen.users.items():
        region, identifier = used_by(key)
        if found is None or region == seen.place.region:
            continue
        price = listed(region, found.node_type).hourly(found.billed_nodes)
        costs = "goes on costing money" if price is None else f"goes on costing money, about {usd(price)} an hour"
        costs = "costs its storage while it is paused" if phase(found) is Phase.PAUSED else costs
        notes.append(
            f"Cluster {identifier} in {region} ({found.size}, {found.status}) uses the same role, and {costs}. To delete "
            f"it, write REGION = {region} and DWH_CLUSTER_IDENTIFIER = {identifier} into {config.path.name}, then "
            "`python delete_cluster.py`."
        )
    return notes


def _unread(unread: Iterable[Unread]) -> list[str]:
    return [f"{each.what} could not be read: {each.problem.why}" for each in unread]


def why_role_stays(config: Config, seen: Observed, role: Role) -> str:
    """Why a role of ours stays when this cluster is deleted; empty where it goes."""
    others = [":".join(used_by(key)) for key in other_users(config, seen, role)]
    if role.profiles:
        return f"it is in instance profile {', '.join(role.profiles)}"
    extended = extended_by_others(role)
    if extended:
        return f"others have added to it ({', '.join(extended)})"
    if others:
        return f"cluster {', '.join(others)} uses it as well"
    return "" if role.users else "its tags do not tell which clusters use it"


def _not_brought_back(config: Config, seen: Observed) -> list[str]:
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


def may_use_ours(last: Cluster | None) -> bool:
    """Whether the cluster, as it was before it went, may have used a role of ours."""
    return last is None or ROLE_TAG in dict(last.tags)


def _left_alone(config: Config) -> Problem:
    return not_ours(
        f"cluster {config.identifier}",
        "It is left alone, and so is all that it uses; `python create_cluster.py --adopt` takes it over.",
    )
