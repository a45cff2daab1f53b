"""Lines as a person reads them: a failure, commands for another file, a hanging indent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iac.errors import Problem

_ITEM = re.compile(r" *(?:\d+\.|-|(?:Error|Note|Why|Do):) +")
_ROW = re.compile(r"  \S+(?: \S+)* {2,}(?=\S)")
_WIDEST_NAME = 40
_TO_COPY = ("  psql ", "  Python ", "  remove ")
"""Rows whose value is pasted elsewhere: a terminal that wraps it still copies it as one line."""


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
