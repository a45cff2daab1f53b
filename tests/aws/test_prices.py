"""The Price List: documents in AWS's shape, and every way not to get one."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from iac.money.price_list import ASKED, PriceList
from iac.facts.prices import Price, listed
from tests.clock import FakeClock
from tests.stubbed import StubbedSession, connection

BUILT_IN = listed("us-west-2", "ra3.large")


def document(family: str, unit: str, *tiers: tuple[str, str], **attributes: str) -> str:
    """A product as GetProducts returns it, with a reserved offer beside the one on demand. tiers: (beginRange, USD)."""
    rates = {
        f"SKU.JRTCKXETXF.{number}": {
            "unit": unit, "beginRange": begin, "endRange": "Inf", "description": "x", "appliesTo": [],
            "rateCode": f"SKU.JRTCKXETXF.{number}", "pricePerUnit": {"USD": usd},
        }
        for number, (begin, usd) in enumerate(tiers)
    }  # fmt: skip
    offer = {"sku": "SKU", "effectiveDate": "2026-09-01T00:00:00Z", "offerTermCode": "JRTCKXETXF", "termAttributes": {}}
    reserved = {"priceDimensions": {"r": {"unit": "Hrs", "beginRange": "0", "pricePerUnit": {"USD": "0.1000000000"}}}}
    return json.dumps(
        {
            "product": {"productFamily": family, "sku": "SKU", "attributes": {"regionCode": "us-west-2", **attributes}},
            "serviceCode": "AmazonRedshift",
            "terms": {"OnDemand": {"SKU.JRTCKXETXF": {**offer, "priceDimensions": rates}}, "Reserved": {"x": reserved}},
            "version": "20260911124505", "publicationDate": "2026-09-11T12:45:05Z",
        }
    )  # fmt: skip


NODE = document("Compute Instance", "Hrs", ("0", "0.5500000000"), instanceType="ra3.large", usagetype="USW2-Node:ra3.large")
STORAGE = document("Redshift Managed Storage", "GB-Mo", ("0", "0.0250000000"), instanceType="ra3.large")
SCALING = document("Redshift Concurrency Scaling", "seconds", ("0", "0.0001500000"), instanceType="ra3.large")
FREE = document("Redshift Concurrency Scaling", "seconds", ("0", "0.0000000000"), instanceType="ra3.large")
SNAPSHOTS = document(
    "Storage Snapshot", "GB-Mo", ("512000", "0.0210000000"), ("0", "0.0230000000"), ("51200", "0.0220000000")
)


def asked(**wanted: str) -> dict[str, Any]:
    filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()]
    return {"ServiceCode": "AmazonRedshift", "Filters": filters}


class Answering:
    """A connection that gives one answer after another, and no more."""

    def __init__(self, *answers: list[str], region: str = "us-west-2") -> None:
        self.region, self._answers = region, list(answers)

    def in_region(self, region: str, timeout: float) -> Answering:
        return self

    def pages(self, *_: str, **__: Any) -> list[str]:
        return self._answers.pop(0)


def answering(*answers: list[str], region: str = "us-west-2") -> PriceList:
    return PriceList(Answering(*answers, region=region))  # type: ignore[arg-type]


def test_the_prices_of_the_region_are_asked_for_once() -> None:
    session = StubbedSession()
    for answer, parameters in (
        ([SCALING, STORAGE, FREE, NODE], asked(regionCode="us-west-2", instanceType="ra3.large")),
        ([SNAPSHOTS], asked(regionCode="us-west-2", productFamily="Storage Snapshot")),
    ):
        session.stub("pricing").add_response("get_products", {"FormatVersion": "aws_v1", "PriceList": answer}, parameters)
    prices = PriceList(connection(session))
    told = Price("ra3.large", Decimal("0.55"), Decimal("0.025"), Decimal("0.023"), ASKED)
    assert prices.ask("ra3.large", snapshots=True) == told
    assert prices.ask("ra3.large", snapshots=True) == prices.ask("ra3.large") == prices.known("ra3.large") == told


def test_snapshots_are_asked_for_only_where_they_are_needed() -> None:
    assert answering([NODE, STORAGE]).ask("ra3.large").node_hour == Decimal("0.55")


def test_what_is_known_without_asking_is_the_built_in_price() -> None:
    assert answering().known("ra3.large") == BUILT_IN


HALF = {
    "no such product": [],
    "no JSON": ["{"],
    "no document": ["[]", "null", '"x"'],
    "no terms": [json.dumps({"product": {"productFamily": "Compute Instance"}})],
    "terms of another shape": [json.dumps({"product": {"productFamily": "Compute Instance"}, "terms": {"OnDemand": []}})],
    "no dollars": [NODE.replace("USD", "CNY")],
    "no number": [NODE.replace("0.5500000000", "soon")],
    "not a number": [NODE.replace("0.5500000000", "NaN")],
    "nothing": [NODE.replace("0.5500000000", "0.0000000000")],
    "two prices": [NODE, NODE.replace("0.5500000000", "0.5600000000")],
    "another unit": [NODE.replace("Hrs", "Quantity")],
    "only a later tier": [NODE.replace('"beginRange": "0"', '"beginRange": "100"')],
}


@pytest.mark.parametrize("case", HALF)
def test_half_an_answer_is_the_built_in_price(case: str) -> None:
    assert answering(HALF[case]).ask("ra3.large") == BUILT_IN


REFUSED = {
    "AccessDeniedException": 400,
    "ExpiredTokenException": 400,
    "ThrottlingException": 400,
    "InvalidNextTokenException": 400,
    "InternalErrorException": 500,
}


def test_a_refusal_is_the_built_in_price_at_once_and_is_not_repeated() -> None:
    session, clock = StubbedSession(), FakeClock()
    for code, status in REFUSED.items():
        session.stub("pricing").add_client_error("get_products", code, http_status_code=status)
        prices = PriceList(connection(session, clock=clock))
        assert prices.ask("ra3.large", snapshots=True) == BUILT_IN
        assert prices.ask("rg.large").source == BUILT_IN.source
    assert clock.monotonic() == 0
    session.stub("pricing").assert_no_pending_responses()


def test_a_partition_without_a_price_list_asks_nothing() -> None:
    assert answering(region="cn-north-1").ask("ra3.large", snapshots=True) == listed("cn-north-1", "ra3.large")


def test_the_client_is_of_a_region_that_answers_and_gives_up_soon() -> None:
    made = []

    class Listening(StubbedSession):
        def client(self, service: str, region_name: str | None = None, config: Any = None) -> Any:
            made.append((region_name, config.connect_timeout, config.retries["total_max_attempts"]))
            return super().client(service, region_name, config)

    session = Listening()
    session.stub("pricing").add_response("get_products", {"PriceList": [NODE]})
    assert PriceList(connection(session)).ask("ra3.large").source == ASKED
    assert made == [("us-east-1", 3.0, 1)]
