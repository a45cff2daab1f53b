"""The embedded AWS: answers botocore's requests in process, from an account kept in a file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from threading import RLock

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError
from moto.core.exceptions import ServiceException

from iac.facts.limits import PASSWORD
from iac.facts.prices import PRICE_LIST_REGIONS
from iac.simulator.account import Account
from iac.simulator.call import Answer, Call, botocore_response, read_call
from iac.simulator.journal import Entry, Journal
from iac.simulator.session import isolated_session, known_regions
from iac.simulator.timeline import Durations
from iac.wait import Clock

# moto's backends and its random numbers are global to the process.
_LOCK = RLock()

_TEST_SERVICE = "simulator"
"""The service of calls that AWS does not have and tests need."""


class Simulator:
    """An AWS account, kept in a file.

    state: the file, created with the first change; None keeps nothing.
    clock: its now() is the time of the account.

    Raises a Problem, here and in answer(), if the file cannot be used.
    """

    own_address = "203.0.113.10"
    """The caller's public address; from the range for documentation (RFC 5737)."""

    def __init__(self, state: Path | None, clock: Clock, durations: Durations = Durations()) -> None:
        self._journal = Journal(state)
        self._clock = clock
        self._durations = durations
        self._ahead = timedelta(0)
        self._account = Account(durations)
        self._caller = self._account.caller
        with self._up_to_date(writing=False):
            pass

    def session(self, region: str) -> boto3.Session:
        """A session whose every request is answered here, whatever the environment says."""
        return isolated_session(region, self.answer)

    def answer(self, request: AWSPreparedRequest) -> AWSResponse:
        """AWS's answer to a request; service and Region are those of its signature.

        Raises EndpointConnectionError for a Region that does not exist, as its
        host would not either.
        """
        call = read_call(request)
        regions = PRICE_LIST_REGIONS if call.service == "pricing" else known_regions()
        if call.region not in regions:
            raise EndpointConnectionError(endpoint_url=request.url)
        return botocore_response(request.url, self._carry_out(call))

    def log_in(self, name: str) -> None:
        """From now on calls are of this login: `user/NAME`, or `assumed-role/ROLE/SESSION`."""
        self._caller = name
        self._account.caller = name

    def break_cluster(self, identifier: str, status: str, region: str = "us-west-2") -> None:
        """Put a cluster into a status that it does not leave by itself, such as hardware-failure.

        Raises ValueError if there is no such cluster.
        """
        form = {"Action": "BreakCluster", "ClusterIdentifier": identifier, "Status": status}
        code, _, body = self._carry_out(Call(_TEST_SERVICE, region, form["Action"], form))
        if code >= 300:
            raise ValueError(body)

    def offer_node_type(self, name: str, region: str = "us-west-2") -> None:
        """Let one more node type be ordered in a Region than the table has: for several nodes."""
        form = {"Action": "OfferNodeType", "NodeType": name}
        self._carry_out(Call(_TEST_SERVICE, region, form["Action"], form))

    def password_is(self, identifier: str, password: str, region: str = "us-west-2") -> bool:
        """Whether this is the password of the cluster's admin user."""
        with self._up_to_date(writing=False) as now:
            self._account.advance(now)
            return self._account.redshift(region).cluster(identifier).password == self._hashed(password)

    def _carry_out(self, call: Call) -> Answer:
        with self._up_to_date(writing=call.changes) as now:
            call = self._without_password(call)
            answer = self._perform(call, now, self._journal.count + 1)
            if call.changes and answer[0] < 300:
                self._journal.append(Entry(now, call))
            return answer

    def _without_password(self, call: Call) -> Call:
        """The call with a hash in place of the password, unless the password will be refused."""
        password = call.form.get("MasterUserPassword")
        if password is None or not PASSWORD.match(password):
            return call
        return replace(call, form={**call.form, "MasterUserPassword": self._hashed(password)})

    def _hashed(self, password: str) -> str:
        """A hash that is itself a legal password."""
        return _hashed(password, self._journal.salt)

    @contextmanager
    def _up_to_date(self, *, writing: bool) -> Iterator[datetime]:
        """Hold the account's lock with all other processes' changes replayed; yields the account's time."""
        with _LOCK, self._journal.locked(writing=writing) as unread:
            if unread.replaced:
                self._account = Account(self._durations)
                self._account.caller = self._caller
            first = self._journal.count - len(unread.entries) + 1
            for number, entry in enumerate(unread.entries, start=first):
                self._replay(entry, number)
            # Where the clock was put back, time still passes in the account.
            yield self._clock.now() + self._ahead

    def _replay(self, entry: Entry, number: int) -> None:
        try:
            status, _, body = self._perform(entry.call, entry.at, number, answered=False)
        except Exception as error:
            raise self._journal.damaged(f"change {number} cannot be repeated ({error})") from error
        if status >= 300:
            raise self._journal.damaged(f"change {number} was refused when repeated ({body!r})")
        self._ahead = max(self._ahead, entry.at - self._clock.now())

    def _perform(self, call: Call, now: datetime, number: int, answered: bool = True) -> Answer:
        if call.service != _TEST_SERVICE:
            return self._account.perform(call, now, number, answered)
        if call.operation == "OfferNodeType":
            self._account.offer_node_type(call.region, call.form["NodeType"])
            return 200, {}, ""
        try:
            self._account.break_cluster(call.region, call.form["ClusterIdentifier"], call.form["Status"], now)
        except ServiceException as refusal:
            return 404, {}, str(refusal)
        return 200, {}, ""


@lru_cache(maxsize=8)
def _hashed(password: str, salt: str) -> str:
    # Slow on purpose, so that guessing takes long.
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), 20_000)
    return "Aa1" + base64.b32encode(digest).decode().rstrip("=")
