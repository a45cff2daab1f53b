"""The policy for the login: all that the product asks for, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from iac.steps.permissions import core, dependent
from iac.abilities import ABILITIES, login_policy
from iac.endpoint.probe import Outcome, Probe
from tests import sample, scripts
from tests.faults.faults import FirstCalls, fault
from tests.workspace import Workspace
from tests.faults.baseline import EVERY, baseline
from tests.stories.test_schedules import made_before

CONFIG = replace(sample.CONFIG, role_arn="arn:aws:iam::111122223333:role/dwhRole")

NEEDS_NONE = "sts:GetCallerIdentity"
NOT_SIMULATED = {"freetier:GetAccountPlanState"}


def names(calls: Iterable[tuple[str, str]]) -> set[str]:
    return {f"{service}:{operation}" for service, operation in calls}


def in_a_subnet_group(workspace: Workspace) -> None:
    subnet = workspace.ask("ec2", "DescribeSubnets")["Subnets"][0]["SubnetId"]
    workspace.ask("redshift", "CreateClusterSubnetGroup", ClusterSubnetGroupName="analytics", Description="x", SubnetIds=[subnet])
    workspace.edit(DWH_SUBNET_GROUP="analytics")
    workspace.create()


def of_a_new_node_type(workspace: Workspace) -> None:
    workspace.simulator.offer_node_type("ra4.large", "us-west-2")
    workspace.edit(DWH_NODE_TYPE="ra4.large", DWH_NUM_NODES="2")
    workspace.create()


def deleted_while_its_group_is_held(workspace: Workspace) -> None:
    workspace.create()
    workspace.inject(FirstCalls("DeleteSecurityGroup", replace(fault("held by others"), times=10**6)))
    with pytest.raises(Exception, match="something of ours may be left"):
        workspace.delete()


def with_another_policy_text(workspace: Workspace) -> None:
    workspace.create()
    document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
    workspace.ask("iam", "UpdateAssumeRolePolicy", RoleName="dwhRole", PolicyDocument=document)
    workspace.config.write_text(workspace.config.read_text() + "Project = sparkify\n")
    workspace.edit(DWH_S3_ACCESS="all")
    workspace.create()
    workspace.edit(DWH_S3_ACCESS="listed")
    workspace.create()


def not_answering(workspace: Workspace) -> None:
    workspace.probe = lambda host, port: Probe(Outcome.TIMED_OUT, host, port)
    workspace.running().ask("ec2", "ModifyVpcBlockPublicAccessOptions", InternetGatewayBlockMode="block-ingress")
    workspace.create()


def with_the_old_schedule_role(workspace: Workspace) -> None:
    made_before(workspace, "other", DWH_AUTO_PAUSE="4h")
    workspace.create()


BESIDE = (with_the_old_schedule_role, not_answering, in_a_subnet_group, of_a_new_node_type, deleted_while_its_group_is_held, with_another_policy_text)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every call of every story."""
    found: set[str] = set()
    for name in EVERY:
        found |= names(baseline(name).before) | names(baseline(name).calls)
    for beside in BESIDE:
        workspace = Workspace(tmp_path_factory.mktemp("stories") / "workspace")
        beside(workspace)
        found |= names(workspace.faulty.calls)
    return found


def test_the_policy_allows_every_call_of_every_story_and_no_other(asked: set[str]) -> None:
    optional = {"s3:ListBucket"}
    permissions = [core(CONFIG), *(ability.permissions(CONFIG) for ability in ABILITIES if ability.permissions)]
    known = {action for each in permissions for _, actions in each.values() for action in actions} - {"iam:PassRole"}
    assert asked - known == {NEEDS_NONE}
    assert known - asked == NOT_SIMULATED | optional
    allowed = {action for statement in login_policy(CONFIG)["Statement"] for action in statement["Action"]}
    beside = {action for each in dependent(CONFIG).values() for _, actions in each.values() for action in actions}
    assert allowed == known | beside and set(dependent(CONFIG)) <= asked


