"""The warehouse of one dwh.cfg, on the account that TARGET names: what can be done with it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

from iac.abilities import ABILITIES, Ability, with_told
from iac.aws.connection import FIRST_PATIENCE, Connection
from iac.aws.session import DEFAULT_REGION, Access, aws_session, own_address
from iac.config import Config, check_writable, read
from iac.config.faults import Misconfigured
from iac.config.file import clean
from iac.config.writeback import git_exposure
from iac.endpoint.probe import ask
from iac.errors import Problem, UsageError
from iac.lock import exclusive
from iac.look import View, find_place, role_names
from iac.naming import STATE_FILE, final_prefix, group_name
from iac.observed import Cluster, Observed
from iac.plan import Context, gone, paused, running
from iac.plan.checklist import Row, remaining
from iac.plan.context import Part, Request
from iac.plan.preconditions import made_by_another, refuse_another_account
from iac.plan.stopping import is_another
from iac.progress import Progress
from iac.report import Report
from iac.run import Goal, Run
from iac.status import is_changing, is_going, is_in_transition
from iac.steps import Step
from iac.steps.cluster import pause_cluster
from iac.wait import Clock, SystemClock

PATIENCE = 75 * 60.0
"""Seconds that a run waits in all, unless told otherwise."""


@contextmanager
def opened(
    config: Config, progress: Progress | None = None, clock: Clock | None = None, timeout: float = PATIENCE, *,
    planning: bool = False, stopping: bool = False, confirmed: bool = False, brought_up: bool = False,
    abilities: Sequence[Ability] = ABILITIES,
) -> Iterator[Warehouse]:  # fmt: skip
    """The warehouse of this dwh.cfg, on the account that TARGET names, for one verb.

    timeout: seconds of waiting in all. planning: the verb tells what it would do, and changes nothing. stopping: it is delete
    or pause, which a file that cannot be written does not hold up.
    Otherwise it is the only such run of this file meanwhile, and the file is read again once the others have ended: they
    may have written a password. confirmed: whether a person confirmed something about the cluster that it names.
    brought_up: this process brought the cluster of config up, and takes that one down, whatever the file says by now.
    abilities: what it can do beside the role, the cluster, the security group and the file.
    Raises UsageError where the file cannot be written, or means another cluster by then.
    """
    progress, time = progress or Progress(), clock or SystemClock()
    if planning:
        with _speaking_of(config), closing(_on_account(config, progress, clock, timeout, True, abilities)) as warehouse:
            yield warehouse
        return
    if not stopping:
        check_writable(config.path)
    began = time.monotonic()
    with exclusive(config.path, progress, time, timeout, needed=not stopping):
        left = max(timeout - (time.monotonic() - began), 0.0)
        clean(config.path)
        now = _as_brought_up(config) if brought_up else read(config.path)
        if confirmed and (config.target, config.region, config.identifier) != (now.target, now.region, now.identifier):
            raise UsageError(
                "Nothing was deleted.",
                f"{now.path.name} was edited meanwhile: it names cluster {now.identifier} now, not {config.identifier}.",
                "Undo the edit; or run the same command again, and confirm that cluster.",
            )
        with _speaking_of(now), closing(_on_account(now, progress, clock, left, False, abilities)) as warehouse:
            yield warehouse


def _as_brought_up(config: Config) -> Config:
    """config; without HOST and ARN, which would be blanked, where the file is another cluster's by now, or nobody can read it."""
    try:
        now = read(config.path)
        same = (config.target, config.identifier) == (now.target, now.identifier) and config.region in (None, now.region)
    except UsageError:
        same = False
    return config if same else replace(config, host="", role_arn="")


@contextmanager
def _speaking_of(config: Config) -> Iterator[None]:
    """A Problem calls the options as the file has them; a fault of the file does so already."""
    try:
        yield
    except Misconfigured:
        raise
    except Problem as problem:
        problem.what, problem.why, problem.remedy = map(config.spoken, (problem.what, problem.why, problem.remedy))
        raise


