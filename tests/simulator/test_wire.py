"""The same account over the wire, with faults on demand."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.simulator.account import REGION, SimulatedAccount, trust
from tests.wire import Drop, Fault, Refuse, Wire

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAI44QH8DHBEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}


def client(service: str, url: str, attempts: int = 1) -> Any:
    session = boto3.Session("AKIAI44QH8DHBEXAMPLE", "secret", region_name=REGION)
    once = Config(retries={"total_max_attempts": attempts, "mode": "standard"})
    return session.client(service, endpoint_url=url, config=once)


def test_every_service_answers_at_one_address(aws: SimulatedAccount) -> None:
    wire = Wire(aws.simulator)
    with wire as url:
        assert client("sts", url).get_caller_identity()["Account"] == "123456789012"
        assert client("ec2", url).describe_vpcs()["Vpcs"]
        client("iam", url).create_role(RoleName="r", AssumeRolePolicyDocument=trust())
        with pytest.raises(ClientError, match="ClusterNotFound"):
            client("redshift", url).describe_clusters(ClusterIdentifier="none")
    assert aws.iam.get_role(RoleName="r")["Role"]["RoleName"] == "r"
    assert wire.calls[0] == ("sts", "GetCallerIdentity")


def test_a_process_of_its_own_talks_to_the_account(aws: SimulatedAccount) -> None:
    aws.create()
    look = "import boto3; print(boto3.client('redshift').describe_clusters()['Clusters'][0]['ClusterStatus'])"
    with Wire(aws.simulator) as url:
        there = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": url, "AWS_DEFAULT_REGION": REGION}
        done = subprocess.run([sys.executable, "-c", look], env=there, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "creating"


def test_an_error_can_be_put_in_place_of_an_answer(aws: SimulatedAccount) -> None:
    def throttle(service: str, operation: str) -> Fault | None:
        return Refuse("Throttling") if operation == "DescribeClusters" else None

    with Wire(aws.simulator, before=throttle) as url, pytest.raises(ClientError) as caught:
        client("redshift", url).describe_clusters()
    assert caught.value.response["Error"]["Code"] == "Throttling"


def test_a_connection_lost_before_the_call_leaves_nothing(aws: SimulatedAccount) -> None:
    with Wire(aws.simulator, before=lambda *_: Drop()) as url, pytest.raises(ConnectionClosedError):
        make(client("redshift", url))
    assert aws.redshift.describe_clusters()["Clusters"] == []


def test_a_connection_lost_after_the_call_leaves_what_was_asked(aws: SimulatedAccount) -> None:
    faults = [Drop()]
    with Wire(aws.simulator, after=lambda *_: faults.pop() if faults else None) as url:
        with pytest.raises(ClientError, match="ClusterAlreadyExists"):
            make(client("redshift", url, attempts=2))
    assert aws.cluster()["ClusterStatus"] == "creating"


def make(redshift: Any) -> None:
    redshift.create_cluster(
        ClusterIdentifier="dwh", NodeType="rg.large", ClusterType="single-node",
        MasterUsername="dwhuser", MasterUserPassword="Passw0rd",
    )  # fmt: skip
