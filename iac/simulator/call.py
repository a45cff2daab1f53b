"""One request to AWS, reduced to service, Region, operation and parameters; and its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

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
    """The call as moto reads it: a request to AWS's own host, with the example key.

    Its fields are given as they are: to write and to parse a body takes longer than most calls.
    """
    if call.is_rest:
        return _rest_request(call)
    host = f"{call.service}.{call.region}.amazonaws.com"
    kind = "x-amz-json-1.1" if call.is_json else "x-www-form-urlencoded; charset=utf-8"
    request = Request(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "QUERY_STRING": "",
            "SERVER_NAME": host,
            "SERVER_PORT": "443",
            "wsgi.url_scheme": "https",
            "HTTP_HOST": host,
            "HTTP_AUTHORIZATION": _signature(call),
            "CONTENT_TYPE": f"application/{kind}",
            **({"HTTP_X_AMZ_TARGET": f"Simulated.{call.operation}"} if call.is_json else {}),
        }
    )
    body = (call.text or json.dumps({})) if call.is_json else ""
    fields, no_files = request.parameter_storage_class(call.form), request.parameter_storage_class()
    vars(request).update(data=body.encode(), form=fields, values=fields, files=no_files)
    return request


def _rest_request(call: Call) -> Request:
    """Its parameters are in the path and in a body of JSON."""
    host = f"{call.service}.{call.region}.amazonaws.com"
    headers = {"Host": host, "Authorization": _signature(call), "Content-Type": "application/json"}
    url, body = f"https://{host}{call.form[_PATH]}", call.form[_BODY].encode()
    return normalize_request(AWSPreparedRequest(call.form[_METHOD], url, HTTPHeaders.from_dict(headers), body, False))


def _signature(call: Call) -> str:
    scope = f"{ACCESS_KEY}/20260101/{call.region}/{call.service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


def botocore_response(url: str, answer: Answer) -> AWSResponse:
    """The answer as botocore reads it."""
    status, headers, body = answer
    return AWSResponse(url, status, headers, MockRawResponse(body))


def _text(value: Any) -> str:
    if hasattr(value, "read"):
        value = value.read()
    return value.decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else str(value)
