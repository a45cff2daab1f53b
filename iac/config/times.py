"""When AWS pauses and resumes the cluster by itself, as a dwh.cfg says it: values, rules, and what a wrong text meant.

Time zones have IANA names, as EventBridge Scheduler takes them (User Guide, Schedule types, Time zones). zoneinfo is
imported only where a file names a zone, and the list of all zones, which takes 0.2 s, only where a name is wrong.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from iac.config.faults import Wrong

if TYPE_CHECKING:
    from datetime import tzinfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEAST_HOURS = 1
"""A pause and a resume take up to 15 minutes each (Management Guide, Pausing and resuming clusters): less has no sense."""
MOST_HOURS = 30 * 24
HOUR = 60
DAY = 24 * HOUR

# As text: most files say nothing of times, and re keeps what it compiled.
DURATION = r"(?i)(?=.)(?:(?P<d>[0-9]{1,9})d)? ?(?:(?P<h>[0-9]{1,9})h)? ?(?:(?P<m>[0-9]{1,9})m)?\Z"
_TIME = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
_AT = rf"(?P<time>{_TIME})(?:\s+(?P<zone>\S+))?\Z"
_HOURS = rf"(?i)(?P<days>[a-z,\s-]+?)\s+(?P<begin>{_TIME})\s*-\s*(?P<end>{_TIME}|24:00)(?:\s+(?P<zone>\S+))?\Z"

_PAUSE_FORMS = (
    "must be a duration from 1h to 30d, such as 4h or 1h30m, or a time of day with its zone, such as 19:00 Europe/Berlin"
)
_HOURS_FORM = (
    "must be days, hours and a zone, such as mon-fri 08:00-19:00 Europe/Berlin; the days are mon-fri, mon,wed,fri or daily"
)

UTC = "UTC"
LONGEST_ZONE = 50
"""API reference, CreateSchedule, ScheduleExpressionTimezone."""
_ZONE = r"[A-Z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*\Z"


class PauseAfter(NamedTuple):
    """One pause, so many minutes after the cluster became available or was resumed. text: as the file says it."""

    text: str
    minutes: int


class PauseDaily(NamedTuple):
    """A pause every day. minute: of the day. zone: an IANA name."""

    text: str
    minute: int
    zone: str


class RunningHours(NamedTuple):
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
    """What DWH_AUTO_PAUSE means. Meant: without its zone where this computer knows none; else an example."""
    found = re.match(_AT, text)
    try:
        if found:
            return PauseDaily(text, _minute(found["time"]), _zone(found["zone"]))
        if not re.match(DURATION, text):
            raise Wrong(_PAUSE_FORMS)
        if not LEAST_HOURS * HOUR <= minutes(text) <= MOST_HOURS * HOUR:
            raise Wrong("must be 1 hour (1h) to 30 days (30d)")
    except Wrong as wrong:
        raise Wrong(wrong.allowed, _pause_like(text), text.partition(" ")[0], "4h") from None
    return PauseAfter(text, minutes(text))


def running_hours(text: str) -> RunningHours:
    """What DWH_RUNNING_HOURS means. Meant: without its zone where this computer knows none; else an example."""
    found = re.match(_HOURS, text)
    days = _days(found["days"]) if found else None
    try:
        if not found or not days:
            raise Wrong(_HOURS_FORM)
        hours = RunningHours(text, days, _minute(found["begin"]), _minute(found["end"]) % DAY, found["zone"] or UTC)
        if hours.length < LEAST_HOURS * HOUR:
            raise Wrong("must be at least 1 hour a day")
        if any((day + 1) % 7 in days for day in days) and DAY - hours.length < LEAST_HOURS * HOUR:
            raise Wrong("must leave at least 1 hour between two days, in which the cluster is paused")
        _zone(found["zone"])
    except Wrong as wrong:
        like = _hours_like(text)
        raise Wrong(wrong.allowed, like, like.rpartition(" ")[0], "mon-fri 08:00-19:00") from None
    return hours


def note_on_zone(text: str) -> str:
    """Where a time or the hours have no zone."""
    time, hours = re.match(_AT, text), re.match(_HOURS, text)
    found, option = time or hours, "DWH_AUTO_PAUSE" if time else "DWH_RUNNING_HOURS"
    if not found or found["zone"]:
        return ""
    return f"{option} = {text} names no time zone, so it is UTC; with one: {option} = {text} Europe/Berlin"


def minutes(text: str) -> int:
    """The minutes of a duration that DURATION matches."""
    found = re.match(DURATION, text.strip())
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


def _pause_like(text: str) -> str:
    """4 hours, 19.00, 7pm and a zone in other letters; what is too short or too long, at the limit."""
    words = re.sub(r"\s*(d|h|m)[a-z]*\.?", r"\1", text.lower())
    if re.fullmatch(r"[0-9]{1,3}", words):
        return f"{words}h"
    if re.match(DURATION, words):
        return "1h" if minutes(words) < LEAST_HOURS * HOUR else "30d" if minutes(words) > MOST_HOURS * HOUR else words
    time, _, zone = _with_clock_times(text).partition(" ")
    return f"{time} {_spelled_like(zone)}".strip()


def _hours_like(text: str) -> str:
    """8am-7pm, whole names of days, missing days and a zone in other letters."""
    found = re.match(r"(?P<days>[a-z,\s-]*?)\s*(?P<begin>[0-9]\S*)\s*-\s*(?P<end>[0-9]\S*)(?:\s+(?P<zone>\S+))?\Z",
                     _with_clock_times(text), re.IGNORECASE)  # fmt: skip
    if not found:
        return ""
    days = _spelled_days(found["days"])
    return f"{days} {found['begin']}-{found['end']} {_spelled_like(found['zone'] or '')}".strip()


def _spelled_days(text: str) -> str:
    words = re.sub(r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*", r"\1", text.lower().strip())
    words = re.sub(r"\b(mo|tu|we|th|fr|sa|su)\b", lambda found: next(day for day in DAYS if day.startswith(found[1])), words)
    known = {"": "daily", "every day": "daily", "weekdays": "mon-fri", "workdays": "mon-fri", "weekends": "sat,sun"}
    words = known.get(words, words)
    return re.sub(r"\s*([,-])\s*", r"\1", re.sub(r"\s+to\s+", "-", words)).replace(" ", ",")


def _with_clock_times(text: str) -> str:
    """8, 8am, 7pm, 19.00, 19h30 and 1900 as 08:00, 19:00 and 19:30."""

    def time(found: re.Match[str]) -> str:
        hour = int(found["hour"])
        half = (found["half"] or "").lower()
        hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
        return f"{hour:02}:{found['minute'] or '00'}"

    pattern = r"(?<![\w/+:-])(?P<hour>[0-9]{1,2})(?:[:.h]?(?P<minute>[0-5][0-9]))?\s*(?P<half>am|pm)?(?![\w:/])"
    spaced = re.sub(r"(?<=[0-9m])\s*-\s*(?=[0-9])", " - ", text)
    return re.sub(pattern, time, spaced, flags=re.IGNORECASE).replace(" - ", "-")


def _zone(name: str | None) -> str:
    """The zone, UTC where none is named. Raises Wrong where it is not known."""
    if name is None or name == UTC or _is_known(name):
        return name or UTC
    if not _is_known("Europe/London"):
        raise Wrong(
            "cannot be read, because this computer has no time zone data; "
            "install it (`python -m pip install tzdata`), or write the time in UTC, without a zone"
        )
    raise Wrong(f"{name} is no time zone; zones are called like Europe/Berlin or America/New_York")


def _spelled_like(name: str) -> str:
    """The zone that was probably meant: in other letters, its city alone, or with a letter too many."""
    wanted = name.strip().replace(" ", "_").lower()
    if not wanted or wanted in ("utc", "gmt", "z"):
        return UTC if wanted else ""
    every = _every_zone()
    if wanted in every:
        return every[wanted]
    cities = {zone.rpartition("/")[2].lower(): zone for zone in reversed(every.values()) if "/" in zone}
    if wanted in cities:
        return cities[wanted]
    from difflib import get_close_matches

    close = get_close_matches(wanted, [*every, *cities], 1, 0.7)
    return {**cities, **every}[close[0]] if close else name


@cache
def _every_zone() -> dict[str, str]:
    """Lower case -> name, those without an area first."""
    from zoneinfo import available_timezones

    return {zone.lower(): zone for zone in sorted(available_timezones(), key=lambda zone: (zone.count("/"), zone))}


def _is_known(name: str) -> bool:
    return len(name) <= LONGEST_ZONE and bool(re.match(_ZONE, name)) and zone_of(name) is not None


def zone_of(name: str) -> tzinfo | None:
    """The zone of this IANA name; None where this computer does not know it."""
    if name == UTC:
        from datetime import timezone

        return timezone.utc
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
