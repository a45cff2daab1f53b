"""What the tool can do beside the role, the cluster, the security group and the file: each stands in its own folder.

Outside of it an ability is named here and by its options in `iac/config/`. With one taken out of ABILITIES the rest works
all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from iac import endpoint, money, s3
from iac.report import Told
from iac.schedule import plan as schedule
from iac.schedule.look import look as schedule_look
from iac.schedule.others import at_end as schedule_at_end
from iac.schedule.value import NAME as SCHEDULE
from iac.steps.permissions import operator_policy

if TYPE_CHECKING:
    from iac.config import Config
    from iac.look import Look
    from iac.plan.context import Part
    from iac.report import Report
    from iac.run import Run
    from iac.steps.permissions import Permissions


@dataclass(frozen=True, kw_only=True)
class Ability:
    """What one of them adds to each stage of a run; None where it adds nothing.

    name: of what it keeps: in Observed.of what it has looked at, in Report.of what it has found out at the end.
    look: begins its looks, beside the others; its result is in the look at the account. Raises Problem as any look.
    running, paused, gone: its part of the plan of that name. Its steps come before the cluster's own, or after its deletion;
    those in Plan.after once the cluster is made.
    at_end: looks that no run waits for before its end. Raises nothing.
    told: what the result says of it.
    permissions: what the login needs for it.
    """

    name: str
    look: Look | None = None
    running: Part | None = None
    paused: Part | None = None
    gone: Part | None = None
    at_end: Callable[[Run], Any] | None = None
    told: Callable[[Report], Told] | None = None
    permissions: Callable[[Config], Permissions] | None = None

    def part(self, goal: str) -> Part | None:
        """Of the plan for this goal: running, paused or gone."""
        return {"running": self.running, "paused": self.paused, "gone": self.gone}[goal]


ABILITIES = (
    Ability(name=s3.NAME, look=s3.look, running=s3.running, permissions=s3.permissions),
    Ability(
        name=money.NAME, look=money.look, running=money.running, at_end=money.at_end, told=money.told,
        permissions=money.permissions,
    ),
    Ability(
        name=SCHEDULE, look=schedule_look, running=schedule.running, paused=schedule.paused, gone=schedule.gone,
        at_end=schedule_at_end, told=schedule.told, permissions=schedule.permissions,
    ),
    Ability(name=endpoint.NAME, at_end=endpoint.at_end, told=endpoint.told, permissions=endpoint.permissions),
)  # fmt: skip
"""In the order of their rows in the result. Where several refuse, the first one's words are the ones said: a bucket that does
not exist, then the price, then a budget that cannot be kept."""


def with_told(report: Report, abilities: Iterable[Ability]) -> Report:
    """The report, and in it what these say."""
    every = [ability.told(report) for ability in abilities if ability.told is not None]
    return replace(report, told=Told(
        rows=tuple(row for each in every for row in each.rows),
        access=tuple(row for each in every for row in each.access),
        lines=tuple(line for each in every for line in each.lines),
        stored={what: words for each in every for what, words in each.stored.items()},
        json={key: value for each in every for key, value in each.json.items()},
        pause=next((each.pause for each in every if each.pause), None),
    ))  # fmt: skip


def login_policy(config: Config) -> dict[str, Any]:
    """The IAM policy that the login needs for the warehouse of this dwh.cfg, with all abilities."""
    config = config.for_login("")
    return operator_policy(config, [each.permissions(config) for each in ABILITIES if each.permissions is not None])
