"""The schedules that have AWS pause and resume the cluster: which there should be, and the steps there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from iac import schedule as names
from iac.config import Config
from iac.config.schedule import PauseDaily
from iac.observed import Observed, Role
from iac.plan.access import leaving_steps
from iac.plan.context import Context, missing_tags, wanted_tags
from iac.plan.timers import timers
from iac.policy import SCHEDULER, completed, schedule_policy, schedule_policy_name, trusts
from iac.scheduling import PAUSE_ACTION, RESUME_ACTION, Schedule, Scheduling
from iac.status import Phase, phase
from iac.steps import Step, Tags
from iac.steps import role as roles
from iac.steps import schedule as steps
from iac.steps.cluster import ROLE_SETTLES
from iac.tags import SCHEDULE_TAG, use_tag

PAUSE_RETRIED = 3600
"""Seconds for which a refused pause is tried again, by a resize that is under way say: a missed one costs a night."""

RESUME_RETRIED = 900
"""Less for a resume: one that comes late would undo a pause by hand."""


def wanted_schedules(config: Config, seen: Observed, context: Context) -> tuple[Schedule, ...]:
    """Those that dwh.cfg asks for, in order of their kind."""
    there, called, found = seen.scheduling or Scheduling(), names.names(config.identifier), []
    arn = there.role.arn if there.role else seen.place.role_arn(names.role_name(config.role_name))

    def add(kind: str, expression: str, zone: str, description: str) -> None:
        action, retried = (RESUME_ACTION, RESUME_RETRIED) if kind == names.RESUME else (PAUSE_ACTION, PAUSE_RETRIED)
        found.append(Schedule(called[kind], action, config.identifier, expression, zone, description, arn, retried))

    if hours := config.running_hours:
        why = f"DWH_RUNNING_HOURS = {hours.text}"
        add(names.PAUSE, names.ends(hours), hours.zone, why)
        add(names.RESUME, names.begins(hours), hours.zone, why)
    if isinstance(pause := config.auto_pause, PauseDaily):
        add(names.DAILY, names.daily(pause), pause.zone, f"DWH_AUTO_PAUSE = {pause.text}")
    once = there.named(called[names.ONCE])
    pending = once.description if once and not _is_over(once, context.now) else ""
    if due := timers(config, seen, pending, context.now):
        add(names.ONCE, names.at(due[0].due), "UTC", "; ".join(map(str, due)))
    return tuple(found)


def _is_over(once: Schedule, now: datetime) -> bool:
    """Whether it has run, and is not tried again any more."""
    return names.next_run(once.expression, once.zone, now - timedelta(seconds=once.retry_seconds)) is None


def schedule_steps(config: Config, seen: Observed, context: Context) -> list[Step]:
    """What is missing and what is too much; before the cluster is made or resumed, so that it is never without its pause."""
    there = seen.scheduling
    if there is None or there.unread is not None:
        return []
    if not config.schedule_options:
        return gone_steps(config, seen, context)
    if _why_not(config, seen, context):
        return []
    needed = [*_mark(config, seen), *_role_steps(config, seen), *_put_steps(config, seen, context)]
    kept = {each.name for each in wanted_schedules(config, seen, context)}
    deleted = [steps.delete_schedule(each.name) for each in there.schedules if each.name not in kept]
    leaving = _leaving(config, seen, there.old_roles)
    if any(step.key in context.left_out for step in (*needed, *deleted)):
        return [*needed, *deleted]
    marked = [] if any(step.key in context.left_out for step in leaving) else _mark_anew(config, seen)
    return [*needed, *deleted, *leaving, *marked]


def gone_steps(config: Config, seen: Observed, context: Context) -> list[Step]:
    """No schedule, and no role for one; a schedule that could not be deleted keeps its role."""
    there = seen.scheduling
    if there is None:
        return []
    deleted = [steps.delete_schedule(each.name) for each in there.schedules]
    if there.unread is not None or any(step.key in context.left_out for step in deleted):
        return deleted
    return [*deleted, *_leaving(config, seen, there.roles)]


def unmark_steps(config: Config, seen: Observed, context: Context) -> list[Step]:
    """Last of all, once the options are blank: until then the tag has the next run look."""
    cluster, there = seen.cluster, seen.scheduling
    if config.schedule_options or there is None or there.unread is not None or there.old_unread is not None:
        return []
    marked = cluster is not None and SCHEDULE_TAG in dict(cluster.tags) and phase(cluster) is Phase.READY
    if not marked or any(step.key in context.left_out for step in gone_steps(config, seen, context)):
        return []
    return [steps.unmark_cluster(config.identifier, seen.place.cluster_arn(config.identifier))]


def schedule_tags(config: Config, seen: Observed, context: Context) -> Tags:
    """Of a cluster that is to be made."""
    wanted = config.schedule_options and seen.scheduling and not _why_not(config, seen, context)
    return ((SCHEDULE_TAG, names.role_name(config.role_name)),) if wanted else ()


def unguarded(config: Config, seen: Observed, context: Context) -> list[str]:
    """What to say where dwh.cfg asks for a pause, and AWS was not brought to make it."""
    why = _why_not(config, seen, context) if config.schedule_options and seen.scheduling else ""
    if not why:
        return []
    return [
        f"NOTHING PAUSES cluster {config.identifier} by itself, although {' and '.join(config.schedule_options)} asks for it: "
        f"{why} It costs money until `python delete_cluster.py --pause` or `python delete_cluster.py`."
    ]


def _why_not(config: Config, seen: Observed, context: Context) -> str:
    """Why there cannot be schedules, empty where there can."""
    there, name = seen.scheduling or Scheduling(), names.role_name(config.role_name)
    if there.unread is not None:
        return f"{there.unread.what} could not be read ({there.unread.problem.why})."
    if there.role is not None and not there.role.ours and not trusts(there.role.trust, SCHEDULER):
        return f"IAM role {name} is there, these scripts did not make it, and it does not let {SCHEDULER} take it."
    made = (*_role_steps(config, seen), *_put_steps(config, seen, context))
    failed = [step for step in made if step.key in context.left_out and "UpdateSchedule" not in step.operations]
    return f"it was not possible to {failed[0]}." if failed else ""


def _mark(config: Config, seen: Observed) -> list[Step]:
    """A new cluster is made with the tag."""
    cluster = seen.cluster
    if cluster is None or SCHEDULE_TAG in dict(cluster.tags):
        return []
    return [_marking(config, seen, phase(cluster) is Phase.PAUSED)]


def _mark_anew(config: Config, seen: Observed) -> list[Step]:
    """The role has another name now. Once the old one is gone: until then the tag tells of it."""
    marked = dict(seen.cluster.tags).get(SCHEDULE_TAG) if seen.cluster else None
    assert seen.scheduling is not None
    unknown = seen.scheduling.old_unread is not None or phase(seen.cluster) is not Phase.READY
    if unknown or marked in (None, names.role_name(config.role_name)):
        return []
    return [_marking(config, seen, False)]


def _marking(config: Config, seen: Observed, is_paused: bool) -> Step:
    role, arn = names.role_name(config.role_name), seen.place.cluster_arn(config.identifier)
    return steps.mark_cluster(config.identifier, arn, role, is_paused)


def _role_steps(config: Config, seen: Observed) -> list[Step]:
    """A role of someone else's is used as it is, and so is one that the login may not read."""
    assert seen.scheduling is not None
    role, name = seen.scheduling.role, names.role_name(config.role_name)
    if seen.scheduling.role_unread is not None or (role is not None and not role.ours):
        return []
    tags = (*wanted_tags(config), use_tag(seen.place.region, config.identifier))
    policy = schedule_policy_name(seen.place.region, config.identifier)
    document = schedule_policy(seen.place.cluster_arn(config.identifier))
    grant = steps.put_policy(name, policy, document, config.identifier)
    if role is None:
        return [steps.create_role(name, seen.place.account, tags), grant]
    missing, trust = missing_tags(tags, role.tags), completed(role.trust, seen.place.account, SCHEDULER)
    return [
        *([replace(roles.tag_role(name, missing), optional=True)] if missing else []),
        *([steps.set_trust(name, trust)] if trust != role.trust else []),
        *([grant] if dict(role.inline).get(policy) != document else []),
    ]


