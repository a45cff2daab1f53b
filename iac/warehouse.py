"""The warehouse of one dwh.cfg, on one account: what can be done with it."""

from __future__ import annotations

from functools import cache

from iac.aws.address import own_address
from iac.aws.connection import DEFAULT_REGION, Access, Door, aws_session
from iac.config import Config, git_exposure
from iac.converge import Look, Plan, converge
from iac.observe import find_place, group_name, observe_to_run, observe_to_stop
from iac.observed import Observed
from iac.plan import Wish, final_prefix, kept, remarks, to_gone, to_paused, to_running
from iac.progress import Progress
from iac.report import Report
from iac.run import Run
from iac.settle import Phase, phase
from iac.steps import Step
from iac.wait import Clock, SystemClock

STATE_FILE = ".dwh-simulator"
"""Where the simulated account is kept, beside dwh.cfg."""

PATIENCE = 75 * 60.0
"""Seconds that a run waits in all, unless told otherwise."""


class Warehouse:
    """The warehouse of one dwh.cfg, on one account.

    Every verb raises Problem; running it again goes on from where it was.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._remarked = False
        run.progress.following(self._report)

    def create(self, wait: bool = True, restore: str | None = None, adopt: bool = False) -> Report:
        """Bring it up and put it right; without wait, return once AWS has accepted.

        restore: the snapshot to start from, "" for the newest final one.
        adopt: whether a cluster that others made is taken over.
        """
        converge(self._run, self._look_to_run(restore), self._plan_to_run(restore, adopt), wait)
        return self._report()

    def plan_create(self, restore: str | None = None, adopt: bool = False) -> Report:
        """What is there and what create would do; nothing is changed."""
        return self._planned(self._look_to_run(restore), self._plan_to_run(restore, adopt))

    def delete(self, keep_data: bool = True) -> Report:
        """Take it down, into a final snapshot unless told otherwise."""
        converge(self._run, self._look_to_stop, self._plan_to_stop(keep_data))
        return self._report()

    def plan_delete(self, keep_data: bool = True) -> Report:
        """What is there and what delete would do; nothing is changed."""
        return self._planned(self._look_to_stop, self._plan_to_stop(keep_data))

    def pause(self) -> Report:
        """Stop the compute bill and keep everything; create resumes it."""
        converge(self._run, self._look_to_stop, self._plan_to_pause)
        return self._report()

    def plan_pause(self) -> Report:
        """What is there and what pause would do; nothing is changed."""
        return self._planned(self._look_to_stop, self._plan_to_pause)

    def _look_to_run(self, restore: str | None) -> Look:
        run = self._run
        return lambda: observe_to_run(run.door, run.place, run.config, run.own_address, restore)

    def _look_to_stop(self) -> Observed:
        return observe_to_stop(self._run.door, self._run.place, self._run.config)

    def _plan_to_run(self, restore: str | None, adopt: bool) -> Plan:
        def plan(seen: Observed) -> list[Step]:
            wish = Wish(self._run.clock.now(), group_name(self._run.config), restore, adopt, self._run.role_changed)
            steps = to_running(self._run.config, seen, wish)
            self._remark(remarks(self._run.config, seen, wish))
            return steps

        return plan

    def _plan_to_stop(self, keep_data: bool) -> Plan:
        def plan(seen: Observed) -> list[Step]:
            steps = to_gone(self._run.config, seen, keep_data, self._run.clock.now())
            self._remark(kept(self._run.config, seen))
            return steps

        return plan

    def _plan_to_pause(self, seen: Observed) -> list[Step]:
        return to_paused(self._run.config, seen)

    def _remark(self, notes: list[str]) -> None:
        """Once a run."""
        for text in [] if self._remarked else notes:
            self._run.progress.note(text)
        self._remarked = True

    def _planned(self, look: Look, plan: Plan) -> Report:
        """The plan without the doing: the very steps that a run would begin with."""
        seen = self._run.see(look())
        steps = [] if phase(seen.cluster) is Phase.MOVING else plan(seen)
        return self._report(tuple(str(step) for step in steps), planned=True)

    def _report(self, steps: tuple[str, ...] | None = None, planned: bool = False) -> Report:
        run = self._run
        done = tuple(run.done) if steps is None else steps
        return Report(run.config, run.seen, done, run.elapsed, planned, self._snapshot(), run.clock.now())

    def _snapshot(self) -> str | None:
        """The final snapshot: this run's, else the one of the deletion that it joined."""
        run = self._run
        if run.snapshot or run.joined_deletion is None or run.seen is None or run.seen.cluster is not None:
            return run.snapshot
        since = run.joined_deletion.created_at
        finals = [each for each in run.seen.snapshots if each.identifier.startswith(final_prefix(run.config.identifier))]
        return next((each.identifier for each in finals if not (since and each.created_at) or each.created_at >= since), None)


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
    if config.region is None:
        progress.note(f"REGION is not in {config.path.name}; {door.region} is used, from the AWS settings or by default.")
    place = find_place(door, config.target)
    progress.connected(place)
    return Warehouse(Run(config, door, place, clock, progress, cache(access.own_address), began, timeout))
