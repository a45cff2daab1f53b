"""Whether the warehouse answers, as values: what was met on the way to it, and why it did not answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


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


_PASSING = frozenset(
    {
        Outcome.NO_ADDRESS, Outcome.TIMED_OUT, Outcome.UNROUTABLE, Outcome.REFUSED, Outcome.CLOSED, Outcome.SILENT,
        Outcome.TLS_FAILED,
    }
)  # fmt: skip


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
        return self.outcome in _PASSING


@dataclass(frozen=True)
class Cause:
    """Why it does not answer. what: a sentence. remedy: a command to type, or a line of dwh.cfg to edit."""

    what: str
    remedy: str


@dataclass(frozen=True)
class Reach:
    """What a run found out about the way to the cluster.

    happened: what was met, as half a sentence; empty where it answers as it should.
    causes: the most likely first; of an untrusted certificate, what to do about it.
    """

    probe: Probe
    happened: str = ""
    causes: tuple[Cause, ...] = ()

    @property
    def because(self) -> str | None:
        """Why it does not answer, in one text; None where it does."""
        if self.probe.reachable:
            return None
        return " ".join([f"{self.happened[:1].upper()}{self.happened[1:]}.", *(cause.what for cause in self.causes)])


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
    block_mode: of VPC Block Public Access, as it holds for this VPC. unread: what could not be looked at, for a person.
    """

    own_address: str | None = None
    inbound: tuple[str, ...] | None = None
    routes: tuple[SubnetRoute, ...] | None = None
    block_mode: str | None = None
    unread: tuple[str, ...] = ()
