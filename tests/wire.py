"""The simulated account over the wire: a server on this machine, with faults on demand."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Union

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.exceptions import EndpointConnectionError

from iac.simulator import Simulator
from iac.simulator.call import read_call


@dataclass(frozen=True)
class Refuse:
    """Answer this error instead."""

    code: str
    message: str = "as the test wants it"
    status: int = 400


@dataclass(frozen=True)
class Drop:
    """Close the connection without an answer."""


Fault = Union[Refuse, Drop]
Hook = Callable[[str, str], "Fault | None"]
"""hook(service, operation), such as ("redshift", "CreateCluster")."""


def no_fault(service: str, operation: str) -> Fault | None:
    return None


class Wire:
    """A context manager that gives the server's URL, for AWS_ENDPOINT_URL.

    before: its fault comes instead of the call. after: the call was carried out.
    calls: what was asked, as (service, operation), in order.
    """

    def __init__(self, simulator: Simulator, before: Hook = no_fault, after: Hook = no_fault) -> None:
        self.simulator, self.before, self.after = simulator, before, after
        self.calls: list[tuple[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        # The default looks for a shutdown only twice a second.
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply(self, request: AWSPreparedRequest) -> tuple[int, dict[str, str], bytes] | None:
        """Status, headers and body; None to close the connection."""
        call = read_call(request)
        self.calls.append((call.service, call.operation))
        fault = self.before(call.service, call.operation)
        if fault is None:
            try:
                answer = self.simulator.answer(request)
            except EndpointConnectionError:
                return None
            fault = self.after(call.service, call.operation)
        if fault is None:
            # A real cluster's host does not say that it is simulated.
            return answer.status_code, dict(answer.headers), answer.content.replace(b".simulator", b".c0ffee123")
        return _refusal(fault, call.service) if isinstance(fault, Refuse) else None


def _refusal(fault: Refuse, service: str) -> tuple[int, dict[str, str], bytes]:
    if service == "pricing":
        body = json.dumps({"__type": fault.code, "message": fault.message})
        return fault.status, {"Content-Type": "application/x-amz-json-1.1"}, body.encode()
    error = f"<Error><Code>{fault.code}</Code><Message>{fault.message}</Message></Error>"
    body = f"<ErrorResponse>{error}</ErrorResponse>"
    if service == "ec2":
        body = f"<Response><Errors>{error}</Errors></Response>"
    return fault.status, {"Content-Type": "text/xml"}, body.encode()


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = HTTPHeaders()
            for name, value in self.headers.items():
                headers[name] = value
            url = f"http://{self.headers['Host']}{self.path}"
            answer = wire.reply(AWSPreparedRequest(self.command, url, headers, body, False))
            if answer is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            else:
                self._send(*answer)

        do_GET = do_PUT = do_DELETE = do_POST

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "date", "server", "status"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the tests' own output is enough."""

    return Handler
