"""The price list: on-demand node hours, as published in September 2026."""

from __future__ import annotations

import json
from typing import Any

REGIONS = ("us-east-1", "eu-central-1", "ap-south-1")
"""Where AWS answers price look-ups at all."""

# AWS Price List for AmazonRedshift, 2026-09-11: USD per node-hour.
_AMERICA = {
    "rg.large": "0.3801", "rg.xlarge": "0.7602", "rg.4xlarge": "3.04267", "rg.12xlarge": "9.128",
    "ra3.large": "0.543", "ra3.xlplus": "1.086", "ra3.4xlarge": "3.26", "ra3.16xlarge": "13.04",
    "dc2.large": "0.25", "dc2.8xlarge": "4.80",
}  # fmt: skip
_HOURLY = {
    **{region: _AMERICA for region in ("us-east-1", "us-east-2", "us-west-2")},
    **{
        region: {"rg.large": rg, "ra3.large": ra3}
        for region, rg, ra3 in (
            ("us-west-1", "0.4207", "0.601"),
            ("eu-west-1", "0.4207", "0.601"),
            ("eu-west-2", "0.4424", "0.632"),
            ("eu-central-1", "0.4543", "0.649"),
            ("ap-northeast-1", "0.4473", "0.639"),
            ("ap-southeast-1", "0.4564", "0.652"),
            ("ap-southeast-2", "0.4564", "0.652"),
            ("sa-east-1", "0.6062", "0.866"),
        )
    },
}


def get_products(_: Any, params: dict[str, Any]) -> dict[str, Any]:
    """Price List API reference, GetProducts: documents as JSON strings, none if unknown."""
    filters = {each["Field"]: each["Value"] for each in params.get("Filters") or []}
    documents = [
        _document(region, node_type, price)
        for region, prices in _HOURLY.items()
        for node_type, price in prices.items()
        if params.get("ServiceCode") == "AmazonRedshift" and _fits(region, node_type, filters)
    ]
    most = params.get("MaxResults") or 100
    return {"FormatVersion": "aws_v1", "PriceList": documents[:most]}


def _attributes(region: str, node_type: str) -> dict[str, str]:
    return {
        "instanceType": node_type,
        "regionCode": region,
        "productFamily": "Compute Instance",
        "usagetype": f"Node:{node_type}",
    }


def _fits(region: str, node_type: str, filters: dict[str, str]) -> bool:
    attributes = _attributes(region, node_type)
    return all(attributes.get(field) == value for field, value in filters.items())


def _document(region: str, node_type: str, price: str) -> str:
    sku = f"SIM{region}{node_type}".upper().replace("-", "").replace(".", "")
    attributes = _attributes(region, node_type)
    family = attributes.pop("productFamily")
    rate = {
        "unit": "Hrs",
        "beginRange": "0",
        "endRange": "Inf",
        "description": f"${price} per Redshift {node_type} Compute Node-hour (or partial hour)",
        "pricePerUnit": {"USD": f"{float(price):.10f}"},
    }
    terms = {"OnDemand": {f"{sku}.T": {"sku": sku, "priceDimensions": {f"{sku}.T.R": rate}}}}
    product = {"sku": sku, "productFamily": family, "attributes": attributes}
    return json.dumps({"product": product, "serviceCode": "AmazonRedshift", "terms": terms})
