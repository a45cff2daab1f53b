"""The account is kept in a file, and is the same in the next process."""

from __future__ import annotations

import json
import os
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from iac.errors import Problem
from iac.simulator import Simulator
from tests.clock import FakeClock
from tests.simulator.account import PASSWORD, SimulatedAccount, error_code


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / ".dwh-simulator"


def everything(aws: SimulatedAccount) -> dict[str, object]:
    """Everything that can be described, without the metadata of the answers."""
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
    first = SimulatedAccount(state)
    role, group = first.role(), first.group()
    rule = {"IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "IpRanges": [{"CidrIp": "203.0.113.10/32"}]}
    first.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    first.running(IamRoles=[role], VpcSecurityGroupIds=[group])
    first.snapshot()
    first.redshift.pause_cluster(ClusterIdentifier="dwh")
    second = SimulatedAccount(state, first.clock)
    assert everything(second) == everything(first)
    first.clock.sleep(2)
    assert second.cluster()["ClusterStatus"] == "paused"
    assert second.simulator.password_is("dwh", PASSWORD)


def test_reading_calls_do_not_change_ids_and_times(state: Path) -> None:
    first = SimulatedAccount(state)
    for _ in range(3):
        first.ec2.describe_vpcs()
        error_code(first.cluster)
    first.create()
    first.clock.sleep(100)
    assert SimulatedAccount(state, first.clock).cluster() == first.cluster()


def test_nothing_is_written_before_the_first_change(state: Path) -> None:
    everything(SimulatedAccount(state))
    assert not state.exists()


def test_a_refused_request_is_not_kept(state: Path) -> None:
    first = SimulatedAccount(state)
    first.create()
    before = state.read_bytes()
    assert error_code(first.create) == "ClusterAlreadyExists"
    assert state.read_bytes() == before


def test_the_file_is_the_owners_alone_and_holds_no_password(state: Path) -> None:
    SimulatedAccount(state).create()
    if os.name == "posix":
        assert stat.S_IMODE(state.stat().st_mode) == 0o600
    text = state.read_text()
    assert PASSWORD not in text
    assert all(isinstance(json.loads(line), dict) for line in text.splitlines())


def test_equal_passwords_of_two_accounts_do_not_look_equal(tmp_path: Path) -> None:
    kept = []
    for name in ("a", "b"):
        SimulatedAccount(tmp_path / name).create()
        kept.append(json.loads((tmp_path / name).read_text().splitlines()[-1])["form"]["MasterUserPassword"])
    assert kept[0] != kept[1]


def test_two_processes_see_each_others_changes(state: Path) -> None:
    one = SimulatedAccount(state)
    two = SimulatedAccount(state, one.clock)
    one.create("first")
    two.create("second")
    assert [c["ClusterIdentifier"] for c in one.redshift.describe_clusters()["Clusters"]] == ["first", "second"]
    assert error_code(one.create, identifier="second") == "ClusterAlreadyExists"
    assert everything(one) == everything(two) == everything(SimulatedAccount(state, one.clock))


def test_accounts_in_one_process_do_not_mix(tmp_path: Path) -> None:
    clock = FakeClock()
    one, two = SimulatedAccount(tmp_path / "one", clock), SimulatedAccount(tmp_path / "two", clock)
    one.role()
    one.create()
    assert error_code(two.cluster) == "ClusterNotFound"
    assert error_code(two.iam.get_role, RoleName="dwhRole") == "NoSuchEntity"
    assert one.cluster()["ClusterStatus"] == "creating"


def test_an_incomplete_last_line_is_ignored(state: Path) -> None:
    first = SimulatedAccount(state)
    first.create("first")
    whole = state.read_bytes()
    first.create("second")
    state.write_bytes(state.read_bytes()[:-20])
    again = SimulatedAccount(state, first.clock)
    assert [c["ClusterIdentifier"] for c in again.redshift.describe_clusters()["Clusters"]] == ["first"]
    again.create("third")
    assert state.read_bytes().startswith(whole)
    found = SimulatedAccount(state, first.clock).redshift.describe_clusters()["Clusters"]
    assert [c["ClusterIdentifier"] for c in found] == ["first", "third"]


def test_an_incomplete_first_line_is_an_empty_account(state: Path) -> None:
    state.write_bytes(b'{"simulator": 1, "sa')
    SimulatedAccount(state).create()
    assert SimulatedAccount(state).cluster()["ClusterStatus"] == "creating"


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
    first = SimulatedAccount(state)
    first.create()
    lines = state.read_text().splitlines(keepends=True)
    state.write_text("".join([*lines, lines[-1]]))
    with pytest.raises(Problem, match="cannot be read") as caught:
        Simulator(state, FakeClock())
    assert "ClusterAlreadyExists" in caught.value.why


def test_a_directory_in_place_of_the_file_is_a_problem(state: Path) -> None:
    state.mkdir()
    with pytest.raises(Problem) as caught:
        SimulatedAccount(state).create()
    assert str(state) in caught.value.remedy


def test_a_deleted_file_is_a_new_account_at_once(state: Path) -> None:
    first = SimulatedAccount(state)
    first.running()
    state.unlink()
    assert error_code(first.cluster) == "ClusterNotFound"
    first.create("next")
    assert [c["ClusterIdentifier"] for c in SimulatedAccount(state).redshift.describe_clusters()["Clusters"]] == ["next"]


def test_a_replaced_file_is_the_other_account(tmp_path: Path, state: Path) -> None:
    SimulatedAccount(tmp_path / "other").create("other")
    first = SimulatedAccount(state)
    first.create("mine")
    (tmp_path / "other").replace(state)
    assert [c["ClusterIdentifier"] for c in first.redshift.describe_clusters()["Clusters"]] == ["other"]


def test_time_passes_in_the_account_although_the_clock_was_put_back(state: Path) -> None:
    first = SimulatedAccount(state)
    first.clock.sleep(86_400)
    first.create()
    second = SimulatedAccount(state, FakeClock())
    assert second.cluster()["ClusterStatus"] == "creating"
    second.clock.sleep(4)
    assert second.cluster()["ClusterStatus"] == "available"


def test_a_broken_cluster_is_still_broken_in_the_next_process(state: Path) -> None:
    first = SimulatedAccount(state)
    first.running()
    first.simulator.break_cluster("dwh", "storage-full")
    assert SimulatedAccount(state, first.clock).cluster()["ClusterStatus"] == "storage-full"


VICTIM = "what somebody else wrote, with no line end"


@pytest.mark.parametrize("made", ["a link", "a link that dangles", "a pipe", "somebody's file", "a file too large", "deep"])
def test_only_an_account_of_ours_is_ever_opened_or_written(made: str, tmp_path: Path, state: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text(VICTIM)
    match made:
        case "a link":
            state.symlink_to(victim)
        case "a link that dangles":
            state.symlink_to(tmp_path / "new.txt")
        case "a pipe":
            os.mkfifo(state)
        case "somebody's file":
            state.write_text(VICTIM)
        case "a file too large":
            with state.open("wb") as file:
                file.truncate(1 << 40)
        case "deep":
            state.write_text("[" * 200_000 + "\n")
    before = state.read_bytes() if made in ("somebody's file", "deep") else b""
    with pytest.raises(Problem) as caught:
        SimulatedAccount(state).create()
    assert str(state) in caught.value.why + caught.value.remedy
    assert victim.read_text() == VICTIM and not (tmp_path / "new.txt").exists()
    assert before == (state.read_bytes() if before else b"")


def test_a_clock_that_is_set_back_while_something_is_under_way_does_not_hold_it_up(state: Path) -> None:
    class SetBack(FakeClock):
        def now(self) -> datetime:
            return super().now() - hours

    hours = timedelta(0)
    aws = SimulatedAccount(state, SetBack())
    aws.create()
    hours = timedelta(hours=1)
    assert aws.cluster()["ClusterStatus"] == "creating"
    aws.clock.sleep(10)
    assert aws.cluster()["ClusterStatus"] == "available"
