"""No real account comes to harm: other regions, other files, other logins, other people's resources."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from iac.errors import Problem
from tests.faults.choices import deny, ignore
from tests.faults.house import House, Kept
from tests.faults.stories import of_someone_else_with_our_password

TRUST = {"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    made = House(tmp_path_factory.mktemp("running") / "house")
    made.create()
    return made.keep()


@pytest.fixture
def house(running: Kept, tmp_path: Path) -> House:
    return House(tmp_path / "house", running)


def another_file(house: House, **edits: str) -> Path:
    """A second dwh.cfg on the same account; the house works with it from now on. Returns the first."""
    first = house.config
    house.config = first.with_name("other.cfg")
    shutil.copy(first, house.config)
    house.edit(HOST="", ARN="", **edits)
    return first


def role(house: House, name: str = "dwhRole") -> dict[str, Any]:
    found: dict[str, Any] = house.ask("iam", "GetRole", RoleName=name)["Role"]
    return found


def roles(house: House) -> list[str]:
    return sorted(each["RoleName"] for each in house.ask("iam", "ListRoles")["Roles"])


def policies(house: House) -> list[str]:
    found: list[str] = house.ask("iam", "ListRolePolicies", RoleName="dwhRole")["PolicyNames"]
    return sorted(found)


def uses(house: House) -> list[str]:
    return sorted(tag["Key"] for tag in role(house)["Tags"] if tag["Key"].startswith("dwh-iac-cluster:"))


def cidrs(house: House) -> list[str]:
    name = [{"Name": "group-name", "Values": ["dwh-iac-dwhcluster"]}]
    (group,) = house.ask("ec2", "DescribeSecurityGroups", Filters=name)["SecurityGroups"]
    mine = [{"Name": "group-id", "Values": [group["GroupId"]]}]
    found = house.ask("ec2", "DescribeSecurityGroupRules", Filters=mine)["SecurityGroupRules"]
    return sorted(rule["CidrIpv4"] for rule in found if not rule["IsEgress"])


def test_two_files_with_one_role_do_not_revoke_each_others_access(house: House) -> None:
    first = another_file(house, DWH_CLUSTER_IDENTIFIER="another", SONG_DATA="s3://another/songs")
    house.create()
    both = ["dwh-iac-s3-read-us-west-2-another", "dwh-iac-s3-read-us-west-2-dwhcluster"]
    assert policies(house) == both
    assert uses(house) == ["dwh-iac-cluster:us-west-2:another", "dwh-iac-cluster:us-west-2:dwhcluster"]
    second, house.config = house.config, first
    assert (house.create().steps, house.heard.writes) == ((), [])
    house.delete()
    assert roles(house) == ["dwhRole"] and policies(house) == both[:1]
    assert any("Role dwhRole is kept: cluster us-west-2:another" in said for said in house.heard.said)
    house.config = second
    assert house.create().steps == ()
    house.delete()
    assert roles(house) == []


def test_a_role_that_another_region_uses_stays_until_its_last_cluster_goes(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    house.edit(DWH_IAM_ROLE_NAME="shared")
    house.create()
    role = house.ask("iam", "GetRole", RoleName="shared")["Role"]
    other = {"Key": "dwh-iac-cluster:eu-central-1:dwhcluster", "Value": "in use"}
    house.ask("iam", "TagRole", RoleName="shared", Tags=[other])
    house.delete()
    tags = [tag["Key"] for tag in house.ask("iam", "GetRole", RoleName="shared")["Role"]["Tags"]]
    assert sorted(tags) == sorted({tag["Key"] for tag in [*role["Tags"], other]} - {"dwh-iac-cluster:us-west-2:dwhcluster"})


def test_a_role_without_the_tag_of_any_cluster_is_named_and_left(house: House) -> None:
    house.ask("iam", "UntagRole", RoleName="dwhRole", TagKeys=["dwh-iac-cluster:us-west-2:dwhcluster"])
    house.delete()
    assert roles(house) == ["dwhRole"]
    assert any("its tags do not tell which clusters use it" in said for said in house.heard.said)


def test_a_role_in_an_instance_profile_is_named_and_left(house: House) -> None:
    house.ask("iam", "CreateInstanceProfile", InstanceProfileName="bastion")
    house.ask("iam", "AddRoleToInstanceProfile", InstanceProfileName="bastion", RoleName="dwhRole")
    house.delete()
    assert roles(house) == ["dwhRole"] and policies(house) == ["dwh-iac-s3-read-us-west-2-dwhcluster"]
    assert any("it is in instance profile bastion" in said for said in house.heard.said)


def test_statements_that_others_added_to_the_trust_policy_stay(house: House) -> None:
    theirs = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [theirs]})
    house.ask("iam", "UpdateAssumeRolePolicy", RoleName="dwhRole", PolicyDocument=document)
    assert [step for step in house.create().steps if "assume IAM role dwhRole" in step]
    services = [each["Principal"]["Service"] for each in role(house)["AssumeRolePolicyDocument"]["Statement"]]
    assert services == ["glue.amazonaws.com", "redshift.amazonaws.com"]
    assert house.create().steps == ()
    assert any("can also be assumed by" in said and "glue" in said for said in house.heard.said)


@pytest.mark.parametrize("shared", [False, True])
def test_after_the_roles_name_is_edited_our_old_role_goes_unless_another_cluster_uses_it(house: House, shared: bool) -> None:
    if shared:
        tag = {"Key": "dwh-iac-cluster:eu-west-1:dwhcluster", "Value": "in use"}
        house.ask("iam", "TagRole", RoleName="dwhRole", Tags=[tag])
    house.edit(DWH_IAM_ROLE_NAME="newRole")
    house.create()
    assert roles(house) == (["dwhRole", "newRole"] if shared else ["newRole"])
    (cluster,) = house.ask("redshift", "DescribeClusters")["Clusters"]
    assert [each["IamRoleArn"].rpartition("/")[2] for each in cluster["IamRoles"]] == ["newRole"]
    assert house.value("ARN").endswith(":role/newRole")
    assert (house.create().steps, house.heard.writes) == ((), [])
    house.delete()
    assert roles(house) == (["dwhRole"] if shared else [])


def test_an_old_role_that_could_not_be_read_is_not_forgotten(house: House) -> None:
    house.edit(DWH_IAM_ROLE_NAME="newRole")
    house.disturb(deny("ListRolePolicies"))
    house.create()
    assert house.value("ARN").endswith(":role/dwhRole")
    house.disturb(lambda number, call: None)
    house.create()
    assert roles(house) == ["newRole"] and house.value("ARN").endswith(":role/newRole")


def test_delete_after_the_roles_name_was_edited_takes_the_old_role(house: House) -> None:
    house.edit(DWH_IAM_ROLE_NAME="newRole")
    house.delete()
    assert roles(house) == []


def test_someone_elses_role_is_not_looked_into(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    house.ask("iam", "CreateRole", RoleName="dwhRole", AssumeRolePolicyDocument=document)
    house.clock.sleep(60)
    house.disturb(deny("ListRolePolicies", "ListAttachedRolePolicies", "GetRolePolicy", "ListInstanceProfilesForRole"))
    house.create()
    assert house.create().steps == ()
    house.delete()
    assert roles(house) == ["dwhRole"]


LAB = {
    "by name": {"DWH_IAM_ROLE_NAME": "LabRole"},
    "by ARN": {"DWH_IAM_ROLE_NAME": "arn:aws:iam::123456789012:role/LabRole"},
    "by ARN in [IAM_ROLE]": {"DWH_IAM_ROLE_NAME": "", "ARN": "arn:aws:iam::123456789012:role/LabRole"},
}


@pytest.mark.parametrize("case", LAB)
def test_a_lab_account_that_denies_all_of_iam_can_be_used(case: str, tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    house.ask("iam", "CreateRole", RoleName="LabRole", AssumeRolePolicyDocument=document)
    house.clock.sleep(60)
    house.edit(**LAB[case])
    house.disturb(deny(service="iam"))
    report = house.create()
    assert report.cluster and [arn for arn, _ in report.cluster.roles] == ["arn:aws:iam::123456789012:role/LabRole"]
    assert (house.create().steps, house.heard.writes) == ((), [])
    house.delete()
    assert house.ask("redshift", "DescribeClusters")["Clusters"] == [] and roles(house) == ["LabRole"]
    assert house.value("ARN") == (LAB[case].get("ARN", ""))
    assert house.delete().steps == ()


def test_a_role_that_redshift_does_not_accept_is_refused_in_its_words_at_once(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    house.disturb(deny(service="iam"))
    began = house.clock.monotonic()
    with pytest.raises(Problem) as caught:
        house.create()
    assert "must delegate access to an Amazon Redshift account" in caught.value.why
    assert house.clock.monotonic() - began < 5


@pytest.mark.parametrize("verb", ["delete", "pause"])
def test_another_accounts_login_stops_nothing_and_leaves_the_file(house: House, verb: str) -> None:
    house.edit(ARN="arn:aws:iam::111122223333:role/dwhRole")
    before = house.config.read_bytes()
    with pytest.raises(Problem) as caught:
        getattr(house, verb)()
    told = f"{caught.value.what} {caught.value.why} {caught.value.remedy}"
    assert caught.value.exit_status == 1 and "111122223333" in told and "123456789012" in told
    assert "TARGET = aws" in caught.value.remedy and "ARN and HOST blank" in caught.value.remedy
    assert house.config.read_bytes() == before and house.heard.writes == []
    with pytest.raises(Problem):
        house.warehouse().plan_delete()


def test_a_plan_of_create_says_that_the_file_is_of_another_account(house: House) -> None:
    house.edit(ARN="arn:aws:iam::111122223333:role/dwhRole")
    house.warehouse().plan_create()
    assert any("of AWS account 111122223333; the login is of account 123456789012" in said for said in house.heard.said)


def test_who_made_the_cluster_is_said_to_everyone_else(house: House) -> None:
    words = "Cluster dwhcluster was made by arn:aws:iam::123456789012:user/simulated"
    house.create()
    assert not any(words in said for said in house.heard.said)
    house.simulator.log_in("assumed-role/analyst/anna@example.com")
    for verb in (house.create, house.warehouse().plan_create, house.warehouse().plan_delete, house.pause, house.delete):
        verb()
        said = [each for each in house.heard.said if words in each]
        assert said and "sts::123456789012:assumed-role/analyst" in said[0] and "anna" not in said[0], verb


def test_a_session_of_the_same_role_is_the_same_maker(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    house.simulator.log_in("assumed-role/analyst/anna@example.com")
    house.create()
    house.simulator.log_in("assumed-role/analyst/ben@example.com")
    house.create()
    assert not any("was made by" in said for said in house.heard.said)


def test_with_auto_each_login_keeps_its_own_inbound_rule(house: House) -> None:
    house.simulator.log_in("user/ben")
    house.own_address = lambda: "198.51.100.7"
    house.create()
    assert cidrs(house) == ["198.51.100.7/32", "203.0.113.10/32"]
    assert any("203.0.113.10/32" in said and "user/simulated" in said for said in house.heard.said)
    house.own_address = lambda: "198.51.100.8"
    house.create()
    assert cidrs(house) == ["198.51.100.8/32", "203.0.113.10/32"]
    house.edit(DWH_INGRESS_CIDR="192.0.2.0/24")
    house.create()
    assert cidrs(house) == ["192.0.2.0/24"]


def test_other_security_groups_of_an_adopted_cluster_stay(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    of_someone_else_with_our_password(house)
    (before,) = house.ask("redshift", "DescribeClusters")["Clusters"][0]["VpcSecurityGroups"]
    report = house.create(adopt=True)
    assert report.cluster and before["VpcSecurityGroupId"] in report.cluster.group_ids and len(report.cluster.group_ids) == 2
    assert any(f"{before['VpcSecurityGroupId']} is on the cluster as well" in said for said in house.heard.said)
    assert house.create().steps == ()


def test_a_cluster_behind_our_group_that_others_tagged_is_not_deleted(house: House) -> None:
    arn = "arn:aws:redshift:us-west-2:123456789012:cluster:dwhcluster"
    house.ask("redshift", "DeleteTags", ResourceName=arn, TagKeys=["ManagedBy"])
    for verb in (house.delete, house.create, house.pause):
        with pytest.raises(Problem, match="these scripts did not make it"):
            verb()


def test_what_a_restore_does_not_bring_back_is_said_before_the_deletion(house: House) -> None:
    theirs = house.ask("ec2", "CreateSecurityGroup", GroupName="reporting", Description="of a BI tool")["GroupId"]
    (cluster,) = house.ask("redshift", "DescribeClusters")["Clusters"]
    groups = [*(each["VpcSecurityGroupId"] for each in cluster["VpcSecurityGroups"]), theirs]
    house.ask("redshift", "ModifyCluster", ClusterIdentifier="dwhcluster", VpcSecurityGroupIds=groups, EnhancedVpcRouting=True)
    house.clock.sleep(60)
    house.warehouse().plan_delete()
    (said,) = [each for each in house.heard.said if "does not bring back" in each]
    assert re.search(rf"bring back: enhanced VPC routing, security group {theirs}\.", said)


def test_create_in_another_account_makes_the_file_of_this_one_before_anything_else(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    house.edit(ARN="arn:aws:iam::111122223333:role/dwhRole", HOST="dwhcluster.abc.us-west-2.redshift.amazonaws.com")
    house.disturb(deny("CreateRole"))
    with pytest.raises(Problem):
        house.create()
    assert house.value("ARN") == "arn:aws:iam::123456789012:role/dwhRole" and house.value("HOST") == ""
    house.disturb(lambda number, call: None)
    house.create(wait=False)
    house.delete()
    assert house.ask("redshift", "DescribeClusters")["Clusters"] == []


def test_an_adoption_that_is_not_kept_ends_after_a_few_times(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    of_someone_else_with_our_password(house)
    house.disturb(ignore("CreateTags"))
    with pytest.raises(Problem, match="AWS accepted it 3 times to take over"):
        house.create(adopt=True)
    assert house.faulty.calls.count(("redshift", "CreateTags")) == 3


def test_a_cluster_that_somebody_else_made_is_not_advised_to_be_deleted(house: House) -> None:
    house.simulator.log_in("user/ben")
    house.edit(DB_NAME="other")
    with pytest.raises(Problem) as caught:
        house.create()
    assert "delete_cluster.py" not in caught.value.remedy
    assert any("was made by arn:aws:iam::123456789012:user/simulated" in said for said in house.heard.said)


@pytest.mark.parametrize("kind", ["trust", "inline policy"])
def test_a_role_of_ours_that_others_extended_stays(house: House, kind: str) -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "glue:*", "Resource": "*"}]}
    if kind == "trust":
        glue = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = role(house)["AssumeRolePolicyDocument"]
        text = json.dumps({**trust, "Statement": [*trust["Statement"], glue]})
        house.ask("iam", "UpdateAssumeRolePolicy", RoleName="dwhRole", PolicyDocument=text)
    else:
        house.ask("iam", "PutRolePolicy", RoleName="dwhRole", PolicyName="glue-jobs", PolicyDocument=json.dumps(document))
    house.delete()
    assert roles(house) == ["dwhRole"] and uses(house) == []
    assert any("is kept: others have added to it" in said for said in house.heard.said)
    assert house.delete().steps == ()


def test_an_old_role_that_may_not_be_deleted_is_a_note(house: House) -> None:
    house.edit(DWH_IAM_ROLE_NAME="newRole")
    house.disturb(deny("DeleteRole"))
    house.create()
    assert house.value("ARN").endswith(":role/newRole")
    assert any("not possible to delete IAM role dwhRole" in said for said in house.heard.said)
    house.disturb(lambda number, call: None)
    house.create()
    assert roles(house) == ["newRole"]


def test_a_roles_name_that_is_edited_twice_leaves_no_role(house: House) -> None:
    house.edit(DWH_IAM_ROLE_NAME="second")
    house.disturb(deny("DeleteRole"))
    house.create()
    house.disturb(lambda number, call: None)
    house.edit(DWH_IAM_ROLE_NAME="third")
    house.create()
    assert roles(house) == ["third"]


def test_host_does_not_wait_for_other_looks(house: House) -> None:
    wanted = house.value("HOST")
    house.edit(HOST="")
    house.disturb(deny("DescribeClusterSnapshots", "DescribeSecurityGroups"))
    with pytest.raises(Problem):
        house.create()
    assert house.value("HOST") == wanted
