"""The warehouse of one dwh.cfg, on one account: what can be done with it."""

from __future__ import annotations

from dataclasses import replace

from iac import goals
from iac.aws.connection import FIRST_PATIENCE
from iac.bill import Bill
from iac.config import Config
from iac.costs import tell_costs
from iac.errors import Problem
from iac.executor import carry_out
from iac.observe import role_names
from iac.place import group_name
from iac.plan import Row, checklist, final_prefix, left_behind, made_by_another
from iac.probe import Reach
from iac.reach import reach
from iac.reconcile import Goal, reconcile
from iac.report import Report
from iac.request import Request
from iac.run import Run
from iac.steps import Step
from iac.steps.cluster import pause_cluster, resume_cluster


class Warehouse:
    """The warehouse of one dwh.cfg, on one account.

    Every verb raises Problem; running it again goes on from where it was.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._bill: Bill | None = None
        self._checklist: tuple[Row, ...] = ()
        run.progress.following(self._report)

    def close(self) -> None:
        """After the last verb: looks that nobody waits for any more end by themselves, and tell nothing."""
        self._run.connection.close()

    def create(self, request: Request = Request(), wait: bool = True) -> Report:
        """Bring it up and put it right; without wait, return once AWS has accepted."""
        run = self._run
        reconcile(run, goals.running(run, request, planning=False), wait)
        made = bool(run.operations & {"CreateCluster", "RestoreFromClusterSnapshot"})
        tell_costs(run, others=made, free_plan=made or "ResumeCluster" in run.operations)
        return self._report(reached=reach(run, patient=bool(run.done)) if wait else None)

    def plan_create(self, request: Request = Request()) -> Report:
        """What is there and what create would do; nothing is changed."""
        planned = self._planned(goals.running(self._run, request, planning=True), others=True, free_plan=True)
        return replace(planned, reach=reach(self._run, patient=False))

    def delete(self, keep_data: bool = True) -> Report:
        """Take it down, into a final snapshot unless told otherwise.

        The cluster's deletion needs no more than the rights to it; what cannot be
        looked at or deleted after that is told at the end, as a Problem.
        """
        before = self._run.config
        try:
            reconcile(self._run, goals.gone(self._run, keep_data, planning=False))
        except Problem as problem:
            self._pause_again(problem)
            raise
        self._look_back(before)
        self._tell_what_may_be_left()
        return self._report()

    def plan_delete(self, keep_data: bool = True) -> Report:
        """What is there and what delete would do; nothing is changed."""
        return self._planned(goals.gone(self._run, keep_data, planning=True), others=True)

    def pause(self) -> Report:
        """Stop the compute bill and keep everything; create resumes it."""
        run = self._run
        reconcile(run, goals.paused(run))
        self._bill = tell_costs(run, run.seen.cluster if run.seen else None)
        return self._report()

    def plan_pause(self) -> Report:
        """What is there and what pause would do; nothing is changed."""
        return self._planned(goals.paused(self._run, planning=True))

    def made_by_another(self) -> list[str]:
        """What to say where somebody else than this login made the cluster."""
        run = self._run
        run.connection.patience = FIRST_PATIENCE
        return made_by_another(run.place, run.cluster())

    def _pause_again(self, problem: Problem) -> None:
        """A cluster that was resumed only to be deleted must not be left running."""
        run = self._run
        cluster = run.seen.cluster if run.seen else None
        if resume_cluster(run.config.identifier).key not in run.times or cluster is None:
            return
        if cluster.status == "resuming":
            problem.why += " It is being resumed to be deleted, and costs money once it runs."
            problem.remedy = f"To stop that now: `python delete_cluster.py --pause`. {problem.remedy}"
        if cluster.status != "available":
            return
        try:
            carry_out(pause_cluster(run.config.identifier), run)
        except Problem as refused:
            problem.why += f" It was resumed to be deleted, and AWS does not pause it again: {refused.why}"
            problem.remedy = f"It costs money now: run `python delete_cluster.py --pause`. {problem.remedy}"
        else:
            problem.why += " It was resumed to be deleted, and is being paused again."

    def _look_back(self, before: Config) -> None:
        """What became of everything, and what the cluster has cost: asked once nothing is held back by it.

        before: dwh.cfg as it was before this run, which blanks ARN.
        """
        run = self._run
        assert run.seen is not None
        roles = role_names(before, run.place, run.last_cluster)
        self._checklist = checklist(run.config, run.seen, roles, group_name(run.config.identifier), run.left_out)
        paused = run.deleted is not None and run.deleted.status == "paused"
        self._bill = tell_costs(run, run.last_cluster, paused, others=True)

    def _tell_what_may_be_left(self) -> None:
        """Raises Problem, after the good news, if something of ours may still be there."""
        run = self._run
        assert run.seen is not None
        unread = left_behind(run.config, run.seen, run.last_cluster)
        parts = [f"{each.what} ({each.problem.why})" for each in unread]
        parts += [f"{step} ({problem.why})" for step, problem in run.left_out.items()]
        if not parts:
            return
        snapshot = f", its data is in snapshot {run.snapshot}" if run.snapshot else ""
        remedies = dict.fromkeys(each.remedy for each in (*(u.problem for u in unread), *run.left_out.values()))
        raise Problem(
            f"Cluster {run.config.identifier} is gone and costs nothing{snapshot}; but something of ours may be left.",
            f"It was not possible to look at or to delete: {'; '.join(parts)}. None of that costs money.",
            f"{'; '.join(remedies)}. Then run `python delete_cluster.py` again.",
        )

    def _planned(self, goal: Goal, *, others: bool = False, free_plan: bool = False) -> Report:
        """The plan without the doing: the very steps that a run would begin with."""
        self._run.connection.patience = FIRST_PATIENCE
        seen = self._run.see(goal.look())
        steps = [] if goal.changing(seen.cluster) else goal.plan(seen)
        self._bill = tell_costs(self._run, seen.cluster, others=others, free_plan=free_plan)
        return self._report(tuple(steps), planned=True)

    def _report(
        self, steps: tuple[Step, ...] | None = None, planned: bool = False, reached: Reach | None = None
    ) -> Report:
        run = self._run
        done = tuple(run.done) if steps is None else tuple(map(str, steps))
        calls = tuple(tuple(call.name for call in step.calls) for step in steps or ())
        known = (self._snapshot(), run.clock.now(), calls, self._bill, self._checklist, reached)
        return Report(run.config, run.seen, done, run.elapsed, planned, *known)

    def _snapshot(self) -> str | None:
        """The final snapshot: this run's, else the one of the deletion that it joined."""
        run = self._run
        if run.snapshot or run.joined_deletion is None or run.seen is None or run.seen.cluster is not None:
            return run.snapshot
        since = run.joined_deletion.created_at
        finals = [each for each in run.seen.snapshots if each.identifier.startswith(final_prefix(run.config.identifier))]
        new = [each for each in finals if not (since and each.created_at) or each.created_at >= since]
        return new[0].identifier if new else None
