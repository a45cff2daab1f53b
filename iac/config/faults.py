"""What is wrong with dwh.cfg: every fault with its line, and nothing secret in any of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from iac.errors import UsageError, printable

LONGEST_SHOWN = 60
MASK = "****"
SHORTEST_MASKED = 6

# Two lines that ran together hide a secret behind another option's value.
_RUN_TOGETHER = re.compile(r"((?:pass|pwd|pw|secret|token|key)\w*\s*[=:]).*", re.IGNORECASE | re.DOTALL)


class Wrong(Exception):
    """A text that an option may not have.

    allowed: why it is refused and what would be accepted.
    meant: what was probably meant, the likeliest first; instead: that, or None where there is nothing to offer.
    """

    def __init__(self, allowed: str, *meant: str) -> None:
        super().__init__(allowed, *meant)
        self.allowed, self.meant = allowed, meant
        self.instead = meant[0] if meant else None


class Fault(NamedTuple):
    """One line to edit.

    line: counted from 1.
    option: as the user spelled it; empty where the line holds no option of ours.
    shown: the value in words that may be shown.
    allowed: why it is refused and what would be accepted.
    fix: the line to put in its place, or empty.
    """

    line: int
    option: str
    shown: str
    allowed: str
    fix: str = ""

    def sentence(self, file: str) -> str:
        """The fault on one line, for example ``dwh.cfg:12 DB_PORT = 80: ...; write: DB_PORT = 5439``."""
        subject = f"{self.option} = {self.shown}".rstrip() + ": " if self.option else ""
        fix = f"; write: {self.fix}" if self.fix else ""
        return printable(f"{file}:{self.line} {subject}{self.allowed}{fix}")


class Misconfigured(UsageError):
    """dwh.cfg cannot be acted on; `faults` has one value for each line to edit."""

    def __init__(self, file: str, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        one, file = len(self.faults) == 1, printable(file)
        super().__init__(
            what=f"{file} has {len(self.faults)} fault{'' if one else 's'}",
            why="\n".join(fault.sentence(file) for fault in self.faults),
            remedy=f"Edit {'this line' if one else 'these lines'} of {file}, then run the command again.",
        )


class Mask:
    """Hides what must not be shown in a text that quotes the file."""

    def __init__(self, secrets: Iterable[str]) -> None:
        long_enough = {secret for secret in secrets if len(secret) >= SHORTEST_MASKED}
        self._secrets = sorted(long_enough, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text with every known secret, and whatever follows the name of one, replaced by ****."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text

    def shown(self, value: str) -> str:
        """A value fit for a message: its first line, cut to 60 characters, without secrets."""
        first, *more = self(value).split("\n")
        first = _RUN_TOGETHER.sub(rf"\1 {MASK}", first)
        cut = more or len(first) > LONGEST_SHOWN
        return f"{first[:LONGEST_SHOWN].rstrip()} ...".lstrip() if cut else first
