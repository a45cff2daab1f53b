"""Time zones by their IANA names, as EventBridge Scheduler takes them (User Guide, Schedule types, Time zones).

zoneinfo is imported only where a file names a zone, and the list of all zones, which takes 0.2 s, only where a name is wrong.
"""

from __future__ import annotations

import re
from functools import cache

UTC = "UTC"
_NAME = re.compile(r"[A-Z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*\Z")
LONGEST = 50
"""API reference, CreateSchedule, ScheduleExpressionTimezone."""


def check(name: str | None) -> str | None:
    """None where the zone is known, or not named; else why it is not, and what would be allowed."""
    if name in (None, UTC):
        return None
    assert name is not None
    if _is_known(name):
        return None
    if not _is_known("Europe/London"):
        return (
            "cannot be read, because this computer has no time zone data; "
            "install it (`python -m pip install tzdata`), or write the time in UTC, without a zone"
        )
    return f"{name} is no time zone; zones are called like Europe/Berlin or America/New_York"


def spelled_like(name: str) -> str:
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
    if len(name) > LONGEST or not _NAME.match(name):
        return False
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
