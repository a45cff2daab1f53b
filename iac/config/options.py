"""Every option that a dwh.cfg may have, one row each: its names by words, what it may say, and its default.

A rule turns the text of an option, without quotes, into its value. It raises Wrong with what AWS would allow, and with
what was probably meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from iac.config.faults import Wrong
from iac.config.text import is_blank, is_surely_placeholder, uncommented, unquoted
from iac.facts import limits
from iac.facts.node_types import (
    DEFAULT_PORT, NODE_TYPE, NODE_TYPES, PORT_RANGES, is_retired, memory, replacement, sold_in, spelled_like,
)  # fmt: skip
from iac.config.secret import Secret

if TYPE_CHECKING:
    from decimal import Decimal

    from iac.config.times import AutoPause, RunningHours

MANAGED = "managed"
"""Instead of a password: AWS Secrets Manager keeps it."""


def one_of(*words: str, meant: str = "") -> Callable[[str], str]:
    """One of these words. Meant: that with the same first letter, else the one that is given, or the first."""

    def rule(text: str) -> str:
        if text in words:
            return text
        like = next((word for word in words if text.startswith(word[0])), meant or words[0])
        raise Wrong(f"must be {' or '.join(words)}", like)

    return rule


def yes_or_no(text: str) -> bool:
    """What configparser's getboolean reads."""
    if text in ("yes", "true", "on", "1"):
        return True
    if text in ("no", "false", "off", "0"):
        return False
    raise Wrong("must be yes or no", "no" if text.startswith("n") else "yes")


def whole_number(allowed: str, low: int = 1, high: int = 999_999_999) -> Callable[[str], int]:
    """A number without a sign. Meant: the number in front of 5439.0 and "2 nodes"; what is too much, at the limit."""

    def rule(text: str) -> int:
        if re.fullmatch(r"[0-9]{1,9}", text) and low <= int(text) <= high:
            return int(text)
        found = re.match(r"([0-9]{1,9})(?:\.0+)?(?:\s|$)", text)
        raise Wrong(allowed, str(min(int(found[1]), high)) if found else "")

    return rule


snapshot_days = whole_number("must be {} to {} days".format(*limits.SNAPSHOT_DAYS), *limits.SNAPSHOT_DAYS)
"""API reference, DeleteCluster, FinalClusterSnapshotRetentionPeriod; -1, for ever, is not offered."""


MOST_USD = 1_000_000
"""Of the cheapest cluster it is centuries: a time beyond the last date cannot be planned for."""


