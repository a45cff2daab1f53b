"""Create and delete while a share of all calls fails: which of them, and how, is chosen by a seed."""

from __future__ import annotations

from pathlib import Path
from random import Random

from iac.simulator.call import Call
from tests.faults.account_state import account_state, broken_invariants
from tests.faults.baseline import EVERY
from tests.faults.faults import FAULTS, Fault, no_fault
from tests.faults.run import not_converged, run_once
from tests.faults.stories import Story
from tests.workspace import Workspace

THROTTLED = tuple(fault for fault in FAULTS if fault.name == "throttled")
MOST_RUNS = 60


class RandomFaults:
    """The Choose that lets this share of all calls fail with one of the faults."""

    def __init__(self, seed: int, share: float, faults: tuple[Fault, ...]) -> None:
        self._random, self._share, self._faults = Random(seed), share, faults

    def __call__(self, number: int, call: Call) -> Fault | None:
        if self._random.random() >= self._share:
            return None
        fault = self._random.choice(self._faults)
        return fault if fault.applies_to(call.operation) else None


def run_with_random_faults(
    seed: int, share: float, faults: tuple[Fault, ...], folder: Path, attempts: int = 1
) -> list[str]:
    """Create, then delete; a run that a fault may end is run again. Returns what is wrong."""
    workspace = Workspace(folder, attempts=attempts)
    choose = RandomFaults(seed, share, faults)
    before = workspace.rest_of_the_file()
    found: list[str] = []
    for story in (EVERY["create from nothing"], EVERY["delete"]):
        wrong = _run_until_done(story, workspace, choose, all(fault.passes for fault in faults))
        found += [f"{story.name}: {each}" for each in wrong]
    return found + (["another byte of dwh.cfg has changed"] if workspace.rest_of_the_file() != before else [])


def _run_until_done(story: Story, workspace: Workspace, choose: RandomFaults, passes: bool) -> list[str]:
    found: list[str] = []
    for _ in range(MOST_RUNS):
        faulty = workspace.inject(choose)
        result = run_once(story, workspace)
        found += [*result.wrong, *(f"a killed process asked for {operation}" for operation in faulty.late)]
        if result.report is not None:
            break
        if passes:
            found.append(f"it ended: {result.text}")
    else:
        found.append(f"{MOST_RUNS} runs did not do it")
    workspace.inject(no_fault)
    return [*found, *broken_invariants(workspace, account_state(workspace), story.end), *not_converged(workspace, story)]
