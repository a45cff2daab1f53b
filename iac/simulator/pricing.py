"""The Price List of the simulated account: what a node costs an hour, on demand."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from iac.facts.prices import HOURLY_USD


def get_products(_: Any, params: dict[str, Any]) -> dict[str, Any]:
    """Price List API reference, GetProducts: documents as JSON strings, none if unknown."""
    filters = {each["Field"]: each["Value"] for each in params.get("Filters") or []}
    products = [
        _product(region, node_type, price)
        for region, prices in HOURLY_USD.items()
        for node_type, price in prices.items()
        if params.get("ServiceCode") == "AmazonRedshift" and _matches(region, node_type, filters)
    ]
    return {"FormatVersion": "aws_v1", "PriceList": products[: params.get("MaxResults") or 100]}


def _matches(region: str, node_type: str, filters: dict[str, str]) -> bool:
    attributes = {"productFamily": "Compute Instance", **_attributes(region, node_type)}
    return all(attributes.get(field) == value for field, value in filters.items())


def _attributes(region: str, node_type: str) -> dict[str, str]:
    return {"instanceType": node_type, "regionCode": region, "usagetype": f"Node:{node_type}"}


def _product(region: str, node_type: str, price: Decimal) -> str:
    sku = f"SIM{region}{node_type}".upper().replace("-", "").replace(".", "")
    rate = {
        "unit": "Hrs",
        "beginRange": "0",
        "endRange": "Inf",
        "description": f"${price} per Redshift {node_type} Compute Node-hour (or partial hour)",
        "pricePerUnit": {"USD": f"{price:.10f}"},
    }
    terms = {"OnDemand": {f"{sku}.T": {"sku": sku, "priceDimensions": {f"{sku}.T.R": rate}}}}
    product = {"sku": sku, "productFamily": "Compute Instance", "attributes": _attributes(region, node_type)}
    return json.dumps({"product": product, "serviceCode": "AmazonRedshift", "terms": terms})
