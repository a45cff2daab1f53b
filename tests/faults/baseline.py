"""Each story planned and then run without faults: once in the process, for all tests that compare with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from iac.report import Report
from iac.plan.context import Request
from tests.faults.account_state import State, account_state, broken_invariants
from tests.faults.run import not_converged, run_once
from tests.faults.stories import STORIES, VARIATIONS, Story
from tests.workspace import Saved, Workspace

EVERY = {story.name: story for story in (*STORIES, *VARIATIONS)}

Calls = tuple[tuple[str, str], ...]
"""(service, operation), in order."""


@dataclass(frozen=True)
class Baseline:
    """A story without faults.

    start: what it begins with; before: the calls up to there. planned: the calls of the plan;
    writes_of_the_plan: those that planning made. calls, report: of the run. end: the state after it.
    """

    story: Story
    start: Saved
    before: Calls
    planned: tuple[str, ...]
    writes_of_the_plan: tuple[str, ...]
    calls: Calls
    report: Report
    end: State


@cache
def baseline(name: str, attempts: int = 1) -> Baseline:
    """The story of this name. Raises AssertionError if it fails without a fault."""
    story = EVERY[name]
    start, before = _prepared(story.before)
    with fast_folder() as folder:
        workspace = Workspace(Path(folder), start, attempts=attempts)
        planned = _planned(story, workspace)
        writes = tuple(workspace.recorder.writes)
        workspace.faulty.calls.clear()
        result = run_once(story, workspace)
        calls = tuple(workspace.faulty.calls)
        assert result.report is not None, f"{name}, without a fault, ended: {result.text}"
        end = account_state(workspace)
        found = [*result.wrong, *broken_invariants(workspace, end, story.end, story.beside), *not_converged(workspace, story)]
        assert not found, f"{name}, without a fault: {found}"
        return Baseline(story, start, before, planned, writes, calls, result.report, end)


@cache
def _prepared(before: Callable[[Workspace], object]) -> tuple[Saved, Calls]:
    with fast_folder() as folder:
        workspace = Workspace(Path(folder))
        before(workspace)
        return workspace.save(), tuple(workspace.faulty.calls)


def _planned(story: Story, workspace: Workspace) -> tuple[str, ...]:
    warehouse = workspace.warehouse(planning=True)
    if story.end == "gone":
        report = warehouse.delete(keep_data="discard" not in story.name)
    elif story.end == "paused":
        report = warehouse.pause()
    else:
        report = warehouse.create(_request(story.name))
    return tuple(report.as_json()["calls"])


def _request(name: str) -> Request:
    """What the story of this name asks for."""
    words = name.split()
    return Request("" if "restore" in words else None, "adopt" in words, "make a new password" in name)


def fast_folder() -> TemporaryDirectory[str]:
    """In memory where there is such a file system: a run waits for the disk a dozen times."""
    return TemporaryDirectory(prefix="faults-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
