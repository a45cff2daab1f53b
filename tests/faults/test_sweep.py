"""A sample of the complete sweep: every fault, and every operation that a story asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from iac.report import Report
from tests.faults.baseline import baseline
from tests.faults.faults import FAULTS, Fault, Refuse, fault
from tests.faults.injection import REPORT_DIFFERS, Injection, injections, last_call, run_another_verb, run_injected
from tests.faults.random_faults import THROTTLED, run_with_random_faults
from tests.faults.run import run_once
from tests.faults.stories import STORIES, Story, nothing
from tests.workspace import READING, Workspace

SEED = 20261123
PASSWORD_CHANGES = ("ModifyCluster", "RestoreFromClusterSnapshot")
NAMES = [story.name for story in STORIES]


def sample() -> Iterator[Injection]:
    """A fixed choice, of short stories first: every operation once, every fault once at a reading call and at a change."""
    every = [injection for name in NAMES for injection in injections(baseline(name))]
    Random(SEED).shuffle(every)
    every.sort(key=lambda injection: len(baseline(injection.story).calls) // 8)
    seen: set[object] = set()
    for most in (True, False):
        for injection in every:
            reads = injection.operation.startswith(READING)
            news = {injection.operation, (injection.fault.name, reads)} - seen
            if len(news) == 2 or (news and not most):
                seen |= news
                yield injection


@pytest.mark.parametrize("name", NAMES)
def test_a_story_without_faults_reaches_its_end_and_a_second_run_does_nothing(name: str) -> None:
    assert baseline(name).report is not None


def test_the_sample_has_every_fault_and_every_operation() -> None:
    chosen = list(sample())
    assert {injection.fault.name for injection in chosen} == {fault.name for fault in FAULTS}
    assert {injection.operation for injection in chosen} == {call for name in NAMES for _, call in baseline(name).calls}


def test_after_every_fault_the_next_run_reaches_the_same_end(tmp_path: Path) -> None:
    verdicts = {
        str(injection): run_injected(baseline(injection.story), injection, tmp_path / str(number))
        for number, injection in enumerate(sample())
    }
    wrong = {where: [each for each in found if not each.startswith(REPORT_DIFFERS)] for where, found in verdicts.items()}
    assert {where: found for where, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    ("name", "operation"),
    [("create from nothing", "CreateCluster"), ("delete", "DeleteCluster"), ("pause", "PauseCluster")],
)
def test_a_change_is_reported_even_if_its_answer_was_lost(name: str, operation: str, tmp_path: Path) -> None:
    number = last_call(baseline(name), operation)
    injection = Injection(name, number, operation, fault("dropped after"))
    assert run_injected(baseline(name), injection, tmp_path / "workspace") == []


@pytest.mark.parametrize(
    ("name", "operation", "verb"),
    [("create from nothing", "CreateCluster", "delete"), ("delete", "DeleteCluster", "create from nothing")],
)
def test_a_run_that_was_killed_can_be_followed_by_the_other_verb(
    name: str, operation: str, verb: str, tmp_path: Path
) -> None:
    number = last_call(baseline(name), operation)
    assert run_another_verb(baseline(name), number, verb, tmp_path / "workspace") == []


@pytest.mark.parametrize("name", ["make a new password", "adopt with a password", "restore with a new password"])
def test_a_run_that_was_killed_while_a_password_changes_is_continued_by_a_plain_one(name: str, tmp_path: Path) -> None:
    for number in [number for number, (_, call) in enumerate(baseline(name).calls, start=1) if call in PASSWORD_CHANGES]:
        assert run_another_verb(baseline(name), number, "create again", tmp_path / str(number)) == [], number


@pytest.mark.parametrize("seed", [1, 2])
def test_create_and_delete_complete_while_a_third_of_all_calls_is_throttled(seed: int, tmp_path: Path) -> None:
    assert run_with_random_faults(seed, 0.3, THROTTLED, tmp_path / "workspace") == []


def test_create_and_delete_complete_when_they_are_interrupted_again_and_again(tmp_path: Path) -> None:
    assert run_with_random_faults(3, 0.1, FAULTS, tmp_path / "workspace") == []


def test_botocores_own_retries_change_nothing(tmp_path: Path) -> None:
    assert run_with_random_faults(4, 0.05, FAULTS, tmp_path / "workspace", attempts=3) == []


def test_the_sweep_notices_a_run_that_should_have_gone_on(tmp_path: Path) -> None:
    lasting = Fault("denied", Refuse(403, "AccessDenied", "no"), times=10**6)
    base = baseline("let another address in")
    found = run_injected(base, Injection(base.story.name, 3, base.calls[2][1], lasting), tmp_path / "workspace")
    assert len(found) == 1 and found[0].startswith("it ended:")


def test_the_sweep_notices_a_password_that_is_shown(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    workspace.create()

    def tell(workspace: Workspace) -> Report:
        report = workspace.create()
        workspace.recorder.note(f"The password is {workspace.value('DB_PASSWORD')}.")
        return report

    assert run_once(Story("tell", nothing, tell, "running"), workspace).wrong == ["the password was shown"]


def test_the_sweep_notices_what_a_killed_process_does(tmp_path: Path) -> None:
    def act(workspace: Workspace) -> Report:
        try:
            return workspace.create()
        finally:
            workspace.edit(HOST="written-after-the-kill")

    writes_late = replace(baseline("create from nothing"), story=Story("writes late", nothing, act, "running"))
    killed = Injection("writes late", 8, "", fault("killed before"))
    assert "a killed process wrote into dwh.cfg" in run_injected(writes_late, killed, tmp_path / "workspace")
