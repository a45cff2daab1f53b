"""The simulated account: all its services and Regions, on moto."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore import xform_name
from botocore.model import OperationNotFoundError
from moto.core.base_backend import AccountSpecificBackend, BackendDict
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionContext, ActionResult, BaseResponse
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.iam.responses import IamResponse
from moto.moto_api._internal import mock_random
from moto.utilities.utils import PARTITION_NAMES, get_partition

from iac.simulator import redshift_clusters, redshift_snapshots, scheduler
from iac.simulator.call import Answer, Call, moto_request
from iac.simulator.ec2 import Network, NetworkResponse
from iac.simulator.iam import Roles, get_caller_identity
from iac.simulator.pricing import get_products
from iac.simulator.redshift import Cluster, RedshiftRegion, node_type_named
from iac.simulator.refusals import unknown_operation
from iac.simulator.session import ACCOUNT, known_regions
from iac.simulator.timeline import Durations, Timeline

Operation = Callable[[Any, Any], "dict[str, Any] | None"]
"""operation(state, parameters) -> the members of AWS's answer. Raises a Refusal."""

_OPERATIONS = {
    "redshift": (*redshift_clusters.OPERATIONS, *redshift_snapshots.OPERATIONS), "scheduler": scheduler.OPERATIONS,
    "sts": (get_caller_identity,), "pricing": (get_products,),
}  # fmt: skip

TEST_SERVICE = "simulator"
"""The service of calls that AWS does not have and tests need: BreakCluster, OfferNodeType and GiveSnapshot."""


class Account:
    """All services and Regions of the account, and the changes that are still to come.

    The same calls at the same times with the same numbers make the same account,
    ids included; so a log of the calls is enough to keep it.
    """

    def __init__(self, durations: Durations, caller: str = "user/simulated") -> None:
        self._durations = durations
        self.caller = caller
        self._timeline = Timeline()
        self._redshift: dict[str, RedshiftRegion] = {}
        self._iam = AccountSpecificBackend("iam", ACCOUNT, self._new_roles, False, PARTITION_NAMES)
        self._ec2 = AccountSpecificBackend("ec2", ACCOUNT, self._new_network, False, sorted(known_regions()))

    def perform(self, call: Call, now: datetime, number: int, answered: bool = True) -> Answer:
        """Answer a call at this time. number: counts the changes, and seeds the ids that AWS would make up.

        answered: otherwise what is accepted gets an empty body, in half the time.
        """
        self._timeline.advance(now)
        if call.service == TEST_SERVICE:
            return self._perform_for_a_test(call)
        with self._installed_in_moto():
            mock_random.seed(f"{number}")
            request = moto_request(call)
            try:
                response = self._response(call)
                if not answered:
                    _write_only_refusals(response)
                # moto would ask the environment.
                response.get_current_account = lambda: ACCOUNT  # type: ignore[method-assign]
                status, headers, body = response._dispatch(request, request.url, request.headers)
            except (NotImplementedError, OperationNotFoundError):
                return unknown_operation(call)
        return int(status), dict(headers), body

    def redshift(self, region: str) -> RedshiftRegion:
        """Redshift in that Region, made when first asked for."""
        if region not in self._redshift:
            roles = self._iam[get_partition(region)]
            self._redshift[region] = RedshiftRegion(region, self._durations, self._timeline, self._ec2[region], roles)
        return self._redshift[region]

    def _perform_for_a_test(self, call: Call) -> Answer:
        region = self.redshift(call.region)
        if call.operation == "OfferNodeType":
            region.new_types.append(node_type_named(call.form["NodeType"]))
        elif call.operation == "GiveSnapshot":
            redshift_snapshots.give_snapshot(region, call.form["SnapshotIdentifier"], call.form["OwnerAccount"])
        else:
            cluster = region.clusters[call.form["ClusterIdentifier"]]
            self._timeline.cancel(cluster)
            cluster.status = call.form["Status"]
        return 200, {}, ""

    def _response(self, call: Call) -> BaseResponse:
        match call.service:
            case "ec2":
                return NetworkResponse()
            case "iam":
                return IamResponse()
            case "redshift" | "scheduler":
                state: Any = self.redshift(call.region)
            case "sts" | "pricing":
                state = (get_partition(call.region), self.caller)
            case _:
                raise NotImplementedError(call.service)
        return _OperationsResponse(call.service, _OPERATIONS[call.service], state)

    def _new_roles(self, partition: str, account_id: str) -> Roles:
        roles = Roles(partition, account_id)
        roles.now = lambda: self._timeline.now
        roles.settling = self._durations.role_settling
        return roles

    def _new_network(self, region: str, account_id: str) -> Network:
        """The default VPC has the same ids whenever its Region is first asked for."""
        random_state = mock_random.getstate()
        mock_random.seed(region)
        network = Network(region, account_id)
        network.connect_default_vpc()
        mock_random.setstate(random_state)
        network.users_of = lambda group: self.redshift(region).users_of_group(group)
        return network

    @contextmanager
    def _installed_in_moto(self) -> Iterator[None]:
        """Put this account where moto looks for it, and afterwards leave moto as it was."""
        ours: list[tuple[BackendDict[Any], Any]] = [(iam_backends, self._iam), (ec2_backends, self._ec2)]
        before = [backends.get(ACCOUNT) for backends, _ in ours]
        random_state = mock_random.getstate()
        for backends, account in ours:
            backends[ACCOUNT] = account
        try:
            yield
        finally:
            mock_random.setstate(random_state)
            for (backends, _), account in zip(ours, before, strict=True):
                if account is None:
                    del backends[ACCOUNT]
                else:
                    backends[ACCOUNT] = account


def _write_only_refusals(response: BaseResponse) -> None:
    write = response.serialized

    def written(result: ActionResult) -> Any:
        return write(result) if isinstance(result.result, Exception) else (200, {}, "")

    response.serialized = written  # type: ignore[method-assign]
    response._enrich_response = lambda headers, body: (headers, body)  # type: ignore[method-assign]


class _Picker(XFormedAttributePicker):
    """moto tries a dozen names for each member; a dictionary and a cluster have the member's own."""

    def __call__(self, context: AttributePickerContext) -> Any:
        if isinstance(context.obj, (dict, Cluster)):
            return context.obj.get(context.key)
        return super().__call__(context)


class _Members(ActionResult):
    """An answer of dictionaries and clusters, with AWS's names of the members; and of moto's own objects."""

    def execute_result(self, context: ActionContext) -> Any:
        written = context.serializer_class(context.operation_model, value_picker=_Picker()).serialize(self.result)
        return written["status_code"], written["headers"], written["body"]


class _OperationsResponse(BaseResponse):
    """A service answered by functions with the names of its operations; moto reads the request and writes the answer."""

    def __init__(self, service: str, operations: Iterable[Operation], state: Any) -> None:
        super().__init__(service_name=service)
        self._operations = {each.__name__: each for each in operations}
        self._state = state

    def call_action(self) -> Any:
        operation = self._operations.get(xform_name(self._get_action() or ""))
        if operation is None:
            raise NotImplementedError
        self.parse_parameters(self.normalized_request)
        try:
            result: ActionResult = _Members(operation(self._state, self.params))
        except ServiceException as refusal:
            result = ActionResult(refusal)
        status, headers, body = self.serialized(result)
        return status, *self._enrich_response(headers, body)
