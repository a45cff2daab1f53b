"""The story: look, let settle, plan, apply, until there is nothing left to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from iac.apply import apply
from iac.aws.address import own_address
from iac.aws.connection import DEFAULT_REGION, Access, Door, aws_session
from iac.config import Config, check_writable, git_exposure, read
from iac.errors import Busy, Problem
from iac.observe import find_place, group_name, observe_to_run, observe_to_stop
from iac.observed import Observed
from iac.plan import to_gone, to_running
from iac.progress import Progress
from iac.report import Report
from iac.run import Run
from iac.settle import Phase, phase
from iac.steps import Step
from iac.wait import Cadence, Clock, SystemClock

BUSY_LIMIT = 900.0
"""Seconds of "an operation is running" in a row. AWS says so although the status
is `available`, just after a change; Terraform, too, allows 15 min."""

BUSY_CADENCE = Cadence(((0, 1), (10, 5), (120, 15)))
MOST_ROUNDS = 8
"""Rounds of plan and apply that change something. One is the rule; more than a few
mean that AWS does not keep what is set."""

STATE_FILE = ".dwh-simulator"
"""Where the simulated account is kept, beside dwh.cfg."""

Look = Callable[[], Observed]
Plan = Callable[[Observed], list[Step]]

PATIENCE = 75 * 60.0
"""Seconds that a run waits in all, unless told otherwise."""


class Warehouse:
    """The warehouse of one dwh.cfg, on one account."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def create(self, wait: bool = True) -> Report:
        """Bring it up and put it right; without wait, return once AWS has accepted.

        Raises Problem; running it again goes on from there.
        """
        return self._converge(self._look_to_run, self._plan_to_run, wait)

    def plan_create(self) -> Report:
        """What is there and what create would do; nothing is changed."""
        return self._planned(self._look_to_run, self._plan_to_run)

    def delete(self, keep_data: bool = True) -> Report:
        """Take it down, into a final snapshot unless told otherwise.

        Raises Problem; running it again goes on from there.
        """
        return self._converge(self._look_to_stop, self._plan_to_stop(keep_data))

    def plan_delete(self, keep_data: bool = True) -> Report:
        """What is there and what delete would do; nothing is changed."""
        return self._planned(self._look_to_stop, self._plan_to_stop(keep_data))

    def _plan_to_stop(self, keep_data: bool) -> Plan:
        return lambda seen: to_gone(self._run.config, seen, keep_data, self._run.clock.now())

    def _converge(self, look: Look, plan: Plan, wait: bool = True) -> Report:
        """Rounds of look, settle, plan, apply, until a plan is empty: the fixed point."""
        run = self._run
        for _ in range(MOST_ROUNDS):
            if not self._round(look, plan, wait):
                return self._report()
        raise Problem(
            f"Cluster {run.config.identifier} does not stay as it was set.",
            f"What was set was different again at the next look, {MOST_ROUNDS} times: {'; '.join(run.done[-3:])}.",
            "See who else changes it (CloudTrail, another dwh.cfg with this identifier), then run this again.",
        )

    def _round(self, look: Look, plan: Plan, wait: bool) -> bool:
        """One round; False when there was nothing to do, or nothing that can be done without wait.

        When AWS is busy, the picture was stale: the round starts anew.
        """
        run = self._run
        began = run.clock.monotonic()
        while True:
            try:
                seen = self._settled(look, wait)
                if phase(seen.cluster) is Phase.MOVING:
                    return False
                return self._carry_out(plan(seen), wait, look)
            except Busy as busy:
                if run.clock.monotonic() - began > BUSY_LIMIT:
                    raise
                run.progress.trouble(busy)
                waited = (run.clock.monotonic() - began) / run.clock.pace
                run.clock.sleep(BUSY_CADENCE.next_look(waited) * run.clock.pace)

    def _settled(self, look: Look, wait: bool) -> Observed:
        """Settle first, then plan: what is seen here does not move, unless wait is False."""
        seen = self._run.see(look())
        if phase(seen.cluster) is Phase.MOVING and wait:
            self._run.settle(began_here=bool(self._run.done))
            seen = self._run.see(look())
        return seen

    def _carry_out(self, steps: list[Step], wait: bool, look: Look) -> bool:
        run = self._run
        for step in steps:
            assert run.seen is not None
            run.progress.begin(step)
            apply(step, run, run.seen)
            run.done.append(str(step))
            run.progress.done(str(step))
            if step.settles and not wait:
                self._run.see(look())
                return False
            if step.settles:
                run.settle(began_here=True)
        return bool(steps)

    def _look_to_run(self) -> Observed:
        run = self._run
        return observe_to_run(run.door, run.place, run.config, run.own_address)

    def _look_to_stop(self) -> Observed:
        return observe_to_stop(self._run.door, self._run.place, self._run.config)

    def _plan_to_run(self, seen: Observed) -> list[Step]:
        return to_running(self._run.config, seen, group_name(self._run.config))

    def _planned(self, look: Look, plan: Plan) -> Report:
        """The plan without the doing: the very steps that a run would begin with."""
        seen = self._run.see(look())
        steps = [] if phase(seen.cluster) is Phase.MOVING else plan(seen)
        return self._report(tuple(str(step) for step in steps), planned=True)

    def _report(self, steps: tuple[str, ...] | None = None, planned: bool = False) -> Report:
        run = self._run
        done = tuple(run.done) if steps is None else steps
        return Report(run.config, run.seen, done, run.elapsed, planned, run.snapshot)


