"""What became of all that these scripts make, after a deletion: a row for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from iac.config import Config
from iac.errors import Denied, Problem
from iac.observed import Observed, Role, SecurityGroup, Unread
from iac.plan.access import leaving_steps
from iac.plan.preconditions import another_cluster
from iac.plan.stopping import why_role_stays
from iac.steps import Step
from iac.steps.network import delete_group
from iac.steps.schedule import delete_schedule

GONE, KEPT, LEFT, NOT_SEEN = "gone", "kept", "left", "not seen"
"""kept: on purpose. left: it was to go, and is there. not seen: AWS did not let it be looked at."""

_NOT_OURS = "these scripts did not make it"


@dataclass(frozen=True)
class Row:
    """One thing: what became of it, its name for a person, and why where it is not gone."""

    state: str
    what: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.state:<9} {self.what}{f': {self.why}' if self.why else ''}"


def checklist(
    config: Config, seen: Observed, roles: Collection[str], group: str, failed: Mapping[str, Problem]
) -> tuple[Row, ...]:
    """The rows, the cluster first. roles: the names of those that may be ours; group: that of our security group.

    failed: the steps that were left out, by their key, and why.
    """
    return (
        Row(GONE if seen.cluster is None else LEFT, f"cluster {config.identifier}"),
        *(_role(config, seen, name, failed) for name in roles),
        *_groups(seen, group, failed),
        *_schedules(config, seen, failed),
    )


def _role(config: Config, seen: Observed, name: str, failed: Mapping[str, Problem]) -> Row:
    what = f"IAM role {name}"
    role = next((each for each in (seen.role, *seen.old_roles) if each is not None and each.name == name), None)
    if role is None:
        return _not_seen(what, seen.role_unread) if seen.role_unread else Row(GONE, what)
    kept = _why_kept(config, seen, role)
    return Row(KEPT, what, kept) if kept else Row(LEFT, what, _why_left(leaving_steps(config, seen, role), failed))


def _schedules(config: Config, seen: Observed, failed: Mapping[str, Problem]) -> list[Row]:
    """Where dwh.cfg asks for some, or there are some."""
    there = seen.scheduling
    if there is None:
        return []
    rows = [_not_seen(each.what, each) for each in seen.scheduling_unread]
    for schedule in there.schedules:
        rows.append(Row(LEFT, f"schedule {schedule.name}", _why_left([delete_schedule(schedule.name)], failed)))
    for role in there.roles:
        kept, leaving = why_role_stays(config, seen, role, scheduled=True), leaving_steps(config, seen, role, scheduled=True)
        rows.append(Row(KEPT if kept else LEFT, f"IAM role {role.name}", kept or _why_left(leaving, failed)))
    all_gone = [Row(GONE, f"schedules of cluster {config.identifier}")] if config.schedule_options else []
    return rows or all_gone


def _why_kept(config: Config, seen: Observed, role: Role) -> str:
    other = another_cluster(config, seen)
    if not role.ours:
        return _NOT_OURS
    return f"HOST in {config.path.name} is of {other}" if other else why_role_stays(config, seen, role)


def _groups(seen: Observed, name: str, failed: Mapping[str, Problem]) -> list[Row]:
    if seen.groups_unread:
        return [_not_seen(f"security group {name}", seen.groups_unread)]
    return [_group(group, failed) for group in seen.groups] or [Row(GONE, f"security group {name}")]


def _group(group: SecurityGroup, failed: Mapping[str, Problem]) -> Row:
    what = f"security group {group.name} ({group.group_id})"
    if not group.ours:
        return Row(KEPT, what, _NOT_OURS)
    return Row(LEFT, what, _why_left([delete_group(group.group_id, group.name)], failed))


def _not_seen(what: str, unread: Unread) -> Row:
    return Row(NOT_SEEN, what, "the login may not look" if isinstance(unread.problem, Denied) else _line(unread.problem))


def _why_left(steps: list[Step], failed: Mapping[str, Problem]) -> str:
    problem = next((failed[step.key] for step in steps if step.key in failed), None)
    if problem is None:
        return ""
    return "the login may not delete it" if isinstance(problem, Denied) else _line(problem)


def _line(problem: Problem) -> str:
    return " ".join(problem.why.split()).rstrip(".")