def usd(allowed: str) -> Callable[[str], Decimal]:
    """An amount of US dollars. Meant: the number in $2 and 1,50; what is too much, at the limit."""

    def rule(text: str) -> Decimal:
        from decimal import Decimal  # most files say nothing of dollars

        if re.fullmatch(r"(?=.*[1-9])(?:[0-9]+\.?[0-9]{0,9}|\.[0-9]{1,9})", text):
            if Decimal(text) > MOST_USD:
                raise Wrong(f"must be at most {MOST_USD}", str(MOST_USD))
            return Decimal(text)
        found = re.search(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?", text)
        raise Wrong(allowed, found[0].replace(",", ".") if found else "")

    return rule


def matching(
    pattern: str, allowed: str, meant: Callable[[str], str], refused: Callable[[str], str] = lambda text: ""
) -> Callable[[str], str]:
    """A text of that form. refused: why a text of that form is none all the same."""

    def rule(text: str) -> str:
        if not re.match(pattern, text):
            raise Wrong(allowed, meant(text))
        if refused(text):
            raise Wrong(refused(text))
        return text

    return rule


def _reserved(text: str) -> str:
    return f"{text} is a word that Redshift reserves" if text.upper() in limits.RESERVED_WORDS else ""


identifier = matching(  # API reference, CreateCluster, ClusterIdentifier
    limits.IDENTIFIER, "must be 1 to 63 letters, digits or single hyphens, the first a letter and the last no hyphen",
    lambda text: re.sub(r"[^a-z0-9]+", "-", text.lower()).lstrip("-0123456789")[:63].rstrip("-"),
)  # fmt: skip
subnet_group = matching(  # API reference, CreateClusterSubnetGroup, ClusterSubnetGroupName
    limits.SUBNET_GROUP, "must be 1 to 255 letters, digits or hyphens",
    lambda text: re.sub(r"[^a-z0-9]+", "-", text.lower())[:255].strip("-"),
    lambda text: "AWS does not allow the name default; blank means the default VPC" if text.lower() == "default" else "",
)  # fmt: skip
database = matching(  # API reference, CreateCluster, DBName; the underscore and $ are accepted beyond its text
    limits.DATABASE, "must be 1 to 64 lower-case letters, digits or underscores, the first no digit",
    lambda text: re.sub(r"[^a-z0-9_]", "_", text.lower())[:64], _reserved,
)  # fmt: skip
user = matching(  # API reference, CreateCluster, MasterUsername
    limits.USER, "must be 1 to 128 lower-case letters, digits or any of _ + . @ -, the first a letter", str.lower,
    lambda text: f"{text} is Redshift's own and cannot be the admin user" if text in limits.UNUSABLE_USERS
    else _reserved(text),
)  # fmt: skip
role_name = matching(  # API reference (IAM), CreateRole, RoleName, or a role's ARN. Meant: the last part of a path or an ARN
    f"{limits.ROLE_NAME}|{limits.ROLE_ARN}", "must be 1 to 64 letters, digits or any of _ + = , . @ -",
    lambda text: re.sub(r"[^A-Za-z0-9_+=,.@-]", "-", text.rpartition("/")[2])[:64],
)  # fmt: skip
policy_arn = matching(  # IAM User Guide, IAM identifiers. Meant: the ARN of AWS's own policy of that name
    limits.POLICY_ARN, "must be the ARN of an IAM policy, such as arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    lambda text: f"arn:aws:iam::aws:policy/{text if text.isalnum() and text.isascii() else 'AmazonS3ReadOnlyAccess'}",
)  # fmt: skip
region = matching(  # Its shape; whether AWS has it is AWS's to say. Meant: the Region of an Availability Zone
    limits.REGION, "must be the name of an AWS Region, such as us-west-2",
    lambda text: (re.match(limits.REGION_NAME, text) or ["us-west-2"])[0],
)  # fmt: skip


def password(text: str) -> Secret | None:
    """API reference, CreateCluster, MasterUserPassword; None where AWS keeps it."""
    if text.lower() == MANAGED:
        return None
    if re.match(limits.PASSWORD, text):
        return Secret(text)
    raise Wrong(
        "must be 8 to 64 characters with an upper-case letter, a lower-case letter and a digit, "
        "and none of ' \" \\ / @ or a space; left blank, a strong one is made"
    )


def blank_password(value: str) -> bool:
    """Whether a password is still to be made; what AWS would accept is one unless it is surely a placeholder."""
    return is_surely_placeholder(value) if re.match(limits.PASSWORD, unquoted(value)) else is_blank(value)


def node_type(text: str, region: str = "us-west-2", number_of_nodes: int = 1) -> str:
    """Management Guide, Node type details. Meant: the type that is spelled like it, or that replaces it.

    The API has no closed list, so a well-formed name that is not known here is AWS's to judge.
    """
    if re.match(NODE_TYPE, text) and not is_retired(text):
        return text
    allowed = f"is not a node type; the node types are {', '.join(NODE_TYPES)}"
    if is_retired(text):
        allowed = f"is no longer sold by AWS; {instead(text, region, number_of_nodes)}"
    meant = spelled_like(text)
    fits = [node.name for node in sold_in(region) if number_of_nodes >= node.least]
    raise Wrong(allowed, meant if meant in fits else replacement(meant, region, number_of_nodes).name)


def instead(name: str, region: str, number_of_nodes: int) -> str:
    """What to take for a node type that is not sold, with its price."""
    node = replacement(name, region, number_of_nodes)
    enough = node.memory >= memory(name)
    which = f"the cheapest with at least its {memory(name)} GiB" if enough else "the largest"
    several = ", for 2 nodes or more" if number_of_nodes < node.least else ""
    return f"{which} is {node.name} ({node.memory} GiB, ${node.usd} per node and hour in us-east-1{several})"


def number_of_nodes(count: int, name: str) -> int:
    """Management Guide, Node type details; more than a new cluster may have can be reached by a resize."""
    node = NODE_TYPES[name]
    if node.least <= count <= node.most_resized:
        return count
    resized = f" ({node.most_resized} by a resize)" if node.most_resized > node.most else ""
    raise Wrong(f"a cluster of {name} has {node.counts} nodes{resized}", str(max(node.least, min(count, node.most))))


def port(number: int, name: str) -> int:
    """API reference, CreateCluster, Port; a family that is not known here has RA3's ranges."""
    ranges = PORT_RANGES.get(name.partition(".")[0], PORT_RANGES["ra3"])
    if any(low <= number <= high for low, high in ranges):
        return number
    raise Wrong(f"must be {' or '.join(f'{low} to {high}' for low, high in ranges)} for {name}", str(DEFAULT_PORT))


def s3_access(text: str) -> str:
    """Left blank, it is what [S3] makes it: no slip is told to be `all`."""
    if text in ("listed", "all"):
        return text
    raise Wrong("must be listed or all")


_LIKE_S3 = (
    r"(?is)(?:s3[an]?(?::(?![a-z*]+\Z)/*|//+)|arn:aws[a-z-]*:s3:+"
    r"|https?://(?:(?P<bucket>[^/]+)\.)?s3[.-][a-z0-9.-]*(?:amazonaws|amazon)\.com[a-z.]*(?(bucket)|/+(?=.))/*)(?P<rest>.*)"
)


def s3_place(text: str) -> str:
    """The place without quotes; "" for what does not look like one, as a table's name. Meant: the place in this spelling.

    S3 User Guide, Methods for accessing a bucket, for the addresses by https.
    """
    bare = unquoted(text)
    if _is_s3_place(bare) and bare[-1] not in "'\"":
        return bare
    found = re.match(_LIKE_S3, text.strip("'\" "))
    if found is None:
        return ""
    place = "s3://" + (f"{found['bucket']}/" if found["bucket"] else "") + found["rest"]
    quote = next((each for each in (text[0], text[-1]) if each in "'\""), "")
    allowed = (
        "is no place in S3: that is s3://, the name of a bucket (3 to 63 lower-case letters, digits, dots or hyphens), "
        "and a path"
    )
    raise Wrong(allowed, *([f"{quote}{place}{quote}"] if _is_s3_place(place) else []))


def _is_s3_place(text: str) -> bool:
    return re.match(limits.BUCKET_PLACE, text) is not None and text.isprintable()


AUTO = "auto"
"""In DWH_INGRESS_CIDR, the caller's own address."""


def ingress(text: str) -> tuple[str, ...]:
    """auto, and the address ranges in AWS's own form, each once. Meant: a prefix length in place of a netmask.

    Ranges that are every address together become that one range, and so are called that wherever they are shown.
    """
    words = [each.strip("'\"").lower() for each in re.split(r"[,\s]+", text) if each]
    if words == [AUTO]:
        return (AUTO,)
    import ipaddress  # 3 ms that a file with auto alone need not spend

    places = [each if each == AUTO else cidr(each) or "" for each in words]
    if not all(places) or not places:
        meant = ", ".join(each if each == AUTO else cidr(each, masks=True) or "" for each in words)
        raise Wrong("must be auto, or addresses and ranges such as 203.0.113.7/32, with commas between them", meant)
    for every in ("0.0.0.0/0", "::/0"):
        like = [each for each in places if each != AUTO and (":" in each) == (":" in every)]
        if [str(each) for each in ipaddress.collapse_addresses(map(ipaddress.ip_network, like))] == [every]:
            places = [*(each for each in places if each not in like), every]
    return tuple(dict.fromkeys(places))


SHORTEST_WITH_HOST = 8
"""The shortest prefix length of a range that may be written by the address of a host in it."""


def cidr(text: str, masks: bool = False) -> str | None:
    """The address range in AWS's own form, a bare address as one host; None for no such thing.

    masks: whether a netmask may stand in place of the prefix length, unless it stands for every address.
    """
    import ipaddress

    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    if network.prefixlen < SHORTEST_WITH_HOST and text.partition("/")[0] != str(network.network_address):
        return None  # 203.0.113.7/3 is a slip for /32, and would let an eighth of the internet in
    has_mask = "." in text.partition("/")[2]
    return None if "%" in text or has_mask and not (masks and network.prefixlen) else str(network)


OWN_TAG = "managedby"
MOST_OWN_TAGS = limits.MOST_TAGS - 5
"""Of [TAGS]: the rest is for the tags that these scripts put on everything."""


def tag(key: str, value: str) -> None:
    """Management Guide, Tagging requirements; keys to EC2's 127 characters, one fewer than Redshift's."""
    if not 1 <= len(key) <= limits.EC2_TAG_KEY_LENGTH or not _taggable(key):
        raise Wrong("a tag's name must be 1 to 127 letters, digits, spaces or any of _ . : / = + - @")
    if key.lower().startswith(limits.AWS_TAG_PREFIX):
        raise Wrong("names that begin with aws: are AWS's own")
    if key.lower() == OWN_TAG:
        raise Wrong("ManagedBy is the tag that marks what these scripts made")
    if len(value) > limits.TAG_VALUE_LENGTH or not _taggable(value):
        raise Wrong("a tag's value must be at most 256 letters, digits, spaces or any of _ . : / = + - @")


def _taggable(text: str) -> bool:
    return all(each.isalnum() or each in limits.TAG_PUNCTUATION for each in text)


def auto_pause(text: str) -> AutoPause:
    """As times.py reads it, which most files do not need."""
    from iac.config import times

    return times.auto_pause(text)


def running_hours(text: str) -> RunningHours:
    """As times.py reads them."""
    from iac.config import times

    return times.running_hours(text)


def _note_on_zone(text: str) -> str:
    from iac.config import times

    return times.note_on_zone(text)


def _note_on_identifier(text: str) -> str:
    name = text.lower()
    return "" if text == name else f"The identifier {text} is {name} at AWS, which keeps identifiers in lower case"


def _note_on_user(text: str) -> str:
    advice = "awsuser is the admin name that everyone tries first; Security Hub (Redshift.8) advises another"
    return advice if text == "awsuser" else ""


class Setting(NamedTuple):
    """One option. A new one is a row in the table below, and a field of Config called like its meaning.

    meaning: the field of Config; or, where together.py says so, what several fields are made of.
    name: ours, as the file that is shipped has it.
    words: what else files call it, as names.py reads it.
    rule: the text -> the value of the field; None where each option of the meaning is read by itself.
    default: the text that a blank or missing option stands for; "" where there is none.
    called: what the default is called in the note that says it; "" where no note does.
    note: an allowed text, as spelled -> a sentence for whoever makes a cluster of the file, or "".
    any_case: whether it is read in lower case.
    secret: whether it must never be shown.
    blank: whether a value says nothing.
    """

    meaning: str
    name: str
    words: tuple[str, ...]
    rule: Callable[[str], Any] | None = str
    default: str = ""
    called: str = ""
    note: Callable[[str], str] = lambda text: ""
    any_case: bool = False
    secret: bool = False
    blank: Callable[[str], bool] = is_blank

    def allowed(self, text: str) -> Any:
        """The value. Raises Wrong, with what to put in its place: what the rule allows, else the default."""
        refused = self._wrong(text)
        if refused is None:
            return self.rule(text) if self.rule else None
        still = self._wrong(uncommented(text))
        if still is None:
            raise Wrong(refused.allowed, uncommented(text))
        raise Wrong(still.allowed, next((each for each in still.meant if each and not self._wrong(each)), self.default))

    def _wrong(self, text: str) -> Wrong | None:
        try:
            if self.rule:
                self.rule(text)
        except Wrong as wrong:
            return wrong
        return None


SETTINGS: dict[str, Setting] = {
    row.meaning: row
    for row in (
        Setting("target", "TARGET", ("TARGET AWS?",), one_of("simulator", "aws"), "aws", any_case=True),
        Setting("access_key", "KEY",
                ("AWS? ACCESS KEY ID? ADMIN? USER?", "AWS KEY ID?", "ADMIN KEY", "USER KEY", "[aws] KEY ID?"),
                Secret, secret=True),
        Setting("secret_key", "SECRET",
                ("AWS? SECRET ACCESS KEY ADMIN? USER?", "AWS SECRET KEY?", "ADMIN SECRET KEY?", "USER SECRET KEY?",
                 "[aws] SECRET KEY?", "[s3] SECRET KEY"),
                Secret, secret=True),
        Setting("session_token", "SESSION_TOKEN",
                ("AWS? SESSION TOKEN", "AWS? SECURITY TOKEN", "AWS TOKEN", "[aws] TOKEN"), Secret, secret=True),
        Setting("profile", "PROFILE", ("AWS PROFILE NAME?", "[aws] PROFILE NAME?")),
        Setting("region", "REGION", ("REGION NAME? AWS? DEFAULT? ACCESS? CLUSTER? DB?",), region, any_case=True),
        Setting("node_type", "DWH_NODE_TYPE",
                ("NODE TYPE CLUSTER? DB?", "value [warehouse] TYPE", "value [ours] NODE", "value [ours] INSTANCE TYPE",
                 "maybe NODE SIZE CLUSTER? DB?"),
                str, "ra3.large", "node type", any_case=True),
        Setting("identifier", "DWH_CLUSTER_IDENTIFIER",
                ("CLUSTER ID NAME? DB?", "CLUSTER NAME DB?", "[warehouse] ID DB?", "value [warehouse] CLUSTER",
                 "maybe CLUSTER", "maybe [warehouse] NAME"),
                identifier, "dwhcluster", "identifier", _note_on_identifier, any_case=True),
        Setting("cluster_type", "DWH_CLUSTER_TYPE", ("CLUSTER TYPE DB?", "value [warehouse] TYPE"),
                one_of("single-node", "multi-node", meant="multi-node"), any_case=True),
        Setting("number_of_nodes", "DWH_NUM_NODES",
                ("NUM NODES CLUSTER? DB?", "NUM NODE CLUSTER? DB?", "[ours] NUM CLUSTERS", "[ours] NODES",
                 "value [ours] NODE", "maybe [ours] SIZE", "maybe NODES MAX? MIN? SIZE? CLUSTER? DB?"),
                whole_number("must be a whole number of nodes, 1 or more"), "1"),
        Setting("database", "DB_NAME", ("DB NAME CLUSTER?", "DWH NAME", "[db] NAME", "[ours] DB", "maybe [warehouse] NAME"),
                database, "dwh", "database"),
        Setting("user", "DB_USER",
                ("MASTER USER NAME? CLUSTER? DB?", "[ours] USER NAME? ADMIN?", "[ours] LOGIN", "[ours] UID",
                 "maybe [ours] USER ID", "maybe [warehouse] ADMIN", "maybe [aws] USER NAME ADMIN?"),
                user, "dwhuser", "user", _note_on_user),
        Setting("password", "DB_PASSWORD",
                ("MASTER PASSWORD USER? CLUSTER? DB?", "[ours] PASSWORD USER? ADMIN?", "maybe [aws] PASSWORD ADMIN?"),
                password, secret=True, blank=blank_password),
        Setting("port", "DB_PORT", ("[ours] PORT NUM?",), whole_number("must be a port number"), str(DEFAULT_PORT), "port"),
        Setting("host", "HOST",
                ("HOST CLUSTER? DB?", "[ours] HOST NAME", "[ours] ENDPOINT ADDRESS?", "[ours] SERVER NAME?",
                 "[warehouse] ADDRESS"),
                None),
        Setting("role_name", "DWH_IAM_ROLE_NAME", ("ROLE NAME IAM? AWS? S3? CLUSTER? DB?", "[role] NAME IAM?"),
                role_name, "dwhRole"),
        Setting("role_arn", "ARN",
                ("ROLE ARN IAM? AWS? S3? CLUSTER? DB?", "IAM ARN", "DWH ARN", "REDSHIFT ARN", "[arn] ARN", "[role] ARN S3",
                 "IAM ROLE AWS? S3? CLUSTER? DB?", "[warehouse] ROLE S3?", "[role] ROLE"),
                None),
        Setting("policy_arn", "POLICY_ARN",
                ("POLICY ARN IAM? ROLE? AWS? S3?", "ROLE POLICY IAM? AWS?", "maybe [role] POLICY IAM?"), policy_arn),
        Setting("ingress", "DWH_INGRESS_CIDR",
                ("INGRESS CIDR CLUSTER? DB?", "CIDR IP", "[ours] CIDR", "maybe [ours] CIDR BLOCK? ALLOWED?"),
                ingress, "auto"),
        Setting("publicly_accessible", "DWH_PUBLICLY_ACCESSIBLE",
                ("PUBLICLY ACCESSIBLE CLUSTER? DB?", "[ours] PUBLIC ACCESS?", "[ours] PUBLIC ACCESSIBLE"),
                yes_or_no, "yes", any_case=True),
        Setting("subnet_group", "DWH_SUBNET_GROUP", ("[ours] SUBNET GROUP NAME?",), subnet_group, any_case=True),
        Setting("s3_access", "DWH_S3_ACCESS", ("[warehouse] S3 ACCESS",), s3_access, any_case=True),
        Setting("snapshot_days", "DWH_SNAPSHOT_DAYS", ("[ours] SNAPSHOT DAYS", "maybe [ours] SNAPSHOT RETENTION DAYS?"),
                snapshot_days, "35"),
        Setting("auto_pause", "DWH_AUTO_PAUSE", ("AUTO PAUSE CLUSTER?",), auto_pause, note=_note_on_zone),
        Setting("running_hours", "DWH_RUNNING_HOURS", ("[spending] RUNNING HOURS", "[aws] RUNNING HOURS"),
                running_hours, note=_note_on_zone),
        Setting("budget_usd", "DWH_BUDGET_USD", ("[spending] BUDGET USD", "[aws] BUDGET USD"),
                usd("must be a number of US dollars, more than 0, or blank for no budget")),
        Setting("max_hourly_usd", "DWH_MAX_HOURLY_USD", ("MAX HOURLY USD CLUSTER?",),
                usd("must be a number of US dollars an hour, more than 0, or blank for no limit")),
    )
}  # fmt: skip
