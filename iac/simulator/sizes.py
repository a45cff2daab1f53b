"""Node types: what can be ordered where, in which number, and resized to what.

Figures of the Management Guide ("Working with clusters", "Resizing a cluster",
"Considerations"), kept apart from the product's own table so that an error in
one of the two shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

TERABYTE = 1024 * 1024
"""In megabytes, the unit of TotalStorageCapacityInMegaBytes."""


@dataclass(frozen=True)
class NodeType:
    """most: nodes at create, and most_resized after a resize.

    factor_up, factor_down: of the original number, for an elastic resize.
    terabytes: managed storage of a node, terabytes_alone of a single node.
    """

    name: str
    vcpus: int
    single: bool
    most: int
    most_resized: int
    factor_up: int
    factor_down: int
    terabytes: int
    terabytes_alone: int = 0

    @property
    def family(self) -> str:
        return self.name.partition(".")[0]

    def storage(self, nodes: int) -> int:
        """Megabytes that so many nodes hold."""
        return (self.terabytes_alone if nodes == 1 else self.terabytes * nodes) * TERABYTE


NODE_TYPES = {
    node.name: node
    for node in (
        NodeType("rg.large", 2, True, 16, 16, 2, 2, 8, 1),
        NodeType("rg.xlarge", 4, False, 16, 32, 2, 2, 32),
        NodeType("rg.4xlarge", 16, False, 32, 64, 4, 4, 128),
        NodeType("rg.12xlarge", 48, False, 128, 128, 4, 4, 128),
        NodeType("ra3.large", 2, True, 16, 16, 2, 2, 8, 1),
        NodeType("ra3.xlplus", 4, True, 16, 32, 2, 4, 32, 4),
        NodeType("ra3.4xlarge", 12, False, 32, 64, 4, 4, 128),
        NodeType("ra3.16xlarge", 48, False, 128, 128, 4, 4, 128),
    )
}

def figures(name: str) -> NodeType:
    """Those of a node type; one that is not in the table is like an rg.4xlarge of half the size."""
    return NODE_TYPES.get(name) or NodeType(name, 8, False, 32, 64, 4, 4, 128)


_WITHOUT_RG = frozenset(
    {"il-central-1", "me-central-1", "me-south-1", "ca-west-1", "ap-southeast-6"}
)


def orderable(region: str) -> list[NodeType]:
    """The node types that can be had in a Region; dc2 nowhere since 2025."""
    return [node for node in NODE_TYPES.values() if _is_had(node, region)]


def _is_had(node: NodeType, region: str) -> bool:
    if node.family != "rg":
        return True
    if region in _WITHOUT_RG or region.startswith("cn-"):
        return False
    return region != "eu-south-1" or node.name in ("rg.xlarge", "rg.4xlarge")


def elastic_counts(original: tuple[str, int], target: str) -> list[int]:
    """The numbers of nodes that an elastic resize to this type can have.

    original: type and number at the cluster's creation or last classic resize,
    from which AWS counts. A single node has none: it takes a classic resize.
    """
    was, count = figures(original[0]), original[1]
    will = figures(target)
    if count == 1:
        return []
    # Another type is counted in nodes of equal strength.
    equal = count * was.vcpus / will.vcpus
    least = max(2, math.ceil(equal / was.factor_down))
    most = min(will.most_resized, math.floor(equal * was.factor_up))
    return list(range(least, most + 1))


def restorable_counts(snapshot: tuple[str, int], target: str) -> list[int]:
    """The numbers of nodes that a snapshot of this size can be restored to."""
    name, nodes = snapshot
    if nodes == 1:
        return [1] if target == name else []
    return elastic_counts(snapshot, target)
