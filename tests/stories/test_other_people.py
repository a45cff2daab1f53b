"""Other people's resources stay as they are: other Regions, files, logins and clusters of the account."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from iac.config.names import SIMULATED_ACCOUNT
from iac.errors import Problem
from iac.simulator.call import Call
from tests.faults.choices import deny, ignore
from tests.faults.faults import Fault, fault
from tests import shared_session
from tests.workspace import Workspace
from tests.faults.stories import of_someone_else_with_our_password

TRUST = {"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").running()


def another_file(workspace: Workspace, **edits: str) -> Path:
    """A second dwh.cfg on the same account; the workspace works with it from now on. Returns the first."""
    first = workspace.config
    workspace.config = first.with_name("other.cfg")
    shutil.copy(first, workspace.config)
    workspace.edit(HOST="", ARN="", **edits)
    return first


def used_by(workspace: Workspace, region: str, role: str = "dwhRole", identifier: str = "dwhcluster", there: bool = True) -> str:
    """A cluster of this name in this Region uses the role as well. there: whether it still exists. Returns its tag's key."""
    if there:
        workspace.client("redshift")
        shared_session.TEST.client("redshift", region_name=region).create_cluster(
            ClusterIdentifier=identifier, NodeType="ra3.large", ClusterType="multi-node", NumberOfNodes=2,
            MasterUsername="dwhuser", MasterUserPassword="Passw0rdOfOthers",
        )  # fmt: skip
        workspace.clock.sleep(60)
    key = f"dwh-iac-cluster:{region}:{identifier}"
    workspace.ask("iam", "TagRole", RoleName=role, Tags=[{"Key": key, "Value": "in use"}])
    return key


def role(workspace: Workspace, name: str = "dwhRole") -> dict[str, Any]:
    found: dict[str, Any] = workspace.ask("iam", "GetRole", RoleName=name)["Role"]
    return found


def roles(workspace: Workspace) -> list[str]:
    return sorted(each["RoleName"] for each in workspace.ask("iam", "ListRoles")["Roles"])


def policies(workspace: Workspace) -> list[str]:
    found: list[str] = workspace.ask("iam", "ListRolePolicies", RoleName="dwhRole")["PolicyNames"]
    return sorted(found)


def uses(workspace: Workspace) -> list[str]:
    return sorted(tag["Key"] for tag in role(workspace)["Tags"] if tag["Key"].startswith("dwh-iac-cluster:"))


def cidrs(workspace: Workspace) -> list[str]:
    name = [{"Name": "group-name", "Values": ["dwh-iac-dwhcluster"]}]
    (group,) = workspace.ask("ec2", "DescribeSecurityGroups", Filters=name)["SecurityGroups"]
    mine = [{"Name": "group-id", "Values": [group["GroupId"]]}]
    found = workspace.ask("ec2", "DescribeSecurityGroupRules", Filters=mine)["SecurityGroupRules"]
    return sorted(rule["CidrIpv4"] for rule in found if not rule["IsEgress"])


def test_two_files_with_one_role_do_not_revoke_each_others_access(workspace: Workspace) -> None:
    first = another_file(workspace, DWH_CLUSTER_IDENTIFIER="another", SONG_DATA="s3://another/songs")
    workspace.create()
    both = ["dwh-iac-s3-read-us-west-2-another", "dwh-iac-s3-read-us-west-2-dwhcluster"]
    assert policies(workspace) == both
    assert uses(workspace) == ["dwh-iac-cluster:us-west-2:another", "dwh-iac-cluster:us-west-2:dwhcluster"]
    second, workspace.config = workspace.config, first
    assert (workspace.create().steps, workspace.recorder.writes) == ((), [])
    workspace.delete()
    assert roles(workspace) == ["dwhRole"] and policies(workspace) == both[:1]
    assert any("Role dwhRole is kept: cluster us-west-2:another" in said for said in workspace.recorder.said)
    workspace.config = second
    assert workspace.create().steps == ()
    workspace.delete()
    assert roles(workspace) == []


