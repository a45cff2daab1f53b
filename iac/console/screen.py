"""Lines on a terminal or a pipe: laid out, cut, coloured, and without control codes from outside.

The only place where text reaches a terminal or a pipe. That dwh.cfg is wrong is told with this alone, so it imports little.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from iac.console.process import as_typed, here, write
from iac.errors import Problem, UsageError, printable
from iac.words import shell_word

TYPE_CHECKING = False  # as typing has it, whose import takes longer than telling of a wrong file
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

USUAL_WIDTH = 80
_BOLD, _RED, _PLAIN = "\x1b[1m", "\x1b[1;31m", "\x1b[0m"
_LABEL = r"(Error|Note):"
_ERASE = "\r\x1b[K"
_ITEM = r" *(?:\d+\.|-|(?:Error|Note|Why|Do):) +"
_ROW = r"  \S+(?: \S+)* {2,}(?=\S)"
_QUOTED = r"""(?<!\S)\$?'[^']*'(?:"'"'[^']*')*"""
_WHOLE = rf"^[^`]*_cluster\.py\S*(?: \S+)*(?=  )|`[^`]*`|{_QUOTED}"
_WIDEST_NAME = 40
_TO_COPY = ("  psql ", "  Python ", "  Data API ", "  remove ")
"""Rows whose value is pasted elsewhere: a terminal that wraps it still copies it as one line."""


class Screen:
    """Writes lines, and on a terminal one live line below them.

    Whatever stands in a line, only this class's own control codes reach the stream, and none reaches a
    pipe, or a terminal of TERM = dumb, which knows none. A character that the stream's encoding cannot
    carry becomes a question mark. Colour is left out where NO_COLOR is set (no-color.org).

    environment: TERM, NO_COLOR and COLUMNS are read, from os.environ unless given.
    """

    def __init__(self, stream: TextIO, environment: Mapping[str, str] | None = None) -> None:
        self._stream = stream
        self._environment = os.environ if environment is None else environment
        self._terminal = not stream.closed and stream.isatty()
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
        write(self._stream, "".join(f"{self._written(line)}\n" for line in lines))

    def ask(self, question: str) -> None:
        """A question, whose answer is typed behind it."""
        self.clear()
        write(self._stream, f"{self._carried(question)} ")

    def show(self, text: str) -> None:
        """The live line, cut to the width so that it never wraps and can be taken back."""
        self.clear()
        self._live = True  # before it is: a signal may come in between
        write(self._stream, cut(self._carried(text), max(self.width - 1, 10)))

    def clear(self) -> None:
        """Leave nothing of the live line."""
        if self._live:
            write(self._stream, _ERASE)
            self._live = False

    def _written(self, line: str) -> str:
        text = self._carried(line)
        if self._terminal:
            text = laid_out(text, max(self.width - 1, 20))
        label = re.match(_LABEL, text) if self._has_colour else None
        return f"{_RED if label[1] == 'Error' else _BOLD}{label[0]}{_PLAIN}{text[label.end() :]}" if label else text

    def _carried(self, text: str) -> str:
        encoding = self._stream.encoding or "utf-8"
        return printable(text).encode(encoding, "replace").decode(encoding)


def tell(stream: TextIO, lines: Iterable[str], file: Path | None) -> None:
    """Lines that stay, made to speak of this file where it is known."""
    Screen(stream).say(*(for_file(line, file) for line in lines))


def failure(problem: Problem) -> list[str]:
    """The three things that a failure is: what happened, why, and what to do.

    Only the faults of a file are several lines: a line end in AWS's words is one of these words.
    """
    first, *more = problem.why.split("\n") if isinstance(problem, UsageError) else [problem.why]
    return [f"Error: {problem.what}", f"  Why: {first}", *(f"       {line}" for line in more), f"  Do:  {problem.remedy}"]


def for_file(text: str, path: Path | None, typed: tuple[str, str] | None = None) -> str:
    """The text, made to speak of the same file and the same program: its name, and the commands as this one was typed.

    typed: the Python and the folder of the scripts, as_typed of this process unless given.
    """
    path = path or Path("dwh.cfg")
    name, option = path.name, "" if path == Path("dwh.cfg") else f" --config {shell_word(str(path))}"
    if text.startswith(_TO_COPY) or not option and "python " not in text:
        return text
    python, folder = typed or as_typed(sys.argv[0], sys.orig_argv, sys.executable)
    # What is called by its name already stays so, also where dwh.cfg or a command is a part of that, or of its folder.
    whole = Path(here(), path)
    places = {name, str(path), str(whole), str(whole.parent), str(path.parent)} - {"", ".", "/"}
    names = "|".join(re.escape(each) for each in sorted(places | {"dwh.cfg"}, key=len, reverse=True))

    def spoken(found: re.Match[str]) -> str:
        if found["script"]:
            return f"{shell_word(python)} {shell_word(os.path.join(folder, found['script']))}{option}"
        return name if found[0] == "dwh.cfg" else found[0]

    command = r"python (?P<script>(?:create|delete)_cluster\.py)(?!\w)"
    return re.sub(rf"{_QUOTED}|(?<![\w/.])(?:(?:{names})(?!\w)|{command})", spoken, text)


def laid_out(line: str, most: int) -> str:
    """The line, broken between words where it is longer than this many columns.

    What follows a number, a dash, a label or the name of a row stays to the right of it. A command in backticks, a
    word, one in a shell's quotes too, and a value that is there to be copied stay whole.
    """
    if cells(line) <= most or line.startswith(_TO_COPY):
        return line
    import textwrap

    lead = _lead(line, most)
    indent = " " * (len(lead) if lead.strip() else len(lead) + 2)
    rest = re.sub(_WHOLE, lambda found: found.group().replace(" ", "\0"), line[len(lead) :])
    broken = textwrap.wrap(
        rest, max(most - len(indent), 20), break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return lead + f"\n{indent}".join(broken).replace("\0", " ")


def _lead(line: str, most: int) -> str:
    """What the rest of the line stays to the right of."""
    found = re.match(_ITEM, line) or re.match(_ROW, line)
    if found and len(found.group()) <= min(_WIDEST_NAME, most // 2):
        return found.group()
    return line[: len(line) - len(line.lstrip())]


def cut(text: str, most: int) -> str:
    """The text, cut to this many columns; three dots stand for what is missing."""
    if cells(text) <= most:
        return text
    while cells(text) > most - 3:
        text = text[:-1]
    return f"{text}..."


def cells(text: str) -> int:
    """Columns that the text takes: East Asian wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in "WF") for each in text
    )
