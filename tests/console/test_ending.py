"""Signals, Ctrl-C among them, and bugs: a run ends with all its words, and never with a traceback."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from typing import Any, TextIO

import pytest

from iac.config import Config
from iac.console import confirm, create_arguments, run_script
from iac.console.display import Display
from iac.errors import Problem, UsageError
from iac.report import Report
from iac.warehouse import Warehouse
from tests import scripts
from tests.sample import CONFIG, RUNNING

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def signals() -> Iterator[None]:
    """Those of the tests, put back afterwards."""
    before = {each: signal.getsignal(each) for each in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Interrupted(StringIO):
    """A stream, a signal coming whenever something is written to it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def write(self, text: str) -> int:
        signal.raise_signal(self.number)
        written = super().write(text)
        signal.raise_signal(self.number)
        return written


def run(story: Any, number: int, *options: str) -> scripts.Ended:
    """A script whose last words are interrupted by this signal."""
    out, err, before = Interrupted(number), Interrupted(number), sys.argv
    sys.argv = ["create_cluster.py", *options]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            return scripts.Ended(run_script(create_arguments, story), out.getvalue(), err.getvalue())
    finally:
        sys.argv = before


@pytest.mark.parametrize("second", ENDING)
@pytest.mark.parametrize("first", ENDING)
def test_what_is_told_of_a_signal_is_told_whole_though_another_comes(signals: None, first: int, second: int) -> None:
    def story(arguments: Namespace, config: Config, display: Display) -> Report:
        signal.raise_signal(first)
        raise AssertionError("the run went on")

    ended = run(story, second, "-q", "--json")
    assert ended.status == 128 + first and ended.json["error"]["what"] == "Interrupted."
    assert ended.err.startswith("Error: Interrupted.\n  Why: ") and ended.err.endswith("to take everything down.\n")


@pytest.mark.parametrize("number", ENDING)
def test_a_result_is_told_whole_though_a_signal_comes(signals: None, number: int) -> None:
    def story(arguments: Namespace, config: Config, display: Display) -> Report:
        return Report(CONFIG, RUNNING, (), 1.0)

    ended = run(story, number, "-q", "--json")
    assert (ended.status, ended.err) == (0, "") and ended.json["cluster"]["status"] == "available"


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_that_is_ignored_stays_ignored(signals: None, number: int) -> None:
    signal.signal(number, signal.SIG_IGN)

    def story(arguments: Namespace, config: Config, display: Display) -> Report:
        signal.raise_signal(number)
        return Report(CONFIG, RUNNING, (), 1.0)

    assert run(story, number, "-q").status == 0
    assert signal.getsignal(number) is signal.SIG_IGN


def not_waiting() -> TextIO:
    reading, _ = os.pipe()
    os.set_blocking(reading, False)
    return open(reading)


@pytest.mark.parametrize(
    "make",
    [lambda: open(os.devnull), lambda: open(os.devnull, "w"), lambda: TextIOWrapper(BytesIO(b"\xff"), "utf-8"), not_waiting],
    ids=["at its end", "not for reading", "not UTF-8", "not waiting"],
)
def test_a_confirmation_that_cannot_be_read_is_none(make: Callable[[], TextIO]) -> None:
    @contextmanager
    def no_account() -> Iterator[Warehouse]:
        raise Problem("There is none.", "So.", "None.")
        yield

    before = sys.stdin
    try:
        with make() as sys.stdin, redirect_stderr(StringIO()), pytest.raises(UsageError, match="Nothing was deleted"):
            confirm(CONFIG, no_account())
    finally:
        sys.stdin = before


BUG = """
import sys
from iac.console import create_arguments, main
def story(*_): raise ZeroDivisionError("of \\udcff")
sys.exit(main(create_arguments(), story, ["-q"]))
"""


def test_a_bug_is_told_where_no_file_can_be_written() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", BUG], capture_output=True, text=True, cwd=scripts.ROOT, env=scripts.environment(),
        check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )  # fmt: skip
    assert ended.returncode == 1 and ended.stderr.startswith("Error: This is a bug in these scripts")
    assert "ZeroDivisionError: of ? (" in ended.stderr and "(<string>, line 4, in story)" in ended.stderr
    assert "no file could be written with more" in ended.stderr and "Traceback" not in ended.stderr
