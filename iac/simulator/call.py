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
_METHOD, _PATH, _BODY = "Method", "Path", "Body"
_REST = {"POST": "CreateSchedule", "PUT": "UpdateSchedule", "DELETE": "DeleteSchedule", "GET": "GetSchedule"}
"""The operations of /schedules/NAME (EventBridge Scheduler API reference)."""

Answer = tuple[int, dict[str, Any], "str | bytes"]
"""Status, headers, body."""


@dataclass(frozen=True)
class Call:
    """service, region: of the signature. form: the fields of a query request.

    text: the body of a JSON request, whose operation is in a header. A REST request has its method, path and
    body in the form, so that the journal keeps it.
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
        return not self.form or self.is_rest

    @property
    def is_rest(self) -> bool:
        """Whether the operation is in the method and the path of the request."""
        return _PATH in self.form


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
    if service == "scheduler":
        return _rest_call(region, request.method, request.url, body)
    pairs = parse_qsl(body, keep_blank_values=True)
    pairs += parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    form = dict(pairs)
    return Call(service, region, form.get("Action", ""), form)


def _rest_call(region: str, method: str, url: str, body: str) -> Call:
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    is_one = parts.path.startswith("/schedules/")
    operation = _REST.get(method, "") if is_one else "ListSchedules" if (method, parts.path) == ("GET", "/schedules") else ""
    return Call("scheduler", region, operation, {"Action": operation, _METHOD: method, _PATH: path, _BODY: body})


def moto_request(call: Call) -> Request:
    """The call as moto reads it: a request to AWS's own host, with the example key."""
    headers = {
        "Host": f"{call.service}.{call.region}.amazonaws.com",
        "Authorization": (
            f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20260101/{call.region}/{call.service}"
            "/aws4_request, SignedHeaders=host, Signature=0"
        ),
    }
    method, path = call.form.get(_METHOD, "POST"), call.form.get(_PATH, "/")
    if call.is_rest:
        headers["Content-Type"] = "application/json"
        body = call.form[_BODY]
    elif call.is_json:
        headers["Content-Type"] = "application/x-amz-json-1.1"
        headers["X-Amz-Target"] = f"Simulated.{call.operation}"
        body = call.text or json.dumps({})
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
        body = urlencode(call.form)
    url = f"https://{call.service}.{call.region}.amazonaws.com{path}"
    return normalize_request(AWSPreparedRequest(method, url, HTTPHeaders.from_dict(headers), body.encode(), False))


def botocore_response(url: str, answer: Answer) -> AWSResponse:
    """The answer as botocore reads it."""
    status, headers, body = answer
    return AWSResponse(url, status, headers, MockRawResponse(body))


def _text(value: Any) -> str:
    if hasattr(value, "read"):
        value = value.read()
    return value.decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else str(value)
