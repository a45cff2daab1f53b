"""Schedules of Amazon EventBridge Scheduler: their names, their expressions, and when they run next.

Daylight saving time, as AWS documents it (EventBridge Scheduler User Guide, Schedule types, Daylight savings time;
re:Post, How can I adjust my Amazon EventBridge schedule for daylight saving): a cron expression is evaluated on the
clock of its zone. A time that the clock skips in spring does not run on that day; a time that it shows twice in
autumn runs once, which is taken to be the first.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone, tzinfo

from iac.config.schedule import HOUR, PauseDaily, RunningHours

NAME_LENGTH = 64
"""API reference, CreateSchedule, Name; as of a role, CreateRole, RoleName."""

PAUSE, RESUME, DAILY, ONCE = "pause", "resume", "daily", "autopause"
KINDS = (PAUSE, RESUME, DAILY, ONCE)
"""How the names of our schedules end: the two of DWH_RUNNING_HOURS, the pause of every day, and the one-time pause."""

_OURS = "-dwh-iac-"
_ROLE = "-schedule"
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_AT = re.compile(r"at\((?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})\)")
_CRON = re.compile(r"cron\((?P<minute>[0-9]{1,2}) (?P<hour>[0-9]{1,2}) (?:\* \* \?|\? \* (?P<days>[A-Z,]+)) \*\)")
_DAYS_AHEAD = 15
"""In so many days every expression of ours runs at least once, also where one day's time is skipped and comes weekly."""


def prefix(identifier: str) -> str:
    """How the names of a cluster's schedules begin."""
    longest = max(len(kind) for kind in KINDS)
    return _cut(identifier, _OURS, NAME_LENGTH - longest)


def names(identifier: str) -> dict[str, str]:
    """Kind -> name, of all schedules that a cluster can have."""
    return {kind: prefix(identifier) + kind for kind in KINDS}


def role_name(role: str) -> str:
    """The role that the schedules run as, by the name of the cluster's role."""
    return _cut(role, _ROLE, NAME_LENGTH)


def _cut(head: str, tail: str, most: int) -> str:
    """head and tail in so many characters; a head that is cut is made unique by a hash of it."""
    if len(head) + len(tail) <= most:
        return head + tail
    mark = f"-{hashlib.sha256(head.encode()).hexdigest()[:8]}"
    return head[: most - len(tail) - len(mark)] + mark + tail


def at(moment: datetime) -> str:
    """A one-time expression, in UTC."""
    return f"at({moment.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S})"


def daily(pause: PauseDaily) -> str:
    """Every day at this time."""
    return _cron(pause.minute, tuple(range(7)))


def begins(hours: RunningHours) -> str:
    """When the hours begin."""
    return _cron(hours.begin, hours.days)


def ends(hours: RunningHours) -> str:
    """When the hours end."""
    return _cron(hours.end, hours.end_days)


def _cron(minute: int, days: tuple[int, ...]) -> str:
    """Six fields, one of the two for days a question mark (User Guide, Cron-based schedules)."""
    when = "* * ?" if len(days) == 7 else f"? * {','.join(_WEEKDAYS[day] for day in days)}"
    return f"cron({minute % HOUR} {minute // HOUR} {when} *)"


def zone_of(name: str) -> tzinfo | None:
    """The zone of this IANA name; None where this computer has no time zone data for it."""
    if name == "UTC":
        return timezone.utc
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def next_run(expression: str, zone: str, after: datetime) -> datetime | None:
    """The first moment later than this, in UTC; None where there is none, or it cannot be told."""
    there = zone_of(zone)
    if there is None:
        return None
    once, every = _AT.fullmatch(expression), _CRON.fullmatch(expression)
    moments = _once(once["moment"], there) if once else [moment for _, moment in _runs(every, there, after)] if every else []
    return next((moment for moment in moments if moment is not None and moment > after), None)


def skipped_day(expression: str, zone: str, after: datetime, days: int = 366) -> date | None:
    """The first day of so many on which the time is skipped, because the clock is put forward over it."""
    every, there = _CRON.fullmatch(expression), zone_of(zone)
    runs = _runs(every, there, after, days) if every and there and zone != "UTC" else ()
    return next((day for day, moment in runs if moment is None), None)


def spoken(moment: datetime, zone: str) -> str:
    """For a person: `2026-11-24 19:00 CET`."""
    local = moment.astimezone(zone_of(zone) or timezone.utc)
    return f"{local:%Y-%m-%d %H:%M} {local:%Z}"


def _once(text: str, zone: tzinfo) -> list[datetime | None]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return []
    return [_moment(moment.date(), moment, zone)]


def _runs(every: re.Match[str], zone: tzinfo, after: datetime, days: int = _DAYS_AHEAD) -> Iterator[tuple[date, datetime | None]]:
    """The days of a cron expression of ours from the day of `after` on, and its moment on each; None where it is skipped."""
    weekdays = every["days"].split(",") if every["days"] else list(_WEEKDAYS)
    time = datetime(2000, 1, 1, int(every["hour"]) % 24, int(every["minute"]) % 60)
    first = after.astimezone(zone).date()
    for number in range(days):
        day = first + timedelta(days=number)
        if _WEEKDAYS[day.weekday()] in weekdays:
            yield day, _moment(day, time, zone)


def _moment(day: date, time: datetime, zone: tzinfo) -> datetime | None:
    """This time of this day, in UTC, the first of two; None for a time that the clock of the zone does not show."""
    local = datetime(day.year, day.month, day.day, time.hour, time.minute, time.second, tzinfo=zone)
    moment = local.astimezone(timezone.utc)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None) else None
