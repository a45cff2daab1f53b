"""Prices, and what is not simulated."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.simulator.account import ONCE, SimulatedAccount


def price(aws: SimulatedAccount, region: str, node_type: str, unit: str = "Hrs") -> list[str]:
    return rates(aws, unit, regionCode=region, instanceType=node_type)


def rates(aws: SimulatedAccount, unit: str, **wanted: str) -> list[str]:
    pricing = aws.session.client("pricing", region_name="us-east-1")
    filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()]
    products = pricing.get_products(ServiceCode="AmazonRedshift", MaxResults=100, Filters=filters)
    return [
        rate["pricePerUnit"]["USD"]
        for product in map(json.loads, products["PriceList"])
        for term in product["terms"]["OnDemand"].values()
        for rate in term["priceDimensions"].values()
        if rate["unit"] == unit
    ]


def test_prices_are_told_for_known_regions_and_types(aws: SimulatedAccount) -> None:
    assert price(aws, "us-west-2", "ra3.large") == ["0.5430000000"]
    assert price(aws, "eu-west-1", "rg.large") == ["0.4207000000"]
    assert price(aws, "us-west-2", "zz.huge") == []
    assert price(aws, "me-south-1", "ra3.large") == []


def test_prices_of_storage_are_told_by_node_type_and_those_of_snapshots_by_region(aws: SimulatedAccount) -> None:
    assert price(aws, "us-west-2", "ra3.large", "GB-Mo") == price(aws, "us-west-2", "rg.large", "GB-Mo") == ["0.0240000000"]
    assert price(aws, "us-west-2", "dc2.large", "GB-Mo") == []
    assert rates(aws, "GB-Mo", regionCode="eu-central-1", productFamily="Storage Snapshot") == ["0.0245000000"]


def test_prices_are_not_told_everywhere(aws: SimulatedAccount) -> None:
    pricing = aws.session.client(
        "pricing", region_name="us-west-2", endpoint_url="https://pricing.invalid", config=ONCE
    )
    with pytest.raises(EndpointConnectionError):
        pricing.get_products(ServiceCode="AmazonRedshift")


@pytest.mark.parametrize(
    ("service", "operation"),
    [("redshift", "describe_storage"), ("ec2", "describe_local_gateways"),
     ("secretsmanager", "list_secrets"), ("s3", "list_buckets"), ("sts", "get_session_token")],
)  # fmt: skip
def test_what_is_not_simulated_is_an_error_of_awss_form(aws: SimulatedAccount, service: str, operation: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(aws.session.client(service), operation)()
    assert caught.value.response["Error"]["Code"] == "InvalidAction"
    assert "simulated account" in caught.value.response["Error"]["Message"]


def test_a_region_that_does_not_exist_cannot_be_reached(aws: SimulatedAccount) -> None:
    with pytest.raises(EndpointConnectionError):
        aws.session.client("redshift", region_name="us-wets-2", config=ONCE).describe_clusters()


def test_other_partitions_have_their_own_names(aws: SimulatedAccount) -> None:
    client = aws.session.client("redshift", region_name="cn-north-1")
    client.create_cluster(
        ClusterIdentifier="dwh", NodeType="ra3.large", ClusterType="single-node",
        MasterUsername="dwhuser", MasterUserPassword="Passw0rd",
    )  # fmt: skip
    aws.clock.sleep(4)
    found = client.describe_clusters()["Clusters"][0]
    assert found["Endpoint"]["Address"].endswith(".cn-north-1.redshift.amazonaws.com.cn")
    caller = aws.session.client("sts", region_name="cn-north-1").get_caller_identity()
    assert caller["Arn"] == "arn:aws-cn:iam::123456789012:user/simulated"
