"""The text of dwh.cfg: what stands in it, and where each value stands.

It reads what Python's configparser reads with interpolation=None, because the
user's own scripts read the same file with it. What configparser refuses is
collected as flaws, all of them, and the rest is read on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

DEFAULT = "DEFAULT"
BOM = "\ufeff"

_LINE_END = re.compile(r"\r\n|\n|\r")


class Line(NamedTuple):
    """One line: its number from 1, the offset it starts at, its text and its line end ("" at the end of the file)."""

    number: int
    start: int
    text: str
    end: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    @property
    def after(self) -> int:
        """The offset where the next line starts."""
        return self.start + len(self.text) + len(self.end)


class Section(NamedTuple):
    """A header. `last` is the line of its last option, or its own line."""

    name: str
    line: Line
    last: Line


class Option(NamedTuple):
    """An option. Offsets count characters from the start of the text.

    value: as configparser reads it.
    delimiter: the offset of the = or the colon.
    begin, end: the value on the option's own line; equal when that is blank.
    more: the indented lines that continue the value.
    """

    section: str
    name: str
    value: str
    line: Line
    delimiter: int
    begin: int
    end: int
    more: tuple[Line, ...]


class Flaw(NamedTuple):
    """A line that configparser refuses. `first` is where the same name stands already."""

    line: int
    kind: str
    name: str = ""
    section: str = ""
    first: int = 0


@dataclass(frozen=True)
class Text:
    """The whole text as read."""

    raw: str
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    options: tuple[Option, ...]
    flaws: tuple[Flaw, ...]

    @property
    def line_end(self) -> str:
        """What the file ends its lines with, by its first line."""
        return next((line.end for line in self.lines if line.end), "\n")

    def option(self, section: str, name: str) -> Option | None:
        """The option of this section, by its name in any case."""
        wanted = (section, name.lower())
        return next((each for each in self.options if (each.section, each.name.lower()) == wanted), None)

    def section_at(self, name: str) -> Section | None:
        """The section of this name; of several [DEFAULT], the last."""
        return next((each for each in reversed(self.sections) if each.name == name), None)


def lines_of(raw: str) -> tuple[Line, ...]:
    """The lines as Python's universal newlines cut them; a byte order mark belongs to none."""
    found: list[Line] = []
    start = len(BOM) if raw.startswith(BOM) else 0
    for match in _LINE_END.finditer(raw):
        found.append(Line(len(found) + 1, start, raw[start : match.start()], match.group()))
        start = match.end()
    if start < len(raw):
        found.append(Line(len(found) + 1, start, raw[start:], ""))
    return tuple(found)


class _Open(NamedTuple):
    """The option whose continuation lines may still follow."""

    option: Option
    pieces: list[str]
    more: list[Line]
    kept: bool


class _Reader:
    """One pass over the lines, in the order of configparser's own decisions."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self.options: list[Option] = []
        self.flaws: list[Flaw] = []
        self.seen: dict[tuple[str, str], int] = {}
        self.headers: dict[str, int] = {}
        self.open: _Open | None = None
        self.indent = 0

    def take(self, line: Line) -> None:
        clean = line.text.strip()
        if not clean:
            if self.open:
                self.open.pieces.append("")
        elif clean.startswith(("#", ";")):
            return
        elif self.open and line.indent > self.indent:
            self.open.pieces.append(clean)
            self.open.more.append(line)
            self._reach(line)
        else:
            self.indent = line.indent
            self._start(line, clean)

    def _start(self, line: Line, clean: str) -> None:
        bracket = clean.rfind("]")
        if clean.startswith("[") and bracket > 1:
            self._header(line, clean[1:bracket])
        elif not self.sections:
            if not self.flaws:
                self.flaws.append(Flaw(line.number, "no section"))
        else:
            self._option(line, clean)

    def _header(self, line: Line, name: str) -> None:
        self.close()
        if name in self.headers and name != DEFAULT:
            self.flaws.append(Flaw(line.number, "section twice", section=name, first=self.headers[name]))
        self.headers.setdefault(name, line.number)
        self.sections.append(Section(name, line, line))

    def _option(self, line: Line, clean: str) -> None:
        at = min((clean.find(mark) for mark in "=:" if mark in clean), default=-1)
        if at < 1:
            self.flaws.append(Flaw(line.number, "no name" if at == 0 else "no delimiter"))
            return
        self.close()
        name, value = clean[:at].rstrip(), clean[at + 1 :].strip()
        section = self.sections[-1].name
        delimiter = line.start + line.indent + at
        end = line.start + line.indent + len(clean)
        option = Option(section, name, value, line, delimiter, end - len(value), end, ())
        key = (section, name.lower())
        if key in self.seen:
            self.flaws.append(Flaw(line.number, "option twice", name, section, self.seen[key]))
        self.open = _Open(option, [value], [], key not in self.seen)
        self.seen.setdefault(key, line.number)
        self._reach(line)

    def _reach(self, line: Line) -> None:
        self.sections[-1] = self.sections[-1]._replace(last=line)

    def close(self) -> None:
        if self.open and self.open.kept:
            value = "\n".join(self.open.pieces).rstrip()
            self.options.append(self.open.option._replace(value=value, more=tuple(self.open.more)))
        self.open = None


def parse(raw: str) -> Text:
    """Reads the text; never raises."""
    reader = _Reader()
    lines = lines_of(raw)
    for line in lines:
        reader.take(line)
    reader.close()
    return Text(raw, lines, tuple(reader.sections), tuple(reader.options), tuple(reader.flaws))
