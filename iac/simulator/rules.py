"""AWS's checks of what a cluster may be called and set to, and its refusals."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from iac.facts import limits
from iac.facts.node_types import PORT_RANGES, NodeType
from iac.simulator.refusals import Refusal, conflicting, invalid


def check_identifier(identifier: str) -> None:
    """API reference, CreateCluster, ClusterIdentifier."""
    if not limits.IDENTIFIER.match(identifier):
        raise invalid(
            f"The parameter ClusterIdentifier is not a valid identifier: {identifier}. Identifiers must "
            "begin with a letter; must contain only lowercase ASCII letters, digits, and hyphens; "
            "and must not end with a hyphen or contain two consecutive hyphens."
        )


def check_user(user: str) -> None:
    """API reference, CreateCluster, MasterUsername."""
    if not limits.USER.match(user) or user in limits.UNUSABLE_USERS or user.upper() in limits.RESERVED_WORDS:
        raise invalid(f"The parameter MasterUsername is not valid: {user}")


def check_database(name: str) -> None:
    """API reference, CreateCluster, DBName."""
    if not limits.DATABASE.match(name) or name.upper() in limits.RESERVED_WORDS:
        raise invalid(f"The parameter DBName is not valid: {name}")


def check_password(params: dict[str, Any], *, needed: bool) -> None:
    """Either a password is given, or AWS Secrets Manager keeps one."""
    password, managed = params.get("MasterUserPassword"), params.get("ManageMasterPassword")
    if password and managed:
        raise conflicting("You can't specify MasterUserPassword when ManageMasterPassword is true.")
    if needed and not password and not managed:
        raise conflicting("Either MasterUserPassword or ManageMasterPassword must be specified.")
    if password and not limits.PASSWORD.match(password):
        raise invalid(
            "The parameter MasterUserPassword is not a valid password. It must be 8 to 64 characters, "
            "with at least one uppercase letter, one lowercase letter and one number, and printable "
            "ASCII characters except for single quote, double quote, backslash, slash and @."
        )


def check_port(port: int | None) -> None:
    """API reference, CreateCluster, Port; RG and RA3 have the same ranges."""
    if port is not None and not any(low <= port <= high for low, high in PORT_RANGES["rg"]):
        raise invalid(f"Invalid port {port}. The port must be within 5431-5455 or 8191-8215.")


def check_default_role(arn: str | None, associated: Collection[str]) -> None:
    """Management Guide, Creating an IAM role as default: one of the cluster's roles; an empty one clears it."""
    if arn and arn not in associated:
        raise invalid(f"The default IAM role {arn} is not associated with the cluster.")


def check_automated_retention(days: int | None) -> None:
    """Days that automated snapshots are kept."""
    low, high = limits.AUTOMATED_SNAPSHOT_DAYS
    if days is not None and not low <= days <= high:
        raise invalid(f"Invalid automated snapshot retention period {days}: must be between {low} and {high}.")


def check_manual_retention(days: int | None) -> None:
    """Days, or -1 for ever. Raises InvalidRetentionPeriodFault."""
    low, high = limits.SNAPSHOT_DAYS
    if days is not None and days != -1 and not low <= days <= high:
        raise Refusal(
            "InvalidRetentionPeriodFault",
            f"The retention period {days} must be -1 or between {low} and {high} days.",
        )


def check_node_type(name: str, orderable: list[NodeType]) -> NodeType:
    """The node type, if it is among those that can be ordered."""
    for node in orderable:
        if node.name == name:
            return node
    raise invalid(f"Invalid node type: {name}")


def check_size(params: dict[str, Any], orderable: list[NodeType]) -> int:
    """The number of nodes that CreateCluster is asked for."""
    node = check_node_type(params["NodeType"], orderable)
    kind, nodes = params.get("ClusterType") or "multi-node", params.get("NumberOfNodes")
    if kind == "single-node":
        if nodes is not None:
            raise invalid("Number of nodes must be not be supplied for cluster type single-node.")
        if not node.single_node:
            raise invalid(f"Node type {node.name} does not support cluster type single-node.")
        return 1
    if kind != "multi-node":
        raise invalid(f"Invalid cluster type: {kind}")
    if nodes is None or nodes < 2:
        raise conflicting("Number of nodes for cluster type multi-node must be greater than or equal to 2")
    if nodes > node.most:
        raise invalid(f"Invalid number of nodes {nodes}: {node.name} allows 2 to {node.most}.")
    return int(nodes)


def check_tags(tags: list[dict[str, str]]) -> list[dict[str, str]]:
    """The tags, if AWS takes them (Management Guide, Tagging requirements)."""
    for tag in tags:
        key, value = tag["Key"], tag.get("Value", "")
        allowed = 1 <= len(key) <= limits.TAG_KEY_LENGTH and not key.lower().startswith(limits.AWS_TAG_PREFIX)
        if not allowed or len(value) > limits.TAG_VALUE_LENGTH:
            raise Refusal("InvalidTagFault", f"The tag {key} is not valid.")
    if len(tags) > limits.MOST_TAGS:
        raise Refusal("TagLimitExceededFault", f"A resource can have at most {limits.MOST_TAGS} tags.")
    return tags
