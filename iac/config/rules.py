"""AWS's rules for names and numbers. Each check answers None, or what would be allowed."""

from __future__ import annotations

import re

from iac.config.nodes import NODE_TYPE, NODE_TYPES, PORT_RANGES, is_retired, memory, replacement
from iac.config.reserved import RESERVED_WORDS

IDENTIFIER = re.compile(r"(?=.{1,63}\Z)[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*\Z")
DATABASE = re.compile(r"[a-z_][a-z0-9_$]{0,63}\Z")
USER = re.compile(r"[a-z][a-z0-9_+.@-]{0,127}\Z")
PASSWORD = re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[!#-&(-.0-?A-\[\]-~]{8,64}\Z")
ROLE_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{1,64}\Z")
ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>[0-9]{12}):role/(?:[A-Za-z0-9_+=,.@-]+/)*(?P<name>[A-Za-z0-9_+=,.@-]{1,64})\Z")
POLICY_ARN = re.compile(r"arn:aws[a-z-]*:iam::(?:aws|[0-9]{12}):policy/[A-Za-z0-9_+=,.@/-]+\Z")
REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9]\Z")
SUBNET_GROUP = re.compile(r"[A-Za-z0-9-]{1,255}\Z")
BUCKET_PLACE = re.compile(r"s3://[A-Za-z0-9][A-Za-z0-9._-]{2,254}(?:/.*)?\Z")
PUNCTUATION = frozenset(" _.:/=+-@")
UNUSABLE_USERS = frozenset({"public", "rdsdb"})
OWN_TAG = "managedby"
MOST_TAGS = 45
SNAPSHOT_DAYS = (1, 3653)


def identifier(text: str) -> str | None:
    """API reference, CreateCluster, ClusterIdentifier."""
    if IDENTIFIER.match(text):
        return None
    return "must be 1 to 63 letters, digits or single hyphens, the first a letter and the last no hyphen"


def database(text: str) -> str | None:
    """API reference, CreateCluster, DBName; the underscore and $ are accepted beyond its text."""
    if not DATABASE.match(text):
        return "must be 1 to 64 lower-case letters, digits or underscores, the first no digit"
    return _reserved(text)


def user(text: str) -> str | None:
    """API reference, CreateCluster, MasterUsername."""
    if not USER.match(text):
        return "must be 1 to 128 lower-case letters, digits or any of _ + . @ -, the first a letter"
    if text in UNUSABLE_USERS:
        return f"{text} is Redshift's own and cannot be the admin user"
    return _reserved(text)


def _reserved(text: str) -> str | None:
    return f"{text} is a word that Redshift reserves" if text.upper() in RESERVED_WORDS else None


def password(text: str) -> str | None:
    """API reference, CreateCluster, MasterUserPassword."""
    if PASSWORD.match(text):
        return None
    return (
        "must be 8 to 64 characters with an upper-case letter, a lower-case letter and a digit, "
        "and none of ' \" \\ / @ or a space; left blank, a strong one is made"
    )


def node_type(text: str, region: str = "us-west-2", number_of_nodes: int = 1) -> str | None:
    """Management Guide, Node type details.

    The API has no closed list, so a well-formed name that is not known here is AWS's to judge.
    """
    if is_retired(text):
        return f"is no longer sold by AWS; {instead(text, region, number_of_nodes)}"
    if NODE_TYPE.match(text):
        return None
    return f"is no node type, such as {', '.join(NODE_TYPES)}"


def instead(name: str, region: str, number_of_nodes: int) -> str:
    """What to take for a node type that is not sold, with its price."""
    node = replacement(name, region, number_of_nodes)
    enough = node.memory >= memory(name)
    which = f"the cheapest with at least its {memory(name)} GiB" if enough else "the largest"
    several = ", for 2 nodes or more" if number_of_nodes < node.least else ""
    return f"{which} is {node.name} ({node.memory} GiB, ${node.usd} per node and hour in us-east-1{several})"


def number_of_nodes(count: int, name: str) -> str | None:
    """Management Guide, Node type details; more than a new cluster may have can be reached by a resize."""
    node = NODE_TYPES[name]
    if node.least <= count <= node.most_resized:
        return None
    resized = f" ({node.most_resized} by a resize)" if node.most_resized > node.most else ""
    return f"a cluster of {name} has {node.counts} nodes{resized}"


def port(number: int, name: str) -> str | None:
    """API reference, CreateCluster, Port; a family that is not known here has RA3's ranges."""
    ranges = PORT_RANGES.get(name.partition(".")[0], PORT_RANGES["ra3"])
    if any(low <= number <= high for low, high in ranges):
        return None
    return f"must be {' or '.join(f'{low} to {high}' for low, high in ranges)} for {name}"


def role_name(text: str) -> str | None:
    """API reference (IAM), CreateRole, RoleName."""
    return None if ROLE_NAME.match(text) else "must be 1 to 64 letters, digits or any of _ + = , . @ -"


def policy_arn(text: str) -> str | None:
    """IAM User Guide, IAM identifiers."""
    if POLICY_ARN.match(text):
        return None
    return "must be the ARN of an IAM policy, such as arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def region(text: str) -> str | None:
    """The shape of a Region's name; whether AWS has it is AWS's to say."""
    return None if REGION.match(text) else "must be the name of an AWS Region, such as us-west-2"


def subnet_group(text: str) -> str | None:
    """API reference, CreateClusterSubnetGroup, ClusterSubnetGroupName."""
    if text.lower() == "default":
        return "default is no name AWS allows; blank means the default VPC"
    return None if SUBNET_GROUP.match(text) else "must be 1 to 255 letters, digits or hyphens"


def snapshot_days(days: int) -> str | None:
    """API reference, DeleteCluster, FinalClusterSnapshotRetentionPeriod, in days; -1, for ever, is not offered."""
    low, high = SNAPSHOT_DAYS
    return None if low <= days <= high else f"must be {low} to {high} days"


def cidr(text: str) -> str | None:
    """The address range in AWS's own form, a bare address as one host; None for no such thing."""
    import ipaddress  # 3 ms that a file with DWH_INGRESS_CIDR = auto need not spend

    try:
        return None if "%" in text else str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return None


def tag(key: str, value: str) -> str | None:
    """Management Guide, Tagging requirements; keys to EC2's 127 characters, one fewer than Redshift's."""
    if not 1 <= len(key) <= 127 or not _taggable(key):
        return "a tag's name must be 1 to 127 letters, digits, spaces or any of _ . : / = + - @"
    if key.lower().startswith("aws:"):
        return "names that begin with aws: are AWS's own"
    if key.lower() == OWN_TAG:
        return "ManagedBy is the tag that marks what these scripts made"
    if len(value) > 256 or not _taggable(value):
        return "a tag's value must be at most 256 letters, digits, spaces or any of _ . : / = + - @"
    return None


def _taggable(text: str) -> bool:
    return all(each.isalnum() or each in PUNCTUATION for each in text)
