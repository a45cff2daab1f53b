"""One dwh.cfg: which option holds for a meaning, what it says, and the faults and notes found on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from iac.config import names
from iac.config.faults import MASK, Fault, Mask, Misconfigured, fault_of
from iac.config.ini import BOM, DEFAULT, Option, Text
from iac.config.placeholders import is_blank, is_variable, uncommented, unquoted
from iac.config.settings import SETTINGS, Setting
from iac.words import printable

_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|PWD|SECRET|TOKEN|ACCESS_?KEY")
_MANY_LINES = frozenset({"ingress"})


class Validation:
    """The options of one file by meaning, and the faults and notes collected on the way.

    notes, assumed: as in Config.
    chosen: the option that was found to hold for a meaning.
    values: by meaning, what each option that has a check says by itself; None where that is
        refused, or blank without a default.
    """

    def __init__(self, path: Path, text: Text) -> None:
        self.file = path.name
        self.text = text
        self.faults: list[Fault] = []
        self.notes: list[str] = []
        self.assumed: list[str] = []
        self.defaults: dict[str, str] = {}
        self.mask = Mask(line for each in text.options if is_secret(each) for line in _pieces(each))
        self.chosen: dict[str, Option] = {}
        self._by_meaning: dict[str, list[Option]] = {}
        for option in text.options:
            meaning = names.meaning_of(option)
            if meaning is None:
                continue
            if "\n" in option.value and meaning not in _MANY_LINES:
                self._runs_on(option)
            else:
                self._by_meaning.setdefault(meaning, []).append(option)
        self.faults.extend(fault_of(flaw) for flaw in text.flaws)
        if text.raw.startswith(BOM):
            self.assume(f"{self.file} has a byte order mark; configparser reads it with encoding='utf-8-sig' only")
        self.values = {row.meaning: self._value(row) for row in SETTINGS.values() if row.check}

    def _value(self, row: Setting) -> Any:
        option = self.one(row.meaning)
        if option is None:
            if row.called:
                self.default(row.meaning, f"{row.called} {row.default}")
            return row.value(row.default) if row.default else None
        spelled = unquoted(option.value)
        text = spelled.lower() if row.any_case else spelled
        wrong = row.check(text) if row.check else None
        if wrong:
            self.refuse(option, wrong, _correction(row, text))
            return None
        note = row.note(spelled)
        if note:
            self.assume(note)
        return row.value(text)

    def named(self, meaning: str) -> list[Option]:
        """Every option of that meaning, blank ones too."""
        return self._by_meaning.get(meaning, [])

    def filled(self, meaning: str, blank: Callable[[str], bool] = is_blank) -> list[Option]:
        """The options of that meaning that say something."""
        return [option for option in self.named(meaning) if not blank(option.value)]

    def one(self, meaning: str, blank: Callable[[str], bool] = is_blank) -> Option | None:
        """The option that holds for the meaning, or None if all are blank or missing.

        Different values are a fault, except that a creation section wins over a
        connection section for the database settings.
        """
        options = self.filled(meaning, blank)
        if not options:
            return None
        option = self._winner(meaning, options)
        if is_variable(option.value):
            self.refuse(option, "is an environment variable, and those are not expanded in this file", "")
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
            f"{other.name} in [{other.section}] ({self._says(meaning, other)}) is overridden by "
            f"{first.name} in [{first.section}] ({self._says(meaning, first)}), and is changed to the same value"
        )

    def _conflict(self, meaning: str, first: Option, other: Option) -> None:
        secret = SETTINGS[meaning].secret
        self.refuse(
            other,
            f"line {first.line.number}, {first.name} in [{first.section}], means the same and says "
            f"{MASK if secret else self.mask.shown(first.value)}",
            None if secret or "\n" in first.value else first.value,
        )

    def _says(self, meaning: str, option: Option) -> str:
        value = "" if SETTINGS[meaning].secret else f", {self.mask.shown(option.value)}"
        return f"line {option.line.number}{value}"

    def refuse(self, option: Option, allowed: str, value: str | None) -> None:
        """Records a fault. `value` is what to write instead; None where there is no one value to offer."""
        secret = is_secret(option)
        if not (secret or option.more) and uncommented(option.value) != option.value:
            allowed += " (a comment needs a line of its own)"
        fix = "" if value is None else f"{option.name} = {value}".rstrip()
        shown = MASK if secret else self.mask.shown(option.value)
        self.faults.append(Fault(option.line.number, option.name, shown, self.mask(allowed), self.mask(fix)))

    def note(self, sentence: str) -> None:
        """Records what must be said aloud whenever the file is used."""
        self.notes.append(printable(self.mask(sentence)))

    def assume(self, sentence: str) -> None:
        """Records what whoever makes a cluster of this file should know, and nobody needs to hear again."""
        self.assumed.append(printable(self.mask(sentence)))

    def default(self, meaning: str, words: str) -> None:
        """Records a value the file left open, in words."""
        self.defaults[meaning] = words

    def _runs_on(self, option: Option) -> None:
        last = option.more[-1].number if option.more else option.line.number
        why = "because an indented line continues the value above; write each option without indent"
        self.refuse(option, f"continues on line {last}, {why}", None)

    def finish(self) -> None:
        """The last notes. Raises Misconfigured with every fault."""
        if self.faults:
            raise Misconfigured(self.file, self.faults)
        if self.defaults:
            said = ", ".join(self.defaults[meaning] for meaning in SETTINGS if meaning in self.defaults)
            self.assumed.insert(0, f"Not said in {self.file}, so by default: {said}")
        for option in self.text.options:
            ours = names.nearly(option)
            if ours:
                self.note(f"{self.file}:{option.line.number} {option.name} is not a known option; did you mean {ours}?")


def is_secret(option: Option) -> bool:
    """Whether the option's value must not be shown, by its meaning or its name."""
    meaning = names.meaning_of(option)
    return (meaning is not None and SETTINGS[meaning].secret) or _SECRET_NAME.search(option.name.upper()) is not None


def _correction(row: Setting, text: str) -> str:
    """What to write for a wrong text: the first that the check allows, else the default."""
    bare = uncommented(text)
    allowed = (each for each in (bare, row.correct(bare)) if each and row.check and row.check(each) is None)
    return next(allowed, row.default)


def _pieces(option: Option) -> list[str]:
    """The value as it may turn up elsewhere: whole, and line by line."""
    if option.value.lower() == "managed":
        return []
    return [unquoted(piece) for piece in option.value.split("\n")]


def _compared(meaning: str, option: Option) -> str:
    value = unquoted(option.value)
    return value.lower() if SETTINGS[meaning].any_case else value
