"""The Price List of the simulated account: what a node costs an hour, on demand, and a GB of storage a month."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from iac.facts.prices import HOURLY_USD, SNAPSHOT_USD, STORAGE_USD

_MANAGED_STORAGE = ("ra3.", "rg.")


def get_products(_: Any, params: dict[str, Any]) -> dict[str, Any]:
    """Price List API reference, GetProducts: documents as JSON strings, none if unknown, all on one page."""
    filters = {each["Field"]: each["Value"] for each in params.get("Filters") or []}.items()
    found = []
    for document in _documents() if params.get("ServiceCode") == "AmazonRedshift" else ():
        product = document["product"]
        if filters <= {"productFamily": product["productFamily"], **product["attributes"]}.items():
            found.append(json.dumps(document))
    return {"FormatVersion": "aws_v1", "PriceList": found}


def _documents() -> Iterator[dict[str, Any]]:
    for region, prices in HOURLY_USD.items():
        for name, price in prices.items():
            yield _document("Compute Instance", region, f"Node:{name}", "Hrs", price, instanceType=name)
            if region in STORAGE_USD and name.startswith(_MANAGED_STORAGE):
                gb = STORAGE_USD[region]
                yield _document("Redshift Managed Storage", region, f"RMS:{name}", "GB-Mo", gb, instanceType=name)
    for region, price in SNAPSHOT_USD.items():
        yield _document("Storage Snapshot", region, "Redshift:PaidSnapshots", "GB-Mo", price)


def _document(family: str, region: str, usage: str, unit: str, price: Decimal, **attributes: str) -> dict[str, Any]:
    """As the Price List has it, but for its sentence about the price, and with SKUs that can be read."""
    sku = f"{region}-{usage}"
    rate = {"unit": unit, "beginRange": "0", "endRange": "Inf", "pricePerUnit": {"USD": f"{price:.10f}"}}
    terms = {"OnDemand": {f"{sku}.T": {"sku": sku, "priceDimensions": {f"{sku}.T.R": rate}}}}
    attributes = {**attributes, "regionCode": region, "usagetype": usage}
    product = {"sku": sku, "productFamily": family, "attributes": attributes}
    return {"product": product, "terms": terms}
