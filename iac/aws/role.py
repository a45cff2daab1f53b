"""The IAM role that the cluster uses to read from S3."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from iac.aws.connection import Door, Refusal
from iac.observed import Role, is_ours


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
