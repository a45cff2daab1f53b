"""Make-believe time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone


class FakeClock:
    """Time that passes only when someone sleeps."""

    def __init__(self, pace: float = 1.0) -> None:
        self.pace = pace
        self._passed = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc) + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    def sleep(self, seconds: float) -> None:
        self._passed += seconds
