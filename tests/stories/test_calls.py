"""What a plan says is what is done: the very calls, in that order."""

from __future__ import annotations

from pathlib import Path

import pytest

from iac.request import Request
from tests.faults.ears import READING
from tests.faults.house import House
from tests.faults.stories import STORIES, VARIATIONS, Story

REQUESTS = {"restore": Request(restore=""), "adopt": Request(adopt=True)}
MOVING = ("joining one", "that is creating")
"""While something is under way, a plan shows no steps."""

EVERY = [story for story in (*STORIES, *VARIATIONS) if not any(words in story.name for words in MOVING)]


def planned(story: Story, house: House) -> list[str]:
    warehouse = house.warehouse()
    if story.end == "gone":
        report = warehouse.plan_delete(keep_data="discard" not in story.name)
    elif story.end == "paused":
        report = warehouse.plan_pause()
    else:
        report = warehouse.plan_create(next((REQUESTS[word] for word in REQUESTS if word in story.name.split()), Request()))
    calls: list[str] = report.as_json()["calls"]
    return calls


@pytest.mark.parametrize("story", EVERY, ids=lambda story: story.name)
def test_a_run_makes_exactly_the_calls_of_the_plan(story: Story, tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    story.before(house)
    calls = planned(story, house)
    assert house.heard.writes == []
    before = len(house.faulty.calls)
    story.act(house)
    asked = [f"{service}:{name}" for service, name in house.faulty.calls[before:] if not name.startswith(READING)]
    assert without_repeats(asked) == without_repeats(calls)


def without_repeats(calls: list[str]) -> list[str]:
    """Waits and retries aside: a call that is refused for the moment is repeated."""
    return [call for number, call in enumerate(calls) if number == 0 or call != calls[number - 1]]
