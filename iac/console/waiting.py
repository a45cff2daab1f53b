"""What a wait looks like: status, time gone, usual time, and a bar where AWS tells how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from iac.amounts import duration
from iac.console.lines import cells, cut

LEAST_BAR, MOST_BAR = 8, 20
"""Characters between the brackets of a bar. ASCII: how wide a block character is depends on the terminal."""


@dataclass(frozen=True)
class Wait:
    """One look of a wait.

    usually: how long it takes, in words. simulated: these words are of AWS, not of this wait.
    fraction: how far it is, of 1; None where AWS does not tell.
    """

    thing: str
    status: str
    seconds: float
    usually: str
    simulated: bool = False
    fraction: float | None = None

    def line(self) -> str:
        """All of it, for a pipe."""
        return f"  {self.thing}: {self.status}{self._percent(', ')}, {self._time(self.usually)}"

    def live(self, most: int) -> str:
        """What fits into this many columns. The status and the time gone always do, the usual time before a wide bar."""
        begin = f"  {self.thing}: {self.status}, "
        usual, short = (begin + self._time(words) for words in (self.usually, self.usually.removeprefix("usually ")))
        for text in (usual, short) if self.fraction is not None else ():
            room = most - cells(text) - cells(f" []{self._percent(' ')}")
            if room >= LEAST_BAR:
                return f"{text} {self._bar(min(room, MOST_BAR))}{self._percent(' ')}"
        for text in (usual, short, f"{begin}{duration(self.seconds)}"):
            if cells(text + self._percent(" ")) <= most:
                return text + self._percent(" ")
        end = f": {self.status}, {duration(self.seconds)}{self._percent(' ')}"
        return cut(f"  {cut(self.thing, max(most - 2 - cells(end), 4))}{end}", most)

    def _time(self, usually: str) -> str:
        words = f"on AWS {usually}" if self.simulated else usually
        return f"{duration(self.seconds)} ({words})" if usually else duration(self.seconds)

    def _percent(self, before: str) -> str:
        return "" if self.fraction is None else f"{before}{int(self.fraction * 100)}%"

    def _bar(self, length: int) -> str:
        done = int((self.fraction or 0.0) * length)
        return f"[{'#' * done}{'-' * (length - done)}]"
