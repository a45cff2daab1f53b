"""What is missing until the warehouse runs as dwh.cfg says."""

from __future__ import annotations

from collections.abc import Sequence

from iac.config import Config
from iac.errors import Conflict, Problem
from iac.naming import ROLE_TAG
from iac.observed import Cluster, Observed, Place
from iac.plan import preconditions
from iac.plan.access import group_steps, held_roles, old_role_steps, others_policies, others_rules, role_steps
from iac.plan.context import Context, Part, Plan, new_cluster_tags, role_arn, role_is_new
from iac.plan.drift import adoption, changed_by_adoption, drift_steps, leaves_password, role_tag
from iac.plan.preconditions import another_account, left_behind, made_by_another
from iac.plan.restoring import after_restore, chosen_snapshot, restored_size, way_back
from iac.status import Phase, is_going, phase
from iac.steps import GroupId, Step
from iac.steps.cluster import IN_PLACE, ClusterSpec, create_cluster, restore_cluster, resume_cluster
from iac.steps.file import claim_account, make_password, write_address


def running(config: Config, seen: Observed, context: Context, parts: Sequence[Part] = ()) -> Plan:
    """From here to a warehouse that runs as dwh.cfg says; refused for what is broken, not ours, or cannot be had.

    HOST comes first where the cluster is available: nothing that fails later may hold it back.
    parts: what the abilities add to it.
    """
    said = [*another_account(config, seen.place), *left_behind(config, seen), *made_by_another(seen.place, seen.cluster)]
    # Before anything is made here, the file stops naming another account: delete goes by that.
    claims = another_account(config, seen.place) and (seen.cluster is None or seen.cluster.ours)
    first = [claim_account(config.path.name, role_arn(config, seen))] if claims else []
    first += _host_first(config, seen, context)
    if context.was_there and is_going(seen.cluster):
        return Plan(notes=tuple(said), refused=_deleted_meanwhile(config, seen.cluster))
    if phase(seen.cluster) is Phase.CHANGING or seen.cluster_only:
        return Plan(steps=tuple(first), notes=tuple(said))
    notes = [*said, *(config.assumed if seen.cluster is None else ())]
    try:
        preconditions.refuse(config, seen, context)
        before = [*adoption(config, seen, context), *first]
        before += [*role_steps(config, seen), *group_steps(config, seen, context.group)]
        made, there = _brought_up(config, seen, context)
        rest = drift_steps(config, seen, there, context) if there is not None else []
        rest += [*old_role_steps(config, seen, context), *role_tag(config, seen, context)]
        rest += [] if first and not _has_old_role(config, seen) else _file_last(config, seen, context)
        added = [part(config, seen, context, [*before, *made, *rest]) for part in parts]
    except Problem as problem:
        return Plan(notes=tuple(notes), assumed=config.assumed, refused=problem)
    pending = [each for each in seen.cluster.pending if each[0] in IN_PLACE] if seen.cluster else []
    notes += [
        *changed_by_adoption(config, seen, context),
        *_warnings(config, seen, context),
        *(f"{name} = {value} is pending: AWS has accepted it and applies it later." for name, value in pending),
        *(note for each in added for note in each.notes),
    ]
    return Plan(
        steps=(
            *before,
            *(step for each in added for step in each.steps),
            *made,
            *(step for each in added for step in each.after),
            *rest,
        ),
        notes=tuple(notes),
        details=(*_remarks(config, seen, context), *(note for each in added for note in each.details)),
        assumed=config.assumed,
        price=next((each.price for each in added if each.price), ""),
    )


def _deleted_meanwhile(config: Config, found: Cluster | None) -> Problem:
    """Whoever deleted it came later than this run began. That it is not listed any more may pass (eventual consistency)."""
    kind, state = (Problem, f"being deleted ({found.status})") if found else (Conflict, "not there any more")
    return kind(
        f"Cluster {config.identifier} is {state}.",
        "This run made or found it, and another run or a person has deleted it since.",
        "It is not created again. If it is wanted all the same, run `python create_cluster.py`.",
    )


def _remarks(config: Config, seen: Observed, context: Context) -> list[str]:
    """What is left as it is although dwh.cfg does not say it."""
    # Of a cluster that is to be made, `assumed` says so.
    notes = [*(config.default_identifier if seen.cluster is not None else ()), *_own_address(config, seen, context)]
    notes += [*others_rules(config, seen, context.group), *others_policies(config, seen), *_of_others(config, seen)]
    if seen.offer is not None and not seen.offer.told:
        notes.append(
            f"The login may not ask whether AWS offers {config.node_type} (redshift:DescribeOrderableClusterOptions); "
            "AWS decides when the cluster is made."
        )
    return notes


def _warnings(config: Config, seen: Observed, context: Context) -> list[str]:
    """What goes on costing money, and what was asked for and is not done."""
    notes, restore = [], context.request.restore
    if seen.cluster is not None and restore is not None and not context.done:
        notes.append(f"Cluster {config.identifier} is there, so nothing is restored now.")
    if seen.cluster is not None and config.password is None and leaves_password(config, seen, context):
        notes.append(_no_password(config, seen.cluster))
    way = way_back(config.identifier, seen.snapshots)
    if seen.cluster is None and restore is None and way is not None:
        command, snapshot = way
        notes.append(f"An empty cluster is made; `{command}` would bring back {snapshot}.")
    return notes


