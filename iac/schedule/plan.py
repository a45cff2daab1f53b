"""What this ability adds to a plan and to the result: which schedules there should be, the steps there, the words; pure.

Every step is optional: where the login may not make schedules, the cluster is made all the same, and it is said that
nothing pauses it. See iac/abilities.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from iac.config import Config
from iac.config.times import UTC, PauseAfter, PauseDaily
from iac.errors import Problem
from iac.observed import Observed, Place, Role
from iac.plan import Context, Plan
from iac.plan.context import wanted_tags
from iac.plan.stopping import NO_MULTI_AZ
from iac.report import Pause, Report, Told
from iac.schedule import before
from iac.schedule.value import (
    ATTEMPTED,
    ATTEMPTS_APART,
    BUDGET,
    DAILY,
    NAME,
    ONCE,
    PAUSE,
    PAUSE_ACTION,
    POLICY,
    RATE,
    RESUME,
    RESUME_ACTION,
    ROLE,
    Schedule,
    Scheduling,
    cron,
    names,
    options,
    next_run,
    prefix,
    role_name,
    spoken,
)
from iac.status import Phase, phase
from iac.steps import Step
from iac.steps import role as roles
from iac.steps.cluster import role_settles
from iac.steps.permissions import Permissions, partition_of
from iac.steps.policy import SCHEDULER, trusts
from iac.steps.step import Call, Retry, json_text

RETRIED = {PAUSE: 3600, DAILY: 3600, RESUME: 900, ONCE: 60, BUDGET: 60}
"""By kind: seconds for which AWS may try a refusal again, which it does not promise (Scheduler User Guide, Configuring a
dead-letter queue). An hour for a pause of each day, which has no other attempt: it may be refused for a resize. Less for a
resume: one that comes late would undo a pause by hand. The least (API reference, RetryPolicy) for a pause that comes once:
its attempts are invocations of their own, and a late one could pause a cluster that was resumed meanwhile."""

MOST_RETRIES = 185
"""API reference, RetryPolicy, MaximumRetryAttempts: the most, so that the age of the event decides."""

STARTING = timedelta(minutes=15)
"""How old the count of a cluster may be that is about to be made or resumed: a run that was interrupted goes on with it."""

LATE = timedelta(minutes=2)
"""How late an attempt of a pause that comes once may be: AWS invokes it within a minute (Scheduler User Guide, Schedule
types), and may try it again for RETRIED."""

SOON = timedelta(minutes=2)
"""How far off a pause is put that would be due already: AWS refuses a StartDate "earlier than 5 minutes ago" (in its
ValidationException; getmoto/moto#8172)."""


def known(seen: Observed) -> Scheduling | None:
    """What was seen of it; None where it was not looked at."""
    return seen.of.get(NAME)


def running(config: Config, seen: Observed, context: Context, steps: Sequence[Step]) -> Plan:
    """The schedules that dwh.cfg asks for. They come before the cluster, so that it is never without its pause.

    Raises Problem for a budget that cannot be kept.
    """
    if options(config) and seen.cluster is not None and seen.cluster.multi_az:
        return Plan(notes=(_nothing_pauses(config, NO_MULTI_AZ, "`python delete_cluster.py`"),))
    _refuse(config, seen)
    there, now = known(seen), context.now
    if there is None:
        return Plan()
    untagging = [] if there.old_unread else before.untag(config, seen)
    if not options(config):
        return Plan() if there.unread else Plan(steps=tuple(_removal(config, seen, there, context) or untagging))
    every = wanted(config, seen, now)
    details = (*_outside_hours(config, every, now), *_rotation(config, seen))
    needed = [*_role_steps(config, seen.place, there), *_put_steps(every, seen.place, there, now)]
    why = _why_not(there, needed, context)
    if why:
        ways = "`python delete_cluster.py --pause` or `python delete_cluster.py`"
        return Plan(notes=(_nothing_pauses(config, why, ways),), details=details)
    kept = [each.name for each in every]
    missing = [*needed, *(_delete(each.name) for each in there.schedules if each.name not in kept)]
    # After a cluster is made, the pauses that come once count from then; the time is not known before.
    anew = [_put(each, "counted from when it is available", seen.place, there, is_new=False) for each in every if each.once]
    return Plan(
        steps=tuple(missing or before.leaving(config, seen, there.old_role) or untagging),
        after=tuple(anew) if seen.cluster is None else (),
        details=details,
    )


def _nothing_pauses(config: Config, why: str, ways: str) -> str:
    return (
        f"NOTHING PAUSES cluster {config.identifier} by itself, although {' and '.join(options(config))} asks for it: "
        f"{why} It costs money until {ways}."
    )


def gone(config: Config, seen: Observed, context: Context, steps: Sequence[Step]) -> Plan:
    """No schedule, and no role for one. What could not be read may be left: without a role no schedule was ever made."""
    there = known(seen) or Scheduling()
    some = there.role or there.role_unread or there.old_role or there.old_unread
    unread = (there.unread, there.role_unread, there.old_unread) if some else ()
    return Plan(
        steps=tuple(_removal(config, seen, there, context)),
        about=f"schedules of cluster {config.identifier}" if options(config) else "",
        unread=tuple(each for each in unread if each is not None),
    )


def paused(config: Config, seen: Observed, context: Context, steps: Sequence[Step]) -> Plan:
    """When AWS resumes it: DWH_RUNNING_HOURS does not know of a pause by hand. What a pause can do to a managed password."""
    there, rotation = known(seen), _rotation(config, seen)
    found = there.next_run(RESUME_ACTION, context.now) if there else None
    if found is None:
        return Plan(notes=tuple(rotation))
    moment, schedule = found
    note = (
        f"AWS resumes cluster {config.identifier} on {spoken(moment, schedule.zone)} (DWH_RUNNING_HOURS). To leave it "
        "paused for longer, blank DWH_RUNNING_HOURS in dwh.cfg and run `python create_cluster.py`, then "
        "`python delete_cluster.py --pause`."
    )
    return Plan(notes=(note, *rotation))


def told(report: Report) -> Told:
    """When AWS pauses and resumes the cluster by itself."""
    config, seen, now = report.config, report.seen, report.now
    there = known(seen) if seen else None
    if config is None or seen is None or report.cluster is None or there is None or now is None:
        return Told()
    pause, resume = there.next_run(PAUSE_ACTION, now), there.next_run(RESUME_ACTION, now)
    if phase(seen.cluster) is Phase.PAUSED and resume is None:
        pause = None
    if report.cluster.multi_az:
        pause = resume = None
    runs = [(name, found) for name, found in (("pauses", pause), ("resumes", resume)) if found]
    if not runs and options(config) and phase(seen.cluster) is Phase.READY and not report.planned:
        return Told((("pauses", f"never by itself: {' and '.join(options(config))} is not in effect"),))
    rows = tuple((name, f"{spoken(moment, each.zone)} ({each.option})") for name, (moment, each) in runs)
    return Told(rows, pause=Pause(pause[0], rows[0][1], _line(config, pause[1])) if pause else None)


def _line(config: Config, schedule: Schedule) -> str:
    """The line of dwh.cfg that a schedule stands for."""
    meaning = schedule.option.removeprefix("DWH_").lower()
    option, line = next(((name, line) for each, name, line in config.lines if each == meaning), (schedule.option, 0))
    return f"{option} (line {line} of {config.path.name})" if line else option


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
        "anything": ({"Resource": ["*"]}, ("redshift:DescribeScheduledActions", "scheduler:ListSchedules")),
    }  # fmt: skip


