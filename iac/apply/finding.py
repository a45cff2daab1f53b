"""Ids behind names, looked up when they are needed."""

from __future__ import annotations

from iac.aws import network
from iac.errors import GaveUp
from iac.run import Run
from iac.wait import Cadence, until


def group_id(run: Run, name: str, vpc_id: str) -> str:
    """The id behind a group's name; a group made a moment ago may take seconds to be seen."""
    def look() -> str | None:
        return next((group.group_id for group in network.look(run.door, name) if group.vpc_id == vpc_id), None)

    def gave_up(seconds: float) -> GaveUp:
        return GaveUp(
            f"Security group {name} is not to be seen.",
            f"It was created, but after {seconds:.0f} s EC2 still does not list it.",
            "Run the same command again: it goes on from here.",
        )

    return until(look, run.clock, Cadence(((0, 1),)), 60.0, gave_up)
