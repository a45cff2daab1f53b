"""Editing the text in place: one value, one option or one section at a time, every other byte kept."""

from __future__ import annotations

from iac.config.ini import Line, Option, Section, Text, parse


def set_value(text: Text, option: Option, value: str) -> Text:
    """Puts the value where the option's value stands; lines that continued the old one go.

    A blank value takes the space before it along, so `HOST = x` becomes `HOST =`.
    """
    raw = text.raw
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


def add_option(text: Text, section: Section, name: str, value: str) -> Text:
    """Adds an option below the last one of its section, written as that one is written."""
    line = section.last
    indent = _indent(text, section)
    added = f"{indent}{_spelled(text, section.name, name)}{_delimiter(text, section.name)}{value}".rstrip()
    if line.end:
        return parse(text.raw[: line.after] + added + line.end + text.raw[line.after :])
    return parse(text.raw[: line.after] + text.line_end + added + text.raw[line.after :])


def add_section(text: Text, name: str) -> Text:
    """Adds an empty section at the end, a blank line before it; a missing last line end stays missing."""
    end = text.line_end
    raw = text.raw
    last = text.lines[-1] if text.lines else None
    if last is None:
        return parse(f"{raw}[{name}]{end}")
    if not last.end:
        return parse(f"{raw}{end}{end if last.text.strip() else ''}[{name}]")
    return parse(f"{raw}{end if last.text.strip() else ''}[{name}]{end}")


def _indent(text: Text, section: Section) -> str:
    """As deep as the option above, or, in an empty section, as what follows.

    Shallower than the next header would make that header a continuation of the added value.
    """
    start = section.line.number
    own = [each.line for each in text.options if each.section == section.name and each.line.number > start]
    if own:
        return _leading(own[-1])
    below = [each.line for each in text.sections if each.line.number > start]
    return _leading(max([section.line, *below[:1]], key=lambda line: line.indent))


def _leading(line: Line) -> str:
    return line.text[: line.indent]


def _spelled(text: Text, section: str, name: str) -> str:
    """In lower case where the options around are."""
    around = [option.name for option in text.options if option.section == section]
    around = around or [option.name for option in text.options]
    return name.lower() if around and all(each == each.lower() for each in around) else name


def _delimiter(text: Text, section: str) -> str:
    options = [option for option in text.options if option.section == section] or list(text.options)
    if not options:
        return " = "
    option = options[-1]
    space = " " if text.raw[option.delimiter - 1].isspace() else ""
    mark = text.raw[option.delimiter]
    after = text.raw[option.delimiter + 1 : option.begin]
    return space + mark + (" " if after or (space and option.begin == option.end) else "")
