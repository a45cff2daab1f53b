"""Amazon Redshift's own scheduled actions on the cluster, which the AWS console makes: pauses, resumes and resizes.

These scripts make none and change none. They are named where a person stops the cluster or asks for a plan: a resume starts
the bill again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from iac.config.times import UTC
from iac.schedule.value import spoken

if TYPE_CHECKING:
    from iac.aws.connection import Connection
    from iac.run import Run

_VERBS = {"PauseCluster": "pauses", "ResumeCluster": "resumes", "ResizeCluster": "resizes"}
"""All that a scheduled action can do (API reference, ScheduledActionType)."""


@dataclass(frozen=True)
class ScheduledAction:
    """One of a cluster. operation: of Redshift's API. schedule: its expression. next_run: None where AWS tells none."""

    name: str
    operation: str
    schedule: str
    next_run: datetime | None

    def sentence(self, identifier: str) -> str:
        """What it does, and when, for a person."""
        when = f"on {spoken(self.next_run, UTC)}" if self.next_run else f"by its schedule {self.schedule}"
        return f"Scheduled action {self.name} of Amazon Redshift {_VERBS[self.operation]} cluster {identifier} {when}"


def at_end(run: Run) -> None:
    """Notes of them in a plan, and after a pause or a deletion. Where the login may not look, or AWS is late: nothing."""
    wanted = run.view.planning or run.operations & {"PauseCluster", "DeleteCluster"}
    if run.view.last_cluster is None or not wanted:
        return
    connection, identifier = run.connection.in_region(run.connection.region), run.config.identifier
    found = run.connection.begin_brief(lambda: scheduled_actions(connection, identifier), ())()
    run.note(*words(found, identifier, run.goal.name, run.place.region))


def scheduled_actions(connection: Connection, identifier: str) -> tuple[ScheduledAction, ...]:
    """The active ones of this cluster. Raises Problem where AWS does not tell."""
    mine: list[dict[str, Any]] = [{"Name": "cluster-identifier", "Values": [identifier]}]
    listed = connection.pages("redshift", "DescribeScheduledActions", "ScheduledActions", Filters=mine, Active=True)

    def next_run(found: dict[str, Any]) -> datetime | None:
        return min(found.get("NextInvocations") or [], default=None)

    return tuple(
        ScheduledAction(each["ScheduledActionName"], operation, each.get("Schedule", ""), next_run(each))
        for each in listed
        for operation in _VERBS
        if operation in each.get("TargetAction", {})
    )


def words(actions: Iterable[ScheduledAction], identifier: str, goal: str, region: str) -> list[str]:
    """What to say of them. goal: running, paused or gone."""
    notes = []
    for each in actions:
        command, name = "aws redshift {}-scheduled-action --scheduled-action-name {}{} --region {}", each.name
        if goal == "gone":
            remedy = command.format("delete", name, "", region)
            said = f". It stays when the cluster is deleted, and then fails each time. To delete it: `{remedy}`"
        elif goal == "paused" and each.operation == "ResumeCluster":
            remedy = command.format("modify", name, " --no-enable", region)
            said = f", and its bill starts again. To leave the cluster paused: `{remedy}`"
        else:
            said = ". These scripts did not make it, and leave it"
        notes.append(f"{each.sentence(identifier)}{said}.")
    return notes
