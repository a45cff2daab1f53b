"""What a cluster has cost so far in compute, from its age and its events: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, auto

from iac.words import duration, in_hours, usd
from iac.facts import events as known


@dataclass(frozen=True)
class Event:
    """One event of a cluster, as DescribeEvents tells it."""

    at: datetime
    event_id: str
    message: str


@dataclass(frozen=True)
class Bill:
    """What a cluster has cost so far. existed: its age. ran: the part of it for which compute is billed.

    cost: USD at the cluster's present size, without tax and storage; None where the price is not known.
    at_most: it may be less, for not all pauses are known. resized: it had another size before.
    """

    existed: timedelta
    ran: timedelta
    cost: Decimal | None
    at_most: bool = False
    resized: bool = False

    def __str__(self) -> str:
        """For a person: `ran 3 h 20 min of 24 h, about $1.81 of compute`."""
        ran, existed = duration(self.ran.total_seconds()), duration(self.existed.total_seconds())
        time = f"ran {'at most ' if self.at_most else ''}{ran}{f' of {existed}' if ran != existed else ''}"
        if self.cost is None:
            return time
        amount = usd(self.cost)
        about = "" if amount.startswith("less") else "at most " if self.at_most and not self.resized else "about "
        size = " at its present size; it had another one before" if self.resized else ""
        return f"{time}, {about}{amount} of compute{size}"


def bill(
    created_at: datetime, now: datetime, events: Iterable[Event] | None, price: Decimal | None, paused: bool = False
) -> Bill:
    """The bill of a cluster so far. created_at: ClusterCreateTime.

    events: of its identifier, in any order; None where they cannot be read. price: USD an hour, of all its nodes.
    paused: whether its compute rests now, or did when it was deleted.
    """
    end = max(now, created_at)
    since = sorted((event for event in events or () if event.at >= created_at), key=lambda event: event.at)
    told = [(min(event.at, end), _change(event)) for event in since]
    end = next((at for at, change in told if change is Change.DELETED), end)
    pauses = _Pauses(created_at, now - known.KEPT)
    for at, change in told:
        pauses.take(at, change)
    if events is not None:
        pauses.finish(end, paused)
    ran = max(end - created_at - pauses.length, timedelta(0))
    return Bill(
        existed=end - created_at,
        ran=ran,
        cost=None if price is None else price * in_hours(ran),
        at_most=events is None or pauses.unsure,
        resized=any(change is Change.RESIZED for _, change in told),
    )


class Change(Enum):
    """What an event means for the bill."""

    PAUSED = auto()
    RESUMED = auto()
    RESIZED = auto()
    DELETED = auto()
    UNCLEAR = auto()
    """It speaks of a pause or a resume, in words that are not known."""
    NONE = auto()


_BY_ID = {
    known.PAUSE_STARTED: Change.NONE,
    known.PAUSED: Change.PAUSED,
    known.RESUMED: Change.RESUMED,
    known.OTHER_INTERFACE: Change.NONE,
    known.RESIZE_STARTED: Change.RESIZED,
    known.RESIZED: Change.RESIZED,
    known.DELETED: Change.DELETED,
}
_PAUSE_OR_RESUME = re.compile(r"\b(paus|resum)")
_NOT_DONE = re.compile(r"\b(fail|cannot|can't|could not|couldn't|unable|not be)")
_BY_WORDS = (
    (re.compile(r"\b(successfully|was|been) paused\b"), Change.PAUSED),
    (re.compile(r"\bresumed\b|\bresume\b.*\b(started|completed)\b"), Change.RESUMED),
    (re.compile(r"\bpause operation started\b"), Change.NONE),
    (_PAUSE_OR_RESUME, Change.UNCLEAR),
    (re.compile(r"\bresize\b.*\b(started|completed?)\b"), Change.RESIZED),
)


def _change(event: Event) -> Change:
    if event.event_id in _BY_ID:
        return _BY_ID[event.event_id]
    words = event.message.lower()
    if _NOT_DONE.search(words):
        return Change.UNCLEAR if _PAUSE_OR_RESUME.search(words) else Change.NONE
    return next((change for pattern, change in _BY_WORDS if pattern.search(words)), Change.NONE)


class _Pauses:
    """Adds up the pauses that events prove. What they do not prove counts as running.

    length: of the pauses. unsure: whether there may have been more.
    """

    def __init__(self, created: datetime, reach: datetime) -> None:
        self.length = timedelta(0)
        self.unsure = created < reach
        self._before_reach = reach if created < reach else None
        self._since: datetime | None = None
        self._runs_again = False

    def take(self, at: datetime, change: Change) -> None:
        """The next event."""
        if change is Change.PAUSED:
            self.unsure = self.unsure or self._since is not None
            self._since, self._runs_again = at, False
        elif change is Change.RESUMED:
            # Where no event tells of the pause, it began before the first one that AWS still has.
            since = self._since or self._before_reach
            if since is not None:
                self.length += max(at - since, timedelta(0))
            self.unsure = self.unsure or (since is None and not self._runs_again)
            self._since, self._runs_again = None, True
        elif change is Change.UNCLEAR:
            self.unsure = True
        else:
            return
        self._before_reach = None

    def finish(self, end: datetime, paused: bool) -> None:
        """The end, and whether the cluster is paused then."""
        since = self._since or self._before_reach
        if not paused:
            self.unsure = self.unsure or self._since is not None
        elif since is not None:
            self.length += max(end - since, timedelta(0))
        else:
            self.unsure = True
