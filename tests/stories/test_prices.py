"""When the Price List is asked, what a run says of the price, and what a limit holds back."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from iac.errors import Problem
from tests.faults.choices import deny
from tests.faults.faults import Fault, Lose
from tests.workspace import Workspace

PRICE = "on AWS $0.54 an hour, about $396 a month (list price of 2026-09-11); storage is extra"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_a_limit_holds_a_new_cluster_back_before_anything_is_made(workspace: Workspace) -> None:
    workspace.edit(DWH_NUM_NODES="2", DWH_MAX_HOURLY_USD="1.00")
    before = workspace.config.read_bytes()
    with pytest.raises(Problem, match=r"2 x ra3.large in us-west-2 costs \$1.086 an hour, more than the limit of \$1.00"):
        workspace.create()
    assert workspace.recorder.writes == [] and workspace.config.read_bytes() == before


def test_the_price_is_told_once_before_the_first_step_and_asked_once(workspace: Workspace) -> None:
    report = workspace.create()
    told = [method for method, _ in workspace.recorder.told if method in ("price", "begin")]
    assert told[0] == "price" and told.count("price") == 1
    assert workspace.recorder.all("price") == [(PRICE,)]
    assert workspace.recorder.calls.count("GetProducts") == 1
    assert report.as_json()["hourly_usd"] == 0.543


def test_a_run_with_nothing_to_do_asks_no_price_and_tells_the_hourly_one(workspace: Workspace) -> None:
    workspace.running()
    assert workspace.create().as_json()["hourly_usd"] == 0.543
    assert "GetProducts" not in workspace.recorder.calls and workspace.recorder.all("price") == []


def test_a_resume_and_a_resize_tell_the_price_before(workspace: Workspace) -> None:
    workspace.running()
    workspace.pause()
    assert "GetProducts" not in workspace.recorder.calls
    workspace.edit(DWH_NUM_NODES="2")
    workspace.create()
    ((words,),) = workspace.recorder.all("price")
    assert words == (
        "on AWS $0.54 an hour, about $396 a month while it runs; after the resize $1.09 an hour, about $793 a month "
        "(list price of 2026-09-11); storage is extra"
    )


def test_plans_ask_for_the_price_and_show_it(workspace: Workspace) -> None:
    planned = workspace.on("--plan")
    assert f"\n  price     {PRICE}\n" in planned.out
    workspace.running()
    for plan in (workspace.on("--plan"), workspace.off("--plan"), workspace.off("--plan", "--pause")):
        assert f"\n  price     {PRICE}\n" in plan.out
    assert workspace.off("--plan", "--json").json["hourly_usd"] == 0.543


UNANSWERED = {
    "denied": deny("GetProducts"),
    "unreachable": lambda number, call: (
        Fault("unreachable", Lose(EndpointConnectionError)) if call.service == "pricing" else None
    ),
}


@pytest.mark.parametrize("case", UNANSWERED)
def test_a_price_list_that_does_not_answer_stops_nothing(case: str, workspace: Workspace) -> None:
    workspace.inject(UNANSWERED[case])
    assert workspace.create().as_json()["hourly_usd"] == 0.543
    assert workspace.recorder.all("price") == [(PRICE,)] and workspace.recorder.all("trouble") == []


def test_no_price_is_asked_for_of_what_is_only_stored(workspace: Workspace) -> None:
    workspace.running().delete()
    workspace.edit(DWH_NODE_TYPE="ra3.xlplus")
    report = workspace.warehouse(planning=True).create()
    assert report.steps and [each.node_type for each in report.snapshots] == ["ra3.large"]
    assert workspace.recorder.calls.count("GetProducts") == 2  # compute and snapshots, both of the type in dwh.cfg
