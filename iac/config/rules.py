"""What the options of a dwh.cfg may say, by AWS's rules. Each check answers None, or what would be allowed."""

from __future__ import annotations

import re
from collections.abc import Callable

from iac.facts import limits
from iac.facts.node_types import NODE_TYPE, NODE_TYPES, PORT_RANGES, is_retired, memory, replacement

OWN_TAG = "managedby"
MOST_OWN_TAGS = limits.MOST_TAGS - 5
"""Of [TAGS]: the rest is for the tags that these scripts put on everything."""


def anything(text: str) -> None:
    """For an option that has no rule, or one that other options decide."""


def one_of(*words: str) -> Callable[[str], str | None]:
    """The check for one of these words."""
    return lambda text: None if text in words else f"must be {' or '.join(words)}"


def whole_number(allowed: str) -> Callable[[str], str | None]:
    """The check for 1 or more, without a sign."""
    return lambda text: None if re.fullmatch(r"[0-9]{1,9}", text) and int(text) else allowed


def yes_or_no(text: str) -> str | None:
    """What configparser's getboolean reads."""
    return None if is_yes(text) or text in ("no", "false", "off", "0") else "must be yes or no"


def is_yes(text: str) -> bool:
    """Whether it is one of the words for yes."""
    return text in ("yes", "true", "on", "1")


def usd(allowed: str) -> Callable[[str], str | None]:
    """The check for an amount of US dollars."""
    amount = r"(?=.*[1-9])(?:[0-9]{1,9}\.?[0-9]{0,9}|\.[0-9]{1,9})"
    return lambda text: None if re.fullmatch(amount, text) else allowed


def identifier(text: str) -> str | None:
    """API reference, CreateCluster, ClusterIdentifier."""
    if limits.IDENTIFIER.match(text):
        return None
    return "must be 1 to 63 letters, digits or single hyphens, the first a letter and the last no hyphen"


def database(text: str) -> str | None:
    """API reference, CreateCluster, DBName; the underscore and $ are accepted beyond its text."""
    if not limits.DATABASE.match(text):
        return "must be 1 to 64 lower-case letters, digits or underscores, the first no digit"
    return _reserved(text)


def user(text: str) -> str | None:
    """API reference, CreateCluster, MasterUsername."""
    if not limits.USER.match(text):
        return "must be 1 to 128 lower-case letters, digits or any of _ + . @ -, the first a letter"
    if text in limits.UNUSABLE_USERS:
        return f"{text} is Redshift's own and cannot be the admin user"
    return _reserved(text)


def _reserved(text: str) -> str | None:
    return f"{text} is a word that Redshift reserves" if text.upper() in limits.RESERVED_WORDS else None


def password(text: str) -> str | None:
    """API reference, CreateCluster, MasterUserPassword."""
    if limits.PASSWORD.match(text):
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
    return f"is not a node type; the node types are {', '.join(NODE_TYPES)}"


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
    return None if limits.ROLE_NAME.match(text) else "must be 1 to 64 letters, digits or any of _ + = , . @ -"


def role(text: str) -> str | None:
    """A role's name, or its ARN."""
    return None if limits.ROLE_ARN.match(text) else role_name(text)


def policy_arn(text: str) -> str | None:
    """IAM User Guide, IAM identifiers."""
    if limits.POLICY_ARN.match(text):
        return None
    return "must be the ARN of an IAM policy, such as arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def region(text: str) -> str | None:
    """The shape of a Region's name; whether AWS has it is AWS's to say."""
    return None if limits.REGION.match(text) else "must be the name of an AWS Region, such as us-west-2"


def subnet_group(text: str) -> str | None:
    """API reference, CreateClusterSubnetGroup, ClusterSubnetGroupName."""
    if text.lower() == "default":
        return "AWS does not allow the name default; blank means the default VPC"
    return None if limits.SUBNET_GROUP.match(text) else "must be 1 to 255 letters, digits or hyphens"


def snapshot_days(text: str) -> str | None:
    """API reference, DeleteCluster, FinalClusterSnapshotRetentionPeriod, in days; -1, for ever, is not offered."""
    low, high = limits.SNAPSHOT_DAYS
    return None if re.fullmatch(r"[0-9]{1,9}", text) and low <= int(text) <= high else f"must be {low} to {high} days"


def ingress(text: str) -> str | None:
    """auto, or what networks() reads."""
    if text.lower() == "auto" or None not in map(cidr, _split(text)):
        return None
    return "must be auto, or addresses and ranges such as 203.0.113.7/32, with commas between them"


def networks(text: str) -> tuple[str, ...] | None:
    """The address ranges in AWS's own form, each once; None for auto."""
    if text.lower() == "auto":
        return None
    return tuple(dict.fromkeys(found for each in _split(text) if (found := cidr(each)))) or None


def _split(text: str) -> list[str]:
    return [each.strip("'\"") for each in re.split(r"[,\s]+", text) if each]


def cidr(text: str) -> str | None:
    """The address range in AWS's own form, a bare address as one host; None for no such thing."""
    import ipaddress  # 3 ms that a file with DWH_INGRESS_CIDR = auto need not spend

    try:
        return None if "%" in text else str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return None


def tag(key: str, value: str) -> str | None:
    """Management Guide, Tagging requirements; keys to EC2's 127 characters, one fewer than Redshift's."""
    if not 1 <= len(key) <= limits.EC2_TAG_KEY_LENGTH or not _taggable(key):
        return "a tag's name must be 1 to 127 letters, digits, spaces or any of _ . : / = + - @"
    if key.lower().startswith(limits.AWS_TAG_PREFIX):
        return "names that begin with aws: are AWS's own"
    if key.lower() == OWN_TAG:
        return "ManagedBy is the tag that marks what these scripts made"
    if len(value) > limits.TAG_VALUE_LENGTH or not _taggable(value):
        return "a tag's value must be at most 256 letters, digits, spaces or any of _ . : / = + - @"
    return None


def _taggable(text: str) -> bool:
    return all(each.isalnum() or each in limits.TAG_PUNCTUATION for each in text)
