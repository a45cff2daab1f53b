"""Asking the endpoint itself: name, TCP, PostgreSQL's request for SSL, TLS. Nobody logs in.

None is needed to tell whether it answers, and only a login would need the password. One that fails could not lock the admin
user: AWS locks every other user of the database after five in a row (Developer Guide, User lockout for database users).
"""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from functools import partial
from typing import Any

SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""Length and code; the answer is one byte, S or N (PostgreSQL documentation, Message Formats, SSLRequest)."""

CONNECT_TIMEOUT = 5.0
ANSWER_TIMEOUT = 5.0
"""Seconds: for the answer to SSL_REQUEST, and for the TLS handshake."""

_OTHER_NAME = (62, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL."""

Resolve = Callable[[str, int], "list[tuple[Any, ...]]"]
"""As socket.getaddrinfo answers; raises OSError."""


class Outcome(Enum):
    """How far the way to the cluster went. The value is the status that a wait shows."""

    ANSWERED = "answers"
    NO_ADDRESS = "its name does not resolve"
    TIMED_OUT = "no answer to TCP"
    UNROUTABLE = "no route to it"
    REFUSED = "TCP connection refused"
    CLOSED = "connection closed"
    SILENT = "connected, but silent"
    NOT_POSTGRESQL = "answers in another protocol"
    WITHOUT_SSL = "answers without SSL"
    WRONG_NAME = "certificate of another host"
    UNTRUSTED = "answers, certificate not trusted here"
    TLS_FAILED = "TLS handshake failed"


_LASTING = (
    Outcome.ANSWERED, Outcome.NOT_POSTGRESQL, Outcome.WITHOUT_SSL, Outcome.WRONG_NAME, Outcome.UNTRUSTED,
)  # fmt: skip


_UNCONNECTED = {TimeoutError: Outcome.TIMED_OUT, ConnectionRefusedError: Outcome.REFUSED}
"""What comes of an OSError while connecting; else there is no way."""


@dataclass(frozen=True)
class Certificate:
    """What a server shows. name: the first that it is for. not_after: when it expires, in UTC."""

    name: str
    issuer: str
    not_after: datetime | None = None


@dataclass(frozen=True)
class Probe:
    """One try to reach the cluster, without login.

    address: the IP address that the name stands for, empty where it has none.
    said: the words of the operating system or of the TLS library.
    certificate: also where it is not trusted, if it could be read.
    """

    outcome: Outcome
    host: str
    port: int
    address: str = ""
    said: str = ""
    certificate: Certificate | None = None

    @property
    def reachable(self) -> bool:
        """Whether the cluster answered. A root certificate that is missing on this computer does not change that."""
        return self.outcome in (Outcome.ANSWERED, Outcome.UNTRUSTED)

    @property
    def may_pass(self) -> bool:
        """Whether a new cluster goes through this: its name, its address and its port come one after the other."""
        return self.outcome not in _LASTING


@dataclass(frozen=True)
class Cause:
    """Why it does not answer. what: a sentence. remedy: a command to type, or a line of dwh.cfg to edit."""

    what: str
    remedy: str


@dataclass(frozen=True)
class SubnetRoute:
    """Where a subnet's route table sends what is for the internet. to_internet: to an internet gateway."""

    subnet: str
    table: str
    to_internet: bool


@dataclass(frozen=True)
class NetworkFacts:
    """What a look at the network shows; None where that look was not possible.

    own_address: of this computer, as the internet sees it.
    inbound: who may connect to the port by any of the cluster's groups: CIDRs, security groups, prefix lists.
    block_mode: of VPC Block Public Access, as it holds for this VPC. exclusions_allowed: whether the account may exclude
    the VPC from it. unread: what could not be looked at, for a person.
    """

    own_address: str | None = None
    inbound: tuple[str, ...] | None = None
    routes: tuple[SubnetRoute, ...] | None = None
    block_mode: str | None = None
    exclusions_allowed: bool = True
    unread: tuple[str, ...] = ()


class _Stopped(Exception):
    """The way ends here."""

    def __init__(self, outcome: Outcome, said: str = "", address: str = "") -> None:
        super().__init__(outcome)
        self.outcome, self.said, self.address = outcome, said, address


