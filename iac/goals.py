"""What each verb is after: what it looks at, what it plans, and what it waits for."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from iac.aws import bucket
from iac.errors import Problem
from iac.observe import observe_cluster, observe_to_run, observe_to_stop
from iac.observed import Cluster, Observed
from iac.place import group_name
from iac.plan import (
    STARTING,
    Context,
    another_account,
    asks_s3,
    kept,
    made_by_another,
    may_ask_s3,
    not_brought_back,
    operations_of,
    pending_notes,
    price_words,
    refuse_another_account,
    remarks,
    to_gone,
    to_paused,
    to_running,
    unguarded,
    will_resume,
    warnings,
)
from iac.reconcile import Goal
from iac.request import Request
from iac.run import Run
from iac.s3 import S3Place
from iac.status import is_changing, is_in_transition
from iac.steps import Step


def running(run: Run, request: Request, planning: bool) -> Goal:
    """A warehouse that runs as dwh.cfg says. Raises Problem where the account is not known."""
    if run.unidentified is not None:
        raise run.unidentified

    def look() -> Observed:
        if (planning or not run.config.host) and may_ask_s3(run.config):
            _ask_s3(run)
        seen = observe_to_run(run, request.restore, planning)
        run.accounted = not seen.cluster_only
        return _with_places(run, seen, planning)

    def plan(seen: Observed) -> list[Step]:
        context = _context(run, request)
        settled = not is_changing(seen.cluster) and not seen.cluster_only
        run.note(*another_account(run.config, run.place), *made_by_another(run.place, seen.cluster))
        if settled:
            run.note(*run.config.assumed, detail=seen.cluster is not None and not planning)
        steps = to_running(run.config, seen, context)
        if settled and not run.remarked:
            run.note(*warnings(run.config, seen, context))
            run.note(*remarks(run.config, seen, context), detail=not steps and not planning)
            run.remarked = True
        if settled:
            run.note(*pending_notes(seen), *unguarded(run.config, seen, context))
        if not planning and operations_of(steps) & STARTING:
            run.tell_price(price_words(run.config, seen, operations_of(steps)))
        return steps

    return Goal(look, plan)


def _with_places(run: Run, seen: Observed, planning: bool) -> Observed:
    return replace(seen, s3=_ask_s3(run)()) if asks_s3(run.config, seen, planning) else seen


def _ask_s3(run: Run) -> Callable[[], tuple[S3Place, ...]]:
    """S3 is asked once a run, beside other looks, and only where the answer may matter."""
    if run.s3 is None:
        run.s3 = run.connection.begin_brief(lambda: bucket.look(run.connection, run.config.s3_places), ())
    return run.s3


def gone(run: Run, keep_data: bool, planning: bool) -> Goal:
    """Nothing of ours but snapshots.

    A run looks at the cluster alone until it is gone: nothing else may hold its deletion back.
    """
    refuse_another_account(run.config, run.place)

    def look() -> Observed:
        if not planning:
            seen = observe_cluster(run)
            if seen.cluster is not None:
                return seen
        return observe_to_stop(run, planning)

    def plan(seen: Observed) -> list[Step]:
        run.note(*made_by_another(run.place, seen.cluster))
        if _is_new(run, seen.cluster):
            raise _created_since(seen.cluster)
        if is_in_transition(seen.cluster):
            return []
        steps = to_gone(run.config, seen, keep_data, _context(run))
        run.note(*run.config.assumed, detail=True)
        run.note(*kept(run.config, seen), *(not_brought_back(run.config, seen) if keep_data else []))
        return steps

    return Goal(look, plan, lambda found: is_in_transition(found) and not _is_new(run, found), tolerant=True)


def paused(run: Run, planning: bool = False) -> Goal:
    """A cluster whose compute is not billed. Nothing else is looked at."""
    refuse_another_account(run.config, run.place)

    def plan(seen: Observed) -> list[Step]:
        run.note(*made_by_another(run.place, seen.cluster), *will_resume(run.config, seen, run.clock.now()))
        return [] if is_in_transition(seen.cluster) else to_paused(run.config, seen, _context(run))

    return Goal(lambda: observe_cluster(run, planning), plan, is_in_transition)


def _is_new(run: Run, found: Cluster | None) -> bool:
    """Whether this is not the cluster that this run has deleted, but one that was created after it."""
    if run.deleted is None or found is None:
        return False
    made = (run.deleted.created_at, found.created_at)
    return found.status == "creating" or (None not in made and made[0] != made[1])


def _created_since(found: Cluster | None) -> Problem:
    assert found is not None
    by = f" by {found.maker}" if found.maker else ""
    return Problem(
        f"Cluster {found.identifier} was deleted, and another one of that name has been created since{by}.",
        "It is not the one that was to be deleted, so it is left as it is.",
        "If it is to go as well, run `python delete_cluster.py` again.",
    )


def _context(run: Run, request: Request = Request()) -> Context:
    return Context(
        now=run.clock.now(),
        group=group_name(run.config.identifier),
        request=request,
        role_changed=run.role_changed,
        learned=frozenset(run.learned),
        ci=bool(os.environ.get("CI")),
        taken=run.taken,
        left_out=frozenset(run.left_out),
        done=frozenset(run.times),
        last_cluster=run.last_cluster,
    )
