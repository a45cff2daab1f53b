"""What is asked for beyond what dwh.cfg says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from iac.config import Config
from iac.observed import OUR_TAG
from iac.steps import Tags


@dataclass(frozen=True)
class Wish:
    """now: the time, for names. group: the name of our security group.

    restore: the snapshot to start from; "" = the newest final one; None = start empty.
    adopt: whether a cluster that is not ours is taken over.
    """

    now: datetime
    group: str
    restore: str | None = None
    adopt: bool = False


def wanted_tags(config: Config) -> Tags:
    """The tags of everything we make."""
    return (OUR_TAG, *config.tags)


def missing_tags(wanted: Tags, there: Tags) -> Tags:
    """Those that are not there, or say something else there."""
    return tuple(tag for tag in wanted if tag not in there)
