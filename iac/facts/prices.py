"""List prices: what a node costs an hour, on demand (AWS Price List, AmazonRedshift, published 2026-09-11).

Without tax, storage and snapshots. A price is no proof that the type can still be ordered: AWS lists dc2, too.
"""

from __future__ import annotations

from decimal import Decimal

PRICE_LIST_REGIONS = ("us-east-1", "eu-central-1", "ap-south-1")
"""The Regions in which AWS answers price look-ups, for all others (Price List API reference, Endpoints)."""

_ALL_TYPES = {
    "rg.large": "0.3801", "rg.xlarge": "0.7602", "rg.4xlarge": "3.0427", "rg.12xlarge": "9.128",
    "ra3.large": "0.543", "ra3.xlplus": "1.086", "ra3.4xlarge": "3.26", "ra3.16xlarge": "13.04",
    "dc2.large": "0.25", "dc2.8xlarge": "4.80",
}  # fmt: skip
_LARGE = {
    "us-west-1": ("0.4207", "0.601"),
    "eu-west-1": ("0.4207", "0.601"),
    "eu-west-2": ("0.4424", "0.632"),
    "eu-central-1": ("0.4543", "0.649"),
    "ap-northeast-1": ("0.4473", "0.639"),
    "ap-southeast-1": ("0.4564", "0.652"),
    "ap-southeast-2": ("0.4564", "0.652"),
    "sa-east-1": ("0.6062", "0.866"),
}
"""rg.large and ra3.large only: the prices of the other types are not known here."""

HOURLY_USD: dict[str, dict[str, Decimal]] = {
    **{
        region: {name: Decimal(price) for name, price in _ALL_TYPES.items()}
        for region in ("us-east-1", "us-east-2", "us-west-2")
    },
    **{region: {"rg.large": Decimal(rg), "ra3.large": Decimal(ra3)} for region, (rg, ra3) in _LARGE.items()},
}
"""USD per node-hour, by Region and node type; what is missing is unknown."""
