"""A session whose clients are botocore's Stubber: real requests checked, answers given."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.stub import Stubber

from iac.aws.connection import Connection
from iac.progress import Progress
from tests.clock import FakeClock


class StubbedSession:
    """Looks like a boto3.Session to Connection; `stubs[service]` takes the answers."""

    region_name = "us-west-2"

    def __init__(self) -> None:
        self._session = boto3.Session(
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            region_name=self.region_name,
        )
        self._clients: dict[str, Any] = {}
        self.stubs: dict[str, Stubber] = {}

    profile_name = "default"

    def get_credentials(self) -> Any:
        return self._session.get_credentials()

    def stub(self, service: str) -> Stubber:
        if service not in self.stubs:
            self._clients[service] = self._session.client(service)
            self.stubs[service] = Stubber(self._clients[service])
            self.stubs[service].activate()
        return self.stubs[service]

    def client(self, service: str, region_name: str | None = None, config: Any = None) -> Any:
        self.stub(service)
        return self._clients[service]


def connection(session: StubbedSession, progress: Progress | None = None, clock: FakeClock | None = None) -> Connection:
    return Connection(session, clock or FakeClock(), progress or Progress())  # type: ignore[arg-type]
