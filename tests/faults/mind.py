"""A mind changed: a run is killed, and the next one has another verb."""

from __future__ import annotations

from pathlib import Path

from tests.faults.faults import Suffering, fault, none_at_all
from tests.faults.house import House
from tests.faults.portrait import flaws, portrait
from tests.faults.stories import STORIES, Story
from tests.faults.trial import Known, at_rest, attempt

VERBS = ("create from nothing", "delete")


def story(name: str) -> Story:
    return next(each for each in STORIES if each.name == name)


def changed(known: Known, number: int, verb: str, folder: Path) -> list[str]:
    """Kill the story after this call, then do the verb. Returns what is wrong afterwards."""
    house, then = House(folder, known.start), story(verb)
    house.disturb(Suffering(fault("killed after"), number))
    first = attempt(known.story, house)
    house.disturb(none_at_all)
    second = attempt(then, house)
    found = [*first.wrong, *second.wrong]
    if second.report is None:
        return [*found, f"the next run ended: {second.text}"]
    return [*found, *flaws(house, portrait(house), then.end), *at_rest(house, then)]
