"""Changes that AWS carries out some time after its answer, and how long they take."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

SIMULATED_PACE = 1 / 40
"""How long AWS's second lasts here: what takes AWS minutes takes seconds."""


@dataclass(frozen=True)
class Durations:
    """Seconds of the clock that each change takes.

    Roughly AWS's own, as seen by users of Terraform and in the Management
    Guide, times SIMULATED_PACE. Long ones are cut short.
    """

    create: float = 2.5
    delete: float = 0.8
    final_snapshot: float = 0.6
    snapshot: float = 0.6
    pause: float = 1.0
    resume: float = 1.2
    elastic_resize: float = 1.5
    classic_resize: float = 2.5
    restore: float = 2.5
    modify: float = 0.3
    role_association: float = 0.3
    role_settling: float = 0.6
    """From the creation of a role until Redshift can assume it."""
    interfaces_linger: float = 0.5
    """How long the network interfaces of a deleted cluster keep its security groups in use."""
    unsettled: float = 0.0
    """From `available` until AWS stops answering "There is an operation running on the Cluster"."""


class Timeline:
    """A queue of changes, carried out in order of time.

    Nothing runs in the background: each request first carries out what is due.
    """

    def __init__(self) -> None:
        # Replayed changes are of the past, so the time begins before all of them.
        self.now = datetime.min.replace(tzinfo=timezone.utc)
        self._due: list[tuple[datetime, int, object, Callable[[], None]]] = []
        self._count = 0

    def after(self, seconds: float, owner: object, change: Callable[[], None]) -> None:
        """Call change() that many seconds from now. owner: for cancel()."""
        self._count += 1
        moment = self.now + timedelta(seconds=seconds)
        heapq.heappush(self._due, (moment, self._count, owner, change))

    def cancel(self, owner: object) -> None:
        """Drop every change of this owner."""
        self._due = [entry for entry in self._due if entry[2] is not owner]
        heapq.heapify(self._due)

    def advance(self, moment: datetime) -> None:
        """Carry out every change that is due by this moment, each at its own time."""
        while self._due and self._due[0][0] <= moment:
            due, _, _, change = heapq.heappop(self._due)
            self.now = max(self.now, due)
            change()
        self.now = max(self.now, moment)
