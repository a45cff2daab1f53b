"""Progress for a person, on stderr: a live line on a terminal, few lines on a pipe."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from iac.console.lines import for_file
from iac.console.screen import Screen
from iac.console.waiting import Wait
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

SIMULATION = "Simulation (TARGET = simulator): no account, no cost, all on this computer."


class Display(Progress):
    """Says what happens, and keeps the last knowledge for the result.

    quiet: says only what went wrong. verbose: details as well, and every API call, never its values.
    A note on a step comes below the step.
    """

    def __init__(
        self, file: Path = Path("dwh.cfg"), quiet: bool = False, verbose: bool = False, screen: Screen | None = None
    ) -> None:
        self.file = file
        self._screen = screen or Screen(sys.stderr)
        self._quiet = quiet
        self.verbose = verbose
        self._said: tuple[str, str, float] = ("", "", 0.0)
        self._trouble = ""
        self._held: list[str] | None = None
        self.config: Config | None = None
        self.begun: Step | None = None
        self.known: Callable[[], Report] = self._nothing_known

    def line(self, *lines: str) -> None:
        """Lines that stay, in place of the live one."""
        self._screen.say(*(for_file(each, self.file) for each in lines))

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
        if self._quiet:
            return
        if self._held is None:
            self.line(f"Note: {text}")
        else:
            self._held.append(text)

    def detail(self, text: str) -> None:
        if self.verbose:
            self.note(text)

    def price(self, words: str) -> None:
        if not self._quiet:
            self.line(f"Price: {words}.")

    def following(self, known: Callable[[], Report]) -> None:
        self.known = known

    def begin(self, step: Step) -> None:
        self._release()
        self._held = []
        self.begun = step
        if not self._quiet and self._screen.has_live_line:
            self._screen.show(f"... {step}")

    def done(self, sentence: str) -> None:
        if not self._quiet:
            self.line(f"- {sentence}")
        self._release()

    def waiting(self, thing: str, status: str, seconds: float, usually: str, fraction: float | None = None) -> None:
        self._release()
        if self._quiet:
            return
        wait = Wait(thing, status, seconds, usually, self._is_simulated, fraction)
        last_thing, last_status, last_time = self._said
        if self._screen.has_live_line:
            self._screen.show(wait.live(max(self._screen.width - 1, 10)))
        elif (thing, status) != (last_thing, last_status) or not last_time <= seconds < last_time + EVERY:
            self._said = (thing, status, seconds)
            self.line(wait.line())

    def arrived(self) -> None:
        self._said = ("", "", 0.0)
        self._screen.clear()

    def trouble(self, problem: Problem) -> None:
        text = f"  {problem.what} {problem.why} Trying again."
        if not self._quiet and text != self._trouble:
            self._trouble = text
            self.line(text)

    def called(self, service: str, operation: str, seconds: float, outcome: str) -> None:
        if outcome == "ok":
            self._trouble = ""
        if self.verbose:
            self.line(f"  {service}:{operation} {seconds * 1000:.0f} ms {outcome}")

    def close(self) -> None:
        """Nothing is held back, and the terminal's line is as it was found."""
        self._release()
        self._screen.clear()

    @property
    def _is_simulated(self) -> bool:
        return self.config is not None and self.config.target == "simulator"

    def _release(self) -> None:
        """Say what was noted during a step."""
        held, self._held = self._held or [], None
        for text in held:
            self.note(text)

    def _nothing_known(self) -> Report:
        from iac.report import Report

        return Report(self.config, None, (), 0.0)
