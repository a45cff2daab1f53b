"""What is due when: changes that AWS carries out some time after the answer."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta, timezone


class Timeline:
    """Changes waiting for their moment, carried out in order of time.

    Nothing runs by itself: a request first lets happen what was due before it.
    """

    def __init__(self) -> None:
        # The first change may be of any time: one that is repeated is of the past.
        self.now = datetime.min.replace(tzinfo=timezone.utc)
        self._due: list[tuple[datetime, int, object, Callable[[], None]]] = []
        self._count = 0

    def after(self, seconds: float, owner: object, change: Callable[[], None]) -> None:
        """Let change() happen that many seconds from now.

        owner: whose change it is, for cancel().
        """
        self._count += 1
        moment = self.now + timedelta(seconds=seconds)
        heapq.heappush(self._due, (moment, self._count, owner, change))

    def cancel(self, owner: object) -> None:
        """Forget every change of this owner."""
        self._due = [entry for entry in self._due if entry[2] is not owner]
        heapq.heapify(self._due)

    def advance(self, moment: datetime) -> None:
        """Let everything happen that is due by this moment, each at its own time."""
        while self._due and self._due[0][0] <= moment:
            due, _, _, change = heapq.heappop(self._due)
            self.now = max(self.now, due)
            change()
        self.now = max(self.now, moment)
