"""What a plan says is what is done: the very calls, in that order."""

from __future__ import annotations

import pytest

from tests.faults.baseline import EVERY, baseline
from tests.workspace import READING

MOVING = ("joining one", "that is creating")
"""While something is under way, a plan shows no steps."""


@pytest.mark.parametrize("name", [name for name in EVERY if not any(words in name for words in MOVING)])
def test_a_run_makes_exactly_the_calls_of_the_plan(name: str) -> None:
    story = baseline(name)
    assert story.writes_of_the_plan == ()
    asked = [f"{service}:{operation}" for service, operation in story.calls if not operation.startswith(READING)]
    assert without_repeats(asked) == without_repeats(list(story.planned))


def without_repeats(calls: list[str]) -> list[str]:
    """Waits and retries aside: a call that is refused for the moment is repeated."""
    return [call for number, call in enumerate(calls) if number == 0 or call != calls[number - 1]]
