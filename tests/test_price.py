"""Prices: the built-in table, words for a person, and the limit, as tables."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from iac.config import Config
from iac import text
from iac.errors import Problem
from iac.facts.node_types import NODE_TYPES
from iac.facts.prices import price_list_region
from iac.observed import Observed, Snapshot
from iac.plan import Context
from iac.money import running as part
from iac.money.limit import hourly_usd, in_words, price_words
from iac.money.others import other_clusters
from iac.schedule.plan import wanted
from tests.planned import reported, to_running
from iac.words import dollars, exact
from iac.facts.prices import Price, listed
from iac.plan.context import Request
from tests.sample import CLUSTER, CONFIG, GROUP, NOTHING, NOW, PLACE, RUNNING, cluster, config, seen

CONTEXT = Context(NOW, GROUP)
RESTORE = replace(CONTEXT, request=Request(restore=""))
SNAPSHOT = Snapshot("dwhcluster-final-20260228-120000", "dwhcluster", "available", NOW, "ra3.large", 2, "dwh", "dwhuser", 512.0, 35)


def limited(usd: str, **changes: Any) -> Config:
    return config(max_hourly_usd=Decimal(usd), **changes)


def planned(wanted: Config, there: Observed) -> str:
    """The screen of --plan, with nothing asked of AWS."""
    steps = to_running(wanted, there, CONTEXT)
    calls = tuple(tuple(call.name for call in step.calls) for step in steps)
    return "\n".join(text.result(reported(wanted, there, tuple(map(str, steps)), 0.0, True, None, NOW, calls)))


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2", "eu-central-1"])
@pytest.mark.parametrize("node", NODE_TYPES.values(), ids=lambda node: node.name)
def test_every_node_type_has_a_price_in_the_plan_without_network(region: str, node: Any) -> None:
    there = seen(NOTHING, place=replace(PLACE, region=region))
    screen = planned(config(region=region, node_type=node.name, number_of_nodes=2, host=""), there)
    usd = in_words(listed(region, node.name).hourly(2))
    assert usd.startswith("$") and f"\n  price     {usd} (list price of 2026-09-11); storage is extra\n" in screen


PRICED = {
    "one node": (Price("x", Decimal("0.543")), 1, "$0.54 an hour, about $396 a month"),
    "two nodes": (Price("x", Decimal("0.543")), 2, "$1.09 an hour, about $793 a month"),
    "many": (Price("x", Decimal("13.04")), 128, "$1,669.12 an hour, about $1,218,458 a month"),
    "unknown": (Price("x"), 1, "unknown"),
}


@pytest.mark.parametrize("case", PRICED)
def test_a_price_is_told_in_words(case: str) -> None:
    price, number, words = PRICED[case]
    assert in_words(price.hourly(number)) == words


def test_amounts_are_rounded_for_a_person_and_exact_beside_a_limit() -> None:
    assert [dollars(Decimal(each)) for each in ("792.78", "7.704", "0.0115", "0.001")] == [
        "$793", "$7.70", "$0.01", "less than $0.01",
    ]  # fmt: skip
    assert [exact(Decimal(each)) for each in ("0.543", "1", "1.5", "100", "3.0427")] == [
        "$0.543", "$1.00", "$1.50", "$100.00", "$3.0427",
    ]  # fmt: skip


REGIONS = {
    "us-west-2": "us-east-1", "sa-east-1": "us-east-1", "eu-west-3": "eu-central-1", "ap-northeast-1": "ap-south-1",
    "cn-north-1": None, "us-gov-west-1": None, "eusc-de-east-1": None, "us-iso-east-1": None,
}  # fmt: skip


@pytest.mark.parametrize("region", REGIONS)
def test_the_price_list_is_asked_on_the_same_continent_and_not_in_another_partition(region: str) -> None:
    assert price_list_region(region) == REGIONS[region]


TWO = config(number_of_nodes=2)
THERE_TWO = seen(cluster=cluster(number_of_nodes=2))
PAUSED = seen(cluster=cluster(status="paused"))

LINES = {
    "nothing there": (CONFIG, NOTHING, "$0.54 an hour, about $396 a month (list price of 2026-09-11); storage is extra"),
    "of the size that is there": (
        CONFIG, THERE_TWO,
        "$1.09 an hour, about $793 a month; after the resize $0.54 an hour, about $396 a month (list price of 2026-09-11); "
        "storage is extra",
    ),
    "paused": (
        CONFIG, PAUSED, "$0.54 an hour, about $396 a month while it runs (list price of 2026-09-11); storage is extra",
    ),
    "simulated": (
        config(target="simulator"), NOTHING,
        "on AWS $0.54 an hour, about $396 a month (list price of 2026-09-11); storage is extra",
    ),
    "told by AWS": (
        CONFIG, seen(NOTHING, of={"money": (Price("ra3.large", Decimal("0.5"), source="AWS Price List, asked just now"),)}),
        "$0.50 an hour, about $365 a month (AWS Price List, asked just now); storage is extra",
    ),
    "unknown": (
        CONFIG, seen(NOTHING, place=replace(PLACE, region="me-south-1")),
        "unknown for ra3.large in me-south-1; storage is extra",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_the_price_is_one_line_and_says_where_it_is_from(case: str) -> None:
    wanted, there, line = LINES[case]
    assert price_words(wanted, there, {"ResizeCluster"}) == line


def test_a_plan_to_delete_has_no_price_after_a_resize() -> None:
    assert "after the resize" not in price_words(CONFIG, THERE_TWO, {"DeleteCluster"})


@pytest.mark.parametrize(
    ("wanted", "there", "usd"),
    [
        (CONFIG, THERE_TWO, "1.086"),
        (TWO, NOTHING, "1.086"),
        (TWO, PAUSED, "0.543"),
        (CONFIG, seen(NOTHING, place=replace(PLACE, region="me-south-1")), "None"),
    ],
)
def test_the_hourly_price_is_of_what_is_there_else_of_what_the_file_asks_for(
    wanted: Config, there: Observed, usd: str
) -> None:
    assert str(hourly_usd(wanted, there)) == usd
    assert str(reported(wanted, there, (), 0.0).as_json()["hourly_usd"]) == usd


ABOVE = {
    "a new cluster": (
        limited("1.00", number_of_nodes=2), NOTHING, CONTEXT, "$1.086",
        "DWH_MAX_HOURLY_USD = 1.086 or more; or DWH_NUM_NODES = 1; or DWH_NODE_TYPE = rg.large.",
    ),
    "a new cluster, no type is cheaper": (limited("0.1"), NOTHING, CONTEXT, "$0.543", "DWH_MAX_HOURLY_USD = 0.543 or more."),
    "a resize": (limited("1.00", number_of_nodes=2), RUNNING, CONTEXT, "$1.086", "or DWH_NUM_NODES = 1"),
    "a resume": (limited("0.5"), PAUSED, CONTEXT, "$0.543", "DWH_MAX_HOURLY_USD = 0.543 or more."),
    "a resume before a resize": (
        limited("1.00"), seen(cluster=cluster(status="paused", number_of_nodes=2)), CONTEXT, "$1.086",
        "DWH_MAX_HOURLY_USD = 1.086 or more, and lower it again after the resize.",
    ),
    "a restore in the size of the snapshot": (
        limited("1.00"), seen(NOTHING, snapshots=(SNAPSHOT,)), RESTORE, "$1.086", "lower it again after the resize",
    ),
    "thousands": (
        limited("5", node_type="ra3.16xlarge", number_of_nodes=128), NOTHING, CONTEXT, "$1,669.12", "= 1669.12 or more",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ABOVE)
def test_what_costs_more_than_the_limit_is_refused_with_the_line_to_edit(case: str) -> None:
    wanted, there, context, usd, remedy = ABOVE[case]
    with pytest.raises(Problem, match="more than the limit of") as caught:
        to_running(wanted, there, context)
    assert f"costs {usd} an hour" in caught.value.what and "list price of 2026-09-11" in caught.value.why
    assert remedy in caught.value.remedy and remedy.endswith(".") <= caught.value.remedy.endswith(remedy)


WITHIN = {
    "the limit itself": (limited("0.543"), NOTHING),
    "a resize to less": (limited("0.60"), THERE_TWO),
    "a cluster that runs above it": (limited("0.50"), RUNNING),
    "one that is not at rest": (limited("0.50", number_of_nodes=2), seen(cluster=cluster(status="creating"))),
}


@pytest.mark.parametrize("case", WITHIN)
def test_what_is_within_the_limit_or_runs_already_is_not_refused(case: str) -> None:
    to_running(*WITHIN[case], CONTEXT)


def test_a_cluster_that_runs_above_the_limit_is_named() -> None:
    (note,) = [each for each in part(limited("0.50"), RUNNING, CONTEXT, ()).notes if "DWH_MAX_HOURLY_USD" in each]
    assert note.startswith("Cluster dwhcluster (1 x ra3.large) costs $0.543 an hour, more than DWH_MAX_HOURLY_USD = 0.50")
    for wanted, there in ((limited("0.543"), RUNNING), (CONFIG, RUNNING), (limited("0.50"), NOTHING)):
        assert part(wanted, there, CONTEXT, ()).notes == ()


def test_a_limit_on_a_price_that_nobody_knows_is_a_refusal() -> None:
    with pytest.raises(Problem, match=r"not known whether 2 x rg.2xlarge in us-west-2 costs more than \$1.50") as caught:
        to_running(limited("1.50", node_type="rg.2xlarge", number_of_nodes=2), NOTHING, CONTEXT)
    assert "blank DWH_MAX_HOURLY_USD" in caught.value.remedy and "DWH_NODE_TYPE = ra3.large" in caught.value.remedy


def left(*snapshots: Snapshot, **changes: Any) -> list[str]:
    """The lines on what is left after a delete."""
    there = seen(NOTHING, snapshots=snapshots, **changes)
    rows = ("  snapshot", "  remove")
    return [line for line in text.result(reported(CONFIG, there, (), 0.0)) if line.startswith(rows)]


def test_a_snapshot_that_is_left_has_its_cost_its_end_and_the_command_that_deletes_it() -> None:
    assert left(replace(SNAPSHOT, size=204800.0)) == [
        "  snapshot  dwhcluster-final-20260228-120000: available, 204,800 MB, about $4.60 a month, kept until 2026-04-05",
        "  remove    aws redshift delete-cluster-snapshot --snapshot-identifier dwhcluster-final-20260228-120000 "
        "--region us-west-2",
    ]
    assert ", less than $0.01 a month," in left(replace(SNAPSHOT, size=5.0))[0]
    assert "a month" not in left(SNAPSHOT, place=replace(PLACE, region="sa-east-1"))[0]
    assert [line[:12] for line in left(SNAPSHOT, place=replace(PLACE, target="simulator"))] == ["  snapshot  "]


def test_a_snapshot_of_an_rg_cluster_may_share_what_it_costs_with_any_other_of_the_account() -> None:
    assert "at most $4.60 a month" in left(replace(SNAPSHOT, node_type="rg.large", size=204800.0))[0]


def test_a_paused_cluster_costs_its_storage_for_each_gb() -> None:
    told = "\n".join(text.result(reported(CONFIG, PAUSED, (), 0.0)))
    assert "its storage is: about $0.024 a month for each GB that it holds; so is its public address (an Elastic IP).\nTo go on: " in told
    there = seen(PAUSED, place=replace(PLACE, region="eu-central-1"))
    assert "its storage is: at a price that is not known here; so is its public address" in "\n".join(text.result(reported(CONFIG, there, (), 0.0)))


def test_only_a_plan_shows_the_price_of_a_cluster_that_runs() -> None:
    assert "\n  price     $0.54 an hour" in planned(CONFIG, seen(cluster=CLUSTER))
    assert "  price  " not in "\n".join(text.result(reported(CONFIG, RUNNING, (), 0.0)))


BOTH_ZONES = seen(cluster=cluster(number_of_nodes=2, multi_az=True))


def test_a_multi_az_cluster_costs_its_nodes_in_both_zones() -> None:
    assert hourly_usd(TWO, BOTH_ZONES) == Decimal("2.172")
    screen = planned(TWO, BOTH_ZONES)
    assert "Cluster dwhcluster is available: 2 x ra3.large in each of two Availability Zones, publicly accessible." in screen
    assert "  price     $2.17 an hour, about $1,586 a month" in screen


def test_the_limit_and_the_budget_count_both_zones() -> None:
    paused = seen(BOTH_ZONES, cluster=cluster(status="paused", number_of_nodes=2, multi_az=True))
    with pytest.raises(Problem, match=r"costs \$2\.172 an hour, more than the limit of \$2\.00"):
        to_running(limited("2", number_of_nodes=2), paused, CONTEXT)
    (once,) = wanted(config(budget_usd=Decimal("21.72"), number_of_nodes=2), BOTH_ZONES, NOW)
    assert once.due and round((once.due - NOW).total_seconds() / 3600, 2) == 10


def test_a_resize_of_a_multi_az_cluster_is_priced_in_both_zones() -> None:
    assert "after the resize $4.34 an hour" in planned(config(number_of_nodes=4), BOTH_ZONES)


def test_another_cluster_in_two_zones_is_named_with_the_price_of_both() -> None:
    (note,) = other_clusters(CONFIG, PLACE, [cluster(identifier="other", number_of_nodes=2, multi_az=True)], NOW)
    assert "costs $2.17 an hour" in note


STORED = {
    "a private one": (cluster(publicly_accessible=False), "about $0.024 a month for each GB that it holds"),
    "a public one": (cluster(), "about $0.024 a month for each GB that it holds; so is its public address (an Elastic IP)"),
    "a managed password": (
        cluster(managed_password=True),
        "about $0.024 a month for each GB that it holds; so are its public address (an Elastic IP) and the secret of its password",
    ),
}


@pytest.mark.parametrize("case", STORED)
def test_what_is_billed_of_a_paused_cluster_is_told(case: str) -> None:
    there, words = STORED[case]
    lines = text.result(reported(CONFIG, seen(cluster=replace(there, status="paused", host=None)), (), 0.0))
    assert f"Its compute is not billed, its storage is: {words}." in lines
    unpriced = seen(cluster=replace(there, status="paused"), place=replace(PLACE, region="ap-east-1"))
    rest = words.partition("; ")[2]
    said = f"its storage is: at a price that is not known here; {rest}." if rest else "its storage is."
    assert f"Its compute is not billed, {said}" in text.result(reported(CONFIG, unpriced, (), 0.0))
