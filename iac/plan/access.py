"""The role and the security group: what they lack, and what is too much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from iac.config import Config
from iac.naming import MAKER_TAG, use_tag, used_by
from iac.observed import IngressRule, Observed, Role
from iac.plan.context import Context, role_arn, wanted_tags
from iac.steps import Step, network
from iac.steps import cluster as clusters
from iac.steps import role as roles
from iac.steps.policy import INLINE_POLICY, READ_ALL_POLICY, SERVICE, inline_policy, others_trusted, s3_policy
from iac.steps.step import missing_tags


def role_steps(config: Config, seen: Observed) -> list[Step]:
    """A role of someone else's is used as it is, and so is one that the login may not read."""
    role = seen.role
    if role is not None and not role.ours or role is None and seen.role_unread is not None:
        return []
    tags = (*wanted_tags(config), use_tag(seen.place.region, config.identifier))
    return roles.put_right(config.role_name, role, seen.place.account, tags, _grants(config, seen, role))


def old_role_steps(config: Config, seen: Observed, context: Context) -> list[Step]:
    """Roles of ours that the cluster used before DWH_IAM_ROLE_NAME was edited.

    One that AWS does not disassociate stays for the next run.
    """
    held, steps = held_roles(config, seen, context), []
    for role in seen.old_roles:
        if role in held:
            continue
        if seen.cluster is not None and _is_associated(config, seen, role):
            # One that is disassociated must not stay the default.
            default = role_arn(config, seen) if seen.cluster.default_role == role.arn else ""
            steps.append(clusters.disassociate_role(config.identifier, role.arn, default))
        steps.extend(replace(step, optional=True) for step in leaving_steps(config, seen, role))
    return steps


def held_roles(config: Config, seen: Observed, context: Context) -> list[Role]:
    """Those that AWS was asked to disassociate, and still shows; all, while it does not show the new one."""
    associated = [role for role in seen.old_roles if _is_associated(config, seen, role)]
    if clusters.associate_role(config.identifier, role_arn(config, seen), False).key in context.left_out:
        return associated
    return [role for role in associated if clusters.disassociate_role(config.identifier, role.arn).key in context.left_out]


def _is_associated(config: Config, seen: Observed, role: Role) -> bool:
    associated = [arn for arn, _ in seen.cluster.roles] if seen.cluster else []
    return role.arn in associated and use_tag(seen.place.region, config.identifier) in role.tags


def leaving_steps(
    config: Config, seen: Observed, role: Role, prefix: str = INLINE_POLICY, service: str = SERVICE
) -> list[Step]:
    """What it takes that this cluster no longer uses a role: it is deleted with its last cluster that is there.

    Where no cluster is named in its tags, nobody knows, and the role stays: it costs nothing.
    prefix: how the names of our inline policies in it begin. service: that assumes it.
    """
    mine, _ = use_tag(seen.place.region, config.identifier)
    if not role.ours or mine not in role.users or role.profiles:
        return []
    if not other_users(config, seen, role) and not extended_by_others(role, prefix, service):
        return [roles.delete_role(role)]
    gone = [key for key in role.users if key != mine and _is_gone(seen, key)]
    policies = [inline_policy(*used_by(key), prefix) for key in (*gone, mine)]
    labels = [":".join(used_by(key)) for key in gone]
    return [roles.leave_role(role.name, config.identifier, policies, (*gone, mine), labels)]


def other_users(config: Config, seen: Observed, role: Role) -> list[str]:
    """The clusters beside this one that use a role, as the keys of its tags, but those that are known to be gone."""
    mine, _ = use_tag(seen.place.region, config.identifier)
    return [key for key in role.users if key != mine and not _is_gone(seen, key)]


def _is_gone(seen: Observed, key: str) -> bool:
    return key in seen.users and seen.users[key] is None


def could_not_leave(config: Config, seen: Observed, roles_of_ours: Sequence[Role], context: Context) -> bool:
    """Whether a role that this cluster no longer needs could not be deleted: the next run is to try again."""
    steps = [step for role in roles_of_ours for step in leaving_steps(config, seen, role)]
    return any(step.key in context.left_out for step in steps)


