"""The cluster's size and port, where several options of a dwh.cfg decide together."""

from __future__ import annotations

from iac.config import rules
from iac.config.placeholders import uncommented
from iac.config.validation import Validation
from iac.facts.node_types import DEFAULT_PORT, NODE_TYPES, replacement, sold_in, spelled_like


def check_node_type(cfg: Validation, region: str, number_of_nodes: int) -> None:
    """Records a fault for what is no node type, or one that AWS no longer sells, with the one to take."""
    name, option = cfg.values["node_type"], cfg.chosen.get("node_type")
    wrong = rules.node_type(name, region, number_of_nodes)
    if option is None or wrong is None:
        return
    bare = uncommented(name)
    why = rules.node_type(bare, region, number_of_nodes)
    cfg.refuse(option, why or wrong, bare if why is None else _sold_like(bare, region, number_of_nodes))


def _sold_like(name: str, region: str, number_of_nodes: int) -> str:
    """A misspelled name is put right; what is not sold, or not for so many nodes, is replaced."""
    meant = spelled_like(name)
    fits = [node.name for node in sold_in(region) if number_of_nodes >= node.least]
    return meant if meant in fits else replacement(meant, region, number_of_nodes).name


def number_of_nodes(cfg: Validation) -> int:
    """The number of nodes; checked against the node type only where that is one AWS sells."""
    kind, count, option = cfg.values["cluster_type"], cfg.values["number_of_nodes"], cfg.chosen.get("number_of_nodes")
    node = NODE_TYPES.get(cfg.values["node_type"])
    if option is None:
        return _by_default(cfg)
    if count is None:
        return 1
    if kind == "single-node" and count > 1:
        where = cfg.chosen["cluster_type"]
        allowed = f"{where.name} (line {where.line.number}) says single-node, which is 1 node (or say multi-node there)"
        cfg.refuse(option, allowed, "1")
    elif node and (wrong := rules.number_of_nodes(count, node.name)):
        cfg.refuse(option, wrong, str(max(node.least, min(count, node.most))))
    elif node and count > node.most:
        most = f"AWS makes a cluster of {node.name} with at most {node.most} nodes"
        cfg.assume(f"{most}; {count} are possible by a resize only")
    elif kind == "multi-node" and count == 1:
        cfg.assume("1 node is a single-node cluster, whatever the cluster type says")
    return count


def _by_default(cfg: Validation) -> int:
    kind, node = cfg.values["cluster_type"], NODE_TYPES.get(cfg.values["node_type"])
    least = node.least if node else 1
    if kind == "single-node" and node and least > 1:
        allowed = f"a cluster of {node.name} has {node.counts} nodes"
        cfg.refuse(cfg.chosen["cluster_type"], allowed, "multi-node")
    count = 2 if kind == "multi-node" else least
    cfg.default("number_of_nodes", f"{count} node{'s' if count > 1 else ''}")
    return count


def check_port(cfg: Validation) -> None:
    """Records a fault for a port outside the ranges of the node type's family."""
    node_type, option = cfg.values["node_type"], cfg.chosen.get("port")
    if option is None or cfg.values["port"] is None or rules.node_type(node_type):
        return
    wrong = rules.port(cfg.values["port"], node_type)
    if wrong:
        cfg.refuse(option, wrong, str(DEFAULT_PORT))
