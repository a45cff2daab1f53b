"""One request to AWS, reduced to service, Region, operation and parameters; and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse
from moto.core.request import Request

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

    A request of another protocol has its method, path and body in the form, so that the journal keeps it.
    """

    service: str
    region: str
    operation: str
    form: dict[str, str]

    @property
    def changes(self) -> bool:
        """Whether this may change the account, and so belongs into the journal."""
        return bool(self.operation) and not self.operation.startswith(_READING)

    @property
    def is_json(self) -> bool:
        """Whether the service speaks JSON; the others speak the query protocol and XML."""
        return _BODY in self.form or not self.form


def read_call(request: Any) -> Call:
    """The call in an AWSPreparedRequest of botocore, whatever its host.

    Service and Region are in the credential scope of the signature:
    `Credential=<key>/<date>/<region>/<service>/aws4_request`.
    """
    headers = {_text(name).lower(): _text(value) for name, value in request.headers.items()}
    scope = headers.get("authorization", "").partition("Credential=")[2].split(",")[0].split("/")
    region, service = (scope[2], scope[3]) if len(scope) >= 5 else ("us-east-1", "unknown")
    url, body = urlsplit(request.url), _text(request.body or b"")
    form = dict(parse_qsl(body, keep_blank_values=True) + parse_qsl(url.query, keep_blank_values=True))
    if target := headers.get("x-amz-target", ""):
        form = {"Action": target.rpartition(".")[2], _BODY: body}
    elif service == "scheduler":
        listing = "ListSchedules" if (request.method, url.path) == ("GET", "/schedules") else ""
        operation = _REST.get(request.method, "") if url.path.startswith("/schedules/") else listing
        path = url._replace(scheme="", netloc="").geturl()
        form = {"Action": operation, _METHOD: request.method, _PATH: path, _BODY: body}
    return Call(service, region, form.get("Action", ""), form)


def moto_request(call: Call) -> Request:
    """The call as moto reads it: a request to AWS's own host, with the example key.

    Its fields are given as they are: to write and to parse a body takes longer than most calls.
    """
    host = f"{call.service}.{call.region}.amazonaws.com"
    scope = f"{ACCESS_KEY}/20260101/{call.region}/{call.service}/aws4_request"
    path, _, query = call.form.get(_PATH, "/").partition("?")
    environment = {
        "REQUEST_METHOD": call.form.get(_METHOD, "POST"),
        "PATH_INFO": unquote(path),
        "QUERY_STRING": query,
        "SERVER_NAME": host,
        "SERVER_PORT": "443",
        "wsgi.url_scheme": "https",
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-8",
    }
    if _PATH in call.form:
        environment["CONTENT_TYPE"] = "application/json"
    elif call.is_json:
        environment |= {"CONTENT_TYPE": "application/x-amz-json-1.1", "HTTP_X_AMZ_TARGET": f"Simulated.{call.operation}"}
    request = Request(environment)
    fields, none = request.parameter_storage_class(call.form), request.parameter_storage_class()
    known = {"form": none} if call.is_json else {"form": fields, "values": fields}
    vars(request).update(known, data=call.form.get(_BODY, "").encode(), files=none)
    return request


def botocore_response(url: str, answer: Answer) -> AWSResponse:
    """The answer as botocore reads it."""
    status, headers, body = answer
    return AWSResponse(url, status, headers, MockRawResponse(body))


def _text(value: Any) -> str:
    if hasattr(value, "read"):
        value = value.read()
    return value.decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else str(value)
