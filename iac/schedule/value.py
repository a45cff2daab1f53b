"""A schedule of Amazon EventBridge Scheduler, as it is or as it should be: its names, its expression, when it runs next.

Daylight saving time, as AWS documents it (EventBridge Scheduler User Guide, Schedule types, Daylight savings time;
re:Post, How can I adjust my Amazon EventBridge schedule for daylight saving): a cron expression is evaluated on the
clock of its zone. A time that the clock skips in spring does not run on that day; a time that it shows twice in
autumn runs once, which is taken to be the first.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo

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

_AT = re.compile(r"at\(([0-9-]{10}T[0-9:]{8})\)")
_CRON = re.compile(r"cron\(([0-9]{1,2}) ([0-9]{1,2}) (?:\* \* \?|\? \* ([A-Z,]+)) \*\)")
_DAYS_AHEAD = 15
"""In so many days every expression of ours runs at least once, also where one day's time is skipped and comes weekly."""


@dataclass(frozen=True)
class Schedule:
    """A schedule of ours. Two that are equal do the same, for the same reason.

    action: of Redshift's API, in the spelling of a universal target. expression, zone: as Scheduler takes them.
    description: the option of dwh.cfg that it stands for. retry_seconds: how long a refusal is tried again.
    enabled: nobody has switched it off. set_at: when AWS was last told of it, as AWS says.
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
    set_at: datetime | None = field(default=None, compare=False)

    @property
    def once(self) -> bool:
        """Whether it runs once, and then deletes itself."""
        return self.expression.startswith("at(")

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
        runs = [(moment, each) for each in mine if (moment := next_run(each.expression, each.zone, after))]
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


def at(moment: datetime) -> str:
    """A one-time expression, in UTC."""
    return f"at({moment.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S})"


def cron(minute: int, days: tuple[int, ...] = tuple(range(7))) -> str:
    """At this minute of these days: six fields, one of the two for days a question mark (User Guide, Cron-based schedules)."""
    when = "* * ?" if len(days) == 7 else f"? * {','.join(DAYS[day].upper() for day in days)}"
    return f"cron({minute % HOUR} {minute // HOUR} {when} *)"


def next_run(expression: str, zone: str, after: datetime) -> datetime | None:
    """The first moment later than this, in UTC; None where there is none, or it cannot be told."""
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
