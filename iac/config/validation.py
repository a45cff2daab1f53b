"""Validation one dwh.cfg: which option speaks for a meaning, and what is found wrong or worth saying."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from iac.config import placeholders, names
from iac.config.faults import MASK, Fault, Mask, Misconfigured, printable
from iac.config.ini import BOM, DEFAULT, Flaw, Option, Text

_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|PWD|SECRET|TOKEN|ACCESS_?KEY")
_FOLDED = frozenset({"identifier", "node_type", "cluster_type", "region", "target", "subnet_group"})
_MANY_LINES = frozenset({"ingress"})


class Validation:
    """The options of one file by meaning, and the faults and notes collected on the way.

    chosen: the option that was found to speak for a meaning.
    """

    def __init__(self, path: Path, text: Text) -> None:
        self.file = path.name
        self.text = text
        self.faults: list[Fault] = []
        self.notes: list[str] = []
        self.defaults: list[str] = []
        self.mask = Mask(line for each in text.options if is_secret(each) for line in _pieces(each))
        self.chosen: dict[str, Option] = {}
        self._spoken: dict[str, list[Option]] = {}
        for option in text.options:
            meaning = names.meaning_of(option)
            if meaning is None:
                continue
            if "\n" in option.value and meaning not in _MANY_LINES:
                self._runs_on(option)
            else:
                self._spoken.setdefault(meaning, []).append(option)
        self.faults.extend(structural(flaw) for flaw in text.flaws)
        if text.raw.startswith(BOM):
            self.note(f"{self.file} has a byte order mark; configparser reads it with encoding='utf-8-sig' only")

    def named(self, meaning: str) -> list[Option]:
        """Every option of that meaning, blank ones too."""
        return self._spoken.get(meaning, [])

    def filled(self, meaning: str, is_blank: Callable[[str], bool] = placeholders.is_blank) -> list[Option]:
        """The options of that meaning that say something."""
        return [option for option in self.named(meaning) if not is_blank(option.value)]

    def one(self, meaning: str, is_blank: Callable[[str], bool] = placeholders.is_blank) -> Option | None:
        """The option that speaks for the meaning, or None if all are blank or missing.

        Different values are a fault, except that a creation section wins over a
        connection section for the database settings.
        """
        options = self.filled(meaning, is_blank)
        if not options:
            return None
        option = self._winner(meaning, options)
        if placeholders.is_variable(option.value):
            self.refuse(option, "names an environment variable, which nothing replaces here", "")
            return None
        self.chosen[meaning] = option
        return option

    def _winner(self, meaning: str, options: list[Option]) -> Option:
        # configparser takes [DEFAULT] for what the other sections leave out.
        options = [each for each in options if each.section != DEFAULT] or options
        creating = [each for each in options if each.section.upper() in names.CREATION]
        first = creating[0] if creating and meaning in names.DATABASE_SETTINGS else options[0]
        for other in options:
            if _compared(meaning, other) == _compared(meaning, first):
                continue
            if first in creating and other.section.upper() in names.CONNECTION and meaning in names.DATABASE_SETTINGS:
                self._overrule(meaning, first, other)
            else:
                self._conflict(meaning, first, other)
        return first

    def _overrule(self, meaning: str, first: Option, other: Option) -> None:
        self.note(
            f"{other.name} in [{other.section}] ({self._says(meaning, other)}) gives way to "
            f"{first.name} in [{first.section}] ({self._says(meaning, first)}), and is brought into line with it"
        )

    def _conflict(self, meaning: str, first: Option, other: Option) -> None:
        secret = meaning in names.SECRETS
        self.refuse(
            other,
            f"line {first.line.number}, {first.name} in [{first.section}], means the same and says "
            f"{MASK if secret else self.mask.shown(first.value)}",
            None if secret or "\n" in first.value else first.value,
        )

    def _says(self, meaning: str, option: Option) -> str:
        value = "" if meaning in names.SECRETS else f", {self.mask.shown(option.value)}"
        return f"line {option.line.number}{value}"

    def value(self, meaning: str) -> str | None:
        """The value that holds, without quotes; None if blank or missing."""
        option = self.one(meaning)
        return None if option is None else placeholders.unquoted(option.value)

    def refuse(self, option: Option, allowed: str, value: str | None) -> None:
        """Records a fault. `value` is what to write instead; None where there is no one value to offer."""
        secret = is_secret(option)
        if not (secret or option.more) and placeholders.uncommented(option.value) != option.value:
            allowed += " (a comment needs a line of its own)"
        fix = "" if value is None else f"{option.name} = {value}".rstrip()
        shown = MASK if secret else self.mask.shown(option.value)
        self.faults.append(Fault(option.line.number, option.name, shown, self.mask(allowed), self.mask(fix)))

    def note(self, sentence: str) -> None:
        """Records what must be said aloud."""
        self.notes.append(printable(self.mask(sentence)))

    def default(self, words: str) -> None:
        """Records a value the file left open, in words."""
        self.defaults.append(words)

    def _runs_on(self, option: Option) -> None:
        last = option.more[-1].number if option.more else option.line.number
        allowed = f"runs on to line {last}, for indented lines continue the value above; begin each option unindented"
        self.refuse(option, allowed, None)

    def finish(self) -> tuple[str, ...]:
        """The notes, or Misconfigured with every fault."""
        if self.faults:
            raise Misconfigured(self.file, self.faults)
        if self.defaults:
            self.notes.insert(0, f"Not said in {self.file}, so by default: {', '.join(self.defaults)}")
        for option in self.text.options:
            ours = names.nearly(option)
            if ours:
                self.note(f"{self.file}:{option.line.number} {option.name} is no option of ours; did you mean {ours}?")
        return tuple(self.notes)


def is_secret(option: Option) -> bool:
    """Whether the option's value must not be shown, by its meaning or its name."""
    return names.meaning_of(option) in names.SECRETS or _SECRET_NAME.search(option.name.upper()) is not None


def _pieces(option: Option) -> list[str]:
    """The value as it may turn up elsewhere: whole, and line by line."""
    if option.value.lower() == "managed":
        return []
    return [placeholders.unquoted(piece) for piece in option.value.split("\n")]


def _compared(meaning: str, option: Option) -> str:
    value = placeholders.unquoted(option.value)
    return value.lower() if meaning in _FOLDED else value


def structural(flaw: Flaw) -> Fault:
    """A line that configparser refuses. Its text is not shown: it may be half a password."""
    option = f"the option {flaw.name}" if names.is_ours(flaw.name) else "this option"
    section = f"[{flaw.section}]" if re.fullmatch(r"[\w .-]{1,40}", flaw.section) else "the section"
    allowed = {
        "no section": "stands before the first [section]; every option belongs below one",
        "no delimiter": "has neither = nor a colon; write NAME = value, or put # in front of a comment",
        "no name": "has no name in front of the =; write NAME = value",
        "section twice": f"{section} stands on line {flaw.first} already; join the two",
        "option twice": f"{option} stands on line {flaw.first} already; delete one of the two",
    }[flaw.kind]
    return Fault(flaw.line, "", "", allowed)
