"""A stream as a person sees it: the only place where text reaches a terminal or a pipe."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, TextIO

from iac.console.lines import cut, laid_out
from iac.printable import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL_WIDTH = 80
_BOLD, _RED, _PLAIN = "\x1b[1m", "\x1b[1;31m", "\x1b[0m"
_LABEL = re.compile(r"(Error|Note):")
_ERASE = "\r\x1b[K"


def leave_pipe(stream: TextIO) -> None:
    """What is written to it from now on is lost, also what Python writes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Screen:
    """Writes lines, and on a terminal one live line below them.

    Whatever stands in a line, only this class's own control codes reach the stream, and none reaches a
    pipe, or a terminal of TERM = dumb, which knows none. A character that the stream's encoding cannot
    carry becomes a question mark. Colour is left out where NO_COLOR is set (no-color.org).

    environment: TERM, NO_COLOR and COLUMNS are read, from os.environ unless given.
    optional: whether nobody has to read it: what is written after its reader has gone is lost, and the run goes on.
    """

    def __init__(self, stream: TextIO, environment: Mapping[str, str] | None = None, optional: bool = False) -> None:
        self._stream = stream
        self._optional = optional
        self._environment = os.environ if environment is None else environment
        self._terminal = stream.isatty()
        self.has_live_line = self._terminal and self._environment.get("TERM") != "dumb"
        self._has_colour = self.has_live_line and not self._environment.get("NO_COLOR")
        self._live = False

    @property
    def width(self) -> int:
        """Columns of this very terminal; COLUMNS makes it narrower."""
        try:
            real = os.get_terminal_size(self._stream.fileno()).columns
        except (OSError, ValueError, AttributeError):
            real = 0
        asked = self._environment.get("COLUMNS", "")
        known = [each for each in (real, int(asked) if asked.isascii() and asked.isdigit() else 0) if each > 0]
        return min(known, default=USUAL_WIDTH)

    def say(self, *lines: str) -> None:
        """These lines, in place of the live one."""
        self.clear()
        self._print("\n".join(self._written(line) for line in lines), "\n")

    def ask(self, question: str) -> None:
        """A question, whose answer is typed behind it."""
        self.clear()
        self._print(self._carried(question), " ")

    def show(self, text: str) -> None:
        """The live line, cut to the width so that it never wraps and can be taken back."""
        self.clear()
        self._live = True  # before it is: a signal may come in between
        self._print(cut(self._carried(text), max(self.width - 1, 10)), "")

    def clear(self) -> None:
        """Leave nothing of the live line."""
        if self._live:
            self._print(_ERASE, "")
            self._live = False

    def _print(self, text: str, end: str) -> None:
        try:
            print(text, end=end, file=self._stream, flush=True)
        except BrokenPipeError:
            if not self._optional:
                raise
            leave_pipe(self._stream)

    def _written(self, line: str) -> str:
        text = self._carried(line)
        if self._terminal:
            text = laid_out(text, max(self.width - 1, 20))
        return _LABEL.sub(self._coloured, text, count=1) if self._has_colour and _LABEL.match(text) else text

    def _coloured(self, label: re.Match[str]) -> str:
        return f"{_RED if label[1] == 'Error' else _BOLD}{label[0]}{_PLAIN}"

    def _carried(self, text: str) -> str:
        encoding = self._stream.encoding or "utf-8"
        return printable(text).encode(encoding, "replace").decode(encoding)