def test_a_run_whose_file_was_edited_to_another_cluster_says_that_the_first_stays(workspace: Workspace) -> None:
    host = workspace.value("HOST")
    another_file(workspace, DWH_CLUSTER_IDENTIFIER="another")
    workspace.create()
    workspace.edit(HOST=host)  # as after the edit of the identifier alone
    words = "HOST in dwh.cfg is of cluster dwhcluster in us-west-2".replace("dwh.cfg", workspace.config.name)
    workspace.create()
    assert any(words in said for said in workspace.recorder.said) and workspace.value("HOST") != host
    for verb in ("pause", "plan", "delete", "delete", "pause"):
        workspace.edit(HOST=host)
        workspace.warehouse(planning=True).delete() if verb == "plan" else getattr(workspace, verb)()
        assert any(words in said for said in workspace.recorder.said), verb
    assert [each["ClusterIdentifier"] for each in workspace.ask("redshift", "DescribeClusters")["Clusters"]] == ["dwhcluster"]


def test_a_role_that_another_region_uses_stays_until_its_last_cluster_goes(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    workspace.edit(DWH_IAM_ROLE_NAME="shared")
    workspace.create()
    role = workspace.ask("iam", "GetRole", RoleName="shared")["Role"]
    other = used_by(workspace, "eu-central-1", "shared")
    workspace.warehouse(planning=True).delete()
    planned = [said for said in workspace.recorder.said if "in eu-central-1" in said]
    workspace.delete()
    tags = [tag["Key"] for tag in workspace.ask("iam", "GetRole", RoleName="shared")["Role"]["Tags"]]
    assert sorted(tags) == sorted({*(tag["Key"] for tag in role["Tags"]), other} - {"dwh-iac-cluster:us-west-2:dwhcluster"})
    (said,) = [said for said in workspace.recorder.said if "in eu-central-1" in said]
    assert planned == [said] and "2 x ra3.large" in said and "$1.30 an hour" in said and "REGION = eu-central-1" in said


@pytest.mark.parametrize("region", ["us-west-2", "eu-central-1"])
def test_a_role_goes_although_its_tags_name_a_cluster_that_is_gone(workspace: Workspace, region: str) -> None:
    used_by(workspace, region, identifier="gone", there=False)
    planned = workspace.warehouse(planning=True).delete().steps
    assert "delete IAM role dwhRole" in planned
    workspace.delete()
    assert roles(workspace) == []


def test_the_tag_of_a_cluster_that_is_gone_goes_from_a_role_that_stays(workspace: Workspace) -> None:
    other, gone = used_by(workspace, "eu-central-1"), used_by(workspace, "eu-west-1", there=False)
    assert gone in uses(workspace)
    workspace.delete()
    assert uses(workspace) == [other]
    assert workspace.delete().steps == ()


@pytest.mark.parametrize("region", ["us-west-2", "eu-central-1"])
def test_a_role_stays_where_the_login_may_not_look_at_the_cluster_in_its_tags(workspace: Workspace, region: str) -> None:
    other, asked = used_by(workspace, region, identifier="other", there=False), []

    def choose(number: int, call: Call) -> Fault | None:
        if call.operation != "DescribeClusters" or call.form.get("ClusterIdentifier") != "other":
            return None
        asked.append(number)
        return fault("denied")

    workspace.inject(choose)
    workspace.delete()
    assert uses(workspace) == [other] and len(asked) == 1
    assert any(f"cluster {region}:other uses it as well" in said for said in workspace.recorder.said)


def test_a_role_without_the_tag_of_any_cluster_is_named_and_left(workspace: Workspace) -> None:
    workspace.ask("iam", "UntagRole", RoleName="dwhRole", TagKeys=["dwh-iac-cluster:us-west-2:dwhcluster"])
    workspace.delete()
    assert roles(workspace) == ["dwhRole"]
    assert any("its tags do not tell which clusters use it" in said for said in workspace.recorder.said)


def test_a_role_in_an_instance_profile_is_named_and_left(workspace: Workspace) -> None:
    workspace.ask("iam", "CreateInstanceProfile", InstanceProfileName="bastion")
    workspace.ask("iam", "AddRoleToInstanceProfile", InstanceProfileName="bastion", RoleName="dwhRole")
    workspace.delete()
    assert roles(workspace) == ["dwhRole"] and policies(workspace) == ["dwh-iac-s3-read-us-west-2-dwhcluster"]
    assert any("it is in instance profile bastion" in said for said in workspace.recorder.said)


def test_statements_that_others_added_to_the_trust_policy_stay(workspace: Workspace) -> None:
    theirs = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [theirs]})
    workspace.ask("iam", "UpdateAssumeRolePolicy", RoleName="dwhRole", PolicyDocument=document)
    assert [step for step in workspace.create().steps if "assume IAM role dwhRole" in step]
    services = [each["Principal"]["Service"] for each in role(workspace)["AssumeRolePolicyDocument"]["Statement"]]
    assert services == ["glue.amazonaws.com", "redshift.amazonaws.com"]
    assert workspace.create().steps == ()
    assert any("can also be assumed by" in said and "glue" in said for said in workspace.recorder.said)


