"""Every row of what create and delete do, through the real scripts; after each, nothing is left to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.workspace import Workspace
from tests.scripts import Ended


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def ends_well(workspace: Workspace, ended: Ended) -> None:
    """The run did something and ended well; the next one does nothing and writes nothing."""
    assert ended.status == 0, ended.err
    before = workspace.config.read_bytes()
    again = workspace.on("--json", "-v")
    assert (again.status, again.json["steps"]) == (0, []), again.err
    wrote = [line for line in again.err.splitlines() if ":" in line and not line.startswith(("Sim", "Note"))]
    assert all(line.split(":")[1].startswith(("Describe", "Get", "List")) for line in wrote), wrote
    assert workspace.config.read_bytes() == before
    assert workspace.simulator.password_is("dwhcluster", workspace.value("DB_PASSWORD")) or workspace.value("DB_PASSWORD") == "managed"


def cluster(workspace: Workspace) -> dict:
    return workspace.client("redshift").describe_clusters(ClusterIdentifier="dwhcluster")["Clusters"][0]


def rules(workspace: Workspace) -> list[str]:
    found = workspace.client("ec2").describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["dwh-iac-dwhcluster"]}]
    )["SecurityGroups"]
    return sorted(
        f"{each['CidrIp']}:{permission['FromPort']}"
        for group in found
        for permission in group["IpPermissions"]
        for each in permission["IpRanges"]
    )


def test_pause_stops_it_and_create_resumes_it(workspace: Workspace) -> None:
    workspace.running()
    paused = workspace.off("--pause", "--json")
    assert (paused.status, paused.json["cluster"]["status"]) == (0, "paused")
    assert workspace.value("HOST")
    again = workspace.off("--pause", "--json")
    assert (again.status, again.json["steps"]) == (0, [])
    resumed = workspace.on()
    assert "resume cluster dwhcluster" in resumed.err
    ends_well(workspace, resumed)


def test_pause_of_nothing_says_so(workspace: Workspace) -> None:
    ended = workspace.off("--pause")
    assert ended.status == 0 and "There is no cluster dwhcluster" in ended.out


def test_a_cluster_that_is_creating_is_joined(workspace: Workspace) -> None:
    asked = workspace.on("--no-wait", "--json")
    assert (asked.status, asked.json["cluster"]["status"]) == (0, "creating")
    assert workspace.on("--plan", "--json").json["steps"] == []
    joined = workspace.on()
    assert "creating" in joined.err and "create cluster" not in joined.err
    ends_well(workspace, joined)


def test_a_cluster_that_is_being_deleted_is_waited_out_and_made_anew(workspace: Workspace) -> None:
    workspace.running()
    workspace.client("redshift").delete_cluster(ClusterIdentifier="dwhcluster", SkipFinalClusterSnapshot=True)
    assert "It is being deleted" in workspace.on("--no-wait").out
    ended = workspace.on()
    assert "deleting" in ended.err and "create cluster dwhcluster" in ended.err
    ends_well(workspace, ended)


@pytest.mark.parametrize("status", ["hardware-failure", "inaccessible-kms-key"])
def test_a_dead_end_is_explained_at_once(status: str, workspace: Workspace) -> None:
    workspace.running().simulator.break_cluster("dwhcluster", status)
    before = workspace.clock.monotonic()
    ended = workspace.on("--json")
    assert ended.status == 1 and status in ended.json["error"]["what"] and ended.json["error"]["remedy"]
    assert workspace.clock.monotonic() - before < 1


def test_a_status_that_nobody_knows_is_waited_for(workspace: Workspace) -> None:
    workspace.running().simulator.break_cluster("dwhcluster", "recovering")
    ended = workspace.on("--timeout", "1", "--json")
    assert ended.status == 3 and "recovering" in ended.json["error"]["what"]


def test_a_security_group_of_someone_elses_is_named_and_left(workspace: Workspace) -> None:
    workspace.client("ec2").create_security_group(GroupName="dwh-iac-dwhcluster", Description="of someone else")
    ended = workspace.on("--json")
    assert ended.status == 1 and "sg-" in ended.json["error"]["what"]


def test_a_fitting_role_of_someone_elses_is_used_and_kept(workspace: Workspace) -> None:
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    workspace.client("iam").create_role(RoleName="dwhRole", AssumeRolePolicyDocument=json.dumps(trust))
    workspace.clock.sleep(10)
    ends_well(workspace, workspace.on())
    workspace.off()
    assert [role["RoleName"] for role in workspace.client("iam").list_roles()["Roles"]] == ["dwhRole"]


def test_delete_of_all_and_of_nothing(workspace: Workspace) -> None:
    workspace.running()
    ended = workspace.off("--json")
    assert ended.status == 0 and ended.json["snapshot"]
    assert (workspace.value("HOST"), workspace.value("ARN")) == ("", "")
    again = workspace.off("--json", "-v")
    assert (again.status, again.json["steps"]) == (0, [])
    assert "Delete" not in again.err
    thrown = workspace.running().off("--discard-data", "--yes", "--json")
    assert (thrown.status, thrown.json["snapshot"]) == (0, None)


def test_a_cluster_of_another_size_is_resized_elastically(workspace: Workspace) -> None:
    workspace.running(DWH_NUM_NODES="2")
    workspace.edit(DWH_NUM_NODES="4")
    ended = workspace.on()
    assert "from 2 x ra3.large to 4 x ra3.large (elastic" in ended.err
    ends_well(workspace, ended)
    assert cluster(workspace)["NumberOfNodes"] == 4


def test_a_single_node_grows_classically_after_a_snapshot(workspace: Workspace) -> None:
    workspace.running()
    workspace.edit(DWH_NUM_NODES="2")
    ended = workspace.on()
    assert "take snapshot dwhcluster-resize-" in ended.err and "(classic" in ended.err
    ends_well(workspace, ended)
    assert cluster(workspace)["NumberOfNodes"] == 2


def test_another_node_type_is_reached(workspace: Workspace) -> None:
    workspace.running(DWH_NUM_NODES="4")
    workspace.edit(DWH_NODE_TYPE="ra3.xlplus", DWH_NUM_NODES="2")
    ends_well(workspace, workspace.on())
    assert (cluster(workspace)["NodeType"], cluster(workspace)["NumberOfNodes"]) == ("ra3.xlplus", 2)


def test_a_paused_cluster_of_the_wrong_size_is_resumed_then_resized(workspace: Workspace) -> None:
    workspace.running(DWH_NUM_NODES="2")
    workspace.off("--pause")
    workspace.edit(DWH_NUM_NODES="3")
    ended = workspace.on("--json")
    assert [step.split()[0] for step in ended.json["steps"]] == ["resume", "resize"]
    ends_well(workspace, ended)


def test_a_size_that_no_resize_reaches_is_refused_with_those_that_one_does(workspace: Workspace) -> None:
    workspace.running(DWH_NUM_NODES="2", DWH_NODE_TYPE="ra3.xlplus")
    workspace.edit(DWH_NUM_NODES="30")
    ended = workspace.on("--json")
    assert ended.status == 1 and "reaches 2, 3, 4;" in ended.json["error"]["why"]


def test_delete_and_restore_brings_everything_back(workspace: Workspace) -> None:
    workspace.running()
    workspace.off()
    workspace.edit(DB_PASSWORD="")
    ended = workspace.on("--restore", "--json")
    assert "nothing is restored now" not in ended.err
    assert ended.json["steps"][0].startswith("make") or "restore" in " ".join(ended.json["steps"])
    ends_well(workspace, ended)
    there = cluster(workspace)
    assert there["PubliclyAccessible"] and there["RestoreStatus"]
    assert [role["IamRoleArn"] for role in there["IamRoles"]] == ["arn:aws:iam::123456789012:role/dwhRole"]
    again = workspace.on("--restore", "--json")
    assert "nothing is restored now" in again.err
    assert (again.status, again.json["steps"]) == (0, [])


def test_a_restore_into_another_size_and_with_another_password(workspace: Workspace) -> None:
    workspace.running(DWH_NUM_NODES="2")
    workspace.off()
    workspace.edit(DWH_NUM_NODES="4", DB_PASSWORD="An0therOfTheTests")
    ends_well(workspace, workspace.on("--restore"))
    assert cluster(workspace)["NumberOfNodes"] == 4


def test_a_restore_of_a_restore_sets_the_password_again(workspace: Workspace) -> None:
    workspace.running()
    workspace.off()
    ends_well(workspace, workspace.on("--restore"))
    workspace.off()
    workspace.edit(DB_PASSWORD="An0therOfTheTests")
    ends_well(workspace, workspace.on("--restore"))


def test_a_named_snapshot_is_restored_and_a_wrong_name_says_which_there_are(workspace: Workspace) -> None:
    workspace.running()
    workspace.client("redshift").create_cluster_snapshot(SnapshotIdentifier="by-hand", ClusterIdentifier="dwhcluster")
    workspace.off("--discard-data", "--yes")
    wrong = workspace.on("--restore", "nothing", "--json")
    assert wrong.status == 1 and "by-hand" in wrong.json["error"]["why"]
    assert workspace.on("--restore", "--json").status == 1
    ends_well(workspace, workspace.on("--restore", "by-hand"))


@pytest.mark.parametrize("owner", ["111122223333", "123456789012"])
def test_a_snapshot_is_restored_by_its_arn(workspace: Workspace, owner: str) -> None:
    workspace.running()
    workspace.client("redshift").create_cluster_snapshot(SnapshotIdentifier="kept", ClusterIdentifier="dwhcluster")
    workspace.off("--discard-data", "--yes")
    if owner == "111122223333":
        workspace.simulator.give_snapshot("kept", owner)
        assert workspace.on("--restore", "kept", "--json").status == 1
    arn = f"arn:aws:redshift:us-west-2:{owner}:snapshot:dwhcluster/kept"
    assert any("restore cluster dwhcluster from snapshot kept" in step for step in workspace.on("--plan", "--restore", arn, "--json").json["steps"])
    ends_well(workspace, workspace.on("--restore", arn))


def test_a_snapshot_of_a_retired_node_type_comes_back_as_the_message_says(workspace: Workspace) -> None:
    redshift = workspace.client("redshift")
    workspace.simulator.offer_node_type("dc2.large")  # as it was once
    redshift.create_cluster(
        ClusterIdentifier="dwhcluster", NodeType="dc2.large", ClusterType="multi-node", NumberOfNodes=2,
        MasterUsername="dwhuser", MasterUserPassword="Passw0rdOfTests", DBName="dwh",
    )  # fmt: skip
    workspace.clock.sleep(10)
    redshift.delete_cluster(ClusterIdentifier="dwhcluster", FinalClusterSnapshotIdentifier="old")
    workspace.clock.sleep(10)
    workspace.edit(DWH_NODE_TYPE="ra3.16xlarge", DWH_NUM_NODES="4")
    refused = workspace.on("--restore", "old", "--json")
    assert refused.status == 1 and "DWH_NODE_TYPE = rg.large" in refused.json["error"]["remedy"]
    assert workspace.client("iam").list_roles()["Roles"] == []
    workspace.edit(DWH_NODE_TYPE="rg.large")
    ends_well(workspace, workspace.on("--restore", "old"))
    assert (cluster(workspace)["NodeType"], cluster(workspace)["NumberOfNodes"]) == ("rg.large", 4)


def test_a_restore_with_another_database_is_refused(workspace: Workspace) -> None:
    workspace.running()
    workspace.off()
    workspace.edit(DB_NAME="other")
    ended = workspace.on("--restore", "--json")
    assert ended.status == 1 and "DB_NAME = dwh" in ended.json["error"]["remedy"]


def test_an_unready_snapshot_is_waited_for(workspace: Workspace) -> None:
    workspace.running()
    workspace.client("redshift").create_cluster_snapshot(SnapshotIdentifier="young", ClusterIdentifier="dwhcluster")
    workspace.off("--discard-data", "--yes")
    ends_well(workspace, workspace.on("--restore", "young"))


def test_a_restore_whose_tags_were_lost_is_ours_by_its_group(workspace: Workspace) -> None:
    workspace.running()
    workspace.off()
    workspace.on("--restore")
    redshift = workspace.client("redshift")
    arn = "arn:aws:redshift:us-west-2:123456789012:cluster:dwhcluster"
    tags = [tag["Key"] for tag in cluster(workspace)["Tags"]]
    redshift.delete_tags(ResourceName=arn, TagKeys=tags)
    assert workspace.off().status == 1
    ends_well(workspace, workspace.on())
    redshift.delete_tags(ResourceName=arn, TagKeys=["ManagedBy"])
    redshift.create_tags(ResourceName=arn, Tags=[{"Key": "Team", "Value": "analytics"}])
    assert workspace.on().status == 1


def test_a_restored_cluster_of_someone_elses_is_not_taken_by_another_restore(workspace: Workspace) -> None:
    classic(workspace)
    redshift = workspace.client("redshift")
    redshift.create_cluster_snapshot(SnapshotIdentifier="theirs", ClusterIdentifier="dwhcluster")
    workspace.clock.sleep(10)
    redshift.delete_cluster(ClusterIdentifier="dwhcluster", SkipFinalClusterSnapshot=True)
    workspace.clock.sleep(10)
    redshift.restore_from_cluster_snapshot(ClusterIdentifier="dwhcluster", SnapshotIdentifier="theirs")
    workspace.clock.sleep(10)
    workspace.edit(DWH_NUM_NODES="2")
    assert workspace.on("--restore", "theirs").status == 1
    assert not cluster(workspace)["Tags"]


DRIFT = {
    "public access": ({"DWH_PUBLICLY_ACCESSIBLE": "no"}, "make cluster dwhcluster private"),
    "port": ({"DB_PORT": "5440"}, "change the port of cluster dwhcluster to 5440"),
    "role": ({"DWH_IAM_ROLE_NAME": "another"}, "associate IAM role another"),
    "ingress": ({"DWH_INGRESS_CIDR": "198.51.100.0/24"}, "203.0.113.10/32 may no longer connect"),
    "S3 access": ({"DWH_S3_ACCESS": "all"}, "attach AmazonS3ReadOnlyAccess"),
    "S3 places": ({"SONG_DATA": "s3://elsewhere/songs"}, "s3://elsewhere/songs"),
    "a password that AWS is to keep": ({"DB_PASSWORD": "managed"}, "let AWS Secrets Manager keep"),
}


@pytest.mark.parametrize("case", DRIFT)
def test_what_was_edited_is_put_right_in_place(case: str, workspace: Workspace) -> None:
    edits, words = DRIFT[case]
    made = cluster(workspace.running())["ClusterCreateTime"]
    workspace.edit(**edits)
    ended = workspace.on()
    assert words in ended.err
    ends_well(workspace, ended)
    assert cluster(workspace)["ClusterCreateTime"] == made


def test_an_edited_password_is_set_when_asked_for(workspace: Workspace) -> None:
    workspace.running()
    workspace.edit(DB_PASSWORD="An0therOfTheTests")
    assert workspace.on("--json").json["steps"] == []
    assert not workspace.simulator.password_is("dwhcluster", "An0therOfTheTests")
    ended = workspace.on("--set-password", "--json")
    assert [step.split(" of ")[0] for step in ended.json["steps"]] == ["set the admin password"]
    ends_well(workspace, ended)


def test_a_new_password_is_made_when_asked_for_and_dwh_cfg_is_blank(workspace: Workspace) -> None:
    workspace.running()
    before = workspace.value("DB_PASSWORD")
    workspace.edit(DB_PASSWORD="")
    planned = workspace.on("--plan", "--set-password", "--json").json["steps"]
    ended = workspace.on("--set-password", "--json")
    assert ended.json["steps"] == planned and [step.split()[0] for step in planned] == ["mark", "make", "set"]
    assert workspace.value("DB_PASSWORD") not in ("", before)
    ends_well(workspace, ended)


def test_a_fresh_clone_of_a_shared_file_changes_no_password(workspace: Workspace) -> None:
    workspace.running()
    password = workspace.value("DB_PASSWORD")
    workspace.edit(DB_PASSWORD="", HOST="", ARN="")
    planned = workspace.on("--plan")
    ended = workspace.on("--json")
    assert ended.status == 0 and ended.json["steps"] == ["write HOST and ARN into dwh.cfg"]
    for said in (planned.err, ended.err):
        assert "from the file of whoever made the cluster" in " ".join(said.split()) and "--set-password" in said
    assert "DB_PASSWORD in dwh.cfg, which is blank" in planned.out
    assert workspace.value("DB_PASSWORD") == "" and workspace.value("HOST")
    assert workspace.simulator.password_is("dwhcluster", password)
    again = workspace.on("--json")
    assert (again.status, again.json["steps"]) == (0, [])


def test_a_clone_that_joins_a_restore_changes_no_password(workspace: Workspace) -> None:
    workspace.running()
    workspace.off()
    workspace.edit(DB_PASSWORD="")
    workspace.on("--restore", "--no-wait")
    theirs = workspace.config.read_bytes()
    assert workspace.value("DB_PASSWORD")
    workspace.edit(DB_PASSWORD="", HOST="", ARN="")
    assert workspace.on().status == 0 and workspace.value("DB_PASSWORD") == ""
    workspace.config.write_bytes(theirs)
    ended = workspace.on()
    assert "set the admin password" in ended.err
    ends_well(workspace, ended)


def test_a_cluster_that_is_taken_over_with_a_blank_password_keeps_the_one_that_it_has(workspace: Workspace) -> None:
    classic(workspace)
    ended = workspace.on("--adopt")
    assert ended.status == 0 and "sets no password" in " ".join(ended.err.split()) and "set the admin" not in ended.err
    assert workspace.simulator.password_is("dwhcluster", "Passw0rdOfTests") and workspace.value("DB_PASSWORD") == ""
    workspace.edit(DB_PASSWORD="Passw0rdOfTests")
    assert workspace.on("--json").json["steps"] == []


def test_a_password_that_aws_keeps_gives_way_to_one_in_the_file_and_not_to_a_blank_one(workspace: Workspace) -> None:
    workspace.running(DB_PASSWORD="managed")
    workspace.edit(DB_PASSWORD="")
    blank = workspace.on("--json")
    assert (blank.status, blank.json["steps"]) == (0, []) and "DB_PASSWORD = managed" in blank.err
    workspace.edit(DB_PASSWORD="An0therOfTheTests")
    ends_well(workspace, workspace.on())


def test_ingress_follows_the_port(workspace: Workspace) -> None:
    workspace.running()
    workspace.edit(DB_PORT="5440")
    workspace.on()
    assert rules(workspace) == ["203.0.113.10/32:5440"]


def test_rules_of_others_are_named_and_left(workspace: Workspace) -> None:
    workspace.running()
    ec2 = workspace.client("ec2")
    (group,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["dwh-iac-dwhcluster"]}])["SecurityGroups"]
    ec2.authorize_security_group_ingress(
        GroupId=group["GroupId"],
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}],
    )
    ended = workspace.on()
    assert "192.0.2.0/24 (not by these scripts)" in ended.out and "Nothing to do" in ended.out
    assert "192.0.2.0/24:5439" in rules(workspace)


def test_what_others_changed_is_put_back(workspace: Workspace) -> None:
    workspace.running()
    redshift, iam = workspace.client("redshift"), workspace.client("iam")
    redshift.modify_cluster(ClusterIdentifier="dwhcluster", PubliclyAccessible=False, AutomatedSnapshotRetentionPeriod=1)
    workspace.clock.sleep(5)
    iam.delete_role_policy(RoleName="dwhRole", PolicyName="dwh-iac-s3-read-us-west-2-dwhcluster")
    wide = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": ["redshift.amazonaws.com", "ec2.amazonaws.com"]}, "Action": "sts:AssumeRole"}]}
    iam.update_assume_role_policy(RoleName="dwhRole", PolicyDocument=json.dumps(wide))
    ended = workspace.on("--json")
    told = " ".join(ended.json["steps"])
    for words in ("assume IAM role", "read only s3://", "publicly accessible", "for 7 days"):
        assert words in told
    ends_well(workspace, ended)


def test_new_tags_reach_everything(workspace: Workspace) -> None:
    workspace.running()
    workspace.config.write_text(workspace.config.read_text() + "Project = sparkify\n")
    ended = workspace.on("--json")
    assert sum("Project = sparkify" in step for step in ended.json["steps"]) == 3
    ends_well(workspace, ended)


UNCHANGEABLE = {
    "database": ({"DB_NAME": "other"}, "DB_NAME = dwh"),
    "admin user": ({"DB_USER": "other"}, "DB_USER = dwhuser"),
}


@pytest.mark.parametrize("case", UNCHANGEABLE)
def test_what_aws_cannot_change_is_refused_with_the_way_out(case: str, workspace: Workspace) -> None:
    edits, words = UNCHANGEABLE[case]
    workspace.running()
    workspace.edit(**edits)
    ended = workspace.on("--json")
    assert ended.status == 1 and words in ended.json["error"]["remedy"]


def test_another_subnet_group_is_refused_with_the_way_out(workspace: Workspace) -> None:
    workspace.running()
    subnets = workspace.client("ec2").describe_subnets()["Subnets"]
    workspace.client("redshift").create_cluster_subnet_group(
        ClusterSubnetGroupName="analytics", Description="x", SubnetIds=[subnets[0]["SubnetId"]]
    )
    workspace.edit(DWH_SUBNET_GROUP="analytics")
    ended = workspace.on("--json")
    assert ended.status == 1 and "--restore" in ended.json["error"]["remedy"]


def classic(workspace: Workspace) -> None:
    """What a classic script leaves: a cluster and a role without tags, private, in the default group."""
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    workspace.client("iam").create_role(RoleName="dwhRole", AssumeRolePolicyDocument=json.dumps(trust))
    workspace.client("redshift").create_cluster(
        ClusterIdentifier="dwhcluster", NodeType="ra3.large", ClusterType="multi-node", NumberOfNodes=2,
        MasterUsername="dwhuser", MasterUserPassword="Passw0rdOfTests", DBName="dwh",
    )  # fmt: skip
    workspace.clock.sleep(10)


def test_a_classic_cluster_is_adopted_and_then_held_to_the_file(workspace: Workspace) -> None:
    classic(workspace)
    workspace.edit(DWH_NUM_NODES="4", DB_PASSWORD="An0therOfTheTests")
    refused = workspace.on("--json")
    assert refused.status == 1 and "--adopt" in refused.json["error"]["remedy"]
    assert workspace.off("--json").status == 1
    planned = workspace.on("--plan", "--adopt", "--json")
    assert any(step.startswith("take over cluster dwhcluster") for step in planned.json["steps"])
    assert not cluster(workspace)["Tags"]
    adopted = workspace.on("--adopt", "--json")
    assert adopted.json["cluster"]["managed"] is True
    for said in (planned.err, adopted.err):
        assert (
            "its size becomes 4 x ra3.large (2 x ra3.large now); it becomes publicly accessible (private now); "
            "the retention of its automated snapshots becomes 7 (1 now)"
        ) in " ".join(said.split())
    ends_well(workspace, adopted)
    assert cluster(workspace)["NumberOfNodes"] == 4
    assert workspace.off().status == 0
    assert [role["RoleName"] for role in workspace.client("iam").list_roles()["Roles"]] == ["dwhRole"]


def test_deleting_a_paused_cluster_keeps_the_data(workspace: Workspace) -> None:
    workspace.running()
    workspace.off("--pause")
    ended = workspace.off("--json")
    assert ended.status == 0 and ended.json["snapshot"]
    ends_well(workspace, workspace.on("--restore"))


def test_the_last_screen_of_delete_says_how_to_come_back(workspace: Workspace) -> None:
    workspace.running()
    ended = workspace.off()
    assert "dwhcluster-final-" in ended.out and "until 20" in ended.out
    assert f"python create_cluster.py --config {workspace.config} --restore" in ended.out


def test_a_delete_that_another_run_began_tells_its_snapshot(workspace: Workspace) -> None:
    workspace.running()
    assert workspace.off("--timeout", "0.001").status == 3
    ended = workspace.off("--json")
    (snapshot,) = workspace.client("redshift").describe_cluster_snapshots()["Snapshots"]
    assert ended.json["snapshot"] == snapshot["SnapshotIdentifier"]


def test_pausing_and_discarding_do_not_go_together(workspace: Workspace) -> None:
    assert workspace.off("--pause", "--discard-data").status == 2


def test_the_plan_shows_what_is_there(workspace: Workspace) -> None:
    workspace.running()
    shown = workspace.on("--plan").out
    for words in ("available", "1 x ra3.large", "203.0.113.10/32", "dwhRole", "Nothing to do"):
        assert words in shown


def test_what_the_file_leaves_open_is_no_news_where_a_cluster_is_there(workspace: Workspace) -> None:
    workspace.edit(REGION="")
    workspace.create()
    said = "REGION is not in dwh.cfg; us-west-2 is used, from the AWS settings or by default."
    assert [each for (each,) in workspace.recorder.all("note") if "REGION" in each] == [said]
    workspace.edit(HOST="", DWH_INGRESS_CIDR="198.51.100.9/32")
    assert workspace.create().steps
    assert (said,) not in workspace.recorder.all("note") and (said,) in workspace.recorder.all("detail")
    workspace.edit(HOST="", DWH_INGRESS_CIDR="198.51.100.10/32")
    workspace.warehouse(planning=True).create()
    assert (said,) in workspace.recorder.all("note")


def test_what_stays_as_it_is_is_said_before_the_first_step_and_not_again(workspace: Workspace) -> None:
    workspace.running().pause()
    other = workspace.ask("ec2", "CreateSecurityGroup", GroupName="other", Description="other")["GroupId"]
    groups = [*workspace.warehouse(planning=True).create().cluster.group_ids, other]
    workspace.create()
    workspace.ask("redshift", "ModifyCluster", ClusterIdentifier="dwhcluster", VpcSecurityGroupIds=groups)
    workspace.clock.sleep(60)
    workspace.edit(DWH_NUM_NODES="2")
    workspace.create()
    told = [(method, *about) for method, about in workspace.recorder.told if method in ("note", "detail", "done")]
    named = [number for number, (method, text) in enumerate(told) if other in text]
    assert len(named) == 1 and told[named[0]][0] == "note" and named[0] < [each[0] for each in told].index("done")
    workspace.create()
    assert [method for method, *about in workspace.recorder.told if other in str(about)] == ["detail"]
