"""What a dwh.cfg says about size and names: the options that make a cluster."""

from __future__ import annotations

import re

from iac.config import placeholders, rules
from iac.config.ini import Option
from iac.config.validation import Validation
from iac.facts import limits
from iac.facts.node_types import DEFAULT_PORT, NODE_TYPES, replacement, sold_in, spelled_like

NODE_TYPE = "ra3.large"
IDENTIFIER = "dwhcluster"
DATABASE = "dwh"
USER = "dwhuser"
ROLE = "dwhRole"
AWS_DEFAULT_USER = "awsuser"


def node_type(cfg: Validation) -> str:
    """The node type as the file has it; see check_node_type."""
    option = cfg.one("node_type")
    if option is None:
        cfg.default(f"node type {NODE_TYPE}")
        return NODE_TYPE
    return placeholders.unquoted(option.value).lower()


def check_node_type(cfg: Validation, name: str, region: str, number_of_nodes: int) -> None:
    """Records a fault for what is no node type, or one that AWS no longer sells, with the one to take."""
    wrong = rules.node_type(name, region, number_of_nodes)
    option = cfg.chosen.get("node_type")
    if option is None or wrong is None:
        return
    bare = placeholders.uncommented(name)
    why = rules.node_type(bare, region, number_of_nodes)
    cfg.refuse(option, why or wrong, bare if why is None else _sold_like(bare, region, number_of_nodes))


def _sold_like(name: str, region: str, number_of_nodes: int) -> str:
    """A misspelled name is put right; what is not sold, or not for so many nodes, is replaced."""
    meant = spelled_like(name)
    fits = [node.name for node in sold_in(region) if number_of_nodes >= node.least]
    return meant if meant in fits else replacement(meant, region, number_of_nodes).name


def number_of_nodes(cfg: Validation, node_type: str) -> int:
    """The number of nodes; checked against the node type only where that is one AWS sells."""
    name = node_type if node_type in NODE_TYPES else None
    kind = _cluster_type(cfg)
    option = cfg.one("number_of_nodes")
    if option is None:
        return _nodes_by_default(cfg, kind, name)
    count = whole_number(cfg, option, "must be a whole number of nodes, 1 or more", 1, 1)
    if count is None:
        return 1
    if kind == "single-node" and count > 1:
        where = cfg.filled("cluster_type")[0]
        allowed = f"{where.name} (line {where.line.number}) says single-node, which is 1 node (or say multi-node there)"
        cfg.refuse(option, allowed, "1")
    elif name and (wrong := rules.number_of_nodes(count, name)):
        node = NODE_TYPES[name]
        cfg.refuse(option, wrong, str(max(node.least, min(count, node.most))))
    elif name and count > NODE_TYPES[name].most:
        most = NODE_TYPES[name].most
        cfg.note(f"AWS makes a cluster of {name} with at most {most} nodes; {count} are reached by a resize only")
    elif kind == "multi-node" and count == 1:
        cfg.note("1 node is a single-node cluster, whatever the cluster type says")
    return count


def _nodes_by_default(cfg: Validation, kind: str | None, name: str | None) -> int:
    least = NODE_TYPES[name].least if name else 1
    if kind == "single-node" and least > 1:
        option = cfg.filled("cluster_type")[0]
        cfg.refuse(option, f"a cluster of {name} has {NODE_TYPES[name or NODE_TYPE].counts} nodes", "multi-node")
    count = 2 if kind == "multi-node" else least
    cfg.default(f"{count} node{'s' if count > 1 else ''}")
    return count


def _cluster_type(cfg: Validation) -> str | None:
    option = cfg.one("cluster_type")
    if option is None:
        return None
    kind = placeholders.unquoted(option.value).lower()
    if kind in ("single-node", "multi-node"):
        return kind
    alike = "single-node" if kind.startswith("s") else "multi-node"
    cfg.refuse(option, "must be single-node or multi-node", alike)
    return None