# What should be.


def _refuse(config: Config, seen: Observed) -> None:
    """Raises Problem for a budget that cannot be kept: the price is not known, or it is less than that of an hour."""
    if config.budget_usd is None:
        return
    price = seen.hourly(config.node_type, config.number_of_nodes)
    if price is None:
        raise Problem(
            f"It is not known when DWH_BUDGET_USD = {config.budget_usd} is used up.",
            f"The price of {config.node_type} in {seen.place.region} is not known here.",
            "Write a duration instead, DWH_AUTO_PAUSE = 4h say, and blank DWH_BUDGET_USD in dwh.cfg.",
        )
    if config.budget_usd < price:
        raise Problem(
            f"DWH_BUDGET_USD = {config.budget_usd} is less than one hour of {config.number_of_nodes} x {config.node_type} "
            f"costs: {price} US dollars.",
            "The cluster would be paused almost as soon as it is available.",
            f"Write DWH_BUDGET_USD = {price} or more into dwh.cfg, or blank it.",
        )


def wanted(config: Config, seen: Observed, now: datetime) -> tuple[Schedule, ...]:
    """Those that dwh.cfg asks for."""
    there, called, found = known(seen) or Scheduling(), names(config.identifier), []
    arn = there.role.arn if there.role else seen.place.role_arn(role_name(seen.place.region, config.identifier))

    def add(kind: str, expression: str, zone: str, why: str) -> None:
        action = RESUME_ACTION if kind == RESUME else PAUSE_ACTION
        found.append(Schedule(called[kind], action, config.identifier, expression, zone, why, arn, RETRIED[kind]))

    def add_once(kind: str, seconds: int, why: str) -> None:
        counting = before.counting(there, config.identifier, kind)  # what is there, also as earlier versions made it
        due = _due(counting, why, timedelta(seconds=seconds), seen, now)
        add(kind, RATE, UTC, why)
        once = attempted(found.pop(), due)
        soon = now.replace(microsecond=0) + SOON
        found.append(attempted(once, soon) if once not in there.schedules and due <= now else once)

    def attempted(once: Schedule, due: datetime) -> Schedule:
        """Until AWS resumes the cluster: an attempt after that would undo it. One at least.

        API reference, CreateSchedule, EndDate: "invocations might stop on, or before," it. So it is at no attempt, but
        shortly before the first one that is not to be.
        """
        resume = next_run(cron(hours.begin, hours.days), hours.zone, due) if hours else None
        length = min(ATTEMPTED, resume - LATE - due) if resume else ATTEMPTED
        attempts = max(1, -(-length // ATTEMPTS_APART))
        return replace(once, start=due, end=due + attempts * ATTEMPTS_APART - timedelta(minutes=1))

    hours, pause, budget = config.running_hours, config.auto_pause, config.budget_usd
    if hours:
        add(PAUSE, cron(hours.end, hours.end_days), hours.zone, f"DWH_RUNNING_HOURS = {hours.text}")
        add(RESUME, cron(hours.begin, hours.days), hours.zone, f"DWH_RUNNING_HOURS = {hours.text}")
    if isinstance(pause, PauseDaily):
        add(DAILY, cron(pause.minute), pause.zone, f"DWH_AUTO_PAUSE = {pause.text}")
    if isinstance(pause, PauseAfter):
        add_once(ONCE, pause.minutes * 60, f"DWH_AUTO_PAUSE = {pause.text}")
    if budget is not None:
        rate = _rate(config, seen)
        add_once(BUDGET, int(budget / rate * 3600) + 1, f"DWH_BUDGET_USD = {budget} at {rate.normalize():f} USD an hour")
    return tuple(found)


def _due(counting: Schedule | None, why: str, length: timedelta, seen: Observed, now: datetime) -> datetime:
    """When a pause is due that comes once: as it was set before, where that still counts; else counted from now.

    No API tells when a cluster was resumed. So the time that is left is what the schedule itself says.
    """
    now = now.replace(microsecond=0)
    if counting is None or counting.description.partition(" at ")[0] != why.partition(" at ")[0]:
        return now + length
    due = counting.due
    if due is None or (counting.end or due + ATTEMPTED) <= now:
        return now + length
    same = counting.description == why
    if phase(seen.cluster) in (Phase.ABSENT, Phase.PAUSED):
        return due if same and now + length - due <= STARTING else now + length
    created = seen.cluster.created_at if seen.cluster else None
    if created and counting.set_at and counting.set_at < created:
        return created.replace(microsecond=0) + length
    if same:
        return due
    used, rate = (re.search(r" at ([0-9.]+) USD", text) for text in (counting.description, why))
    factor = float(Decimal(used[1]) / Decimal(rate[1])) if used and rate else 1.0
    return max((now + (due - now) * factor).replace(microsecond=0), now + SOON)


def _rate(config: Config, seen: Observed) -> Decimal:
    """USD an hour of the cluster as it is; of the one that dwh.cfg asks for, where it is to be made."""
    there = seen.cluster
    known = seen.hourly(there.node_type, there.number_of_nodes) if there else None
    rate = known or seen.hourly(config.node_type, config.number_of_nodes)
    assert rate is not None, "a budget without a price is refused before"
    return rate


# The steps there.


def _removal(config: Config, seen: Observed, there: Scheduling, context: Context) -> list[Step]:
    """No schedule, and then no role; a schedule that could not be deleted, or is not known, keeps its role."""
    deleted = [_delete(each.name) for each in there.schedules]
    if there.unread or any(step.key in context.left_out for step in deleted):
        return deleted
    own = [replace(roles.delete_role(there.role), optional=True)] if there.role is not None and there.role.ours else []
    return [*deleted, *own, *before.leaving(config, seen, there.old_role)]


def _role_steps(config: Config, place: Place, there: Scheduling) -> list[Step]:
    """A role of someone else's is used as it is."""
    role, name = there.role, role_name(place.region, config.identifier)
    if role is not None and not role.ours:
        return []
    actions = ["redshift:PauseCluster", "redshift:ResumeCluster"]
    allowed = {"Effect": "Allow", "Action": actions, "Resource": place.cluster_arn(config.identifier)}
    policy = {"Version": "2012-10-17", "Statement": [allowed]}
    granted = role is not None and dict(role.inline).get(POLICY) == policy
    may = f"only pause and resume cluster {config.identifier}"
    grants = [] if granted else [roles.put_policy(name, POLICY, policy, may)]
    steps = roles.put_right(name, role, place.account, wanted_tags(config), grants, SCHEDULER)
    return [replace(step, optional=True) for step in steps]


def _put_steps(every: Sequence[Schedule], place: Place, there: Scheduling, now: datetime) -> list[Step]:
    steps = []
    for each in every:
        found = there.named(each.name)
        if found != each:
            run = each.next_run(now)
            when = f"{'' if each.once else 'next '}{spoken(run, each.zone)}" if run else each.expression
            steps.append(_put(each, when, place, there, is_new=found is None))
    return steps


def _put(schedule: Schedule, when: str, place: Place, there: Scheduling, is_new: bool) -> Step:
    """API reference, CreateSchedule, where a lost answer shows as ConflictException; UpdateSchedule replaces every value.

    when: its next run, for a person. User Guide, Using universal targets: the target's ARN has neither Region nor account.
    """
    asked = {
        "Name": schedule.name,
        "Description": schedule.description,
        "ScheduleExpression": schedule.expression,
        "ScheduleExpressionTimezone": schedule.zone,
        **({"StartDate": schedule.start, "EndDate": schedule.end} if schedule.end else {}),
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE" if schedule.once else "NONE",
        "State": "ENABLED",
        "Target": {
            "Arn": f"arn:{place.partition}:scheduler:::aws-sdk:redshift:{schedule.action}",
            "RoleArn": schedule.role_arn,
            "Input": json_text({"ClusterIdentifier": schedule.cluster}),
            "RetryPolicy": {
                "MaximumEventAgeInSeconds": schedule.retry_seconds,
                "MaximumRetryAttempts": MOST_RETRIES,
            },
        },
    }
    operation, ignore = ("CreateSchedule", ("ConflictException",)) if is_new else ("UpdateSchedule", ())
    call = Call("scheduler", operation, asked, ignore, _role_settles(schedule, there.role))
    does = f"have AWS {schedule.verb} cluster {schedule.cluster} by itself"
    does = does if is_new else f"change when AWS {schedule.verb}s cluster {schedule.cluster}"
    return Step(f"{does}: {when} ({schedule.description})", (call,), optional=True, same_as=f"{operation} {schedule.name}")


def _role_settles(schedule: Schedule, role: Role | None) -> Retry | None:
    """AWS's words for a role of ours that it cannot assume yet; Terraform's provider repeats the call as well."""
    if role is not None and not role.ours:
        return None
    name = schedule.role_arn.rpartition("/")[2]
    return replace(
        role_settles(schedule.role_arn),
        codes=("ValidationException",),
        saying="must allow AWS EventBridge Scheduler to assume the role",
        what=f"EventBridge Scheduler does not accept IAM role {name}.",
        why="AWS still says that the role must allow EventBridge Scheduler to assume it",
    )


def _delete(name: str) -> Step:
    calls = (Call("scheduler", "DeleteSchedule", {"Name": name}, ignore=("ResourceNotFoundException",)),)
    return Step(f"delete schedule {name}", calls, optional=True)


def _why_not(there: Scheduling, needed: Sequence[Step], context: Context) -> str:
    """Why there cannot be the schedules that dwh.cfg asks for; empty where there can."""
    unread = there.unread or there.role_unread
    if unread:
        return f"{unread.what} could not be read ({unread.problem.why})."
    role = there.role
    if role is not None and not role.ours and not trusts(role.trust, SCHEDULER):
        return f"IAM role {role.name} is there, these scripts did not make it, and it does not let {SCHEDULER} take it."
    failed = [step for step in needed if step.key in context.left_out and "UpdateSchedule" not in step.operations]
    return f"it was not possible to {failed[0]}." if failed else ""


def _rotation(config: Config, seen: Observed) -> list[str]:
    """What a pause can do to a password that AWS keeps; the command is for when the cluster runs again.

    Management Guide, Managing Amazon Redshift admin passwords using AWS Secrets Manager: rotated every 30 days. Its secrets
    are named `redshift!<identifier>-<user>`.
    """
    there = seen.cluster
    if not (config.managed_password or (there and there.managed_password)):
        return []
    secret = f"redshift!{config.identifier}-{there.user if there else config.user}"
    return [
        f"AWS rotates the admin password of cluster {config.identifier} every 30 days, and a pause at that moment ends the "
        "rotation for good. To start it again once the cluster runs: "
        f"`aws secretsmanager rotate-secret --secret-id '{secret}' --region {seen.place.region}`."
    ]


def _outside_hours(config: Config, every: Sequence[Schedule], now: datetime) -> list[str]:
    """What to say where the cluster runs now, and DWH_RUNNING_HOURS has it paused."""
    hours = config.running_hours
    if hours is None:
        return []
    pause = next_run(cron(hours.end, hours.end_days), hours.zone, now)
    resume = next_run(cron(hours.begin, hours.days), hours.zone, now)
    if pause is None or resume is None or pause < resume:
        return []
    first = min([pause, *(each.start for each in every if each.start)])
    return [
        f"It is outside DWH_RUNNING_HOURS = {hours.text} now: the cluster is left running until the next pause, "
        f"{spoken(first, hours.zone)}."
    ]
