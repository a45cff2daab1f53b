"""Deleting what others may still hold."""

from __future__ import annotations

from iac import steps
from iac.aws import cluster, network
from iac.errors import Busy, Problem
from iac.run import Run
from iac.settle import Phase, broken, phase
from iac.wait import Cadence
from iac.watch import Going

GROUP_CADENCE = Cadence(((0, 3), (30, 10), (300, 20)), "usually under 5 min")
GROUP_LIMIT = 900.0
"""Seconds until a security group must be free; Terraform, too, allows 15 min."""


def delete_cluster(run: Run, step: steps.DeleteCluster) -> None:
    """A paused cluster is resumed first, should AWS take no final snapshot of it as it is."""
    try:
        cluster.delete(run.door, step.identifier, step.snapshot, step.keep_days)
    except Busy as refused:
        found = cluster.look(run.door, step.identifier)
        if phase(found) is Phase.BROKEN and found is not None:
            raise broken(found, refused.why) from None
        if phase(found) is not Phase.PAUSED or step.snapshot is None:
            raise
        run.progress.note(f"AWS does not delete the paused cluster so ({refused.why}); it is resumed first.")
        cluster.resume(run.door, step.identifier)
        run.settle(began_here=True)
        cluster.delete(run.door, step.identifier, step.snapshot, step.keep_days)
    run.snapshot = step.snapshot


def delete_group(run: Run, group_id: str, name: str) -> None:
    """Wait until the group is free, and delete it. Raises Problem that names what holds it."""
    def attempt() -> bool | Going:
        return network.delete(run.door, group_id) or Going("still in use")

    def gave_up(seconds: float, status: str) -> Problem:
        holders = ", ".join(network.users(run.door, group_id)) or "nothing that EC2 names"
        return Problem(
            f"Security group {name} ({group_id}) cannot be deleted.",
            f"After {seconds / 60:.0f} min it is still in use by {holders}.",
            "The cluster is gone and the group costs nothing; free it, then run `python delete_cluster.py` again.",
        )

    run.watch(f"security group {name}", attempt, GROUP_CADENCE, limit=GROUP_LIMIT, gave_up=gave_up)