def whole_number(cfg: Validation, option: Option, allowed: str, least: int, instead: int) -> int | None:
    """The option's value as a number of at least `least`, or None and a fault."""
    text = placeholders.unquoted(option.value)
    if re.fullmatch(r"[0-9]{1,9}", text) and int(text) >= least:
        return int(text)
    first = re.match(r"([0-9]{1,9})(?:\.0+)?(?:\s|$)", text)
    good = first and int(first[1]) >= least
    cfg.refuse(option, allowed, first[1] if first and good else str(instead))
    return None


def identifier(cfg: Validation) -> str:
    """The cluster's identifier, in lower case as AWS keeps it."""
    option = cfg.one("identifier")
    if option is None:
        cfg.default(f"identifier {IDENTIFIER}")
        return IDENTIFIER
    spelled = placeholders.unquoted(option.value)
    name = spelled.lower()
    wrong = rules.identifier(name)
    if wrong:
        tidy = re.sub(r"[^a-z0-9]+", "-", placeholders.uncommented(name)).lstrip("-0123456789")[:63].rstrip("-")
        cfg.refuse(option, wrong, tidy or IDENTIFIER)
    elif name != spelled:
        cfg.note(f"The identifier {spelled} is {name} at AWS, which keeps identifiers in lower case")
    return name


def database(cfg: Validation) -> str:
    """The name of the database."""
    option = cfg.one("database")
    if option is None:
        cfg.default(f"database {DATABASE}")
        return DATABASE
    name = placeholders.unquoted(option.value)
    wrong = rules.database(name)
    if wrong:
        tidy = re.sub(r"[^a-z0-9_]", "_", placeholders.uncommented(name).lower())[:64]
        cfg.refuse(option, wrong, tidy if not rules.database(tidy) else DATABASE)
    return name


def user(cfg: Validation) -> str:
    """The admin user."""
    option = cfg.one("user")
    if option is None:
        cfg.default(f"user {USER}")
        return USER
    name = placeholders.unquoted(option.value)
    wrong = rules.user(name)
    if wrong:
        tidy = placeholders.uncommented(name).lower()
        cfg.refuse(option, wrong, tidy if not rules.user(tidy) else USER)
    elif name == AWS_DEFAULT_USER:
        cfg.note("awsuser is the admin name that everyone tries first; Security Hub (Redshift.8) advises another")
    return name


def port(cfg: Validation, node_type: str) -> int:
    """The port, in the ranges of the node type's family."""
    option = cfg.one("port")
    if option is None:
        cfg.default(f"port {DEFAULT_PORT}")
        return DEFAULT_PORT
    number = whole_number(cfg, option, "must be a port number", 1, DEFAULT_PORT)
    if number is None:
        return DEFAULT_PORT
    wrong = rules.port(number, node_type) if rules.node_type(node_type) is None else None
    if wrong:
        cfg.refuse(option, wrong, str(DEFAULT_PORT))
    return number


def role(cfg: Validation) -> tuple[str, str]:
    """The IAM role's name, and its ARN where the file names the role by that.

    What stands in an ARN option counts where no other option names the role.
    """
    option = cfg.one("role_name")
    if option is None:
        return _role_by_arn_option(cfg)
    name = placeholders.unquoted(option.value)
    by_arn = limits.ROLE_ARN.match(name)
    if by_arn:
        return by_arn["name"], name
    wrong = rules.role_name(name)
    if wrong:
        last = placeholders.uncommented(name).rpartition("/")[2]
        tidy = re.sub(r"[^A-Za-z0-9_+=,.@-]", "-", last)[:64]
        cfg.refuse(option, wrong, tidy or ROLE)
    return name, ""


def _role_by_arn_option(cfg: Validation) -> tuple[str, str]:
    for option in cfg.filled("role_arn"):
        text = placeholders.unquoted(option.value)
        by_arn = limits.ROLE_ARN.match(text)
        if by_arn:
            return by_arn["name"], text
        if rules.role_name(text) is None:
            cfg.note(f"{option.name} in [{option.section}] holds a role's name, {text}, and is left as it is")
            return text, ""
    cfg.default(f"role {ROLE}")
    return ROLE, ""
