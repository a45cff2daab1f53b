"""A simulated account for a test, and shortcuts for what most tests put into it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from iac.simulator import Durations, Simulator
from tests.clock import FakeClock
from tests.shared_session import SharedSession

REGION = "us-west-2"
PASSWORD = "Passw0rdOfTheTests"
ONCE = Config(retries={"total_max_attempts": 1})
"""Without retries, before which botocore sleeps."""


def trust(*services: str) -> str:
    principal = {"Service": list(services or ["redshift.amazonaws.com"])}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


DURATIONS = Durations(create=4.0, delete=1.5, final_snapshot=1.0, role_settling=1.0, interfaces_linger=0.8)
"""The durations that these tests rely on, whatever the defaults are."""


_CLIENTS = SharedSession()


class SimulatedAccount:
    """A simulator, its clock, and a client of each service: that of all accounts, for its next call to this one."""

    def __init__(
        self, state: Path | None = None, clock: FakeClock | None = None, durations: Durations = DURATIONS
    ) -> None:
        self.clock = clock or FakeClock()
        self.simulator = Simulator(state, self.clock, durations)

    @cached_property
    def session(self) -> boto3.Session:
        """One of its own, as the product uses it."""
        return self.simulator.session(REGION)

    def __getattr__(self, service: str) -> Any:
        if service not in ("redshift", "iam", "ec2", "sts", "scheduler"):
            raise AttributeError(service)
        _CLIENTS.answer = self.simulator.answer
        return _CLIENTS.client(service, config=ONCE)

    def create(self, identifier: str = "dwh", **wanted: Any) -> dict[str, Any]:
        """CreateCluster with one node, unless another size is wanted."""
        size = {} if "NodeType" in wanted else {"NodeType": "rg.large", "ClusterType": "single-node"}
        login = {} if "ManageMasterPassword" in wanted else {"MasterUserPassword": PASSWORD}
        asked = {"ClusterIdentifier": identifier, "MasterUsername": "dwhuser", **size, **login, **wanted}
        made: dict[str, Any] = self.redshift.create_cluster(**asked)["Cluster"]
        return made

    def running(self, identifier: str = "dwh", **wanted: Any) -> dict[str, Any]:
        """A cluster that is available."""
        self.create(identifier, **wanted)
        self.clock.sleep(4)
        return self.cluster(identifier)

    def cluster(self, identifier: str = "dwh") -> dict[str, Any]:
        found: dict[str, Any] = self.redshift.describe_clusters(ClusterIdentifier=identifier)["Clusters"][0]
        return found

    def statuses(self, seconds: float, identifier: str = "dwh") -> list[str]:
        """The statuses of the cluster in that time, looked at ten times a second."""
        seen: list[str] = []
        for _ in range(round(seconds * 10) + 1):
            status = self._status(identifier)
            seen += [] if seen[-1:] == [status] else [status]
            self.clock.sleep(0.1)
        return seen

    def _status(self, identifier: str) -> str:
        try:
            return str(self.cluster(identifier)["ClusterStatus"])
        except ClientError as error:
            return str(error.response["Error"]["Code"])

    def role(self, name: str = "dwhRole", *services: str) -> str:
        """The ARN of a role that has settled."""
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(*services))
        self.clock.sleep(1)
        return str(made["Role"]["Arn"])

    def group(self, name: str = "dwh") -> str:
        return str(self.ec2.create_security_group(GroupName=name, Description="of a test")["GroupId"])

    def snapshot(self, name: str = "kept", identifier: str = "dwh", **wanted: Any) -> dict[str, Any]:
        """A snapshot that is complete."""
        self.redshift.create_cluster_snapshot(
            SnapshotIdentifier=name, ClusterIdentifier=identifier, **wanted
        )
        self.clock.sleep(1)
        found: dict[str, Any] = self.redshift.describe_cluster_snapshots(SnapshotIdentifier=name)
        return dict(found["Snapshots"][0])


def refusal(ask: Callable[..., Any], **asked: Any) -> tuple[str, str]:
    """The error code and message of a call that must be refused."""
    try:
        answer = ask(**asked)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    raise AssertionError(f"not refused: {answer}")


def error_code(ask: Callable[..., Any], **asked: Any) -> str:
    return refusal(ask, **asked)[0]
