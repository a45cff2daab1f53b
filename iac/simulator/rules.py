"""AWS's rules for what a cluster may be called and set to."""

from __future__ import annotations

import re
from typing import Any

from iac.simulator import passwords, sizes
from iac.simulator.refusals import Refusal, at_odds, invalid

_IDENTIFIER = re.compile(r"(?=.{1,63}$)[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*")
_SNAPSHOT = re.compile(r"(?=.{1,255}$)[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*", re.IGNORECASE)
_USER = re.compile(r"[a-z][a-z0-9_+.@-]{0,127}")
_DATABASE = re.compile(r"[a-z_][a-z0-9_$]{0,63}")

# Database Developer Guide, "Reserved words".
_RESERVED = frozenset(
    """
    aes128 aes256 all allowoverwrite analyse analyze and any array as asc authorization az64 backup
    between binary blanksasnull both bytedict bzip2 case cast check collate column constraint
    create credentials cross current_date current_time current_timestamp current_user
    current_user_id default deferrable deflate defrag delta delta32k desc disable distinct do else
    emptyasnull enable encode encrypt encryption end except explicit false for foreign freeze from
    full globaldict256 globaldict64k grant group gzip having identity ignore ilike in initially
    inner intersect interval into is isnull join leading left like limit localtime localtimestamp
    lun luns lzo lzop minus mostly16 mostly32 mostly8 natural new not notnull null nulls off
    offline offset oid old on only open or order outer overlaps parallel partition percent
    permissions pivot placing primary raw readratio recover references rejectlog resort respect
    restore right select session_user similar snapshot some sysdate system table tag tdes text255
    text32k then timestamp to top trailing true truncatecolumns union unique unnest unpivot user
    using verbose wallet when where with without
    """.split()
)


def check_identifier(identifier: str) -> None:
    """API reference, CreateCluster, ClusterIdentifier."""
    if not _IDENTIFIER.fullmatch(identifier):
        raise invalid(
            f"The parameter ClusterIdentifier is not a valid identifier: {identifier}. Identifiers must "
            "begin with a letter; must contain only lowercase ASCII letters, digits, and hyphens; "
            "and must not end with a hyphen or contain two consecutive hyphens."
        )


def check_snapshot_identifier(identifier: str) -> None:
    """API reference, CreateClusterSnapshot, SnapshotIdentifier."""
    if not _SNAPSHOT.fullmatch(identifier):
        raise invalid(f"Invalid snapshot identifier: {identifier}")


def check_user(user: str) -> None:
    """API reference, CreateCluster, MasterUsername; rdsdb is Redshift's own."""
    if not _USER.fullmatch(user) or user in _RESERVED or user in ("public", "rdsdb"):
        raise invalid(f"The parameter MasterUsername is not valid: {user}")


def check_database(name: str) -> None:
    """API reference, CreateCluster, DBName, and what Terraform found to work."""
    if not _DATABASE.fullmatch(name) or name in _RESERVED:
        raise invalid(f"The parameter DBName is not valid: {name}")


def check_password(params: dict[str, Any], *, needed: bool) -> None:
    """A password, or AWS keeps one itself; not both."""
    password, managed = params.get(passwords.FIELD), params.get("ManageMasterPassword")
    if password and managed:
        raise at_odds("You can't specify MasterUserPassword when ManageMasterPassword is true.")
    if needed and not password and not managed:
        raise at_odds("Either MasterUserPassword or ManageMasterPassword must be specified.")
    if password and not passwords.is_legal(password):
        raise invalid(
            "The parameter MasterUserPassword is not a valid password. It must be 8 to 64 characters, "
            "with at least one uppercase letter, one lowercase letter and one number, and printable "
            "ASCII characters except for single quote, double quote, backslash, slash and @."
        )


def check_port(port: int | None) -> None:
    """API reference, CreateCluster, Port, for RG and RA3."""
    if port is not None and not (5431 <= port <= 5455 or 8191 <= port <= 8215):
        raise invalid(f"Invalid port {port}. The port must be within 5431-5455 or 8191-8215.")


def check_retention(params: dict[str, Any]) -> None:
    """Days that snapshots are kept; RG and RA3 cannot do without automated ones."""
    days = params.get("AutomatedSnapshotRetentionPeriod")
    if days is not None and not 1 <= days <= 35:
        raise invalid(f"Invalid automated snapshot retention period {days}: must be between 1 and 35.")
    check_manual_retention(params.get("ManualSnapshotRetentionPeriod"))


def check_manual_retention(days: int | None) -> None:
    """Days, or -1 for ever. Raises InvalidRetentionPeriodFault."""
    if days is not None and days != -1 and not 1 <= days <= 3653:
        raise Refusal(
            "InvalidRetentionPeriodFault",
            f"The retention period {days} must be -1 or between 1 and 3653 days.",
        )


def check_node_type(name: str, orderable: list[sizes.NodeType]) -> sizes.NodeType:
    """The node type, if it is among those that can be ordered."""
    for node in orderable:
        if node.name == name:
            return node
    raise invalid(f"Invalid node type: {name}")


def check_size(params: dict[str, Any], orderable: list[sizes.NodeType]) -> int:
    """The number of nodes that CreateCluster is asked for."""
    node = check_node_type(params["NodeType"], orderable)
    kind, nodes = params.get("ClusterType") or "multi-node", params.get("NumberOfNodes")
    if kind == "single-node":
        if nodes is not None:
            raise invalid(
                "Number of nodes must be not be supplied for cluster type single-node."
            )
        if not node.single:
            raise invalid(f"Node type {node.name} does not support cluster type single-node.")
        return 1
    if kind != "multi-node":
        raise invalid(f"Invalid cluster type: {kind}")
    if nodes is None or nodes < 2:
        raise at_odds(
            "Number of nodes for cluster type multi-node must be greater than or equal to 2"
        )
    if nodes > node.most:
        raise invalid(f"Invalid number of nodes {nodes}: {node.name} allows 2 to {node.most}.")
    return int(nodes)


def check_tags(tags: list[dict[str, str]]) -> dict[str, str]:
    """Tags as AWS takes them: 50 at most, and the prefix aws: is AWS's own."""
    wanted = {tag.get("Key", ""): tag.get("Value", "") for tag in tags}
    for key, value in wanted.items():
        if not 1 <= len(key) <= 128 or key.lower().startswith("aws:") or len(value) > 256:
            raise Refusal("InvalidTagFault", f"The tag {key} is not valid.")
    if len(wanted) > 50:
        raise Refusal("TagLimitExceededFault", "A resource can have at most 50 tags.")
    return wanted
