"""A wait that a person can follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from iac.errors import Problem
from iac.progress import Progress
from iac.wait import Cadence, Clock, until

T = TypeVar("T")


@dataclass(frozen=True)
class Going:
    """Not there yet: with this status."""

    status: str


def watch(
    thing: str,
    look: Callable[[], T | Going],
    progress: Progress,
    clock: Clock,
    cadence: Cadence,
    limit: float,
    gave_up: Callable[[float, str], Problem],
    head_start: float = 0.0,
) -> T:
    """Look again and again, telling each status, until there is something else to see; return that.

    limit: seconds; then gave_up(seconds, last status) is raised. head_start: AWS seconds that
    had passed before. A Problem that a look raises ends the wait.
    """
    began = clock.monotonic()
    last = [""]

    def told() -> tuple[T] | None:
        found = look()
        if not isinstance(found, Going):
            return (found,)
        last[0] = found.status
        progress.waiting(thing, found.status, clock.monotonic() - began, cadence.usually)
        return None

    try:
        return until(told, clock, cadence, limit, lambda seconds: gave_up(seconds, last[0]), head_start=head_start)[0]
    finally:
        progress.arrived()
