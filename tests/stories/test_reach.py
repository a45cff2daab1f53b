"""After create and in a plan the endpoint is asked: how often, for how long, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from iac import text
from iac.errors import Problem
from iac.endpoint.probe import Certificate, Outcome, Probe
from iac.report import Report
from tests.faults.faults import FirstCalls, fault
from tests.workspace import Workspace

SHOWN = Certificate("*.abc123.us-west-2.redshift.amazonaws.com", "Amazon", datetime(2027, 5, 1, tzinfo=timezone.utc))
LOOKS = ["DescribeClusterSubnetGroups", "DescribeRouteTables", "DescribeVpcBlockPublicAccessOptions"]


class Network:
    """Answers each time with the next outcome, and from then on with the last. asked: (host, port), in order."""

    def __init__(self, workspace: Workspace, *outcomes: Outcome) -> None:
        self._outcomes = list(outcomes)
        self.asked: list[tuple[str, int]] = []
        self.times: list[float] = []
        self._workspace = workspace
        workspace.probe = self

    def __call__(self, host: str, port: int) -> Probe:
        self.asked.append((host, port))
        self.times.append(self._workspace.clock.monotonic())
        outcome = self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]
        return Probe(outcome, host, port, "52.10.20.30", certificate=SHOWN)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def verdict(report: Report) -> tuple[bool | None, bool]:
    """reachable, and whether a reason is given."""
    found = report.as_json()
    return found["reachable"], found["unreachable_because"] is not None


def looks(workspace: Workspace) -> list[str]:
    return [call for call in workspace.recorder.calls if call in LOOKS]


def test_after_a_resume_its_name_and_one_more_change_of_the_cluster_are_waited_for(workspace: Workspace) -> None:
    workspace.running().pause()
    network = Network(workspace, *[Outcome.NO_ADDRESS] * 3, *[Outcome.REFUSED] * 2, Outcome.CLOSED, Outcome.ANSWERED)
    report = workspace.create()
    assert network.asked == [(workspace.value("HOST"), 5439)] * 7
    assert verdict(report) == (True, False) and looks(workspace) == []
    said = "\n".join(text.result(report))
    assert f"answers   yes: TLS certificate {SHOWN.name}, valid until 2027-05-01" in said
    assert said.index("\n  open to") < said.index("\n  answers") < said.index("\n  psql")
    assert workspace.recorder.statuses[-3:] == ["its name does not resolve", "TCP connection refused", "connection closed"]


def test_a_cluster_that_does_not_answer_is_given_up_after_20_seconds_and_explained(workspace: Workspace) -> None:
    network = Network(workspace.running(), Outcome.TIMED_OUT)
    workspace.edit(HOST="")
    report = workspace.create()
    assert report.steps and verdict(report) == (False, True)
    assert 18 <= network.times[-1] - network.times[0] <= 21
    assert looks(workspace) == LOOKS
    said = "\n".join(text.result(report))
    assert "\nIt does not answer: the connection to 52.10.20.30, TCP port 5439, timed out.\n  Why: Nothing in AWS" in said
    assert "answers " not in said.split("It does not answer")[0]


def test_no_more_time_is_taken_than_the_run_has(workspace: Workspace) -> None:
    network = Network(workspace.running(), Outcome.REFUSED)
    workspace.edit(HOST="")
    report = workspace.warehouse(timeout=10).create()
    assert report.steps and verdict(report) == (False, True)
    assert network.times[-1] - network.times[0] <= 10


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.TIMED_OUT])
def test_a_run_with_nothing_to_do_and_a_plan_ask_once(workspace: Workspace, outcome: Outcome) -> None:
    network = Network(workspace.running(), outcome)
    before = workspace.clock.monotonic()
    reports = [workspace.create(), workspace.warehouse(planning=True).create()]
    assert [verdict(each)[0] for each in reports] == [outcome is Outcome.ANSWERED] * 2
    assert len(network.asked) == 2 and workspace.clock.monotonic() == before


def made_private(workspace: Workspace) -> None:
    workspace.ask("redshift", "ModifyCluster", ClusterIdentifier="dwhcluster", PubliclyAccessible=False)
    workspace.clock.sleep(60)


def test_what_cannot_answer_or_is_not_waited_for_is_not_asked(workspace: Workspace) -> None:
    network = Network(workspace.running(), Outcome.TIMED_OUT)
    assert verdict(workspace.create(wait=False)) == (None, False)
    workspace.edit(DWH_PUBLICLY_ACCESSIBLE="no")
    made_private(workspace)
    assert verdict(workspace.create()) == (None, False)
    workspace.ask("redshift", "PauseCluster", ClusterIdentifier="dwhcluster")
    assert verdict(workspace.warehouse(planning=True).create()) == (None, False)
    assert network.asked == []


def test_a_plan_that_turns_public_access_on_says_that_it_is_off(workspace: Workspace) -> None:
    network = Network(workspace.running(), Outcome.TIMED_OUT)
    made_private(workspace)
    report = workspace.warehouse(planning=True).create()
    assert report.steps and "Public access is off" in because(report) and len(network.asked) == 1


def test_a_simulated_cluster_is_never_asked(workspace: Workspace) -> None:
    workspace.running()
    found = workspace.on("--json").json
    keys = list(found)
    place = keys.index("hourly_usd")
    assert keys[place + 1 : place + 3] == ["reachable", "unreachable_because"]
    assert (found["reachable"], found["unreachable_because"]) == (None, None)


def because(report: Report) -> str:
    return str(report.as_json()["unreachable_because"])


def test_a_diagnosis_sees_what_someone_else_has_changed(workspace: Workspace) -> None:
    Network(workspace.running(), Outcome.TIMED_OUT)
    workspace.ask("ec2", "ModifyVpcBlockPublicAccessOptions", InternetGatewayBlockMode="block-bidirectional")
    (vpc,) = workspace.ask("ec2", "DescribeVpcs")["Vpcs"]
    (table,) = workspace.ask("ec2", "DescribeRouteTables", Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["RouteTables"]
    workspace.ask("ec2", "DeleteRoute", RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0")
    said = because(workspace.create())
    assert "VPC Block Public Access is on in us-west-2 (block-bidirectional)" in said
    assert "have no route to an internet gateway" in said


def test_an_address_that_is_not_let_in_is_named(workspace: Workspace) -> None:
    Network(workspace.running(), Outcome.TIMED_OUT)
    workspace.own_address = lambda: "198.51.100.4"
    assert "Your address is 198.51.100.4, and no inbound rule" in because(workspace.warehouse(planning=True).create())


def test_an_address_that_cannot_be_found_leaves_the_rest_of_the_diagnosis(workspace: Workspace) -> None:
    def unknown() -> str:
        raise Problem("Your own public address could not be found.", "timed out", "Write it into dwh.cfg.")

    Network(workspace.running(), Outcome.TIMED_OUT)
    workspace.edit(DWH_INGRESS_CIDR="203.0.113.10/32")
    workspace.own_address = unknown
    assert "Nothing in AWS was found" in because(workspace.warehouse(planning=True).create())


@pytest.mark.parametrize("kind", ["denied", "throttled"])
def test_a_look_that_fails_does_not_fail_the_run_nor_hold_it_up(workspace: Workspace, kind: str) -> None:
    Network(workspace.running(), Outcome.TIMED_OUT)
    workspace.inject(FirstCalls("DescribeRouteTables", replace(fault(kind), times=1000)))
    before = workspace.clock.monotonic()
    report = workspace.create()
    assert verdict(report) == (False, True)
    assert "(it was not possible to look at the route tables of its VPC)" in because(report)
    assert workspace.clock.monotonic() - before < 20
