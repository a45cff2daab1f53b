"""S3 as the product asks it: answers by bucket, in process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Union
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import BotoCoreError

from iac.simulator.call import botocore_response

REGION = "x-amz-bucket-region"


@dataclass(frozen=True)
class Bucket:
    """Keys, the Region, and whether the login may list it."""

    keys: tuple[str, ...] = ()
    region: str = "us-west-2"
    denied: bool = False


Answer = Union[Bucket, int, BotoCoreError, None]
"""None: there is no such bucket. A number: that HTTP status and nothing else."""


@dataclass
class S3:
    """asked: method, bucket, prefix and the Region that the request is signed for, in order."""

    buckets: dict[str, Answer]
    asked: list[tuple[str, str, str, str]] = field(default_factory=list)

    def answer(self, request: AWSPreparedRequest) -> AWSResponse:
        url = urlsplit(request.url)
        authorization = request.headers["Authorization"]
        signed_for = (authorization.decode() if isinstance(authorization, bytes) else authorization).split("/")[2]
        name, prefix = url.netloc.split(".s3.")[0], parse_qs(url.query).get("prefix", [""])[0]
        self.asked.append((str(request.method), name, prefix, signed_for))
        found = self.buckets.get(name)
        if isinstance(found, BotoCoreError):
            raise found
        status, headers, body = self._reply(found, prefix, signed_for)
        return botocore_response(request.url, (status, headers, "" if request.method == "HEAD" else body))

    def _reply(self, found: Any, prefix: str, signed_for: str) -> tuple[int, dict[str, str], str]:
        if isinstance(found, int):
            return found, {}, ""
        if found is None:
            return 404, {}, _error("NoSuchBucket")
        headers = {REGION: found.region}
        if found.region != signed_for:
            return 301, headers, _error("PermanentRedirect")
        if found.denied:
            return 403, headers, _error("AccessDenied")
        count = int(any(key.startswith(prefix) for key in found.keys))
        return 200, headers, f"<ListBucketResult><KeyCount>{count}</KeyCount></ListBucketResult>"


def _error(code: str) -> str:
    return f"<Error><Code>{code}</Code><Message>As S3 says it.</Message></Error>"
