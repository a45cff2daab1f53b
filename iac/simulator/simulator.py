"""The embedded AWS: requests in, AWS's answers out, nothing ever on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError

from iac.facts.limits import PASSWORD
from iac.facts.prices import PRICE_LIST_REGIONS
from iac.simulator import passwords
from iac.simulator.account import Account, Answer
from iac.simulator.borrowed import MockRawResponse, ServiceException
from iac.simulator.call import Call, read_call
from iac.simulator.durations import Durations
from iac.simulator.journal import Entry, Journal
from iac.simulator.session import isolated_session, known_regions
from iac.wait import Clock

# moto's places and its dice are shared by the whole process.
_ONE_AT_A_TIME = RLock()

_OURSELVES = "simulator"
"""The service of the calls that no AWS has: those of the tests."""


class Simulator:
    """An AWS account, kept in a file.

    state: the file, made when there is something to keep; None keeps nothing.
    clock: its now() is the time of the account.

    Raises a Problem, here and in answer(), if the file cannot be used.
    """

    own_address = "203.0.113.10"
    """What a look at one's own address would say; of the range for documentation."""

    def __init__(self, state: Path | None, clock: Clock, durations: Durations = Durations()) -> None:
        self._journal = Journal(state)
        self._clock = clock
        self._durations = durations
        self._ahead = timedelta(0)
        self._account = Account(durations)
        self._caller = self._account.caller
        with self._turn(writing=False):
            pass

    def session(self, region: str) -> boto3.Session:
        """A session whose every request is answered here, whatever the environment says."""
        return isolated_session(region, self.answer)

    def answer(self, request: AWSPreparedRequest) -> AWSResponse:
        """AWS's answer to a request, wherever it was sent.

        Service and Region are taken from its signature. Raises
        EndpointConnectionError for a Region that does not exist, as a host
        that does not exist would.
        """
        call = read_call(request)
        regions = PRICE_LIST_REGIONS if call.service == "pricing" else known_regions()
        if call.region not in regions:
            raise EndpointConnectionError(endpoint_url=request.url)
        status, headers, body = self._carry_out(call)
        return AWSResponse(request.url, status, headers, MockRawResponse(body))

    def log_in(self, name: str) -> None:
        """From now on calls are of this login: `user/NAME`, or `assumed-role/ROLE/SESSION`."""
        self._caller = name
        self._account.caller = name

    def break_cluster(self, identifier: str, status: str, region: str = "us-west-2") -> None:
        """Put a cluster into a status for good, such as hardware-failure.

        Raises ValueError if there is no such cluster.
        """
        form = {"Action": "BreakCluster", "ClusterIdentifier": identifier, "Status": status}
        answer = self._carry_out(Call(_OURSELVES, region, form["Action"], form))
        if answer[0] >= 300:
            raise ValueError(answer[2])

    def offer_node_type(self, name: str, region: str = "us-west-2") -> None:
        """Let AWS sell one more node type in a Region than the table has: for several nodes."""
        form = {"Action": "OfferNodeType", "NodeType": name}
        self._carry_out(Call(_OURSELVES, region, form["Action"], form))

    def password_is(self, identifier: str, password: str, region: str = "us-west-2") -> bool:
        """Whether this is the password of the cluster's admin user."""
        with self._turn(writing=False) as now:
            self._account.advance(now)
            kept = self._account.redshift(region).cluster(identifier).password
        return kept == passwords.stand_in(password, self._journal.salt)

    def _carry_out(self, call: Call) -> Answer:
        with self._turn(writing=call.changes) as now:
            kept = self._without_password(call)
            answer = self._perform(kept, now, self._journal.count + 1)
            if call.changes and answer[0] < 300:
                self._journal.append(Entry(now, kept))
            return answer

    def _without_password(self, call: Call) -> Call:
        """Only a legal password is replaced: one that is not will be refused."""
        password = call.form.get(passwords.FIELD)
        if password is None or not PASSWORD.match(password):
            return call
        stand_in = passwords.stand_in(password, self._journal.salt)
        return replace(call, form={**call.form, passwords.FIELD: stand_in})

    @contextmanager
    def _turn(self, *, writing: bool) -> Iterator[datetime]:
        """The account is ours alone and up to date; yields its time."""
        with _ONE_AT_A_TIME, self._journal.turn(writing=writing) as turn:
            if turn.anew:
                self._account = Account(self._durations)
                self._account.caller = self._caller
            first = self._journal.count - len(turn.entries) + 1
            for number, entry in enumerate(turn.entries, start=first):
                self._replay(entry, number)
            # A clock that was put back must not hold the account still.
            yield self._clock.now() + self._ahead

    def _replay(self, entry: Entry, number: int) -> None:
        try:
            status, _, body = self._perform(entry.call, entry.at, number)
        except Exception as error:
            raise self._journal.damaged(f"change {number} cannot be repeated ({error})") from error
        if status >= 300:
            raise self._journal.damaged(f"change {number} was refused when repeated ({body!r})")
        self._ahead = max(self._ahead, entry.at - self._clock.now())

    def _perform(self, call: Call, now: datetime, number: int) -> Answer:
        if call.service != _OURSELVES:
            return self._account.perform(call, now, number)
        if call.operation == "OfferNodeType":
            self._account.offer_node_type(call.region, call.form["NodeType"])
            return 200, {}, ""
        identifier, status = call.form["ClusterIdentifier"], call.form["Status"]
        try:
            self._account.break_cluster(call.region, identifier, status, now)
        except ServiceException as refusal:
            return 404, {}, str(refusal)
        return 200, {}, ""
