"""The simulated account: who answers a call, at which time, with which luck."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from iac.simulator import identity, pricing
from iac.simulator.borrowed import (
    AccountSpecificBackend,
    BackendDict,
    BaseResponse,
    ec2_backends,
    iam_backends,
    mock_random,
)
from iac.simulator.call import Call, as_moto_reads_it
from iac.simulator.cluster import figures
from iac.simulator.durations import Durations
from iac.simulator.network import Network, NetworkResponse
from iac.simulator.redshift import OPERATIONS
from iac.simulator.refusals import unknown_operation
from iac.simulator.region import RedshiftRegion
from iac.simulator.session import ACCOUNT, known_regions
from iac.simulator.tables import TableResponse
from iac.simulator.timeline import Timeline

Answer = tuple[int, dict[str, Any], "str | bytes"]
"""Status, headers, body."""


def partition_of(region: str) -> str:
    """The partition of a Region: aws, aws-cn or aws-us-gov."""
    prefix = region.split("-")[0:2]
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(
        prefix[0] if prefix[0] == "cn" else "-".join(prefix), "aws"
    )


class Account:
    """What there is in all services and Regions, and what is still to happen.

    The same calls at the same times with the same numbers give the same account,
    ids and all: that is how it is kept in a file.
    """

    def __init__(self, durations: Durations) -> None:
        self._durations = durations
        self.caller = "user/simulated"
        self._timeline = Timeline()
        self._redshift: dict[str, RedshiftRegion] = {}
        partitions = ["aws", "aws-cn", "aws-us-gov"]
        self._iam = AccountSpecificBackend("iam", ACCOUNT, self._new_roles, False, partitions)
        regions = sorted(known_regions())
        self._ec2 = AccountSpecificBackend("ec2", ACCOUNT, self._new_network, False, regions)

    def perform(self, call: Call, now: datetime, number: int) -> Answer:
        """Answer a call at this time. number: of the changes so far, for the ids."""
        self._timeline.advance(now)
        with self._in_moto():
            mock_random.seed(f"{number}")
            try:
                response = self._response(call)
                request = as_moto_reads_it(call)
                status, headers, body = response._dispatch(
                    request, request.url, request.headers
                )
            except NotImplementedError:
                return unknown_operation(call.service, call.operation, call.is_json)
        return int(status), dict(headers), body

    def advance(self, now: datetime) -> None:
        """Let everything happen that is due by now."""
        self._timeline.advance(now)

    def redshift(self, region: str) -> RedshiftRegion:
        """Redshift in that Region; made when first asked for, as the EC2 below it."""
        if region not in self._redshift:
            network: Network = self._ec2[region]
            made = RedshiftRegion(
                name=region,
                partition=partition_of(region),
                durations=self._durations,
                timeline=self._timeline,
                network=network,
                trust=self._iam[partition_of(region)],
                random=mock_random,
            )
            network.users_of = made.users_of_group
            self._redshift[region] = made
        return self._redshift[region]

    def offer_node_type(self, region: str, name: str) -> None:
        """Sell one more node type in that Region: for several nodes, 2 to 32."""
        self.redshift(region).new_types.append(figures(name))

    def break_cluster(self, region: str, identifier: str, status: str, now: datetime) -> None:
        """Put a cluster into a status that it does not leave by itself."""
        self._timeline.advance(now)
        cluster = self.redshift(region).cluster(identifier)
        self._timeline.cancel(cluster)
        cluster.status = status

    def _response(self, call: Call) -> BaseResponse:
        if call.service == "redshift":
            return TableResponse("redshift", OPERATIONS, self.redshift(call.region))
        if call.service == "ec2":
            return NetworkResponse(self.redshift(call.region).network)
        if call.service == "iam":
            return identity.RolesResponse(self._iam[partition_of(call.region)])
        if call.service == "sts":
            caller = {"GetCallerIdentity": identity.get_caller_identity}
            return TableResponse("sts", caller, (partition_of(call.region), self.caller))
        if call.service == "pricing":
            return TableResponse("pricing", {"GetProducts": pricing.get_products}, None)
        raise NotImplementedError(call.service)

    def _new_roles(self, partition: str, account_id: str) -> identity.Roles:
        roles = identity.Roles(partition, account_id)
        roles.clock = lambda: self._timeline.now
        roles.settling = self._durations.role_settling
        return roles

    def _new_network(self, region: str, account_id: str) -> Network:
        """The default VPC gets the same ids whenever its Region is first looked at."""
        luck = mock_random.getstate()
        mock_random.seed(region)
        network = Network(region, account_id)
        mock_random.setstate(luck)
        return network

    @contextmanager
    def _in_moto(self) -> Iterator[None]:
        """Put this account where moto looks for it, and leave moto as it was."""
        places: list[tuple[BackendDict[Any], Any]] = [
            (iam_backends, self._iam),
            (ec2_backends, self._ec2),
        ]
        before = [dict.get(backends, ACCOUNT) for backends, _ in places]
        luck = mock_random.getstate()
        for backends, ours in places:
            dict.__setitem__(backends, ACCOUNT, ours)
        try:
            yield
        finally:
            mock_random.setstate(luck)
            for (backends, _), theirs in zip(places, before, strict=True):
                if theirs is None:
                    dict.pop(backends, ACCOUNT)
                else:
                    dict.__setitem__(backends, ACCOUNT, theirs)
