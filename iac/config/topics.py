"""What a dwh.cfg says about size and names: the options that make a cluster."""

from __future__ import annotations

import re

from iac.config import blank, rules
from iac.config.ini import Option
from iac.config.reading import Reading
from iac.facts import limits
from iac.facts.node_types import DEFAULT_PORT, NODE_TYPES, replacement, sold_in, spelled_like

NODE_TYPE = "ra3.large"
IDENTIFIER = "dwhcluster"
DATABASE = "dwh"
USER = "dwhuser"
ROLE = "dwhRole"
AWS_DEFAULT_USER = "awsuser"


def node_type(reading: Reading) -> str:
    """The node type as the file has it; see check_node_type."""
    option = reading.one("node_type")
    if option is None:
        reading.default(f"node type {NODE_TYPE}")
        return NODE_TYPE
    return blank.unquoted(option.value).lower()


def check_node_type(reading: Reading, name: str, region: str, number_of_nodes: int) -> None:
    """Records a fault for what is no node type, or one that AWS no longer sells, with the one to take."""
    wrong = rules.node_type(name, region, number_of_nodes)
    option = reading.chosen.get("node_type")
    if option is None or wrong is None:
        return
    bare = blank.uncommented(name)
    why = rules.node_type(bare, region, number_of_nodes)
    reading.refuse(option, why or wrong, bare if why is None else _sold_like(bare, region, number_of_nodes))


def _sold_like(name: str, region: str, number_of_nodes: int) -> str:
    """A misspelled name is put right; what is not sold, or not for so many nodes, is replaced."""
    meant = spelled_like(name)
    fits = [node.name for node in sold_in(region) if number_of_nodes >= node.least]
    return meant if meant in fits else replacement(meant, region, number_of_nodes).name


def number_of_nodes(reading: Reading, node_type: str) -> int:
    """The number of nodes; checked against the node type only where that is one AWS sells."""
    name = node_type if node_type in NODE_TYPES else None
    kind = _cluster_type(reading)
    option = reading.one("number_of_nodes")
    if option is None:
        return _nodes_by_default(reading, kind, name)
    count = whole_number(reading, option, "must be a whole number of nodes, 1 or more", 1, 1)
    if count is None:
        return 1
    if kind == "single-node" and count > 1:
        where = reading.filled("cluster_type")[0]
        allowed = f"{where.name} (line {where.line.number}) says single-node, which is 1 node (or say multi-node there)"
        reading.refuse(option, allowed, "1")
    elif name and (wrong := rules.number_of_nodes(count, name)):
        node = NODE_TYPES[name]
        reading.refuse(option, wrong, str(max(node.least, min(count, node.most))))
    elif name and count > NODE_TYPES[name].most:
        most = NODE_TYPES[name].most
        reading.note(f"AWS makes a cluster of {name} with at most {most} nodes; {count} are reached by a resize only")
    elif kind == "multi-node" and count == 1:
        reading.note("1 node is a single-node cluster, whatever the cluster type says")
    return count


def _nodes_by_default(reading: Reading, kind: str | None, name: str | None) -> int:
    least = NODE_TYPES[name].least if name else 1
    if kind == "single-node" and least > 1:
        option = reading.filled("cluster_type")[0]
        reading.refuse(option, f"a cluster of {name} has {NODE_TYPES[name or NODE_TYPE].counts} nodes", "multi-node")
    count = 2 if kind == "multi-node" else least
    reading.default(f"{count} node{'s' if count > 1 else ''}")
    return count


def _cluster_type(reading: Reading) -> str | None:
    option = reading.one("cluster_type")
    if option is None:
        return None
    kind = blank.unquoted(option.value).lower()
    if kind in ("single-node", "multi-node"):
        return kind
    alike = "single-node" if kind.startswith("s") else "multi-node"
    reading.refuse(option, "must be single-node or multi-node", alike)
    return None


