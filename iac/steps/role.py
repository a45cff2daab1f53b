"""Steps for the IAM role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from iac.observed import Role
from iac.steps.policy import SCHEDULER, SERVICE, completed, trust_policy
from iac.steps.step import Call, Step, Tags, as_list, as_words, json_text

SERVICES = {
    SERVICE: ("Amazon Redshift", "Lets Amazon Redshift read from S3. Made by create_cluster.py."),
    SCHEDULER: (
        "Amazon EventBridge Scheduler",
        "Lets Amazon EventBridge Scheduler pause and resume a Redshift cluster. Made by create_cluster.py.",
    ),
}
"""Who assumes the roles that are made here: its name for a person, and the description of the role."""

_ABSENT = ("NoSuchEntity",)


def put_right(
    name: str, role: Role | None, account: str, tags: Tags, lacking: Sequence[Step], service: str = SERVICE
) -> list[Step]:
    """What it takes until there is a role of ours with these tags, for this service. lacking: the steps for its policies."""
    if role is None:
        return [create_role(name, account, tags, service), *lacking]
    missing, trust = tuple(tag for tag in tags if tag not in role.tags), completed(role.trust, account, service)
    return [
        *([tag_role(name, missing)] if missing else []),
        *([set_trust(name, trust, service)] if trust != role.trust else []),
        *lacking,
    ]


def create_role(name: str, account: str, tags: Tags, service: str = SERVICE) -> Step:
    """IAM API reference, CreateRole. A lost answer shows as EntityAlreadyExists."""
    wanted = {
        "RoleName": name,
        "AssumeRolePolicyDocument": json_text(trust_policy(account, service)),
        "Description": SERVICES[service][1],
        "Tags": as_list(tags),
    }
    return Step(
        f"create IAM role {name} (assumed only by {SERVICES[service][0]} in this account)",
        (Call("iam", "CreateRole", wanted, ignore=("EntityAlreadyExists",)),),
    )


def set_trust(name: str, document: Mapping[str, Any], service: str = SERVICE) -> Step:
    """IAM API reference, UpdateAssumeRolePolicy."""
    wanted = {"RoleName": name, "PolicyDocument": json_text(document)}
    return Step(f"let {SERVICES[service][0]} assume IAM role {name}", (Call("iam", "UpdateAssumeRolePolicy", wanted),))


def put_policy(role: str, policy: str, document: Mapping[str, Any], may: str) -> Step:
    """IAM API reference, PutRolePolicy: one of that name is replaced. may: what it allows, for a person."""
    wanted = {"RoleName": role, "PolicyName": policy, "PolicyDocument": json_text(document)}
    return Step(f"let IAM role {role} {may}", (Call("iam", "PutRolePolicy", wanted),))


def delete_policy(role: str, policy: str) -> Step:
    """IAM API reference, DeleteRolePolicy."""
    return Step(f"delete inline policy {policy} of IAM role {role}", (_delete_policy(role, policy),))


def attach_policy(role: str, arn: str) -> Step:
    """IAM API reference, AttachRolePolicy: attaching it twice is no error."""
    wanted = {"RoleName": role, "PolicyArn": arn}
    return Step(f"attach {arn.rpartition('/')[2]} to IAM role {role}", (Call("iam", "AttachRolePolicy", wanted),))


def detach_policy(role: str, arn: str) -> Step:
    """IAM API reference, DetachRolePolicy."""
    return Step(f"detach {arn.rpartition('/')[2]} from IAM role {role}", (_detach_policy(role, arn),))


def tag_role(name: str, tags: Tags) -> Step:
    """IAM API reference, TagRole: other tags stay."""
    wanted = {"RoleName": name, "Tags": as_list(tags)}
    return Step(f"tag IAM role {name}: {as_words(tags)}", (Call("iam", "TagRole", wanted),))


def leave_role(name: str, cluster: str, policy: str, key: str) -> Step:
    """A cluster's own policy and tag go from a role that others use, the tag last: it tells the next run.

    IAM API reference, UntagRole: a key that is not there is no error.
    """
    untag = Call("iam", "UntagRole", {"RoleName": name, "TagKeys": [key]}, ignore=_ABSENT)
    sentence = f"remove what is cluster {cluster}'s from IAM role {name}, which other clusters use"
    return Step(sentence, (_delete_policy(name, policy), untag))


def delete_role(role: Role) -> Step:
    """After its policies, in the order that IAM asks for (API reference, DeleteRole)."""
    calls = [
        *(_detach_policy(role.name, arn) for arn in role.attached),
        *(_delete_policy(role.name, policy) for policy, _ in role.inline),
        Call("iam", "DeleteRole", {"RoleName": role.name}, ignore=_ABSENT),
    ]
    return Step(f"delete IAM role {role.name}", tuple(calls))


def _delete_policy(role: str, policy: str) -> Call:
    return Call("iam", "DeleteRolePolicy", {"RoleName": role, "PolicyName": policy}, ignore=_ABSENT)


def _detach_policy(role: str, arn: str) -> Call:
    return Call("iam", "DetachRolePolicy", {"RoleName": role, "PolicyArn": arn}, ignore=_ABSENT)
