"""Nothing breaks it: a sample of the sweep that has every fault and every call that is ever made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from iac.errors import Problem
from iac.report import Report
from tests.faults.ears import READING
from tests.faults.faults import FAULTS, Fault, Refuse, fault
from tests.faults.house import House, Kept
from tests.faults.stories import STORIES, Story, nothing
from tests.faults.storm import THROTTLED, weathered
from tests.faults.trial import UNTOLD, Known, Trial, attempt, beginning, disturbed, undisturbed

SEED = 20261123


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Known]:
    """Every story that is sound in itself."""
    folder = tmp_path_factory.mktemp("stories")
    starts: dict[object, Kept] = {}
    found = {}
    for number, each in enumerate(STORIES):
        try:
            if each.before not in starts:
                starts[each.before] = beginning(each, folder / f"before {number}")
            found[each.name] = undisturbed(each, starts[each.before], folder / str(number))
        except (AssertionError, Problem):
            continue
    return found


def sample(known: dict[str, Known]) -> Iterator[Trial]:
    """A fixed choice, of short stories first: every operation once, every fault once at a look and at a change."""
    trials = [trial for each in known.values() for trial in each.trials()]
    Random(SEED).shuffle(trials)
    trials.sort(key=lambda trial: len(known[trial.story].calls) // 25)
    seen: set[object] = set()
    for most in (True, False):
        for trial in trials:
            looks = trial.operation.startswith(READING)
            news = {trial.operation, (trial.fault.name, looks)} - seen
            if len(news) == 2 or (news and not most):
                seen |= news
                yield trial


@pytest.mark.parametrize("name", [each.name for each in STORIES])
def test_a_story_that_nothing_happens_to_reaches_its_end_and_stays_there(known: dict[str, Known], name: str) -> None:
    assert name in known


def test_the_sample_has_every_fault_and_every_operation(known: dict[str, Known]) -> None:
    chosen = list(sample(known))
    assert {trial.fault.name for trial in chosen} == {fault.name for fault in FAULTS}
    assert {trial.operation for trial in chosen} == {name for each in known.values() for _, name in each.calls}


def test_no_fault_leaves_anything_behind(known: dict[str, Known], tmp_path: Path) -> None:
    trials = list(sample(known))
    verdicts = {str(trial): disturbed(known[trial.story], trial, tmp_path / str(n)) for n, trial in enumerate(trials)}
    wrong = {trial: [each for each in found if not each.startswith(UNTOLD)] for trial, found in verdicts.items()}
    assert {trial: found for trial, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    ("name", "operation"),
    [("create from nothing", "CreateCluster"), ("delete", "DeleteCluster"), ("pause", "PauseCluster")],
)
def test_a_change_is_told_even_if_its_answer_was_lost(
    known: dict[str, Known], name: str, operation: str, tmp_path: Path
) -> None:
    number = max(n for n, (_, asked) in enumerate(known[name].calls, start=1) if asked == operation)
    assert disturbed(known[name], Trial(name, number, operation, fault("dropped after")), tmp_path / "house") == []


@pytest.mark.parametrize("seed", [1, 2])
def test_create_and_delete_complete_while_a_third_of_all_calls_is_throttled(seed: int, tmp_path: Path) -> None:
    assert weathered(seed, 0.3, THROTTLED, tmp_path / "house") == []


def test_create_and_delete_complete_when_they_are_broken_off_again_and_again(tmp_path: Path) -> None:
    assert weathered(3, 0.1, FAULTS, tmp_path / "house") == []


def test_botocores_own_retries_change_nothing(tmp_path: Path) -> None:
    assert weathered(4, 0.05, FAULTS, tmp_path / "house", attempts=3) == []


def test_the_sweep_notices_a_run_that_should_have_gone_on(known: dict[str, Known], tmp_path: Path) -> None:
    lasting = Fault("denied", Refuse(403, "AccessDenied", "no"), times=10**6)
    name = "let another address in"
    found = disturbed(known[name], Trial(name, 3, known[name].calls[2][1], lasting), tmp_path / "h")
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
    killed = Trial("haunted", 8, "", fault("killed before"))
    assert "a dead process wrote into dwh.cfg" in disturbed(haunted, killed, tmp_path / "h")
