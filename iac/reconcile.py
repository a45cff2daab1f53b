"""The loop: look, let settle, plan, carry out, until there is nothing left to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iac.conflicts import as_lasting
from iac.errors import Conflict, Problem, Replan, TimedOut
from iac.executor import carry_out
from iac.observed import Cluster, Observed
from iac.run import Run
from iac.status import is_changing
from iac.steps import Step
from iac.wait import Cadence

Look = Callable[[], Observed]
Plan = Callable[[Observed], list[Step]]

BUSY_CADENCE = Cadence(((0, 1), (10, 5), (120, 15)))
STALE_LIMIT = 30.0
"""Seconds for which a look may still show what was before: IAM, EC2 and Redshift are
eventually consistent (IAM User Guide, Troubleshooting; EC2 API, Eventual consistency)."""

STALE_CADENCE = Cadence(((0, 2), (20, 5)))
MOST_TIMES = 2
"""How often a step is carried out that AWS accepts and then does not show."""

MOST_ROUNDS = 20
"""Rounds of plan and apply that change something. A round ends where the cluster
has to settle, so some are usual; this many mean that AWS does not keep what is set."""


@dataclass(frozen=True)
class Goal:
    """What a verb is after.

    changing: whether a cluster like this is waited for before a plan is made.
    tolerant: a step that fails is left out, and told at the end, while the others are carried out.
    """

    look: Look
    plan: Plan
    changing: Callable[[Cluster | None], bool] = is_changing
    tolerant: bool = False


def reconcile(run: Run, goal: Goal, wait: bool = True) -> None:
    """Rounds of look, settle, plan, carry out, until a plan is empty: the fixed point.

    Without wait, until the cluster would have to be waited for. Raises Problem.
    """
    for _ in range(MOST_ROUNDS):
        if not _round(run, goal, wait):
            return
    raise Problem(
        f"Cluster {run.config.identifier} does not stay as it was set.",
        f"What was set was different again at the next look, {MOST_ROUNDS} times: {'; '.join(run.done[-3:])}.",
        "See who else changes it (CloudTrail, another dwh.cfg with this identifier), then run this again.",
    )


def _round(run: Run, goal: Goal, wait: bool) -> bool:
    """One round; False when there was nothing to do, or nothing that can be done without wait.

    When AWS is busy, what was seen is out of date: the round starts anew.
    """
    busy_since: float | None = None
    while True:
        try:
            seen, moved = _settled(run, goal, wait)
            if moved:
                busy_since = None
            steps = [step for step in goal.plan(seen) if step.key not in run.left_out]
            if goal.changing(seen.cluster) and not steps:
                return False
            _resolve_doubt(run, steps)
            if steps and _was_just_done(run, steps[0]):
                _pause(run, STALE_CADENCE, run.clock.monotonic() - run.done_at[steps[0].key])
                continue
            if _left_out(run, steps):
                continue
            return _carry_out_all(run, steps, goal, wait)
        except Replan:
            run.forget()
        except Conflict as busy:
            run.forget()
            now = run.clock.monotonic()
            busy_since = now if busy_since is None else busy_since
            lasting = as_lasting(run, busy, now - busy_since)
            if lasting is None:
                run.progress.trouble(busy)
                _pause(run, BUSY_CADENCE, now - busy_since, busy)
            elif not _leave_out(run, run.doubtful, goal, lasting):
                raise lasting from None


def _pause(run: Run, cadence: Cadence, waited: float, why: Problem | None = None) -> None:
    """Until the next look. Raises TimedOut when the run's time is over."""
    if run.left <= 0:
        what = why.what if why else f"Cluster {run.config.identifier} does not show yet what was set."
        said = why.why if why else "AWS accepted it, and its answers are eventually consistent."
        raise TimedOut(what, said, "Run the same command again to go on; --timeout MINUTES waits longer.")
    run.forget()
    run.clock.sleep(min(cadence.next_look(waited / run.clock.pace) * run.clock.pace, run.left))


def _settled(run: Run, goal: Goal, wait: bool) -> tuple[Observed, bool]:
    """Settle first, then plan: what is seen here does not move, unless wait is False. And whether it did move.

    A cluster that is available and whose host is not in the file yet is not waited for: HOST comes first.
    """
    seen = run.see(goal.look())
    run.fresh = True
    if not goal.changing(seen.cluster) or not wait or goal.plan(seen):
        return seen, False
    run.settle(bool(run.done), lambda cluster: goal.changing(cluster) and not run.has_new_host(cluster))
    run.accounted = False  # others have been at work meanwhile
    return run.see(goal.look()), True


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
    """Then what was observed is older than the change: AWS is eventually consistent.

    What did not show after the first time is not waited for so long after the second.
    """
    done_at = run.done_at.get(step.key)
    limit = STALE_LIMIT / run.times[step.key] ** 2 * run.clock.pace if done_at is not None else 0.0
    return done_at is not None and run.clock.monotonic() - done_at < limit


def _left_out(run: Run, steps: list[Step]) -> bool:
    """Whether there are some that AWS has accepted more than once and still does not show: the plan is made without."""
    before = len(run.left_out)
    for step in steps:
        if run.times[step.key] > MOST_TIMES and step.essential:
            raise Problem(
                f"AWS accepted it {run.times[step.key]} times to {step}, and it is not so.",
                "Something in the account puts it back: an organization's policy, a schedule, another person.",
                "See in CloudTrail who changes it, then run this again.",
            )
        if run.times[step.key] >= MOST_TIMES and not step.essential:
            problem = Problem(
                f"AWS accepted it {MOST_TIMES} times to {step}, and still shows the old value.",
                "It may wait for the maintenance window, or something in the account puts it back.",
                "Look at it in the AWS console; the next run tries it again.",
            )
            run.left_out[step.key] = problem
            run.progress.note(f"{problem.what} {problem.why} The rest goes on.")
    return len(run.left_out) > before


def _tell(run: Run, step: Step) -> None:
    if str(step) not in run.done:
        run.done.append(str(step))
    run.done_at[step.key] = run.clock.monotonic()
    run.times[step.key] += 1
    run.operations.update(step.operations)
    run.progress.done(str(step))


def _carry_out_all(run: Run, steps: list[Step], goal: Goal, wait: bool) -> bool:
    """The steps in order, up to one after which the cluster has to settle: then all is looked at anew."""
    for step in steps:
        run.progress.begin(step)
        run.doubtful = step
        if not _carried_out(run, step, goal):
            return True
        run.doubtful = None
        _tell(run, step)
        if step.settles and not wait:
            run.see(goal.look())
            return False
        if step.settles:
            run.settle(True, lambda cluster: goal.changing(cluster) and not run.has_new_host(cluster))
            return True
    return bool(steps)


def _carried_out(run: Run, step: Step, goal: Goal) -> bool:
    """False if the step failed and the others go on without it."""
    before = run.seen.cluster if run.seen else None
    try:
        carry_out(step, run)
    except (Conflict, Replan, TimedOut):
        raise
    except Problem as problem:
        if not _leave_out(run, step, goal, problem):
            raise
        return False
    if "DeleteCluster" in step.operations:
        run.deleted = before
    return True


def _leave_out(run: Run, step: Step | None, goal: Goal, problem: Problem) -> bool:
    """Whether the others go on without this step, which failed."""
    if step is None or step.essential or not (goal.tolerant or step.optional):
        return False
    run.left_out[step.key] = problem
    run.doubtful = None
    run.progress.note(f"It was not possible to {step}: {problem.why} {problem.remedy}")
    return True
