"""What a person sees: progress on stderr, a live line on a terminal, few lines on a pipe; and a stream's lines laid out.

The only place where text reaches a terminal or a pipe.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from iac.words import duration
from iac.words import printable
from iac.progress import Lines, Wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from iac.errors import Problem
    from iac.report import Report

USUAL_WIDTH = 80
_BOLD, _RED, _PLAIN = "\x1b[1m", "\x1b[1;31m", "\x1b[0m"
_LABEL = re.compile(r"(Error|Note):")
_ERASE = "\r\x1b[K"
_ITEM = re.compile(r" *(?:\d+\.|-|(?:Error|Note|Why|Do):) +")
_ROW = re.compile(r"  \S+(?: \S+)* {2,}(?=\S)")
_WIDEST_NAME = 40
_TO_COPY = ("  psql ", "  Python ", "  remove ")
"""Rows whose value is pasted elsewhere: a terminal that wraps it still copies it as one line."""

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
        self._screen = screen or Screen(sys.stderr, optional=True)
        self._quiet = quiet
        self.verbose = verbose
        self._held: list[str] | None = None
        self.begun: tuple[str, bool] = ("", False)
        self.known: Callable[[], Report] | None = None

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
        self.known = known

    def begin(self, sentence: str, settles: bool) -> None:
        self._release()
        self._held = []
        self.begun = sentence, settles
        if not self._quiet and self._screen.has_live_line:
            self._screen.show(f"... {sentence}")

    def done(self, sentence: str) -> None:
        super().done(sentence)
        self._release()

    def waiting(self, thing: str, status: str, seconds: float, usually: str, fraction: float | None = None) -> None:
        self._release()
        if self._quiet or not self._screen.has_live_line:
            super().waiting(thing, status, seconds, usually, fraction)
        else:
            wait = self._wait(thing, status, seconds, usually, fraction)
            self._screen.show(live(wait, max(self._screen.width - 1, 10)))

    def arrived(self) -> None:
        super().arrived()
        self._screen.clear()

    def called(self, service: str, operation: str, seconds: float, outcome: str) -> None:
        super().called(service, operation, seconds, outcome)
        if self.verbose:
            self.line(f"  {service}:{operation} {seconds * 1000:.0f} ms {outcome}")

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

        return self.known() if self.known is not None else Report(self.config, None, (), 0.0)

    def say_result(self, lines: Iterable[str]) -> None:
        """What a run has to say at its end, on stdout."""
        Screen(sys.stdout).say(*(for_file(line, self.file) for line in lines))


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


def leave_pipe(stream: TextIO) -> None:
    """What is written to it from now on is lost, also what Python writes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def failure(problem: Problem) -> list[str]:
    """The three things that a failure is: what happened, why, and what to do.

    Only the faults of a file are several lines: a line end in AWS's words is one of these words.
    """
    from iac.errors import UsageError

    first, *more = problem.why.split("\n") if isinstance(problem, UsageError) else [problem.why]
    return [f"Error: {problem.what}", f"  Why: {first}", *(f"       {line}" for line in more), f"  Do:  {problem.remedy}"]


def for_file(text: str, path: Path) -> str:
    """The text, made to speak of the same file: its name, and the commands."""
    if path == Path("dwh.cfg"):
        return text
    import shlex

    name, option = path.name, f" --config {shlex.quote(str(path))}"
    text = re.sub(r"(?<![\w/.])dwh\.cfg\b", lambda found: name, text)
    return re.sub(r"python (?:create|delete)_cluster\.py", lambda found: found.group() + option, text)


def laid_out(line: str, most: int) -> str:
    """The line, broken between words where it is longer than this many columns.

    What follows a number, a dash, a label or the name of a row stays to the right of it. A command in
    backticks, a word, and a value that is there to be copied stay whole.
    """
    if cells(line) <= most or line.startswith(_TO_COPY):
        return line
    import textwrap

    lead = _lead(line, most)
    indent = " " * (len(lead) if lead.strip() else len(lead) + 2)
    rest = re.sub("`[^`]*`", lambda found: found.group().replace(" ", "\0"), line[len(lead) :])
    broken = textwrap.wrap(
        rest, max(most - len(indent), 20), break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return lead + f"\n{indent}".join(broken).replace("\0", " ")


def _lead(line: str, most: int) -> str:
    """What the rest of the line stays to the right of."""
    found = _ITEM.match(line) or _ROW.match(line)
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
