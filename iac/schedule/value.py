"""A schedule of Amazon EventBridge Scheduler, as it is or as it should be: its names, its expression, when it runs next.

Daylight saving time, as AWS documents it (EventBridge Scheduler User Guide, Schedule types, Daylight savings time;
re:Post, How can I adjust my Amazon EventBridge schedule for daylight saving): a cron expression is evaluated on the
clock of its zone. A time that the clock skips in spring does not run on that day; a time that it shows twice in
autumn runs once, which is taken to be the first.

A pause that comes once is attempted several times, each an invocation of its own: AWS promises a retry only after "a
retryable error, and not a permanent error" (User Guide, Configuring a dead-letter queue), and a refusal may be either.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo

from iac.config import Config
from iac.config.times import DAYS, HOUR, zone_of
from iac.observed import Role, Unread

NAME = "schedule"

NAME_LENGTH = 64
"""API reference, CreateSchedule, Name; as of a role, CreateRole, RoleName."""

PAUSE, RESUME, DAILY, ONCE, BUDGET = KINDS = ("pause", "resume", "daily", "autopause", "budget")
"""How the names of our schedules end: the two of DWH_RUNNING_HOURS, the pause of every day, the two that pause once."""

PAUSE_ACTION, RESUME_ACTION = "pauseCluster", "resumeCluster"
ROLE = "dwh-iac-schedule-"
"""How the name of a cluster's role begins that its schedules run as: roles are global, clusters are regional."""

POLICY = "dwh-iac-schedule"
"""The one inline policy of that role."""

ATTEMPTS_APART = timedelta(minutes=10)
ATTEMPTED = timedelta(hours=1)
"""For how long a pause that comes once is attempted, by a resize that is under way say: a missed one costs a night."""

RATE = f"rate({ATTEMPTS_APART // timedelta(minutes=1)} minutes)"
_RATE = re.compile(r"rate\(([1-9][0-9]{0,3}) minutes\)")
_AT = re.compile(r"at\(([0-9-]{10}T[0-9:]{8})\)")
_CRON = re.compile(r"cron\(([0-9]{1,2}) ([0-9]{1,2}) (?:\* \* \?|\? \* ([A-Z,]+)) \*\)")
LONG_AGO = datetime(1970, 1, 1, tzinfo=timezone.utc)
_DAYS_AHEAD = 15
"""In so many days every expression of ours runs at least once, also where one day's time is skipped and comes weekly."""


def options(config: Config) -> tuple[str, ...]:
    """Those that have AWS pause the cluster by itself, as far as the file says them."""
    every = (
        ("DWH_AUTO_PAUSE", config.auto_pause),
        ("DWH_RUNNING_HOURS", config.running_hours),
        ("DWH_BUDGET_USD", config.budget_usd),
    )
    return tuple(option for option, value in every if value is not None)


@dataclass(frozen=True)
class Schedule:
    """A schedule of ours. Two that are equal do the same, for the same reason.

    action: of Redshift's API, in the spelling of a universal target. expression, zone: as Scheduler takes them.
    description: the option of dwh.cfg that it stands for. retry_seconds: for how long AWS may try a refusal again.
    enabled: nobody has switched it off. start, end: of a rate, of which each run is an attempt of the one pause.
    set_at: when AWS was last told of it, as AWS says.
    """

    name: str
    action: str
    cluster: str
    expression: str
    zone: str
    description: str
    role_arn: str
    retry_seconds: int
    enabled: bool = True
    start: datetime | None = None
    end: datetime | None = None
    set_at: datetime | None = field(default=None, compare=False)

    @property
    def once(self) -> bool:
        """Whether it stands for one pause, and then deletes itself."""
        return self.end is not None or self.expression.startswith("at(")

    @property
    def due(self) -> datetime | None:
        """When it first runs, for one that stands for one pause."""
        return self.start or (next_run(self.expression, self.zone, LONG_AGO) if self.once else None)

    def next_run(self, after: datetime) -> datetime | None:
        """The first moment later than this, in UTC; None where there is none, or it cannot be told."""
        return next_run(self.expression, self.zone, after, self.start, self.end)

    @property
    def option(self) -> str:
        """The option of dwh.cfg that it stands for."""
        return self.description.partition(" = ")[0]

    @property
    def verb(self) -> str:
        """For a person."""
        return "pause" if self.action == PAUSE_ACTION else "resume"


