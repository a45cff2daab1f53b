"""Waiting: when it looks, when it ends, and what it outlasts."""

from __future__ import annotations

import pytest

from iac.errors import TimedOut, TransientError
from iac.status import CADENCES, JOINED
from iac.steps.cluster import ROLE_CADENCE
from iac.steps.network import GROUP_CADENCE
from iac.wait import Cadence, InProgress, until
from tests.clock import FakeClock

STEADY = Cadence(((0, 10.0),))


def gave_up(seconds: float, status: str) -> TimedOut:
    return TimedOut("gave up", f"{seconds:.0f}", "again")


class Job:
    """Done at a moment of the clock; counts the looks."""

    def __init__(self, clock: FakeClock, done_after: float) -> None:
        self.clock, self.done_at, self.looks = clock, clock.monotonic() + done_after, 0

    def __call__(self) -> bool | InProgress:
        self.looks += 1
        return True if self.clock.monotonic() >= self.done_at else InProgress()


EVERY_WAIT = {**CADENCES, "role": ROLE_CADENCE, "group": GROUP_CADENCE}
USUAL = {"creating": (81, 300), "role": (4, 30), "group": (4, 120), "modifying": (3, 60)}
"""From and to how many seconds a wait of a kind usually lasts; 15 s to 10 min for the others."""

LOSSES = {"creating": (1.0, 2.6), "role": (0.75, 2.0), "group": (1.2, 5.0)}
"""Seconds lost of a kind of wait: in the middle, and at worst; 1.5 and 4 for the others."""


@pytest.mark.parametrize("kind", EVERY_WAIT)
def test_a_wait_loses_few_seconds(kind: str) -> None:
    lost = []
    low, high = USUAL.get(kind, (20, 600))
    for tenths in range(low * 10, high * 10, 7):
        clock = FakeClock()
        until(Job(clock, tenths / 10), clock, EVERY_WAIT[kind], 4500, gave_up)
        lost.append(clock.monotonic() - tenths / 10)
    mean, worst = LOSSES.get(kind, (1.5, 4.1))
    assert sum(lost) / len(lost) <= mean and max(lost) <= worst


def test_a_create_of_100_seconds_takes_25_looks() -> None:
    clock = FakeClock()
    job = Job(clock, 100)
    until(job, clock, CADENCES["creating"], 4500, gave_up)
    assert job.looks <= 25


def test_a_create_of_an_hour_is_looked_at_thinly() -> None:
    clock = FakeClock()
    job = Job(clock, 3600)
    until(job, clock, CADENCES["creating"], 4500, gave_up)
    assert job.looks < 600


def test_a_wait_that_is_joined_looks_often_at_once() -> None:
    clock = FakeClock()
    began = clock.monotonic()
    until(Job(clock, 20), clock, CADENCES["creating"], 4500, gave_up, head_start=JOINED)
    assert clock.monotonic() - began < 22


def test_a_faster_clock_scales_the_looks() -> None:
    clock = FakeClock(pace=1 / 25)
    began = clock.monotonic()
    until(Job(clock, 4.0), clock, CADENCES["creating"], 4500, gave_up)
    assert clock.monotonic() - began < 4.1


def test_a_wait_gives_up_at_its_limit() -> None:
    clock = FakeClock()
    began = clock.monotonic()
    with pytest.raises(TimedOut):
        until(Job(clock, 1000), clock, STEADY, 60, gave_up)
    assert 60 <= clock.monotonic() - began < 61


def test_passing_trouble_is_outlasted_and_told() -> None:
    clock, told = FakeClock(), []
    answers = iter([TransientError("lost", "net", "wait")] * 5)

    def look() -> bool:
        for trouble in answers:
            raise trouble
        return True

    assert until(look, clock, STEADY, 4500, gave_up, trouble=told.append)
    assert len(told) == 5


def test_trouble_without_end_is_raised_after_ten_minutes() -> None:
    clock = FakeClock()
    began = clock.monotonic()

    def look() -> None:
        raise TransientError("lost", "net", "wait")

    with pytest.raises(TransientError):
        until(look, clock, STEADY, 4500, gave_up)
    assert 600 <= clock.monotonic() - began < 615