def test_an_old_role_whose_disassociation_was_not_answered_is_not_asked_for_again(workspace: Workspace) -> None:
    workspace.running()
    workspace.edit(DWH_IAM_ROLE_NAME="newRole")
    lost, asked = fault("failing after"), []

    def choose(number: int, call: Call) -> Fault | None:
        if call.operation == "ModifyClusterIamRoles" and any(name.startswith("RemoveIamRoles") for name in call.form):
            asked.append(number)
        return lost if asked == [number] else None

    workspace.inject(choose)
    workspace.create()
    assert roles(workspace) == ["newRole"] and len(asked) == 2


@pytest.mark.parametrize("shared", [False, True])
def test_after_the_roles_name_is_edited_our_old_role_goes_unless_another_cluster_uses_it(workspace: Workspace, shared: bool) -> None:
    if shared:
        used_by(workspace, "eu-west-1")
    workspace.edit(DWH_IAM_ROLE_NAME="newRole")
    workspace.create()
    assert roles(workspace) == (["dwhRole", "newRole"] if shared else ["newRole"])
    (cluster,) = workspace.ask("redshift", "DescribeClusters")["Clusters"]
    assert [each["IamRoleArn"].rpartition("/")[2] for each in cluster["IamRoles"]] == ["newRole"]
    assert cluster["DefaultIamRoleArn"].endswith(":role/newRole")
    assert workspace.value("ARN").endswith(":role/newRole")
    assert (workspace.create().steps, workspace.recorder.writes) == ((), [])
    workspace.delete()
    assert roles(workspace) == (["dwhRole"] if shared else [])


def test_an_old_role_that_could_not_be_read_is_not_forgotten(workspace: Workspace) -> None:
    workspace.edit(DWH_IAM_ROLE_NAME="newRole")
    workspace.inject(deny("ListRolePolicies"))
    workspace.create()
    assert workspace.value("ARN").endswith(":role/dwhRole")
    workspace.inject(lambda number, call: None)
    workspace.create()
    assert roles(workspace) == ["newRole"] and workspace.value("ARN").endswith(":role/newRole")


def test_delete_after_the_roles_name_was_edited_takes_the_old_role(workspace: Workspace) -> None:
    workspace.edit(DWH_IAM_ROLE_NAME="newRole")
    workspace.delete()
    assert roles(workspace) == []


