"""One run of a story, and what no run may do."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field, replace

from iac.config import read
from iac.errors import Problem
from iac.report import Report
from iac.warehouse import STATE_FILE
from tests.faults.faults import Killed
from tests.faults.stories import Story
from tests.workspace import Workspace


@dataclass
class RunResult:
    """How a run ended. wrong: what it should not have done, whether it succeeded or not."""

    report: Report | None = None
    problem: Problem | None = None
    text: str = ""
    writes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def run_once(story: Story, workspace: Workspace) -> RunResult:
    """One run, as a process of its own."""
    result = RunResult()
    secrets = {workspace.value("DB_PASSWORD")}
    try:
        result.report = story.act(workspace)
    except Problem as problem:
        result.problem, result.text = problem, f"{problem.what} {problem.why} {problem.remedy}"
        result.wrong.extend(_wrong_problem(problem))
    except Killed:
        result.text = "killed"
    except Exception as error:
        result.text = f"{type(error).__name__}: {error}"
        result.wrong.append(f"not a Problem, but {''.join(traceback.format_exception(error))}")
    result.writes = workspace.recorder.writes
    secrets.add(workspace.value("DB_PASSWORD"))
    said = [result.text, *result.wrong, *workspace.recorder.said, repr(result.report), *_json(result)]
    if any(secret in each for each in said for secret in secrets - {"", "managed"}):
        result.wrong = ["the password was shown"]
    result.wrong.extend(_files_left(workspace))
    return result


def not_converged(workspace: Workspace, story: Story) -> list[str]:
    """What is wrong with one more run: it should find nothing to do, and change nothing."""
    before = workspace.config.read_bytes()
    again = run_once(replace(story, act=story.then or story.act), workspace)
    if again.report is None:
        return [*again.wrong, f"one more run ended: {again.text}"]
    found = list(again.wrong)
    if again.report.steps or again.writes:
        found.append(f"one more run did {again.report.steps}, calling {again.writes}")
    if workspace.config.read_bytes() != before:
        found.append("one more run wrote into dwh.cfg")
    read(workspace.config)
    return found


def _json(result: RunResult) -> list[str]:
    if result.problem is not None:
        return ["".join(traceback.format_exception(result.problem))]
    return [str(result.report.as_json())] if result.report is not None else []


def _wrong_problem(problem: Problem) -> list[str]:
    """No fault here is in dwh.cfg, and none lasts until a run times out."""
    found = [f"its {part} is empty" for part in ("what", "why", "remedy") if not getattr(problem, part).strip()]
    if problem.exit_status != 1:
        found.append(f"its exit status is {problem.exit_status}: {problem.what} {problem.why}")
    return found


def _files_left(workspace: Workspace) -> list[str]:
    names = {path.name for path in workspace.config.parent.iterdir()} - {"dwh.cfg", STATE_FILE}
    return [f"left in the folder: {name}" for name in sorted(names)]
