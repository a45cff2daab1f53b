"""What AWS's answer to a change tells of what is there now, so that it need not be looked at again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from iac.aws.connection import Refusal
from iac.aws.network import rules_of
from iac.observed import Observed, Role, SecurityGroup
from iac.tags import is_ours

T = TypeVar("T")


def accepted(
    seen: Observed, role_name: str, operation: str, sent: Mapping[str, Any], answer: Mapping[str, Any] | Refusal
) -> Observed | None:
    """The observed role and security groups after this change; None where the answer does not tell.

    role_name: the role of dwh.cfg. A Refusal that was expected says that it is so already, but not how exactly.
    """
    if isinstance(answer, Refusal):
        return None
    if operation == "CreateSecurityGroup":
        return replace(seen, groups=(*seen.groups, _created_group(sent, answer)))
    if operation == "AuthorizeSecurityGroupIngress":
        rules = rules_of(answer.get("SecurityGroupRules") or [])
        return _with_rules(seen, sent["GroupId"], rules) if rules else None
    if operation == "RevokeSecurityGroupIngress":
        return _without_rules(seen, sent["SecurityGroupRuleIds"])
    if sent.get("RoleName") != role_name:
        return None
    if operation == "CreateRole":
        return replace(seen, role=_created_role(sent, answer["Role"]))
    change = _ROLE_CHANGES.get(operation)
    return replace(seen, role=change(seen.role, sent)) if change and seen.role else None


def _created_role(sent: Mapping[str, Any], role: Mapping[str, Any]) -> Role:
    tags, trust = _pairs(sent["Tags"]), json.loads(sent["AssumeRolePolicyDocument"])
    return Role(sent["RoleName"], role["Arn"], is_ours(tags), role["CreateDate"], trust, (), (), tags)


_ROLE_CHANGES: dict[str, Callable[[Role, Mapping[str, Any]], Role]] = {
    "PutRolePolicy": lambda role, sent: replace(
        role, inline=_merged(role.inline, ((sent["PolicyName"], json.loads(sent["PolicyDocument"])),))
    ),
    "DeleteRolePolicy": lambda role, sent: replace(
        role, inline=tuple(each for each in role.inline if each[0] != sent["PolicyName"])
    ),
    "AttachRolePolicy": lambda role, sent: replace(role, attached=(*role.attached, sent["PolicyArn"])),
    "DetachRolePolicy": lambda role, sent: replace(
        role, attached=tuple(arn for arn in role.attached if arn != sent["PolicyArn"])
    ),
}
"""Without the tags and the trust policy of a role that was there: something in the account may put these back."""


def _created_group(sent: Mapping[str, Any], answer: Mapping[str, Any]) -> SecurityGroup:
    tags = _pairs(sent["TagSpecifications"][0]["Tags"])
    return SecurityGroup(answer["GroupId"], sent["GroupName"], sent["VpcId"], is_ours(tags), (), tags)


def _with_rules(seen: Observed, group_id: str, rules: tuple[Any, ...]) -> Observed:
    groups = [replace(each, rules=(*each.rules, *rules)) if each.group_id == group_id else each for each in seen.groups]
    return replace(seen, groups=tuple(groups))


def _without_rules(seen: Observed, ids: list[str]) -> Observed:
    kept = {group.group_id: tuple(rule for rule in group.rules if rule.rule_id not in ids) for group in seen.groups}
    return replace(seen, groups=tuple(replace(group, rules=kept[group.group_id]) for group in seen.groups))


def _merged(there: tuple[tuple[str, T], ...], new: tuple[tuple[str, T], ...]) -> tuple[tuple[str, T], ...]:
    return tuple(sorted({**dict(there), **dict(new)}.items()))


def _pairs(tags: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((tag["Key"], tag["Value"]) for tag in tags))
