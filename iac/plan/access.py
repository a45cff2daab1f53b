"""The role and the security group: what they lack, and what is too much."""

from __future__ import annotations

from iac.config import Config
from iac.observed import IngressRule, Observed, Role
from iac.plan.wish import missing_tags, wanted_tags
from iac.policy import INLINE_POLICY, READ_ALL_POLICY, s3_policy, trust_policy
from iac.steps import Step, network, role as roles


def role_steps(config: Config, seen: Observed) -> list[Step]:
    """A role of someone else's that fits is used as it is."""
    role, name, tags = seen.role, config.role_name, wanted_tags(config)
    if role is None:
        return [roles.create_role(name, seen.place.account, tags), *_grants(config, seen, None)]
    if not role.ours:
        return []
    steps: list[Step] = []
    wanted = trust_policy(seen.place.account)
    if role.trust != wanted:
        steps.append(roles.set_trust(name, wanted))
    if missing_tags(tags, role.tags):
        steps.append(roles.tag_role(name, missing_tags(tags, role.tags)))
    return [*steps, *_grants(config, seen, role)]


def group_steps(config: Config, seen: Observed, name: str) -> list[Step]:
    """Rules that bear our description are kept as dwh.cfg says; those of others stay."""
    vpc_id = seen.network.vpc_id
    assert vpc_id is not None
    found = seen.group_in(vpc_id)
    tags = wanted_tags(config)
    if found is None:
        return [
            network.create_group(name, vpc_id, tags),
            *(network.authorize(name, vpc_id, cidr, config.port, tags) for cidr in seen.ingress),
        ]
    missing = missing_tags(tags, found.tags)
    steps: list[Step] = [network.tag_group(found.group_id, name, missing)] if missing else []
    open_now = {rule.cidr for rule in found.rules if _covers(rule, config.port)}
    steps.extend(network.authorize(name, vpc_id, cidr, config.port, tags) for cidr in seen.ingress if cidr not in open_now)
    for rule in found.rules:
        wanted = rule.cidr in seen.ingress and rule.from_port == rule.to_port == config.port
        if rule.ours and not wanted:
            steps.append(network.revoke(found.group_id, rule.rule_id, rule.cidr, rule.from_port))
    return steps


def others_rules(seen: Observed, name: str) -> list[str]:
    """The rules in our group that others made: named, and left."""
    found = seen.group_in(seen.network.vpc_id)
    return [
        f"Security group {name} also lets {rule.cidr} in ({rule.rule_id}); these scripts did not make that rule, "
        "and leave it."
        for rule in (found.rules if found and found.ours else ())
        if not rule.ours and not (rule.cidr in seen.ingress and rule.protocol == "tcp" and rule.from_port == rule.to_port)
    ]


def others_policies(config: Config, seen: Observed) -> list[str]:
    """The policies of our role that others added: named, and left."""
    role = seen.role
    if role is None or not role.ours:
        return []
    known = {INLINE_POLICY, seen.place.policy_arn(READ_ALL_POLICY), config.policy_arn}
    extra = [policy for policy in (*(name for name, _ in role.inline), *role.attached) if policy not in known]
    return [f"Role {role.name} also has policy {policy}; these scripts did not add it, and leave it." for policy in extra]


def _grants(config: Config, seen: Observed, role: Role | None) -> list[Step]:
    """What the role may read: the listed places by our inline policy, or all by a managed one."""
    name, inline, attached = config.role_name, dict(role.inline) if role else {}, role.attached if role else ()
    read_all = seen.place.policy_arn(READ_ALL_POLICY)
    wanted = None if config.s3_access == "listed" else config.policy_arn or read_all
    steps: list[Step] = []
    if wanted is None:
        document = s3_policy(config.s3_places, seen.place.partition)
        if inline.get(INLINE_POLICY) != document:
            steps.append(roles.put_policy(name, INLINE_POLICY, document, config.s3_places))
    elif wanted not in attached:
        steps.append(roles.attach_policy(name, wanted))
    if wanted is not None and INLINE_POLICY in inline:
        steps.append(roles.delete_policy(name, INLINE_POLICY))
    steps.extend(roles.detach_policy(name, arn) for arn in (read_all, config.policy_arn) if arn in attached and arn != wanted)
    return steps


def _covers(rule: IngressRule, port: int) -> bool:
    return rule.protocol == "-1" or (rule.protocol == "tcp" and rule.from_port <= port <= rule.to_port)