def _on_account(
    config: Config, progress: Progress, clock: Clock | None, timeout: float, planning: bool, abilities: Sequence[Ability]
) -> Warehouse:
    """Raises Problem when there are no usable credentials."""
    progress.opening(config)
    exposed = git_exposure(config.path)
    if exposed:  # a password is told of when it is written; who reads an AWS key can do more than this file says
        (progress.note if config.credentials.secret else progress.detail)(exposed)
    if config.target == "simulator":
        from iac.simulator import SIMULATED_PACE, Simulator

        clock = clock or SystemClock(SIMULATED_PACE)
        account = Simulator(config.path.parent / STATE_FILE, clock)
        access = Access(account.session(config.region or DEFAULT_REGION), lambda: account.own_address, 1)
    else:
        access = Access(aws_session(config), own_address, at_once=True, probe=ask)
    return connect_to(access, config, progress, clock or SystemClock(), timeout, planning, abilities)


def connect_to(
    access: Access, config: Config, progress: Progress, clock: Clock, timeout: float, planning: bool = False,
    abilities: Sequence[Ability] = ABILITIES,
) -> Warehouse:
    """The warehouse of this dwh.cfg, on an account that is at hand."""
    began = clock.monotonic()
    connection = Connection(access.session, clock, progress, access.attempts, access.at_once, deadline=began + timeout)
    if config.region is None:
        where = "from the AWS settings or by default"
        said = f"REGION is not in {config.path.name}; {connection.region} is used, {where}."
        config = replace(config, assumed=(*config.assumed, said))
    connection.prepare("sts", "redshift", "iam", "ec2")
    place = find_place(connection, config.target)
    if place.unknown is None:
        progress.connected(place)
    looks = {each.name: each.look for each in abilities if each.look is not None}
    if place.unknown is None:
        config = config.for_login(place.account)
    return Warehouse(Run(config, View(connection, place, access, looks, planning), clock, progress, began), abilities)


