"""Waiting: the only place that sleeps or reads the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Protocol, TypeVar

from iac.errors import Problem, TransientError

if TYPE_CHECKING:
    from iac.progress import Progress

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


def until(
    look: Callable[[], T | None],
    clock: Clock,
    cadence: Cadence,
    limit: float,
    gave_up: Callable[[float], Problem],
    *,
    head_start: float = 0.0,
    patience: float = TROUBLE_LIMIT,
    trouble: Callable[[TransientError], None] = lambda passing: None,
    tick: Callable[[], None] = lambda: None,
) -> T:
    """Look again and again until there is something to see, and return it.

    look: None means "still going on"; raising a Problem ends the wait at once.
    limit: seconds of clock.monotonic(); then gave_up(seconds) is raised.
    head_start: AWS seconds that had passed before this wait began.
    patience: seconds of transient errors in a row that are outlasted; the next is raised.
    trouble: told of each transient error that is outlasted. tick: called every second between two looks.
    """
    began = clock.monotonic()
    fine = began
    while True:
        try:
            found = look()
            fine = clock.monotonic()
        except TransientError as passing:
            found = None
            if clock.monotonic() - fine >= patience:
                raise
            trouble(passing)
        if found is not None:
            return found
        waited = clock.monotonic() - began
        if waited >= limit:
            raise gave_up(waited)
        gap = cadence.next_look(head_start + waited / clock.pace) * clock.pace
        _sleep(clock, min(gap, max(limit - waited, 0.001)), tick)


def _sleep(clock: Clock, seconds: float, tick: Callable[[], None]) -> None:
    while seconds > TICK:
        clock.sleep(TICK)
        seconds -= TICK
        tick()
    clock.sleep(seconds)


@dataclass(frozen=True)
class InProgress:
    """Not there yet: with this status. fraction: how far it is, of 1; None where AWS does not tell."""

    status: str
    fraction: float | None = None


def watch(
    thing: str,
    look: Callable[[], T | InProgress],
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
    last = InProgress("")

    def told() -> tuple[T] | None:
        nonlocal last
        found = look()
        if not isinstance(found, InProgress):
            return (found,)
        last = found
        tell()
        return None

    def tell() -> None:
        if last.status:
            progress.waiting(thing, last.status, clock.monotonic() - began, cadence.usually, last.fraction)

    def ends(seconds: float) -> Problem:
        return gave_up(seconds, last.status)

    try:
        return until(told, clock, cadence, limit, ends, head_start=head_start, tick=tell)[0]
    finally:
        progress.arrived()
