"""boto3 sessions whose clients are made once in the process: making one takes longer than many calls."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from botocore.retries.standard import register_retry_handler

from iac.simulator.session import isolated_session
from tests.faults.faults import Answering

REGION = "us-west-2"


class SharedSession(boto3.Session):
    """A session that keeps its clients. answer: what answers their requests from now on."""

    def __init__(self) -> None:
        # boto3's own __init__ would register its handlers a second time, which a client of S3 does not survive.
        vars(self).update(vars(isolated_session(REGION, self._send)))
        self.answer: Answering = _no_answer
        self._clients: dict[tuple[str, str], Any] = {}

    def client(  # type: ignore[override]
        self, service: str, region_name: str = REGION, config: Config | None = None, **_: Any
    ) -> Any:
        """The one client of the service; a new one if botocore is to retry, because its retries have a quota."""
        attempts = ((config.retries if config else None) or {}).get("total_max_attempts", 1)
        if attempts > 1:
            return _without_pauses(super().client(service, region_name, config=config), attempts)
        if (service, region_name) not in self._clients:
            self._clients[service, region_name] = super().client(service, region_name, config=config)
        return self._clients[service, region_name]

    def _send(self, request: Any) -> Any:
        return self.answer(request)


def _no_answer(request: Any) -> Any:
    raise AssertionError(f"no account answers {request.url}")


def _without_pauses(client: Any, attempts: int) -> Any:
    """botocore's own retries, with nothing slept between them."""
    service = client.meta.service_model.service_id.hyphenize()
    event, label, events = f"needs-retry.{service}", f"retry-config-{service}", client.meta.events
    events.unregister(event, unique_id=label)
    handler = register_retry_handler(client, attempts)
    events.unregister(event, unique_id=label)

    def needs_retry(**about: Any) -> float | None:
        return None if handler.needs_retry(**about) in (None, False) else 0.0

    events.register(event, needs_retry, unique_id=label)
    return client


PRODUCT = SharedSession()
"""The product's: its calls may be made to fail."""

TEST = SharedSession()
"""A test's own look at the account: its calls never fail."""
