"""AWS's Price List: what a node type costs (Price List API reference, GetProducts)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from iac.errors import Problem
from iac.facts.prices import Price, listed, price_list_region

if TYPE_CHECKING:
    from iac.aws.connection import Connection

ASKED = "AWS Price List, asked just now"
TIMEOUT = 3.0
"""Seconds until a look at the Price List is given up: a run can do without it."""

COMPUTE, STORAGE, SNAPSHOTS = "Compute Instance", "Redshift Managed Storage", "Storage Snapshot"
"""The productFamily of what is asked for (Price List, AmazonRedshift; Infracost matches the same)."""


class PriceList:
    """The prices of the connection's Region. Each is asked for once, and never raises a Problem.

    What AWS does not tell, because it denies it, does not answer or knows no such product, is the built-in price.
    source: where an answer is from, for a person.
    """

    def __init__(self, connection: Connection, source: str = ASKED) -> None:
        self._connection = connection
        self._source = source
        region = price_list_region(connection.region)
        self._answering = connection.in_region(region, TIMEOUT) if region else None
        self._nodes: dict[str, Price] = {}
        self._snapshots: list[Decimal | None] = []

    def known(self, node_type: str) -> Price:
        """What was told before, else the built-in price; asks nothing."""
        price = self._nodes.get(node_type) or listed(self._connection.region, node_type)
        return price._replace(snapshot_gb_month=self._snapshots[0]) if self._snapshots else price

    def ask(self, node_type: str, snapshots: bool = False) -> Price:
        """What AWS tells now, where it was not asked before. snapshots: whether their price is needed as well."""
        if node_type not in self._nodes:
            self._nodes[node_type] = self._node(node_type)
        if snapshots and not self._snapshots:
            told = _rate(self._products(productFamily=SNAPSHOTS), SNAPSHOTS, "GB")
            self._snapshots.append(told or self._nodes[node_type].snapshot_gb_month)
        return self.known(node_type)

    def _node(self, node_type: str) -> Price:
        """Products of one node type are of several families: its nodes, its storage, concurrency scaling."""
        price = listed(self._connection.region, node_type)
        products = self._products(instanceType=node_type)
        storage = _rate(products, STORAGE, "GB") or price.storage_gb_month
        told = _rate(products, COMPUTE, "H")
        if told is None:
            return price._replace(storage_gb_month=storage)
        return price._replace(node_hour=told, storage_gb_month=storage, source=self._source)

    def _products(self, **wanted: str) -> list[dict[str, Any]]:
        if self._answering is None:
            return []
        wanted = {"regionCode": self._connection.region, **wanted}
        filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()]
        try:
            found = self._answering.pages(
                "pricing", "GetProducts", "PriceList", ServiceCode="AmazonRedshift", Filters=filters
            )
        except Problem:
            self._answering = None  # it would take as long again
            return []
        return [document for document in map(_document, found) if document]


def _document(text: Any) -> dict[str, Any]:
    """A product and its terms, which come as a JSON string each."""
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _rate(products: list[dict[str, Any]], family: str, unit: str) -> Decimal | None:
    """The one on-demand price of the family, of the first tier; None where there is none, or more than one.

    unit: how the unit's name begins: `Hrs`, `GB-Mo`.
    """
    found = {
        rate
        for product in products
        for dimension in _dimensions(product, family)
        if str(dimension.get("unit", "")).upper().startswith(unit) and str(dimension.get("beginRange", "0")) == "0"
        for rate in _dollars(dimension)
    }
    return found.pop() if len(found) == 1 else None


def _dimensions(product: dict[str, Any], family: str) -> Iterator[dict[str, Any]]:
    try:
        if product["product"]["productFamily"] == family:
            for term in product["terms"]["OnDemand"].values():
                yield from term["priceDimensions"].values()
    except (KeyError, TypeError, AttributeError):
        return  # half a document says nothing


def _dollars(dimension: dict[str, Any]) -> list[Decimal]:
    try:
        amount = Decimal(f"{Decimal(dimension['pricePerUnit']['USD']).normalize():f}")  # AWS writes 0.5430000000
    except (KeyError, TypeError, InvalidOperation):
        return []
    return [amount] if amount.is_finite() and amount > 0 else []
