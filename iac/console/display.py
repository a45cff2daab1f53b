"""What a person sees of a run: progress on stderr, a live line on a terminal, few lines on a pipe."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from iac.console.screen import Screen, cells, cut, failure, for_file
from iac.progress import Lines, Wait
from iac.words import duration

if TYPE_CHECKING:
    from collections.abc import Callable

    from iac.errors import Problem
    from iac.report import Report

LEAST_BAR, MOST_BAR = 8, 20
"""Characters between the brackets of a bar. ASCII: how wide a block character is depends on the terminal."""


class Display(Lines):
    """Says what happens, and keeps the last knowledge for the result.

    quiet: says only what went wrong. verbose: details as well, and every API call, never its values.
    A note on a step comes below the step.
    """

    def __init__(
        self, file: Path = Path("dwh.cfg"), quiet: bool = False, verbose: bool = False, screen: Screen | None = None
    ) -> None:
        super().__init__((lambda text: None) if quiet else self.line)
        self.file = file
        self._screen = screen or Screen(sys.stderr)
        self._live = self._screen.has_live_line and not quiet
        self.verbose = verbose
        self._held: list[str] | None = None
        self.begun: tuple[str, bool] = ("", False)
        self._known: Callable[[], Report] | None = None

    def line(self, *lines: str) -> None:
        """Lines that stay, in place of the live one."""
        self._screen.say(*(for_file(each, self.file) for each in lines))

    def note(self, text: str) -> None:
        if self._held is None:
            super().note(text)
        else:
            self._held.append(text)

    def detail(self, text: str) -> None:
        if self.verbose:
            self.note(text)

    def following(self, known: Callable[[], Report]) -> None:
        self._known = known

    def begin(self, sentence: str, settles: bool) -> None:
        self._release()
        self._held = []
        self.begun = sentence, settles
        if self._live:
            self._screen.show(f"... {sentence}")

    def done(self, sentence: str) -> None:
        super().done(sentence)
        self._release()

    def waiting(self, thing: str, status: str, seconds: float, usually: str, fraction: float | None = None) -> None:
        self._release()
        if self._live:
            wait = self._wait(thing, status, seconds, usually, fraction)
            self._screen.show(live(wait, max(self._screen.width - 1, 10)))
        else:
            super().waiting(thing, status, seconds, usually, fraction)

    def arrived(self) -> None:
        super().arrived()
        self._screen.clear()

    def called(self, service: str, operation: str, seconds: float, outcome: str) -> None:
        super().called(service, operation, seconds, outcome)
        if self.verbose:
            self.line(f"  {service}:{operation} {seconds * 1000:.0f} ms {outcome}")

    def ended(self, outcome: str | Problem) -> None:
        self.close()
        self.line(*([outcome] if isinstance(outcome, str) else failure(outcome)))

    def close(self) -> None:
        """Nothing is held back, and the terminal's line is as it was found."""
        self._release()
        self._screen.clear()

    def _release(self) -> None:
        """Say what was noted during a step."""
        held, self._held = self._held or [], None
        for text in held:
            self.note(text)

    def report(self) -> Report:
        """What is known so far, be it nothing."""
        from iac.report import Report

        return self._known() if self._known is not None else Report(self.config)


def live(wait: Wait, most: int) -> str:
    """What fits into this many columns. The status and the time gone always do, the usual time before a wide bar."""
    begin, percent = f"  {wait.thing}: {wait.status}, ", wait.percent(" ")
    usual, short = (begin + wait.time(words) for words in (wait.usually, wait.usually.removeprefix("usually ")))
    for text in (usual, short) if wait.fraction is not None else ():
        room = most - cells(text) - cells(f" []{percent}")
        if room >= LEAST_BAR:
            length = min(room, MOST_BAR)
            return f"{text} [{'#' * int((wait.fraction or 0.0) * length):-<{length}}]{percent}"
    for text in (usual, short, f"{begin}{duration(wait.seconds)}"):
        if cells(text + percent) <= most:
            return text + percent
    end = f": {wait.status}, {duration(wait.seconds)}{percent}"
    return cut(f"  {cut(wait.thing, max(most - 2 - cells(end), 4))}{end}", most)
