"""Whole stories in this process: every end is reached, and then nothing is left to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iac.aws.session import Access
from iac.config import read
from iac.errors import Problem
from iac.simulator import SIMULATED_PACE
from iac.warehouse import PATIENCE, connect_to
from tests.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_create_brings_the_warehouse_up(workspace: Workspace) -> None:
    report = workspace.create()
    cluster = report.as_json()["cluster"]
    assert (cluster["status"], cluster["managed"], cluster["publicly_accessible"]) == ("available", True, True)
    assert workspace.value("HOST") == cluster["host"]
    assert workspace.value("ARN") == "arn:aws:iam::123456789012:role/dwhRole"
    assert workspace.simulator.password_is("dwhcluster", workspace.value("DB_PASSWORD"))


def test_a_second_create_does_nothing_and_writes_nothing(workspace: Workspace) -> None:
    workspace.running()
    before = workspace.config.read_bytes()
    report = workspace.create()
    assert (report.steps, workspace.recorder.writes) == ((), [])
    assert workspace.config.read_bytes() == before


def test_delete_leaves_nothing_but_the_snapshot(workspace: Workspace) -> None:
    workspace.running().delete()
    assert workspace.client("redshift").describe_clusters()["Clusters"] == []
    assert workspace.client("iam").list_roles()["Roles"] == []
    groups = workspace.client("ec2").describe_security_groups()["SecurityGroups"]
    assert [group["GroupName"] for group in groups] == ["default"]
    (snapshot,) = workspace.client("redshift").describe_cluster_snapshots()["Snapshots"]
    assert snapshot["ManualSnapshotRetentionPeriod"] == 35
    assert (workspace.value("HOST"), workspace.value("ARN")) == ("", "")


def test_a_second_delete_does_nothing(workspace: Workspace) -> None:
    workspace.running().delete()
    before = workspace.config.read_bytes()
    report = workspace.delete()
    assert (report.steps, workspace.recorder.writes) == ((), [])
    assert workspace.config.read_bytes() == before


def test_a_default_identifier_is_said_before_anything_is_done_by_it(workspace: Workspace) -> None:
    workspace.edit(DWH_CLUSTER_IDENTIFIER="")
    made = [workspace.on("--plan"), workspace.on()]
    assert all("by default: identifier dwhcluster" in ended.err for ended in made)
    words = "does not name the cluster, so it is dwhcluster, the default; if another is meant, write: DWH_CLUSTER_IDENTIFIER = NAME"
    assert words not in workspace.on().err
    workspace.edit(DB_PORT="5440")
    changed = [workspace.on("--plan"), workspace.on(), workspace.off("--pause", "--plan"), workspace.off("--pause"), workspace.on()]
    deleted = [workspace.off("--plan"), workspace.off("--discard-data", "--plan"), workspace.off("--discard-data", typed="no\n")]
    assert all(words in " ".join(ended.err.split()) for ended in (*changed, *deleted))
    asked = " ".join(deleted[-1].err.split())
    assert asked.index(words) < asked.index("All data of cluster dwhcluster will be lost.")


def test_a_default_identifier_is_said_by_whoever_pauses_or_deletes_by_it(workspace: Workspace) -> None:
    workspace.running().edit(DWH_CLUSTER_IDENTIFIER="")
    workspace.pause()
    assert [note for (note,) in workspace.recorder.all("note") if "dwhcluster, the default" in note]
    workspace.delete()
    assert [note for (note,) in workspace.recorder.all("note") if "dwhcluster, the default" in note]


def test_delete_and_create_again_gives_the_same_warehouse(workspace: Workspace) -> None:
    workspace.running().delete()
    password = workspace.value("DB_PASSWORD")
    workspace.create()
    assert workspace.value("HOST") and workspace.value("DB_PASSWORD") == password


def test_what_is_asked_of_aws_is_safe(workspace: Workspace) -> None:
    workspace.running()
    (cluster,) = workspace.client("redshift").describe_clusters()["Clusters"]
    assert cluster["Encrypted"] and cluster["AutomatedSnapshotRetentionPeriod"] == 7
    (group,) = cluster["VpcSecurityGroups"]
    (rule,) = [
        rule
        for rule in workspace.client("ec2").describe_security_group_rules(
            Filters=[{"Name": "group-id", "Values": [group["VpcSecurityGroupId"]]}]
        )["SecurityGroupRules"]
        if not rule["IsEgress"]
    ]
    assert (rule["CidrIpv4"], rule["FromPort"], rule["ToPort"]) == ("203.0.113.10/32", 5439, 5439)
    document = workspace.client("iam").get_role(RoleName="dwhRole")["Role"]["AssumeRolePolicyDocument"]
    assert document["Statement"][0]["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_everything_we_make_carries_our_tag_and_the_files(workspace: Workspace) -> None:
    workspace.config.write_text(workspace.config.read_text() + "Project = sparkify\n")
    workspace.create()
    wanted = {"ManagedBy": "dwh-iac", "Project": "sparkify"}
    (cluster,) = workspace.client("redshift").describe_clusters()["Clusters"]
    role = workspace.client("iam").get_role(RoleName="dwhRole")["Role"]
    (group,) = workspace.client("ec2").describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["dwh-iac-dwhcluster"]}]
    )["SecurityGroups"]
    for tags in (cluster["Tags"], role["Tags"], group["Tags"]):
        assert wanted.items() <= {tag["Key"]: tag["Value"] for tag in tags}.items()


def test_the_plan_is_what_is_then_done(workspace: Workspace) -> None:
    planned = workspace.warehouse(planning=True).create()
    assert workspace.recorder.writes == []
    assert workspace.create().steps == planned.steps
    planned = workspace.warehouse(planning=True).delete()
    assert workspace.recorder.writes == []
    assert len(workspace.delete().steps) == len(planned.steps)


def test_delete_waits_for_a_create_and_then_deletes(workspace: Workspace) -> None:
    workspace.create(wait=False)
    workspace.delete()
    assert workspace.client("redshift").describe_clusters()["Clusters"] == []


def test_a_cluster_of_someone_elses_is_left_alone(workspace: Workspace) -> None:
    workspace.client("redshift").create_cluster(
        ClusterIdentifier="dwhcluster", NodeType="ra3.large", ClusterType="single-node",
        MasterUsername="someone", MasterUserPassword="Passw0rdOfTests", DBName="other",
    )  # fmt: skip
    workspace.clock.sleep(10)
    for verb in (workspace.create, workspace.delete):
        with pytest.raises(Problem) as caught:
            verb()
        assert caught.value.exit_status == 1 and "ManagedBy" in caught.value.why
        assert workspace.recorder.writes == []


def test_a_trust_policy_that_was_put_right_is_given_time_to_settle(workspace: Workspace) -> None:
    workspace.running().delete(keep_data=False)
    workspace.create()
    workspace.client("redshift").delete_cluster(ClusterIdentifier="dwhcluster", SkipFinalClusterSnapshot=True)
    workspace.clock.sleep(600)
    nobody = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    workspace.client("iam").update_assume_role_policy(RoleName="dwhRole", PolicyDocument=json.dumps(nobody))
    workspace.clock.sleep(600)
    assert workspace.create().as_json()["cluster"]["status"] == "available"
    assert "not yet trusted" in workspace.recorder.statuses


def test_a_subnet_group_can_be_used(workspace: Workspace) -> None:
    ec2 = workspace.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    workspace.client("redshift").create_cluster_subnet_group(
        ClusterSubnetGroupName="analytics", Description="x", SubnetIds=[subnet]
    )
    workspace.edit(DWH_SUBNET_GROUP="analytics", DWH_PUBLICLY_ACCESSIBLE="no")
    report = workspace.create()
    assert report.cluster is not None and report.cluster.vpc_id == vpc
    workspace.delete()
    groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["dwh-iac-dwhcluster"]}])
    assert groups["SecurityGroups"] == []


def test_a_subnet_group_that_is_not_there_is_told_before_anything_is_made(workspace: Workspace) -> None:
    workspace.edit(DWH_SUBNET_GROUP="nowhere")
    with pytest.raises(Problem, match="nowhere"):
        workspace.create()
    assert workspace.recorder.writes == []


def test_no_default_vpc_is_told_before_anything_is_made(workspace: Workspace) -> None:
    ec2 = workspace.client("ec2")
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    for subnet in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    ec2.delete_vpc(VpcId=vpc["VpcId"])
    with pytest.raises(Problem, match="no default VPC"):
        workspace.create()
    assert workspace.recorder.writes == []


def test_several_networks_can_be_let_in(workspace: Workspace) -> None:
    workspace.edit(DWH_INGRESS_CIDR="198.51.100.0/24, 203.0.113.7, 2001:db8::/64")
    assert sorted(workspace.create().as_json()["ingress"]) == ["198.51.100.0/24", "2001:db8::/64", "203.0.113.7/32"]
    assert workspace.create().steps == ()


def test_aws_can_keep_the_password(workspace: Workspace) -> None:
    workspace.edit(DB_PASSWORD="managed")
    workspace.create()
    assert workspace.value("DB_PASSWORD") == "managed"
    assert workspace.client("redshift").describe_clusters()["Clusters"][0]["MasterPasswordSecretArn"]


def test_the_wait_for_the_cluster_loses_little(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, pace=SIMULATED_PACE)
    before = workspace.clock.monotonic()
    workspace.create()
    assert workspace.clock.monotonic() - before < 2.5 + 0.6 + 0.3
    assert workspace.recorder.calls.count("DescribeClusters") < 60


def test_a_node_type_that_aws_has_added_since_is_accepted(workspace: Workspace) -> None:
    workspace.simulator.offer_node_type("rg.2xlarge")
    workspace.edit(DWH_NODE_TYPE="rg.2xlarge", DWH_NUM_NODES="2")
    assert workspace.on("--plan").status == 0
    report = workspace.create()
    assert report.cluster is not None and report.cluster.size == "2 x rg.2xlarge"
    assert workspace.recorder.calls.count("DescribeOrderableClusterOptions") == 1
    assert workspace.create().steps == () and "DescribeOrderableClusterOptions" not in workspace.recorder.calls
    workspace.edit(DWH_NUM_NODES="4")
    workspace.create()
    assert workspace.client("redshift").describe_clusters()["Clusters"][0]["NumberOfNodes"] == 4
    workspace.off()
    assert workspace.on("--restore").status == 0


@pytest.mark.parametrize("options", [(), ("--plan",)])
def test_a_node_type_that_aws_does_not_offer_ends_the_run_before_anything_is_made(
    options: tuple[str, ...], workspace: Workspace
) -> None:
    workspace.edit(DWH_NODE_TYPE="rg.2xlarge", DWH_NUM_NODES="2")
    ended = workspace.on("--json", *options)
    assert ended.status == 2
    assert ended.json["error"]["why"].endswith("write: DWH_NODE_TYPE = rg.4xlarge")
    assert ended.json["error"]["why"].startswith("dwh.cfg:15 DWH_NODE_TYPE = rg.2xlarge: ")
    assert workspace.client("iam").list_roles()["Roles"] == []


def test_a_node_type_that_the_region_has_not_ends_the_run_before_anything_is_made(workspace: Workspace) -> None:
    workspace.edit(DWH_NODE_TYPE="rg.large", REGION="me-south-1")
    ended = workspace.on("--json")
    assert (ended.status, ended.json["error"]["why"].rpartition("write: ")[2]) == (2, "DWH_NODE_TYPE = ra3.large")
    assert workspace.client("iam").list_roles()["Roles"] == []


def test_delete_and_pause_do_not_ask_what_aws_offers(workspace: Workspace) -> None:
    workspace.running()
    workspace.edit(DWH_NODE_TYPE="rg.2xlarge")
    workspace.warehouse().pause()
    workspace.delete()
    assert "DescribeOrderableClusterOptions" not in workspace.recorder.calls


@pytest.mark.parametrize(("ci", "told"), [("true", True), ("", False), (None, False)])
def test_on_a_ci_runner_a_note_says_whose_address_is_let_in(
    ci: str | None, told: bool, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    if ci is not None:
        monkeypatch.setenv("CI", ci)
    workspace.edit(TARGET="aws")
    access = Access(workspace.simulator.session("us-west-2"), lambda: "203.0.113.10", 1)
    connect_to(access, read(workspace.config), workspace.recorder, workspace.clock, PATIENCE, planning=True).create()
    assert any("203.0.113.10/32" in note and "the CI runner" in note for (note,) in workspace.recorder.all("note")) is told
