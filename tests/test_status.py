"""What a person reads of a cluster's status, and of a wait for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iac.errors import TimedOut
from iac.simulator.redshift import Cluster
from iac.status import in_words
from tests.planned import reported
from tests.sample import ARN, CONFIG, cluster, seen
from tests.workspace import Workspace

MAINTAINED = "in maintenance by AWS (intermittently available for queries)"
WORDS: dict[str, dict[str, Any]] = {
    "available": {},
    "creating": {"status": "creating", "availability": "Maintenance"},
    "paused": {"status": "paused", "availability": "Paused"},
    "hardware-failure": {"status": "hardware-failure", "availability": "Failed"},
    MAINTAINED: {"availability": "Maintenance"},
    "not available for queries at the moment": {"availability": "Unavailable"},
    "being modified": {"availability": "Modifying"},
    "without an address yet": {"host": None},
}


@pytest.mark.parametrize("words", WORDS)
def test_a_cluster_that_is_not_at_rest_is_never_just_available(words: str) -> None:
    assert in_words(cluster(**WORDS[words])) == words


def test_a_role_that_is_being_associated_is_a_modification() -> None:
    assert in_words(cluster(roles=((ARN, "adding"),))) == "being modified"


class Maintained(Cluster):
    """Of the simulated account: available, and in maintenance."""

    availability_status = "Maintenance"  # type: ignore[assignment]


def test_a_wait_for_maintenance_and_its_time_out_say_what_it_is(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace").running()
    (there,) = workspace.simulator._account.redshift("us-west-2").clusters.values()
    there.__class__ = Maintained
    with pytest.raises(TimedOut, match=r"Cluster dwhcluster is still in maintenance by AWS \(intermittently available"):
        workspace.warehouse(timeout=60).create()
    assert {status for _, status, *_ in workspace.recorder.all("waiting")} == {MAINTAINED}


def test_a_report_says_it_as_well() -> None:
    there = seen(cluster=cluster(availability="Maintenance"))
    assert reported(CONFIG, there, (), 0.0, True).sentence() == f"Cluster dwhcluster is {MAINTAINED}: 1 x ra3.large"
