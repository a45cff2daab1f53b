"""Looking at roles: the one of dwh.cfg, and those of ours that the cluster used before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from iac.aws import role
from iac.aws.connection import Connection
from iac.config import Config
from iac.errors import Denied, Problem, TimedOut
from iac.observed import Cluster, Role, Unread
from iac.place import Place
from iac.policy import inline_policy
from iac.run import Run
from iac.tags import ROLE_TAG

T = TypeVar("T")


def role_names(config: Config, place: Place, found: Cluster | None) -> tuple[str, ...]:
    """The role of dwh.cfg, and those that it named before it was edited.

    The cluster's tag and ARN in the file, which is written last of all, still tell these.
    """
    account, name = config.role_in_arn
    before = [name] if name and place.account in ("", account) else []
    tagged = [value for key, value in found.tags if key == ROLE_TAG] if found is not None and found.ours else []
    return tuple(dict.fromkeys([config.role_name, *tagged, *before]))


def tried(what: str, look: Callable[[], T], *tolerated: type[Problem]) -> tuple[T | None, Unread | None]:
    """What a look finds, or why it does not; only the run's time limit ends it. tolerated: every Problem, unless named."""
    try:
        return look(), None
    except TimedOut:
        raise
    except tolerated or (Problem,) as problem:
        return None, Unread(what, problem)


def wanted_role(run: Run, planning: bool) -> tuple[Role | None, Unread | None]:
    """The role of dwh.cfg. Inline policies that others added are of interest to a plan only."""
    name, own = run.config.role_name, inline_policy(run.place.region, run.config.identifier)
    return tried(f"IAM role {name}", lambda: role.look(run.connection, name, listed=planning, text_of=own), Denied)


def old_roles(run: Run, found: Cluster | None) -> tuple[tuple[Role, ...], Unread | None]:
    """Roles of ours that the cluster used before DWH_IAM_ROLE_NAME was edited, where the login may read them."""
    connection, place, wanted = run.connection, run.place, run.config.role_name
    names = tuple(name for name in role_names(run.config, place, found) if name != wanted)
    before, unread = tried(f"IAM role {' or '.join(names)}", lambda: _ours(connection, names), Denied)
    prefix = f"arn:{place.partition}:iam::{place.account}:role/"
    arns = [arn for arn, _ in found.roles if arn.startswith(prefix)] if found is not None and found.ours else []
    associated = [name for name in (arn.rpartition("/")[2] for arn in arns) if name not in (wanted, *names)]
    others = [tried(name, partial(_ours, connection, (name,)), Denied)[0] or () for name in associated]
    return (*(before or ()), *(each for roles in others for each in roles)), unread


def with_profiles(connection: Connection, names: tuple[str, ...]) -> tuple[Role, ...]:
    """Those of these roles that exist; of each of ours, the instance profiles it is in."""
    looks = [connection.begin(partial(_with_profile, connection, name)) for name in names]
    return tuple(found for found in (look() for look in looks) if found is not None)


def _with_profile(connection: Connection, name: str) -> Role | None:
    found = role.look(connection, name)
    return replace(found, profiles=role.profiles(connection, name)) if found is not None and found.ours else found


def _ours(connection: Connection, names: tuple[str, ...]) -> tuple[Role, ...]:
    return tuple(each for each in with_profiles(connection, names) if each.ours)
