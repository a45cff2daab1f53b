"""Streams that are closed, full or gone: the scripts do their work, and their exit status says how it ended."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests import scripts
from tests.workspace import Workspace

NOWHERE = "/dev/full"
NOISE = ("Traceback", "Exception ignored", "bug", "Error in sys")


def without_a_reader() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def full_and_not_waiting() -> int:
    _, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 65536)
    return writing


def of_a_terminal_that_is_gone() -> int:
    primary, secondary = pty.openpty()
    os.close(primary)
    return secondary


STATES: dict[str, Callable[[], int]] = {
    "full": lambda: os.open(NOWHERE, os.O_WRONLY),
    "without a reader": without_a_reader,
    "full and not waiting": full_and_not_waiting,
    "of a terminal that is gone": of_a_terminal_that_is_gone,
    "for reading": lambda: os.open(os.devnull, os.O_RDONLY),
}
"""How a stream is that cannot be written; beside `closed`."""


def begin(words: list[str], out: str = "", err: str = "", stdin: int | None = subprocess.DEVNULL) -> subprocess.Popen[str]:
    """A process with its streams in these states; a pipe where none is given. stdin None: closed."""
    handles = [STATES[state]() if state in STATES else subprocess.PIPE for state in (out, err)]
    closing = [number for number, state in enumerate(("closed" if stdin is None else "", out, err)) if state == "closed"]
    process = subprocess.Popen(
        words, stdin=stdin, stdout=handles[0], stderr=handles[1], text=True, env=scripts.environment(),
        preexec_fn=lambda: [os.close(each) for each in closing],
    )  # fmt: skip
    for handle in handles:
        if handle != subprocess.PIPE:
            os.close(handle)
    return process


def ended(process: subprocess.Popen[str]) -> scripts.Ended:
    out, err = process.communicate(timeout=scripts.TIMEOUT)
    return scripts.Ended(process.returncode, out or "", err or "")


TOLD_AT_ONCE = [
    (0, "create_cluster.py", "--help"), (2, "delete_cluster.py", "--nonsense"),
    (2, "delete_cluster.py", "--config", "\udcff.cfg"), (2, "create_cluster.py", "--json", "--config", "no such file"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "script", "options"), [(first, second, rest) for first, second, *rest in TOLD_AT_ONCE])
def test_what_is_told_at_once_ends_as_it_should(status: int, script: str, options: list[str]) -> None:
    words = [sys.executable, str(scripts.ROOT / script), *options]
    begun = [(begin(words, out=state), begin(words, err=state)) for state in ("closed", *STATES)]
    shown = [ended(each) for both in begun for each in both]
    assert {each.status for each in shown} == {status}, shown
    assert [each for each in shown if any(noise in each.out + each.err for noise in NOISE)] == []


RUNS = """
import json, os, runpy, sys
import create_cluster, delete_cluster, iac.simulator, iac.warehouse, iac.text, iac.console.display

def begun(words, handle):
    child = os.fork()
    if child:
        return child
    for target, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        os.close(target) if handle is None else os.dup2(handle, target)
        stream = None if handle is None else open(target, mode, closefd=False)
        setattr(sys, name, stream), setattr(sys, f"__{name}__", stream)
    sys.argv = words
    runpy.run_path(words[0], run_name="__main__")

children = [begun(*each) for each in json.loads(sys.argv[1])]
print([os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in children])
"""
"""Each script in a child that ends as Python ends, side by side, what they import being loaded once for all of them."""


def test_a_warehouse_is_made_and_deleted_whatever_the_streams_are(tmp_path: Path) -> None:
    runs = [
        (0, "closed", "delete_cluster.py"), (0, "full", "delete_cluster.py"), (0, "without a reader", "create_cluster.py"),
        (0, "full and not waiting", "delete_cluster.py", "--json"), (0, "of a terminal that is gone", "delete_cluster.py"),
        (2, "closed", "delete_cluster.py", "--discard-data"), (0, "closed", "create_cluster.py", "--print-policy"),
        (0, "full", "create_cluster.py", "--plan", "--json"),
    ]  # fmt: skip
    workspaces = [Workspace(tmp_path / str(number)) for number in range(len(runs))]
    asked, streams = [], []
    for workspace, (_, state, script, *options) in zip(workspaces, runs):
        streams.append(None if state == "closed" else STATES[state]())
        asked.append(([str(scripts.ROOT / script), "--config", str(workspace.config), *options], streams[-1]))
        if script == "delete_cluster.py":
            workspace.running()
    told = subprocess.run(
        [sys.executable, "-c", RUNS, json.dumps(asked)], capture_output=True, text=True, cwd=scripts.ROOT, check=True,
        pass_fds=[each for each in streams if each is not None], env=scripts.environment(), timeout=scripts.TIMEOUT,
    )  # fmt: skip
    for each in streams:
        if each is not None:
            os.close(each)
    assert json.loads(told.stdout) == [status for status, *_ in runs] and told.stderr == ""
    assert [bool(each.value("HOST")) for each in workspaces] == [False, False, True, False, False, True, False, False]
