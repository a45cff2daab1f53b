"""DWH_AUTO_PAUSE and DWH_RUNNING_HOURS: their texts, what these mean, and what a wrong one was probably meant to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timezone, tzinfo
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR = 60
"""In minutes. A pause and a resume take up to 15 each (Management Guide, Pausing and resuming clusters): an hour is the least."""
DAY = 24 * HOUR

UTC = "UTC"
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*\Z")
_LONGEST_ZONE = 50
"""API reference, CreateSchedule, ScheduleExpressionTimezone. Its zones are those of IANA (User Guide, Schedule types)."""

_DURATION = re.compile(r"(?=.)(?:([0-9]{1,3})d)? ?(?:([0-9]{1,4})h)? ?(?:([0-9]{1,5})m)?\Z", re.IGNORECASE)
_TIME = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
_AT = re.compile(rf"({_TIME})(?:\s+(\S+))?\Z")
_HOURS = re.compile(rf"([a-z,\s-]+?)\s+({_TIME})\s*-\s*({_TIME}|24:00)(?:\s+(\S+))?\Z", re.IGNORECASE)
_CLOCK = r"([0-9]{1,2})(?:[:.h]?([0-5][0-9]))?\s*(am|pm)?"
"""A time of day as people write it: 8, 8am, 7pm, 19.00, 19h30, 1900."""


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
        return tuple(sorted((day + (self.begin + self.length) // DAY) % 7 for day in self.days))


AutoPause = PauseAfter | PauseDaily


def auto_pause(text: str) -> AutoPause:
    """What DWH_AUTO_PAUSE means. Raises ValueError, which says what would be allowed."""
    if at := _AT.match(text):
        return PauseDaily(text, _minute(at[1]), _zone(at[2]))
    length = _minutes(text)
    if length is None:
        raise ValueError(
            "must be a duration from 1h to 30d, such as 4h or 1h30m, or a time of day with its zone, such as 19:00 Europe/Berlin"
        )
    if not HOUR <= length <= 30 * DAY:
        raise ValueError("must be 1 hour (1h) to 30 days (30d)")
    return PauseAfter(text, length)


def running_hours(text: str) -> RunningHours:
    """What DWH_RUNNING_HOURS means. Raises ValueError, which says what would be allowed."""
    found = _HOURS.match(text)
    days = _days(found[1]) if found else ()
    if not found or not days:
        raise ValueError(
            "must be days, hours and a zone, such as mon-fri 08:00-19:00 Europe/Berlin; the days are mon-fri, mon,wed,fri or daily"
        )
    hours = RunningHours(text, days, _minute(found[2]), _minute(found[3]) % DAY, found[4] or UTC)
    if hours.length < HOUR:
        raise ValueError("must be at least 1 hour a day")
    if DAY - hours.length < HOUR and any((day + 1) % 7 in days for day in days):
        raise ValueError("must leave at least 1 hour between two days, in which the cluster is paused")
    _zone(found[4])
    return hours


def check(read: Callable[[str], Any]) -> Callable[[str], str | None]:
    """The check that goes with one of the two above: None, or what would be allowed."""

    def wrong(text: str) -> str | None:
        try:
            read(text)
        except ValueError as allowed:
            return str(allowed)
        return None

    return wrong


def note(option: str, read: Callable[[str], Any]) -> Callable[[str], str]:
    """What to say of an allowed text whose time has no zone."""

    def said(text: str) -> str:
        named = getattr(read(text), "zone", "") in text
        return "" if named else f"{option} = {text} names no time zone, so it is UTC; with one: {option} = {text} Europe/Berlin"

    return said


def meant_pause(text: str) -> str:
    """4 hours, 7pm and 19.00 berlin; what is too short or too long, at the limit. Else an example."""
    words = text.lower()
    units = re.sub(r"\s*(d|h|m)[a-z]*\.?", r"\1", words)
    tried = [f"{words}h", units, *(["1h" if length < HOUR else "30d"] if (length := _minutes(units)) is not None else [])]
    if found := re.fullmatch(rf"{_CLOCK}(?:\s+(\S+))?", words):
        tried += [f"{_clock(*found.groups()[:3])} {_zone_like(found[4])}", _clock(*found.groups()[:3])]
    return _first(tried, auto_pause, "4h")


def meant_hours(text: str) -> str:
    """Weekdays 8am-7pm berlin; a zone that is not known is left out. Else an example."""
    found = re.fullmatch(rf"([a-z,\s-]*?)\s*{_CLOCK}\s*-\s*{_CLOCK}(?:\s+(\S+))?", text.lower())
    tried = []
    if found:
        days = {"": "daily", "weekdays": "mon-fri", "weekends": "sat,sun"}.get(found[1], found[1])
        days = re.sub(r"\b(mo|tu|we|th|fr|sa|su)[a-z]*", lambda day: next(each for each in DAYS if each.startswith(day[1])), days)
        hours = f"{days} {_clock(*found.groups()[1:4])}-{_clock(*found.groups()[4:7])}"
        tried = [f"{hours} {_zone_like(found[8])}", hours]
    return _first(tried, running_hours, "mon-fri 08:00-19:00")


def zone_of(name: str) -> tzinfo | None:
    """The zone of this IANA name; None where this computer does not know it. zoneinfo is imported only where one is named."""
    if name == UTC:
        return timezone.utc
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _zone(name: str | None) -> str:
    """The zone's name, or UTC. Raises ValueError for one that is not known."""
    if not name or (len(name) <= _LONGEST_ZONE and _ZONE.match(name) and zone_of(name)):
        return name or UTC
    if zone_of("Europe/London"):
        raise ValueError(f"{name} is no time zone; zones are called like Europe/Berlin or America/New_York")
    raise ValueError(
        "cannot be read, because this computer has no time zone data; "
        "install it (`python -m pip install tzdata`), or write the time in UTC, without a zone"
    )


def _zone_like(name: str | None) -> str:
    """The zone that was probably meant: in other letters, its city alone, or with a letter too many."""
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    every = {zone.lower(): zone for zone in available_timezones()}
    known = {**{zone.lower().rpartition("/")[2]: zone for zone in sorted(every.values(), reverse=True)}, **every, "z": UTC}
    close = get_close_matches((name or "").lower(), known, 1, 0.7)
    return known[close[0]] if close else ""


def _first(tried: list[str], read: Callable[[str], Any], example: str) -> str:
    return next((each for each in map(str.strip, tried) if check(read)(each) is None), example)


def _clock(hour: str, minute: str | None, half: str | None) -> str:
    number = int(hour) % 12 + 12 * (half == "pm") if half else int(hour)
    return f"{number:02}:{minute or '00'}"


def _minutes(text: str) -> int | None:
    """Of a duration; None for none."""
    found = _DURATION.match(text)
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return days * DAY + hours * HOUR + minutes if found else None


def _minute(time: str) -> int:
    hour, _, minute = time.partition(":")
    return int(hour) * HOUR + int(minute)


def _days(text: str) -> tuple[int, ...]:
    """Numbers from Monday = 0; none where it is wrong. A range may go over the end of the week: fri-mon."""
    words = re.sub(r"\s*([,-])\s*", r"\1", text.lower().strip())
    found: set[int] = set()
    for part in ("mon-sun" if words == "daily" else words).split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            return ()
        low, high = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(low, high + 1 if high >= low else high + 8)}
    return tuple(sorted(found))
