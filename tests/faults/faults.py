"""Fault injection: the kinds of faults, and an account some of whose calls fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import BotoCoreError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from iac.simulator.call import Call, botocore_response, read_call

Answering = Callable[[AWSPreparedRequest], AWSResponse]

JSON_SERVICES = frozenset({"pricing", "scheduler"})
"""All others that the product asks speak XML."""

REFUSED_WHEN_BUSY = frozenset(
    "CreateClusterSnapshot CreateTags DeleteCluster DeleteTags ModifyCluster ModifyClusterIamRoles "
    "PauseCluster ResizeCluster ResumeCluster".split()
)
"""The changes for which Redshift's service model names InvalidClusterStateFault."""

SOON_AFTER_MAKING = frozenset(
    "PutRolePolicy AttachRolePolicy TagRole UpdateAssumeRolePolicy "
    "AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress".split()
)
"""IAM and EC2 are eventually consistent: what was made a moment ago may not be found."""

FOR_GOOD = 10**6


class Killed(BaseException):
    """The process was killed. No code of the product may catch this."""


@dataclass(frozen=True)
class Refuse:
    """AWS answers with this error. codes: by service, where its own word differs."""

    status: int
    code: str
    message: str
    codes: tuple[tuple[str, str], ...] = ()

    def answer(self, call: Call, url: str) -> AWSResponse:
        """The answer on the wire, in the language of the service."""
        code = dict(self.codes).get(call.service, self.code)
        if call.service in JSON_SERVICES:
            body, kind = json.dumps({"__type": code, "message": self.message}), "application/x-amz-json-1.1"
        else:
            error = f"<Error><Code>{code}</Code><Message>{self.message}</Message></Error>"
            kind = "text/xml"
            body = (
                f"<Response><Errors>{error}</Errors></Response>"
                if call.service == "ec2"
                else f"<ErrorResponse>{error}</ErrorResponse>"
            )
        return botocore_response(url, (self.status, {"Content-Type": kind}, body))


@dataclass(frozen=True)
class Lose:
    """The connection is lost."""

    error: type[BotoCoreError]


@dataclass(frozen=True)
class Kill:
    """The process is killed."""


@dataclass(frozen=True)
class Ignore:
    """AWS accepts the change, and nothing changes."""

    def answer(self, call: Call, url: str) -> AWSResponse:
        """An answer of the query protocol without members."""
        body = f"<{call.operation}Response><{call.operation}Result/></{call.operation}Response>"
        return botocore_response(url, (200, {"Content-Type": "text/xml"}, body))


Effect = Refuse | Lose | Kill | Ignore
"""What becomes of a call."""


@dataclass(frozen=True)
class Fault:
    """A kind of fault.

    carried_out: whether AWS carries the call out before it fails. times: how often in
    a row. passes: a run must outlast it. again: the run may end well, and the next run
    without the fault does the rest. every: all operations fail, not the one alone.
    only: the operations that can fail like this, where not all can. never: those that cannot.
    """

    name: str
    effect: Effect
    carried_out: bool = False
    times: int = 1
    passes: bool = True
    again: bool = False
    every: bool = False
    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()

    def applies_to(self, operation: str) -> bool:
        """Whether this can happen to a call of the operation."""
        return operation not in self.never and (self.only is None or operation in self.only)


_BUSY = "There is an operation running on the Cluster. Please try to delete it at a later time."
_LAKEHOUSE = "The cluster has a Lakehouse registration, which must be removed first."
_UNTRUSTED = (
    "The IAM role arn:aws:iam::123456789012:role/dwhRole is not valid. "
    "The IAM role must delegate access to an Amazon Redshift account."
)
_UNASSUMED = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
_EXPIRED = "The security token included in the request is expired"
_DENIED_CODES = (("ec2", "UnauthorizedOperation"), ("pricing", "AccessDeniedException"), ("scheduler", "AccessDeniedException"))
_EXPIRED_CODES = (("ec2", "RequestExpired"), ("pricing", "ExpiredTokenException"), ("scheduler", "ExpiredTokenException"))

