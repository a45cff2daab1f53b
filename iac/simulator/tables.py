"""A service answered from a table of operations instead of by moto."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from iac.simulator.borrowed import ActionResult, BaseResponse, ServiceException
from iac.simulator.session import ACCOUNT

Operation = Callable[[Any, Any], "dict[str, Any] | None"]
"""operation(state, parameters) -> the members of AWS's answer."""


class TableResponse(BaseResponse):
    """moto reads the request and writes the answer; an operation makes it."""

    def __init__(self, service: str, operations: Mapping[str, Operation], state: Any) -> None:
        super().__init__(service_name=service)
        self.automated_parameter_parsing = True
        self._operations = operations
        self._state = state

    def get_current_account(self) -> str:
        return ACCOUNT

    def parse_parameters(self, request: Any) -> None:
        self.params: Any = {}
        if self._get_action() in self._operations:
            super().parse_parameters(request)

    def call_action(self) -> Any:
        operation = self._operations.get(self._get_action())
        if operation is None:
            raise NotImplementedError(self._get_action())
        try:
            result = ActionResult(operation(self._state, self.params))
        except ServiceException as refusal:
            result = ActionResult(refusal)
        status, headers, body = self.serialized(result)
        headers, body = self._enrich_response(headers, body)
        return status, headers, body
