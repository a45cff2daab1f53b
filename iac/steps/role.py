"""Steps for the IAM role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from iac.observed import Role
from iac.steps.policy import SCHEDULER, SERVICE, completed, trust_policy
from iac.steps.step import Call, Step, Tags, as_list, as_words, json_text, missing_tags

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
    missing, trust, steps = missing_tags(tags, role.tags), completed(role.trust, account, service), []
    if missing:  # IAM API reference, TagRole: other tags stay
        steps.append(Step(f"tag IAM role {name}: {as_words(missing)}", (_call("TagRole", name, Tags=as_list(missing)),)))
    if trust != role.trust:  # IAM API reference, UpdateAssumeRolePolicy
        update = _call("UpdateAssumeRolePolicy", name, PolicyDocument=json_text(trust))
        steps.append(Step(f"let {SERVICES[service][0]} assume IAM role {name}", (update,)))
    return [*steps, *lacking]


def create_role(name: str, account: str, tags: Tags, service: str = SERVICE) -> Step:
    """IAM API reference, CreateRole. A lost answer shows as EntityAlreadyExists."""
    who, description = SERVICES[service]
    call = _call(
        "CreateRole",
        name,
        ignore=("EntityAlreadyExists",),
        AssumeRolePolicyDocument=json_text(trust_policy(account, service)),
        Description=description,
        Tags=as_list(tags),
    )
    return Step(f"create IAM role {name} (assumed only by {who} in this account)", (call,))


def put_policy(role: str, policy: str, document: Mapping[str, Any], may: str) -> Step:
    """IAM API reference, PutRolePolicy: one of that name is replaced. may: what it allows, for a person."""
    call = _call("PutRolePolicy", role, PolicyName=policy, PolicyDocument=json_text(document))
    return Step(f"let IAM role {role} {may}", (call,))


def delete_policy(role: str, policy: str) -> Step:
    """IAM API reference, DeleteRolePolicy."""
    return Step(f"delete inline policy {policy} of IAM role {role}", (_delete_policy(role, policy),))


def attach_policy(role: str, arn: str) -> Step:
    """IAM API reference, AttachRolePolicy: attaching it twice is no error."""
    return Step(f"attach {arn.rpartition('/')[2]} to IAM role {role}", (_call("AttachRolePolicy", role, PolicyArn=arn),))


def detach_policy(role: str, arn: str) -> Step:
    """IAM API reference, DetachRolePolicy."""
    return Step(f"detach {arn.rpartition('/')[2]} from IAM role {role}", (_detach_policy(role, arn),))


def leave_role(name: str, cluster: str, policies: Sequence[str], keys: Sequence[str], gone: Sequence[str] = ()) -> Step:
    """A cluster's own policy and tag go from a role that others use, the tag last: it tells the next run.

    policies, keys: of their tags; also those of clusters that are gone. gone: these, for a person.
    IAM API reference, UntagRole: a key that is not there is no error.
    """
    left = f" and of {', '.join(gone)}, which is gone," if gone else ""
    sentence = f"remove what is of cluster {cluster}{left} from IAM role {name}, which other clusters use"
    deletions = (_delete_policy(name, policy) for policy in policies)
    return Step(sentence, (*deletions, _call("UntagRole", name, _ABSENT, TagKeys=list(keys))))


def delete_role(role: Role) -> Step:
    """After its policies, in the order that IAM asks for (API reference, DeleteRole)."""
    calls = (
        *(_detach_policy(role.name, arn) for arn in role.attached),
        *(_delete_policy(role.name, policy) for policy, _ in role.inline),
        _call("DeleteRole", role.name, _ABSENT),
    )
    return Step(f"delete IAM role {role.name}", calls)


def _call(operation: str, role: str, ignore: tuple[str, ...] = (), **parameters: Any) -> Call:
    return Call("iam", operation, {"RoleName": role, **parameters}, ignore)


def _delete_policy(role: str, policy: str) -> Call:
    return _call("DeleteRolePolicy", role, _ABSENT, PolicyName=policy)


def _detach_policy(role: str, arn: str) -> Call:
    return _call("DetachRolePolicy", role, _ABSENT, PolicyArn=arn)