FAULTS = (
    Fault("killed before", Kill(), passes=False),
    Fault("killed after", Kill(), carried_out=True, passes=False),
    Fault("dropped before", Lose(ConnectionClosedError)),
    Fault("dropped after", Lose(ReadTimeoutError), carried_out=True),
    # Some five minutes. Whoever is offline when it begins is told so at once, and asks this first.
    Fault("offline", Lose(EndpointConnectionError), times=30, every=True, never=frozenset({"GetCallerIdentity"})),
    # A role that may not be read is used as it is, so that a run can end well and leave something to do.
    Fault("denied", Refuse(403, "AccessDenied", "User is not authorized", _DENIED_CODES),
          times=FOR_GOOD, passes=False, again=True),
    Fault("expired", Refuse(403, "ExpiredToken", _EXPIRED, _EXPIRED_CODES),
          times=FOR_GOOD, passes=False, every=True),
    Fault("throttled", Refuse(400, "Throttling", "Rate exceeded",
                              (("ec2", "RequestLimitExceeded"), ("scheduler", "ThrottlingException"))), times=3),
    Fault("failing", Refuse(500, "InternalFailure", "An internal error has occurred"), times=3),
    Fault("failing after", Refuse(503, "ServiceUnavailable", "Service is unavailable"), carried_out=True),
    Fault("busy", Refuse(400, "InvalidClusterState", _BUSY), times=3, only=REFUSED_WHEN_BUSY),
    Fault("throttled below", Refuse(400, "DependentServiceRequestThrottlingFault", "The request cannot be completed"),
          times=3, only=frozenset({"CreateCluster", "RestoreFromClusterSnapshot", "CreateTags"})),
    Fault("not seen yet", Refuse(404, "NoSuchEntity", "It cannot be found", (("ec2", "InvalidGroup.NotFound"),)),
          times=3, only=SOON_AFTER_MAKING),
    Fault("not trusted yet", Refuse(400, "InvalidParameterValue", _UNTRUSTED), times=3,
          only=frozenset({"CreateCluster", "ModifyClusterIamRoles", "RestoreFromClusterSnapshot"})),
    Fault("not assumed yet", Refuse(400, "ValidationException", _UNASSUMED), times=3, only=frozenset({"CreateSchedule"})),
    Fault("out of schedules", Refuse(402, "ServiceQuotaExceededException", "You have reached the maximum number of schedules"),
          times=FOR_GOOD, passes=False, again=True, only=frozenset({"CreateSchedule"})),
    # What is optional is left out, and the next run does it.
    Fault("refused for good", Refuse(400, "InvalidClusterState", _LAKEHOUSE), times=FOR_GOOD, passes=False, again=True,
          only=REFUSED_WHEN_BUSY),
    Fault("not kept", Ignore(), again=True, times=FOR_GOOD, only=frozenset({"TagRole", "ModifyClusterIamRoles"})),
    Fault("held by others", Refuse(409, "DeleteConflict", "Delete its dependents first", (("ec2", "DependencyViolation"),)),
          times=3, only=frozenset({"DeleteRole", "DeleteSecurityGroup"})),
)  # fmt: skip

Choose = Callable[[int, Call], "Fault | None"]
"""choose(number, call): what happens to the call of that number, from 1 on."""


def no_fault(number: int, call: Call) -> Fault | None:
    """The Choose that lets every call succeed."""
    return None


class OneFault:
    """The Choose that injects one fault, from the call of this number on.

    operation: of that call; None until it is made.
    """

    def __init__(self, fault: Fault, number: int) -> None:
        self._fault, self._number, self._left = fault, number, fault.times
        self.operation: str | None = None

    def __call__(self, number: int, call: Call) -> Fault | None:
        if number == self._number:
            self.operation = call.operation
        if self.operation is None or not self._left or not (self._fault.every or call.operation == self.operation):
            return None
        self._left -= 1
        return self._fault


class FirstCalls:
    """The Choose that injects one fault into the first calls of one operation."""

    def __init__(self, operation: str, fault: Fault) -> None:
        self._operation, self._fault, self._left = operation, fault, fault.times

    def __call__(self, number: int, call: Call) -> Fault | None:
        if call.operation != self._operation or not self._left:
            return None
        self._left -= 1
        return self._fault


def fault(name: str) -> Fault:
    """The fault of this name."""
    return next(each for each in FAULTS if each.name == name)


class Faulty:
    """An account some of whose calls fail.

    calls: what was asked, as (service, operation), in order. late: what was asked
    after the process was killed. killed: is called when it is.
    """

    def __init__(self, answer: Answering, choose: Choose = no_fault, killed: Callable[[], None] = lambda: None) -> None:
        self._answer, self._choose, self._on_kill = answer, choose, killed
        self._is_killed = False
        self.calls: list[tuple[str, str]] = []
        self.late: list[str] = []

    def answer(self, request: AWSPreparedRequest) -> AWSResponse:
        """The account's answer, or the fault's. Raises Killed when the process is killed."""
        call = read_call(request)
        if self._is_killed:
            self.late.append(call.operation)
            raise Killed
        self.calls.append((call.service, call.operation))
        fault = self._choose(len(self.calls), call)
        if fault is None:
            return self._answer(request)
        if fault.carried_out:
            self._answer(request)
        return self._failed(fault.effect, call, request.url)

    def _failed(self, effect: Effect, call: Call, url: str) -> AWSResponse:
        if isinstance(effect, (Refuse, Ignore)):
            return effect.answer(call, url)
        if isinstance(effect, Lose):
            raise effect.error(endpoint_url=url)
        self._is_killed = True
        self._on_kill()
        raise Killed
