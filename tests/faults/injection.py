"""One fault injected into a story, or the story killed and another verb run; and what is wrong afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from iac.report import Report
from tests.faults.account_state import account_state, broken_invariants
from tests.faults.baseline import EVERY, Baseline
from tests.faults.faults import FAULTS, Fault, OneFault, fault, no_fault
from tests.faults.run import not_converged, run_once
from tests.faults.stories import Story
from tests.workspace import READING, Workspace

REPORT_DIFFERS = "the report has "
"""How the words begin for a report that differs from the baseline's."""


@dataclass(frozen=True)
class Injection:
    """Which fault, and at which call: its number from 1 on, and its operation."""

    story: str
    number: int
    operation: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.story}, call {self.number} ({self.operation}) {self.fault.name}"


def injections(baseline: Baseline) -> list[Injection]:
    """Every fault at every call."""
    return [
        Injection(baseline.story.name, number, operation, fault)
        for number, (_, operation) in enumerate(baseline.calls, start=1)
        for fault in FAULTS
        if fault.applies_to(operation)
    ]


def last_call(baseline: Baseline, operation: str) -> int:
    """The number of the last call of this operation."""
    return max(number for number, (_, asked) in enumerate(baseline.calls, start=1) if asked == operation)


def run_injected(baseline: Baseline, injection: Injection, folder: Path, attempts: int = 1) -> list[str]:
    """Run the story with the fault, and again without. Returns what is wrong afterwards."""
    injected = OneFault(injection.fault, injection.number)
    found = _run_with(baseline, injected, folder, injection.fault, attempts)
    if injected.operation != injection.operation:
        found.append(f"call {injection.number} asked for {injected.operation}: the story is not the same each time")
    return found


def run_another_verb(baseline: Baseline, number: int, verb: str, folder: Path) -> list[str]:
    """Kill the story after the call of this number, then run the story of this name. Returns what is wrong afterwards."""
    workspace, then = Workspace(folder, baseline.start), EVERY[verb]
    workspace.inject(OneFault(fault("killed after"), number))
    first = run_once(baseline.story, workspace)
    workspace.inject(no_fault)
    second = run_once(then, workspace)
    found = [*first.wrong, *second.wrong]
    if second.report is None:
        return [*found, f"the next run ended: {second.text}"]
    return [*found, *broken_invariants(workspace, account_state(workspace), then.end), *not_converged(workspace, then)]


def _run_with(baseline: Baseline, choose: OneFault, folder: Path, fault: Fault, attempts: int) -> list[str]:
    story, workspace = baseline.story, Workspace(folder, baseline.start, attempts=attempts)
    before = workspace.rest_of_the_file()
    faulty = workspace.inject(choose)
    first = run_once(story, workspace)
    found = [*first.wrong, *(f"a killed process asked for {operation}" for operation in faulty.late)]
    if workspace.config_when_killed is not None and workspace.config_when_killed != workspace.config.read_bytes():
        found.append("a killed process wrote into dwh.cfg")
    if fault.passes and first.report is None:
        found.append(f"it ended: {first.text}")
    if first.report is not None and fault.passes and not fault.again:
        found.extend(_report_differences(baseline.report, first.report))
    workspace.inject(no_fault)
    if fault.name == "denied":
        found.extend(_not_stopped(story, workspace, choose.operation or ""))
    if first.report is None or fault.again:
        again = run_once(story, workspace)
        found.extend(again.wrong)
        if again.report is None:
            return [*found, f"the next run ended: {again.text}"]
    end = account_state(workspace)
    found.extend([*broken_invariants(workspace, end, story.end, story.beside), *not_converged(workspace, story)])
    found.extend(f"{key} is {end[key]}, not {baseline.end[key]}" for key in end if end[key] != baseline.end[key])
    if workspace.rest_of_the_file() != before:
        found.append("another byte of dwh.cfg has changed")
    return found


def _not_stopped(story: Story, workspace: Workspace, denied: str) -> list[str]:
    """delete and pause need no reading call but DescribeClusters."""
    if story.end == "running" or not denied.startswith(READING) or denied == "DescribeClusters":
        return []
    workspace.clock.sleep(10)
    clusters = workspace.ask("redshift", "DescribeClusters")["Clusters"]
    mine = [each["ClusterStatus"] for each in clusters if each["ClusterIdentifier"] == "dwhcluster"]
    return [f"without {denied}, the cluster is still {each}" for each in mine if each != story.end]


def _report_differences(wanted: Report, report: Report) -> list[str]:
    """A fault that a run outlasts changes nothing in its report, but the time in the snapshot's name.

    A restore marks the password in the same call; where the answer to it is lost, a step of its own does it.
    """
    found = []
    if (report.snapshot is None) != (wanted.snapshot is None):
        found.append(f"{REPORT_DIFFERS}snapshot {report.snapshot}, not {wanted.snapshot}")
    steps, expected = (re.sub("[0-9]", "0", "; ".join(_but_marks(each.steps))) for each in (report, wanted))
    if steps != expected:
        found.append(f"{REPORT_DIFFERS}steps {steps}; not: {expected}")
    return found


def _but_marks(steps: tuple[str, ...]) -> list[str]:
    return [step for step in steps if not step.startswith("mark the admin password")]
