"""The warehouse of one dwh.cfg, on the account that TARGET names: what can be done with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from iac import endpoint
from iac.aws import credits, redshift
from iac.aws.address import own_address
from iac.aws.connection import FIRST_PATIENCE, Connection
from iac.aws.session import DEFAULT_REGION, Access, aws_session
from iac.bill import Bill, bill
from iac.config import Config, check_writable, read
from iac.config.git import git_exposure
from iac.errors import Problem, UsageError
from iac.lock import exclusive
from iac.look import View, find_place, role_names
from iac.observed import Cluster, Observed
from iac.place import group_name
from iac.plan import (
    STARTING,
    Context,
    Row,
    another_account,
    checklist,
    credits_left,
    final_prefix,
    kept,
    left_behind,
    made_by_another,
    not_brought_back,
    operations_of,
    other_clusters,
    pending_notes,
    price_words,
    refuse_another_account,
    remarks,
    to_gone,
    to_paused,
    to_running,
    unguarded,
    warnings,
    will_resume,
)
from iac.probe import Reach
from iac.progress import Progress
from iac.reach import reach
from iac.report import Report
from iac.request import Request
from iac.run import Goal, Run
from iac.status import Phase, is_changing, is_in_transition, phase
from iac.steps import Step
from iac.steps.cluster import pause_cluster
from iac.wait import Clock, SystemClock

STATE_FILE = ".dwh-simulator"
"""Where the simulated account is kept, beside dwh.cfg."""

PATIENCE = 75 * 60.0
"""Seconds that a run waits in all, unless told otherwise."""


@contextmanager
def opened(
    config: Config, progress: Progress | None = None, clock: Clock | None = None, timeout: float = PATIENCE, *,
    planning: bool = False, confirmed: bool = False,
) -> Iterator[Warehouse]:  # fmt: skip
    """The warehouse of this dwh.cfg, on the account that TARGET names, for one verb.

    timeout: seconds of waiting in all. planning: the verb tells what it would do, and changes nothing.
    Otherwise it is the only such run of this file meanwhile, and the file is read again once the others have ended: they
    may have written a password. confirmed: whether a person confirmed something about the cluster that it names.
    Raises UsageError where the file cannot be written, or means another cluster by then.
    """
    progress, time = progress or Progress(), clock or SystemClock()
    if planning:
        with closing(_on_account(config, progress, clock, timeout, True)) as warehouse:
            yield warehouse
        return
    check_writable(config.path)
    began = time.monotonic()
    with exclusive(config.path, progress, time, timeout):
        left = max(timeout - (time.monotonic() - began), 0.0)
        now = read(config.path)
        if confirmed and (config.target, config.region, config.identifier) != (now.target, now.region, now.identifier):
            raise UsageError(
                "Nothing was deleted.",
                f"{now.path.name} was edited meanwhile: it names cluster {now.identifier} now, not {config.identifier}.",
                "Run the same command again, and confirm that cluster.",
            )
        with closing(_on_account(now, progress, clock, left, False)) as warehouse:
            yield warehouse


def _on_account(config: Config, progress: Progress, clock: Clock | None, timeout: float, planning: bool) -> Warehouse:
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
        access = Access(aws_session(config), own_address, at_once=True, probe=endpoint.ask)
    return connect_to(access, config, progress, clock or SystemClock(), timeout, planning)


def connect_to(
    access: Access, config: Config, progress: Progress, clock: Clock, timeout: float, planning: bool = False
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
    return Warehouse(Run(config, View(connection, place, access, planning), clock, progress, began))


class Warehouse:
    """The warehouse of one dwh.cfg, on one account, for one verb.

    Opened for planning, a verb tells what it would do. Every verb raises Problem; running it again goes on from where it was.
    """

    def __init__(self, run: Run) -> None:
        self._run, self._planning = run, run.view.planning
        self._steps: tuple[Step, ...] | None = None
        """Of the plan, once there is one."""
        self._bill: Bill | None = None
        self._checklist: tuple[Row, ...] = ()
        run.progress.following(self._report)

    def close(self) -> None:
        """After the verb: looks that nobody waits for any more end by themselves, and tell nothing."""
        self._run.connection.close()

    def create(self, request: Request = Request(), wait: bool = True) -> Report:
        """Bring it up and put it right; without wait, return once AWS has accepted."""
        run, goal = self._run, self._running(request)
        if self._planning:
            self._plan(goal)
            self._tell_costs(run.cluster, others=True, free_plan=True)
            return self._report(reach(run, patient=False))
        run.reach(goal, wait)
        made = bool(run.operations & {"CreateCluster", "RestoreFromClusterSnapshot"})
        self._tell_costs(others=made, free_plan=made or "ResumeCluster" in run.operations)
        return self._report(reach(run, patient=bool(run.journal)) if wait else None)

    def delete(self, keep_data: bool = True) -> Report:
        """Take it down, into a final snapshot unless told otherwise.

        The cluster's deletion needs no more than the rights to it; what cannot be
        looked at or deleted after that is told at the end, as a Problem.
        """
        run, before, goal = self._run, self._run.config, self._gone(keep_data)
        if self._planning:
            self._plan(goal)
            self._tell_costs(run.cluster, others=True)
            return self._report()
        try:
            run.reach(goal)
        except Problem as problem:
            self._pause_again(problem)
            raise
        # What became of everything, and what the cluster has cost: asked once nothing is held back by it. ARN is blank now.
        assert run.seen is not None
        names = role_names(before, run.place, run.view.last_cluster)
        self._checklist = checklist(run.config, run.seen, names, group_name(run.config.identifier), run.left_out)
        paused = run.deleted is not None and run.deleted.status == "paused"
        self._tell_costs(run.view.last_cluster, paused, others=True)
        self._tell_what_may_be_left(run.seen)
        return self._report()

    def pause(self) -> Report:
        """Stop the compute bill and keep everything; create resumes it."""
        goal = self._paused()
        if self._planning:
            self._plan(goal)
        else:
            self._run.reach(goal)
        self._tell_costs(self._run.cluster)
        return self._report()

    def made_by_another(self) -> list[str]:
        """What to say where somebody else than this login made the cluster."""
        run = self._run
        run.connection.patience = FIRST_PATIENCE
        return made_by_another(run.place, run.view.cluster(run.config))

    def _running(self, request: Request) -> Goal:
        """A warehouse that runs as dwh.cfg says. Raises Problem where the account is not known."""
        run, planning, remarked, priced = self._run, self._planning, False, False
        if run.place.unknown is not None:
            raise run.place.unknown

        def plan(seen: Observed) -> list[Step]:
            nonlocal remarked, priced
            context = self._context(request)
            settled = not is_changing(seen.cluster) and not seen.cluster_only
            run.note(*another_account(run.config, run.place), *made_by_another(run.place, seen.cluster))
            if settled:
                run.note(*run.config.assumed, detail=seen.cluster is not None and not planning)
            steps = to_running(run.config, seen, context)
            if settled and not remarked:
                run.note(*warnings(run.config, seen, context))
                run.note(*remarks(run.config, seen, context), detail=not steps and not planning)
                remarked = True
            if settled:
                run.note(*pending_notes(seen), *unguarded(run.config, seen, context))
            if not planning and not priced and operations_of(steps) & STARTING:
                run.progress.price(price_words(run.config, seen, operations_of(steps)))
                priced = True
            return steps

        return Goal(lambda: run.view.to_run(run.config, request.restore), plan)

    def _gone(self, keep_data: bool) -> Goal:
        """Nothing of ours but snapshots.

        A run looks at the cluster alone until it is gone: nothing else may hold its deletion back.
        """
        run = self._run
        refuse_another_account(run.config, run.place)

        def look() -> Observed:
            seen = None if self._planning else run.view.to_pause(run.config)
            return seen if seen is not None and seen.cluster is not None else run.view.to_stop(run.config)

        def plan(seen: Observed) -> list[Step]:
            run.note(*made_by_another(run.place, seen.cluster))
            if seen.cluster is not None and self._is_new(seen.cluster):
                by = f" by {seen.cluster.maker}" if seen.cluster.maker else ""
                raise Problem(
                    f"Cluster {seen.cluster.identifier} was deleted, and another one of that name has been created since{by}.",
                    "It is not the one that was to be deleted, so it is left as it is.",
                    "If it is to go as well, run `python delete_cluster.py` again.",
                )
            if is_in_transition(seen.cluster):
                return []
            steps = to_gone(run.config, seen, keep_data, self._context())
            run.note(*run.config.assumed, detail=True)
            run.note(*kept(run.config, seen), *(not_brought_back(run.config, seen) if keep_data else []))
            return steps

        def changing(found: Cluster | None) -> bool:
            return found is not None and is_in_transition(found) and not self._is_new(found)

        return Goal(look, plan, changing, tolerant=True)

    def _paused(self) -> Goal:
        """A cluster whose compute is not billed. Nothing else is looked at."""
        run = self._run
        refuse_another_account(run.config, run.place)

        def plan(seen: Observed) -> list[Step]:
            run.note(*made_by_another(run.place, seen.cluster), *will_resume(run.config, seen, run.clock.now()))
            return [] if is_in_transition(seen.cluster) else to_paused(run.config, seen, self._context())

        return Goal(lambda: run.view.to_pause(run.config), plan, is_in_transition)

    def _is_new(self, found: Cluster) -> bool:
        """Whether this is not the cluster that this run has deleted, but one that was created after it."""
        gone = self._run.deleted
        made = (gone.created_at if gone else None, found.created_at)
        return gone is not None and (found.status == "creating" or (None not in made and made[0] != made[1]))

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
        )

    def _plan(self, goal: Goal) -> None:
        """The plan without the doing: the very steps that a run would begin with."""
        self._run.connection.patience = FIRST_PATIENCE
        seen = goal.look()
        self._steps = () if goal.changing(seen.cluster) else tuple(goal.plan(seen))

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

    def _tell_what_may_be_left(self, seen: Observed) -> None:
        """Raises Problem, after the good news, if something of ours may still be there."""
        run = self._run
        unread = left_behind(run.config, seen, run.view.last_cluster)
        parts = [f"{each.what} ({each.problem.why})" for each in unread]
        parts += [f"{step} ({problem.why})" for step, problem in run.left_out.items()]
        if not parts:
            return
        snapshot = f", its data is in snapshot {run.final_snapshot}" if run.final_snapshot else ""
        remedies = dict.fromkeys(each.remedy for each in (*(u.problem for u in unread), *run.left_out.values()))
        raise Problem(
            f"Cluster {run.config.identifier} is gone and costs nothing{snapshot}; but something of ours may be left.",
            f"It was not possible to look at or to delete: {'; '.join(parts)}. None of that costs money.",
            f"{'; '.join(remedies)}. Then run `python delete_cluster.py` again.",
        )

    def _tell_costs(
        self, billed: Cluster | None = None, paused: bool | None = None, others: bool = False, free_plan: bool = False
    ) -> None:
        """The bill of a cluster so far; and notes. No run needs these looks, none fails it, and they are made side by side.

        billed: None without one. paused: whether it was paused at its end, where it is gone.
        others: whether our other clusters of the Region are named. free_plan: whether the credits left are told, which
        accounts of AWS's commercial partition have.
        """
        run, connection, begin = self._run, self._run.connection, self._run.connection.begin_brief
        has_plans = run.place.target == "aws" and run.place.partition == "aws"
        told = begin(lambda: redshift.events(connection, billed.identifier), None) if billed and billed.created_at else None
        siblings = begin(lambda: redshift.siblings(connection, run.config.identifier), ()) if others else None
        left = begin(lambda: credits.look(connection), None) if free_plan and has_plans else None
        if siblings is not None:
            run.note(*other_clusters(run.config, run.place, siblings(), run.clock.now()))
        if left is not None:
            run.note(*credits_left(run.config, run.place, left()))
        if billed and billed.created_at and told:
            price = run.view.prices.known(billed.node_type).hourly(billed.number_of_nodes)
            is_paused = phase(billed) is Phase.PAUSED if paused is None else paused
            self._bill = bill(billed.created_at, run.clock.now(), told(), price, is_paused)

    def _report(self, reached: Reach | None = None) -> Report:
        run, steps = self._run, self._steps
        return Report(
            run.config,
            run.seen,
            steps=run.done if steps is None else tuple(map(str, steps)),
            elapsed_seconds=run.elapsed,
            planned=steps is not None,
            snapshot=self._snapshot(),
            now=run.clock.now(),
            calls=tuple(tuple(call.name for call in step.calls) for step in steps or ()),
            bill=self._bill,
            checklist=self._checklist,
            reach=reached,
        )

    def _snapshot(self) -> str | None:
        """The final snapshot: this run's, else the one of another's deletion that it has seen."""
        run, gone = self._run, self._run.view.last_cluster
        if run.deleted is not None or run.seen is None or run.cluster is not None or gone is None:
            return run.final_snapshot
        finals = [each for each in run.seen.snapshots if each.identifier.startswith(final_prefix(run.config.identifier))]
        new = [each for each in finals if not (gone.created_at and each.created_at) or each.created_at >= gone.created_at]
        return new[0].identifier if new else None
