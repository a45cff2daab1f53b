"""What a wait looks like on a terminal: status, time gone, usual time, and a bar where AWS tells how far it is."""

from __future__ import annotations

from iac.amounts import duration
from iac.console.lines import cells, cut
from iac.lines import Wait

LEAST_BAR, MOST_BAR = 8, 20
"""Characters between the brackets of a bar. ASCII: how wide a block character is depends on the terminal."""


def live(wait: Wait, most: int) -> str:
    """What fits into this many columns. The status and the time gone always do, the usual time before a wide bar."""
    begin, percent = f"  {wait.thing}: {wait.status}, ", wait.percent(" ")
    usual, short = (begin + wait.time(words) for words in (wait.usually, wait.usually.removeprefix("usually ")))
    for text in (usual, short) if wait.fraction is not None else ():
        room = most - cells(text) - cells(f" []{percent}")
        if room >= LEAST_BAR:
            return f"{text} {_bar(wait.fraction or 0.0, min(room, MOST_BAR))}{percent}"
    for text in (usual, short, f"{begin}{duration(wait.seconds)}"):
        if cells(text + percent) <= most:
            return text + percent
    end = f": {wait.status}, {duration(wait.seconds)}{percent}"
    return cut(f"  {cut(wait.thing, max(most - 2 - cells(end), 4))}{end}", most)


def _bar(fraction: float, length: int) -> str:
    done = int(fraction * length)
    return f"[{'#' * done}{'-' * (length - done)}]"
