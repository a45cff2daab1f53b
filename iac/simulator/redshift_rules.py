"""What Redshift takes as the names, the size and the options of a cluster, and its refusals of all else."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from iac.facts import limits
from iac.facts.node_types import DEFAULT_PORT, PORT_RANGES, NodeType, cluster_type
from iac.simulator.redshift import Cluster, Params, Tags, elastic_counts
from iac.simulator.refusals import Refusal, conflicting, invalid


def check_identifier(identifier: str) -> None:
    """API reference, CreateCluster, ClusterIdentifier."""
    if not re.match(limits.IDENTIFIER, identifier):
        raise invalid(
            f"The parameter ClusterIdentifier is not a valid identifier: {identifier}. Identifiers must "
            "begin with a letter; must contain only lowercase ASCII letters, digits, and hyphens; "
            "and must not end with a hyphen or contain two consecutive hyphens."
        )


def check_login(user: str, database: str) -> None:
    """API reference, CreateCluster, MasterUsername and DBName."""
    if not re.match(limits.USER, user) or user in limits.UNUSABLE_USERS or user.upper() in limits.RESERVED_WORDS:
        raise invalid(f"The parameter MasterUsername is not valid: {user}")
    if not re.match(limits.DATABASE, database) or database.upper() in limits.RESERVED_WORDS:
        raise invalid(f"The parameter DBName is not valid: {database}")


class Setting(NamedTuple):
    """One that is kept as it is given, and shown by the same name.

    default: of a cluster that is not given one. restored: whether a restore brings it back. fits: what AWS takes.
    """

    default: Any
    restored: bool
    fits: Callable[[Any], object] = str


_DAYS, _PORTS = limits.AUTOMATED_SNAPSHOT_DAYS, PORT_RANGES["rg"]  # RA3 has the same ports
SETTINGS = {
    "PubliclyAccessible": Setting(False, restored=False),
    "EnhancedVpcRouting": Setting(False, restored=False),
    "MultiAZ": Setting(False, restored=False),
    "Encrypted": Setting(True, restored=True, fits=bool),
    "Port": Setting(DEFAULT_PORT, True, lambda port: any(low <= port <= high for low, high in _PORTS)),
    "AutomatedSnapshotRetentionPeriod": Setting(1, True, lambda days: _DAYS[0] <= days <= _DAYS[1]),
}
"""By member of CreateCluster, RestoreFromClusterSnapshot and ModifyCluster (API reference; defaults as of January 2025)."""


def check_options(params: Params) -> None:
    """The options that a new and a modified cluster can have; a password is given, or AWS Secrets Manager keeps one."""
    for member, setting in SETTINGS.items():
        value = params.get(member)
        if value is not None and not setting.fits(value):
            raise invalid(f"Invalid {member}: {value}.")
    password = params.get("MasterUserPassword")
    if password and params.get("ManageMasterPassword"):
        raise conflicting("You can't specify MasterUserPassword when ManageMasterPassword is true.")
    if password and not re.match(limits.PASSWORD, password):
        raise invalid(
            "The parameter MasterUserPassword is not a valid password. It must be 8 to 64 characters, "
            "with at least one uppercase letter, one lowercase letter and one number, and printable "
            "ASCII characters except for single quote, double quote, backslash, slash and @."
        )


def check_default_role(arn: str | None, associated: Collection[str]) -> None:
    """Management Guide, Creating an IAM role as default: one of the cluster's roles; an empty one clears it."""
    if arn and arn not in associated:
        raise invalid(f"The default IAM role {arn} is not associated with the cluster.")


def check_node_type(name: str, orderable: list[NodeType]) -> NodeType:
    """The node type, if it is among those that can be ordered."""
    for node in orderable:
        if node.name == name:
            return node
    raise invalid(f"Invalid node type: {name}")


def check_size(params: Params, orderable: list[NodeType]) -> int:
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


def check_resize(cluster: Cluster, params: Params, orderable: list[NodeType]) -> tuple[str, int]:
    """The size that ResizeCluster is asked for: another than the cluster's, that exists and the kind of resize reaches."""
    node = check_node_type(params.get("NodeType") or cluster.node_type, orderable)
    kind, nodes = params.get("ClusterType"), params.get("NumberOfNodes")
    if nodes is None:
        nodes = 1 if kind == "single-node" else cluster.number_of_nodes
    if kind not in (None, cluster_type(nodes)):
        raise invalid(f"Invalid number of nodes {nodes} for cluster type {kind}.")
    if nodes == 1 and not node.single_node:
        raise invalid(f"Node type {node.name} does not support cluster type single-node.")
    if not 1 <= nodes <= node.most_resized:
        raise invalid(f"Invalid number of nodes {nodes}: {node.name} allows 2 to {node.most_resized}.")
    if (node.name, nodes) == cluster.size:
        raise invalid("The cluster already has the requested node type and number of nodes.")
    if not params.get("Classic"):
        _check_elastic(cluster, node.name, nodes)
    return node.name, int(nodes)


def _check_elastic(cluster: Cluster, node_type: str, nodes: int) -> None:
    """A single node changes its number or type by classic resize only."""
    counts = elastic_counts(cluster.original, node_type)
    if 1 in (cluster.number_of_nodes, nodes):
        why = "Elastic resize is not supported from or to a single-node cluster."
    elif nodes not in counts:
        why = (
            f"Elastic resize of {cluster.original[1]} x {cluster.original[0]} to {nodes} x {node_type} "
            f"is not supported. Possible numbers of nodes: {counts}."
        )
    else:
        return
    raise Refusal("UnsupportedOptionFault", f"{why} Use classic resize.")


def check_tags(tags: Tags) -> Tags:
    """The tags, if AWS takes them (Management Guide, Tagging requirements)."""
    for tag in tags:
        key, value = tag["Key"], tag.get("Value", "")
        allowed = 1 <= len(key) <= limits.TAG_KEY_LENGTH and not key.lower().startswith(limits.AWS_TAG_PREFIX)
        if not allowed or len(value) > limits.TAG_VALUE_LENGTH:
            raise Refusal("InvalidTagFault", f"The tag {key} is not valid.")
    if len(tags) > limits.MOST_TAGS:
        raise Refusal("TagLimitExceededFault", f"A resource can have at most {limits.MOST_TAGS} tags.")
    return tags
