"""Carrying steps out: one loop over their calls, with references resolved just before each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from iac.aws import network, snapshot
from iac.aws.accepted import accepted
from iac.config.git import git_exposure
from iac.config.writeback import write
from iac.errors import AnswerLost, Problem, Replan, TimedOut
from iac.run import Run
from iac.secret import Secret, new_password
from iac.steps import AdminPassword, Call, ClusterHost, GroupId, NewPassword, PasswordMark, Retry, Step
from iac.steps.network import GROUP_SHOWS
from iac.wait import Cadence, InProgress

SNAPSHOT_CADENCE = Cadence(((0, 5), (120, 10), (1200, 30)), "usually 1 to 10 min")
TRUST_CHANGES = ("CreateRole", "UpdateAssumeRolePolicy")


def carry_out(step: Step, run: Run) -> None:
    """Do what the step says.

    Raises Problem when AWS refuses, Conflict when it is to be looked at anew, Replan when there is another way.
    """
    if step.awaits:
        _await_snapshot(step.awaits, run)
    try:
        for call in step.calls:
            _perform(call, run)
    except Problem as refused:
        _fall_back(step, refused, run)
        raise
    if step.file:
        _write(step.file, run)
    run.snapshot = step.final_snapshot or run.snapshot


def _fall_back(step: Step, refused: Problem, run: Run) -> None:
    """Raises Replan if AWS's words tell of another way that this run does not know yet."""
    other = step.fallback
    if other is None or other.fact in run.learned or not re.search(other.saying, refused.said):
        return
    run.learned.add(other.fact)
    run.progress.note(f"AWS refused to {step.key} ({refused.said}); {other.fact}.")
    raise Replan(refused.what, refused.why, refused.remedy) from None


def _perform(call: Call, run: Run) -> None:
    retry, parameters = call.retry, _resolved(call.parameters, run)

    def attempt() -> bool | InProgress:
        try:
            answer = run.connection.call(call.service, call.operation, call.ignore, **parameters)
        except Problem as refused:
            if retry is None or isinstance(refused, AnswerLost) or not retry.is_for(refused.code, refused.said):
                raise
            return InProgress(retry.status)
        _account_for(call, parameters, answer, run)
        return True

    if retry is None:
        attempt()
    else:
        run.watch(retry.thing, attempt, retry.cadence, limit=retry.limit, gave_up=_gave_up(retry, run))
    if call.operation in TRUST_CHANGES:
        run.role_changed = True
    if call.operation == "CreateClusterSnapshot":
        run.taken = parameters["SnapshotIdentifier"]


def _account_for(call: Call, sent: Mapping[str, Any], answer: Any, run: Run) -> None:
    """A change of the cluster is to be looked at; what the answer to any other tells of need not be."""
    if call.service == "redshift":
        run.fresh = False
        return
    seen = accepted(run.seen, run.config.role_name, call.operation, sent, answer) if run.seen else None
    if seen is None:
        run.accounted = False
    else:
        run.see(seen)


def _gave_up(retry: Retry, run: Run) -> Any:
    def problem(seconds: float, status: str) -> Problem:
        why = f"{retry.why}, after {seconds / 60:.0f} min."
        if retry.held_group:
            held = ", ".join(network.users(run.connection, retry.held_group)) or "nothing that EC2 names"
            why = f"{retry.why} by {held}, after {seconds / 60:.0f} min."
        return Problem(retry.what, why, retry.remedy)

    return problem if retry.what else None


def _resolved(value: Any, run: Run) -> Any:
    """The value with every reference in it replaced."""
    match value:
        case Mapping():
            return {key: _resolved(each, run) for key, each in value.items()}
        case list():
            return [_resolved(each, run) for each in value]
        case GroupId():
            return _group_id(value, run)
        case AdminPassword():
            assert run.config.password is not None, "a password is made before it is set"
            return run.config.password.reveal()
        case NewPassword():
            return new_password().reveal()
        case PasswordMark():
            found = run.cluster()
            return found.password_stamp if found else "set"
        case ClusterHost():
            found = run.cluster()
            return (found.host if found else None) or ""
    return value


def _write(file: Mapping[str, Any], run: Run) -> None:
    """Into dwh.cfg, and into what this run knows of it."""
    values = _resolved(file, run)
    written = write(run.config.path, values)
    known = {name: values[name] for name in ("host", "role_arn") if name in values}
    if known.get("host"):
        known["in_line"] = True
        _tell_written(written, run)
    if "password" in values:
        known["password"] = Secret(values["password"])
    run.config = replace(run.config, **known)
    exposed = git_exposure(run.config.path) if set(file) == {"password"} else None
    if exposed:
        run.note(exposed)


def _tell_written(written: tuple[str, ...], run: Run) -> None:
    """That HOST and ARN are filled in, the step says; that other options were changed as well is told."""
    text, file = "; ".join(written), run.config.path.name
    if written and not run.config.in_line:
        run.progress.note(f"Written into {file}, so that every section of it says the same: {text}.")
    elif written:
        run.progress.detail(f"Written into {file}: {text}.")


def _await_snapshot(name: str, run: Run) -> None:
    """Until it is available. Raises Problem when it failed or is gone."""
    if run.seen and any((each.identifier, each.status) == (name, "available") for each in run.seen.snapshots):
        return

    def look() -> bool | InProgress:
        found = snapshot.find(run.connection, name)
        if found is None or found.status in ("failed", "deleted", "cancelled"):
            raise Problem(
                f"Snapshot {name} cannot be used.",
                f"Its status is {found.status if found else 'gone'}.",
                "See which there are: `python delete_cluster.py --plan`.",
            )
        return found.status == "available" or InProgress(found.status, found.progress)

    run.watch(f"snapshot {name}", look, SNAPSHOT_CADENCE)


def _group_id(group: GroupId, run: Run) -> str:
    """The id behind the name; where only AWS can tell it, a group that was made a moment ago may take seconds to be seen."""
    known = run.seen.group_in(group.vpc_id) if run.seen else None
    if known is not None:
        return known.group_id

    def look() -> str | InProgress:
        found = [each.group_id for each in network.look(run.connection, group.name) if each.vpc_id == group.vpc_id]
        return found[0] if found else InProgress("not listed yet")

    def gave_up(seconds: float, status: str) -> Problem:
        return TimedOut(
            f"Security group {group.name} cannot be found.",
            f"It was created, but after {seconds:.0f} s EC2 still does not list it.",
            "Run the same command again: it goes on from here.",
        )

    every = Cadence(((0, 1),), "usually at once")
    return run.watch(f"security group {group.name}", look, every, limit=GROUP_SHOWS, gave_up=gave_up)
