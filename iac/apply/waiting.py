"""Waits within a step: a role that settles, a snapshot in the making."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from iac.aws import snapshot
from iac.errors import Problem, RoleNotTrusted
from iac.observed import Observed
from iac.run import Run
from iac.wait import Cadence
from iac.watch import Going

ROLE_SETTLES = timedelta(minutes=5)
"""How old a role may be for "not valid" to mean "not yet known everywhere": IAM is
eventually consistent (IAM User Guide, Troubleshooting); seconds are typical."""

ROLE_CADENCE = Cadence(((0, 1.5), (30, 3)), "usually some seconds")
SNAPSHOT_CADENCE = Cadence(((0, 5), (120, 10), (1200, 30)), "usually 1 to 10 min")


def wait_for_snapshot(run: Run, name: str) -> None:
    """Until it can be restored from. Raises Problem when it failed or is gone."""
    def look() -> bool | Going:
        found = snapshot.find(run.door, name)
        if found is None or found.status in ("failed", "deleted", "cancelled"):
            raise Problem(
                f"Snapshot {name} cannot be used.",
                f"Its status is {found.status if found else 'gone'}.",
                "See which there are: `python delete_cluster.py --plan`.",
            )
        return found.status == "available" or Going(found.status)

    run.watch(f"snapshot {name}", look, SNAPSHOT_CADENCE)


def with_settling_role(run: Run, name: str, seen: Observed, ask_for: Callable[[], None]) -> None:
    """Asks again while a new role is not yet trusted; an old one is refused for good."""
    is_new = run.role_changed or seen.role is None or run.clock.now() - seen.role.created_at < ROLE_SETTLES

    def ask() -> bool | Going:
        try:
            ask_for()
            return True
        except RoleNotTrusted:
            if not is_new:
                raise
            return Going("not yet trusted")

    def gave_up(seconds: float, status: str) -> Problem:
        return Problem(
            f"Redshift does not accept IAM role {name}.",
            f"After {seconds:.0f} s AWS still says that the role must delegate access to Amazon Redshift.",
            "Run the same command again; if it stays so, look at the role's trust policy in the IAM console.",
        )

    run.watch(f"IAM role {name}", ask, ROLE_CADENCE, limit=ROLE_SETTLES.total_seconds(), gave_up=gave_up)
