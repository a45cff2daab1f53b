"""One request to AWS, reduced to service, Region, operation and parameters; and its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import MockRawResponse
from moto.core.request import Request, normalize_request

from iac.simulator.session import ACCESS_KEY

_READING = ("Describe", "Get", "List")

Answer = tuple[int, dict[str, Any], "str | bytes"]
"""Status, headers, body."""


@dataclass(frozen=True)
class Call:
    """service, region: of the signature. form: the fields of a query request.

    text: the body of a JSON request, whose operation is in a header.
    """

    service: str
    region: str
    operation: str
    form: dict[str, str]
    text: str = ""

    @property
    def changes(self) -> bool:
        """Whether this may change the account, and so belongs into the journal."""
        return bool(self.form) and not self.operation.startswith(_READING)

    @property
    def is_json(self) -> bool:
        """Whether the service speaks JSON; the others speak the query protocol and XML."""
        return not self.form


def read_call(request: Any) -> Call:
    """The call in an AWSPreparedRequest of botocore, whatever its host.

    Service and Region are in the credential scope of the signature:
    `Credential=<key>/<date>/<region>/<service>/aws4_request`.
    """
    headers = {_text(name).lower(): _text(value) for name, value in request.headers.items()}
    scope = headers.get("authorization", "").partition("Credential=")[2].split(",")[0].split("/")
    region, service = (scope[2], scope[3]) if len(scope) >= 5 else ("us-east-1", "unknown")
    body = _text(request.body or b"")
    if target := headers.get("x-amz-target", ""):
        return Call(service, region, target.rpartition(".")[2], {}, body)
    pairs = parse_qsl(body, keep_blank_values=True)
    pairs += parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    form = dict(pairs)
    return Call(service, region, form.get("Action", ""), form)


def moto_request(call: Call) -> Request:
    """The call as moto reads it: a request to AWS's own host, with the example key."""
    headers = {
        "Host": f"{call.service}.{call.region}.amazonaws.com",
        "Authorization": (
            f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20260101/{call.region}/{call.service}"
            "/aws4_request, SignedHeaders=host, Signature=0"
        ),
    }
    if call.is_json:
        headers["Content-Type"] = "application/x-amz-json-1.1"
        headers["X-Amz-Target"] = f"Simulated.{call.operation}"
        body = call.text or json.dumps({})
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
        body = urlencode(call.form)
    url = f"https://{call.service}.{call.region}.amazonaws.com/"
    return normalize_request(AWSPreparedRequest("POST", url, HTTPHeaders.from_dict(headers), body.encode(), False))


def botocore_response(url: str, answer: Answer) -> AWSResponse:
    """The answer as botocore reads it."""
    status, headers, body = answer
    return AWSResponse(url, status, headers, MockRawResponse(body))


def _text(value: Any) -> str:
    if hasattr(value, "read"):
        value = value.read()
    return value.decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else str(value)