def test_someone_elses_role_is_not_looked_into(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    workspace.ask("iam", "CreateRole", RoleName="dwhRole", AssumeRolePolicyDocument=document)
    workspace.clock.sleep(60)
    workspace.inject(deny("ListRolePolicies", "ListAttachedRolePolicies", "GetRolePolicy", "ListInstanceProfilesForRole"))
    workspace.create()
    assert workspace.create().steps == ()
    workspace.delete()
    assert roles(workspace) == ["dwhRole"]


LAB = {
    "by name": {"DWH_IAM_ROLE_NAME": "LabRole"},
    "by ARN": {"DWH_IAM_ROLE_NAME": "arn:aws:iam::123456789012:role/LabRole"},
    "by ARN in [IAM_ROLE]": {"DWH_IAM_ROLE_NAME": "", "ARN": "arn:aws:iam::123456789012:role/LabRole"},
}


@pytest.mark.parametrize("case", LAB)
def test_a_lab_account_that_denies_all_of_iam_can_be_used(case: str, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    workspace.ask("iam", "CreateRole", RoleName="LabRole", AssumeRolePolicyDocument=document)
    workspace.clock.sleep(60)
    workspace.edit(**LAB[case])
    workspace.inject(deny(service="iam"))
    report = workspace.create()
    assert report.cluster and [arn for arn, _ in report.cluster.roles] == ["arn:aws:iam::123456789012:role/LabRole"]
    assert (workspace.create().steps, workspace.recorder.writes) == ((), [])
    workspace.delete()
    assert workspace.ask("redshift", "DescribeClusters")["Clusters"] == [] and roles(workspace) == ["LabRole"]
    assert workspace.value("ARN") == (LAB[case].get("ARN", ""))
    assert workspace.delete().steps == ()


def test_a_role_that_redshift_does_not_accept_is_refused_in_its_words_at_once(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    workspace.inject(deny(service="iam"))
    began = workspace.clock.monotonic()
    with pytest.raises(Problem) as caught:
        workspace.create()
    assert "must delegate access to an Amazon Redshift account" in caught.value.why
    assert workspace.clock.monotonic() - began < 5


@pytest.mark.parametrize("verb", ["delete", "pause"])
def test_another_accounts_login_stops_nothing_and_leaves_the_file(workspace: Workspace, verb: str) -> None:
    workspace.edit(ARN="arn:aws:iam::111122223333:role/dwhRole")
    before = workspace.config.read_bytes()
    with pytest.raises(Problem) as caught:
        getattr(workspace, verb)()
    told = f"{caught.value.what} {caught.value.why} {caught.value.remedy}"
    assert caught.value.exit_status == 1 and "111122223333" in told and "123456789012" in told
    assert "TARGET = aws" in caught.value.remedy and "ARN and HOST blank" in caught.value.remedy
    assert workspace.config.read_bytes() == before and workspace.recorder.writes == []
    with pytest.raises(Problem):
        workspace.warehouse(planning=True).delete()


def test_a_plan_of_create_says_that_the_file_is_of_another_account(workspace: Workspace) -> None:
    workspace.edit(ARN="arn:aws:iam::111122223333:role/dwhRole")
    workspace.warehouse(planning=True).create()
    assert any("of AWS account 111122223333; the login is of account 123456789012" in said for said in workspace.recorder.said)


def test_who_made_the_cluster_is_said_to_everyone_else(workspace: Workspace) -> None:
    words = "Cluster dwhcluster was made by arn:aws:iam::123456789012:user/simulated"
    workspace.create()
    assert not any(words in said for said in workspace.recorder.said)
    workspace.simulator.log_in("assumed-role/analyst/anna@example.com")
    for verb in (workspace.create, workspace.warehouse(planning=True).create, workspace.warehouse(planning=True).delete, workspace.pause, workspace.delete):
        verb()
        said = [each for each in workspace.recorder.said if words in each]
        assert said and "sts::123456789012:assumed-role/analyst" in said[0] and "anna" not in said[0], verb


def test_a_session_of_the_same_role_is_the_same_maker(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    workspace.simulator.log_in("assumed-role/analyst/anna@example.com")
    workspace.create()
    workspace.simulator.log_in("assumed-role/analyst/ben@example.com")
    workspace.create()
    assert not any("was made by" in said for said in workspace.recorder.said)


def test_with_auto_each_login_keeps_its_own_inbound_rule(workspace: Workspace) -> None:
    workspace.simulator.log_in("user/ben")
    workspace.own_address = lambda: "198.51.100.7"
    workspace.create()
    assert cidrs(workspace) == ["198.51.100.7/32", "203.0.113.10/32"]
    assert any("203.0.113.10/32" in said and "user/simulated" in said for said in workspace.recorder.said)
    workspace.own_address = lambda: "198.51.100.8"
    workspace.create()
    assert cidrs(workspace) == ["198.51.100.8/32", "203.0.113.10/32"]
    workspace.edit(DWH_INGRESS_CIDR="192.0.2.0/24")
    workspace.create()
    assert cidrs(workspace) == ["192.0.2.0/24"]


def test_with_auto_beside_other_addresses_each_login_keeps_its_own_inbound_rule(workspace: Workspace) -> None:
    workspace.edit(DWH_INGRESS_CIDR="192.0.2.7, auto")
    workspace.simulator.log_in("user/ben")
    workspace.own_address = lambda: "198.51.100.7"
    workspace.create()
    assert cidrs(workspace) == ["192.0.2.7/32", "198.51.100.7/32", "203.0.113.10/32"]
    workspace.own_address = lambda: "192.0.2.7"
    workspace.create()
    assert cidrs(workspace) == ["192.0.2.7/32", "203.0.113.10/32"]
    assert workspace.create().steps == ()


def test_other_security_groups_of_an_adopted_cluster_stay(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    of_someone_else_with_our_password(workspace)
    (before,) = workspace.ask("redshift", "DescribeClusters")["Clusters"][0]["VpcSecurityGroups"]
    report = workspace.create(adopt=True)
    assert report.cluster and before["VpcSecurityGroupId"] in report.cluster.group_ids and len(report.cluster.group_ids) == 2
    assert any(f"{before['VpcSecurityGroupId']} is on the cluster as well" in said for said in workspace.recorder.said)
    assert workspace.create().steps == ()


def test_a_cluster_behind_our_group_that_others_tagged_is_not_deleted(workspace: Workspace) -> None:
    arn = "arn:aws:redshift:us-west-2:123456789012:cluster:dwhcluster"
    workspace.ask("redshift", "DeleteTags", ResourceName=arn, TagKeys=["ManagedBy"])
    for verb in (workspace.delete, workspace.create, workspace.pause):
        with pytest.raises(Problem, match="these scripts did not make it"):
            verb()


def test_what_a_restore_does_not_bring_back_is_said_before_the_deletion(workspace: Workspace) -> None:
    theirs = workspace.ask("ec2", "CreateSecurityGroup", GroupName="reporting", Description="of a BI tool")["GroupId"]
    (cluster,) = workspace.ask("redshift", "DescribeClusters")["Clusters"]
    groups = [*(each["VpcSecurityGroupId"] for each in cluster["VpcSecurityGroups"]), theirs]
    workspace.ask("redshift", "ModifyCluster", ClusterIdentifier="dwhcluster", VpcSecurityGroupIds=groups, EnhancedVpcRouting=True)
    workspace.clock.sleep(60)
    workspace.warehouse(planning=True).delete()
    (said,) = [each for each in workspace.recorder.said if "does not bring back" in each]
    assert re.search(rf"bring back: enhanced VPC routing, security group {theirs}\.", said)


def test_create_in_another_account_makes_the_file_of_this_one_before_anything_else(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    workspace.edit(ARN="arn:aws:iam::111122223333:role/dwhRole", HOST="dwhcluster.abc.us-west-2.redshift.amazonaws.com")
    workspace.inject(deny("CreateRole"))
    with pytest.raises(Problem):
        workspace.create()
    assert workspace.value("ARN") == "arn:aws:iam::123456789012:role/dwhRole" and workspace.value("HOST") == ""
    workspace.inject(lambda number, call: None)
    workspace.create(wait=False)
    workspace.delete()
    assert workspace.ask("redshift", "DescribeClusters")["Clusters"] == []


def test_an_adoption_that_is_not_kept_ends_after_a_few_times(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    of_someone_else_with_our_password(workspace)
    workspace.inject(ignore("CreateTags"))
    with pytest.raises(Problem, match="AWS accepted it 3 times to take over"):
        workspace.create(adopt=True)
    assert workspace.faulty.calls.count(("redshift", "CreateTags")) == 3


def test_a_cluster_that_somebody_else_made_is_not_advised_to_be_deleted(workspace: Workspace) -> None:
    workspace.simulator.log_in("user/ben")
    workspace.edit(DB_NAME="other")
    with pytest.raises(Problem) as caught:
        workspace.create()
    assert "delete_cluster.py" not in caught.value.remedy
    assert any("was made by arn:aws:iam::123456789012:user/simulated" in said for said in workspace.recorder.said)


@pytest.mark.parametrize("kind", ["trust", "inline policy"])
def test_a_role_of_ours_that_others_extended_stays(workspace: Workspace, kind: str) -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "glue:*", "Resource": "*"}]}
    if kind == "trust":
        glue = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = role(workspace)["AssumeRolePolicyDocument"]
        text = json.dumps({**trust, "Statement": [*trust["Statement"], glue]})
        workspace.ask("iam", "UpdateAssumeRolePolicy", RoleName="dwhRole", PolicyDocument=text)
    else:
        workspace.ask("iam", "PutRolePolicy", RoleName="dwhRole", PolicyName="glue-jobs", PolicyDocument=json.dumps(document))
    workspace.delete()
    assert roles(workspace) == ["dwhRole"] and uses(workspace) == []
    assert any("is kept: others have added to it" in said for said in workspace.recorder.said)
    assert workspace.delete().steps == ()


def test_an_old_role_that_may_not_be_deleted_is_a_note(workspace: Workspace) -> None:
    workspace.edit(DWH_IAM_ROLE_NAME="newRole")
    workspace.inject(deny("DeleteRole"))
    workspace.create()
    assert workspace.value("ARN").endswith(":role/newRole")
    assert any("not possible to delete IAM role dwhRole" in said for said in workspace.recorder.said)
    workspace.inject(lambda number, call: None)
    workspace.create()
    assert roles(workspace) == ["newRole"]


def test_a_roles_name_that_is_edited_twice_leaves_no_role(workspace: Workspace) -> None:
    workspace.edit(DWH_IAM_ROLE_NAME="second")
    workspace.inject(deny("DeleteRole"))
    workspace.create()
    workspace.inject(lambda number, call: None)
    workspace.edit(DWH_IAM_ROLE_NAME="third")
    workspace.create()
    assert roles(workspace) == ["third"]


def test_host_does_not_wait_for_other_looks(workspace: Workspace) -> None:
    wanted = workspace.value("HOST")
    workspace.edit(HOST="")
    workspace.inject(deny("DescribeClusterSnapshots", "DescribeSecurityGroups"))
    with pytest.raises(Problem):
        workspace.create()
    assert workspace.value("HOST") == wanted


def in_account(workspace: Workspace, account: str) -> None:
    """From now on the account of the workspace has this number, and the hosts in it are no simulator's."""
    answer = workspace.faulty.answer

    def as_there(request: AWSPreparedRequest) -> AWSResponse:
        body = request.body or b""
        text = body if isinstance(body, bytes) else body.encode()
        request.body = text.replace(account.encode(), SIMULATED_ACCOUNT.encode())
        found = answer(request)
        shown = found.content.replace(SIMULATED_ACCOUNT.encode(), account.encode())
        found._content = shown.replace(b".simulator", b".c0ffee123")
        return found

    workspace.faulty.answer = as_there  # type: ignore[method-assign]


def test_what_the_simulator_wrote_is_blank_for_a_real_account(workspace: Workspace, tmp_path: Path) -> None:
    real = Workspace(tmp_path / "real")
    real.config.write_bytes(workspace.config.read_bytes())
    real.edit(TARGET="aws", DWH_CLUSTER_IDENTIFIER="songs")
    in_account(real, "444455556666")
    before = real.config.read_bytes()
    real.delete()
    assert real.config.read_bytes() == before
    assert not [said for said in real.recorder.said if SIMULATED_ACCOUNT in said or "cluster dwhcluster" in said]
    real.create()
    assert not [said for said in real.recorder.said if SIMULATED_ACCOUNT in said or "cluster dwhcluster" in said]
    assert real.value("ARN") == "arn:aws:iam::444455556666:role/dwhRole" and ".c0ffee123" in real.value("HOST")
    assert real.create().steps == ()
