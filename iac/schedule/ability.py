"""What this ability looks at, adds to a plan, and tells. See iac/abilities.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from iac.config import Config
from iac.errors import Denied, Problem
from iac.observed import Observed
from iac.plan import Context, Plan
from iac.report import Told
from iac.schedule import before, plan
from iac.schedule.look import scheduling
from iac.schedule.value import ROLE, Scheduling, prefix, role_name
from iac.steps.permissions import Permissions, partition_of
from iac.steps.policy import SCHEDULER

if TYPE_CHECKING:
    from iac.look import Begun, View
    from iac.report import Report
    from iac.steps import Step


def look(view: View, config: Config, goal: str, begun: Begun) -> Callable[[Observed], Scheduling | None] | None:
    """What is there. Before a pause only where it is of interest when AWS resumes the cluster, and as advice."""
    known = plan.known(view.seen) if view.seen and goal == "running" else None
    if known == Scheduling() and not config.schedule_options:
        return lambda seen: known  # what was nothing stays so
    if goal == "paused":
        advice = (lambda: scheduling(view, config, begun.cluster, once=True)) if config.running_hours else None
        ended = view.connection.begin_brief(advice, None) if advice else None
        return (lambda seen: ended()) if ended else None
    tolerated = Problem if goal == "gone" else Denied
    there = view.connection.begin(lambda: scheduling(view, config, begun.cluster, tolerated))
    return lambda seen: there()


def running(config: Config, seen: Observed, context: Context, steps: Sequence[Step]) -> Plan:
    """Raises Problem for a budget that cannot be kept."""
    plan.refuse(config, seen)
    return Plan(
        steps=tuple(plan.steps(config, seen, context)),
        after=tuple(plan.counted_anew(config, seen, context)) if seen.cluster is None else (),
        notes=tuple(plan.unguarded(config, seen, context)),
        details=tuple(plan.outside_hours(config, context)) if plan.known(seen) else (),
    )


def gone(config: Config, seen: Observed, context: Context, steps: Sequence[Step]) -> Plan:
    """No schedule, and no role for one."""
    about = f"schedules of cluster {config.identifier}" if config.schedule_options else ""
    return Plan(steps=tuple(plan.removal(config, seen, context)), about=about, unread=plan.left_unread(seen))


def paused(config: Config, seen: Observed, context: Context, steps: Sequence[Step]) -> Plan:
    """When AWS resumes it."""
    return Plan(notes=tuple(plan.will_resume(config, seen, context.now)))


def told(report: Report) -> Told:
    """When AWS pauses and resumes the cluster by itself."""
    if report.config is None or report.seen is None or report.cluster is None:
        return Told()
    return Told(tuple(plan.rows(report.config, report.seen, report.now, report.planned)))


def permissions(config: Config) -> Permissions:
    """Of the schedules, and of the role that they run as."""
    partition, region, account = partition_of(config), config.region or "*", config.role_in_arn[0] or "*"
    iam, name = f"arn:{partition}:iam::{account}:role", role_name(region, config.identifier) if config.region else f"{ROLE}*"
    own, old = f"{iam}/{name}", f"{iam}/{before.role_name(config.role_name)}"
    mine = {"Resource": [f"arn:{partition}:scheduler:{region}:{account}:schedule/default/{prefix(config.identifier)}*"]}
    passing = {"Resource": [own], "Condition": {"StringEquals": {"iam:PassedToService": SCHEDULER}}}
    return {
        "schedule role": (
            {"Resource": [own, old]},
            (*(f"iam:{each}Role" for each in ("Create", "Delete", "Get", "Tag", "Untag")),
             *(f"iam:{each}RolePolicy" for each in ("Delete", "Get", "Put")), "iam:UpdateAssumeRolePolicy",
             *(f"iam:List{each}" for each in ("AttachedRolePolicies", "InstanceProfilesForRole", "RolePolicies"))),
        ),
        "cluster": ({}, ("redshift:DeleteTags",)),
        "schedule role, to Scheduler": (passing, ("iam:PassRole",)),
        "schedule": (mine, tuple(f"scheduler:{each}Schedule" for each in ("Create", "Delete", "Get", "Update"))),
        "anything": ({"Resource": ["*"]}, ("scheduler:ListSchedules",)),
    }  # fmt: skip
