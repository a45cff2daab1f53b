"""The plan, as tables: what is there, what is wanted, what is to be done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iac import text
from iac.config import Config
from iac.config.faults import Misconfigured
from iac.errors import Problem
from iac.observed import Cluster, IngressRule, Network, Observed, Offer, Snapshot
from iac.naming import OUR_TAG, PASSWORD_TAG, PENDING, use_tag
from iac.plan.context import Request
from iac.plan import Context, gone, paused, running
from iac.plan.running import _remarks as remarks, _warnings as warnings
from iac.plan.stopping import _kept as kept
from tests.planned import reported, to_gone, to_paused, to_running
from iac.status import is_in_transition
from iac.steps import Step
from tests.sample import ARN, CLUSTER, CONFIG, GROUP, HOST, ME, NOTHING, NOW, ROLE, RUNNING, cluster, config, group, role, seen

CONTEXT = Context(NOW, GROUP)
BLANK = config(host="", role_arn="", password=None)


def names(steps: list[Step]) -> list[str]:
    """What each step does first: an API operation, or the options that it writes."""
    return [_name(step) for step in steps]


def _name(step: Step) -> str:
    if not step.calls:
        return "blank" if step.file == {"host": "", "role_arn": ""} else f"write {next(iter(step.file))}"
    if step.operations[-1] == "DeleteRole":
        return "DeleteRole"
    return f"{step.operations[0]}{' classic' if step.calls[0].parameters.get('Classic') else ''}"


CREATE = {
    "from nothing": (
        BLANK,
        NOTHING,
        ["CreateRole", "PutRolePolicy", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "write password", "CreateCluster", "write host"],
    ),
    "from nothing, with a password": (
        config(host="", role_arn=""),
        NOTHING,
        ["CreateRole", "PutRolePolicy", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "CreateCluster", "write host"],
    ),
    "from nothing, AWS keeping the password": (
        config(host="", role_arn="", password=None, managed_password=True),
        NOTHING,
        ["CreateRole", "PutRolePolicy", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "CreateCluster", "write host"],
    ),
    "from nothing, reading all of S3": (
        config(host="", s3_access="all"),
        NOTHING,
        ["CreateRole", "AttachRolePolicy", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "CreateCluster", "write host"],
    ),
    "all there": (CONFIG, RUNNING, []),
    "stopped after the role": (
        BLANK,
        seen(NOTHING, role=role(inline=())),
        ["PutRolePolicy", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "write password", "CreateCluster", "write host"],
    ),
    "stopped after the group": (
        BLANK,
        seen(NOTHING, role=role(), groups=(group(rules=()),)),
        ["AuthorizeSecurityGroupIngress", "write password", "CreateCluster", "write host"],
    ),
    "stopped before the file was written": (config(host="", role_arn=""), RUNNING, ["write host"]),
    "another host stands in the file": (config(host="old.example"), RUNNING, ["write host"]),
    "the sections of the file disagree": (config(in_line=False), RUNNING, ["write host"]),
    "my address changed": (CONFIG, seen(ingress=("198.51.100.4/32",)), ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"]),
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
    assert names(to_running(wanted, there, CONTEXT)) == steps


TWO = cluster(number_of_nodes=2)
SNAPSHOT = Snapshot(
    "dwhcluster-final-20260228-120000", "dwhcluster", "available", NOW, "ra3.large", 1, "dwh", "dwhuser",
    tags=(OUR_TAG,),
)  # fmt: skip

DRIFT = {
    "paused": (CONFIG, cluster(status="paused"), ["ResumeCluster"]),
    "paused and too small": (
        config(number_of_nodes=2),
        cluster(status="paused"),
        ["ResumeCluster", "CreateClusterSnapshot", "ResizeCluster classic"],
    ),
    "one node to two": (config(number_of_nodes=2), CLUSTER, ["CreateClusterSnapshot", "ResizeCluster classic"]),
    "two nodes to one": (CONFIG, TWO, ["CreateClusterSnapshot", "ResizeCluster classic"]),
    "one node of another type": (config(node_type="rg.large"), CLUSTER, ["CreateClusterSnapshot", "ResizeCluster classic"]),
    "two nodes to four": (config(number_of_nodes=4), TWO, ["ResizeCluster"]),
    "two nodes to four, AWS says which": (
        config(number_of_nodes=4),
        cluster(number_of_nodes=2, elastic_sizes=(3, 4)),
        ["ResizeCluster"],
    ),
    "two nodes to five, which elastic resize does not reach": (
        config(number_of_nodes=5),
        cluster(number_of_nodes=2, elastic_sizes=(3, 4)),
        ["CreateClusterSnapshot", "ResizeCluster classic"],
    ),
    "the disks are full and it is to grow": (
        config(number_of_nodes=4),
        cluster(status="storage-full", number_of_nodes=2),
        ["ResizeCluster"],
    ),
    "private": (CONFIG, cluster(publicly_accessible=False), ["ModifyCluster"]),
    "another port": (CONFIG, cluster(port=5440), ["ModifyCluster"]),
    "snapshots kept a day": (CONFIG, cluster(settings=(("AutomatedSnapshotRetentionPeriod", 1),)), ["ModifyCluster"]),
    "snapshots kept longer": (CONFIG, cluster(settings=(("AutomatedSnapshotRetentionPeriod", 14),)), []),
    "no role": (CONFIG, cluster(roles=()), ["ModifyClusterIamRoles"]),
    "another role beside ours": (CONFIG, cluster(roles=(("arn:x", "in-sync"), (ARN, "in-sync"))), []),
    "no default role is shown, also where AWS leaves the member out": (CONFIG, cluster(default_role=""), []),
    "another default role": (CONFIG, cluster(default_role="arn:x"), ["ModifyClusterIamRoles"]),
    "another group": (CONFIG, cluster(group_ids=("sg-9",)), ["ModifyCluster"]),
    "another group beside ours": (CONFIG, cluster(group_ids=("sg-1", "sg-9")), []),
    "a tag is missing": (config(tags=(("Project", "x"),)), CLUSTER, ["TagRole", "CreateTags", "CreateTags"]),
    "restored, its password not yet set": (CONFIG, cluster(restored=True), ["ModifyCluster"]),
    "restored, its password set": (
        CONFIG,
        cluster(restored=True, tags=(*CLUSTER.tags, (PASSWORD_TAG, CLUSTER.password_stamp))),
        [],
    ),
    "restored, the mark of the old cluster": (
        CONFIG,
        cluster(restored=True, tags=(*CLUSTER.tags, (PASSWORD_TAG, "set-20200101T000000Z"))),
        ["ModifyCluster"],
    ),
    "stopped while the password changed": (
        CONFIG,
        cluster(tags=(*CLUSTER.tags, (PASSWORD_TAG, PENDING))),
        ["ModifyCluster"],
    ),
    "a blank password, as in a fresh clone of a shared file": (config(password=None), CLUSTER, []),
    "a blank password, while another run changes it": (
        config(password=None),
        cluster(tags=(*CLUSTER.tags, (PASSWORD_TAG, PENDING))),
        [],
    ),
    "a blank password, where another run restored the cluster": (config(password=None), cluster(restored=True), []),
    "a blank password, AWS keeping the one of the cluster": (config(password=None), cluster(managed_password=True), []),
    "AWS is to keep the password": (config(password=None, managed_password=True), CLUSTER, ["ModifyCluster"]),
    "AWS keeps it no longer": (CONFIG, cluster(managed_password=True), ["ModifyCluster"]),
}


@pytest.mark.parametrize("case", DRIFT)
def test_what_differs_is_put_right_in_place(case: str) -> None:
    wanted, there, steps = DRIFT[case]
    assert names(to_running(wanted, seen(cluster=there), CONTEXT)) == steps


SET_PASSWORD = Context(NOW, GROUP, Request(set_password=True))
NEW_PASSWORD = {
    "a blank one": (config(password=None), CLUSTER, ["CreateTags", "write password", "ModifyCluster"]),
    "a blank one, announced": (
        config(password=None),
        cluster(tags=(*CLUSTER.tags, (PASSWORD_TAG, PENDING))),
        ["write password", "ModifyCluster"],
    ),
    "the one in the file": (CONFIG, CLUSTER, ["ModifyCluster"]),
    "AWS keeps it": (config(password=None, managed_password=True), cluster(managed_password=True), []),
}


@pytest.mark.parametrize("case", NEW_PASSWORD)
def test_a_password_is_set_when_asked_for(case: str) -> None:
    wanted, there, steps = NEW_PASSWORD[case]
    assert names(to_running(wanted, seen(cluster=there), SET_PASSWORD)) == steps


BLANK_PASSWORD = {
    "of our cluster": (CLUSTER, False, ["from the file of whoever made the cluster", "DB_PASSWORD = managed", "--set-password"]),
    "of one that AWS keeps the password of": (cluster(managed_password=True), False, ["write DB_PASSWORD = managed"]),
    "of one that is taken over": (cluster(ours=False), True, ["Taking over cluster dwhcluster sets no password", "--set-password"]),
}


@pytest.mark.parametrize("case", BLANK_PASSWORD)
def test_a_blank_password_of_a_cluster_that_is_there_is_told_with_the_ways_to_get_it(case: str) -> None:
    there, adopt, words = BLANK_PASSWORD[case]
    (note,) = warnings(config(password=None), seen(cluster=there), Context(NOW, GROUP, Request(adopt=adopt)))
    assert all(each in note for each in words)
    for wanted, context in ((CONFIG, CONTEXT), (config(password=None, managed_password=True), CONTEXT), (BLANK, SET_PASSWORD)):
        assert not any("PASSWORD" in each for each in warnings(wanted, seen(cluster=there), context))
    assert not any("PASSWORD" in each for each in warnings(BLANK, NOTHING, CONTEXT))


OLD = role(name="oldRole", arn=ARN.replace("dwhRole", "oldRole"), inline=())


def test_the_role_of_the_file_is_the_default_one_before_an_old_one_goes() -> None:
    there = cluster(roles=((OLD.arn, "in-sync"), (ARN, "in-sync")), default_role=OLD.arn)
    steps = to_running(CONFIG, seen(cluster=there, old_roles=(OLD,)), CONTEXT)
    assert [str(step) for step in steps[:2]] == [
        "make IAM role dwhRole the default role of cluster dwhcluster",
        "disassociate IAM role oldRole from cluster dwhcluster",
    ]
    assert [step.calls[0].parameters["DefaultIamRoleArn"] for step in steps[:2]] == [ARN, ARN]


def test_a_new_or_restored_cluster_has_the_role_of_the_file_as_its_default_one() -> None:
    restored = to_running(CONFIG, seen(cluster=None, snapshots=(SNAPSHOT,)), Context(NOW, GROUP, Request(restore="")))
    for steps in (to_running(CONFIG, NOTHING, CONTEXT), restored):
        asked = [call.parameters for step in steps for call in step.calls if "IamRoles" in call.parameters]
        assert [(each["IamRoles"], each["DefaultIamRoleArn"]) for each in asked] == [([ARN], ARN)]
        assert not any("default role" in str(step) for step in steps)


@pytest.mark.parametrize(("default", "named"), [("arn:aws:iam::123456789012:role/etl", True), (OLD.arn, False), (ARN, False), ("", False)])
def test_another_default_role_is_named_with_the_way_to_keep_it(default: str, named: bool) -> None:
    there = seen(cluster=cluster(default_role=default, ours=False), old_roles=(OLD,))
    notes = [note for note in remarks(CONFIG, there, CONTEXT) if "IAM_ROLE default" in note]
    assert bool(notes) is named and all("write DWH_IAM_ROLE_NAME = etl into dwh.cfg" in note for note in notes)


def test_a_recent_snapshot_serves_a_classic_resize() -> None:
    there = seen(cluster=cluster(created_at=NOW), snapshots=(SNAPSHOT,))
    assert names(to_running(config(number_of_nodes=2), there, CONTEXT)) == ["ResizeCluster classic"]


def test_an_elastic_resize_to_another_type_is_done_where_aws_offers_it() -> None:
    wanted = config(node_type="ra3.xlplus", number_of_nodes=2)
    for options, classic in (((("ra3.xlplus", 2),), False), ((("ra3.xlplus", 4),), True)):
        there = seen(cluster=cluster(number_of_nodes=4), resize_options=options)
        assert to_running(wanted, there, CONTEXT)[-1].calls[0].parameters["Classic"] is classic


ROLES = {
    "trusts someone else too": (CONFIG, role(trust={}), ["UpdateAssumeRolePolicy"]),
    "reads all, is to read what is listed": (
        CONFIG,
        role(inline=(), attached=("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",)),
        ["PutRolePolicy", "DetachRolePolicy"],
    ),
    "reads what is listed, is to read all": (config(s3_access="all"), ROLE, ["AttachRolePolicy", "DeleteRolePolicy"]),
    "other places": (config(s3_places=("s3://x/y",)), ROLE, ["PutRolePolicy"]),
    "another policy": (
        config(s3_access="all", policy_arn="arn:aws:iam::aws:policy/Other"),
        role(inline=(), attached=("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",)),
        ["AttachRolePolicy", "DetachRolePolicy"],
    ),
    "someone else's addition": (CONFIG, role(attached=("arn:aws:iam::aws:policy/Other",)), []),
}


@pytest.mark.parametrize("case", ROLES)
def test_our_role_is_kept_as_the_file_says(case: str) -> None:
    wanted, there, steps = ROLES[case]
    assert names(to_running(wanted, seen(role=there), CONTEXT)) == steps


def test_rules_of_ours_that_the_file_no_longer_says_are_closed() -> None:
    old = IngressRule("sgr-2", "198.51.100.0/24", "tcp", 5439, 5439, True, ME)
    other = IngressRule("sgr-3", "192.0.2.0/24", "tcp", 5439, 5439, False)
    there = seen(groups=(group(rules=(*group().rules, old, other)),))
    assert [str(step) for step in to_running(CONFIG, there, CONTEXT)] == [
        "remove inbound rule: 198.51.100.0/24 may no longer connect to port 5439"
    ]
    assert any("192.0.2.0/24" in note for note in remarks(CONFIG, there, CONTEXT))


AUTO = {
    "on a CI runner": (config(ingress=None), True, ["is the address of the CI runner"]),
    "on a CI runner, simulated": (config(ingress=None, target="simulator"), True, []),
    "on a CI runner, an address in the file": (config(), True, []),
    "elsewhere": (config(ingress=None), False, []),
    "a private cluster": (config(ingress=None, publicly_accessible=False), False, ["never reaches it"]),
    "a private cluster, simulated": (
        config(ingress=None, publicly_accessible=False, target="simulator"), False, ["never reaches it"],
    ),
    "a private cluster, a range in the file": (config(ingress=("10.0.0.0/16",), publicly_accessible=False), False, []),
}  # fmt: skip


@pytest.mark.parametrize("case", AUTO)
def test_an_own_address_that_may_not_be_the_one_meant_is_named(case: str) -> None:
    wanted, ci, words = AUTO[case]
    notes = [note for note in remarks(wanted, NOTHING, replace(CONTEXT, ci=ci)) if "DWH_INGRESS_CIDR = " in note]
    assert len(notes) == len(words)
    assert all(each in note and "203.0.113.7/32" in note for each, note in zip(words, notes, strict=True))


RESTORED = {
    "the newest final one": (CONFIG, "", ["RestoreFromClusterSnapshot", "write host", "ModifyCluster"]),
    "by its name": (CONFIG, "dwhcluster-final-20260228-120000", ["RestoreFromClusterSnapshot", "write host", "ModifyCluster"]),
    "into another size": (
        config(number_of_nodes=2),
        "",
        ["RestoreFromClusterSnapshot", "write host", "ModifyCluster", "ResizeCluster classic"],
    ),
    "with a blank password": (
        config(password=None),
        "",
        ["write password", "RestoreFromClusterSnapshot", "write host", "ModifyCluster"],
    ),
}


@pytest.mark.parametrize("case", RESTORED)
def test_a_snapshot_is_restored_and_the_rest_put_right(case: str) -> None:
    wanted, name, steps = RESTORED[case]
    there = seen(cluster=None, snapshots=(SNAPSHOT,))
    assert names(to_running(wanted, there, Context(NOW, GROUP, Request(restore=name)))) == steps


def test_a_snapshot_of_a_retired_node_type_is_restored_into_the_files() -> None:
    there = seen(cluster=None, snapshots=(replace(SNAPSHOT, node_type="dc2.large", number_of_nodes=4),))
    step = to_running(config(number_of_nodes=2), there, Context(NOW, GROUP, Request(restore="")))[0]
    wanted = step.calls[0].parameters
    assert (wanted["NodeType"], wanted["NumberOfNodes"]) == ("ra3.large", 2)


RETIRED = replace(SNAPSHOT, node_type="dc2.large", number_of_nodes=4)
RA3 = ("ra3.4xlarge", "ra3.large", "ra3.xlplus")

RESTORABLE = {
    "the file's type is among them": (config(number_of_nodes=2), replace(RETIRED, restorable=RA3), ("ra3.large", 2)),
    "AWS does not say": (config(number_of_nodes=2), RETIRED, ("ra3.large", 2)),
    "its own type, which is sold": (
        config(number_of_nodes=2), replace(SNAPSHOT, node_type="rg.large", restorable=("rg.large",)), (None, None),
    ),
    "its own type no more": (
        config(number_of_nodes=2), replace(SNAPSHOT, node_type="rg.large", restorable=RA3), ("ra3.large", 2),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RESTORABLE)
def test_a_snapshot_is_restored_to_a_node_type_that_it_can_be_restored_to(case: str) -> None:
    wanted, snapshot, size = RESTORABLE[case]
    step = to_running(wanted, seen(cluster=None, snapshots=(snapshot,)), Context(NOW, GROUP, Request(restore="")))[0]
    asked = step.calls[0].parameters
    assert (asked.get("NodeType"), asked.get("NumberOfNodes")) == size


RESIZE, PAUSE_SNAPSHOT = (replace(SNAPSHOT, identifier=f"dwhcluster-{kind}-20260301-110000") for kind in ("resize", "pause"))

ADVISED = {
    "a final one": ((SNAPSHOT,), "--restore", SNAPSHOT.identifier),
    "another kind, and an older final one": ((RESIZE, SNAPSHOT), "--restore", SNAPSHOT.identifier),
    "other kinds alone": ((PAUSE_SNAPSHOT, RESIZE), f"--restore {PAUSE_SNAPSHOT.identifier}", PAUSE_SNAPSHOT.identifier),
    "one that failed": ((replace(SNAPSHOT, status="failed"), RESIZE), f"--restore {RESIZE.identifier}", RESIZE.identifier),
    "one that failed alone": ((replace(SNAPSHOT, status="failed"),), "", ""),
}


@pytest.mark.parametrize("case", ADVISED)
def test_a_command_that_is_advised_for_a_restore_can_be_followed(case: str) -> None:
    snapshots, options, brought_back = ADVISED[case]
    there = seen(NOTHING, snapshots=snapshots)
    said = [note for note in warnings(CONFIG, there, CONTEXT) if "would bring back" in note]
    assert said == [f"An empty cluster is made; `python create_cluster.py {options}` would bring back {brought_back}."] * bool(options)
    lines = text.result(reported(CONFIG, there))
    assert [line for line in lines if "--restore" in line] == [f"  python create_cluster.py {options}  from its snapshot"] * bool(options)
    if options:
        name = options.removeprefix("--restore").strip()
        asked = to_running(CONFIG, there, Context(NOW, GROUP, Request(restore=name)))
        restored = [call.parameters["SnapshotIdentifier"] for step in asked for call in step.calls if "SnapshotIdentifier" in call.parameters]
        assert restored == [brought_back]


@pytest.mark.parametrize("name", ["", "mistyped"])
def test_a_restore_of_a_snapshot_that_is_not_there_names_one_that_is(name: str) -> None:
    with pytest.raises(Problem) as caught:
        to_running(CONFIG, seen(NOTHING, snapshots=(PAUSE_SNAPSHOT,)), Context(NOW, GROUP, Request(restore=name)))
    assert f"`python create_cluster.py --restore {PAUSE_SNAPSHOT.identifier}`" in caught.value.remedy


THEIR_ARN = "arn:aws:redshift:us-west-2:111122223333:snapshot:sales/kept"
SHARED = replace(SNAPSHOT, identifier="kept", cluster="sales", arn=THEIR_ARN)


@pytest.mark.parametrize(("arn", "owner"), [(THEIR_ARN, "111122223333"), (THEIR_ARN.replace("111122223333", "123456789012"), None)])
def test_a_snapshot_is_restored_by_its_arn_also_of_another_account(arn: str, owner: str | None) -> None:
    there = seen(NOTHING, snapshots=(SNAPSHOT, replace(SHARED, arn=arn)))
    (step,) = [s for s in to_running(CONFIG, there, Context(NOW, GROUP, Request(restore=arn))) if s.awaits]
    asked = step.calls[0].parameters
    assert (asked["SnapshotIdentifier"], asked.get("OwnerAccount")) == ("kept", owner)
    assert step.awaits == (arn if owner else "kept") and ("of account 111122223333" in str(step)) is (owner is not None)


ARNS = {
    "of another Region": (
        THEIR_ARN.replace("us-west-2", "eu-west-1"),
        ["is in eu-west-1", "REGION = eu-west-1", "aws redshift enable-snapshot-copy --cluster-identifier sales"],
    ),
    "of Redshift Serverless": (
        "arn:aws:redshift-serverless:us-west-2:111122223333:snapshot/a918d0f6-7b6a-40c9-9744-6223d0daf475",
        ["of Redshift Serverless", "aws redshift restore-from-cluster-snapshot", "--snapshot-arn arn:aws:redshift-serverless", "--adopt"],
    ),
    "of something else": ("arn:aws:s3:::bucket", ["is not the ARN of a snapshot", "snapshot:CLUSTER/NAME"]),
    "that is not shared": (THEIR_ARN, ["sees no snapshot", "authorize-snapshot-access", "--account-with-restore-access 123456789012"]),
}


@pytest.mark.parametrize("case", ARNS)
def test_an_arn_that_cannot_be_restored_is_refused_with_the_way_out(case: str) -> None:
    arn, words = ARNS[case]
    with pytest.raises(Problem) as caught:
        to_running(CONFIG, seen(NOTHING, snapshots=(SNAPSHOT,)), Context(NOW, GROUP, Request(restore=arn)))
    assert all(each in str(caught.value) for each in words)
    assert caught.value.exit_status == (1 if case == "that is not shared" else 2)


UNRESTORABLE = {
    "the cheapest": (2, ("dc2.large", "ra3.4xlarge", "ra3.xlplus", "rg.xlarge"), "Write DWH_NODE_TYPE = rg.xlarge into dwh.cfg"),
    "the cheapest for one node": (1, ("ra3.4xlarge", "ra3.xlplus", "rg.xlarge"), "Write DWH_NODE_TYPE = ra3.xlplus into dwh.cfg"),
    "one without a known price": (2, ("rg.2xlarge",), "Write DWH_NODE_TYPE = rg.2xlarge into dwh.cfg"),
    "one with a price and one without": (2, ("rg.2xlarge", "rg.xlarge"), "Write DWH_NODE_TYPE = rg.xlarge into dwh.cfg"),
    "none that is sold": (2, ("dc2.large",), "aws redshift-serverless restore-from-snapshot"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNRESTORABLE)
def test_a_node_type_that_a_snapshot_cannot_be_restored_to_is_refused_with_the_cheapest_that_it_can(case: str) -> None:
    number, restorable, remedy = UNRESTORABLE[case]
    there = seen(NOTHING, snapshots=(replace(RETIRED, restorable=restorable),))
    with pytest.raises(Problem) as caught:
        to_running(config(number_of_nodes=number), there, Context(NOW, GROUP, Request(restore="")))
    assert remedy in caught.value.remedy and "dc2.large" not in caught.value.remedy
    assert caught.value.what.endswith("cannot be restored to ra3.large.")
    assert all(each in caught.value.why for each in restorable)


def test_a_cluster_that_others_made_is_taken_over_first() -> None:
    there = seen(cluster=cluster(ours=False, tags=()))
    steps = to_running(CONFIG, there, Context(NOW, GROUP, Request(adopt=True)))
    assert names(steps) == ["CreateTags", "ModifyCluster"] and "take over" in str(steps[0])


TAKEN_OVER = {
    "a blank password": (config(password=None), False, [], CLUSTER.password_stamp),
    "a blank password, a new one asked for": (config(password=None), True, ["write password", "ModifyCluster"], PENDING),
    "a password": (CONFIG, False, ["ModifyCluster"], PENDING),
}


@pytest.mark.parametrize("restored", [False, True])
@pytest.mark.parametrize("case", TAKEN_OVER)
def test_taking_over_sets_the_password_of_the_file_and_without_one_nothing(case: str, restored: bool) -> None:
    wanted, asked, steps, mark = TAKEN_OVER[case]
    there = seen(cluster=cluster(ours=False, tags=(), restored=restored))
    planned = to_running(wanted, there, Context(NOW, GROUP, Request(adopt=True, set_password=asked)))
    assert names(planned) == ["CreateTags", *steps]
    assert {"Key": PASSWORD_TAG, "Value": mark} in planned[0].calls[0].parameters["Tags"]


THEIRS = cluster(ours=False, tags=(), roles=(("arn:aws:iam::123456789012:role/etl", "in-sync"),), default_role="arn:aws:iam::123456789012:role/etl")

CHANGED_BY_ADOPTION = {
    "as the file says but for its role and password": (CONFIG, THEIRS, False, [
        "its default IAM role becomes dwhRole (etl now)", "its admin password becomes the one in dwh.cfg",
    ]),
    "private, larger, on another port": (
        config(password=None), replace(THEIRS, publicly_accessible=False, number_of_nodes=2, port=5440, roles=(), default_role=""), False,
        ["its size becomes 1 x ra3.large (2 x ra3.large now)", "it becomes publicly accessible (private now)",
         "its port becomes 5439 (5440 now)", "its default IAM role becomes dwhRole (none now)"],
    ),
    "a new password is asked for": (config(password=None), cluster(ours=False), True, ["its admin password becomes a new one"]),
    "AWS is to keep the password": (
        config(password=None, managed_password=True), cluster(ours=False), False,
        ["its admin password becomes one that AWS Secrets Manager makes and keeps"],
    ),
    "as the file says": (config(password=None), cluster(ours=False), False, []),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGED_BY_ADOPTION)
def test_taking_over_says_from_what_to_what_it_changes_the_cluster(case: str) -> None:
    wanted, there, asked, words = CHANGED_BY_ADOPTION[case]
    context = Context(NOW, GROUP, Request(adopt=True, set_password=asked))
    said = [note for note in running(wanted, seen(cluster=there), context).notes if " becomes " in note]
    assert said == ([f"Taking over cluster dwhcluster changes it: {'; '.join(words)}."] if words else [])
    assert not any(" becomes " in note for note in running(CONFIG, RUNNING, context).notes)


@pytest.mark.parametrize(("there", "named"), [
    (cluster(encrypted=False), True), (cluster(encrypted=False, ours=False), True), (CLUSTER, False), (cluster(encrypted=None), False),
])  # fmt: skip
def test_an_unencrypted_cluster_is_named_with_what_aws_offers(there: Cluster, named: bool) -> None:
    plan = running(CONFIG, seen(cluster=there), Context(NOW, GROUP, Request(adopt=True)))
    said = [note for note in plan.details if "is not encrypted" in note]
    assert bool(said) is named
    assert all("modify-cluster --cluster-identifier dwhcluster --encrypted --region us-west-2" in note for note in said)


def test_a_restored_cluster_whose_tags_were_lost_is_still_ours() -> None:
    there = seen(cluster=cluster(tags=(), restored=True))
    assert names(to_running(CONFIG, there, CONTEXT)) == ["CreateTags", "ModifyCluster", "CreateTags"]


UNCHANGEABLE = {
    "database": (cluster(database="other"), "Write DB_NAME = other back"),
    "admin user": (cluster(user="other"), "Write DB_USER = other back"),
    "subnet group": (cluster(subnet_group="analytics"), "Write DWH_SUBNET_GROUP = analytics back"),
    "database and admin user": (cluster(database="dev", user="awsuser"), "Write DB_NAME = dev and DB_USER = awsuser back"),
    "all three": (
        cluster(database="dev", user="awsuser", subnet_group="analytics"),
        "Write DB_NAME = dev and DB_USER = awsuser and DWH_SUBNET_GROUP = analytics back",
    ),
}


@pytest.mark.parametrize("case", UNCHANGEABLE)
def test_what_aws_cannot_change_is_refused_with_the_way_out(case: str) -> None:
    there, words = UNCHANGEABLE[case]
    with pytest.raises(Problem) as caught:
        to_running(CONFIG, seen(cluster=there), CONTEXT)
    assert words in caught.value.remedy
    assert ("--restore" in caught.value.remedy) is (case == "subnet group")


def test_what_a_restore_keeps_is_refused_at_once() -> None:
    taken = Snapshot("final", "dwhcluster", "available", NOW, "ra3.large", 1, "dev", "awsuser", 1024)
    with pytest.raises(Problem) as caught:
        to_running(CONFIG, seen(NOTHING, snapshots=(taken,)), Context(NOW, GROUP, Request("final")))
    assert caught.value.what == "Snapshot final has database dev, not dwh, and admin user awsuser, not dwhuser."


PAUSE = {
    "running": (RUNNING, ["PauseCluster"]),
    "paused": (seen(cluster=cluster(status="paused")), []),
    "absent": (NOTHING, []),
}


@pytest.mark.parametrize("case", PAUSE)
def test_pause_stops_what_runs(case: str) -> None:
    there, steps = PAUSE[case]
    assert names(to_paused(CONFIG, there, CONTEXT)) == steps


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


def test_a_cluster_whose_availability_is_failed_is_broken_and_can_be_deleted() -> None:
    there = seen(cluster=cluster(status="creating", availability="Failed"))
    with pytest.raises(Problem, match="is broken: creating"):
        to_running(CONFIG, there, CONTEXT)
    assert not is_in_transition(there.cluster)
    assert names(to_gone(CONFIG, there, True, CONTEXT))[0] == "DeleteCluster"


TRANSITIONS = {"creating": True, "available, resize-cleanup": True, "available": False, "unavailable": False, "new": False}


@pytest.mark.parametrize("status", TRANSITIONS)
def test_a_stop_waits_only_for_what_is_known_to_end(status: str) -> None:
    assert is_in_transition(cluster(status=status)) is TRANSITIONS[status]


def test_more_nodes_than_a_new_cluster_may_have_are_refused_with_the_way_there() -> None:
    with pytest.raises(Problem, match="1 to 16 nodes, not 32"):
        to_running(config(node_type="ra3.xlplus", number_of_nodes=32), NOTHING, CONTEXT)


UNKNOWN = config(node_type="rg.2xlarge", number_of_nodes=2, lines=(("node_type", "DWH_NODE_TYPE", 15), ("number_of_nodes", "DWH_NUM_NODES", 14)))
LARGER = replace(UNKNOWN, host="", role_arn="")

NOT_OFFERED = {
    "not at all": (
        UNKNOWN, Offer(()),
        "dwh.cfg:15 DWH_NODE_TYPE = rg.2xlarge: AWS does not offer it in us-west-2; the cheapest with at least its 64 GiB "
        "is rg.4xlarge (128 GiB, $3.0427 per node and hour in us-east-1); write: DWH_NODE_TYPE = rg.4xlarge",
    ),
    "one node, and not at all": (
        replace(UNKNOWN, number_of_nodes=1), Offer(()),
        "is rg.4xlarge (128 GiB, $3.0427 per node and hour in us-east-1, for 2 nodes or more); write: DWH_NODE_TYPE = rg.4xlarge",
    ),
    "a typo": (replace(UNKNOWN, node_type="ra3.xlarge"), Offer(()), "write: DWH_NODE_TYPE = rg.xlarge"),
    "a typo, one node": (
        replace(UNKNOWN, node_type="ra3.xlarge", number_of_nodes=1), Offer(()), "write: DWH_NODE_TYPE = ra3.xlplus",
    ),
    "one node where there are several only": (
        replace(UNKNOWN, number_of_nodes=1), Offer(("multi-node",)),
        "dwh.cfg:14 DWH_NUM_NODES = 1: AWS offers rg.2xlarge in us-west-2 for multi-node clusters only; write: DWH_NUM_NODES = 2",
    ),
    "several nodes where there is one only": (
        UNKNOWN, Offer(("single-node",)),
        "dwh.cfg:14 DWH_NUM_NODES = 2: AWS offers rg.2xlarge in us-west-2 for single-node clusters only; write: DWH_NUM_NODES = 1",
    ),
    "by default one node": (
        replace(UNKNOWN, number_of_nodes=1, lines=UNKNOWN.lines[:1]), Offer(("multi-node",)), "write: DWH_NUM_NODES = 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_OFFERED)
def test_what_aws_does_not_offer_is_a_fault_of_the_file(case: str) -> None:
    wanted, offer, words = NOT_OFFERED[case]
    for there in (NOTHING, seen(cluster=TWO), seen(cluster=cluster(status="paused"))):
        with pytest.raises(Misconfigured) as caught:
            to_running(wanted, seen(there, offer=offer), CONTEXT)
        assert words in caught.value.why and caught.value.exit_status == 2


OFFERED = {
    "both kinds": Offer(("multi-node", "single-node")),
    "several nodes": Offer(("multi-node",)),
    "of a kind that nobody knows": Offer(("serverless",)),
    "the login may not ask": Offer((), told=False),
    "not asked": None,
}


@pytest.mark.parametrize("case", OFFERED)
def test_a_node_type_that_is_not_in_the_list_is_made_where_aws_offers_it(case: str) -> None:
    there = seen(NOTHING, offer=OFFERED[case])
    assert "create cluster dwhcluster: 2 x rg.2xlarge" in str(to_running(LARGER, there, CONTEXT)[-2])
    told = [note for note in remarks(LARGER, there, CONTEXT) if "redshift:DescribeOrderableClusterOptions" in note]
    assert bool(told) == (case == "the login may not ask")


def test_a_cluster_is_resized_to_a_node_type_and_number_that_are_not_in_the_list() -> None:
    many = replace(UNKNOWN, number_of_nodes=500)
    for was in (CLUSTER, TWO):
        asked = to_running(many, seen(cluster=was, offer=Offer(("multi-node",))), CONTEXT)[-1].calls[0].parameters
        assert (asked["NodeType"], asked["NumberOfNodes"]) == ("rg.2xlarge", 500)


def test_a_snapshot_of_a_type_that_is_not_in_the_list_is_restored_as_it_is() -> None:
    there = seen(cluster=None, snapshots=(replace(SNAPSHOT, node_type="rg.2xlarge", number_of_nodes=2),))
    step = to_running(UNKNOWN, there, Context(NOW, GROUP, Request(restore="")))[0]
    assert "2 x rg.2xlarge" in str(step) and "NodeType" not in step.calls[0].parameters


@pytest.mark.parametrize("case", REFUSED)
def test_create_refuses_before_anything_is_made(case: str) -> None:
    there, words = REFUSED[case]
    with pytest.raises(Problem) as caught:
        to_running(BLANK, there, CONTEXT)
    assert words in f"{caught.value.what[0].lower()}{caught.value.what[1:]}" or words in caught.value.what
    assert caught.value.why and caught.value.remedy


DELETE = {
    "all there": (CONFIG, RUNNING, ["DeleteCluster", "DeleteRole", "blank", "DeleteSecurityGroup"]),
    "nothing there": (BLANK, NOTHING, []),
    "nothing there but an old address in the file": (CONFIG, NOTHING, ["blank"]),
    "the cluster is gone": (BLANK, seen(cluster=None), ["DeleteRole", "DeleteSecurityGroup"]),
    "a paused cluster": (
        CONFIG,
        seen(cluster=cluster(status="paused")),
        ["DeleteCluster", "DeleteRole", "blank", "DeleteSecurityGroup"],
    ),
    "a role and a group of someone else's stay": (
        BLANK,
        seen(role=role(ours=False), groups=(group(ours=False),)),
        ["DeleteCluster"],
    ),
    "a role that another cluster uses stays": (
        BLANK,
        seen(role=role(tags=(*ROLE.tags, use_tag("eu-west-1", "dwhcluster")))),
        ["DeleteCluster", "DeleteRolePolicy", "DeleteSecurityGroup"],
    ),
}


EU, US = use_tag("eu-west-1", "dwhcluster"), use_tag("us-west-2", "another")
USERS = {
    "its other cluster is gone": ((EU,), {EU[0]: None}, ["DeleteRole"], []),
    "its other cluster is there": ((EU,), {EU[0]: CLUSTER}, ["DeleteRolePolicy", "UntagRole"], []),
    "nobody may look": ((EU,), {}, ["DeleteRolePolicy", "UntagRole"], []),
    "one is gone, one is there": ((EU, US), {EU[0]: None, US[0]: CLUSTER}, ["DeleteRolePolicy", "DeleteRolePolicy", "UntagRole"], [EU[0]]),
}


@pytest.mark.parametrize("case", USERS)
def test_a_role_goes_with_the_last_cluster_that_is_there(case: str) -> None:
    tags, users, operations, untagged = USERS[case]
    there = seen(cluster=None, role=role(tags=(*ROLE.tags, *tags)), users=users)
    step = to_gone(BLANK, there, True, CONTEXT)[0]
    assert list(step.operations[-len(operations) :]) == operations
    mine, _ = use_tag("us-west-2", "dwhcluster")
    if operations[-1] == "UntagRole":
        assert step.calls[-1].parameters["TagKeys"] == [*untagged, mine]
    assert ("eu-west-1:dwhcluster" in str(step)) is bool(untagged)


RUNNING_ON = {
    "running": (CLUSTER, "about $0.60 an hour"),
    "paused": (cluster(status="paused"), "costs its storage while it is paused"),
    "in two zones": (cluster(number_of_nodes=2, multi_az=True), "about $2.40 an hour"),
    "of a type without a price": (cluster(node_type="rg.2xlarge"), "goes on costing money"),
    "gone": (None, ""),
}


@pytest.mark.parametrize("case", RUNNING_ON)
def test_a_cluster_of_another_region_that_uses_the_role_is_named_with_its_price(case: str) -> None:
    other, words = RUNNING_ON[case]
    there = seen(cluster=None, role=role(tags=(*ROLE.tags, EU)), users={EU[0]: other})
    said = [note for note in gone(BLANK, there, True, CONTEXT).notes if "in eu-west-1" in note]
    assert len(said) == bool(words) and all(words in note and "REGION = eu-west-1" in note for note in said)


@pytest.mark.parametrize("case", DELETE)
def test_delete_takes_what_is_ours(case: str) -> None:
    wanted, there, steps = DELETE[case]
    assert names(to_gone(wanted, there, True, CONTEXT)) == steps


@pytest.mark.parametrize("other", [{"identifier": "sparkify"}, {"host": HOST.replace("us-west-2", "us-east-1")}])
def test_delete_leaves_host_and_role_of_a_cluster_elsewhere(other: dict) -> None:
    wanted, there = config(**other), seen(cluster=None)
    assert names(to_gone(wanted, there, True, CONTEXT)) == ["DeleteSecurityGroup"]
    assert "costing money" in kept(wanted, there)[0]


LEFT_BEHIND = {
    "none of the new name": NOTHING,
    "one of the new name": RUNNING,
    "one of the new name, whose host comes first": seen(cluster_only=True),
}


@pytest.mark.parametrize("other", [{"identifier": "sparkify"}, {"host": HOST.replace("us-west-2", "us-east-1")}])
@pytest.mark.parametrize("case", LEFT_BEHIND)
def test_a_cluster_that_the_file_no_longer_names_is_said_to_stay(case: str, other: dict) -> None:
    wanted, there = config(**other), LEFT_BEHIND[case]
    for plan in (running(wanted, there, CONTEXT), paused(wanted, there, CONTEXT), gone(wanted, there, True, CONTEXT)):
        (said,) = [note for note in plan.notes if note.startswith("HOST in dwh.cfg is of cluster dwhcluster in us-")]
        assert "costing money" in said and "DWH_CLUSTER_IDENTIFIER" in said
        assert not any(str(step).startswith("blank") for step in plan.steps)


def test_delete_leaves_a_cluster_of_someone_elses() -> None:
    with pytest.raises(Problem, match="did not make it"):
        to_gone(CONFIG, seen(cluster=cluster(ours=False)), True, CONTEXT)


def test_the_final_snapshot_has_the_time_in_its_name() -> None:
    step = to_gone(CONFIG, RUNNING, True, CONTEXT)[0]
    assert str(step) == "delete cluster dwhcluster into final snapshot dwhcluster-final-20260301-120000, kept 35 days"


def test_data_is_discarded_only_when_asked() -> None:
    assert str(to_gone(CONFIG, RUNNING, False, CONTEXT)[0]) == "delete cluster dwhcluster and all its data"


@pytest.mark.parametrize(("wanted", "there"), [(wanted, there) for wanted, there, _ in CREATE.values()])
def test_a_plan_is_the_same_twice_and_holds_no_secret(wanted: Config, there: Observed) -> None:
    first, second = to_running(wanted, there, CONTEXT), to_running(wanted, there, CONTEXT)
    assert first == second
    assert CONFIG.password is not None and CONFIG.password.reveal() not in repr(first) + repr(wanted)
