"""Every row of what create and delete do, through the real scripts; after each, nothing is left to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.house import House
from tests.scripts import Ended


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def up(house: House, **edits: str) -> House:
    return house.up(**edits)


def ends_well(house: House, ended: Ended) -> None:
    """The run did something and ended well; the next one does nothing and writes nothing."""
    assert ended.status == 0, ended.err
    before = house.config.read_bytes()
    again = house.on("--json", "-v")
    assert (again.status, again.json["steps"]) == (0, []), again.err
    wrote = [line for line in again.err.splitlines() if ":" in line and not line.startswith(("Sim", "Note"))]
    assert all(line.split(":")[1].startswith(("Describe", "Get", "List")) for line in wrote), wrote
    assert house.config.read_bytes() == before
    assert house.account().password_is("dwhcluster", house.value("DB_PASSWORD")) or house.value("DB_PASSWORD") == "managed"


def cluster(house: House) -> dict:
    return house.client("redshift").describe_clusters(ClusterIdentifier="dwhcluster")["Clusters"][0]


def rules(house: House) -> list[str]:
    found = house.client("ec2").describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["dwh-iac-dwhcluster"]}]
    )["SecurityGroups"]
    return sorted(
        f"{each['CidrIp']}:{permission['FromPort']}"
        for group in found
        for permission in group["IpPermissions"]
        for each in permission["IpRanges"]
    )


def test_pause_stops_it_and_create_resumes_it(house: House) -> None:
    up(house)
    paused = house.off("--pause", "--json")
    assert (paused.status, paused.json["cluster"]["status"]) == (0, "paused")
    assert house.value("HOST")
    again = house.off("--pause", "--json")
    assert (again.status, again.json["steps"]) == (0, [])
    resumed = house.on()
    assert "resume cluster dwhcluster" in resumed.err
    ends_well(house, resumed)


def test_pause_of_nothing_says_so(house: House) -> None:
    ended = house.off("--pause")
    assert ended.status == 0 and "There is no cluster dwhcluster" in ended.out


def test_a_cluster_that_is_creating_is_joined(house: House) -> None:
    asked = house.on("--no-wait", "--json")
    assert (asked.status, asked.json["cluster"]["status"]) == (0, "creating")
    assert house.on("--plan", "--json").json["steps"] == []
    joined = house.on()
    assert "creating" in joined.err and "create cluster" not in joined.err
    ends_well(house, joined)


def test_a_cluster_that_is_being_deleted_is_waited_out_and_made_anew(house: House) -> None:
    up(house)
    house.client("redshift").delete_cluster(ClusterIdentifier="dwhcluster", SkipFinalClusterSnapshot=True)
    assert "It is being deleted" in house.on("--no-wait").out
    ended = house.on()
    assert "deleting" in ended.err and "create cluster dwhcluster" in ended.err
    ends_well(house, ended)


@pytest.mark.parametrize("status", ["hardware-failure", "inaccessible-kms-key"])
def test_a_dead_end_is_explained_at_once(status: str, house: House) -> None:
    up(house).account().break_cluster("dwhcluster", status)
    before = house.clock.monotonic()
    ended = house.on("--json")
    assert ended.status == 1 and status in ended.json["error"]["what"] and ended.json["error"]["remedy"]
    assert house.clock.monotonic() - before < 1


def test_a_status_that_nobody_knows_is_waited_for(house: House) -> None:
    up(house).account().break_cluster("dwhcluster", "recovering")
    ended = house.on("--timeout", "1", "--json")
    assert ended.status == 3 and "recovering" in ended.json["error"]["what"]


def test_a_security_group_of_someone_elses_is_named_and_left(house: House) -> None:
    house.client("ec2").create_security_group(GroupName="dwh-iac-dwhcluster", Description="of someone else")
    ended = house.on("--json")
    assert ended.status == 1 and "sg-" in ended.json["error"]["what"]


def test_a_fitting_role_of_someone_elses_is_used_and_kept(house: House) -> None:
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    house.client("iam").create_role(RoleName="dwhRole", AssumeRolePolicyDocument=json.dumps(trust))
    house.clock.sleep(10)
    ends_well(house, house.on())
    house.off()
    assert [role["RoleName"] for role in house.client("iam").list_roles()["Roles"]] == ["dwhRole"]


def test_delete_of_all_and_of_nothing(house: House) -> None:
    up(house)
    ended = house.off("--json")
    assert ended.status == 0 and ended.json["snapshot"]
    assert (house.value("HOST"), house.value("ARN")) == ("", "")
    again = house.off("--json", "-v")
    assert (again.status, again.json["steps"]) == (0, [])
    assert "Delete" not in again.err
    thrown = up(house).off("--discard-data", "--yes", "--json")
    assert (thrown.status, thrown.json["snapshot"]) == (0, None)


def test_a_cluster_of_another_size_is_resized_elastically(house: House) -> None:
    up(house, DWH_NUM_NODES="2")
    house.edit(DWH_NUM_NODES="4")
    ended = house.on()
    assert "from 2 x ra3.large to 4 x ra3.large (elastic" in ended.err
    ends_well(house, ended)
    assert cluster(house)["NumberOfNodes"] == 4


def test_a_single_node_grows_classically_after_a_snapshot(house: House) -> None:
    up(house)
    house.edit(DWH_NUM_NODES="2")
    ended = house.on()
    assert "take snapshot dwhcluster-resize-" in ended.err and "(classic" in ended.err
    ends_well(house, ended)
    assert cluster(house)["NumberOfNodes"] == 2


def test_another_node_type_is_reached(house: House) -> None:
    up(house, DWH_NUM_NODES="4")
    house.edit(DWH_NODE_TYPE="ra3.xlplus", DWH_NUM_NODES="2")
    ends_well(house, house.on())
    assert (cluster(house)["NodeType"], cluster(house)["NumberOfNodes"]) == ("ra3.xlplus", 2)


def test_a_paused_cluster_of_the_wrong_size_is_resumed_then_resized(house: House) -> None:
    up(house, DWH_NUM_NODES="2")
    house.off("--pause")
    house.edit(DWH_NUM_NODES="3")
    ended = house.on("--json")
    assert [step.split()[0] for step in ended.json["steps"]] == ["resume", "resize"]
    ends_well(house, ended)


def test_a_size_that_no_resize_reaches_is_refused_with_those_that_one_does(house: House) -> None:
    up(house, DWH_NUM_NODES="2", DWH_NODE_TYPE="ra3.xlplus")
    house.edit(DWH_NUM_NODES="30")
    ended = house.on("--json")
    assert ended.status == 1 and "reaches 2, 3, 4;" in ended.json["error"]["why"]


def test_delete_and_restore_brings_everything_back(house: House) -> None:
    up(house)
    house.off()
    house.edit(DB_PASSWORD="")
    ended = house.on("--restore", "--json")
    assert ended.json["steps"][0].startswith("make") or "restore" in " ".join(ended.json["steps"])
    ends_well(house, ended)
    there = cluster(house)
    assert there["PubliclyAccessible"] and there["RestoreStatus"]
    assert [role["IamRoleArn"] for role in there["IamRoles"]] == ["arn:aws:iam::123456789012:role/dwhRole"]
    again = house.on("--restore", "--json")
    assert (again.status, again.json["steps"]) == (0, [])


def test_a_restore_into_another_size_and_with_another_password(house: House) -> None:
    up(house, DWH_NUM_NODES="2")
    house.off()
    house.edit(DWH_NUM_NODES="4", DB_PASSWORD="An0therOfTheTests")
    ends_well(house, house.on("--restore"))
    assert cluster(house)["NumberOfNodes"] == 4


def test_a_restore_of_a_restore_sets_the_password_again(house: House) -> None:
    up(house)
    house.off()
    ends_well(house, house.on("--restore"))
    house.off()
    house.edit(DB_PASSWORD="An0therOfTheTests")
    ends_well(house, house.on("--restore"))


def test_a_named_snapshot_is_restored_and_a_wrong_name_says_which_there_are(house: House) -> None:
    up(house)
    house.client("redshift").create_cluster_snapshot(SnapshotIdentifier="by-hand", ClusterIdentifier="dwhcluster")
    house.off("--discard-data", "--yes")
    wrong = house.on("--restore", "nothing", "--json")
    assert wrong.status == 1 and "by-hand" in wrong.json["error"]["why"]
    assert house.on("--restore", "--json").status == 1
    ends_well(house, house.on("--restore", "by-hand"))


def test_a_snapshot_of_a_retired_node_type_comes_back_as_the_message_says(house: House) -> None:
    redshift = house.client("redshift")
    house.account().offer_node_type("dc2.large")  # as it was once
    redshift.create_cluster(
        ClusterIdentifier="dwhcluster", NodeType="dc2.large", ClusterType="multi-node", NumberOfNodes=2,
        MasterUsername="dwhuser", MasterUserPassword="Passw0rdOfTests", DBName="dwh",
    )  # fmt: skip
    house.clock.sleep(10)
    redshift.delete_cluster(ClusterIdentifier="dwhcluster", FinalClusterSnapshotIdentifier="old")
    house.clock.sleep(10)
    house.edit(DWH_NODE_TYPE="ra3.16xlarge", DWH_NUM_NODES="4")
    refused = house.on("--restore", "old", "--json")
    assert refused.status == 1 and "DWH_NODE_TYPE = rg.large" in refused.json["error"]["remedy"]
    assert house.client("iam").list_roles()["Roles"] == []
    house.edit(DWH_NODE_TYPE="rg.large")
    ends_well(house, house.on("--restore", "old"))
    assert (cluster(house)["NodeType"], cluster(house)["NumberOfNodes"]) == ("rg.large", 4)


def test_a_restore_with_another_database_is_refused(house: House) -> None:
    up(house)
    house.off()
    house.edit(DB_NAME="other")
    ended = house.on("--restore", "--json")
    assert ended.status == 1 and "DB_NAME = dwh" in ended.json["error"]["remedy"]


def test_an_unready_snapshot_is_waited_for(house: House) -> None:
    up(house)
    house.client("redshift").create_cluster_snapshot(SnapshotIdentifier="young", ClusterIdentifier="dwhcluster")
    house.off("--discard-data", "--yes")
    ends_well(house, house.on("--restore", "young"))


def test_a_restore_whose_tags_were_lost_is_ours_by_its_group(house: House) -> None:
    up(house)
    house.off()
    house.on("--restore")
    redshift = house.client("redshift")
    arn = "arn:aws:redshift:us-west-2:123456789012:cluster:dwhcluster"
    tags = [tag["Key"] for tag in cluster(house)["Tags"]]
    redshift.delete_tags(ResourceName=arn, TagKeys=tags)
    assert house.off().status == 1
    ends_well(house, house.on())
    redshift.delete_tags(ResourceName=arn, TagKeys=["ManagedBy"])
    redshift.create_tags(ResourceName=arn, Tags=[{"Key": "Team", "Value": "analytics"}])
    assert house.on().status == 1


def test_a_restored_cluster_of_someone_elses_is_not_taken_by_another_restore(house: House) -> None:
    classic(house)
    redshift = house.client("redshift")
    redshift.create_cluster_snapshot(SnapshotIdentifier="theirs", ClusterIdentifier="dwhcluster")
    house.clock.sleep(10)
    redshift.delete_cluster(ClusterIdentifier="dwhcluster", SkipFinalClusterSnapshot=True)
    house.clock.sleep(10)
    redshift.restore_from_cluster_snapshot(ClusterIdentifier="dwhcluster", SnapshotIdentifier="theirs")
    house.clock.sleep(10)
    house.edit(DWH_NUM_NODES="2")
    assert house.on("--restore", "theirs").status == 1
    assert not cluster(house)["Tags"]


DRIFT = {
    "public access": ({"DWH_PUBLICLY_ACCESSIBLE": "no"}, "make cluster dwhcluster private"),
    "port": ({"DB_PORT": "5440"}, "change the port of cluster dwhcluster to 5440"),
    "role": ({"DWH_IAM_ROLE_NAME": "another"}, "associate IAM role another"),
    "ingress": ({"DWH_INGRESS_CIDR": "198.51.100.0/24"}, "203.0.113.10/32 may no longer connect"),
    "S3 access": ({"DWH_S3_ACCESS": "all"}, "attach AmazonS3ReadOnlyAccess"),
    "S3 places": ({"SONG_DATA": "s3://elsewhere/songs"}, "s3://elsewhere/songs"),
    "a blank password": ({"DB_PASSWORD": ""}, "set the admin password"),
    "a password that AWS is to keep": ({"DB_PASSWORD": "managed"}, "let AWS Secrets Manager keep"),
}


@pytest.mark.parametrize("case", DRIFT)
def test_what_was_edited_is_put_right_in_place(case: str, house: House) -> None:
    edits, words = DRIFT[case]
    made = cluster(up(house))["ClusterCreateTime"]
    house.edit(**edits)
    ended = house.on()
    assert words in ended.err
    ends_well(house, ended)
    assert cluster(house)["ClusterCreateTime"] == made


def test_an_edited_password_is_set_when_asked_for(house: House) -> None:
    up(house)
    house.edit(DB_PASSWORD="An0therOfTheTests")
    assert house.on("--json").json["steps"] == []
    assert not house.account().password_is("dwhcluster", "An0therOfTheTests")
    ended = house.on("--set-password", "--json")
    assert [step.split(" of ")[0] for step in ended.json["steps"]] == ["set the admin password"]
    ends_well(house, ended)


def test_ingress_follows_the_port(house: House) -> None:
    up(house)
    house.edit(DB_PORT="5440")
    house.on()
    assert rules(house) == ["203.0.113.10/32:5440"]


def test_rules_of_others_are_named_and_left(house: House) -> None:
    up(house)
    ec2 = house.client("ec2")
    (group,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["dwh-iac-dwhcluster"]}])["SecurityGroups"]
    ec2.authorize_security_group_ingress(
        GroupId=group["GroupId"],
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}],
    )
    ended = house.on()
    assert "192.0.2.0/24" in ended.err and "Nothing to do" in ended.out
    assert "192.0.2.0/24:5439" in rules(house)


def test_what_others_changed_is_put_back(house: House) -> None:
    up(house)
    redshift, iam = house.client("redshift"), house.client("iam")
    redshift.modify_cluster(ClusterIdentifier="dwhcluster", PubliclyAccessible=False, AutomatedSnapshotRetentionPeriod=1)
    house.clock.sleep(5)
    iam.delete_role_policy(RoleName="dwhRole", PolicyName="dwh-iac-s3-read-us-west-2-dwhcluster")
    wide = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": ["redshift.amazonaws.com", "ec2.amazonaws.com"]}, "Action": "sts:AssumeRole"}]}
    iam.update_assume_role_policy(RoleName="dwhRole", PolicyDocument=json.dumps(wide))
    ended = house.on("--json")
    told = " ".join(ended.json["steps"])
    for words in ("assume IAM role", "read only s3://", "publicly accessible", "for 7 days"):
        assert words in told
    ends_well(house, ended)


def test_new_tags_reach_everything(house: House) -> None:
    up(house)
    house.config.write_text(house.config.read_text() + "Project = sparkify\n")
    ended = house.on("--json")
    assert sum("Project = sparkify" in step for step in ended.json["steps"]) == 3
    ends_well(house, ended)


UNCHANGEABLE = {
    "database": ({"DB_NAME": "other"}, "DB_NAME = dwh"),
    "admin user": ({"DB_USER": "other"}, "DB_USER = dwhuser"),
}


@pytest.mark.parametrize("case", UNCHANGEABLE)
def test_what_aws_cannot_change_is_refused_with_the_way_out(case: str, house: House) -> None:
    edits, words = UNCHANGEABLE[case]
    up(house)
    house.edit(**edits)
    ended = house.on("--json")
    assert ended.status == 1 and words in ended.json["error"]["remedy"]


def test_another_subnet_group_is_refused_with_the_way_out(house: House) -> None:
    up(house)
    subnets = house.client("ec2").describe_subnets()["Subnets"]
    house.client("redshift").create_cluster_subnet_group(
        ClusterSubnetGroupName="analytics", Description="x", SubnetIds=[subnets[0]["SubnetId"]]
    )
    house.edit(DWH_SUBNET_GROUP="analytics")
    ended = house.on("--json")
    assert ended.status == 1 and "--restore" in ended.json["error"]["remedy"]


def classic(house: House) -> None:
    """What a classic script leaves: a cluster and a role without tags, private, in the default group."""
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    house.client("iam").create_role(RoleName="dwhRole", AssumeRolePolicyDocument=json.dumps(trust))
    house.client("redshift").create_cluster(
        ClusterIdentifier="dwhcluster", NodeType="ra3.large", ClusterType="multi-node", NumberOfNodes=2,
        MasterUsername="dwhuser", MasterUserPassword="Passw0rdOfTests", DBName="dwh",
    )  # fmt: skip
    house.clock.sleep(10)


def test_a_classic_cluster_is_adopted_and_then_held_to_the_file(house: House) -> None:
    classic(house)
    house.edit(DWH_NUM_NODES="4")
    refused = house.on("--json")
    assert refused.status == 1 and "--adopt" in refused.json["error"]["remedy"]
    assert house.off("--json").status == 1
    planned = house.on("--plan", "--adopt", "--json")
    assert any(step.startswith("take over cluster dwhcluster") for step in planned.json["steps"])
    assert not cluster(house)["Tags"]
    adopted = house.on("--adopt", "--json")
    assert adopted.json["cluster"]["managed"] is True
    ends_well(house, adopted)
    assert cluster(house)["NumberOfNodes"] == 4
    assert house.off().status == 0
    assert [role["RoleName"] for role in house.client("iam").list_roles()["Roles"]] == ["dwhRole"]


def test_deleting_a_paused_cluster_keeps_the_data(house: House) -> None:
    up(house)
    house.off("--pause")
    ended = house.off("--json")
    assert ended.status == 0 and ended.json["snapshot"]
    ends_well(house, house.on("--restore"))


def test_the_last_screen_of_delete_says_how_to_come_back(house: House) -> None:
    up(house)
    ended = house.off()
    assert "dwhcluster-final-" in ended.out and "until 20" in ended.out
    assert f"python create_cluster.py --config {house.config} --restore" in ended.out


def test_a_delete_that_another_run_began_tells_its_snapshot(house: House) -> None:
    up(house)
    assert house.off("--timeout", "0.001").status == 3
    ended = house.off("--json")
    (snapshot,) = house.client("redshift").describe_cluster_snapshots()["Snapshots"]
    assert ended.json["snapshot"] == snapshot["SnapshotIdentifier"]


def test_pausing_and_discarding_do_not_go_together(house: House) -> None:
    assert house.off("--pause", "--discard-data").status == 2


def test_the_plan_shows_what_is_there(house: House) -> None:
    up(house)
    shown = house.on("--plan").out
    for words in ("available", "1 x ra3.large", "203.0.113.10/32", "dwhRole", "Nothing to do"):
        assert words in shown
