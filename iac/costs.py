"""Looks at what is billed: none is needed by a run, none fails it, and they are made side by side."""

from __future__ import annotations

from collections.abc import Callable

from iac.aws import cluster, credits, events
from iac.bill import Bill, bill
from iac.observed import Cluster
from iac.plan import credits_left, other_clusters
from iac.run import Run
from iac.status import Phase, phase


def tell_costs(
    run: Run, billed: Cluster | None = None, paused: bool | None = None, *, others: bool = False, free_plan: bool = False
) -> Bill | None:
    """The bill of a cluster so far; and notes.

    billed: None without one. paused: whether it was paused at its end, where it is gone.
    others: whether our other clusters of the Region are named. free_plan: whether the credits left are told.
    """
    begin, connection = run.connection.begin_brief, run.connection
    told = begin(lambda: events.look(connection, billed.identifier), None) if billed and billed.created_at else None
    siblings = begin(lambda: cluster.siblings(connection, run.config.identifier), ()) if others else None
    left = begin(lambda: credits.look(connection), None) if free_plan and _has_plans(run) else None
    if siblings is not None:
        run.note(*other_clusters(run.config, run.place, siblings(), run.clock.now()))
    if left is not None:
        run.note(*credits_left(run.config, run.place, left()))
    return _bill(run, billed, told, paused) if billed and told else None


def _has_plans(run: Run) -> bool:
    """Account plans are of AWS's commercial partition; the simulated account has none."""
    return run.place.target == "aws" and run.place.partition == "aws"


def _bill(run: Run, billed: Cluster, told: Callable[[], tuple[events.Event, ...] | None], paused: bool | None) -> Bill:
    assert billed.created_at is not None
    price = run.prices.known(billed.node_type).hourly(billed.number_of_nodes)
    is_paused = phase(billed) is Phase.PAUSED if paused is None else paused
    return bill(billed.created_at, run.clock.now(), told(), price, is_paused)
