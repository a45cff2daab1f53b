"""Long waits: what takes half an hour leaves time to retry what comes after it."""

from __future__ import annotations

from pathlib import Path

from iac.errors import Problem
from iac.simulator import Durations
from tests.faults.faults import FirstCalls, fault
from tests.faults.stories import asked_for
from tests.workspace import Workspace


def test_a_cluster_that_is_busy_after_a_long_wait_is_asked_again(tmp_path: Path) -> None:
    # At this pace a wait of 17 minutes takes few looks.
    workspace = Workspace(tmp_path / "workspace", durations=Durations(create=1000), pace=10.0)
    asked_for(workspace)
    workspace.inject(FirstCalls("DeleteCluster", fault("busy")))
    workspace.delete()


def test_the_own_address_is_asked_for_once_a_run(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    answers = ["203.0.113.10"]

    def own_address() -> str:
        if not answers:
            raise Problem("Your own public address could not be found.", "timed out", "Write it into dwh.cfg.")
        return answers.pop()

    workspace.own_address = own_address
    workspace.create()
