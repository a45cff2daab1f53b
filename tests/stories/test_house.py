"""Whole stories in this process: every end is reached, and then nothing is left to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iac.aws.connection import Access
from iac.config import read
from iac.errors import Problem
from iac.simulator import SIMULATED_PACE
from iac.verbs import PATIENCE, connect_to
from tests.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def running(house: House) -> House:
    return house.up()


def test_create_brings_the_warehouse_up(house: House) -> None:
    report = house.create()
    cluster = report.as_json()["cluster"]
    assert (cluster["status"], cluster["managed"], cluster["publicly_accessible"]) == ("available", True, True)
    assert house.value("HOST") == cluster["host"]
    assert house.value("ARN") == "arn:aws:iam::123456789012:role/dwhRole"
    assert house.account().password_is("dwhcluster", house.value("DB_PASSWORD"))


def test_a_second_create_does_nothing_and_writes_nothing(house: House) -> None:
    running(house)
    before = house.config.read_bytes()
    report = house.create()
    assert (report.steps, house.heard.writes) == ((), [])
    assert house.config.read_bytes() == before


def test_delete_leaves_nothing_but_the_snapshot(house: House) -> None:
    running(house).delete()
    assert house.client("redshift").describe_clusters()["Clusters"] == []
    assert house.client("iam").list_roles()["Roles"] == []
    groups = house.client("ec2").describe_security_groups()["SecurityGroups"]
    assert [group["GroupName"] for group in groups] == ["default"]
    (snapshot,) = house.client("redshift").describe_cluster_snapshots()["Snapshots"]
    assert snapshot["ManualSnapshotRetentionPeriod"] == 35
    assert (house.value("HOST"), house.value("ARN")) == ("", "")


def test_a_second_delete_does_nothing(house: House) -> None:
    running(house).delete()
    before = house.config.read_bytes()
    report = house.delete()
    assert (report.steps, house.heard.writes) == ((), [])
    assert house.config.read_bytes() == before


def test_delete_and_create_again_gives_the_same_warehouse(house: House) -> None:
    running(house).delete()
    password = house.value("DB_PASSWORD")
    house.create()
    assert house.value("HOST") and house.value("DB_PASSWORD") == password


def test_what_is_asked_of_aws_is_safe(house: House) -> None:
    running(house)
    (cluster,) = house.client("redshift").describe_clusters()["Clusters"]
    assert cluster["Encrypted"] and cluster["AutomatedSnapshotRetentionPeriod"] == 7
    (group,) = cluster["VpcSecurityGroups"]
    (rule,) = [
        rule
        for rule in house.client("ec2").describe_security_group_rules(
            Filters=[{"Name": "group-id", "Values": [group["VpcSecurityGroupId"]]}]
        )["SecurityGroupRules"]
        if not rule["IsEgress"]
    ]
    assert (rule["CidrIpv4"], rule["FromPort"], rule["ToPort"]) == ("203.0.113.10/32", 5439, 5439)
    document = house.client("iam").get_role(RoleName="dwhRole")["Role"]["AssumeRolePolicyDocument"]
    assert document["Statement"][0]["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_everything_we_make_carries_our_tag_and_the_files(house: House) -> None:
    house.config.write_text(house.config.read_text() + "Project = sparkify\n")
    house.create()
    wanted = {"ManagedBy": "dwh-iac", "Project": "sparkify"}
    (cluster,) = house.client("redshift").describe_clusters()["Clusters"]
    role = house.client("iam").get_role(RoleName="dwhRole")["Role"]
    (group,) = house.client("ec2").describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["dwh-iac-dwhcluster"]}]
    )["SecurityGroups"]
    for tags in (cluster["Tags"], role["Tags"], group["Tags"]):
        assert wanted.items() <= {tag["Key"]: tag["Value"] for tag in tags}.items()


def test_the_plan_is_what_is_then_done(house: House) -> None:
    planned = house.warehouse().plan_create()
    assert house.heard.writes == []
    assert house.create().steps == planned.steps
    planned = house.warehouse().plan_delete()
    assert house.heard.writes == []
    assert len(house.delete().steps) == len(planned.steps)


def test_delete_waits_for_a_create_and_then_deletes(house: House) -> None:
    house.create(wait=False)
    house.delete()
    assert house.client("redshift").describe_clusters()["Clusters"] == []


def test_a_cluster_of_someone_elses_is_left_alone(house: House) -> None:
    house.client("redshift").create_cluster(
        ClusterIdentifier="dwhcluster", NodeType="ra3.large", ClusterType="single-node",
        MasterUsername="someone", MasterUserPassword="Passw0rdOfTests", DBName="other",
    )  # fmt: skip
    house.clock.sleep(10)
    for verb in (house.create, house.delete):
        with pytest.raises(Problem) as caught:
            verb()
        assert caught.value.exit_status == 1 and "ManagedBy" in caught.value.why
        assert house.heard.writes == []


def test_a_trust_policy_that_was_put_right_is_given_time_to_settle(house: House) -> None:
    running(house).delete(keep_data=False)
    house.create()
    house.client("redshift").delete_cluster(ClusterIdentifier="dwhcluster", SkipFinalClusterSnapshot=True)
    house.clock.sleep(600)
    nobody = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    house.client("iam").update_assume_role_policy(RoleName="dwhRole", PolicyDocument=json.dumps(nobody))
    house.clock.sleep(600)
    assert house.create().as_json()["cluster"]["status"] == "available"
    assert "not yet trusted" in house.heard.statuses


def test_a_subnet_group_can_be_used(house: House) -> None:
    ec2 = house.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    house.client("redshift").create_cluster_subnet_group(
        ClusterSubnetGroupName="analytics", Description="x", SubnetIds=[subnet]
    )
    house.edit(DWH_SUBNET_GROUP="analytics", DWH_PUBLICLY_ACCESSIBLE="no")
    report = house.create()
    assert report.cluster is not None and report.cluster.vpc_id == vpc
    house.delete()
    groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["dwh-iac-dwhcluster"]}])
    assert groups["SecurityGroups"] == []


def test_a_subnet_group_that_is_not_there_is_told_before_anything_is_made(house: House) -> None:
    house.edit(DWH_SUBNET_GROUP="nowhere")
    with pytest.raises(Problem, match="nowhere"):
        house.create()
    assert house.heard.writes == []


def test_no_default_vpc_is_told_before_anything_is_made(house: House) -> None:
    ec2 = house.client("ec2")
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    for subnet in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    ec2.delete_vpc(VpcId=vpc["VpcId"])
    with pytest.raises(Problem, match="no default VPC"):
        house.create()
    assert house.heard.writes == []


def test_several_networks_can_be_let_in(house: House) -> None:
    house.edit(DWH_INGRESS_CIDR="198.51.100.0/24, 203.0.113.7, 2001:db8::/64")
    assert sorted(house.create().as_json()["ingress"]) == ["198.51.100.0/24", "2001:db8::/64", "203.0.113.7/32"]
    assert house.create().steps == ()


def test_aws_can_keep_the_password(house: House) -> None:
    house.edit(DB_PASSWORD="managed")
    house.create()
    assert house.value("DB_PASSWORD") == "managed"
    assert house.client("redshift").describe_clusters()["Clusters"][0]["MasterPasswordSecretArn"]


def test_the_wait_for_the_cluster_loses_little(tmp_path: Path) -> None:
    house = House(tmp_path, pace=SIMULATED_PACE)
    before = house.clock.monotonic()
    house.create()
    assert house.clock.monotonic() - before < 2.5 + 0.6 + 0.3
    assert house.heard.calls.count("DescribeClusters") < 60


def test_a_node_type_that_aws_has_added_since_is_accepted(house: House) -> None:
    house.account().offer_node_type("rg.2xlarge")
    house.edit(DWH_NODE_TYPE="rg.2xlarge", DWH_NUM_NODES="2")
    assert house.on("--plan").status == 0
    report = house.create()
    assert report.cluster is not None and report.cluster.size == "2 x rg.2xlarge"
    assert house.heard.calls.count("DescribeOrderableClusterOptions") == 1
    assert house.create().steps == () and "DescribeOrderableClusterOptions" not in house.heard.calls
    house.edit(DWH_NUM_NODES="4")
    house.create()
    assert house.client("redshift").describe_clusters()["Clusters"][0]["NumberOfNodes"] == 4
    house.off()
    assert house.on("--restore").status == 0


@pytest.mark.parametrize("options", [(), ("--plan",)])
def test_a_node_type_that_aws_does_not_offer_ends_the_run_before_anything_is_made(
    options: tuple[str, ...], house: House
) -> None:
    house.edit(DWH_NODE_TYPE="rg.2xlarge", DWH_NUM_NODES="2")
    ended = house.on("--json", *options)
    assert ended.status == 2
    assert ended.json["error"]["why"].endswith("write: DWH_NODE_TYPE = rg.4xlarge")
    assert ended.json["error"]["why"].startswith("dwh.cfg:14 DWH_NODE_TYPE = rg.2xlarge: ")
    assert house.client("iam").list_roles()["Roles"] == []


def test_a_node_type_that_the_region_has_not_ends_the_run_before_anything_is_made(house: House) -> None:
    house.edit(DWH_NODE_TYPE="rg.large", REGION="me-south-1")
    ended = house.on("--json")
    assert (ended.status, ended.json["error"]["why"].rpartition("write: ")[2]) == (2, "DWH_NODE_TYPE = ra3.large")
    assert house.client("iam").list_roles()["Roles"] == []


def test_delete_and_pause_do_not_ask_what_aws_offers(house: House) -> None:
    running(house)
    house.edit(DWH_NODE_TYPE="rg.2xlarge")
    house.warehouse().pause()
    house.delete()
    assert "DescribeOrderableClusterOptions" not in house.heard.calls


@pytest.mark.parametrize(("ci", "told"), [("true", True), ("", False), (None, False)])
def test_on_a_ci_runner_a_note_says_whose_address_is_let_in(
    ci: str | None, told: bool, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    if ci is not None:
        monkeypatch.setenv("CI", ci)
    house.edit(TARGET="aws")
    access = Access(house.account().session("us-west-2"), lambda: "203.0.113.10", 1)
    connect_to(access, read(house.config), house.heard, house.clock, PATIENCE).plan_create()
    assert any("203.0.113.10/32" in note and "the CI runner" in note for note in house.heard.notes) is told
