"""One dwh.cfg being read: which option holds for a meaning, what it says, and the faults and notes found on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from iac.config import names
from iac.config.faults import MASK, Fault, Mask, Misconfigured, Wrong
from iac.config.options import MANAGED, SETTINGS, Setting
from iac.config.text import BOM, DEFAULT, Flaw, Option, Text, is_variable, uncommented, unquoted
from iac.errors import printable

Value = TypeVar("Value")
_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|PWD|SECRET|TOKEN|ACCESS_?KEY")


class Reading:
    """The options of one file by meaning, and the faults and notes collected on the way.

    notes, assumed: as in Config.
    defaults: by meaning, in words, what the file left open.
    chosen: the option that was found to hold for a meaning.
    values: by meaning, what each option that has a rule says by itself; None where that is
        refused, or blank without a default.
    """

    def __init__(self, path: Path, text: Text) -> None:
        self.file = printable(path.name)
        self.text = text
        self.faults = [fault_of(flaw) for flaw in text.flaws]
        self.notes: list[str] = []
        self.assumed: list[str] = []
        self.defaults: dict[str, str] = {}
        secrets = [each.value for each in text.options if is_secret(each) and each.value.lower() != MANAGED]
        self.mask = Mask(unquoted(line) for value in secrets for line in value.split("\n"))  # they may turn up line by line
        self.chosen: dict[str, Option] = {}
        self._by_meaning: dict[str, list[Option]] = {}
        self._meanings = names.Meanings(text)
        for option, meaning in self._meanings.of:
            self._sort(option, meaning)
        if text.raw.startswith(BOM):
            self.assume(f"{self.file} has a byte order mark; configparser reads it with encoding='utf-8-sig' only")
        self.values = {row.meaning: self._value(row) for row in SETTINGS.values() if row.rule}

    def _sort(self, option: Option, meaning: str | None) -> None:
        if meaning is None:
            self._check_spelling(option)
        elif "\n" in option.value and meaning != "ingress":
            last = option.more[-1].number if option.more else option.line.number
            why = "because an indented line continues the value above; write each option without indent"
            self.refuse(option, f"continues on line {last}, {why}", None)
        else:
            self._by_meaning.setdefault(meaning, []).append(option)

    def _check_spelling(self, option: Option) -> None:
        row = names.limit_meant(option)
        if row is None:
            return
        text = self._text(row.meaning, option)
        try:
            row.allowed(text)
        except Wrong as wrong:
            text = wrong.instead or ""
        result = "this would be the real AWS" if row.meaning == "target" else "it would limit nothing"
        self.refuse(option, f"is no option, so {result}", f"{row.name} = {text}")

    def _value(self, row: Setting) -> Any:
        option = self.one(row.meaning)
        if option is None:
            if row.called:
                self.defaults[row.meaning] = f"{row.called} {row.default}"
            return row.allowed(row.default) if row.default else None
        value = self.checked(option, row.allowed, self._text(row.meaning, option))
        if value is not None and row.note(option.bare):
            self.assume(row.note(option.bare))
        return value

    def checked(self, option: Option, rule: Callable[..., Value], *arguments: Any) -> Value | None:
        """What the rule makes of it; None, and a fault, where it refuses."""
        try:
            return rule(*arguments)
        except Wrong as wrong:
            self.refuse(option, wrong.allowed, None if wrong.instead is None else f"{option.name} = {wrong.instead}")
            return None

    def named(self, meaning: str) -> list[Option]:
        """Every option of that meaning, blank ones too."""
        return self._by_meaning.get(meaning, [])

    def filled(self, meaning: str) -> list[Option]:
        """The options of that meaning that say something."""
        return [option for option in self.named(meaning) if not SETTINGS[meaning].blank(option.value)]

    def one(self, meaning: str) -> Option | None:
        """The option that holds for the meaning, or None if all are blank or missing.

        Different values are a fault, except that a creation section wins over a
        connection section for the database settings.
        """
        options = self.filled(meaning)
        if not options:
            return None
        option = self._winner(meaning, options)
        if is_variable(option.value):
            self.refuse(option, "is an environment variable, and those are not expanded in this file", f"{option.name} =")
            return None
        self.chosen[meaning] = option
        return option

    def _winner(self, meaning: str, options: list[Option]) -> Option:
        # configparser takes [DEFAULT] for what the other sections leave out.
        options = [each for each in options if each.section != DEFAULT] or options
        wins = [each for each in options if meaning in names.DATABASE_SETTINGS and "creation" in names.kinds(each.section)]
        first = (wins or options)[0]
        for other in options:
            if self._text(meaning, other) == self._text(meaning, first):
                continue
            if wins and "connection" in names.kinds(other.section):
                self.note(
                    f"{other.name} in [{other.section}] ({self._says(meaning, other)}) is overridden by "
                    f"{first.name} in [{first.section}] ({self._says(meaning, first)}), and is changed to the same value"
                )
            else:
                secret = SETTINGS[meaning].secret
                same = f"line {first.line.number}, {first.name} in [{first.section}], means the same and says "
                fix = None if secret or "\n" in first.value else f"{other.name} = {first.value}"
                self.refuse(other, same + (MASK if secret else self.mask.shown(first.value)), fix)
        return first

    def _text(self, meaning: str, option: Option) -> str:
        return option.bare.lower() if SETTINGS[meaning].any_case else option.bare

    def _says(self, meaning: str, option: Option) -> str:
        value = "" if SETTINGS[meaning].secret else f", {self.mask.shown(option.value)}"
        return f"line {option.line.number}{value}"

    def refuse(self, option: Option, allowed: str, fix: str | None) -> None:
        """Records a fault. `fix` is the line to write instead; None where there is no one line to offer."""
        secret = is_secret(option)
        if not (secret or option.more) and uncommented(option.value) != option.value:
            allowed += " (a comment needs a line of its own)"
        shown = MASK if secret else self.mask.shown(option.value)
        line = self.mask((fix or "").rstrip())
        self.faults.append(Fault(option.line.number, option.name, shown, self.mask(allowed), line))

    def note(self, sentence: str) -> None:
        """Records what must be said aloud whenever the file is used."""
        self.notes.append(printable(self.mask(sentence)))

    def assume(self, sentence: str) -> None:
        """Records what whoever makes a cluster of this file should know, and nobody needs to hear again."""
        self.assumed.append(printable(self.mask(sentence)))

    def finish(self) -> None:
        """The last notes. Raises Misconfigured with every fault."""
        if self.faults:
            raise Misconfigured(self.file, self.faults)
        if self.defaults:
            said = ", ".join(self.defaults[meaning] for meaning in SETTINGS if meaning in self.defaults)
            self.assumed.insert(0, f"Not said in {self.file}, so by default: {said}")
        known = {meaning for meaning in self._by_meaning if self.filled(meaning)}
        known |= {"role_arn", "role_name"} if known & {"role_arn", "role_name"} else set()  # one says the other
        said = {option.bare.lower() for options in self._by_meaning.values() for option in options}
        for option, meaning in self._meanings.of:
            why = "" if meaning or option.bare.lower() in said else names.unread(option, self._meanings, known)
            if why:
                self.note(f"{self.file}:{option.line.number} {option.name} {why}")


def is_secret(option: Option) -> bool:
    """Whether the option's value must not be shown, by its meaning or its name."""
    meaning = names.meaning_of(option)
    return (meaning is not None and SETTINGS[meaning].secret) or _SECRET_NAME.search(option.name.upper()) is not None


def fault_of(flaw: Flaw) -> Fault:
    """A line that configparser refuses. Its text is not shown: it may be half a password."""
    option = f"the option {flaw.name}" if names.words_of(flaw.name) else "this option"
    section = f"[{flaw.section}]" if re.fullmatch(r"[\w .-]{1,40}", flaw.section) else "the section"
    allowed = {
        "no section": "stands before the first [section]; every option belongs below one",
        "no delimiter": "has neither = nor a colon; write NAME = value, or put # in front of a comment",
        "no bracket": "begins a section, which ends with ]",
        "no name": "has no name in front of the =; write NAME = value",
        "section twice": f"{section} stands on line {flaw.first} already; join the two",
        "option twice": f"{option} stands on line {flaw.first} already; delete one of the two",
    }[flaw.kind]
    return Fault(flaw.line, "", "", allowed)
