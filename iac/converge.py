"""The loop: look, let settle, plan, apply, until there is nothing left to do."""

from __future__ import annotations

from collections.abc import Callable

from iac.executor import carry_out
from iac.errors import Busy, GaveUp, Problem
from iac.observed import Observed
from iac.run import Run
from iac.settle import Phase, phase
from iac.steps import Step
from iac.wait import Cadence

Look = Callable[[], Observed]
Plan = Callable[[Observed], list[Step]]

BUSY_LIMIT = 900.0
"""Seconds of "an operation is running" in a row. AWS says so although the status
is `available`, just after a change; Terraform, too, allows 15 min."""

BUSY_CADENCE = Cadence(((0, 1), (10, 5), (120, 15)))
STALE_LIMIT = 60.0
"""Seconds for which a look may still show what was before: IAM, EC2 and Redshift are
eventually consistent (IAM User Guide, Troubleshooting; EC2 API, Eventual consistency)."""

STALE_PAUSE = 2.0
MOST_ROUNDS = 20
"""Rounds of plan and apply that change something. A round ends where the cluster
has to settle, so some are usual; this many mean that AWS does not keep what is set."""


def converge(run: Run, look: Look, plan: Plan, wait: bool = True) -> None:
    """Rounds of look, settle, plan, apply, until a plan is empty: the fixed point.

    Without wait, until the cluster would have to be waited for. Raises Problem.
    """
    for _ in range(MOST_ROUNDS):
        if not _round(run, look, plan, wait):
            return
    raise Problem(
        f"Cluster {run.config.identifier} does not stay as it was set.",
        f"What was set was different again at the next look, {MOST_ROUNDS} times: {'; '.join(run.done[-3:])}.",
        "See who else changes it (CloudTrail, another dwh.cfg with this identifier), then run this again.",
    )


def _round(run: Run, look: Look, plan: Plan, wait: bool) -> bool:
    """One round; False when there was nothing to do, or nothing that can be done without wait.

    When AWS is busy, the picture was stale: the round starts anew.
    """
    busy_since: float | None = None
    while True:
        try:
            seen, moved = _settled(run, look, wait)
            if moved:
                busy_since = None
            if phase(seen.cluster) is Phase.MOVING:
                return False
            steps = plan(seen)
            _resolve_doubt(run, steps)
            if steps and _was_just_done(run, steps[0]):
                run.clock.sleep(STALE_PAUSE * run.clock.pace)
                continue
            return _carry_out_all(run, steps, wait, look)
        except Busy as busy:
            now = run.clock.monotonic()
            busy_since = now if busy_since is None else busy_since
            if now - busy_since > BUSY_LIMIT:
                raise
            if run.elapsed > run.patience:
                raise GaveUp(busy.what, busy.why, "Run the same command again to go on.") from None
            run.progress.trouble(busy)
            run.clock.sleep(BUSY_CADENCE.next_look((now - busy_since) / run.clock.pace) * run.clock.pace)


def _settled(run: Run, look: Look, wait: bool) -> tuple[Observed, bool]:
    """Settle first, then plan: what is seen here does not move, unless wait is False. And whether it did move."""
    seen = run.see(look())
    if phase(seen.cluster) is not Phase.MOVING or not wait:
        return seen, False
    run.settle(began_here=bool(run.done))
    return run.see(look()), True


def _resolve_doubt(run: Run, steps: list[Step]) -> None:
    """A step whose answer was lost was carried out all the same, if it is not planned any more."""
    doubtful, run.doubtful = run.doubtful, None
    if doubtful is None or doubtful.key in [step.key for step in steps]:
        return
    snapshot = doubtful.final_snapshot
    if snapshot:
        made = [each.identifier for each in run.seen.snapshots] if run.seen else []
        if snapshot not in made:
            return  # another run's delete, with a snapshot of its own
        run.snapshot = snapshot
    _tell(run, doubtful)


def _was_just_done(run: Run, step: Step) -> bool:
    """Then the look was older than the deed; to do it again would not make it newer."""
    done_at = run.done_at.get(step.key)
    return done_at is not None and run.clock.monotonic() - done_at < STALE_LIMIT * run.clock.pace


def _tell(run: Run, step: Step) -> None:
    if str(step) not in run.done:
        run.done.append(str(step))
    run.done_at[step.key] = run.clock.monotonic()
    run.progress.done(str(step))


def _carry_out_all(run: Run, steps: list[Step], wait: bool, look: Look) -> bool:
    """The steps in order, up to one after which the cluster has to settle: then all is looked at anew."""
    for step in steps:
        assert run.seen is not None
        run.progress.begin(step)
        run.doubtful = step
        carry_out(step, run)
        run.doubtful = None
        _tell(run, step)
        if step.settles and not wait:
            run.see(look())
            return False
        if step.settles:
            run.settle(began_here=True)
            return True
    return bool(steps)
