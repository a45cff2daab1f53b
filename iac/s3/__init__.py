"""The s3:// places of dwh.cfg: whether they are there, and in which Region.

Asked before a cluster costs money for a COPY that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from iac.config import Config
from iac.errors import Problem, Refusal
from iac.observed import Observed
from iac.plan import Context, Plan
from iac.plan.access import role_steps
from iac.steps.permissions import Permissions, partition_of
from iac.steps.policy import bucket_and_prefix
from iac.status import is_changing
from iac.steps import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iac.aws.connection import Connection
    from iac.look import Begun, View

NAME = "s3"

_AT_ONCE = 8
"""Places that are asked for side by side: fewer than the ten connections that a client keeps."""

_REGION = "x-amz-bucket-region"
_ABSENT = ("404", "NoSuchBucket")
_EXPECTED = (
    *_ABSENT, "301", "400", "403", "AccessDenied", "AllAccessDisabled", "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException", "PermanentRedirect",
)  # fmt: skip


@dataclass(frozen=True)
class S3Place:
    """One place that [S3] names. What is None or empty is not known.

    uri: as it stands in the file. exists: whether there is a bucket of that name.
    region: of the bucket. filled: whether any key begins with the prefix.
    unchecked: why S3 did not tell all of this, as its error code or in words.
    """

    uri: str
    exists: bool | None = None
    region: str = ""
    filled: bool | None = None
    unchecked: str = ""

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return bucket_and_prefix(self.uri)[0]


def places(seen: Observed) -> tuple[S3Place, ...]:
    """As far as S3 was asked."""
    return seen.of.get(NAME, ())  # type: ignore[no-any-return]


def look(view: View, config: Config, goal: str, begun: Begun) -> Callable[[Observed], tuple[S3Place, ...]] | None:
    """S3 is asked once a run, beside other looks, and only where the answer may matter."""
    if goal != "running" or not _may_ask(config):
        return None

    def asked() -> Callable[[], tuple[S3Place, ...]]:
        return view.once(NAME, lambda: view.connection.begin_brief(lambda: ask(view.connection, config.s3_places), ()))

    if view.planning or not config.host:
        asked()
    return lambda seen: asked()() if is_to_ask(config, seen, view.planning) else ()


def running(config: Config, seen: Observed, context: Context, steps: Sequence[Step]) -> Plan:
    """Raises Problem where a bucket does not exist and the cluster is still to be made."""
    absent = [each for each in places(seen) if each.exists is False]
    if seen.cluster is not None or not absent:
        return Plan(details=tuple(notes(config, seen)))
    buckets = dict.fromkeys(each.bucket for each in absent)
    there = "is no S3 bucket" if len(buckets) == 1 else "are no S3 buckets"
    lines = "this line" if len(absent) == 1 else "these lines"
    raise Problem(
        f"There {there} {', '.join(buckets)}, so no cluster is made.",
        f"COPY could not read {_listed(_named(config, each) for each in absent)}.",
        f"Edit {lines} of {config.path.name} to name a bucket that exists, or make the bucket "
        f"(`aws s3 mb s3://{next(iter(buckets))} --region {seen.place.region}`); then run the same command again.",
    )


def permissions(config: Config) -> Permissions:
    """Optional: without it the places are not checked. It is the permission for HeadBucket and for ListObjectsV2 (Service
    Authorization Reference, Amazon S3)."""
    buckets = dict.fromkeys(bucket_and_prefix(uri)[0] for uri in config.s3_places)
    arns = [f"arn:{partition_of(config)}:s3:::{name}" for name in buckets]
    return {"bucket": ({"Resource": arns}, ("s3:ListBucket",))} if arns else {}


def _may_ask(config: Config) -> bool:
    """Whether there is anything to ask S3 about; the simulator has no S3."""
    return bool(config.s3_places) and config.target == "aws"


def is_to_ask(config: Config, seen: Observed, planning: bool) -> bool:
    """Whether S3 is asked about the places: before a cluster is made, after [S3] was edited, and for a plan."""
    if not _may_ask(config):
        return False
    if planning or seen.cluster is None:
        return True
    if seen.cluster_only or is_changing(seen.cluster):
        return False
    return any("PutRolePolicy" in step.operations for step in role_steps(config, seen))


def notes(config: Config, seen: Observed) -> list[str]:
    """What a person should know of the places, each said once for all that have it in common."""
    found, region = places(seen), seen.place.region
    said = [
        f"There is no S3 bucket {each.bucket}: COPY cannot read {_named(config, each)}; edit that line."
        for each in found
        if each.exists is False
    ]
    for bucket, where in dict.fromkeys((each.bucket, each.region) for each in found if each.region not in ("", region)):
        said.append(
            f"S3 bucket {bucket} is in {where}, and the cluster's Region is {region}: COPY from it needs the clause REGION "
            f"'{where}', and AWS bills the data transfer."
        )
    said += [
        f"There is nothing in S3 under {_named(config, each)}: COPY would find no data there. Is it misspelled?"
        for each in found
        if each.filled is False
    ]
    for reason in dict.fromkeys(each.unchecked for each in found if each.unchecked):
        uris = _listed(each.uri for each in found if each.unchecked == reason)
        said.append(
            f"Not checked in S3: {uris} ({reason}). It is this login that asked; role {config.role_name}, with which the "
            "cluster reads, may be allowed what the login is not."
        )
    return said


def _named(config: Config, place: S3Place) -> str:
    """The place, and the line of the file to edit."""
    option, line = next(((name, line) for uri, name, line in config.lines if uri == place.uri), ("", 0))
    return f"{place.uri} ({option}, line {line} of {config.path.name})" if option else place.uri


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def ask(connection: Connection, uris: tuple[str, ...]) -> tuple[S3Place, ...]:
    """One HeadBucket a bucket and one listing of one key a place, each tried once: what they do not tell stays unknown.

    HeadBucket tells the Region also where access is denied (S3 API reference, HeadBucket).
    Where that is another one, botocore repeats the request there.
    """
    connection = connection.in_region(connection.region)
    heads: dict[str, Callable[[], Any]] = {}
    found: list[S3Place] = []
    for first in range(0, len(uris), _AT_ONCE):
        batch = uris[first : first + _AT_ONCE]
        for bucket, _ in map(bucket_and_prefix, batch):
            if bucket not in heads:
                heads[bucket] = connection.begin(partial(_ask, connection, "HeadBucket", Bucket=bucket))
        listings = [
            connection.begin(partial(_ask, connection, "ListObjectsV2", Bucket=bucket, Prefix=prefix, MaxKeys=1))
            for bucket, prefix in map(bucket_and_prefix, batch)
        ]
        found += [
            _place(uri, heads[bucket_and_prefix(uri)[0]](), listing()) for uri, listing in zip(batch, listings, strict=True)
        ]
    return tuple(found)


def _ask(connection: Connection, operation: str, **parameters: Any) -> dict[str, Any] | Refusal:
    """A failure is a Refusal as well: nothing depends on the answer."""
    try:
        return connection.call("s3", operation, _EXPECTED, **parameters)
    except Problem as problem:
        return Refusal(problem.code or "S3 did not answer", problem.said)
    except RecursionError:
        # botocore follows a redirect that names no Region for ever (GitHub, boto/botocore#1512).
        return Refusal("a redirect that names no Region", "")


def _place(uri: str, head: dict[str, Any] | Refusal, listing: dict[str, Any] | Refusal) -> S3Place:
    """HeadBucket has no body, and its codes are HTTP's: a bucket counts as absent where the listing says so in words."""
    refused = listing.code if isinstance(listing, Refusal) else ""
    region = _region(head) or _region(listing)
    if isinstance(head, Refusal) and head.code in _ABSENT and refused == "NoSuchBucket":
        return S3Place(uri, exists=False)
    if isinstance(listing, Refusal):
        return S3Place(uri, None if isinstance(head, Refusal) and not region else True, region, unchecked=refused)
    return S3Place(uri, True, region, bool(listing.get("KeyCount")))


def _region(answer: dict[str, Any] | Refusal) -> str:
    headers = answer.headers if isinstance(answer, Refusal) else answer["ResponseMetadata"].get("HTTPHeaders", {})
    return str(headers.get(_REGION, ""))
