"""The loop: look, let settle, plan, apply, until there is nothing left to do."""

from __future__ import annotations

from collections.abc import Callable

from iac.apply import apply
from iac.errors import Busy, Problem
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
    began = run.clock.monotonic()
    while True:
        try:
            seen = _settled(run, look, wait)
            if phase(seen.cluster) is Phase.MOVING:
                return False
            return _carry_out(run, plan(seen), wait, look)
        except Busy as busy:
            if run.clock.monotonic() - began > BUSY_LIMIT:
                raise
            run.progress.trouble(busy)
            waited = (run.clock.monotonic() - began) / run.clock.pace
            run.clock.sleep(BUSY_CADENCE.next_look(waited) * run.clock.pace)


def _settled(run: Run, look: Look, wait: bool) -> Observed:
    """Settle first, then plan: what is seen here does not move, unless wait is False."""
    seen = run.see(look())
    if phase(seen.cluster) is Phase.MOVING and wait:
        run.settle(began_here=bool(run.done))
        seen = run.see(look())
    return seen


def _carry_out(run: Run, steps: list[Step], wait: bool, look: Look) -> bool:
    """The steps in order, up to one after which the cluster has to settle: then all is looked at anew."""
    for step in steps:
        assert run.seen is not None
        run.progress.begin(step)
        apply(step, run, run.seen)
        run.done.append(str(step))
        run.progress.done(str(step))
        if step.settles and not wait:
            run.see(look())
            return False
        if step.settles:
            run.settle(began_here=True)
            return True
    return bool(steps)
