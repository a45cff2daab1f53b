"""Everything that a run says, whatever words the port for words has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from iac.progress import Progress

READING = ("Describe", "Get", "List")


class Ears(Progress):
    """said: every argument of every word, as text. calls: the API operations."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.calls: list[str] = []

    @property
    def writes(self) -> list[str]:
        """The calls that may change something."""
        return [call for call in self.calls if not call.startswith(READING)]


def _listening(word: str) -> Callable[..., None]:
    def listen(self: Ears, *told: Any) -> None:
        self.said.extend(f"{word}: {each} {each!r}" for each in told)
        if word == "called":
            self.calls.append(told[1])

    return listen


for _word in vars(Progress):
    if not _word.startswith("_"):
        setattr(Ears, _word, _listening(_word))
