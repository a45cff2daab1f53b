"""A folder with its dwh.cfg and its simulated account, in this process; time passes only when someone sleeps."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache, cached_property
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from botocore import xform_name

import create_cluster
import delete_cluster
from iac.aws.session import Access
from iac.config import Config, check_writable, read
from iac.console import create_arguments, delete_arguments, main
from iac.console.display import Display
from iac.endpoint.probe import Probe
from iac.progress import Progress
from iac.report import Report
from iac.plan.context import Request
from iac.simulator import Durations, Simulator
from iac.warehouse import PATIENCE, STATE_FILE, Warehouse, connect_to
from tests import scripts, shared_session
from tests.clock import FakeClock
from tests.faults.faults import Choose, Faulty, no_fault

READING = ("Describe", "Get", "Head", "List")
WRITTEN = ("HOST", "ARN", "DB_PASSWORD")
"""The options of dwh.cfg that a run may write."""

PACE = [0.2]
"""Of the waits: in the suite a wait takes few looks; the sweep by hand looks as often as the product."""


class Recorder(Progress):
    """Records every call of Progress. told: its method and arguments, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, tuple[Any, ...]]] = []

    @property
    def said(self) -> list[str]:
        """Every argument of every method, as text."""
        return [f"{method}: {each} {each!r}" for method, told in self.told for each in told]

    @property
    def calls(self) -> list[str]:
        """The API operations."""
        return [told[1] for told in self.all("called")]

    @property
    def writes(self) -> list[str]:
        """The calls that may change something."""
        return [call for call in self.calls if not call.startswith(READING)]

    @property
    def statuses(self) -> list[str]:
        """The statuses that were waited on, each once for as long as it lasted."""
        every = [told[1] for told in self.all("waiting")]
        return [status for number, status in enumerate(every) if every[number - 1 : number] != [status]]

    def all(self, method: str) -> list[tuple[Any, ...]]:
        """The arguments of each call of this method."""
        return [told for each, told in self.told if each == method]


def _recording(method: str) -> Callable[..., None]:
    def record(self: Recorder, *told: Any) -> None:
        self.told.append((method, told))

    return record


for _method in vars(Progress):
    if not _method.startswith("_"):
        setattr(Recorder, _method, _recording(_method))


@dataclass(frozen=True)
class Saved:
    """A workspace at one moment: both its files, and its time."""

    config: bytes
    account: bytes | None
    passed: float


class Workspace:
    """Runs the product and its scripts on one folder.

    saved: what it begins with, else the shipped dwh.cfg with these edits and an empty account.
    pace: of the waits. attempts: how often botocore itself tries a call of create() and delete().
    durations: of the account's changes as those two see them.
    stream: what on() and off() print to; each of its two streams is one of these.
    """

    stream: Callable[[], StringIO] = StringIO

    def __init__(
        self, folder: Path, saved: Saved | None = None, *, pace: float | None = None, attempts: int = 1,
        durations: Durations = Durations(), **edits: str,
    ) -> None:  # fmt: skip
        self.config, self.attempts, self._durations = folder / "dwh.cfg", attempts, durations
        self.clock = FakeClock(pace or PACE[0])
        scripts.folder(folder, **edits)
        if saved is not None:
            self._load(saved)
        self.recorder = Recorder()
        self.own_address: Callable[[], str] = lambda: self.simulator.own_address
        self.probe: Callable[[str, int], Probe] | None = None
        self.config_when_killed: bytes | None = None
        self.inject(no_fault)

    @cached_property
    def simulator(self) -> Simulator:
        """The account itself, for what AWS does and no call can."""
        return Simulator(self.config.with_name(STATE_FILE), self.clock, self._durations)

    def running(self, **edits: str) -> Workspace:
        """Its warehouse running: made once for the same edits, and copied from then on."""
        self._load(_running(tuple(sorted(edits.items()))))
        return self

    def save(self) -> Saved:
        account = self.config.with_name(STATE_FILE)
        return Saved(self.config.read_bytes(), account.read_bytes() if account.exists() else None, self.clock.monotonic())

    def _load(self, saved: Saved) -> None:
        self.config.write_bytes(saved.config)
        if saved.account is not None:
            self.config.with_name(STATE_FILE).write_bytes(saved.account)
        self.clock.sleep(saved.passed)

    def inject(self, choose: Choose) -> Faulty:
        """From now on the calls of create() and delete() fail as chosen."""
        self.faulty = Faulty(lambda request: self.simulator.answer(request), choose, self._killed)
        return self.faulty

    def _killed(self) -> None:
        self.config_when_killed = self.config.read_bytes()

    def warehouse(self, timeout: float = PATIENCE, planning: bool = False) -> Warehouse:
        """A new run, as in a new process: the file is read again."""
        self.recorder = Recorder()
        shared_session.PRODUCT.answer = self.faulty.answer
        config = read(self.config)
        check_writable(config.path)
        access = Access(shared_session.PRODUCT, self.own_address, self.attempts, probe=self.probe)
        return connect_to(access, config, self.recorder, self.clock, timeout, planning)

    def create(self, wait: bool = True, **asked: Any) -> Report:
        return self.warehouse().create(Request(**asked), wait)

    def delete(self, **options: Any) -> Report:
        return self.warehouse().delete(**options)

    def pause(self) -> Report:
        return self.warehouse().pause()

    def on(self, *options: str) -> scripts.Ended:
        """Run create_cluster.py."""
        return self._script(create_cluster.story, create_arguments(), options)

    def off(self, *options: str, typed: str = "") -> scripts.Ended:
        """Run delete_cluster.py. typed: at its question."""
        return self._script(delete_cluster.story, delete_arguments(), options, typed)

    def _script(
        self, story: Any, parser: ArgumentParser, options: tuple[str, ...], typed: str = ""
    ) -> scripts.Ended:
        def timed(arguments: Namespace, config: Config, display: Display) -> Report:
            return story(arguments, config, display, self.clock)

        out, err, stdin = self.stream(), self.stream(), sys.stdin
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

    def client(self, service: str) -> Any:
        """A boto3 client of a test, for someone else with the same login."""
        shared_session.TEST.answer = self.simulator.answer
        return shared_session.TEST.client(service)

    def ask(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """One call of such a client."""
        answer: dict[str, Any] = getattr(self.client(service), xform_name(operation))(**parameters)
        return answer

    def rest_of_the_file(self) -> str:
        """dwh.cfg without what a run may write into it."""
        text = self.config.read_bytes().decode()
        return re.sub(rf"(?m)^((?:{'|'.join(WRITTEN)})[ \t]*=)[^\r\n]*", r"\1", text)


@cache
def _running(edits: tuple[tuple[str, str], ...]) -> Saved:
    with TemporaryDirectory() as folder:
        made = Workspace(Path(folder), **dict(edits))
        made.create()
        made.clock.sleep(60)
        return made.save()
