"""A command that runs while the warehouse is up (--run): brought up before it, taken down after it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from threading import Timer
from typing import TYPE_CHECKING

from iac.console.arguments import request_of
from iac.console.process import ENDING
from iac.console.screen import Screen, failure, tell
from iac.errors import Problem
from iac.wait import SystemClock
from iac.warehouse import opened
from iac.words import duration, in_hours, usd

if TYPE_CHECKING:
    import argparse
    from types import FrameType

    from iac.config import Config
    from iac.console.display import Display
    from iac.report import Report
    from iac.wait import Clock

PATIENCE = 5.0
"""Seconds that a command has to end after SIGTERM or SIGHUP: Docker gives this process 10 in all, Kubernetes 30."""


class Job:
    """The two ways and what is between them. All words go to stderr: stdout is the command's.

    way_down: the command that takes the warehouse down by hand.
    """

    def __init__(self, arguments: argparse.Namespace, config: Config, display: Display, clock: Clock | None) -> None:
        self._arguments, self._config, self._display, self._clock = arguments, config, display, clock
        self._time, self._timeout = clock or SystemClock(), arguments.timeout * 60
        self._deletes, self._is_over = arguments.then == "delete", False
        self._began: tuple[float, Decimal | None] | None = None
        self.way_down = "python delete_cluster.py" if self._deletes else "python delete_cluster.py --pause"

    def up(self) -> Report:
        """Bring it up. Raises Problem."""
        with opened(self._config, self._display, self._clock, self._timeout) as warehouse:
            report = warehouse.create(request_of(self._arguments))
        hourly = report.told.json.get("hourly_usd")
        self._began = self._time.monotonic(), None if hourly is None else Decimal(str(hourly))
        return report

    def run(self) -> int:
        """Run the command, in the current folder. Returns its exit status. Raises Problem where it cannot be started."""
        self._display.close()
        if not self._arguments.quiet:
            Screen(sys.stderr).say(f"running: {self._arguments.run}")
        status = run_command(self._arguments.run)
        self._is_over = True
        return status

    def down(self) -> Report:
        """Take it down, and say what became of it. Raises Problem, which is told here where something else failed before."""
        try:
            # That the file names another cluster by now is refused, as between a confirmation and a deletion.
            with opened(
                self._config, self._display, self._clock, self._timeout, stopping=True, confirmed=True
            ) as warehouse:  # fmt: skip
                report = warehouse.delete() if self._deletes else warehouse.pause()
        except Problem as problem:
            if not self._is_over:
                self._display.close()
                costs = f"Note: The warehouse costs money as long as it runs; `{self.way_down}` takes it down."
                tell(sys.stderr, [*failure(problem), costs], self._display.file)
            raise
        self._display.close()
        self._display.line(self._outcome(report))
        return report

    def _outcome(self, report: Report) -> str:
        """What became of the warehouse, and what it has cost in compute since it was up."""
        kept = f"; its data is in final snapshot {report.snapshot}" if report.snapshot else ""
        if self._began is None:
            return f"{report.sentence()}{kept}."
        since, hourly = self._began
        ran = self._time.monotonic() - since
        cost = "" if hourly is None else usd(hourly * in_hours(timedelta(seconds=ran)))
        about = "" if not cost else f", {'' if cost.startswith('less') else 'about '}{cost} of compute"
        return f"{report.sentence()}{kept}. The warehouse ran {duration(ran)} for this{about}."


def run_command(command: str, patience: float = PATIENCE) -> int:
    """Run a command line by the shell, its streams untouched. Returns its exit status; 128 + N where signal N ended it.

    A signal to this process does not end the wait for the command, and counts as what ended it, whatever its own exit
    status. Without a terminal the command has a process group of its own, so that what is passed on reaches all of it, not
    the shell alone. On a terminal it is in ours, to read from the terminal, which sends Ctrl-C to both.

    SIGTERM and SIGHUP are passed on, and a shell that does not end within patience (seconds) is killed. The same one
    again is ignored from then on, for it is often sent twice (coreutils' timeout; a shell and the kernel, when a window
    is closed). Raises Problem where it cannot be started.
    """
    grouped = hasattr(os, "setpgrp") and not _has_terminal()  # Windows has no process groups
    came: list[int] = []
    timers: list[Timer] = []
    process: subprocess.Popen[bytes] | None = None

    def take(number: int, frame: FrameType | None = None) -> None:
        came.append(number)
        pass_on(number)

    def pass_on(number: int) -> None:
        if grouped or number != signal.SIGINT:
            send(number)
        if number != signal.SIGINT:
            timers.append(Timer(patience, send, [getattr(signal, "SIGKILL", signal.SIGTERM)]))
            timers[-1].daemon = True
            timers[-1].start()

    def send(number: int) -> None:
        with suppress(OSError):  # it has ended
            if process is not None and grouped:
                os.killpg(process.pid, number)
            elif process is not None:
                process.send_signal(number)

    before = {number: signal.getsignal(number) for number in ENDING}
    taken = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in taken:
        signal.signal(number, take)
    try:
        process = subprocess.Popen(command, shell=True, preexec_fn=os.setpgrp if grouped else None)
        for number in list(came):  # while it was being started
            pass_on(number)
        status = process.wait()
    except OSError as error:
        raise Problem(
            "The command could not be started.",
            f"The operating system refused the shell: {error.strerror}.",
            "Put the command into a script of its own, and give its name to --run.",
        ) from error
    finally:
        for timer in timers:
            timer.cancel()
        for number in taken:
            again = number in came and number != signal.SIGINT
            signal.signal(number, signal.SIG_IGN if again else before[number])
    if came:
        return 128 + came[0]
    return status if status >= 0 else 128 - status


def _has_terminal() -> bool:
    """Whether this process has a controlling terminal, whatever its streams are."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
