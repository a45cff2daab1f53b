"""Whether the places in S3 that dwh.cfg names are there, and in which Region."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from iac.aws.connection import Connection, Refusal
from iac.errors import Problem
from iac.s3 import S3Place, bucket_and_prefix

_AT_ONCE = 8
"""Places that are asked for side by side: fewer than the ten connections that a client keeps."""

_REGION = "x-amz-bucket-region"
_ABSENT = ("404", "NoSuchBucket")
_EXPECTED = (
    *_ABSENT, "301", "400", "403", "AccessDenied", "AllAccessDisabled", "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException", "PermanentRedirect",
)  # fmt: skip


def look(connection: Connection, uris: tuple[str, ...]) -> tuple[S3Place, ...]:
    """One HeadBucket a bucket and one listing of one key a place, each tried once: what they do not tell stays unknown.

    HeadBucket tells the Region also where access is denied (S3 API reference, HeadBucket).
    Where that is another one, botocore repeats the request there.
    """
    connection = connection.in_region(connection.region)
    heads: dict[str, Callable[[], Any]] = {}
    found: list[S3Place] = []
    for first in range(0, len(uris), _AT_ONCE):
        batch = uris[first : first + _AT_ONCE]
        for bucket in dict.fromkeys(bucket_and_prefix(uri)[0] for uri in batch):
            if bucket not in heads:
                heads[bucket] = connection.begin(partial(_ask, connection, "HeadBucket", Bucket=bucket))
        listings = [connection.begin(partial(_list, connection, uri)) for uri in batch]
        found += [
            _place(uri, heads[bucket_and_prefix(uri)[0]](), listing()) for uri, listing in zip(batch, listings, strict=True)
        ]
    return tuple(found)


def _list(connection: Connection, uri: str) -> dict[str, Any] | Refusal:
    bucket, prefix = bucket_and_prefix(uri)
    return _ask(connection, "ListObjectsV2", Bucket=bucket, Prefix=prefix, MaxKeys=1)


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
    """HeadBucket has no body, and its codes are HTTP's; that a bucket is absent counts where the listing says so in words."""
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
