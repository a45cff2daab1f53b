"""Each story once for all tests that look at its calls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from iac.request import Request
from tests.faults.house import House
from tests.faults.stories import STORIES, VARIATIONS, Story

REQUESTS = {"restore": Request(restore=""), "adopt": Request(adopt=True)}
EVERY = {story.name: story for story in (*STORIES, *VARIATIONS)}


@dataclass(frozen=True)
class Recorded:
    """planned: the calls of the plan. before, run: what was asked for, up to and in the run of the story."""

    planned: tuple[str, ...]
    writes_of_the_plan: tuple[str, ...]
    before: tuple[tuple[str, str], ...]
    run: tuple[tuple[str, str], ...]


@cache
def recorded(name: str) -> Recorded:
    """The story of this name, planned and then run."""
    story = EVERY[name]
    with TemporaryDirectory() as folder:
        house = House(Path(folder) / "house")
        story.before(house)
        before = tuple(house.faulty.calls)
        planned = _planned(story, house)
        writes = tuple(house.heard.writes)
        house.faulty.calls.clear()
        story.act(house)
        return Recorded(planned, writes, before, tuple(house.faulty.calls))


def _planned(story: Story, house: House) -> tuple[str, ...]:
    warehouse = house.warehouse()
    if story.end == "gone":
        report = warehouse.plan_delete(keep_data="discard" not in story.name)
    elif story.end == "paused":
        report = warehouse.plan_pause()
    else:
        report = warehouse.plan_create(next((REQUESTS[word] for word in REQUESTS if word in story.name.split()), Request()))
    return tuple(report.as_json()["calls"])
