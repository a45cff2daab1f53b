"""One line to AWS for the whole process: making a client takes longer than a whole story."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from botocore.retries.standard import register_retry_handler

from iac.simulator.session import isolated_session
from tests.faults.faults import Answering

REGION = "us-west-2"


class Line(boto3.Session):
    """A session whose clients are kept, and whose other end can be exchanged.

    answer: who answers now.
    """

    def __init__(self) -> None:
        super().__init__(botocore_session=isolated_session(REGION, self._send)._session, region_name=REGION)
        self.answer: Answering = _nobody
        self._kept: dict[str, Any] = {}

    def client(self, service: str, config: Config | None = None, **_: Any) -> Any:  # type: ignore[override]
        """The one client of the service, as long as botocore does not retry: its retries have a budget."""
        attempts = ((config.retries if config else None) or {}).get("total_max_attempts", 1)
        if attempts > 1:
            return _without_pauses(super().client(service, config=config), attempts)
        if service not in self._kept:
            self._kept[service] = super().client(service, config=config)
        return self._kept[service]

    def _send(self, request: Any) -> Any:
        return self.answer(request)


def _nobody(request: Any) -> Any:
    raise AssertionError(f"nobody is there to answer {request.url}")


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


LINE = Line()
