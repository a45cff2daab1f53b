"""Many faults in one life: a share of all calls, by a seed, from create to delete."""

from __future__ import annotations

from pathlib import Path
from random import Random

from iac.simulator.call import Call
from tests.faults.faults import FAULTS, Fault
from tests.faults.house import House
from tests.faults.portrait import flaws, portrait
from tests.faults.stories import STORIES, Story
from tests.faults.trial import at_rest, attempt

THROTTLED = tuple(fault for fault in FAULTS if fault.name == "throttled")
MOST_RUNS = 60


class Storm:
    """The Choose that hits this share of all calls with one of the faults."""

    def __init__(self, seed: int, share: float, faults: tuple[Fault, ...]) -> None:
        self._random, self._share, self._faults = Random(seed), share, faults

    def __call__(self, number: int, call: Call) -> Fault | None:
        if self._random.random() >= self._share:
            return None
        fault = self._random.choice(self._faults)
        return fault if fault.strikes(call.operation) else None


def story(name: str) -> Story:
    return next(each for each in STORIES if each.name == name)


def weathered(seed: int, share: float, faults: tuple[Fault, ...], folder: Path, attempts: int = 1) -> list[str]:
    """Create and delete in a storm; a run that a fault may end is run again. Returns what is wrong."""
    house = House(folder, attempts=attempts)
    storm = Storm(seed, share, faults)
    before = house.rest_of_the_file()
    found: list[str] = []
    for each in (story("create from nothing"), story("delete")):
        found += [f"{each.name}: {wrong}" for wrong in _through(each, house, storm, all(fault.passes for fault in faults))]
    return found + (["another byte of dwh.cfg has changed"] if house.rest_of_the_file() != before else [])


def _through(each: Story, house: House, storm: Storm, passes: bool) -> list[str]:
    found: list[str] = []
    for _ in range(MOST_RUNS):
        faulty = house.disturb(storm)
        ended = attempt(each, house)
        found += [*ended.wrong, *(f"a dead process asked for {operation}" for operation in faulty.late)]
        if ended.report is not None:
            break
        if passes:
            found.append(f"it ended: {ended.text}")
    else:
        found.append(f"{MOST_RUNS} runs did not do it")
    house.disturb(lambda number, call: None)
    return [*found, *flaws(house, portrait(house), each.end), *at_rest(house, each)]
