"""The IAM role that the cluster uses to read from S3."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from iac.errors import Refusal
from iac.observed import Role
from iac.naming import is_ours, tag_pairs

if TYPE_CHECKING:
    from iac.aws.connection import Connection


def look(connection: Connection, name: str, *, listed: bool = True, text_of: str = "") -> Role | None:
    """The role, or None. Of one that is not ours, the policies are nobody's business here.

    listed: whether the names of its inline policies are asked for. text_of: the inline policy that is read, listed or not.
    """
    answer = connection.call("iam", "GetRole", RoleName=name, expected=("NoSuchEntity",))
    if isinstance(answer, Refusal):
        return None
    found = answer["Role"]
    tags = tag_pairs(found)
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
    if not seen.ours:
        return seen
    attached = connection.begin(lambda: _listed(connection, name, "ListAttachedRolePolicies", "AttachedPolicies"))
    names = connection.begin(lambda: _listed(connection, name, "ListRolePolicies", "PolicyNames") if listed else [])
    text = connection.begin(lambda: _text(connection, name, text_of) if text_of else {})
    inline: dict[str, dict[str, Any]] = {**{each: {} for each in names()}, **text()}
    arns = sorted(policy["PolicyArn"] for policy in attached())
    return replace(seen, attached=tuple(arns), inline=tuple(sorted(inline.items())))


def exists(connection: Connection, name: str) -> bool:
    """Whether there is a role of this name."""
    return not isinstance(connection.call("iam", "GetRole", RoleName=name, expected=("NoSuchEntity",)), Refusal)


def whole(connection: Connection, *names: str) -> tuple[Role, ...]:
    """Those of these roles that exist, looked at side by side; of each of ours, the instance profiles it is in."""

    def one(name: str) -> Role | None:
        found = look(connection, name)
        return replace(found, profiles=profiles(connection, name)) if found is not None and found.ours else found

    looks = [connection.begin(partial(one, name)) for name in names]
    return tuple(found for found in (each() for each in looks) if found is not None)


def ours(connection: Connection, *names: str) -> tuple[Role, ...]:
    """Those of them that are ours."""
    return tuple(each for each in whole(connection, *names) if each.ours)


def profiles(connection: Connection, name: str) -> tuple[str, ...]:
    """The instance profiles that the role is in: IAM does not delete it then (API reference, DeleteRole)."""
    found = _listed(connection, name, "ListInstanceProfilesForRole", "InstanceProfiles")
    return tuple(sorted(each["InstanceProfileName"] for each in found))


def _listed(connection: Connection, role: str, operation: str, member: str) -> list[Any]:
    """Every item of what IAM lists of a role; nothing where there is no such role any more."""
    return connection.pages("iam", operation, member, expected=("NoSuchEntity",), RoleName=role)


def _text(connection: Connection, role: str, policy: str) -> dict[str, dict[str, Any]]:
    answer = connection.call("iam", "GetRolePolicy", RoleName=role, PolicyName=policy, expected=("NoSuchEntity",))
    return {} if isinstance(answer, Refusal) else {policy: _document(answer["PolicyDocument"])}


def _document(document: Any) -> dict[str, Any]:
    """IAM sends policies URL-encoded; botocore decodes most of them, but not from every server."""
    return json.loads(unquote(document)) if isinstance(document, str) else dict(document)
