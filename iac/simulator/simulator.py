"""The embedded AWS: answers botocore's requests in process, from an account kept in a file."""

from __future__ import annotations

import base64
import hashlib
import re
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

from iac.facts.limits import PASSWORD
from iac.facts.prices import PRICE_LIST_REGIONS
from iac.simulator.account import TEST_SERVICE, Account
from iac.simulator.call import Answer, Call, botocore_response, read_call
from iac.simulator.journal import Journal
from iac.simulator.session import isolated_session, known_regions
from iac.simulator.timeline import Durations
from iac.wait import Clock

# moto's backends and its random numbers are global to the process.
_LOCK = RLock()


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
        # Of a clock that cannot be set back, and later than all that the account has seen.
        self._began = clock.now() - timedelta(seconds=clock.monotonic())
        self._account = Account(durations)
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
        self._account.caller = name

    def break_cluster(self, identifier: str, status: str, region: str = "us-west-2") -> None:
        """Put a cluster into a status that it does not leave by itself, such as hardware-failure.

        Raises KeyError if there is no such cluster.
        """
        self._carry_out_for_a_test(region, "BreakCluster", ClusterIdentifier=identifier, Status=status)

    def offer_node_type(self, name: str, region: str = "us-west-2") -> None:
        """Let one more node type be ordered in a Region than the table has: for several nodes."""
        self._carry_out_for_a_test(region, "OfferNodeType", NodeType=name)

    def give_snapshot(self, name: str, owner: str, region: str = "us-west-2") -> None:
        """Make a snapshot that of another account, which shares it with this one."""
        self._carry_out_for_a_test(region, "GiveSnapshot", SnapshotIdentifier=name, OwnerAccount=owner)

    def password_is(self, identifier: str, password: str, region: str = "us-west-2") -> bool:
        """Whether this is the password of the cluster's admin user."""
        with self._up_to_date(writing=False) as now:
            redshift = self._account.redshift(region)
            redshift.timeline.advance(now)
            return redshift.cluster(identifier).password == _hashed(password, self._journal.salt)

    def _carry_out_for_a_test(self, region: str, operation: str, **form: str) -> None:
        self._carry_out(Call(TEST_SERVICE, region, operation, {"Action": operation, **form}))

    def _carry_out(self, call: Call) -> Answer:
        password = call.form.get("MasterUserPassword", "")
        with self._up_to_date(writing=call.changes) as now:
            # One that will be refused is not hashed.
            if re.match(PASSWORD, password):
                call = replace(call, form={**call.form, "MasterUserPassword": _hashed(password, self._journal.salt)})
            answer = self._account.perform(call, now, self._journal.count + 1)
            if call.changes and answer[0] < 300:
                self._journal.append(now, call)
            return answer

    @contextmanager
    def _up_to_date(self, *, writing: bool) -> Iterator[datetime]:
        """Hold the account's lock with all other processes' changes replayed; yields the account's time."""
        with _LOCK, self._journal.locked(writing=writing) as (replaced, entries):
            if replaced:
                self._account = Account(self._durations, self._account.caller)
            first = self._journal.count - len(entries) + 1
            for number, (at, call) in enumerate(entries, start=first):
                self._replay(at, call, number)
            yield self._now()

    def _now(self) -> datetime:
        return self._began + timedelta(seconds=self._clock.monotonic())

    def _replay(self, at: datetime, call: Call, number: int) -> None:
        try:
            status, _, body = self._account.perform(call, at, number, answered=False)
        except Exception as error:
            raise self._journal.damaged(f"change {number} cannot be repeated ({error})") from error
        if status >= 300:
            raise self._journal.damaged(f"change {number} was refused when repeated ({body!r})")
        self._began += max(at - self._now(), timedelta(0))


@lru_cache(maxsize=8)
def _hashed(password: str, salt: str) -> str:
    """A hash that is itself a legal password."""
    # Slow on purpose, so that guessing takes long.
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), 20_000)
    return "Aa1" + base64.b32encode(digest).decode().rstrip("=")