@dataclass(frozen=True)
class Scheduling:
    """The schedules of one cluster, and the role that they run as. unread, role_unread: why one of them is not known.

    old_role: the one that they ran as before each cluster had its own; see before.py. old_unread: why it is not known.
    """

    schedules: tuple[Schedule, ...] = ()
    role: Role | None = None
    unread: Unread | None = None
    role_unread: Unread | None = None
    old_role: Role | None = None
    old_unread: Unread | None = None

    def named(self, name: str) -> Schedule | None:
        """The schedule of this name."""
        return next((each for each in self.schedules if each.name == name), None)

    def next_run(self, action: str, after: datetime) -> tuple[datetime, Schedule] | None:
        """When AWS next does this by itself, and why; None where it does not."""
        mine = [each for each in self.schedules if each.action == action and each.enabled]
        runs = [(moment, each) for each in mine if (moment := each.next_run(after))]
        return min(runs, key=lambda run: run[0], default=None)


def prefix(identifier: str) -> str:
    """How the names of a cluster's schedules begin."""
    return cut(identifier, "-dwh-iac-", NAME_LENGTH - max(map(len, KINDS)))


def names(identifier: str) -> dict[str, str]:
    """Kind -> name, of all schedules that a cluster can have."""
    return {kind: prefix(identifier) + kind for kind in KINDS}


def role_name(region: str, identifier: str) -> str:
    """The role of this cluster that its schedules run as."""
    return cut(f"{ROLE}{region}-{identifier}", "", NAME_LENGTH)


def cut(head: str, tail: str, most: int) -> str:
    """head and tail in so many characters; a head that is cut is made unique by a hash of it."""
    if len(head) + len(tail) <= most:
        return head + tail
    mark = f"-{hashlib.sha256(head.encode()).hexdigest()[:8]}"
    return head[: most - len(tail) - len(mark)] + mark + tail


def cron(minute: int, days: tuple[int, ...] = tuple(range(7))) -> str:
    """At this minute of these days: six fields, one of the two for days a question mark (User Guide, Cron-based schedules)."""
    when = "* * ?" if len(days) == 7 else f"? * {','.join(DAYS[day].upper() for day in days)}"
    return f"cron({minute % HOUR} {minute // HOUR} {when} *)"


def next_run(
    expression: str, zone: str, after: datetime, start: datetime | None = None, end: datetime | None = None
) -> datetime | None:
    """The first moment later than this, in UTC; None where there is none, or it cannot be told.

    start, end: of a rate. User Guide, Rate-based schedules: StartDate is its first run. API reference, CreateSchedule:
    EndDate is "the date, in UTC, before which the schedule can invoke its target"; whether it does at that very moment is
    left open.
    """
    rate = _RATE.fullmatch(expression)
    if rate and start:
        apart = timedelta(minutes=int(rate[1]))
        moment = start if after < start else start + ((after - start) // apart + 1) * apart
        return moment if end is None or moment < end else None
    there, once, every = zone_of(zone), _AT.fullmatch(expression), _CRON.fullmatch(expression)
    if there is None or not (once or every):
        return None
    try:
        if once:
            moments = [datetime.fromisoformat(once[1])]
        else:
            first = after.astimezone(there).replace(hour=int(every[2]), minute=int(every[1]), second=0, microsecond=0, tzinfo=None)
            days = (first + timedelta(days=number) for number in range(_DAYS_AHEAD))
            moments = [day for day in days if not every[3] or DAYS[day.weekday()].upper() in every[3]]
    except ValueError:
        return None
    return next((moment for local in moments if (moment := _moment(local, there)) and moment > after), None)


def spoken(moment: datetime, zone: str) -> str:
    """For a person: `2026-11-24 19:00 CET`."""
    local = moment.astimezone(zone_of(zone) or timezone.utc)
    return f"{local:%Y-%m-%d %H:%M} {local:%Z}"


def _moment(local: datetime, zone: tzinfo) -> datetime | None:
    """This time of the clock of the zone, in UTC, the first of two; None for a time that the clock does not show."""
    moment = local.replace(tzinfo=zone).astimezone(timezone.utc)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == local else None
