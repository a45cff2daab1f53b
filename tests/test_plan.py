"""The plan, as tables: what is there, what is wanted, what is to be done."""

from __future__ import annotations

from decimal import Decimal

import pytest

from iac.config import Config
from iac.errors import Problem
from iac.observed import Network, Observed
from iac.plan import to_gone, to_running
from tests.sample import CONFIG, GROUP, NOTHING, NOW, RUNNING, cluster, config, group, role, seen

BLANK = config(host="", role_arn="", password=None)


def names(steps: list) -> list[str]:
    return [type(step).__name__ for step in steps]


CREATE = {
    "from nothing": (
        BLANK,
        NOTHING,
        ["CreateRole", "PutPolicy", "CreateGroup", "OpenPort", "MakePassword", "CreateCluster", "WriteAddress"],
    ),
    "from nothing, with a password": (
        config(host="", role_arn=""),
        NOTHING,
        ["CreateRole", "PutPolicy", "CreateGroup", "OpenPort", "CreateCluster", "WriteAddress"],
    ),
    "from nothing, AWS keeping the password": (
        config(host="", role_arn="", password=None, managed_password=True),
        NOTHING,
        ["CreateRole", "PutPolicy", "CreateGroup", "OpenPort", "CreateCluster", "WriteAddress"],
    ),
    "from nothing, reading all of S3": (
        config(host="", s3_access="all"),
        NOTHING,
        ["CreateRole", "AttachPolicy", "CreateGroup", "OpenPort", "CreateCluster", "WriteAddress"],
    ),
    "all there": (CONFIG, RUNNING, []),
    "stopped after the role": (
        BLANK,
        seen(NOTHING, role=role(inline=())),
        ["PutPolicy", "CreateGroup", "OpenPort", "MakePassword", "CreateCluster", "WriteAddress"],
    ),
    "stopped after the group": (
        BLANK,
        seen(NOTHING, role=role(), groups=(group(rules=()),)),
        ["OpenPort", "MakePassword", "CreateCluster", "WriteAddress"],
    ),
    "stopped before the file was written": (config(host="", role_arn=""), RUNNING, ["WriteAddress"]),
    "another host stands in the file": (config(host="old.example"), RUNNING, ["WriteAddress"]),
    "the sections of the file disagree": (config(in_line=False), RUNNING, ["WriteAddress"]),
    "my address changed": (CONFIG, seen(ingress=("198.51.100.4/32",)), ["OpenPort"]),
    "a fitting role of someone else's is used": (CONFIG, seen(role=role(ours=False, inline=())), []),
    "a group of our name in another VPC is not ours to use": (
        CONFIG,
        seen(groups=(group(), group(group_id="sg-2", vpc_id="vpc-2", ours=False))),
        [],
    ),
}


@pytest.mark.parametrize("case", CREATE)
def test_create_does_what_is_missing(case: str) -> None:
    wanted, there, steps = CREATE[case]
    assert names(to_running(wanted, there, GROUP)) == steps


REFUSED = {
    "a cluster that is not ours": (seen(cluster=cluster(ours=False)), "did not make it"),
    "a group that is not ours": (seen(NOTHING, groups=(group(ours=False),)), "security group"),
    "a role that Redshift may not take": (seen(NOTHING, role=role(ours=False, trust={})), "IAM role dwhRole"),
    "no default VPC": (seen(NOTHING, network=Network(None, None)), "no default VPC"),
    "hardware-failure": (seen(cluster=cluster(status="hardware-failure")), "broken: hardware-failure"),
    "incompatible-network": (seen(cluster=cluster(status="incompatible-network")), "incompatible-network"),
    "incompatible-something-new": (seen(cluster=cluster(status="incompatible-x")), "incompatible-x"),
    "storage-full": (seen(cluster=cluster(status="storage-full")), "storage-full"),
}


def test_more_nodes_than_a_new_cluster_may_have_are_refused_with_the_way_there() -> None:
    with pytest.raises(Problem, match="1 to 16 nodes, not 32"):
        to_running(config(node_type="ra3.xlplus", number_of_nodes=32), NOTHING, GROUP)


def test_a_limit_on_the_price_that_cannot_be_checked_is_a_refusal() -> None:
    with pytest.raises(Problem, match="1.50 US dollars"):
        to_running(config(max_hourly_usd=Decimal("1.50")), NOTHING, GROUP)


@pytest.mark.parametrize("case", REFUSED)
def test_create_refuses_before_anything_is_made(case: str) -> None:
    there, words = REFUSED[case]
    with pytest.raises(Problem) as caught:
        to_running(BLANK, there, GROUP)
    assert words in f"{caught.value.what[0].lower()}{caught.value.what[1:]}" or words in caught.value.what
    assert caught.value.why and caught.value.remedy


DELETE = {
    "all there": (CONFIG, RUNNING, ["DeleteCluster", "DeleteRole", "DeleteGroup", "BlankAddress"]),
    "nothing there": (BLANK, NOTHING, []),
    "nothing there but an old address in the file": (CONFIG, NOTHING, ["BlankAddress"]),
    "the cluster is gone": (BLANK, seen(cluster=None), ["DeleteRole", "DeleteGroup"]),
    "a paused cluster": (
        CONFIG,
        seen(cluster=cluster(status="paused")),
        ["DeleteCluster", "DeleteRole", "DeleteGroup", "BlankAddress"],
    ),
    "a role and a group of someone else's stay": (
        BLANK,
        seen(role=role(ours=False), groups=(group(ours=False),)),
        ["DeleteCluster"],
    ),
    "a role that another cluster uses stays": (
        BLANK,
        seen(users_of_role=("another",)),
        ["DeleteCluster", "DeleteGroup"],
    ),
}


@pytest.mark.parametrize("case", DELETE)
def test_delete_takes_what_is_ours(case: str) -> None:
    wanted, there, steps = DELETE[case]
    assert names(to_gone(wanted, there, True, NOW)) == steps


def test_delete_leaves_a_cluster_of_someone_elses() -> None:
    with pytest.raises(Problem, match="did not make it"):
        to_gone(CONFIG, seen(cluster=cluster(ours=False)), True, NOW)


def test_the_final_snapshot_has_the_time_in_its_name() -> None:
    step = to_gone(CONFIG, RUNNING, True, NOW)[0]
    assert str(step) == "delete cluster dwhcluster into snapshot dwhcluster-final-20260301-120000, kept 35 days"


def test_data_is_discarded_only_when_asked() -> None:
    assert str(to_gone(CONFIG, RUNNING, False, NOW)[0]) == "delete cluster dwhcluster and all its data"


@pytest.mark.parametrize(("wanted", "there"), [(wanted, there) for wanted, there, _ in CREATE.values()])
def test_a_plan_is_the_same_twice_and_holds_no_secret(wanted: Config, there: Observed) -> None:
    first, second = to_running(wanted, there, GROUP), to_running(wanted, there, GROUP)
    assert first == second
    assert CONFIG.password is not None and CONFIG.password.reveal() not in repr(first) + repr(wanted)
