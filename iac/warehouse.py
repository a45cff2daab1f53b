"""The warehouse of one dwh.cfg, on one account: what can be done with it."""

from __future__ import annotations

import os

from iac.aws.connection import FIRST_PATIENCE
from iac.reconcile import Goal, reconcile
from iac.errors import Problem
from iac.executor import carry_out
from iac.observe import group_name, observe_cluster, observe_to_run, observe_to_stop
from iac.observed import Observed
from iac.plan import (
    Context,
    final_prefix,
    kept,
    left_behind,
    made_by_another,
    not_brought_back,
    pending_notes,
    refuse_another_account,
    remarks,
    to_gone,
    to_paused,
    to_running,
)
from iac.report import Report
from iac.request import Request
from iac.run import Run
from iac.status import is_in_transition, is_changing
from iac.steps import RESUME_FIRST, Step
from iac.steps.cluster import pause_cluster


class Warehouse:
    """The warehouse of one dwh.cfg, on one account.

    Every verb raises Problem; running it again goes on from where it was.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._noted: set[str] = set()
        self._remarked = False
        run.progress.following(self._report)

    def create(self, request: Request = Request(), wait: bool = True) -> Report:
        """Bring it up and put it right; without wait, return once AWS has accepted."""
        reconcile(self._run, self._to_run(request), wait)
        return self._report()

    def plan_create(self, request: Request = Request()) -> Report:
        """What is there and what create would do; nothing is changed."""
        return self._planned(self._to_run(request))

    def delete(self, keep_data: bool = True) -> Report:
        """Take it down, into a final snapshot unless told otherwise.

        The cluster's deletion needs no more than the rights to it; what cannot be
        looked at or deleted after that is told at the end, as a Problem.
        """
        try:
            reconcile(self._run, self._to_stop(keep_data, planning=False))
        except Problem as problem:
            self._pause_again(problem)
            raise
        self._tell_what_may_be_left()
        return self._report()

    def plan_delete(self, keep_data: bool = True) -> Report:
        """What is there and what delete would do; nothing is changed."""
        return self._planned(self._to_stop(keep_data, planning=True))

    def pause(self) -> Report:
        """Stop the compute bill and keep everything; create resumes it."""
        reconcile(self._run, self._to_pause())
        return self._report()

    def plan_pause(self) -> Report:
        """What is there and what pause would do; nothing is changed."""
        return self._planned(self._to_pause())

    def made_by_another(self) -> list[str]:
        """What to say where somebody else than this login made the cluster."""
        run = self._run
        run.connection.patience = FIRST_PATIENCE
        return made_by_another(run.place, observe_cluster(run.connection, run.place, run.config).cluster)

    def _to_run(self, request: Request) -> Goal:
        run = self._run
        if run.unidentified is not None:
            raise run.unidentified

        def plan(seen: Observed) -> list[Step]:
            context = self._context(request)
            steps = to_running(run.config, seen, context)
            if not is_changing(seen.cluster):
                self._note(*([] if self._remarked else remarks(run.config, seen, context)), *pending_notes(seen))
                self._remarked = True
            return steps

        return Goal(lambda: observe_to_run(run.connection, run.place, run.config, run.own_address, request.restore), plan)

    def _to_stop(self, keep_data: bool, planning: bool) -> Goal:
        """A run looks at the cluster alone until it is gone: nothing else may hold its deletion back."""
        run = self._run
        refuse_another_account(run.config, run.place)

        def look() -> Observed:
            if not planning:
                seen = observe_cluster(run.connection, run.place, run.config)
                if seen.cluster is not None:
                    return seen
            return observe_to_stop(run.connection, run.place, run.config, run.last_cluster)

        def plan(seen: Observed) -> list[Step]:
            if is_in_transition(seen.cluster):
                return []
            steps = to_gone(run.config, seen, keep_data, self._context())
            self._note(*kept(run.config, seen), *(not_brought_back(run.config, seen) if keep_data else []))
            return steps

        return Goal(look, plan, is_in_transition, tolerant=True)

    def _to_pause(self) -> Goal:
        run = self._run
        refuse_another_account(run.config, run.place)

        def plan(seen: Observed) -> list[Step]:
            if is_in_transition(seen.cluster):
                return []
            steps = to_paused(run.config, seen, self._context())
            self._note(*kept(run.config, seen))
            return steps

        return Goal(lambda: observe_cluster(run.connection, run.place, run.config), plan, is_in_transition)

    def _context(self, request: Request = Request()) -> Context:
        run = self._run
        return Context(
            now=run.clock.now(),
            group=group_name(run.config),
            request=request,
            role_changed=run.role_changed,
            learned=frozenset(run.learned),
            ci=bool(os.environ.get("CI")),
            taken=run.taken,
            left_out=frozenset(run.left_out),
            done=frozenset(run.times),
        )

    def _note(self, *notes: str) -> None:
        """Each once a run."""
        for text in notes:
            if text not in self._noted:
                self._run.progress.note(text)
            self._noted.add(text)

    def _pause_again(self, problem: Problem) -> None:
        """A cluster that was resumed only to be deleted must not be left running."""
        run = self._run
        cluster = run.seen.cluster if run.seen else None
        if RESUME_FIRST not in run.learned or cluster is None or cluster.status != "available":
            return
        try:
            carry_out(pause_cluster(run.config.identifier), run)
        except Problem as refused:
            problem.why += f" It was resumed to be deleted, and AWS does not pause it again: {refused.why}"
            problem.remedy = f"It costs money now: run `python delete_cluster.py --pause`. {problem.remedy}"
        else:
            problem.why += " It was resumed to be deleted, and is being paused again."

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
            f"{' '.join(remedies)} Then run `python delete_cluster.py` again.",
        )

    def _planned(self, goal: Goal) -> Report:
        """The plan without the doing: the very steps that a run would begin with."""
        self._run.connection.patience = FIRST_PATIENCE
        seen = self._run.see(goal.look())
        steps = [] if goal.changing(seen.cluster) else goal.plan(seen)
        return self._report(tuple(steps), planned=True)

    def _report(self, steps: tuple[Step, ...] | None = None, planned: bool = False) -> Report:
        run = self._run
        done = tuple(run.done) if steps is None else tuple(map(str, steps))
        calls = tuple(tuple(call.name for call in step.calls) for step in steps or ())
        return Report(run.config, run.seen, done, run.elapsed, planned, self._snapshot(), run.clock.now(), calls)

    def _snapshot(self) -> str | None:
        """The final snapshot: this run's, else the one of the deletion that it joined."""
        run = self._run
        if run.snapshot or run.joined_deletion is None or run.seen is None or run.seen.cluster is not None:
            return run.snapshot
        since = run.joined_deletion.created_at
        finals = [each for each in run.seen.snapshots if each.identifier.startswith(final_prefix(run.config.identifier))]
        return next((each.identifier for each in finals if not (since and each.created_at) or each.created_at >= since), None)
