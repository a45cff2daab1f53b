"""What a warehouse costs, as far as it is known: US dollars, on demand, without tax."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from iac.amounts import dollars, usd
from iac.facts.prices import HOURLY_USD, HOURS_A_MONTH, LISTED_ON, SNAPSHOT_USD, STORAGE_USD

if TYPE_CHECKING:
    from iac.observed import Observed

NAME = "money"

LISTED = f"list price of {LISTED_ON}"
"""The source of a built-in price, for a person."""


@dataclass(frozen=True)
class Price:
    """What a node type costs in a Region; None where it is unknown.

    storage_gb_month: of managed storage. snapshot_gb_month: of manual snapshots, the first 50 TB of the account.
    source: where node_hour is from, for a person.
    """

    node_type: str
    node_hour: Decimal | None = None
    storage_gb_month: Decimal | None = None
    snapshot_gb_month: Decimal | None = None
    source: str = LISTED

    def hourly(self, number_of_nodes: int) -> Decimal | None:
        """USD an hour for so many nodes."""
        return None if self.node_hour is None else self.node_hour * number_of_nodes

    def monthly(self, number_of_nodes: int) -> Decimal | None:
        """USD for a month in which so many nodes always run."""
        return None if self.node_hour is None else self.node_hour * number_of_nodes * HOURS_A_MONTH

    def words(self, number_of_nodes: int) -> str:
        """For a person: `$1.09 an hour, about $793 a month`, or `unknown`."""
        hourly, monthly = self.hourly(number_of_nodes), self.monthly(number_of_nodes)
        if hourly is None or monthly is None:
            return "unknown"
        return f"{usd(hourly)} an hour, about {dollars(monthly)} a month"

    def snapshot_month(self, megabytes: float) -> str | None:
        """USD a month for a snapshot of this size, for a person; None where it is unknown."""
        if self.snapshot_gb_month is None:
            return None
        return dollars(self.snapshot_gb_month * Decimal(str(megabytes)) / 1024)


def listed(region: str, node_type: str) -> Price:
    """The built-in price, which needs no network."""
    node_hour = HOURLY_USD.get(region, {}).get(node_type)
    return Price(node_type, node_hour, STORAGE_USD.get(region), SNAPSHOT_USD.get(region))


def price_of(seen: Observed, node_type: str) -> Price:
    """What a node type costs here: as it was told, else the built-in price."""
    told: tuple[Price, ...] = seen.of.get(NAME, ())
    return next((price for price in told if price.node_type == node_type), None) or listed(seen.place.region, node_type)