def _no_password(config: Config, found: Cluster) -> str:
    """Where the password is that a blank DB_PASSWORD does not tell."""
    file, name = config.path.name, found.identifier
    if found.managed_password:
        return (
            f"DB_PASSWORD in {file} is blank, and AWS Secrets Manager keeps the password of cluster {name}: write "
            "DB_PASSWORD = managed."
        )
    sets = "It stays as it is" if found.ours else f"Taking over cluster {name} sets no password"
    return (
        f"DB_PASSWORD in {file} is blank, and no API tells the password of cluster {name}. {sets}. Copy it from the file of "
        "whoever made the cluster. Or write DB_PASSWORD = managed, and AWS Secrets Manager makes and keeps a new one; or make "
        "a new one here: `python create_cluster.py --set-password`. After either, every other copy of the file holds a "
        "password that no longer works."
    )


def _of_others(config: Config, seen: Observed) -> list[str]:
    """Whose account and cluster it is, and what else belongs to the cluster."""
    notes, found = [], seen.cluster
    if seen.role_unread is not None:
        notes.append(
            f"{seen.role_unread.what} could not be read ({seen.role_unread.problem.why}). "
            "It is used as it is, and Amazon Redshift decides whether it fits."
        )
    if found is None:
        return notes
    if found.encrypted is False:
        notes.append(_unencrypted(found, seen.place))
    known = (role_arn(config, seen), *(role.arn for role in seen.old_roles))
    notes += [
        f"Role {arn} is associated with the cluster as well; it is left." for arn, _ in found.roles if arn not in known
    ]
    if found.default_role not in ("", *known):
        notes.append(
            f"`IAM_ROLE default` in SQL stands for role {found.default_role} on this cluster, and is to stand for "
            f"{config.role_name}. To keep it as it is, write DWH_IAM_ROLE_NAME = {found.default_role.rpartition('/')[2]} "
            f"into {config.path.name}."
        )
    return notes + [
        f"Security group {group_id} is on the cluster as well, with rules of its own; it is left."
        for group_id in found.group_ids
        if seen.group is None or group_id != seen.group.group_id
    ]


def _unencrypted(found: Cluster, place: Place) -> str:
    """Management Guide, Changing cluster encryption; API reference, RestoreFromClusterSnapshot, Encrypted."""
    command = f"aws redshift modify-cluster --cluster-identifier {found.identifier} --encrypted --region {place.region}"
    return (
        f"Cluster {found.identifier} is not encrypted, and is left so. `{command}` has AWS move its data to a new encrypted "
        "cluster in the background, which takes minutes to hours, and until then the data can only be read. Or restore a "
        "snapshot of it as an encrypted cluster: `aws redshift restore-from-cluster-snapshot` with --encrypted and --kms-key-id."
    )


def _brought_up(config: Config, seen: Observed, context: Context) -> tuple[list[Step], Cluster | None]:
    """The cluster is created, restored or resumed; and what it is like then, but for a new one, which is as dwh.cfg says."""
    found, arn, restore = seen.cluster, role_arn(config, seen), context.request.restore
    if found is not None:
        return [resume_cluster(config.identifier)] if phase(found) is Phase.PAUSED else [], found
    assert seen.network.vpc_id is not None
    spec = ClusterSpec(
        config=config,
        arn=seen.place.cluster_arn(config.identifier),
        role_arn=arn,
        new_role=role_is_new(seen, context),
        group=GroupId(context.group, seen.network.vpc_id),
        tags=new_cluster_tags(config, seen),
    )
    address = write_address(config, arn)
    needs_password = config.password is None and not config.managed_password
    password = [make_password(config.path.name)] if needs_password else []
    if restore is not None:
        snapshot = chosen_snapshot(config, seen, restore)
        restored = restore_cluster(spec, snapshot, *restored_size(snapshot, config))
        return [*password, restored, address], after_restore(snapshot, spec, seen)
    return [*password, create_cluster(spec), address], None


def _host_first(config: Config, seen: Observed, context: Context) -> list[Step]:
    """ARN waits while it still tells which role of ours the cluster used before."""
    found = seen.cluster
    if found is None or not (found.ours or context.request.adopt):
        return []
    if found.status != "available" or not found.host or found.host == config.host:
        return []
    arn = config.role_arn if _has_old_role(config, seen) else role_arn(config, seen)
    return [write_address(config, arn)]


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


def _own_address(config: Config, seen: Observed, context: Context) -> list[str]:
    """Where DWH_INGRESS_CIDR = auto lets in an address that may not be the one meant."""
    notes: list[str] = []
    if config.ingress is not None:
        return notes
    address = ", ".join(seen.ingress)
    if context.ci and config.target == "aws":
        notes.append(
            f"CI is set in the environment, so {address}, which DWH_INGRESS_CIDR = auto lets in, is the address of the CI "
            "runner. To let others in, write their addresses into dwh.cfg: DWH_INGRESS_CIDR = 203.0.113.7/32 (with theirs)."
        )
    if not config.publicly_accessible:
        notes.append(
            f"The cluster is private, and a public address such as {address}, which DWH_INGRESS_CIDR = auto lets in, never "
            "reaches it. Write the range of the VPC or the VPN into dwh.cfg: DWH_INGRESS_CIDR = 10.0.0.0/16 (with yours)."
        )
    return notes