def test_the_policy_is_as_narrow_as_the_services_allow() -> None:
    statements = login_policy(CONFIG)["Statement"]
    by_action = {action: statement for statement in statements for action in statement["Action"]}
    passed = {each["Resource"][0]: each["Condition"] for each in statements if "iam:PassRole" in each["Action"]}
    role, schedule_role = (f"arn:aws:iam::111122223333:role/{name}" for name in ("dwhRole", "dwh-iac-schedule-us-west-2-dwhcluster"))
    assert by_action["redshift:DeleteCluster"]["Resource"] == ["arn:aws:redshift:us-west-2:111122223333:cluster:dwhcluster"]
    assert by_action["iam:DeleteRole"]["Resource"] == [role, schedule_role, "arn:aws:iam::111122223333:role/dwhRole-schedule"]
    assert passed == {
        role: {"StringEquals": {"iam:PassedToService": "redshift.amazonaws.com"}},
        schedule_role: {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
    }
    assert by_action["scheduler:CreateSchedule"]["Resource"] == [
        "arn:aws:scheduler:us-west-2:111122223333:schedule/default/dwhcluster-dwh-iac-*"
    ]
    assert set(by_action["redshift:RestoreFromClusterSnapshot"]["Resource"]) == {
        "arn:aws:redshift:us-west-2:111122223333:cluster:dwhcluster",
        "arn:aws:redshift:us-west-2:*:snapshot:*/*",
    }
    # Redshift checks a look at all clusters against all of them (Service Authorization Reference: cluster*).
    assert by_action["redshift:DescribeClusters"]["Resource"] == ["arn:aws:redshift:*:111122223333:cluster:*"]
    wide = {action for action, statement in by_action.items() if statement["Resource"] == ["*"]}
    assert all(action.split(":")[1].startswith(("Describe", "List")) for action in wide - NOT_SIMULATED - {"pricing:GetProducts"})


def test_the_secrets_of_managed_passwords_are_redshifts_own() -> None:
    statements = login_policy(replace(CONFIG, managed_password=True))["Statement"]
    by_action = {action: statement["Resource"] for statement in statements for action in statement["Action"]}
    secrets = {action for action in by_action if action.startswith("secretsmanager:")} - {"secretsmanager:GetRandomPassword"}
    assert {tuple(by_action[action]) for action in secrets} == {("arn:aws:secretsmanager:us-west-2:111122223333:secret:redshift!*",)}
    assert by_action["secretsmanager:GetRandomPassword"] == ["*"] and "secretsmanager:RotateSecret" in secrets


@pytest.mark.parametrize("operation", ["CreateCluster", "RestoreFromClusterSnapshot", "ModifyCluster"])
def test_whoever_has_aws_manage_a_password_needs_the_rights_on_its_secret(operation: str) -> None:
    def secret(managed: bool) -> set[str]:
        needed = dependent(replace(CONFIG, managed_password=managed)).get(f"redshift:{operation}", {})
        return {each for _, actions in needed.values() for each in actions if each.startswith("secretsmanager:")}

    of_a_secret = {f"secretsmanager:{each}Secret" for each in ("Create", "Delete", "Describe", "Rotate", "Update")}
    assert secret(True) == of_a_secret | {"secretsmanager:GetRandomPassword", "secretsmanager:TagResource"}
    assert not secret(False)


def test_the_buckets_of_the_file_may_be_listed_where_it_names_any() -> None:
    named = replace(CONFIG, s3_places=("s3://a/x", "s3://a/y", "s3://b"))
    (resources,) = [each["Resource"] for each in login_policy(named)["Statement"] if "s3:ListBucket" in each["Action"]]
    assert resources == ["arn:aws:s3:::a", "arn:aws:s3:::b"]
    assert "s3:" not in json.dumps(login_policy(replace(CONFIG, s3_places=())))


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eusc-de-east-1", "aws-eusc"), (None, "aws")])
def test_the_policy_is_of_the_partition_of_the_region(region: str | None, partition: str) -> None:
    policy = login_policy(replace(CONFIG, region=region, role_arn=""))
    arns = [arn for statement in policy["Statement"] for arn in statement["Resource"] if arn != "*"]
    assert all(arn.startswith(f"arn:{partition}:") for arn in arns)
    assert region or any(":*:*:cluster:" in arn for arn in arns)


def test_a_role_with_a_path_is_passed_by_its_arn() -> None:
    arn = "arn:aws:iam::111122223333:role/team/etl/dwhRole"
    statements = login_policy(replace(CONFIG, given_role_arn=arn, role_arn=arn))["Statement"]
    assert [arn] in [each["Resource"] for each in statements if "iam:PassRole" in each["Action"]]


def test_an_account_that_the_simulator_wrote_is_not_that_of_the_login() -> None:
    text = json.dumps(login_policy(replace(CONFIG, role_arn="arn:aws:iam::123456789012:role/dwhRole")))
    assert "123456789012" not in text and "arn:aws:iam::*:role/dwhRole" in text


def test_it_fits_into_one_managed_policy() -> None:
    """IAM and STS quotas: 6,144 characters without white space."""
    kept = replace(CONFIG, identifier="x" * 63, role_name="r" * 64, managed_password=True)
    assert len(json.dumps(login_policy(kept), separators=(",", ":"))) < 6144


def test_it_is_printed_without_asking_aws(tmp_path: Path) -> None:
    ended = scripts.create(scripts.folder(tmp_path, TARGET="aws"), "--print-policy")
    assert ended.status == 0 and ended.err == ""
    assert json.loads(ended.out)["Version"] == "2012-10-17"
