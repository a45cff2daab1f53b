"""TARGET = aws, over the wire: the real scripts against a server that speaks AWS's protocols."""

from __future__ import annotations

from pathlib import Path

from iac.simulator import Durations, Simulator
from iac.wait import SystemClock
from tests import scripts
from tests.wire import Drop, Fault, Refuse, Wire

AT_ONCE = Durations(create=0, delete=0, final_snapshot=0, role_settling=0, interfaces_linger=0)
LOGIN = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}


def test_any_endpoint_will_do_and_lost_answers_make_nothing_twice(tmp_path: Path) -> None:
    config = scripts.folder(
        tmp_path, TARGET="aws", DWH_INGRESS_CIDR="203.0.113.7/32", REGION="", DWH_AUTO_PAUSE="8h",
        DWH_PUBLICLY_ACCESSIBLE="no",  # so that nobody asks for its endpoint, outside this machine
    )  # fmt: skip
    lost: set[str] = set()

    def lose_the_first_answer(service: str, operation: str) -> Fault | None:
        if operation.startswith(("Create", "Authorize", "Put", "Delete")) and operation not in lost:
            lost.add(operation)
            return Drop()
        return None

    wire = Wire(Simulator(None, SystemClock(), AT_ONCE), after=lose_the_first_answer)
    with wire as url:
        on = scripts.create(config, "--json", AWS_ENDPOINT_URL=url, AWS_DEFAULT_REGION="eu-west-1", **LOGIN)
        assert on.status == 0, on.err
        assert (on.json["target"], on.json["region"]) == ("aws", "eu-west-1")
        assert "AWS account 123456789012, region eu-west-1" in on.err
        assert ".eu-west-1." in scripts.value(config, "HOST")
        asked = len(wire.calls)
        again = scripts.create(config, AWS_ENDPOINT_URL=url, **LOGIN)
        assert again.status == 0 and "Nothing to do" in again.out
        assert all(call.startswith(("Describe", "Get", "List")) for _, call in wire.calls[asked:])
        off = scripts.delete(config, "--json", AWS_ENDPOINT_URL=url, AWS_DEFAULT_REGION="eu-west-1", **LOGIN)
        assert off.status == 0 and off.json["snapshot"].startswith("dwhcluster-final-")
        assert scripts.value(config, "HOST") == ""
    assert {"CreateCluster", "CreateRole", "CreateSecurityGroup", "DeleteCluster"} <= lost


def test_an_expired_login_in_the_wait_ends_politely(tmp_path: Path) -> None:
    config = scripts.folder(tmp_path, TARGET="aws", DWH_INGRESS_CIDR="203.0.113.7/32")
    seen: list[str] = []

    def expire(service: str, operation: str) -> Fault | None:
        seen.append(operation)
        waiting = "CreateCluster" in seen and operation == "DescribeClusters"
        return Refuse("ExpiredToken", "The security token included in the request is expired", 403) if waiting else None

    with Wire(Simulator(None, SystemClock()), before=expire) as url:
        ended = scripts.create(config, AWS_ENDPOINT_URL=url, **LOGIN)
    assert ended.status == 1
    assert "The login has expired" in ended.err and "goes on from here" in ended.err


def test_wrong_credentials_say_what_to_do(tmp_path: Path) -> None:
    config = scripts.folder(tmp_path, TARGET="aws", DWH_INGRESS_CIDR="203.0.113.7/32")
    nobody = scripts.create(config)
    assert nobody.status == 1 and "No AWS credentials" in nobody.err
    scripts.edit(config, PROFILE="nobody")
    unknown = scripts.create(config)
    assert unknown.status == 1 and "PROFILE" in unknown.err
