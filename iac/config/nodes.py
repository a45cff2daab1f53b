"""Redshift's node types as data: what is sold, what is retired, and what stands nearest to it."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class NodeType(NamedTuple):
    """A node type that can be ordered (Management Guide, Node type details).

    vcpu, memory: per node, memory in GiB.
    most: nodes a new cluster may have; 1 is possible only where single_node is True, else 2 is the least.
    most_resized: nodes an elastic resize may reach.
    grow, shrink: an elastic resize reaches at most `grow` times and at least one `shrink`th of the nodes
        the cluster was made with (Management Guide, Resizing a cluster).
    usd: on-demand price of a node-hour in us-east-1, us-east-2 and us-west-2 (AWS Price List, September 2026).
    """

    name: str
    vcpu: int
    memory: int
    single_node: bool
    most: int
    most_resized: int
    grow: int
    shrink: int
    usd: Decimal

    @property
    def family(self) -> str:
        """The part before the dot: rg or ra3."""
        return self.name.partition(".")[0]

    @property
    def least(self) -> int:
        return 1 if self.single_node else 2

    @property
    def counts(self) -> str:
        """The numbers of nodes a new cluster may have, in words."""
        return f"1 to {self.most}" if self.single_node else f"2 to {self.most}"


NODE_TYPES: dict[str, NodeType] = {
    node.name: node
    for node in (
        NodeType("ra3.large", 2, 16, True, 16, 16, 2, 2, Decimal("0.543")),
        NodeType("ra3.xlplus", 4, 32, True, 16, 32, 2, 4, Decimal("1.086")),
        NodeType("ra3.4xlarge", 12, 96, False, 32, 64, 4, 4, Decimal("3.26")),
        NodeType("ra3.16xlarge", 48, 384, False, 128, 128, 4, 4, Decimal("13.04")),
        NodeType("rg.large", 2, 16, True, 16, 16, 2, 2, Decimal("0.3801")),
        NodeType("rg.xlarge", 4, 32, False, 16, 32, 2, 2, Decimal("0.7602")),
        NodeType("rg.4xlarge", 16, 128, False, 32, 64, 4, 4, Decimal("3.0427")),
        NodeType("rg.12xlarge", 48, 384, False, 128, 128, 4, 4, Decimal("9.128")),
    )
}

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

RETIRED_FAMILIES = ("dc1", "dc2", "ds1", "ds2", "dw1", "dw2")

DEFAULT_PORT = 5439
PORT_RANGES: dict[str, tuple[tuple[int, int], ...]] = {
    "ra3": ((5431, 5455), (8191, 8215)),
    "rg": ((5431, 5455), (8191, 8215)),
}
"""Ports by node family (API reference, CreateCluster, Port)."""


def cluster_type(number_of_nodes: int) -> str:
    """AWS's ClusterType: its word for one node or several."""
    return "single-node" if number_of_nodes == 1 else "multi-node"


def is_retired(name: str) -> bool:
    """Whether AWS has stopped selling this type's family."""
    return name.partition(".")[0] in RETIRED_FAMILIES


def nearest(name: str) -> NodeType:
    """The type sold today whose memory is nearest to a retired one's; RA3 on a tie, as every Region has it."""
    memory = RETIRED_MEMORY.get(name, RETIRED_MEMORY["dc2.large"])
    return min(NODE_TYPES.values(), key=lambda node: (abs(node.memory - memory), node.family != "ra3", node.usd))
