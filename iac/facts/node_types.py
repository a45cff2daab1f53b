"""Redshift's node types as data: what is sold and where, what is retired, and what to take instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal


class NodeType(NamedTuple):
    """A node type that can be ordered (Management Guide, Node type details).

    vcpu, memory: per node, memory in GiB.
    most: nodes a new cluster may have; 1 is possible only where single_node is True, else 2 is the least.
    most_resized: nodes an elastic resize may reach.
    grow, shrink: an elastic resize reaches at most `grow` times and at least one `shrink`th of the nodes
        the cluster was made with (Management Guide, Resizing a cluster).
    """

    name: str
    vcpu: int
    memory: int
    single_node: bool
    most: int
    most_resized: int
    grow: int
    shrink: int

    @property
    def family(self) -> str:
        """The part before the dot: rg or ra3."""
        return self.name.partition(".")[0]

    @property
    def usd(self) -> Decimal:
        """On-demand price of a node-hour in us-east-1, us-east-2 and us-west-2."""
        from iac.facts.prices import HOURLY_USD  # most files are read without a price

        return HOURLY_USD["us-east-1"][self.name]

    @property
    def least(self) -> int:
        return 1 if self.single_node else 2

    @property
    def counts(self) -> str:
        """The numbers of nodes a new cluster may have, in words."""
        return f"{self.least} to {self.most}"


NODE_TYPES: dict[str, NodeType] = {
    node.name: node
    for node in (
        NodeType("ra3.large", 2, 16, True, 16, 16, 2, 2),
        NodeType("ra3.xlplus", 4, 32, True, 16, 32, 2, 4),
        NodeType("ra3.4xlarge", 12, 96, False, 32, 64, 4, 4),
        NodeType("ra3.16xlarge", 48, 384, False, 128, 128, 4, 4),
        NodeType("rg.large", 2, 16, True, 16, 16, 2, 2),
        NodeType("rg.xlarge", 4, 32, False, 16, 32, 2, 2),
        NodeType("rg.4xlarge", 16, 128, False, 32, 64, 4, 4),
        NodeType("rg.12xlarge", 48, 384, False, 128, 128, 4, 4),
    )
}

WITH_RG = frozenset(
    "us-east-1 us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1 ca-central-1 mx-central-1 sa-east-1 af-south-1 "
    "eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 ap-east-1 ap-east-2 "
    "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 "
    "ap-southeast-4 ap-southeast-5 ap-southeast-7".split()
)
"""Management Guide, Considerations, RG node type availability in AWS Regions: "only in the following"."""

RETIRED_MEMORY: dict[str, int] = {
    "dc1.large": 15,
    "dc1.8xlarge": 244,
    "dc2.large": 15,
    "dc2.8xlarge": 244,
    "ds1.xlarge": 15,
    "ds1.8xlarge": 120,
    "ds2.xlarge": 31,
    "ds2.8xlarge": 244,
    "dw1.xlarge": 15,
    "dw1.8xlarge": 120,
    "dw2.large": 15,
    "dw2.8xlarge": 244,
}
"""GiB per node of the types AWS sold once. New DC2 clusters ended on 2025-05-15."""

RETIRED_FAMILIES = tuple(dict.fromkeys(name.partition(".")[0] for name in RETIRED_MEMORY))

DEFAULT_PORT = 5439
PORT_RANGES: dict[str, tuple[tuple[int, int], ...]] = dict.fromkeys(("ra3", "rg"), ((5431, 5455), (8191, 8215)))
"""Ports by node family (API reference, CreateCluster, Port)."""


NODE_TYPE = r"[a-z][a-z0-9]{1,9}\.(?:large|xlarge|xlplus|(?P<times>[1-9][0-9]{0,2})xlarge)\Z"
"""The shape of a node type's name, for `re.match`: a family and one of AWS's words for a size."""

_SIZES = ("large", "xlarge", "xlplus", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")


def sold_in(region: str) -> tuple[NodeType, ...]:
    """The node types that are known to be sold in a Region: RG where AWS lists it."""
    return tuple(node for node in NODE_TYPES.values() if node.family != "rg" or _has_rg(region, node.name))


def _has_rg(region: str, name: str) -> bool:
    return region in WITH_RG and (region != "eu-south-1" or name in ("rg.xlarge", "rg.4xlarge"))


def elastic_counts(before: NodeType, count: int, after: NodeType) -> list[int]:
    """The numbers of nodes that an elastic resize can reach (Management Guide, Resizing a cluster).

    before, count: type and number of nodes at the cluster's creation or last classic resize,
    from which AWS counts. A single node reaches none: it takes a classic resize.
    """
    import math  # a file is read without it

    if count == 1:
        return []
    # Another type is counted in nodes with as many vCPUs.
    equal = count * before.vcpu / after.vcpu
    least = max(2, math.ceil(equal / before.shrink))
    most = min(after.most_resized, math.floor(equal * before.grow))
    return list(range(least, most + 1))


def cluster_type(number_of_nodes: int) -> str:
    """AWS's ClusterType: its word for one node or several."""
    return "single-node" if number_of_nodes == 1 else "multi-node"


def is_retired(name: str) -> bool:
    """Whether AWS has stopped selling this type's family."""
    return name.partition(".")[0] in RETIRED_FAMILIES


def memory(name: str) -> int:
    """GiB per node: of a type that is in no table, by the word for its size; 0 where it has none.

    A large node has 16 GiB, an xlarge or xlplus 32, and N xlarge N times as much, in the RA3
    family N times 24 from 4xlarge on (Management Guide, Node type details).
    """
    if name in NODE_TYPES:
        return NODE_TYPES[name].memory
    shape = re.match(NODE_TYPE, name)
    if name in RETIRED_MEMORY or shape is None:
        return RETIRED_MEMORY.get(name, 0)
    times = int(shape["times"] or 1)
    return 16 if name.endswith(".large") else times * (24 if times >= 4 and name.startswith("ra3.") else 32)


def replacement(name: str, region: str, number_of_nodes: int) -> NodeType:
    """The cheapest type sold in the Region with at least this one's memory, by the list price.

    One that allows a single node where that is asked for and any such type has the memory;
    where none at all has it, the largest.
    """
    sold = sold_in(region)
    wanted = min(memory(name), max(node.memory for node in sold))
    enough = [node for node in sold if node.memory >= wanted]
    fitting = [node for node in enough if node.single_node or number_of_nodes > 1]
    return min(fitting or enough, key=lambda node: node.usd)


def spelled_like(name: str) -> str:
    """The well-formed name, of a type that is or was or could be, that a misspelled one is nearest to; else itself."""
    if name in RETIRED_MEMORY or re.match(NODE_TYPE, name):
        return name
    from difflib import get_close_matches  # costs more to import than most files cost to read

    families = dict.fromkeys([*(node.family for node in NODE_TYPES.values()), *RETIRED_FAMILIES])
    known = [f"{family}.{size}" for family in families for size in _SIZES]
    return next(iter(get_close_matches(name, known, 1)), name)
