"""A terminal in memory: what is printed to it, and what then stands on it."""

from __future__ import annotations

import re
from io import StringIO

ERASE = "\r\x1b[K"
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


class Terminal(StringIO):
    """Says that it is a terminal. environment: for a Screen on it."""

    def __init__(self, columns: int = 80, **environment: str) -> None:
        super().__init__()
        self.environment = {"TERM": "xterm", "COLUMNS": str(columns), **environment}

    def isatty(self) -> bool:
        return True

    @property
    def standing(self) -> list[str]:
        """The lines that stay, without their colours."""
        return [_COLOUR.sub("", line).rpartition(ERASE)[2] for line in self.getvalue().split("\n")]

    @property
    def live(self) -> list[str]:
        """Every text of the live line."""
        return [part for line in self.getvalue().split("\n") for part in line.split(ERASE)[:-1] if part]


class Pipe(StringIO):
    """Not a terminal, with the encoding that is given."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__()
        self._named = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._named