def extended_by_others(role: Role, prefix: str = INLINE_POLICY, service: str = SERVICE) -> list[str]:
    """What others have put into a role of ours, and would lose with it, for a person."""
    inline = [f"inline policy {name}" for name, _ in role.inline if not name.startswith(prefix)]
    account = role.arn.split(":")[4]  # known also where AWS does not tell the login's
    return [*inline, *(f"trust of {who}" for who in others_trusted(role.trust, account, service))]


def group_steps(config: Config, seen: Observed, name: str) -> list[Step]:
    """Our rules are kept as dwh.cfg says; those of others stay."""
    vpc_id, found, port = seen.network.vpc_id, seen.group, config.port
    assert vpc_id is not None
    tags = wanted_tags(config)
    marked = (*tags, (MAKER_TAG, seen.place.caller))
    open_now = {rule.cidr for rule in found.rules if _covers(rule, port)} if found else set()
    added = [network.authorize(name, vpc_id, cidr, port, marked) for cidr in seen.ingress if cidr not in open_now]
    if found is None:
        return [network.create_group(name, vpc_id, tags), *added]
    missing = missing_tags(tags, found.tags)
    return [
        *([network.tag_group(found.group_id, name, missing)] if missing else []),
        *added,
        *(
            network.revoke(found.group_id, rule.rule_id, rule.cidr, rule.from_port)
            for rule in found.rules
            if _is_to_go(config, seen, rule)
        ),
    ]


def others_rules(config: Config, seen: Observed, name: str) -> list[str]:
    """The rules in our group that are not this login's: named, and left."""
    notes = []
    for rule in seen.group.rules if seen.group and seen.group.ours else ():
        if rule.admits(seen.ingress, config.port) or _is_to_go(config, seen, rule):
            continue
        by = f"added by {rule.maker}" if rule.ours and rule.maker else "not added by these scripts"
        notes.append(f"Security group {name} also lets {rule.cidr} in ({rule.rule_id}, {by}); that rule is left.")
    return notes


def others_policies(config: Config, seen: Observed) -> list[str]:
    """What others added to our role: named, and left."""
    role = seen.role
    if role is None or not role.ours:
        return []
    known = {seen.place.policy_arn(READ_ALL_POLICY), config.policy_arn}
    if _is_shared(config, seen, role) and config.s3_access == "listed":
        known = set()
    every = (*(name for name, _ in role.inline if not name.startswith(INLINE_POLICY)), *role.attached)
    notes = [
        f"Role {role.name} also has policy {policy}; these scripts did not add it, and leave it."
        for policy in every
        if policy not in known
    ]
    return notes + [
        f"Role {role.name} can also be assumed by {who}; these scripts did not add that, and leave it."
        for who in others_trusted(role.trust, seen.place.account)
    ]


def _is_to_go(config: Config, seen: Observed, rule: IngressRule) -> bool:
    """With `auto`, every login keeps its own address: those of others are theirs to take away."""
    of_this_file = not config.lets_own_in or rule.maker == seen.place.caller
    return rule.ours and of_this_file and not rule.admits(seen.ingress, config.port)


def _grants(config: Config, seen: Observed, role: Role | None) -> list[Step]:
    """What the role may read: the listed places by our inline policy, or all by a managed one."""
    name, inline, attached = config.role_name, dict(role.inline) if role else {}, role.attached if role else ()
    own, read_all = inline_policy(seen.place.region, config.identifier), seen.place.policy_arn(READ_ALL_POLICY)
    wanted = "" if config.s3_access == "listed" else config.policy_arn or read_all
    steps: list[Step] = []
    if not wanted:
        document = s3_policy(config.s3_places, seen.place.partition)
        if inline.get(own) != document:
            steps.append(roles.put_policy(name, own, document, f"read only {', '.join(config.s3_places)}"))
    else:
        if wanted not in attached:
            steps.append(roles.attach_policy(name, wanted))
        if own in inline:
            steps.append(roles.delete_policy(name, own))
    if role is None or _is_shared(config, seen, role):
        return steps
    unwanted = [arn for arn in (read_all, config.policy_arn) if arn in attached and arn != wanted]
    return [*steps, *(roles.detach_policy(name, arn) for arn in unwanted if arn)]


def _is_shared(config: Config, seen: Observed, role: Role) -> bool:
    return any(user != use_tag(seen.place.region, config.identifier)[0] for user in role.users)


def _covers(rule: IngressRule, port: int) -> bool:
    return rule.protocol == "-1" or (rule.protocol == "tcp" and rule.from_port <= port <= rule.to_port)
