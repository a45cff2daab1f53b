"""A whole warehouse in this process: the simulator, make-believe time, everything recorded."""

from __future__ import annotations

import shutil
import sys
from argparse import ArgumentParser, Namespace
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import create_cluster
import delete_cluster
from iac.config import read
from iac.console import create_arguments, delete_arguments, main
from iac.console.display import Display
from iac.progress import Progress
from iac.report import Report
from iac.request import Request
from iac.simulator import Simulator
from iac.steps import Step
from iac.verbs import PATIENCE, STATE_FILE, connect
from iac.warehouse import Warehouse
from tests import scripts
from tests.clock import FakeClock

READING = ("Describe", "Get", "List")


class Recorder(Progress):
    """Keeps everything that a run tells."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.notes: list[str] = []
        self.statuses: list[str] = []
        self.steps: list[Step] = []

    @property
    def writes(self) -> list[str]:
        """The calls that change something."""
        return [call for call in self.calls if not call.startswith(READING)]

    def note(self, text: str) -> None:
        self.notes.append(text)

    def begin(self, step: Step) -> None:
        self.steps.append(step)

    def waiting(self, thing: str, status: str, seconds: float, usually: str) -> None:
        if not self.statuses or self.statuses[-1] != status:
            self.statuses.append(status)

    def called(self, service: str, operation: str, seconds: float, outcome: str) -> None:
        self.calls.append(operation)


_RUNNING: dict[tuple[tuple[str, str], ...], TemporaryDirectory[str]] = {}


class House:
    """One folder with its dwh.cfg and its simulated account.

    pace: of the waits; at the simulator's own a wait takes many more looks.
    """

    def __init__(self, path: Path, pace: float = 0.2, **edits: str) -> None:
        self.config = scripts.folder(path, **edits)
        self.clock = FakeClock(pace=pace)
        self._account: Simulator | None = None
        self._clients: dict[str, Any] = {}
        self.heard = Recorder()

    def up(self, **edits: str) -> House:
        """Its warehouse running: made once for the same edits, and copied from then on."""
        key = tuple(sorted(edits.items()))
        if key not in _RUNNING:
            _RUNNING[key] = TemporaryDirectory()
            first = House(Path(_RUNNING[key].name), **edits)
            assert first.on().status == 0
        for name in ("dwh.cfg", STATE_FILE):
            shutil.copy(Path(_RUNNING[key].name) / name, self.config.parent)
        self.clock.sleep(60)
        return self

    def warehouse(self, timeout: float = PATIENCE) -> Warehouse:
        """A new run: the file read anew, nothing remembered."""
        self.heard = Recorder()
        return connect(read(self.config), self.heard, self.clock, timeout)

    def create(self, wait: bool = True, **asked: Any) -> Report:
        return self.warehouse().create(Request(**asked), wait)

    def delete(self, **options: Any) -> Report:
        return self.warehouse().delete(**options)

    def on(self, *options: str) -> scripts.Ended:
        """create_cluster.py, in this process and in make-believe time."""
        return self._script(create_cluster.story, create_arguments(), options)

    def off(self, *options: str, typed: str = "") -> scripts.Ended:
        """delete_cluster.py, in this process and in make-believe time."""
        return self._script(delete_cluster.story, delete_arguments(), options, typed)

    def _script(
        self, story: Any, parser: ArgumentParser, options: tuple[str, ...], typed: str = ""
    ) -> scripts.Ended:
        def timed(arguments: Namespace, display: Display) -> Report:
            return story(arguments, display, self.clock)

        out, err, stdin = StringIO(), StringIO(), sys.stdin
        sys.stdin = StringIO(typed)
        try:
            with redirect_stdout(out), redirect_stderr(err):
                status = main(parser, timed, ["--config", str(self.config), *options])
        finally:
            sys.stdin = stdin
        return scripts.Ended(status, out.getvalue(), err.getvalue())

    def edit(self, **edits: str) -> None:
        scripts.edit(self.config, **edits)

    def value(self, option: str) -> str:
        return scripts.value(self.config, option)

    def account(self) -> Simulator:
        """The account itself, for what the product would not do."""
        if self._account is None:
            self._account = Simulator(self.config.parent / STATE_FILE, self.clock)
        return self._account

    def client(self, service: str) -> Any:
        """A boto3 client on the account: someone else with the same login."""
        if service not in self._clients:
            self._clients[service] = self.account().session("us-west-2").client(service)
        return self._clients[service]
