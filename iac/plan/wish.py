"""What is asked for beyond what dwh.cfg says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from iac.config import Config
from iac.observed import OUR_TAG, Observed
from iac.policy import trust_policy
from iac.steps import Tags
from iac.steps.cluster import ROLE_SETTLES


@dataclass(frozen=True)
class Wish:
    """now: the time, for names. group: the name of our security group.

    restore: the snapshot to start from; "" = the newest final one; None = start empty.
    adopt: whether a cluster that is not ours is taken over.
    role_changed: whether this run has changed who may assume the role.
    """

    now: datetime
    group: str
    restore: str | None = None
    adopt: bool = False
    role_changed: bool = False


def role_is_new(seen: Observed, wish: Wish) -> bool:
    """Whether Redshift may still have to learn who may assume the role."""
    role = seen.role
    if role is None or wish.role_changed or wish.now - role.created_at < timedelta(seconds=ROLE_SETTLES):
        return True
    return role.ours and role.trust != trust_policy(seen.place.account)


def wanted_tags(config: Config) -> Tags:
    """The tags of everything we make."""
    return (OUR_TAG, *config.tags)


def missing_tags(wanted: Tags, there: Tags) -> Tags:
    """Those that are not there, or say something else there."""
    return tuple(tag for tag in wanted if tag not in there)
