"""The IAM role that the cluster uses to read from S3."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from iac.aws.connection import Connection, Refusal
from iac.observed import Role
from iac.tags import is_ours


def look(connection: Connection, name: str) -> Role | None:
    """The role, or None. Of one that is not ours, the policies are nobody's business here."""
    answer = connection.call("iam", "GetRole", RoleName=name, expected=("NoSuchEntity",))
    if isinstance(answer, Refusal):
        return None
    found = answer["Role"]
    tags = _pairs(found.get("Tags", []))
    seen = Role(
        name=found["RoleName"],
        arn=found["Arn"],
        ours=is_ours(tags),
        created_at=found["CreateDate"],
        trust=_document(found.get("AssumeRolePolicyDocument", {})),
        inline=(),
        attached=(),
        tags=tags,
    )
    return _with_policies(connection, seen) if seen.ours else seen


def profiles(connection: Connection, name: str) -> tuple[str, ...]:
    """The instance profiles that the role is in: IAM does not delete it then (API reference, DeleteRole)."""
    found = connection.pages(
        "iam", "ListInstanceProfilesForRole", "InstanceProfiles", expected=("NoSuchEntity",), RoleName=name
    )
    return tuple(sorted(each["InstanceProfileName"] for each in found))


def _with_policies(connection: Connection, role: Role) -> Role:
    attached = connection.pages(
        "iam", "ListAttachedRolePolicies", "AttachedPolicies", expected=("NoSuchEntity",), RoleName=role.name
    )
    arns = tuple(sorted(policy["PolicyArn"] for policy in attached))
    return replace(role, attached=arns, inline=tuple(_inline(connection, role.name)))


def _inline(connection: Connection, name: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    names: list[Any] = connection.pages("iam", "ListRolePolicies", "PolicyNames", ("NoSuchEntity",), RoleName=name)
    for policy in sorted(names):
        answer = connection.call("iam", "GetRolePolicy", RoleName=name, PolicyName=policy, expected=("NoSuchEntity",))
        if not isinstance(answer, Refusal):
            found.append((str(policy), _document(answer["PolicyDocument"])))
    return found


def _document(document: Any) -> dict[str, Any]:
    """IAM sends policies URL-encoded; botocore decodes most of them, but not from every server."""
    return json.loads(unquote(document)) if isinstance(document, str) else dict(document)


def _pairs(tags: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((tag["Key"], tag["Value"]) for tag in tags))
