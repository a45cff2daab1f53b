"""What a person should know about money beside the warehouse of dwh.cfg: other clusters, and credits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from iac.words import duration, usd
from iac.config import Config
from iac.errors import Problem, Refusal
from iac.facts.prices import listed
from iac.observed import Cluster, Place

if TYPE_CHECKING:
    from iac.aws.connection import Connection


@dataclass(frozen=True)
class Credits:
    """What is left on AWS's free plan, in USD, and when the plan expires; None where AWS does not tell."""

    left: Decimal
    ends_at: datetime | None


ENDPOINT_REGION = "us-east-1"
"""Where the Free Tier API answers for all Regions (botocore, endpoint rules of `freetier`)."""


def credits(connection: Connection) -> Credits | None:
    """What is left, on an account whose plan is FREE; None for every other one, and where AWS does not tell.

    Billing and Cost Management API reference, GetAccountPlanState.
    """
    try:
        answer = connection.in_region(ENDPOINT_REGION).call("freetier", "GetAccountPlanState")
    except Problem:
        return None
    if isinstance(answer, Refusal) or (answer.get("accountPlanType"), answer.get("accountPlanStatus")) != ("FREE", "ACTIVE"):
        return None
    left = answer.get("accountPlanRemainingCredits") or {}
    if left.get("unit") != "USD" or left.get("amount") is None:
        return None
    return Credits(Decimal(str(left["amount"])), answer.get("accountPlanExpirationDate"))


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
    price = listed(place.region, other.node_type).hourly(other.billed_nodes)
    return "costs money by the hour" if price is None else f"costs {usd(price)} an hour"


def credits_left(config: Config, place: Place, found: Credits | None) -> list[str]:
    """What is left on AWS's free plan, and for how long that pays this warehouse."""
    if found is None:
        return []
    left = max(found.left, Decimal(0))
    price = listed(place.region, config.node_type).hourly(config.number_of_nodes)
    size = config.node_type if config.number_of_nodes == 1 else f"{config.number_of_nodes} x {config.node_type}"
    paid = int(left / price) if price else 0
    hours = f", about {paid:,} hour{'' if paid == 1 else 's'} of this cluster ({size})" if price else ""
    or_on = f", or on {found.ends_at:%Y-%m-%d}" if found.ends_at else ""
    return [
        f"This account is on AWS's free plan: ${left:,.2f} of credits left{hours}; "
        f"the account closes when they end{or_on}."
    ]
