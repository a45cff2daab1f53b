"""When AWS pauses and resumes the cluster by itself, as a dwh.cfg says it: the values, and their checks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from iac.config import rules, zones

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEAST_HOURS = 1
"""A pause and a resume take up to 15 minutes each (Management Guide, Pausing and resuming clusters): less has no sense."""
MOST_HOURS = 30 * 24
HOUR = 60
DAY = 24 * HOUR

DURATION = re.compile(r"(?=.)(?:(?P<d>[0-9]{1,3})d)? ?(?:(?P<h>[0-9]{1,4})h)? ?(?:(?P<m>[0-9]{1,5})m)?\Z", re.IGNORECASE)
_TIME = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
_AT = re.compile(rf"(?P<time>{_TIME})(?:\s+(?P<zone>\S+))?\Z")
_HOURS = re.compile(rf"(?P<days>[a-z,\s-]+?)\s+(?P<begin>{_TIME})\s*-\s*(?P<end>{_TIME}|24:00)(?:\s+(?P<zone>\S+))?\Z", re.IGNORECASE)

_PAUSE_FORMS = "must be a duration from 1h to 30d, such as 4h or 1h30m, or a time of day with its zone, such as 19:00 Europe/Berlin"
_HOURS_FORM = (
    "must be days, hours and a zone, such as mon-fri 08:00-19:00 Europe/Berlin; the days are mon-fri, mon,wed,fri or daily"
)


@dataclass(frozen=True)
class PauseAfter:
    """One pause, so many minutes after the cluster became available or was resumed. text: as the file says it."""

    text: str
    minutes: int


@dataclass(frozen=True)
class PauseDaily:
    """A pause every day. minute: of the day. zone: an IANA name."""

    text: str
    minute: int
    zone: str


@dataclass(frozen=True)
class RunningHours:
    """Running on these days from begin to end, paused otherwise.

    days: numbers from Monday = 0, when the cluster begins to run. begin, end: minutes of the day; an end
    that is not later than the begin is on the next day. zone: an IANA name.
    """

    text: str
    days: tuple[int, ...]
    begin: int
    end: int
    zone: str

    @property
    def length(self) -> int:
        """Minutes from begin to end, daylight saving time aside."""
        return (self.end - self.begin - 1) % DAY + 1

    @property
    def end_days(self) -> tuple[int, ...]:
        """The days on which the end is."""
        later = (self.begin + self.length) // DAY
        return tuple(sorted((day + later) % 7 for day in self.days))


AutoPause = PauseAfter | PauseDaily


def auto_pause(text: str) -> AutoPause:
    """What an allowed DWH_AUTO_PAUSE means."""
    found = _AT.match(text)
    if found:
        return PauseDaily(text, _minute(found["time"]), found["zone"] or zones.UTC)
    return PauseAfter(text, minutes(text))


def running_hours(text: str) -> RunningHours:
    """What an allowed DWH_RUNNING_HOURS means."""
    found = _HOURS.match(text)
    assert found is not None
    end = _minute(found["end"]) % DAY
    return RunningHours(text, _days(found["days"]) or (), _minute(found["begin"]), end, found["zone"] or zones.UTC)


def check_auto_pause(text: str) -> str | None:
    """None, or what would be allowed."""
    found = _AT.match(text)
    if found:
        return zones.check(found["zone"])
    if not DURATION.match(text):
        return _PAUSE_FORMS
    if not LEAST_HOURS * HOUR <= minutes(text) <= MOST_HOURS * HOUR:
        return "must be 1 hour (1h) to 30 days (30d)"
    return None


def check_running_hours(text: str) -> str | None:
    """None, or what would be allowed."""
    found = _HOURS.match(text)
    if not found or not _days(found["days"]):
        return _HOURS_FORM
    hours = running_hours(text)
    if hours.length < LEAST_HOURS * HOUR:
        return "must be at least 1 hour a day"
    in_a_row = any((day + 1) % 7 in hours.days for day in hours.days)
    if in_a_row and DAY - hours.length < LEAST_HOURS * HOUR:
        return "must leave at least 1 hour between two days, in which the cluster is paused"
    return zones.check(found["zone"])


def note_on_auto_pause(text: str) -> str:
    """Where a time has no zone."""
    found = _AT.match(text)
    return _no_zone("DWH_AUTO_PAUSE", text) if found and not found["zone"] else ""


def note_on_running_hours(text: str) -> str:
    """Where the hours have no zone."""
    found = _HOURS.match(text)
    return _no_zone("DWH_RUNNING_HOURS", text) if found and not found["zone"] else ""


def _no_zone(option: str, text: str) -> str:
    return f"{option} = {text} names no time zone, so it is UTC; with one: {option} = {text} Europe/Berlin"


def check_budget(text: str) -> str | None:
    """An amount of US dollars."""
    return None if rules.usd(text) is None else "must be a number of US dollars, more than 0, or blank for no budget"


def minutes(text: str) -> int:
    """The minutes of a duration that DURATION matches."""
    found = DURATION.match(text.strip())
    assert found is not None
    days, hours, rest = (int(found[part] or 0) for part in "dhm")
    return days * DAY + hours * HOUR + rest


def _minute(time: str) -> int:
    hour, _, minute = time.partition(":")
    return int(hour) * HOUR + int(minute)


def _days(text: str) -> tuple[int, ...] | None:
    """Numbers from Monday = 0; None where it names none. A range may go over the end of the week: fri-mon."""
    words = re.sub(r"\s*([,-])\s*", r"\1", text.lower().strip())
    if words == "daily":
        return tuple(range(7))
    found: set[int] = set()
    for part in words.split(","):
        first, _, last = part.partition("-")
        last = last or first
        if first not in DAYS or last not in DAYS:
            return None
        low, high = DAYS.index(first), DAYS.index(last)
        found |= {day % 7 for day in range(low, high + 1 if high >= low else high + 8)}
    return tuple(sorted(found))
