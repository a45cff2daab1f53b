"""Nothing breaks it: a sample of the sweep that has every fault and every call that is ever made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from iac.report import Report
from tests.faults.faults import FAULTS, Fault, Refuse
from tests.faults.house import House
from tests.faults.stories import STORIES, Story, nothing
from tests.faults.storm import THROTTLED, weathered
from tests.faults.trial import Known, Trial, attempt, disturbed, undisturbed

SEED = 20261123


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Known]:
    folder = tmp_path_factory.mktemp("stories")
    return {each.name: undisturbed(each, folder / str(number)) for number, each in enumerate(STORIES)}


def sample(known: dict[str, Known]) -> Iterator[Trial]:
    """A fixed choice: every operation once, every fault once at a look and once at a change."""
    trials = [trial for each in known.values() for trial in each.trials()]
    Random(SEED).shuffle(trials)
    seen: set[object] = set()
    for trial in trials:
        looks = trial.operation.startswith(("Describe", "Get", "List"))
        if not {trial.operation, (trial.fault.name, looks)} <= seen:
            seen |= {trial.operation, (trial.fault.name, looks)}
            yield trial


def test_the_sample_has_every_fault_and_every_operation(known: dict[str, Known]) -> None:
    chosen = list(sample(known))
    assert {trial.fault.name for trial in chosen} == {fault.name for fault in FAULTS}
    assert {trial.operation for trial in chosen} == {name for each in known.values() for _, name in each.calls}


def test_no_fault_leaves_anything_behind(known: dict[str, Known], tmp_path: Path) -> None:
    trials = list(sample(known))
    verdicts = {str(trial): disturbed(known[trial.story], trial, tmp_path / str(n)) for n, trial in enumerate(trials)}
    assert {trial: found for trial, found in verdicts.items() if found} == {}


@pytest.mark.parametrize("seed", [1, 2])
def test_create_and_delete_complete_while_a_third_of_all_calls_is_throttled(seed: int, tmp_path: Path) -> None:
    assert weathered(seed, 0.3, THROTTLED, tmp_path / "house") == []


def test_create_and_delete_complete_when_they_are_broken_off_again_and_again(tmp_path: Path) -> None:
    assert weathered(3, 0.1, FAULTS, tmp_path / "house") == []


def test_botocores_own_retries_change_nothing(tmp_path: Path) -> None:
    assert weathered(4, 0.2, FAULTS, tmp_path / "house", attempts=3) == []


def test_the_sweep_notices_a_run_that_should_have_gone_on(known: dict[str, Known], tmp_path: Path) -> None:
    lasting = Fault("denied", Refuse(403, "AccessDenied", "no"), times=10**6)
    found = disturbed(known["create again"], Trial("create again", 3, known["create again"].calls[2][1], lasting), tmp_path / "h")
    assert len(found) == 1 and found[0].startswith("it ended:")


def test_the_sweep_notices_a_password_that_is_said(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    house.create()

    def tell(house: House) -> Report:
        report = house.create()
        house.heard.note(f"The password is {house.value('DB_PASSWORD')}.")
        return report

    assert attempt(Story("tell", nothing, tell, "running"), house).wrong == ["the password was said aloud"]


def test_the_sweep_notices_what_a_dead_process_does(known: dict[str, Known], tmp_path: Path) -> None:
    def act(house: House) -> Report:
        try:
            return house.create()
        finally:
            house.edit(HOST="written-by-a-ghost")

    haunted = replace(known["create from nothing"], story=Story("haunted", nothing, act, "running"))
    fault = next(fault for fault in FAULTS if fault.name == "killed before")
    assert "a dead process wrote into dwh.cfg" in disturbed(haunted, Trial("haunted", 8, "", fault), tmp_path / "h")
