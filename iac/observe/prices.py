"""When the Price List is asked: where a price is shown, or decides. A run with nothing to do asks nothing."""

from __future__ import annotations

from collections.abc import Callable

from iac.aws.prices import PriceList
from iac.observed import Cluster, Snapshot
from iac.price import Price
from iac.run import Run
from iac.status import Phase, is_changing, phase

Snapshots = Callable[[], tuple[Snapshot, ...]]


def prices_to_run(
    run: Run, found: Cluster | None, snapshots: Snapshots, restoring: bool, planning: bool
) -> tuple[Price, ...]:
    """Of the node types that run or are to run. restoring: whether a cluster would be made from a snapshot.

    Asked for in a plan, before compute is started or its size changes, and where DWH_BUDGET_USD is counted by it; else
    they are as they were told before.
    """
    wanted = run.config.node_type, run.config.number_of_nodes
    if found is None:
        restored = [each.node_type for each in snapshots() if each.node_type] if restoring else []
        return _told(run.prices, [run.config.node_type, *restored], True, planning and bool(snapshots()))
    other = (found.node_type, found.number_of_nodes) != wanted or phase(found) is Phase.PAUSED
    ask = planning or ((other or run.config.budget_usd is not None) and not is_changing(found))
    return _told(run.prices, [run.config.node_type, found.node_type], ask, planning and bool(snapshots()))


def prices_to_stop(run: Run, found: Cluster | None, snapshots: Snapshots, planning: bool) -> tuple[Price, ...]:
    """What stopping saves, and what the snapshots cost: asked for in a plan."""
    if found is None and not snapshots():
        return ()
    return _told(run.prices, [(found or run.config).node_type], planning, planning and bool(snapshots()))


def _told(prices: PriceList, types: list[str], ask: bool, snapshots: bool) -> tuple[Price, ...]:
    return tuple(prices.ask(each, snapshots) if ask else prices.known(each) for each in dict.fromkeys(types))