def connect(
    config: Config, progress: Progress | None = None, clock: Clock | None = None, timeout: float = PATIENCE
) -> Warehouse:
    """The warehouse of this dwh.cfg, on the account that TARGET names.

    timeout: seconds of waiting in all. Raises Problem when AWS does not answer
    or does not accept the credentials.
    """
    progress = progress or Progress()
    progress.opening(config)
    exposed = git_exposure(config.path)
    if exposed:
        progress.note(f"{exposed}.")
    if config.target == "simulator":
        from iac.simulator import SIMULATED_PACE, Simulator

        clock = clock or SystemClock(SIMULATED_PACE)
        account = Simulator(config.path.parent / STATE_FILE, clock)
        session = account.session(config.region or DEFAULT_REGION)
        return connect_to(Access(session, lambda: account.own_address, 1), config, progress, clock, timeout)
    return connect_to(Access(aws_session(config), own_address), config, progress, clock or SystemClock(), timeout)


def connect_to(access: Access, config: Config, progress: Progress, clock: Clock, timeout: float) -> Warehouse:
    """The warehouse of this dwh.cfg, on an account that is at hand."""
    began = clock.monotonic()
    if config.auto_pause:
        progress.note("DWH_AUTO_PAUSE is not acted on: nothing pauses the cluster by itself.")
    door = Door(access.session, clock, progress, access.attempts)
    place = find_place(door, config.target)
    progress.connected(place)
    return Warehouse(Run(config, door, place, clock, progress, access.own_address, began, timeout))


def create(path: str | Path = "dwh.cfg", *, wait: bool = True, progress: Progress | None = None) -> Report:
    """Bring up the warehouse that this file describes. Raises Problem."""
    config = read(Path(path))
    check_writable(config.path)
    return connect(config, progress).create(wait)


def delete(path: str | Path = "dwh.cfg", *, keep_data: bool = True, progress: Progress | None = None) -> Report:
    """Take the warehouse of this file down, into a final snapshot. Raises Problem."""
    config = read(Path(path))
    check_writable(config.path)
    return connect(config, progress).delete(keep_data)


def describe(path: str | Path = "dwh.cfg", *, progress: Progress | None = None) -> Report:
    """What is there, and what create would do. Changes nothing. Raises Problem."""
    return connect(read(Path(path)), progress).plan_create()