def _put_steps(config: Config, seen: Observed, context: Context) -> list[Step]:
    there, found = seen.scheduling, []
    assert there is not None
    for each in wanted_schedules(config, seen, context):
        before = there.named(each.name)
        if before == each:
            continue
        run = names.next_run(each.expression, each.zone, context.now)
        when = f"{'' if each.once else 'next '}{names.spoken(run, each.zone)}" if run else each.expression
        put = steps.create_schedule if before is None else steps.update_schedule
        if before is not None and before == replace(each, expression=before.expression, description=before.description):
            recounted = each.once and before.reasons == each.reasons and phase(seen.cluster) is Phase.READY
            put = _counting if recounted else put
        found.append(put(each, when, seen.place.partition, _is_new(there, context)))
    return found


def _counting(schedule: Schedule, when: str, partition: str, _: bool) -> Step:
    return steps.count_from_available(schedule, when, partition)


def recount_steps(config: Config, seen: Observed, context: Context) -> list[Step]:
    """After a cluster is made, the one-time pause counts from then; its time is not known before."""
    if not config.schedule_options or seen.scheduling is None or _why_not(config, seen, context):
        return []
    once = [each for each in wanted_schedules(config, seen, context) if each.once]
    return [steps.count_from_available(each, "", seen.place.partition) for each in once]


def _is_new(there: Scheduling, context: Context) -> bool:
    """Whether AWS may still have to learn who may assume the role."""
    role = there.role
    if there.role_unread is not None:
        return False
    return role is None or context.role_changed or context.now - role.created_at < timedelta(seconds=ROLE_SETTLES)


def _leaving(config: Config, seen: Observed, old: tuple[Role, ...]) -> list[Step]:
    every = [step for role in old for step in leaving_steps(config, seen, role, scheduled=True)]
    return [replace(step, optional=True) for step in every]