class Warehouse:
    """The warehouse of one dwh.cfg, on one account, for one verb.

    Opened for planning, a verb tells what it would do. Every verb raises Problem; running it again goes on from where it was.
    """

    def __init__(self, run: Run, abilities: Sequence[Ability]) -> None:
        self._run, self._planning, self._abilities = run, run.view.planning, abilities
        self._steps: tuple[Step, ...] | None = None
        """Of the plan, once there is one."""
        self._of: dict[str, Any] = {}
        self._checklist: tuple[Row, ...] = ()
        self._stopping = False
        run.progress.following(self._report)

    @property
    def config(self) -> Config:
        """dwh.cfg, with what was written into it."""
        return self._run.config

    def close(self) -> None:
        """After the verb: looks that nobody waits for any more end by themselves, and tell nothing."""
        self._run.connection.close()

    def create(self, request: Request = Request(), wait: bool = True) -> Report:
        """Bring it up and put it right; without wait, return once AWS has accepted."""
        run, goal = self._run, self._running(request, wait)
        if self._planning:
            self._plan(goal)
            return self._end()
        run.reach(goal)
        return self._end()

    def delete(self, keep_data: bool = True) -> Report:
        """Take it down, into a final snapshot unless told otherwise.

        The cluster's deletion needs no more than the rights to it; what cannot be
        looked at or deleted after that is told at the end, as a Problem.
        """
        self._stopping = True
        run, before, goal = self._run, self._run.config, self._gone(keep_data)
        if self._planning:
            self._plan(goal)
            return self._end()
        try:
            run.reach(goal)
        except Problem as problem:
            self._pause_again(problem)
            raise
        # What became of everything, and what the cluster has cost: asked once nothing is held back by it. ARN is blank now.
        assert run.seen is not None
        names = role_names(before, run.place, run.view.last_cluster)
        self._checklist, left = remaining(
            run.config, run.seen, self._context(), self._parts("gone"), names, run.left_out, run.final_snapshot
        )
        report = self._end()
        if left is not None:  # after the good news
            raise left
        return report

    def pause(self) -> Report:
        """Stop the compute bill and keep everything; create resumes it."""
        self._stopping = True
        goal = self._paused()
        if self._planning:
            self._plan(goal)
        else:
            self._run.reach(goal)
        return self._end()

    def made_by_another(self) -> list[str]:
        """What to say where somebody else than this login made the cluster."""
        run = self._run
        run.connection.patience = FIRST_PATIENCE
        return made_by_another(run.place, run.view.cluster(run.config))

    def _running(self, request: Request, wait: bool) -> Goal:
        """A warehouse that runs as dwh.cfg says. Raises Problem where the account is not known."""
        run = self._run
        if run.place.unknown is not None:
            raise run.place.unknown
        return Goal(
            "running",
            lambda: run.view.to_run(run.config, request.restore),
            lambda seen: running(run.config, seen, self._context(request), self._parts("running")),
            lambda found: is_changing(found) and not (run.view.was_there and is_going(found)),
            wait=wait,
        )

    def _gone(self, keep_data: bool) -> Goal:
        """Nothing of ours but snapshots.

        A run looks at the cluster alone until it is gone: nothing else may hold its deletion back.
        """
        run = self._run
        refuse_another_account(run.config, run.place)

        def look() -> Observed:
            seen = None if self._planning else run.view.alone(run.config)
            return seen if seen is not None and seen.cluster is not None else run.view.to_stop(run.config)

        def changing(found: Cluster | None) -> bool:
            return found is not None and is_in_transition(found) and not is_another(found, run.deleted)

        return Goal(
            "gone",
            look,
            lambda seen: gone(run.config, seen, keep_data, self._context(), self._parts("gone")),
            changing,
            tolerant=True,
        )

    def _paused(self) -> Goal:
        """A cluster whose compute is not billed. Nothing else is looked at."""
        run = self._run
        refuse_another_account(run.config, run.place)
        return Goal(
            "paused",
            lambda: run.view.to_pause(run.config),
            lambda seen: paused(run.config, seen, self._context(), self._parts("paused")),
            is_in_transition,
        )

    def _parts(self, goal: str) -> list[Part]:
        """What the abilities add to this plan."""
        return [part for part in (each.part(goal) for each in self._abilities) if part is not None]

    def _context(self, request: Request = Request()) -> Context:
        run = self._run
        return Context(
            now=run.clock.now(),
            group=group_name(run.config.identifier),
            request=request,
            role_changed=run.role_changed,
            learned=frozenset(run.learned),
            ci=bool(os.environ.get("CI")),
            taken=run.taken,
            left_out=frozenset(run.left_out),
            done=frozenset(each.step.key for each in run.journal),
            last_cluster=run.view.last_cluster,
            was_there=run.view.was_there,
            deleted=run.deleted,
        )

    def _plan(self, goal: Goal) -> None:
        """The plan without the doing: the very steps that a run would begin with."""
        self._run.connection.patience, self._run.goal = FIRST_PATIENCE, goal
        seen = goal.look()
        self._steps = () if goal.changing(seen.cluster) else tuple(self._run.plan(seen))

    def _pause_again(self, problem: Problem) -> None:
        """A cluster that was resumed only to be deleted must not be left running."""
        run = self._run
        if "ResumeCluster" not in run.operations or run.cluster is None:
            return
        if run.cluster.status == "resuming":
            problem.why += " It is being resumed to be deleted, and costs money once it runs."
            problem.remedy = f"To stop that now: `python delete_cluster.py --pause`. {problem.remedy}"
        if run.cluster.status != "available":
            return
        try:
            run.carry_out(pause_cluster(run.config.identifier))
        except Problem as refused:
            problem.why += f" It was resumed to be deleted, and AWS does not pause it again: {refused.why}"
            problem.remedy = f"It costs money now: run `python delete_cluster.py --pause`. {problem.remedy}"
        else:
            problem.why += " It was resumed to be deleted, and is being paused again."

    def _end(self) -> Report:
        """The last looks, which nothing waits for any more, and the result."""
        self._of = {each.name: each.at_end(self._run) for each in self._abilities if each.at_end is not None}
        return self._report()

    def _report(self) -> Report:
        run, steps = self._run, self._steps
        report = Report(
            run.config,
            run.seen,
            steps=tuple(map(run.config.spoken, run.done if steps is None else map(str, steps))),
            elapsed_seconds=run.elapsed,
            planned=steps is not None,
            snapshot=self._snapshot(),
            now=run.clock.now(),
            calls=tuple(tuple(call.name for call in step.calls) for step in steps or ()),
            checklist=self._checklist,
            stopping=self._stopping,
            of=self._of,
            found=run.view.first_cluster,
        )
        return with_told(report, self._abilities)

    def _snapshot(self) -> str | None:
        """The final snapshot: this run's, else the one of another's deletion that it has seen."""
        run, gone = self._run, self._run.view.last_cluster
        if run.deleted is not None or run.seen is None or run.cluster is not None or gone is None:
            return run.final_snapshot
        finals = [each for each in run.seen.snapshots if each.identifier.startswith(final_prefix(run.config.identifier))]
        new = [each for each in finals if not (gone.created_at and each.created_at) or each.created_at >= gone.created_at]
        return new[0].identifier if new else None
