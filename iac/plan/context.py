"""What goes into a plan beside the desired and the observed state, the plan itself, and what its parts share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from iac.config import Config
from iac.errors import Problem
from iac.naming import MAKER_TAG, OUR_TAG, ROLE_TAG
from iac.observed import Cluster, Observed, Unread
from iac.steps import Step, Tags
from iac.steps.cluster import ROLE_SETTLES
from iac.steps.policy import completed


@dataclass(frozen=True)
class Request:
    """The options of create_cluster.py that change what is done.

    restore: the snapshot to start from, by its name or ARN; "" = the newest final one; None = start empty.
    adopt: whether a cluster that others made is taken over.
    set_password: whether the admin password is set to dwh.cfg's, a new one where that is blank; no API tells whether it is
    that already.
    """

    restore: str | None = None
    adopt: bool = False
    set_password: bool = False


@dataclass(frozen=True)
class Context:
    """now: the time, for names. group: the name of our security group.

    request: what a person asks for beyond dwh.cfg.
    role_changed: whether this run has changed who may assume the role.
    left_out: the keys of steps that AWS accepts and does not show, and that this run does not try again.
    done: the keys of the steps that this run has carried out.
    taken: the snapshot that this run took, empty without one.
    learned: what only a refusal of AWS's tells, as Fallback.fact.
    last_cluster: the cluster as this run saw it last, also when it is gone. was_there: whether it saw it before anybody
    deleted it. deleted: the one that it has deleted.
    ci: whether this runs on a CI runner.
    """

    now: datetime
    group: str
    request: Request = Request()
    role_changed: bool = False
    learned: frozenset[str] = frozenset()
    ci: bool = False
    taken: str = ""
    left_out: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    last_cluster: Cluster | None = None
    was_there: bool = False
    deleted: Cluster | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is left to do until the goal is reached; no steps where it is.

    notes: what a person should know, also before a refusal. details: what stays as it is, said before the first step that
    is done or planned. assumed: what the file leaves open, said where something is planned. Else both are said only to a
    person who asks for more. price: of what the steps start, in words; empty where they start nothing.
    refused: why nothing is done.

    Of an ability's part alone: after: steps for when the cluster is made. about: what its part of a deletion deals with,
    for a person; empty where there is none of it. unread: what of that could not be looked at, and may be left.
    """

    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    price: str = ""
    refused: Problem | None = None
    after: tuple[Step, ...] = ()
    about: str = ""
    unread: tuple[Unread, ...] = ()


Part = Callable[[Config, Observed, Context, Sequence[Step]], Plan]
"""What an ability adds to a plan, whose other steps it is given. Raises Problem where nothing is to be done at all."""


def role_is_new(seen: Observed, context: Context) -> bool:
    """Whether Redshift may still have to learn who may assume the role."""
    role = seen.role
    if seen.role_unread is not None:
        return False
    if role is None or context.role_changed or context.now - role.created_at < timedelta(seconds=ROLE_SETTLES):
        return True
    return role.ours and role.trust != completed(role.trust, seen.place.account)


def role_arn(config: Config, seen: Observed) -> str:
    """As AWS tells it, else as dwh.cfg does, else derived, so that nothing waits for AWS to tell it."""
    if seen.role is not None:
        return seen.role.arn
    for given in (config.given_role_arn, config.role_arn):
        if f"::{seen.place.account}:role/" in given and given.endswith(f"/{config.role_name}"):
            return given
    return seen.place.role_arn(config.role_name)


def wanted_tags(config: Config) -> Tags:
    """The tags of everything we make."""
    return (OUR_TAG, *config.tags)


def role_tags(config: Config, seen: Observed) -> Tags:
    """On a cluster: the role that goes with it, if that is ours."""
    role_is_ours = seen.role.ours if seen.role is not None else seen.role_unread is None
    return ((ROLE_TAG, config.role_name),) if role_is_ours else ()


def new_cluster_tags(config: Config, seen: Observed) -> Tags:
    """Of a cluster that is made or taken over; also who does that."""
    maker = ((MAKER_TAG, seen.place.caller),) if seen.place.caller else ()
    return (*wanted_tags(config), *role_tags(config, seen), *maker)
