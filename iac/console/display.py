"""Progress for a person, on stderr: a live line on a terminal, few lines on a pipe."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from iac.console.lines import duration, width, wrapped
from iac.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from iac.config import Config
    from iac.errors import Problem
    from iac.place import Place
    from iac.report import Report
    from iac.steps import Step

EVERY = 60.0
"""On a pipe: seconds between two lines that say the same status."""

SIMULATION = "Simulation (TARGET = simulator): no AWS account, no cost; nothing leaves this computer."


class Display(Progress):
    """Says what happens, and keeps the last knowledge for the result.

    quiet: says only what went wrong. verbose: every API call, never its values.
    """

    def __init__(self, file: Path = Path("dwh.cfg"), quiet: bool = False, verbose: bool = False) -> None:
        self.file = file
        self._stream: TextIO = sys.stderr
        self._quiet = quiet
        self.verbose = verbose
        self._terminal = self._stream.isatty()
        self._live = False
        self._said: tuple[str, str, float] = ("", "", 0.0)
        self.config: Config | None = None
        self.begun: Step | None = None
        self.known: Callable[[], Report] = self._nothing_known

    def line(self, text: str) -> None:
        """One line, in place of the live one."""
        self._clear()
        print(wrapped(text, self._stream), file=self._stream, flush=True)

    def opening(self, config: Config) -> None:
        self.config = config
        if config.target == "simulator" and not self._quiet:
            self.line(SIMULATION)
        for text in config.notes:
            self.note(text)

    def connected(self, place: Place) -> None:
        if place.target == "aws" and not self._quiet:
            self.line(f"AWS account {place.account}, region {place.region}.")

    def note(self, text: str) -> None:
        if not self._quiet:
            self.line(f"Note: {text}")

    def following(self, known: Callable[[], Report]) -> None:
        self.known = known

    def begin(self, step: Step) -> None:
        self.begun = step
        if not self._quiet and self._terminal:
            self._show(f"... {step}")

    def done(self, sentence: str) -> None:
        if not self._quiet:
            self.line(f"- {sentence}")

    def waiting(self, thing: str, status: str, seconds: float, usually: str) -> None:
        if self._quiet:
            return
        on_aws = "on AWS " if self.config and self.config.target == "simulator" else ""
        text = f"  {thing}: {status}, {duration(seconds)} ({on_aws}{usually})"
        last_thing, last_status, last_time = self._said
        if self._terminal:
            self._show(text)
        elif (thing, status) != (last_thing, last_status) or not last_time <= seconds < last_time + EVERY:
            self._said = (thing, status, seconds)
            self.line(text)

    def arrived(self) -> None:
        self._said = ("", "", 0.0)
        self._clear()

    def trouble(self, problem: Problem) -> None:
        if not self._quiet:
            self.line(f"  {problem.what} {problem.why} Trying again.")

    def called(self, service: str, operation: str, seconds: float, outcome: str) -> None:
        if self.verbose:
            self.line(f"  {service}:{operation} {seconds * 1000:.0f} ms {outcome}")

    def close(self) -> None:
        """Leave the terminal's line as it was found."""
        self._clear()

    def _nothing_known(self) -> Report:
        from iac.report import Report

        return Report(self.config, None, (), 0.0)

    def _show(self, text: str) -> None:
        """The live line, cut to the width so that it can be taken back."""
        self._clear()
        self._live = True  # before it is: a signal may come in between
        print(text[: max(width() - 1, 10)], end="", file=self._stream, flush=True)

    def _clear(self) -> None:
        if self._live:
            print("\r\x1b[K", end="", file=self._stream, flush=True)
            self._live = False
