"""A with block: the warehouse is up in it, and taken down whatever ends it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from iac import running
from iac.errors import Problem, TimedOut, UsageError
from iac.report import Report
from iac.verbs import up_and_down
from tests.faults.choices import refuse
from tests.sample import CONFIG, RUNNING
from tests.workspace import Workspace

COMMAND = "iac.pause('dwh.cfg')"
REPORT = Report(CONFIG, RUNNING, (), 1.0)
REFUSED = ("AWS refused PauseCluster.", "Not now.", "Try again.")


class Switch:
    """up and down of a block. downs: how often it was taken down. fails: what each way raises."""

    def __init__(self, up: BaseException | None = None, down: BaseException | None = None) -> None:
        self.downs = 0
        self._up, self._down = up, down

    def up(self) -> Report:
        if self._up:
            raise self._up
        return REPORT

    def down(self) -> Report:
        self.downs += 1
        if self._down:
            raise self._down
        return REPORT

    def run(self, block: Callable[[], object] = lambda: None) -> None:
        with up_and_down(self.up, self.down, COMMAND) as report:
            assert report is REPORT and self.downs == 0
            block()


def raising(error: BaseException) -> Callable[[], object]:
    def block() -> None:
        raise error

    return block


def test_the_end_of_the_block_takes_it_down() -> None:
    switch = Switch()
    switch.run()
    assert switch.downs == 1


@pytest.mark.parametrize("error", [ValueError("no such table"), KeyboardInterrupt(), SystemExit(5), UsageError(*REFUSED)])
def test_whatever_the_block_raises_takes_it_down_and_is_raised(error: BaseException) -> None:
    switch = Switch()
    with pytest.raises(type(error)) as caught:
        switch.run(raising(error))
    assert switch.downs == 1 and caught.value is error


@pytest.mark.parametrize("error", [TimedOut(*REFUSED), KeyboardInterrupt()])
def test_bringing_up_that_fails_half_way_takes_down_what_is_there(error: BaseException) -> None:
    switch = Switch(up=error)
    with pytest.raises(type(error)) as caught:
        switch.run()
    assert switch.downs == 1 and caught.value is error


def test_a_wrong_file_takes_nothing_down() -> None:
    switch = Switch(up=UsageError(*REFUSED))
    with pytest.raises(UsageError):
        switch.run()
    assert switch.downs == 0


def test_a_failure_of_taking_down_says_so_and_what_stops_the_bill() -> None:
    with pytest.raises(Problem) as caught:
        Switch(down=TimedOut(*REFUSED)).run()
    assert type(caught.value) is TimedOut
    assert str(caught.value).splitlines() == [
        "At the end of the with block, taking the warehouse down failed. AWS refused PauseCluster.",
        "  Why: Not now.",
        f"  Do:  Try again. It costs money as long as it runs; `{COMMAND}` takes it down.",
    ]


def test_the_exception_of_the_block_is_not_hidden_by_a_failure_of_taking_down() -> None:
    first, failure = KeyError("before"), Problem(*REFUSED)

    def block() -> None:
        try:
            raise first
        except KeyError:
            raise ValueError("no such table")  # noqa: B904

    with pytest.raises(ValueError, match="no such table") as caught:
        Switch(down=failure).run(block)
    error = caught.value
    assert error.__context__ is failure and failure.__context__ is first and first.__context__ is None
    for note in getattr(error, "__notes__", []):
        assert note.startswith("And after this exception: At the end of the with block") and COMMAND in note


def test_a_failure_of_taking_down_is_told_where_the_process_would_end_in_silence() -> None:
    end = SystemExit(143)
    with pytest.raises(Problem, match="taking the warehouse down failed") as caught:
        Switch(down=Problem(*REFUSED)).run(raising(end))
    assert caught.value.__context__ is end


@pytest.mark.parametrize("block", [lambda: None, raising(ValueError("no such table"))])
def test_ctrl_c_while_taking_down_ends_that_and_says_what_it_costs(block: Callable[[], object]) -> None:
    switch = Switch(down=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt, match="interrupted. It costs money") as caught:
        switch.run(block)
    assert switch.downs == 1 and COMMAND in str(caught.value)


ENDING = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])


@contextmanager
def handled_by(number: int, handler: Any) -> Iterator[None]:
    """What the program does on this signal. It is in place again after the block."""
    before = signal.signal(number, handler)
    try:
        yield
        assert signal.getsignal(number) == handler
    finally:
        signal.signal(number, before)


def ending(number: int) -> Callable[[], object]:
    def block() -> None:
        assert signal.getsignal(number) is not signal.SIG_DFL
        signal.raise_signal(number)

    return block


@ENDING
def test_a_signal_takes_it_down_and_ends_the_process_as_it_does_elsewhere(number: int) -> None:
    switch = Switch()
    with handled_by(number, signal.SIG_DFL), pytest.raises(SystemExit) as caught:
        switch.run(ending(number))
    assert caught.value.code == 128 + number and switch.downs == 1


@ENDING
def test_the_program_s_own_handler_of_the_signal_comes_first(number: int) -> None:
    switch, handled = Switch(), list[int]()
    with handled_by(number, lambda number, frame: handled.append(number)), pytest.raises(SystemExit):
        switch.run(ending(number))
    assert handled == [number] and switch.downs == 1


@ENDING
def test_a_signal_that_the_program_ignores_stays_ignored(number: int) -> None:
    switch = Switch()
    with handled_by(number, signal.SIG_IGN):
        switch.run(ending(number))
    assert switch.downs == 1


def test_it_works_in_a_thread_where_no_handler_can_be_set() -> None:
    switch = Switch()
    thread = threading.Thread(target=switch.run)
    thread.start()
    thread.join()
    assert switch.downs == 1


def test_another_end_than_pause_and_delete_is_told_before_anything_is_done() -> None:
    with pytest.raises(UsageError, match="then = 'stop' is unknown"), running("no such file", then="stop"):
        raise AssertionError("the block was begun")


def test_a_cluster_whose_wait_was_given_up_is_paused(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)

    def up() -> Report:
        return workspace.warehouse(timeout=1.0).create()

    with pytest.raises(TimedOut, match="still creating"), up_and_down(up, workspace.pause, COMMAND):
        raise AssertionError("the block was begun")
    assert workspace.recorder.writes == ["PauseCluster"]
    assert workspace.ask("redshift", "DescribeClusters")["Clusters"][0]["ClusterStatus"] == "paused"


@pytest.mark.parametrize(("then", "left"), [("pause", ["paused"]), ("delete", [])])
def test_a_file_that_is_moved_away_in_the_block_keeps_no_warehouse_running(tmp_path: Path, then: str, left: list[str]) -> None:
    workspace = Workspace(tmp_path).running()
    with running(workspace.config, then=then, clock=workspace.clock):
        workspace.config.unlink()
    assert [each["ClusterStatus"] for each in workspace.ask("redshift", "DescribeClusters")["Clusters"]] == left


def test_where_no_cluster_came_about_nothing_is_paused(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.inject(refuse("CreateCluster", "InsufficientClusterCapacity", "No free nodes."))
    with pytest.raises(Problem, match="refused CreateCluster") as caught, up_and_down(workspace.create, workspace.pause, COMMAND):
        raise AssertionError("the block was begun")
    assert workspace.recorder.writes == [] and not hasattr(caught.value, "__notes__")
