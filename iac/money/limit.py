"""What the cluster costs and is about to cost, and the limit on it (DWH_MAX_HOURLY_USD)."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from iac.words import dollars, exact, usd
from iac.config import Config
from iac.errors import Problem
from iac.facts.node_types import NODE_TYPES, sold_in
from iac.facts.prices import HOURS_A_MONTH
from iac.observed import Observed
from iac.plan.context import Context
from iac.plan.restoring import chosen_snapshot, restored_size
from iac.status import Phase, phase
from iac.steps import Step

STARTING = frozenset({"CreateCluster", "RestoreFromClusterSnapshot", "ResumeCluster", "ResizeCluster"})
"""The operations after which compute costs something, or something else than before."""

Size = tuple[str, int]
"""Node type and number of nodes."""


def operations_of(steps: Collection[Step]) -> set[str]:
    """All API operations of these steps."""
    return {operation for step in steps for operation in step.operations}


def hourly_usd(config: Config, seen: Observed) -> Decimal | None:
    """Of the size that is there, paused or not; without a cluster, of the size that dwh.cfg asks for."""
    node_type, number = _size_there(seen) or (config.node_type, config.number_of_nodes)
    return seen.hourly(node_type, number)


def in_words(hourly: Decimal | None) -> str:
    """USD an hour, for a person: `$1.09 an hour, about $793 a month`, or `unknown`."""
    return "unknown" if hourly is None else f"{usd(hourly)} an hour, about {dollars(hourly * HOURS_A_MONTH)} a month"


def price_words(config: Config, seen: Observed, operations: Collection[str]) -> str:
    """The price for a person, in one line. operations: those that are about to be asked for."""
    wanted, there = (config.node_type, config.number_of_nodes), _size_there(seen)
    words = _words(seen, there or wanted)
    if phase(seen.cluster) is Phase.PAUSED and words:
        words += " while it runs"
    if there and there != wanted and "ResizeCluster" in operations:
        words += f"; after the resize {_words(seen, wanted)}"
    on_aws = "on AWS " if config.target == "simulator" else ""
    source = "" if "unknown" in words else f" ({seen.price((there or wanted)[0]).source})"
    return f"{on_aws}{words}{source}; storage is extra"


def refuse_above_limit(config: Config, seen: Observed, context: Context, steps: Collection[Step]) -> None:
    """Raises Problem if a size that these steps start costs more an hour than the limit, or nobody knows how much."""
    limit, operations = config.max_hourly_usd, operations_of(steps)
    if limit is None:
        return
    for (node_type, number), given in _sizes_started(config, seen, context, operations):
        price, region = seen.price(node_type), seen.place.region
        hourly = seen.hourly(node_type, number)
        if hourly is None:
            known = [node.name for node in sold_in(region) if seen.price(node.name).node_hour is not None]
            other = f", or take a node type whose price is known: DWH_NODE_TYPE = {known[0]}" if known else ""
            raise Problem(
                f"It is not known whether {number} x {node_type} in {region} costs more than {exact(limit)} an hour.",
                "DWH_MAX_HOURLY_USD is that limit, and neither AWS's Price List (pricing:GetProducts) nor the built-in one "
                f"tells a price of {node_type} in {region}. Nothing was made or changed.",
                f"Edit {config.path.name}: blank DWH_MAX_HOURLY_USD to go without the limit{other}.",
            )
        if hourly > limit:
            passing = ", and lower it again after the resize" if "ResizeCluster" in operations else ""
            instead = passing if given else _cheaper(seen, node_type, number, limit)
            raise Problem(
                f"{number} x {node_type} in {region} costs {exact(hourly)} an hour, more than the limit of {exact(limit)}.",
                f"DWH_MAX_HOURLY_USD is the limit. The price ({price.source}) is without storage and tax.{given} "
                "Nothing was made or changed.",
                f"Edit {config.path.name}: DWH_MAX_HOURLY_USD = {exact(hourly)[1:].replace(',', '')} or more{instead}.",
            )


def above_limit(config: Config, seen: Observed) -> list[str]:
    """What to say of a cluster that runs above the limit and stays as it is."""
    cluster, limit, hourly = seen.cluster, config.max_hourly_usd, hourly_usd(config, seen)
    if cluster is None or limit is None or hourly is None or hourly <= limit or phase(cluster) is not Phase.READY:
        return []
    if _size_there(seen) != (config.node_type, config.number_of_nodes):
        return []
    return [
        f"Cluster {cluster.identifier} ({cluster.size}) costs {exact(hourly)} an hour, more than "
        f"DWH_MAX_HOURLY_USD = {limit} in {config.path.name}. It runs already, so it is left as it is."
    ]


def _size_there(seen: Observed) -> Size | None:
    return (seen.cluster.node_type, seen.cluster.number_of_nodes) if seen.cluster else None


def _words(seen: Observed, size: Size) -> str:
    words = in_words(seen.hourly(*size))
    return f"unknown for {size[0]} in {seen.place.region}" if words == "unknown" else words


def _sizes_started(config: Config, seen: Observed, context: Context, operations: set[str]) -> list[tuple[Size, str]]:
    """Each size, and why it is given where dwh.cfg does not decide it: a resize comes only after a restore or a resume."""
    found, there, wanted = [], _size_there(seen), (config.node_type, config.number_of_nodes)
    if "RestoreFromClusterSnapshot" in operations:
        size = restored_size(chosen_snapshot(config, seen, context.request.restore or ""), config)
        found.append((size, "" if size == wanted else " A snapshot is restored in its own size first."))
    if "ResumeCluster" in operations and there:
        found.append((there, " A cluster is resumed in the size that it has."))
    if operations & {"CreateCluster", "ResizeCluster"}:
        found.append((wanted, ""))
    return found


def _cheaper(seen: Observed, node_type: str, number: int, limit: Decimal) -> str:
    """Fewer nodes, and as many of the largest node type that the limit allows."""
    node, price = NODE_TYPES.get(node_type), seen.hourly(node_type, 1)
    most = int(limit // price) if price else 0
    fewer = f"; or DWH_NUM_NODES = {most}" if node is not None and most >= node.least else ""
    fitting = [
        each
        for each in sold_in(seen.place.region)
        if each.least <= number <= each.most and (seen.hourly(each.name, number) or limit + 1) <= limit
    ]
    largest = max(fitting, key=lambda each: (each.memory, -each.usd), default=None)
    return fewer + (f"; or DWH_NODE_TYPE = {largest.name}" if largest is not None else "")
