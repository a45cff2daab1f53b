"""How what we make is named and tagged: derived, so that the next run finds it; and tags that keep what no API tells."""

from __future__ import annotations

import re
from typing import Any

OUR_TAG = ("ManagedBy", "dwh-iac")
OUR_PREFIX = "dwh-iac-"
"""How the names of our other tags begin."""

PASSWORD_TAG = "dwh-iac-password"
"""On a cluster: for which moment of creation its admin password was last set to
dwh.cfg's, or left as it was where it was taken over with a blank one; PENDING
while a new one is on its way. A restored cluster brings its snapshot's password
and tags along, and no API tells a password."""

PENDING = "pending"

MAKER_TAG = "dwh-iac-maker"
"""On a cluster and on an inbound rule: the caller's ARN, without its session, that made it."""

ROLE_TAG = "dwh-iac-role"
"""On a cluster: the name of the role of ours that it uses. A cluster with another's role has no such tag."""

USE_TAG = "dwh-iac-cluster"
"""On a role: `dwh-iac-cluster:REGION:IDENTIFIER`, once for each cluster that uses it: a role is
global and a cluster is regional, so no look in one region could tell."""

STATE_FILE = ".dwh-simulator"
"""Where the simulated account is kept, beside dwh.cfg."""


def use_tag(region: str, identifier: str) -> tuple[str, str]:
    """The tag on a role that says that this cluster uses it."""
    return f"{USE_TAG}:{region}:{identifier}", "in use"


def used_by(key: str) -> tuple[str, str]:
    """Region and identifier of the cluster that a tag with this key on a role tells of."""
    region, _, identifier = key.removeprefix(f"{USE_TAG}:").partition(":")
    return region, identifier


def maker(caller_arn: str) -> str:
    """The caller's ARN without its session, in the characters that a tag may have.

    A session's name is another one each time: arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION
    (IAM User Guide, IAM identifiers; Redshift Management Guide, Tagging requirements).
    """
    arn = caller_arn.rpartition("/")[0] if ":assumed-role/" in caller_arn else caller_arn
    return re.sub(r"[^A-Za-z0-9 _.:/=+@-]", "-", arn)[:256]


def tag_pairs(found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The tags of a resource as AWS describes it, sorted by key."""
    return tuple(sorted((tag["Key"], tag.get("Value", "")) for tag in found.get("Tags", [])))


def is_ours(tags: tuple[tuple[str, str], ...]) -> bool:
    """Whether this carries our mark: nothing else is changed or deleted."""
    return OUR_TAG in tags


def group_name(identifier: str) -> str:
    """The name of a cluster's security group of ours: derived, so that the next run finds it."""
    return f"dwh-iac-{identifier}"


def final_prefix(identifier: str) -> str:
    """How the names of this cluster's final snapshots begin."""
    return f"{identifier}-final-"
