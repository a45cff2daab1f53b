"""What a person should know about money beside the warehouse of dwh.cfg: other clusters, and credits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from iac.amounts import duration, usd
from iac.bill import Credits
from iac.config import Config
from iac.observed import Cluster
from iac.place import Place
from iac.price import listed

_GOING = ("deleting", "final-snapshot")
"""Statuses of a cluster that is on its way out."""


def other_clusters(config: Config, place: Place, others: Iterable[Cluster], now: datetime) -> list[str]:
    """Each cluster of ours that dwh.cfg does not name, what it costs, and how to delete it."""
    return [_other_cluster(config, place, each, now) for each in others if each.status not in _GOING]


def _other_cluster(config: Config, place: Place, other: Cluster, now: datetime) -> str:
    age = f", created {duration(max((now - other.created_at).total_seconds(), 0.0))} ago" if other.created_at else ""
    what = f"Cluster {other.identifier} ({other.size}, {other.status}{age})"
    if other.maker not in ("", place.caller):
        return f"{what} was made with these scripts as well, by {other.maker}. It {_cost(place, other)}."
    return (
        f"{what} is also yours and {_cost(place, other)}. To delete it: DWH_CLUSTER_IDENTIFIER = {other.identifier} in "
        f"{config.path.name}, then `python delete_cluster.py`."
    )


def _cost(place: Place, other: Cluster) -> str:
    if other.status == "paused":
        return "costs only its storage while it is paused"
    price = listed(place.region, other.node_type).hourly(other.number_of_nodes)
    return "costs money by the hour" if price is None else f"costs {usd(price)} an hour"


def credits_left(config: Config, place: Place, credits: Credits | None) -> list[str]:
    """What is left on AWS's free plan, and for how long that pays this warehouse."""
    if credits is None:
        return []
    left = max(credits.left, Decimal(0))
    price = listed(place.region, config.node_type).hourly(config.number_of_nodes)
    size = config.node_type if config.number_of_nodes == 1 else f"{config.number_of_nodes} x {config.node_type}"
    hours = f", about {_hours(left / price)} of this cluster ({size})" if price else ""
    or_on = f", or on {credits.ends_at:%Y-%m-%d}" if credits.ends_at else ""
    return [
        f"This account is on AWS's free plan: ${left:,.2f} of credits left{hours}; "
        f"the account closes when they end{or_on}."
    ]


def _hours(hours: Decimal) -> str:
    whole = int(hours)
    return f"{whole:,} hour{'' if whole == 1 else 's'}"
