"""What a step is: a sentence, and the API calls that it stands for, as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from iac.wait import Cadence

Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Retry:
    """A refusal that passes by itself: the call is repeated while AWS answers it.

    codes: AWS's error codes. saying: words of AWS's message, where a code alone says too little.
    thing, status: what a person reads meanwhile. limit: seconds, within --timeout.
    what, why, remedy: the Problem when the limit is over.
    held_group: the security group whose network interfaces are then named.
    """

    codes: tuple[str, ...]
    thing: str
    status: str
    cadence: Cadence
    saying: str = ""
    limit: float = float("inf")
    what: str = ""
    why: str = ""
    remedy: str = ""
    held_group: str = ""

    def is_for(self, code: str, said: str) -> bool:
        """Whether this refusal is the one that passes."""
        return code.removesuffix("Fault") in self.codes and self.saying in said


@dataclass(frozen=True)
class Call:
    """One API call by AWS's own names. ignore: error codes that mean it is so already.

    parameters may hold references, which are resolved just before the call.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    ignore: tuple[str, ...] = ()
    retry: Retry | None = None

    @property
    def name(self) -> str:
        """As an IAM policy names it: `iam:CreateRole`."""
        return f"{self.service}:{self.operation}"


RESUME_FIRST = "the cluster is resumed first"
MADE_BY_ANOTHER = "another run makes the cluster, and sets its password"
SNAPSHOT_FIRST = "a snapshot is taken first"
RESIZE_LATER = "the cluster keeps its size for now; run `python create_cluster.py` again when that is over"


@dataclass(frozen=True)
class Fallback:
    """A refusal that tells what no look shows: the plan is made again, knowing that.

    saying: a regular expression for AWS's message. fact: what is done instead, for a person.
    after: seconds after which a refusal in any words is one, that it is for the moment say, and comes again and again.
    """

    saying: str
    fact: str
    after: float = float("inf")


@dataclass(frozen=True)
class Step:
    """What a person reads, and the calls that do it.

    file: what is written into dwh.cfg, by meaning; may hold references.
    awaits: the snapshot that has to be available before the calls; its ARN where it is another account's.
    settles: the cluster has to come to rest before the next step.
    essential: nothing else makes sense without it, so it is never left out.
    optional: should it fail, that is a note, and the rest goes on.
    fallback: the refusal after which there is another way.
    same_as: what it is called in comparisons, where the sentence has a time in it.
    """

    sentence: str
    calls: tuple[Call, ...] = ()
    file: Mapping[str, Any] = field(default_factory=dict)
    awaits: str = ""
    settles: bool = False
    essential: bool = False
    optional: bool = False
    fallback: Fallback | None = None
    same_as: str = ""

    def __str__(self) -> str:
        return self.sentence

    @property
    def key(self) -> str:
        """Two steps with the same key do the same."""
        return self.same_as or self.sentence

    @property
    def final_snapshot(self) -> str:
        """The snapshot that a deletion takes, empty without one."""
        names = (call.parameters.get("FinalClusterSnapshotIdentifier") for call in self.calls)
        return next((str(name) for name in names if name), "")

    @property
    def operations(self) -> tuple[str, ...]:
        """The API operations, in order: `CreateRole`."""
        return tuple(call.operation for call in self.calls)


@dataclass(frozen=True)
class GroupId:
    """Stands for the id of the security group of this name in this VPC."""

    name: str
    vpc_id: str


class Later(Enum):
    """Stands for a value that is known just before the call, or that no step may hold."""

    ADMIN_PASSWORD = "the admin password that dwh.cfg then says"
    NEW_PASSWORD = "a password that is made at that moment"
    PASSWORD_MARK = "the value of PASSWORD_TAG that says: set on this very cluster"
    HOST = "the host name of the cluster, empty while it has none"


def as_list(tags: Tags) -> list[dict[str, str]]:
    """Tags as the APIs take them."""
    return [{"Key": key, "Value": value} for key, value in tags]


def as_words(tags: Tags) -> str:
    """Tags for a person."""
    return ", ".join(f"{key} = {value}" for key, value in tags)


def missing_tags(wanted: Tags, there: Tags) -> Tags:
    """Those that are not there, or say something else there."""
    return tuple(tag for tag in wanted if tag not in there)


def json_text(document: Mapping[str, Any]) -> str:
    """A policy document as the APIs take it, always spelled the same."""
    return json.dumps(document, sort_keys=True)
