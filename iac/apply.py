"""Carrying a step out: one arm for each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from iac import steps
from iac.aws import cluster, network, role
from iac.config import git_exposure, write
from iac.errors import GaveUp, Problem, RoleNotTrusted
from iac.observed import Observed
from iac.policy import trust_policy
from iac.run import Run
from iac.secret import new_password
from iac.wait import Cadence, until

ROLE_SETTLES = timedelta(minutes=5)
"""How old a role may be for "not valid" to mean "not yet known everywhere": IAM is
eventually consistent (IAM User Guide, Troubleshooting); seconds are typical."""

ROLE_CADENCE = Cadence(((0, 1.5), (30, 3)), "usually some seconds")
GROUP_CADENCE = Cadence(((0, 3), (30, 10), (300, 20)), "usually under 5 min")
GROUP_LIMIT = 900.0
"""Seconds until a security group must be free; Terraform, too, allows 15 min."""


def apply(step: steps.Step, run: Run, seen: Observed) -> None:
    """Do what the step says. Raises Problem when AWS refuses, Busy when it is to be looked at anew."""
    match step:
        case steps.CreateRole(name, tags):
            role.create(run.door, name, trust_policy(run.place.account), tags)
        case steps.PutPolicy(name, policy):
            role.put_policy(run.door, name, policy, step.content)
        case steps.AttachPolicy(name, arn):
            role.attach_policy(run.door, name, arn)
        case steps.CreateGroup(name, vpc_id, tags):
            network.create(run.door, name, vpc_id, tags)
        case steps.OpenPort(name, vpc_id, cidr, port, tags):
            network.authorize(run.door, _group_id(run, name, vpc_id), cidr, port, tags)
        case steps.MakePassword():
            _make_password(run)
        case steps.CreateCluster(spec):
            _create_cluster(run, spec, seen)
        case steps.WriteAddress(_, arn):
            _write_address(run, arn)
        case steps.DeleteCluster(identifier, snapshot, keep_days):
            cluster.delete(run.door, identifier, snapshot, keep_days)
            run.snapshot = snapshot
        case steps.DeleteRole(name):
            found = role.look(run.door, name)
            if found is not None:
                role.delete(run.door, found)
        case steps.DeleteGroup(group_id, name):
            _delete_group(run, group_id, name)
        case steps.BlankAddress():
            write(run.config.path, {"host": "", "role_arn": ""})
            run.config = replace(run.config, host="", role_arn="")
        case _:
            raise AssertionError(f"no arm for {type(step).__name__}")


def _group_id(run: Run, name: str, vpc_id: str) -> str:
    """The id behind a group's name; a group made a moment ago may take seconds to be seen."""
    def look() -> str | None:
        return next((group.group_id for group in network.look(run.door, name) if group.vpc_id == vpc_id), None)

    def gave_up(seconds: float) -> GaveUp:
        return GaveUp(
            f"Security group {name} is not to be seen.",
            f"It was created, but after {seconds:.0f} s EC2 still does not list it.",
            "Run the same command again: it goes on from here.",
        )

    return until(look, run.clock, Cadence(((0, 1),)), 60.0, gave_up)


def _make_password(run: Run) -> None:
    """Into the file first: a run killed after this loses nothing."""
    password = new_password()
    write(run.config.path, {"password": password.reveal()})
    run.config = replace(run.config, password=password)
    exposed = git_exposure(run.config.path)
    if exposed:
        run.progress.note(f"{exposed}.")


def _create_cluster(run: Run, spec: steps.ClusterSpec, seen: Observed) -> None:
    """Asks again while a new role is not yet trusted; an old one is refused for good."""
    assert seen.network.vpc_id is not None
    group_id = _group_id(run, spec.group, seen.network.vpc_id)
    role_arn = seen.role.arn if seen.role else run.place.role_arn(spec.role)
    is_new = seen.role is None or run.clock.now() - seen.role.created_at < ROLE_SETTLES
    password = None if spec.managed_password else run.config.password
    began = run.clock.monotonic()

    def ask() -> bool | None:
        try:
            cluster.create(run.door, spec, password, role_arn, group_id)
            return True
        except RoleNotTrusted:
            if not is_new:
                raise
            waited = run.clock.monotonic() - began
            run.progress.waiting(f"IAM role {spec.role}", "not yet trusted", waited, ROLE_CADENCE.usually)
            return None

    def gave_up(seconds: float) -> Problem:
        return Problem(
            f"Redshift does not accept IAM role {spec.role}.",
            f"After {seconds:.0f} s AWS still says that the role must delegate access to Amazon Redshift.",
            "Run the same command again; if it stays so, look at the role's trust policy in the IAM console.",
        )

    try:
        until(ask, run.clock, ROLE_CADENCE, ROLE_SETTLES.total_seconds(), gave_up)
    finally:
        run.progress.arrived()


def _write_address(run: Run, role_arn: str) -> None:
    found = cluster.look(run.door, run.config.identifier)
    host = found.host if found and found.host else ""
    written = write(run.config.path, {"host": host, "role_arn": role_arn, **run.config.settings})
    if written:
        run.progress.note(f"{run.config.path.name}: wrote {'; '.join(written)}.")
    run.config = replace(run.config, host=host, role_arn=role_arn, in_line=True)


def _delete_group(run: Run, group_id: str, name: str) -> None:
    began = run.clock.monotonic()

    def attempt() -> bool | None:
        if network.delete(run.door, group_id):
            return True
        waited = run.clock.monotonic() - began
        run.progress.waiting(f"security group {name}", "still in use", waited, GROUP_CADENCE.usually)
        return None

    def gave_up(seconds: float) -> Problem:
        holders = ", ".join(network.users(run.door, group_id)) or "nothing that EC2 names"
        return Problem(
            f"Security group {name} ({group_id}) cannot be deleted.",
            f"After {seconds / 60:.0f} min it is still in use by {holders}.",
            "The cluster is gone and the group costs nothing; free it, then run `python delete_cluster.py` again.",
        )

    try:
        until(attempt, run.clock, GROUP_CADENCE, GROUP_LIMIT, gave_up)
    finally:
        run.progress.arrived()
