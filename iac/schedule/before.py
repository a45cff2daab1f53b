"""Clusters whose schedules were made before each cluster had a schedule role of its own.

There, a tag on the cluster tells of the schedules, and names the role that they run as, which other clusters may use too. Such
a cluster is met once: its schedules get the new role, and the old one and the tag go. Pure.
"""

from __future__ import annotations

import re
from dataclasses import replace

from iac.config import Config
from iac.observed import Cluster, Observed, Role
from iac.plan.access import leaving_steps
from iac.schedule.value import BUDGET, NAME_LENGTH, ONCE, POLICY, Schedule, Scheduling, cut, names
from iac.status import Phase, phase
from iac.steps import Call, Step
from iac.steps.policy import SCHEDULER

TAG = "dwh-iac-schedule"
"""On a cluster: the name of the role that its schedules run as."""

_COUNT = re.compile(r" from [0-9TZ:-]+")


def role_name(role: str) -> str:
    """The role that schedules ran as, by the name of the cluster's role."""
    return cut(role, "-schedule", NAME_LENGTH)


def role_of(found: Cluster | None) -> str:
    """The role that the cluster's tag names; empty where there is no such tag."""
    return dict(found.tags).get(TAG, "") if found is not None and found.ours else ""


def counting(there: Scheduling, identifier: str, kind: str) -> Schedule | None:
    """The schedule of this kind, whose count goes on, described as it would be now.

    There was one schedule for both options that pause once, and its description said from when each of them counts.
    """
    option = "DWH_BUDGET_USD" if kind == BUDGET else "DWH_AUTO_PAUSE"
    for found in (there.named(names(identifier)[each]) for each in (kind, ONCE)):
        if found is not None and found.option == option:
            return replace(found, description=_COUNT.sub("", found.description.partition("; ")[0]))
    return None


def leaving(config: Config, seen: Observed, role: Role | None) -> list[Step]:
    """What it takes that this cluster no longer uses the old role: it is deleted with its last cluster."""
    steps = leaving_steps(config, seen, role, POLICY, SCHEDULER) if role is not None else []
    return [replace(step, optional=True) for step in steps]


def untag(config: Config, seen: Observed) -> list[Step]:
    """Last of all: until then the tag has the next run look. API reference, DeleteTags: only a cluster at rest takes it."""
    if not role_of(seen.cluster) or phase(seen.cluster) is not Phase.READY:
        return []
    asked = {"ResourceName": seen.place.cluster_arn(config.identifier), "TagKeys": [TAG]}
    sentence = f"remove tag {TAG} from cluster {config.identifier}: its schedules have a role of their own"
    return [Step(sentence, (Call("redshift", "DeleteTags", asked),), optional=True)]
