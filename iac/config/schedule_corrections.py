"""What a wrong DWH_AUTO_PAUSE or DWH_RUNNING_HOURS was probably meant to be."""

from __future__ import annotations

import re

from iac.config import zones
from iac.config.schedule import (
    DAYS,
    DURATION,
    HOUR,
    LEAST_HOURS,
    MOST_HOURS,
    check_auto_pause,
    check_running_hours,
    minutes,
)


def auto_pause(text: str) -> str:
    """What was probably meant, else an example; without its zone where this computer knows none."""
    return next((each for each in (_pause_like(text), _time_of(text)) if each and check_auto_pause(each) is None), "4h")


def running_hours(text: str) -> str:
    """What was probably meant, else an example; without its zone where this computer knows none."""
    meant = _hours_like(text)
    tried = (meant, meant.rpartition(" ")[0])
    return next((each for each in tried if each and check_running_hours(each) is None), "mon-fri 08:00-19:00")


def _pause_like(text: str) -> str:
    """4 hours, 19.00, 7pm and a zone in other letters; what is too short or too long, at the limit."""
    words = re.sub(r"\s*(d|h|m)[a-z]*\.?", r"\1", text.lower())
    if re.fullmatch(r"[0-9]{1,3}", words):
        return f"{words}h"
    if DURATION.match(words):
        return "1h" if minutes(words) < LEAST_HOURS * HOUR else "30d" if minutes(words) > MOST_HOURS * HOUR else words
    time, _, zone = _with_clock_times(text).partition(" ")
    return f"{time} {zones.spelled_like(zone)}".strip()


def _time_of(text: str) -> str:
    return text.partition(" ")[0]


def _hours_like(text: str) -> str:
    """8am-7pm, whole names of days, missing days and a zone in other letters."""
    found = re.match(r"(?P<days>[a-z,\s-]*?)\s*(?P<begin>[0-9]\S*)\s*-\s*(?P<end>[0-9]\S*)(?:\s+(?P<zone>\S+))?\Z",
                     _with_clock_times(text), re.IGNORECASE)  # fmt: skip
    if not found:
        return ""
    days = _spelled_days(found["days"])
    return f"{days} {found['begin']}-{found['end']} {zones.spelled_like(found['zone'] or '')}".strip()


def _spelled_days(text: str) -> str:
    words = re.sub(r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*", r"\1", text.lower().strip())
    words = re.sub(r"\b(mo|tu|we|th|fr|sa|su)\b", lambda found: next(day for day in DAYS if day.startswith(found[1])), words)
    words = {"": "daily", "every day": "daily", "weekdays": "mon-fri", "workdays": "mon-fri", "weekends": "sat,sun"}.get(words, words)
    return re.sub(r"\s*([,-])\s*", r"\1", re.sub(r"\s+to\s+", "-", words)).replace(" ", ",")


def _with_clock_times(text: str) -> str:
    """8, 8am, 7pm, 19.00, 19h30 and 1900 as 08:00, 19:00 and 19:30."""

    def time(found: re.Match[str]) -> str:
        hour = int(found["hour"])
        half = (found["half"] or "").lower()
        hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
        return f"{hour:02}:{found['minute'] or '00'}"

    pattern = r"(?<![\w/+:-])(?P<hour>[0-9]{1,2})(?:[:.h]?(?P<minute>[0-5][0-9]))?\s*(?P<half>am|pm)?(?![\w:/])"
    return re.sub(pattern, time, re.sub(r"(?<=[0-9m])\s*-\s*(?=[0-9])", " - ", text), flags=re.IGNORECASE).replace(" - ", "-")
