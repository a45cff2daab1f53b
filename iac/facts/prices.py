"""Prices in US dollars: on demand, without tax.

A price is no proof that a type can still be ordered: AWS lists dc2, too.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

LISTED_ON = "2026-09-11"
"""The publication date of the Price List (AmazonRedshift) that HOURLY_USD was read from, node type by node type.

Read by BenchBox (GitHub, BenchBox-dev/BenchBox, pricing_vendor_evidence.yaml, retrieved 2026-09-18). Nothing in it is
derived: prices do not scale exactly by size (ap-southeast-1: ra3.large 0.652, ra3.xlplus 1.303).
"""

HOURS_A_MONTH = 730
"""Of an average month (8,760 / 12), as AWS Pricing Calculator and Infracost count."""

PRICE_LIST_REGIONS = ("us-east-1", "eu-central-1", "ap-south-1")
"""The Regions in which AWS answers price look-ups, for all others (Price List API reference, Endpoints)."""

_OTHER_PARTITIONS = ("cn-", "us-gov-", "us-iso", "eu-iso", "eusc-")

_REGIONS = ("us-east-1", "us-west-1", "eu-west-1", "eu-west-2", "eu-central-1",
            "ap-northeast-1", "ap-southeast-1", "sa-east-1")  # fmt: skip
_SAME = {"us-east-2": "us-east-1", "us-west-2": "us-east-1", "ap-southeast-2": "ap-southeast-1"}
"""Regions in whose lists every node-hour costs the same as in another one's."""

_NODE_HOUR = {
    "rg.large": "0.3801 0.4207 0.4207 0.4424 0.4543 0.4473 0.4564 0.6062",
    "rg.xlarge": "0.7602 0.8414 0.8414 0.8848 0.9086 0.8946 0.9121 1.2117",
    "rg.4xlarge": "3.0427 3.3656 3.3656 3.5401 3.6344 3.5803 3.6484 4.8487",
    "rg.12xlarge": "9.128 10.0968 10.0968 10.6218 10.9046 10.7429 10.9452 14.546",
    "ra3.large": "0.543 0.601 0.601 0.632 0.649 0.639 0.652 0.866",
    "ra3.xlplus": "1.086 1.202 1.202 1.264 1.298 1.278 1.303 1.731",
    "ra3.4xlarge": "3.26 3.606 3.606 3.793 3.894 3.836 3.909 5.195",
    "ra3.16xlarge": "13.04 14.424 14.424 15.174 15.578 15.347 15.636 20.78",
    "dc2.large": "0.25 0.33 0.30 0.32 0.324 0.314 0.33 0.40",
    "dc2.8xlarge": "4.80 6.40 5.60 5.88 6.048 6.095 6.40 7.68",
}
"""By node type: one price for each of _REGIONS, in that order."""


def _hourly() -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {region: {} for region in _REGIONS}
    for name, prices in _NODE_HOUR.items():
        for region, price in zip(_REGIONS, prices.split(), strict=True):
            found[region][name] = Decimal(price)
    return {**found, **{region: dict(found[other]) for region, other in _SAME.items()}}


HOURLY_USD = _hourly()
"""USD per node-hour, by Region and node type; what is missing is unknown."""

STORAGE_USD = {
    **dict.fromkeys(("us-east-1", "us-east-2", "us-west-2"), Decimal("0.024")),
    "ap-south-1": Decimal("0.0261"),
}
"""USD per GB-month of managed storage, the same for every node type that has it.

us-east-1: Redshift pricing page, read 2026-10-07. ap-south-1: Price List, APS1-RMS. us-east-2, us-west-2: derived; they
have us-east-1's price of every node type, so its price of storage is taken for them as well.
"""

SNAPSHOT_USD = {
    **dict.fromkeys(("us-east-1", "us-east-2", "us-west-2", "eu-west-1"), Decimal("0.023")),
    "eu-central-1": Decimal("0.0245"),
    "ap-southeast-1": Decimal("0.025"),
}
"""USD per GB-month of manual snapshots, the first 50 TB.

us-east-1: Price List, family Storage Snapshot, as in Infracost's test data. The others are derived: snapshots are billed
at the rates of Amazon S3 Standard (Cloud Cost Handbook, Redshift pricing; in us-east-1 all three tiers are S3's), so S3's
price of the Region is taken, and for us-east-2 that of us-east-1.
"""


def price_list_region(region: str) -> str | None:
    """The Region to ask for this Region's prices; None in a partition of its own, where none answers.

    On the same continent where there is one: an organization may forbid its logins all others.
    """
    if region.startswith(_OTHER_PARTITIONS):
        return None
    continent = region.partition("-")[0]
    return next((each for each in PRICE_LIST_REGIONS if each.startswith(f"{continent}-")), PRICE_LIST_REGIONS[0])


LISTED = f"list price of {LISTED_ON}"
"""The source of a built-in price, for a person."""


class Price(NamedTuple):
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


def listed(region: str, node_type: str) -> Price:
    """The built-in price, which needs no network."""
    node_hour = HOURLY_USD.get(region, {}).get(node_type)
    return Price(node_type, node_hour, STORAGE_USD.get(region), SNAPSHOT_USD.get(region))