@dataclass(frozen=True)
class Endpoint:
    """Asks one after the other: does the name resolve, is the port open, is PostgreSQL behind it, and whose is it.

    resolve: names to addresses. checked: what certificates are checked against; the system's own root certificates.
    connect_timeout, answer_timeout: seconds.
    """

    resolve: Resolve = partial(socket.getaddrinfo, type=socket.SOCK_STREAM)
    checked: Callable[[], ssl.SSLContext] = ssl.create_default_context
    connect_timeout: float = CONNECT_TIMEOUT
    answer_timeout: float = ANSWER_TIMEOUT

    def ask(self, host: str, port: int) -> Probe:
        """One try. Raises nothing: whatever happens is the answer."""
        try:
            certificate, address = self._certificate(host, port, self._roots())
        except _Stopped as stopped:
            shown = self._shown(host, port, stopped.outcome)
            return Probe(stopped.outcome, host, port, stopped.address, stopped.said, shown)
        return Probe(Outcome.ANSWERED, host, port, address, certificate=certificate)

    def _roots(self) -> ssl.SSLContext:
        """None at all where the system's cannot be read: on Windows one malformed certificate is enough (cpython#79846)."""
        try:
            return self.checked()
        except (OSError, ValueError):
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def _shown(self, host: str, port: int, outcome: Outcome) -> Certificate | None:
        """The certificate that was refused. Python tells what is in one only after it has accepted it."""
        try:
            if outcome is Outcome.WRONG_NAME:
                trusting = self._roots()
                trusting.check_hostname = False
            elif outcome is Outcome.UNTRUSTED:
                trusting = self._trusting(host, port)
            else:
                return None
            return self._certificate(host, port, trusting)[0]
        except (_Stopped, OSError, ValueError):
            return None

    def _trusting(self, host: str, port: int) -> ssl.SSLContext:
        """A context that trusts the very certificate that is shown, whoever signed it.

        Raises _Stopped, OSError or ValueError.
        """
        anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        anything.check_hostname = False
        anything.verify_mode = ssl.CERT_NONE
        plain, _ = self._asked_for_ssl(host, port)
        with plain, anything.wrap_socket(plain, server_hostname=host) as secure:
            certificate = secure.getpeercert(binary_form=True) or b""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata=certificate)
        return context

    def _certificate(self, host: str, port: int, context: ssl.SSLContext) -> tuple[Certificate, str]:
        """The certificate that this context accepts, and the address it came from. Raises _Stopped."""
        plain, address = self._asked_for_ssl(host, port)
        try:
            with plain, context.wrap_socket(plain, server_hostname=host) as secure:
                return _read(secure.getpeercert() or {}), address
        except ssl.SSLCertVerificationError as error:
            outcome = Outcome.WRONG_NAME if error.verify_code in _OTHER_NAME else Outcome.UNTRUSTED
            raise _Stopped(outcome, error.verify_message, address) from None
        except (OSError, ValueError) as error:
            raise _Stopped(Outcome.TLS_FAILED, _words(error), address) from None

    def _asked_for_ssl(self, host: str, port: int) -> tuple[socket.socket, str]:
        """A connection on which the server has agreed to SSL, and its address. Raises _Stopped."""
        plain, address = self._connected(host, port)
        try:
            plain.settimeout(self.answer_timeout)
            plain.sendall(SSL_REQUEST)
            answer = plain.recv(1)
        except OSError as error:
            plain.close()
            silent = isinstance(error, TimeoutError)
            raise _Stopped(Outcome.SILENT if silent else Outcome.CLOSED, _words(error), address) from None
        if answer == b"S":
            return plain, address
        plain.close()
        raise _Stopped({b"": Outcome.CLOSED, b"N": Outcome.WITHOUT_SSL}.get(answer, Outcome.NOT_POSTGRESQL), "", address)

    def _connected(self, host: str, port: int) -> tuple[socket.socket, str]:
        """A TCP connection to the first address that accepts one. Raises _Stopped."""
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise _Stopped(Outcome.NO_ADDRESS, _words(error)) from None
        last = _Stopped(Outcome.NO_ADDRESS)
        for *_, where in found:
            try:
                return socket.create_connection(where[:2], self.connect_timeout / len(found)), where[0]
            except OSError as error:
                last = _Stopped(_UNCONNECTED.get(type(error), Outcome.UNROUTABLE), _words(error), where[0])
        raise last


def ask(host: str, port: int) -> Probe:
    """One try, by the system's own names and root certificates."""
    return Endpoint().ask(host, port)


def _words(error: Exception) -> str:
    """Without the number: the system's own words."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _read(certificate: dict[str, Any]) -> Certificate:
    names = [name for kind, name in certificate.get("subjectAltName", ()) if kind == "DNS"]
    subject, issuer = (
        {name: value for part in certificate.get(whose, ()) for name, value in part} for whose in ("subject", "issuer")
    )
    ends = certificate.get("notAfter")
    return Certificate(
        name=names[0] if names else subject.get("commonName", ""),
        issuer=issuer.get("commonName") or issuer.get("organizationName", ""),
        not_after=datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), timezone.utc) if ends else None,
    )
