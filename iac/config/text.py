"""The text of dwh.cfg: what stands in it and where, what of it counts as blank, and edits in place.

It reads what Python's configparser reads with interpolation=None, because the
user's own scripts read the same file with it. What configparser refuses is
collected as flaws, all of them, and the rest is read on. An edit keeps every other byte.
"""

from __future__ import annotations

import re
from typing import NamedTuple

DEFAULT = "DEFAULT"
BOM = "\ufeff"

_LINE_END = re.compile(r"\r\n|\n|\r")
_PLACEHOLDER = re.compile(
    r"""
      <[^<>]*>                     # <your key>
    | \*\*\*                       # ***
    | x{5}                         # a host with XXXXX in it
    | ^x{3,}$                      # xxx
    | ^\.{2,}$ | ^\?+$ | ^\*+$
    | ^\#                          # '#ENTER VALUE': the comment is the value
    | ^(?:your|enter)(?:[\s_-]|$)  # YOUR_KEY, Enter the host
    | (?:^|[\s_-])your[\s_-]       # put your key here
    """,
    re.IGNORECASE | re.VERBOSE,
)
_VARIABLE = re.compile(r"^\$\{\w+\}$")


def unquoted(value: str) -> str:
    """The value without one pair of quotes round it; configparser leaves them in."""
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1].strip()
    return value


def uncommented(value: str) -> str:
    """The value up to a # or ; behind a space, which configparser takes for a part of the value."""
    return re.split(r"\s[#;]", value, maxsplit=1)[0].strip()


def is_blank(value: str) -> bool:
    """Whether the value, quoted or not, says nothing."""
    bare = unquoted(value)
    return not bare or _PLACEHOLDER.search(bare) is not None


def is_surely_placeholder(value: str) -> bool:
    """The narrow test, for a password that AWS would accept: `Ab<1>cdE9` is one, `<password>` is not."""
    return re.search(r"(?i)^<[^<>]*>$|^[x*]+$|^(?:your|enter)[\s_-]|^#\s*enter\b", unquoted(value)) is not None


def is_variable(value: str) -> bool:
    """Whether the value is `${NAME}`, which a shell would replace and nothing here does."""
    return _VARIABLE.search(unquoted(value)) is not None


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

    @property
    def bare(self) -> str:
        """The value without quotes."""
        return unquoted(self.value)


class Flaw(NamedTuple):
    """A line that configparser refuses. `first` is where the same name stands already."""

    line: int
    kind: str
    name: str = ""
    section: str = ""
    first: int = 0


class Text(NamedTuple):
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

    def with_value(self, option: Option, value: str) -> Text:
        """Puts the value where the option's value stands; lines that continued the old one go.

        A blank value takes the space before it along, so `HOST = x` becomes `HOST =`.
        """
        raw = self.raw
        for line in reversed(option.more):
            raw = raw[: line.start] + raw[line.after :]
        line_stop = option.line.start + len(option.line.text)
        if not value:
            return parse(raw[: option.delimiter + 1] + raw[line_stop:])
        if option.begin < option.end:
            return parse(raw[: option.begin] + value + raw[option.end :])
        blank = raw[option.delimiter + 1 : line_stop]
        space = " " if not blank and raw[option.delimiter - 1].isspace() else ""
        return parse(raw[:line_stop] + space + value + raw[line_stop:])

    def with_option(self, section: Section, name: str, value: str) -> Text:
        """Adds an option below the last one of its section, written as the options there are written."""
        around = [each for each in self.options if each.section == section.name] or list(self.options)
        if around and all(each.name == each.name.lower() for each in around):
            name = name.lower()
        line, mark = section.last, self._delimiter(around[-1]) if around else " = "
        added = f"{self._indent(section)}{name}{mark}{value}".rstrip()
        if line.end:
            return parse(self.raw[: line.after] + added + line.end + self.raw[line.after :])
        return parse(self.raw[: line.after] + self.line_end + added + self.raw[line.after :])

    def with_section(self, name: str) -> Text:
        """Adds an empty section at the end, a blank line before it; a missing last line end stays missing."""
        last = self.lines[-1] if self.lines else Line(0, 0, "", self.line_end)
        gap = ("" if last.end else self.line_end) + (self.line_end if last.text.strip() else "")
        return parse(f"{self.raw}{gap}[{name}]{self.line_end if last.end else ''}")

    def _indent(self, section: Section) -> str:
        """As deep as the option above, or, in an empty section, as what follows.

        Shallower than the next header would make that header a continuation of the added value.
        """
        start = section.line.number
        own = [each.line for each in self.options if each.section == section.name and each.line.number > start]
        below = [each.line for each in self.sections if each.line.number > start]
        line = own[-1] if own else max([section.line, *below[:1]], key=lambda line: line.indent)
        return line.text[: line.indent]

    def _delimiter(self, option: Option) -> str:
        space = " " if self.raw[option.delimiter - 1].isspace() else ""
        after = self.raw[option.delimiter + 1 : option.begin]
        return space + self.raw[option.delimiter] + (" " if after or (space and option.begin == option.end) else "")


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


def parse(raw: str) -> Text:
    """Reads the text, in the order of configparser's own decisions; never raises."""
    lines = lines_of(raw)
    sections: list[Section] = []
    options: list[Option] = []
    flaws: list[Flaw] = []
    seen: dict[tuple[str, ...], int] = {}
    value: list[str] = []  # the lines of the last option's value, its blank ones too
    more: list[Line] = []
    indent, is_open, is_kept = 0, False, False

    def close() -> None:
        if is_open and is_kept:
            options[-1] = options[-1]._replace(value="\n".join(value).rstrip(), more=tuple(more))

    for line in lines:
        clean = line.text.strip()
        if not clean:
            value.append("")
        if not clean or clean.startswith(("#", ";")):
            continue
        if is_open and line.indent > indent:
            value.append(clean)
            more.append(line)
            sections[-1] = sections[-1]._replace(last=line)
            continue
        indent = line.indent
        bracket = clean.rfind("]")
        at = min((clean.find(mark) for mark in "=:" if mark in clean), default=-1)
        if clean.startswith("[") and bracket > 1:
            close()
            name, is_open = clean[1:bracket], False
            if (name,) in seen and name != DEFAULT:
                flaws.append(Flaw(line.number, "section twice", section=name, first=seen[name,]))
            seen.setdefault((name,), line.number)
            sections.append(Section(name, line, line))
        elif not sections:
            flaws += [] if flaws else [Flaw(line.number, "no section")]
        elif at < 1:
            flaws.append(Flaw(line.number, "no name" if at == 0 else "no bracket" if clean.startswith("[") else "no delimiter"))
        else:
            close()
            section, name = sections[-1].name, clean[:at].rstrip()
            value, more, is_open = [clean[at + 1 :].strip()], [], True
            key = (section, name.lower())
            is_kept = key not in seen
            if is_kept:
                start = line.start + line.indent
                end = start + len(clean)
                options.append(Option(section, name, "", line, start + at, end - len(value[0]), end, ()))
            else:
                flaws.append(Flaw(line.number, "option twice", name, section, seen[key]))
            seen.setdefault(key, line.number)
            sections[-1] = sections[-1]._replace(last=line)
    close()
    return Text(raw, lines, tuple(sections), tuple(options), tuple(flaws))
