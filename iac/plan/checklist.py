"""What became of all that these scripts make, after a deletion: a row for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from iac.config import Config
from iac.errors import Denied, Problem, Unwritten
from iac.observed import Cluster, Observed, Unread
from iac.plan.access import leaving_steps
from iac.plan.context import Context, Part, Plan
from iac.plan.preconditions import another_cluster
from iac.plan.stopping import may_use_ours, roles_of, why_role_stays
from iac.steps import Step
from iac.steps.network import delete_group

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


def remaining(
    config: Config,
    seen: Observed,
    context: Context,
    parts: Sequence[Part],
    roles: Collection[str],
    failed: Mapping[str, Problem],
    snapshot: str | None,
) -> tuple[tuple[Row, ...], Problem | None]:
    """After a deletion: the rows, the cluster first; and what a person must act on, if something of ours may be left.

    parts: what the abilities add to a deletion. roles: the names of those that may be ours.
    failed: the steps that were left out, by their key, and why.
    snapshot: that the cluster was deleted into.
    """
    unwritten = {key: problem for key, problem in failed.items() if isinstance(problem, Unwritten)}
    failed = {key: problem for key, problem in failed.items() if key not in unwritten}
    of_abilities = [part(config, seen, replace(context, left_out=frozenset()), ()) for part in parts]
    rows = (
        Row(GONE if seen.cluster is None else LEFT, f"cluster {config.identifier}"),
        *(_role(config, seen, name, failed) for name in roles),
        *_groups(seen, context.group, failed),
        *(row for part in of_abilities for row in _of_ability(part, failed)),
        *(Row(LEFT, key.removeprefix("blank "), _line(problem)) for key, problem in unwritten.items()),
    )
    unread = _unread(config, seen, context.last_cluster, [each for part in of_abilities for each in part.unread])
    words = [f"{each.what} ({each.problem.why})" for each in unread]
    words += [f"{step} ({problem.why})" for step, problem in failed.items()]
    if not words:
        return rows, None
    data = f", its data is in snapshot {snapshot}" if snapshot else ""
    remedies = dict.fromkeys(each.remedy for each in (*(u.problem for u in unread), *failed.values()))
    return rows, Problem(
        f"Cluster {config.identifier} is gone and costs nothing{data}; but something of ours may be left.",
        f"It was not possible to look at or to delete: {'; '.join(words)}. None of that costs money.",
        f"{'; '.join(remedies)}. Then run `python delete_cluster.py` again.",
    )


def _unread(config: Config, seen: Observed, last: Cluster | None, of_abilities: list[Unread]) -> list[Unread]:
    """What could not be looked at and may be left of ours. last: the cluster before it went, if this run saw it.

    A cluster that has no tag with a role of ours did not use one; and where no cluster was
    and nothing else of ours is, only the login's rights are in doubt.
    """
    named = config.host or (config.role_arn and not config.only_arn_names_role)
    if last is None and not named and seen.groups_unread is None and not any(group.ours for group in seen.groups):
        return []
    core = (seen.role_unread if may_use_ours(last) else None, seen.groups_unread)
    return [*(each for each in core if each is not None), *of_abilities]


def _role(config: Config, seen: Observed, name: str, failed: Mapping[str, Problem]) -> Row:
    what = f"IAM role {name}"
    role = next((each for each in roles_of(seen) if each.name == name), None)
    if role is None:
        return _not_seen(what, seen.role_unread) if seen.role_unread else Row(GONE, what)
    other = another_cluster(config, seen)
    kept = f"HOST in {config.path.name} is of {other}" if other else why_role_stays(config, seen, role)
    kept = kept if role.ours else _NOT_OURS
    return Row(KEPT, what, kept) if kept else Row(LEFT, what, _why_left(leaving_steps(config, seen, role), failed))


def _of_ability(part: Plan, failed: Mapping[str, Problem]) -> list[Row]:
    """What would still be done is left."""
    rows = [_not_seen(each.what, each) for each in part.unread]
    rows += [Row(LEFT, str(step).removeprefix("delete "), _why_left([step], failed)) for step in part.steps]
    return rows or ([Row(GONE, part.about)] if part.about else [])


def _groups(seen: Observed, name: str, failed: Mapping[str, Problem]) -> list[Row]:
    if seen.groups_unread:
        return [_not_seen(f"security group {name}", seen.groups_unread)]
    rows = []
    for group in seen.groups:
        what = f"security group {group.name} ({group.group_id})"
        left = Row(LEFT, what, _why_left([delete_group(group.group_id, group.name)], failed))
        rows.append(left if group.ours else Row(KEPT, what, _NOT_OURS))
    return rows or [Row(GONE, f"security group {name}")]


def _not_seen(what: str, unread: Unread) -> Row:
    return Row(NOT_SEEN, what, "the login may not look" if isinstance(unread.problem, Denied) else _line(unread.problem))


def _why_left(steps: list[Step], failed: Mapping[str, Problem]) -> str:
    problem = next((failed[step.key] for step in steps if step.key in failed), None)
    if problem is None:
        return ""
    return "the login may not delete it" if isinstance(problem, Denied) else _line(problem)


def _line(problem: Problem) -> str:
    return " ".join(problem.why.split()).rstrip(".")
