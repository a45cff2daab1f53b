"""The account outlives the process, in a file that can be trusted."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from iac.errors import Problem
from iac.simulator import Simulator
from tests.clock import FakeClock
from tests.simulator.account import PASSWORD, Scene, code


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / ".dwh-simulator"


def everything(aws: Scene) -> dict[str, object]:
    """All there is to see, without the numbers of the answers."""
    answers = {
        "clusters": aws.redshift.describe_clusters(),
        "snapshots": aws.redshift.describe_cluster_snapshots(),
        "subnet groups": aws.redshift.describe_cluster_subnet_groups(),
        "roles": aws.iam.list_roles(),
        "vpcs": aws.ec2.describe_vpcs(),
        "groups": aws.ec2.describe_security_groups(),
        "rules": aws.ec2.describe_security_group_rules(),
    }
    return {name: {k: v for k, v in a.items() if k != "ResponseMetadata"} for name, a in answers.items()}


def test_the_next_process_finds_the_same_account(state: Path) -> None:
    first = Scene(state)
    role, group = first.role(), first.group()
    rule = {"IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "IpRanges": [{"CidrIp": "203.0.113.10/32"}]}
    first.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    first.running(IamRoles=[role], VpcSecurityGroupIds=[group])
    first.snapshot()
    first.redshift.pause_cluster(ClusterIdentifier="dwh")
    second = Scene(state, first.clock)
    assert everything(second) == everything(first)
    first.clock.sleep(2)
    assert second.cluster()["ClusterStatus"] == "paused"
    assert second.simulator.password_is("dwh", PASSWORD)


def test_ids_and_times_are_the_same_whatever_was_looked_at(state: Path) -> None:
    first = Scene(state)
    for _ in range(3):
        first.ec2.describe_vpcs()
        code(first.cluster)
    first.create()
    first.clock.sleep(100)
    assert Scene(state, first.clock).cluster() == first.cluster()


def test_nothing_is_written_before_there_is_something_to_keep(state: Path) -> None:
    everything(Scene(state))
    assert not state.exists()


def test_a_refused_request_is_not_kept(state: Path) -> None:
    first = Scene(state)
    first.create()
    before = state.read_bytes()
    assert code(first.create) == "ClusterAlreadyExists"
    assert state.read_bytes() == before


def test_the_file_is_the_owners_alone_and_holds_no_password(state: Path) -> None:
    Scene(state).create()
    if os.name == "posix":
        assert stat.S_IMODE(state.stat().st_mode) == 0o600
    text = state.read_text()
    assert PASSWORD not in text
    assert all(isinstance(json.loads(line), dict) for line in text.splitlines())


def test_equal_passwords_of_two_accounts_do_not_look_equal(tmp_path: Path) -> None:
    kept = []
    for name in ("a", "b"):
        Scene(tmp_path / name).create()
        kept.append(json.loads((tmp_path / name).read_text().splitlines()[-1])["form"]["MasterUserPassword"])
    assert kept[0] != kept[1]


def test_two_processes_see_each_others_changes(state: Path) -> None:
    one = Scene(state)
    two = Scene(state, one.clock)
    one.create("first")
    two.create("second")
    assert [c["ClusterIdentifier"] for c in one.redshift.describe_clusters()["Clusters"]] == ["first", "second"]
    assert code(one.create, identifier="second") == "ClusterAlreadyExists"
    assert everything(one) == everything(two) == everything(Scene(state, one.clock))


def test_accounts_in_one_process_do_not_mix(tmp_path: Path) -> None:
    clock = FakeClock()
    one, two = Scene(tmp_path / "one", clock), Scene(tmp_path / "two", clock)
    one.role()
    one.create()
    assert code(two.cluster) == "ClusterNotFound"
    assert code(two.iam.get_role, RoleName="dwhRole") == "NoSuchEntity"
    assert one.cluster()["ClusterStatus"] == "creating"


def test_a_line_torn_off_by_a_crash_is_as_if_never_asked(state: Path) -> None:
    first = Scene(state)
    first.create("first")
    whole = state.read_bytes()
    first.create("second")
    state.write_bytes(state.read_bytes()[:-20])
    again = Scene(state, first.clock)
    assert [c["ClusterIdentifier"] for c in again.redshift.describe_clusters()["Clusters"]] == ["first"]
    again.create("third")
    assert state.read_bytes().startswith(whole)
    found = Scene(state, first.clock).redshift.describe_clusters()["Clusters"]
    assert [c["ClusterIdentifier"] for c in found] == ["first", "third"]


def test_a_torn_first_line_is_an_empty_account(state: Path) -> None:
    state.write_bytes(b'{"simulator": 1, "sa')
    Scene(state).create()
    assert Scene(state).cluster()["ClusterStatus"] == "creating"


@pytest.mark.parametrize(
    "text",
    ["not ours\n", "[]\n", '{"simulator": 99, "salt": ""}\n', '{"simulator": 1}\n',
     '{"simulator": 1, "salt": "x"}\n{}\n', '{"simulator": 1, "salt": "x"}\n{"at": 1, "form": {"Action": "x"}}\n'],
)  # fmt: skip
def test_a_file_that_is_not_an_account_is_a_problem_with_its_name(state: Path, text: str) -> None:
    state.write_text(text)
    with pytest.raises(Problem) as caught:
        Simulator(state, FakeClock())
    assert str(state) in caught.value.why
    assert caught.value.remedy.startswith(f"Delete {state}")
    assert state.read_text() == text


def test_a_file_whose_changes_cannot_be_repeated_is_a_problem(state: Path) -> None:
    first = Scene(state)
    first.create()
    lines = state.read_text().splitlines(keepends=True)
    state.write_text("".join([*lines, lines[-1]]))
    with pytest.raises(Problem, match="cannot be read") as caught:
        Simulator(state, FakeClock())
    assert "ClusterAlreadyExists" in caught.value.why


def test_a_directory_in_place_of_the_file_is_a_problem(state: Path) -> None:
    state.mkdir()
    with pytest.raises(Problem) as caught:
        Scene(state).create()
    assert str(state) in caught.value.remedy


def test_a_deleted_file_is_a_new_account_at_once(state: Path) -> None:
    first = Scene(state)
    first.running()
    state.unlink()
    assert code(first.cluster) == "ClusterNotFound"
    first.create("next")
    assert [c["ClusterIdentifier"] for c in Scene(state).redshift.describe_clusters()["Clusters"]] == ["next"]


def test_a_replaced_file_is_the_other_account(tmp_path: Path, state: Path) -> None:
    Scene(tmp_path / "other").create("other")
    first = Scene(state)
    first.create("mine")
    (tmp_path / "other").replace(state)
    assert [c["ClusterIdentifier"] for c in first.redshift.describe_clusters()["Clusters"]] == ["other"]


def test_a_clock_that_was_put_back_does_not_hold_the_account_still(state: Path) -> None:
    first = Scene(state)
    first.clock.sleep(86_400)
    first.create()
    second = Scene(state, FakeClock())
    assert second.cluster()["ClusterStatus"] == "creating"
    second.clock.sleep(4)
    assert second.cluster()["ClusterStatus"] == "available"


def test_a_broken_cluster_is_still_broken_in_the_next_process(state: Path) -> None:
    first = Scene(state)
    first.running()
    first.simulator.break_cluster("dwh", "storage-full")
    assert Scene(state, first.clock).cluster()["ClusterStatus"] == "storage-full"
