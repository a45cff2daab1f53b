"""One trial: a story, a fault at one of its calls, and whether anything is worse for it."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from iac.config import read
from iac.errors import Problem
from iac.report import Report
from iac.verbs import STATE_FILE
from tests.faults.faults import FAULTS, Choose, Fault, Killed, Suffering, none_at_all
from tests.faults.house import House, Kept
from tests.faults.portrait import Portrait, flaws, portrait
from tests.faults.ears import READING
from tests.faults.stories import Story

UNTOLD = "the report has "
"""How the words begin for what was done, and is told otherwise."""


@dataclass(frozen=True)
class Known:
    """A story that was undisturbed: where it began, what it asked, how it ended."""

    story: Story
    start: Kept
    calls: tuple[tuple[str, str], ...]
    end: Portrait
    report: Report

    def trials(self) -> list[Trial]:
        """Every fault at every call."""
        return [
            Trial(self.story.name, number, operation, fault)
            for number, (_, operation) in enumerate(self.calls, start=1)
            for fault in FAULTS
            if fault.strikes(operation)
        ]


@dataclass(frozen=True)
class Trial:
    story: str
    number: int
    operation: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.story}, call {self.number} ({self.operation}) {self.fault.name}"


@dataclass
class Ended:
    """How a run ended. wrong: what it should not have done, whatever became of it."""

    report: Report | None = None
    problem: Problem | None = None
    text: str = ""
    writes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def beginning(story: Story, folder: Path) -> Kept:
    """What the story begins with."""
    house = House(folder)
    story.before(house)
    return house.keep()


def undisturbed(story: Story, start: Kept, folder: Path, attempts: int = 1) -> Known:
    """Let the story happen. Raises AssertionError unless it is sound in itself."""
    house = House(folder, start, attempts)
    ended = attempt(story, house)
    calls = tuple(house.faulty.calls)
    assert ended.report is not None, f"{story.name}, undisturbed, ended: {ended.text}"
    end = portrait(house)
    found = [*ended.wrong, *flaws(house, end, story.end, story.beside), *at_rest(house, story)]
    assert not found, f"{story.name}, undisturbed: {found}"
    return Known(story, start, calls, end, ended.report)


def disturbed(known: Known, trial: Trial, folder: Path, attempts: int = 1) -> list[str]:
    """Let the story happen with the fault, and again without. Returns what is wrong afterwards."""
    suffering = Suffering(trial.fault, trial.number)
    found = carried_through(known, suffering, folder, trial.fault, attempts)
    if suffering.operation != trial.operation:
        found.append(f"call {trial.number} asked for {suffering.operation}: the story is not the same each time")
    return found


def carried_through(known: Known, choose: Suffering, folder: Path, fault: Fault, attempts: int = 1) -> list[str]:
    """The story with the fault, then without; and what is wrong on the way or at the end."""
    passes = fault.passes
    house = House(folder, known.start, attempts)
    before = house.rest_of_the_file()
    faulty = house.disturb(choose)
    first = attempt(known.story, house)
    found = [*first.wrong, *(f"a dead process asked for {operation}" for operation in faulty.late)]
    if house.at_death is not None and house.at_death != house.config.read_bytes():
        found.append("a dead process wrote into dwh.cfg")
    if passes and first.report is None:
        found.append(f"it ended: {first.text}")
    if first.report is not None:
        found.extend(_told(known, first.report) if passes and not fault.again else [])
    house.disturb(none_at_all)
    if fault.name == "denied":
        found.extend(_not_stopped(known.story, house, choose.operation or ""))
    if first.report is None or fault.again:
        again = attempt(known.story, house)
        found.extend(again.wrong)
        if again.report is None:
            return [*found, f"the next run ended: {again.text}"]
    end = portrait(house)
    found.extend([*flaws(house, end, known.story.end, known.story.beside), *at_rest(house, known.story)])
    found.extend(f"{key} is {end[key]}, not {known.end[key]}" for key in end if end[key] != known.end[key])
    if house.rest_of_the_file() != before:
        found.append("another byte of dwh.cfg has changed")
    return found


def _not_stopped(story: Story, house: House, denied: str) -> list[str]:
    """A stop needs no look but that at the cluster."""
    if story.end == "running" or not denied.startswith(READING) or denied == "DescribeClusters":
        return []
    house.clock.sleep(10)
    clusters = house.ask("redshift", "DescribeClusters")["Clusters"]
    mine = [each["ClusterStatus"] for each in clusters if each["ClusterIdentifier"] == "dwhcluster"]
    return [f"without {denied}, the cluster is still {each}" for each in mine if each != story.end]


def attempt(story: Story, house: House) -> Ended:
    """One run, as a process of its own."""
    ended = Ended()
    secrets = {house.value("DB_PASSWORD")}
    try:
        ended.report = story.act(house)
    except Problem as problem:
        ended.problem, ended.text = problem, f"{problem.what} {problem.why} {problem.remedy}"
        ended.wrong.extend(_as_a_problem(problem))
    except Killed:
        ended.text = "killed"
    except Exception as error:
        ended.text = f"{type(error).__name__}: {error}"
        ended.wrong.append(f"not a Problem, but {''.join(traceback.format_exception(error))}")
    ended.writes = house.heard.writes
    secrets.add(house.value("DB_PASSWORD"))
    said = [ended.text, *ended.wrong, *house.heard.said, repr(ended.report), *_json(ended)]
    if any(secret in each for each in said for secret in secrets - {"", "managed"}):
        ended.wrong = ["the password was said aloud"]
    ended.wrong.extend(_droppings(house))
    return ended


def _json(ended: Ended) -> list[str]:
    if ended.problem is not None:
        return ["".join(traceback.format_exception(ended.problem))]
    return [str(ended.report.as_json())] if ended.report is not None else []


def _as_a_problem(problem: Problem) -> list[str]:
    """No fault here is the file's, and none lasts long enough to give up."""
    found = [f"its {part} is empty" for part in ("what", "why", "remedy") if not getattr(problem, part).strip()]
    if problem.exit_status != 1:
        found.append(f"its exit status is {problem.exit_status}: {problem.what} {problem.why}")
    return found


