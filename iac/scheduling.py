"""What pauses and resumes the cluster by itself, as one look at AWS shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from iac.observed import Role, Unread

PAUSE_ACTION, RESUME_ACTION = "pauseCluster", "resumeCluster"


@dataclass(frozen=True)
class Schedule:
    """A schedule of ours, as it is or as it should be. Two that are equal do the same, for the same reason.

    action: of Redshift's API, in the spelling of a universal target. expression, zone: as Scheduler takes them.
    description: the option of dwh.cfg that it stands for, and for a one-time pause the moment it counts from.
    retry_seconds: how long a refusal is tried again. enabled: nobody has switched it off.
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

    @property
    def once(self) -> bool:
        """Whether it runs once, and then deletes itself."""
        return self.expression.startswith("at(")

    @property
    def reasons(self) -> str:
        """The description without the moments that it counts from."""
        return re.sub(r" from [0-9TZ:-]+", "", self.description)

    @property
    def option(self) -> str:
        """The option of dwh.cfg that it stands for; of several, the one that decides."""
        return self.description.partition(" = ")[0]


@dataclass(frozen=True)
class Scheduling:
    """The schedules of one cluster, and the roles they run as.

    role: the one by the name that dwh.cfg makes it have. old_roles: others of ours, from before DWH_IAM_ROLE_NAME was edited.
    unread: why the schedules are not known. role_unread: why the role is not; it is used as it is then.
    old_unread: why not all of old_roles are known.
    """

    schedules: tuple[Schedule, ...] = ()
    role: Role | None = None
    old_roles: tuple[Role, ...] = ()
    unread: Unread | None = None
    role_unread: Unread | None = None
    old_unread: Unread | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """All of them."""
        return (*([self.role] if self.role else []), *self.old_roles)

    def named(self, name: str) -> Schedule | None:
        """The schedule of this name."""
        return next((each for each in self.schedules if each.name == name), None)


def is_paused_by_itself(scheduling: Scheduling | None) -> bool:
    """Whether there is a schedule that pauses the cluster."""
    found = scheduling.schedules if scheduling else ()
    return any(each.action == PAUSE_ACTION and each.enabled for each in found)


