"""The connection to AWS: one session, its clients, and every call through one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from copy import copy
from functools import cache
from threading import Event, RLock, Thread
from typing import Any, TypeVar

import boto3
import botocore.exceptions
from botocore import xform_name
from botocore.config import Config as ClientConfig
from botocore.parsers import ResponseParserError

from iac.aws.refusals import CHECK_NETWORK, explain, explain_local, explain_unexpected, login_source
from iac.config.faults import Mask
from iac.errors import AnswerLost, Conflict, Problem, Refusal, TimedOut, TransientError
from iac.progress import Progress
from iac.wait import TROUBLE_LIMIT, Cadence, Clock, until

T = TypeVar("T")

TROUBLE = Cadence(((0, 2), (20, 5), (60, 15)))
BRIEF = 6.0
"""Seconds for a look that a run can do without. The limits of a socket hold for each address of a host anew."""

FIRST_PATIENCE = 15.0
"""Seconds of trouble that the first call outlasts: a region misspelled or a
laptop offline is told soon, when nothing is under way yet."""

CALL_LIMIT = 45.0
"""Seconds for one call or listing as a whole: the limits of a socket hold for each part of an answer anew."""

GRACE = 10.0
"""Seconds after the run's time for calls that end it in order: what the cluster's status is, say."""

_UNANSWERED: Any = object()
TICK = 0.2
"""Seconds after which a wait for a thread can be interrupted: on Windows Ctrl-C does not end one without a limit."""


def _in_background(look: Callable[[], T]) -> Future[T] | None:
    """Begin it in a thread, which nobody has to wait for at the end of the process; None where the system starts no more."""
    future: Future[T] = Future()

    def carry_out() -> None:
        try:
            future.set_result(look())
        except BaseException as error:
            future.set_exception(error)

    try:
        # A thread of the library's pools would hold up the end of the process after Ctrl-C.
        Thread(target=carry_out, daemon=True).start()
    except RuntimeError:
        return None
    return future


class Connection:
    """Calls AWS. A transient error is outlasted here, so no caller needs to. Threads may share it.

    Raises Problem for every refusal that the caller did not expect, and TimedOut
    when the run's time is over while the trouble lasts.

    deadline: of clock.monotonic(), when the run's time is over.
    patience: seconds of trouble in a row that a call outlasts.
    """

    def __init__(
        self, session: boto3.Session, clock: Clock, progress: Progress, attempts: int = 3, at_once: bool = False,
        deadline: float = float("inf"),
    ) -> None:  # fmt: skip
        self.region: str = session.region_name
        self._session = session
        self._at_once = at_once
        self._clock = clock
        self._progress = progress
        self._settings = ClientConfig(
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=10,
            read_timeout=30,
            user_agent_extra="dwh-iac",
        )
        self._clients: dict[str, Any] = {}
        self._making = RLock()
        self._telling = RLock()
        self._closed = Event()
        self._answered = False
        self.deadline = deadline
        self.patience = TROUBLE_LIMIT

    def in_region(self, region: str, timeout: float = 5.0) -> Connection:
        """Another one, to another Region, for looks that a run can do without: each is tried once.

        timeout: seconds for connecting, and for each part of the answer.
        """
        other = copy(self)
        tries = {"mode": "standard", "total_max_attempts": 1}
        once = ClientConfig(retries=tries, connect_timeout=timeout, read_timeout=timeout)
        other.region, other.patience = region, 0.0
        other._clients, other._settings = {}, self._settings.merge(once)
        return other

    def to_another_service(self) -> Connection:
        """Another one, for a service that the Region may lack: until it has answered, trouble is not outlasted for long."""
        other = copy(self)
        other._answered = False
        return other

    def begin(self, look: Callable[[], T], ends: float = float("inf"), unknown: Any = None) -> Callable[[], T]:
        """Begin a look, which may run beside others. What is returned waits for its end: it gives the result or raises.

        Where looks do not run side by side, it is carried out when the result is first asked for.
        ends: of clock.monotonic(), from when on it is not waited for: its result is `unknown`.
        """
        future = _in_background(look) if self._at_once else None
        if future is None:
            return cache(look)

        def result() -> T:
            while not future.done():
                if self._clock.monotonic() >= ends:
                    return unknown  # type: ignore[no-any-return]
                wait([future], timeout=TICK)
            return future.result()

        return result

    def begin_brief(self, look: Callable[[], T], unknown: T) -> Callable[[], T]:
        """Begin a look that a run can do without: unknown where it fails, takes more than BRIEF seconds, or too long."""

        def tried() -> T:
            try:
                return look()
            except Exception:  # also an answer that nobody can read
                return unknown

        return self.begin(tried, min(self._clock.monotonic() + BRIEF, self.deadline), unknown)

    def within(self, look: Callable[[], T], seconds: float, over: Callable[[], Problem]) -> T:
        """What a look gives. Raises over() where it takes more seconds, or goes on GRACE after the run's time is over."""
        ends = min(self._clock.monotonic() + seconds, self.deadline + GRACE)
        found = self.begin(look, ends, _UNANSWERED)()
        if found is _UNANSWERED:
            raise over()
        return found

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Inside, trouble is outlasted for FIRST_PATIENCE only."""
        before, self.patience = self.patience, min(self.patience, FIRST_PATIENCE)
        try:
            yield
        finally:
            self.patience = before

    @property
    def left(self) -> float:
        """Seconds until the run's time is over."""
        return max(self.deadline - self._clock.monotonic(), 0.0)

    def prepare(self, *services: str) -> None:
        """Make their clients in the background: reading a service model takes as long as an answer of AWS's.

        Where that fails, it fails again where the client is needed, and is told there.
        """
        self.begin(lambda: [self._client(service) for service in services])

    def close(self) -> None:
        """Looks that nobody waits for any more tell nothing from now on, and end at their next trouble."""
        self._closed.set()

    def call(
        self, service: str, operation: str, expected: tuple[str, ...] = (), **parameters: Any
    ) -> dict[str, Any] | Refusal:
        """Call one API operation, by AWS's own name for it.

        expected: error codes that come back as a Refusal. A code matches with
        and without the suffix `Fault`, which the wire drops irregularly.
        """
        ask = xform_name(operation)
        secret = parameters.get("MasterUserPassword", "")
        return self._asked(service, operation, expected, lambda client: getattr(client, ask)(**parameters), secret)

    def pages(
        self, service: str, operation: str, member: str, expected: tuple[str, ...] = (), **parameters: Any
    ) -> list[dict[str, Any]]:
        """Every item of a listing, from all its pages; none after an expected refusal."""

        def every_page(client: Any) -> list[dict[str, Any]]:
            pages = client.get_paginator(xform_name(operation)).paginate(**parameters)
            return [item for page in pages for item in page.get(member) or []]

        found = self._asked(service, operation, expected, every_page)
        return [] if isinstance(found, Refusal) else found

    def _asked(
        self, service: str, operation: str, expected: tuple[str, ...], ask: Callable[[Any], Any], secret: str = ""
    ) -> Any:
        """The answer, or an expected Refusal. Each try is told; what is transient is tried again.

        secret: what a refusal must not repeat.
        """
        last: list[TransientError] = []

        def over() -> TransientError:
            what = f"{operation} ({service}) was not answered."
            return TransientError(what, f"No whole answer came within {CALL_LIMIT:.0f} s.", CHECK_NETWORK.format(region=self.region))

        def once() -> Any:
            began, outcome = self._clock.monotonic(), "ok"
            try:
                return self.within(lambda: ask(self._client(service)), CALL_LIMIT, over)
            except botocore.exceptions.ClientError as error:
                told_of = error.response.setdefault("Error", {})
                outcome = str(told_of.get("Code", "Unknown"))
                told_of["Message"] = Mask([secret])(told_of.get("Message", ""))
                if outcome.removesuffix("Fault") in {code.removesuffix("Fault") for code in expected}:
                    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
                    return Refusal(outcome, error.response["Error"].get("Message", ""), headers)
                refused = explain(service, operation, self.region, error.response, lambda: login_source(self._session))
                retried = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0)
                if isinstance(refused, Conflict):
                    refused.repeated = bool(last or retried)
            except (botocore.exceptions.BotoCoreError, ResponseParserError) as error:
                outcome = type(error).__name__
                refused = explain_local(service, operation, self.region, error)
            except (Problem, RecursionError):
                raise
            except Exception as error:  # what botocore does not expect: an answer that is not AWS's, settings that are wrong
                outcome = type(error).__name__
                refused = explain_unexpected(service, operation, self.region, error)
            finally:
                with self._telling:
                    told = Progress() if self._closed.is_set() else self._progress
                    told.called(service, operation, self._clock.monotonic() - began, outcome)
            if last and type(refused) is Problem:
                raise AnswerLost(*refused.args)
            raise refused

        def trouble(passing: TransientError) -> None:
            last.append(passing)
            if self._closed.is_set():
                raise passing
            with self._telling:
                self._progress.trouble(passing)

        answer = until(
            once,
            self._clock,
            TROUBLE,
            limit=self.left,
            gave_up=lambda seconds, status: TimedOut(last[-1].what, last[-1].why, last[-1].remedy),
            patience=self.patience if self._answered else min(self.patience, FIRST_PATIENCE),
            trouble=trouble,
        )
        self._answered = True
        return answer

    def _client(self, service: str) -> Any:
        """Made once: a session may not be shared by threads, a client may (boto3 guide, Multithreading)."""
        with self._making:
            if service not in self._clients:
                try:
                    self._clients[service] = self._session.client(service, region_name=self.region, config=self._settings)
                except botocore.exceptions.BotoCoreError as error:
                    raise explain_local(service, "connect", self.region, error) from None
                except ValueError:  # its words have the address whole, and a password that stands in it
                    raise Problem(
                        f"{service} could not be asked.",
                        "An AWS setting cannot be used, such as an address of an endpoint that is no URL.",
                        "Look at AWS_ENDPOINT_URL and the other AWS_... variables of the environment, and at ~/.aws/config.",
                    ) from None
            return self._clients[service]