def _told(known: Known, report: Report) -> list[str]:
    """What a run outlasts must not make it tell another story. The time in a snapshot's name may be another.

    A restore marks the password as it asks; where that answer is lost, a step of its own does it.
    """
    found = []
    if (report.snapshot is None) != (known.report.snapshot is None):
        found.append(f"{UNTOLD}snapshot {report.snapshot}, not {known.report.snapshot}")
    told, wanted = (re.sub("[0-9]", "0", "; ".join(_but_marks(each.steps))) for each in (report, known.report))
    if told != wanted:
        found.append(f"{UNTOLD}steps {told}; not: {wanted}")
    return found


def _but_marks(steps: tuple[str, ...]) -> list[str]:
    return [step for step in steps if not step.startswith("mark the admin password")]


def at_rest(house: House, story: Story) -> list[str]:
    """The fixed point: one more run finds nothing to do, and touches nothing."""
    before = house.config.read_bytes()
    once_more = attempt(story, house)
    if once_more.report is None:
        return [*once_more.wrong, f"one more run ended: {once_more.text}"]
    found = list(once_more.wrong)
    if once_more.report.steps or once_more.writes:
        found.append(f"one more run did {once_more.report.steps}, calling {once_more.writes}")
    if house.config.read_bytes() != before:
        found.append("one more run wrote into dwh.cfg")
    read(house.config)
    return found


def _droppings(house: House) -> list[str]:
    names = {path.name for path in house.config.parent.iterdir()} - {"dwh.cfg", STATE_FILE}
    return [f"left in the folder: {name}" for name in sorted(names)]
