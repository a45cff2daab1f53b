"""The user's own AWS settings are not read, and the network is not used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

import iac
from iac.simulator import session
from iac.simulator.call import botocore_response
from tests import scripts
from tests.clock import FakeClock

ROOT = Path(__file__).resolve().parent.parent.parent

# Everything that could direct a boto3 session elsewhere, or make it fail.
HOSTILE = {
    "AWS_PROFILE": "nonexistent",
    "AWS_DEFAULT_PROFILE": "nonexistent",
    "AWS_CONFIG_FILE": "/nonexistent/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
    "AWS_ACCESS_KEY_ID": "AKIAI44QH8DHBEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "the-real-secret",
    "AWS_SESSION_TOKEN": "the-real-token",
    "AWS_DEFAULT_REGION": "eu-north-1",
    "AWS_REGION": "eu-north-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_ENDPOINT_URL_REDSHIFT": "http://127.0.0.1:1",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "AWS_CA_BUNDLE": "/nonexistent/bundle",
    "AWS_DATA_PATH": "/nonexistent/models",
    "AWS_RETRY_MODE": "nonsense",
    "AWS_MAX_ATTEMPTS": "1",
    "HTTPS_PROXY": "http://127.0.0.1:1",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "MOTO_ACCOUNT_ID": "999999999999",
}

SCRIPT = """
import json, socket, sys
def no_network(*_): raise SystemExit("tried the network")
socket.socket.connect = socket.getaddrinfo = no_network
from iac.simulator import Simulator
from tests.clock import FakeClock
seen = []
class Watched(Simulator):
    def answer(self, request):
        seen.append((request.url, str(dict(request.headers))))
        return super().answer(request)
session = Watched(None, FakeClock()).session("us-west-2")
assert session.client("sts").get_caller_identity()["Account"] == "123456789012"
assert session.client("redshift").describe_clusters()["Clusters"] == []
assert session.client("iam").list_roles()["Roles"] == []
assert session.client("ec2").describe_vpcs()["Vpcs"]
assert session.region_name == "us-west-2"
json.dump(seen, sys.stdout)
"""


def run_script(extra: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env={**os.environ, **extra},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_environment_changes_nothing_and_no_real_key_is_used() -> None:
    seen = run_script(HOSTILE)
    assert "AKIAIOSFODNN7EXAMPLE" in seen
    assert not [value for value in ("AKIAI44QH8DHBEXAMPLE", "the-real", "127.0.0.1", "fips", "api.aws") if value in seen]


def test_boto3_session_is_restored_after_the_import() -> None:
    import boto3

    import iac.simulator  # noqa: F401

    assert boto3.Session.__module__ == "boto3.session"


@pytest.fixture
def own_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAI44QH8DHBEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")


def own_client(sent: list[str]) -> Any:
    """A client of the user's own, whose requests to AWS end here. sent: their addresses."""

    def send(request: Any, **_: Any) -> AWSResponse:
        assert b"AKIAI44QH8DHBEXAMPLE" in request.headers["Authorization"]
        sent.append(request.url)
        return botocore_response(request.url, (400, {}, "<ErrorResponse/>"))

    client = boto3.client("redshift", region_name="eu-north-1")
    client.meta.events.register_first("before-send", send)
    return client


@pytest.mark.usefixtures("own_login")
def test_the_user_s_clients_stay_theirs_before_during_and_after_a_verb(tmp_path: Path) -> None:
    sent: list[str] = []
    clients = [own_client(sent)]

    iac.describe(scripts.folder(tmp_path), progress=lambda line: clients.append(own_client(sent)), clock=FakeClock(0.2))
    clients.append(own_client(sent))
    for client in clients:
        with pytest.raises(client.exceptions.ClientError):
            client.describe_clusters()
    assert len(clients) >= 3 and set(sent) == {"https://redshift.eu-north-1.amazonaws.com/"}


@pytest.mark.usefixtures("own_login")
def test_a_mocked_account_of_the_user_s_stays_as_it_is_while_a_verb_runs(tmp_path: Path) -> None:
    config, clock = scripts.folder(tmp_path), FakeClock(0.2)
    session._handlers.cache_clear()  # as in a process that has imported moto first
    with mock_aws():
        ec2, iam, redshift = (boto3.client(service, region_name="us-west-2") for service in ("ec2", "iam", "redshift"))

        def mocked() -> list[Any]:
            return [
                [each["RoleName"] for each in iam.list_roles()["Roles"]],
                [each["ClusterIdentifier"] for each in redshift.describe_clusters()["Clusters"]],
                [each["GroupId"] for each in ec2.describe_security_groups()["SecurityGroups"]],
            ]

        iam.create_role(RoleName="mine", AssumeRolePolicyDocument="{}")
        before, during = mocked(), list[Any]()
        iac.create(config, wait=False, progress=lambda line: during.append(mocked()), clock=clock)
        assert before[:2] == [["mine"], []] and len(during) > 5
        assert [each for each in [*during, mocked()] if each != before] == []
    with mock_aws():
        assert iac.describe(config, clock=clock).as_json()["cluster"]["status"] == "creating"
        assert iam.list_roles()["Roles"] == []


def test_moto_still_knows_which_instance_types_ec2_offers_where() -> None:
    import iac.simulator  # noqa: F401
    from moto.ec2.models.instance_types import InstanceTypeOfferingBackend
    from moto.utilities.utils import load_resource

    class Ireland(InstanceTypeOfferingBackend):
        region_name = "eu-west-1"

    offered = Ireland().describe_instance_type_offerings("availability-zone")
    in_the_file = load_resource("ec2/resources/instance_type_offerings/availability-zone/eu-west-1.json")
    assert len(offered) > 1000
    assert offered == [{**each, "LocationType": "availability-zone"} for each in in_the_file]
