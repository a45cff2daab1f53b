"""Lines as a person reads them: a failure, commands for another file, the width of the terminal, durations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from iac.errors import Problem

_ROW = re.compile(r"  [a-zA-Z]+(?: [a-z]+)? {2,}\S")


def failure(problem: Problem) -> str:
    """The three things that a failure is: what happened, why, and what to do."""
    why = problem.why.replace("\n", "\n       ")
    return f"Error: {problem.what}\n  Why: {why}\n  Do:  {problem.remedy}"


def for_file(text: str, path: Path) -> str:
    """The text, made to speak of the same file: its name, and the commands."""
    if path == Path("dwh.cfg"):
        return text
    import shlex

    option = f" --config {shlex.quote(str(path))}"
    text = re.sub(r"(?<![\w/.])dwh\.cfg\b", path.name, text)
    return re.sub(r"python (?:create|delete)_cluster\.py", lambda found: found.group() + option, text)


def width() -> int:
    """Columns of the terminal."""
    import shutil

    return shutil.get_terminal_size().columns


def wrapped(text: str, stream: TextIO) -> str:
    """On a terminal, broken between words; a value in a table stays whole, to be copied."""
    if not stream.isatty():
        return text
    most = max(width() - 1, 20)
    return "\n".join(_broken(line, most) for line in text.split("\n"))


def _broken(line: str, most: int) -> str:
    import textwrap

    if _ROW.match(line):
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(
        line, most, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )


def duration(seconds: float) -> str:
    """`45 s`, `3 min 20 s`, `1 h 5 min`, `3 days`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
