"""Plans and reports with all abilities. A plan's steps alone, as the tables of the tests have them: each raises its refusal."""

from __future__ import annotations

from typing import Any

from iac.abilities import ABILITIES, with_told
from iac.config import Config
from iac.observed import Observed
from iac.plan import Context, Plan, gone, paused, running
from iac.report import Report
from iac.steps import Step


def steps(plan: Plan) -> list[Step]:
    if plan.refused is not None:
        raise plan.refused
    return list(plan.steps)


def parts(goal: str) -> list[Any]:
    return [part for part in (each.part(goal) for each in ABILITIES) if part is not None]


def to_running(config: Config, seen: Observed, context: Context) -> list[Step]:
    return steps(running(config, seen, context, parts("running")))


def to_paused(config: Config, seen: Observed, context: Context) -> list[Step]:
    return steps(paused(config, seen, context, parts("paused")))


def to_gone(config: Config, seen: Observed, keep_data: bool, context: Context) -> list[Step]:
    return steps(gone(config, seen, keep_data, context, parts("gone")))


def remarks(config: Config, seen: Observed, context: Context) -> tuple[str, ...]:
    return running(config, seen, context, parts("running")).details


def reported(*values: Any, **named: Any) -> Report:
    """A Report, with what the abilities say of it."""
    return with_told(Report(*values, **named), ABILITIES)
