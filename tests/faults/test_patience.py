"""Waits as long as AWS's own: what takes half an hour must not use up the patience for what comes after it."""

from __future__ import annotations

from pathlib import Path


from iac.errors import Problem
from iac.simulator import Durations
from tests.faults.faults import First, fault
from tests.faults.house import House
from tests.faults.stories import asked_for

def test_a_cluster_that_is_busy_after_a_long_wait_is_asked_again(tmp_path: Path) -> None:
    # At this pace a wait of 17 minutes takes few looks.
    house = House(tmp_path / "house", durations=Durations(create=1000), pace=10.0)
    asked_for(house)
    house.disturb(First("DeleteCluster", fault("busy")))
    house.delete()


def test_an_own_address_that_was_found_once_is_enough(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    answers = ["203.0.113.10"]

    def own_address() -> str:
        if not answers:
            raise Problem("Your own public address could not be found.", "timed out", "Write it into dwh.cfg.")
        return answers.pop()

    house.own_address = own_address
    house.create()
