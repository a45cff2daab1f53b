"""The IAM role that the cluster uses to read from S3."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from iac.aws.connection import Door, Refusal
from iac.observed import Role, is_ours

DESCRIPTION = "Lets Amazon Redshift read from S3. Made by create_cluster.py."


def look(door: Door, name: str) -> Role | None:
    """The role with its policies, or None."""
    answer = door.call("iam", "GetRole", RoleName=name, expected=("NoSuchEntity",))
    if isinstance(answer, Refusal):
        return None
    found = answer["Role"]
    tags = _pairs(found.get("Tags", []))
    attached = door.pages("iam", "ListAttachedRolePolicies", "AttachedPolicies", RoleName=name)
    return Role(
        name=found["RoleName"],
        arn=found["Arn"],
        ours=is_ours(tags),
        created_at=found["CreateDate"],
        trust=_document(found.get("AssumeRolePolicyDocument", {})),
        inline=tuple(_inline(door, name)),
        attached=tuple(sorted(policy["PolicyArn"] for policy in attached)),
        tags=tags,
    )


def create(door: Door, name: str, trust: dict[str, Any], tags: tuple[tuple[str, str], ...]) -> None:
    """Make the role. One that is there already (a lost answer) is left to the next look."""
    door.call(
        "iam",
        "CreateRole",
        expected=("EntityAlreadyExists",),
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(trust),
        Description=DESCRIPTION,
        Tags=[{"Key": key, "Value": value} for key, value in tags],
    )


def set_trust(door: Door, name: str, trust: dict[str, Any]) -> None:
    """Replace who may take the role."""
    door.call("iam", "UpdateAssumeRolePolicy", RoleName=name, PolicyDocument=json.dumps(trust))


def put_policy(door: Door, name: str, policy: str, document: dict[str, Any]) -> None:
    """Write an inline policy; one of that name is replaced."""
    door.call("iam", "PutRolePolicy", RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))


def delete_policy(door: Door, name: str, policy: str) -> None:
    """Remove an inline policy."""
    door.call("iam", "DeleteRolePolicy", RoleName=name, PolicyName=policy, expected=("NoSuchEntity",))


def attach_policy(door: Door, name: str, arn: str) -> None:
    """Attach a managed policy; attaching it twice is no error."""
    door.call("iam", "AttachRolePolicy", RoleName=name, PolicyArn=arn)


def detach_policy(door: Door, name: str, arn: str) -> None:
    """Detach a managed policy."""
    door.call("iam", "DetachRolePolicy", RoleName=name, PolicyArn=arn, expected=("NoSuchEntity",))


def tag(door: Door, name: str, tags: tuple[tuple[str, str], ...]) -> None:
    """Put these tags on the role; others stay."""
    door.call("iam", "TagRole", RoleName=name, Tags=[{"Key": key, "Value": value} for key, value in tags])


def delete(door: Door, role: Role) -> None:
    """Delete the role after its policies, in the order IAM asks for (API reference, DeleteRole)."""
    for arn in role.attached:
        detach_policy(door, role.name, arn)
    for policy, _ in role.inline:
        delete_policy(door, role.name, policy)
    door.call("iam", "DeleteRole", RoleName=role.name, expected=("NoSuchEntity",))


def _inline(door: Door, name: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for policy in sorted(door.pages("iam", "ListRolePolicies", "PolicyNames", RoleName=name)):
        answer = door.call("iam", "GetRolePolicy", RoleName=name, PolicyName=policy, expected=("NoSuchEntity",))
        if not isinstance(answer, Refusal):
            found.append((str(policy), _document(answer["PolicyDocument"])))
    return found


def _document(document: Any) -> dict[str, Any]:
    """IAM sends policies URL-encoded; botocore decodes most of them, but not from every server."""
    return json.loads(unquote(document)) if isinstance(document, str) else dict(document)


def _pairs(tags: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((tag["Key"], tag["Value"]) for tag in tags))
