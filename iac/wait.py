"""Waiting: the only place that sleeps or reads the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Protocol, TypeVar

from iac.errors import Problem, TransientError

T = TypeVar("T")

TICK = 1.0
"""Seconds after which a wait tells anew how long it has lasted."""

TROUBLE_LIMIT = 600.0
"""Seconds of passing trouble in a row that a wait outlasts. botocore's own
retries of a lost connection end after some 75 ms (standard mode, three
attempts, base delay 50 ms), so the wait has to be the patient one."""


class Clock(Protocol):
    """Time as a parameter: tests and the simulator bring their own."""

    pace: float
    """How long AWS's second lasts here: 1.0, and less in the simulator."""

    def now(self) -> datetime:
        """The time of day, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def sleep(self, seconds: float) -> None:
        """Return after this many seconds."""


class SystemClock:
    """The real time."""

    def __init__(self, pace: float = 1.0) -> None:
        self.pace = pace

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True)
class Cadence:
    """When to look next, as data: from each moment on, how often.

    looks: (seconds waited, seconds to the next look), in rising order.
    usually: how long it takes, in words for a person.
    """

    looks: tuple[tuple[float, float], ...]
    usually: str = ""

    def next_look(self, waited: float) -> float:
        """Seconds from here to the next look, never stepping over the next stretch by much."""
        gap = self.looks[0][1]
        for begins, every in self.looks:
            if waited >= begins:
                gap = every
            else:
                return min(gap, max(begins - waited, every))
        return gap


@dataclass(frozen=True)
class InProgress:
    """Not there yet: with this status. fraction: how far it is, of 1; None where AWS does not tell."""

    status: str = ""
    fraction: float | None = None


def until(
    look: Callable[[], T | InProgress],
    clock: Clock,
    cadence: Cadence,
    limit: float,
    gave_up: Callable[[float, str], Problem],
    *,
    head_start: float = 0.0,
    patience: float = TROUBLE_LIMIT,
    trouble: Callable[[TransientError], None] = lambda passing: None,
    tell: Callable[[InProgress, float], None] = lambda last, seconds: None,
) -> T:
    """Look again and again until there is something else to see than InProgress, and return it.

    look: raising a Problem ends the wait at once.
    limit: seconds of clock.monotonic(); then gave_up(seconds, last status) is raised.
    head_start: AWS seconds that had passed before this wait began.
    patience: seconds of transient errors in a row that are outlasted; the next is raised.
    trouble: told of each transient error that is outlasted. tell: told the last status and the seconds gone, after each
    look and every second between two looks.
    """
    began = fine = clock.monotonic()
    last = InProgress()
    while True:
        try:
            found = look()
            fine = clock.monotonic()
            if not isinstance(found, InProgress):
                return found
            last = found
        except TransientError as passing:
            if clock.monotonic() - fine >= patience:
                raise
            trouble(passing)
        waited = clock.monotonic() - began
        tell(last, waited)
        if waited >= limit:
            raise gave_up(waited, last.status)
        gap = min(cadence.next_look(head_start + waited / clock.pace) * clock.pace, max(limit - waited, 0.001))
        while gap > TICK:
            clock.sleep(TICK)
            gap -= TICK
            tell(last, clock.monotonic() - began)
        clock.sleep(gap)