def whole_number(reading: Reading, option: Option, allowed: str, least: int, instead: int) -> int | None:
    """The option's value as a number of at least `least`, or None and a fault."""
    text = blank.unquoted(option.value)
    if re.fullmatch(r"[0-9]{1,9}", text) and int(text) >= least:
        return int(text)
    first = re.match(r"([0-9]{1,9})(?:\.0+)?(?:\s|$)", text)
    good = first and int(first[1]) >= least
    reading.refuse(option, allowed, first[1] if first and good else str(instead))
    return None


def identifier(reading: Reading) -> str:
    """The cluster's identifier, in lower case as AWS keeps it."""
    option = reading.one("identifier")
    if option is None:
        reading.default(f"identifier {IDENTIFIER}")
        return IDENTIFIER
    spelled = blank.unquoted(option.value)
    name = spelled.lower()
    wrong = rules.identifier(name)
    if wrong:
        tidy = re.sub(r"[^a-z0-9]+", "-", blank.uncommented(name)).lstrip("-0123456789")[:63].rstrip("-")
        reading.refuse(option, wrong, tidy or IDENTIFIER)
    elif name != spelled:
        reading.note(f"The identifier {spelled} is {name} at AWS, which keeps identifiers in lower case")
    return name


def database(reading: Reading) -> str:
    """The name of the database."""
    option = reading.one("database")
    if option is None:
        reading.default(f"database {DATABASE}")
        return DATABASE
    name = blank.unquoted(option.value)
    wrong = rules.database(name)
    if wrong:
        tidy = re.sub(r"[^a-z0-9_]", "_", blank.uncommented(name).lower())[:64]
        reading.refuse(option, wrong, tidy if not rules.database(tidy) else DATABASE)
    return name


def user(reading: Reading) -> str:
    """The admin user."""
    option = reading.one("user")
    if option is None:
        reading.default(f"user {USER}")
        return USER
    name = blank.unquoted(option.value)
    wrong = rules.user(name)
    if wrong:
        tidy = blank.uncommented(name).lower()
        reading.refuse(option, wrong, tidy if not rules.user(tidy) else USER)
    elif name == AWS_DEFAULT_USER:
        reading.note("awsuser is the admin name that everyone tries first; Security Hub (Redshift.8) advises another")
    return name


def port(reading: Reading, node_type: str) -> int:
    """The port, in the ranges of the node type's family."""
    option = reading.one("port")
    if option is None:
        reading.default(f"port {DEFAULT_PORT}")
        return DEFAULT_PORT
    number = whole_number(reading, option, "must be a port number", 1, DEFAULT_PORT)
    if number is None:
        return DEFAULT_PORT
    wrong = rules.port(number, node_type) if rules.node_type(node_type) is None else None
    if wrong:
        reading.refuse(option, wrong, str(DEFAULT_PORT))
    return number


def role(reading: Reading) -> tuple[str, str]:
    """The IAM role's name, and its ARN where the file names the role by that.

    What stands in an ARN option counts where no other option names the role.
    """
    option = reading.one("role_name")
    if option is None:
        return _role_by_arn_option(reading)
    name = blank.unquoted(option.value)
    by_arn = limits.ROLE_ARN.match(name)
    if by_arn:
        return by_arn["name"], name
    wrong = rules.role_name(name)
    if wrong:
        last = blank.uncommented(name).rpartition("/")[2]
        tidy = re.sub(r"[^A-Za-z0-9_+=,.@-]", "-", last)[:64]
        reading.refuse(option, wrong, tidy or ROLE)
    return name, ""


def _role_by_arn_option(reading: Reading) -> tuple[str, str]:
    for option in reading.filled("role_arn"):
        text = blank.unquoted(option.value)
        by_arn = limits.ROLE_ARN.match(text)
        if by_arn:
            return by_arn["name"], text
        if rules.role_name(text) is None:
            reading.note(f"{option.name} in [{option.section}] holds a role's name, {text}, and is left as it is")
            return text, ""
    reading.default(f"role {ROLE}")
    return ROLE, ""
