"""Regions of other partitions than AWS's commercial one: the European Sovereign Cloud, China, GovCloud."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from botocore.session import get_session

from iac.config import read
from iac.config.names import HOST
from iac.facts.partitions import partition_and_domain
from iac.plan.preconditions import another_cluster
from iac.warehouse import opened
from tests import scripts
from tests.clock import FakeClock
from tests.sample import config, seen

PARTITIONS = {each["partition"]: each for each in get_session().get_data("endpoints")["partitions"] if "iso" not in each["partition"]}


@pytest.mark.parametrize("partition", PARTITIONS)
def test_every_region_is_of_the_partition_that_botocore_has_it_in(partition: str) -> None:
    told = PARTITIONS[partition]
    assert {partition_and_domain(region) for region in told["regions"]} == {(partition, told["dnsSuffix"])}


def test_a_host_of_the_sovereign_cloud_is_one() -> None:
    found = re.search(HOST, "dwhcluster.abc123.eusc-de-east-1.redshift.amazonaws.eu")
    assert found and (found["identifier"], found["region"]) == ("dwhcluster", "eusc-de-east-1")


def test_the_host_of_another_cluster_in_the_sovereign_cloud_is_recognized() -> None:
    host = "other.abc123.eusc-de-east-1.redshift.amazonaws.eu"
    assert another_cluster(config(host=host), seen()) == "cluster other in eusc-de-east-1"


@pytest.mark.parametrize("region", ["eusc-de-east-1", "cn-north-1"])
def test_a_warehouse_lives_in_every_partition(region: str, tmp_path: Path) -> None:
    path, clock = scripts.folder(tmp_path, REGION=region, DWH_AUTO_PAUSE="4h"), FakeClock(0.2)
    partition, domain = partition_and_domain(region)
    with opened(read(path), clock=clock) as warehouse:
        made = warehouse.create()
    assert (made.host or "").endswith(f".{region}.redshift.{domain}")
    assert made.role_arn == f"arn:{partition}:iam::123456789012:role/dwhRole"
    with opened(read(path), clock=clock) as warehouse:
        assert warehouse.create().steps == ()
    with opened(read(path), clock=clock) as warehouse:
        warehouse.delete()
    assert "HOST =\n" in path.read_text()
