"""Roles: which of them Redshift can assume, and when."""

from __future__ import annotations

import json

import pytest

from tests.simulator.account import SimulatedAccount, error_code, refusal, trust


def test_a_new_role_can_be_assumed_only_after_a_while(aws: SimulatedAccount) -> None:
    arn = aws.iam.create_role(RoleName="dwhRole", AssumeRolePolicyDocument=trust())["Role"]["Arn"]
    refused, words = refusal(aws.create, IamRoles=[arn])
    assert refused == "InvalidParameterValue"
    assert words == (
        f"The IAM role {arn} is not valid. The IAM role must delegate access to an Amazon Redshift account."
    )
    aws.clock.sleep(1)
    assert aws.create(IamRoles=[arn])["IamRoles"] == [{"IamRoleArn": arn, "ApplyStatus": "adding"}]
    aws.clock.sleep(4)
    assert aws.cluster()["IamRoles"] == [{"IamRoleArn": arn, "ApplyStatus": "in-sync"}]


def test_a_role_that_trusts_another_service_is_refused(aws: SimulatedAccount) -> None:
    arn = aws.role("lambda", "lambda.amazonaws.com")
    aws.clock.sleep(600)
    assert error_code(aws.create, IamRoles=[arn]) == "InvalidParameterValue"
    aws.iam.update_assume_role_policy(RoleName="lambda", PolicyDocument=trust())
    assert error_code(aws.create, IamRoles=[arn]) == "InvalidParameterValue"
    aws.clock.sleep(1)
    aws.create(IamRoles=[arn])


def test_a_role_for_another_source_account_is_refused(aws: SimulatedAccount) -> None:
    for account, expected in (("999999999999", "InvalidParameterValue"), ("123456789012", "")):
        document = json.loads(trust())
        document["Statement"][0]["Condition"] = {"StringEquals": {"aws:SourceAccount": account}}
        name = f"for-{account}"
        made = aws.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
        aws.clock.sleep(1)
        arn = made["Role"]["Arn"]
        if expected:
            assert error_code(aws.create, IamRoles=[arn]) == expected
        else:
            aws.create(IamRoles=[arn])


def test_a_role_is_added_to_and_removed_from_a_running_cluster(aws: SimulatedAccount) -> None:
    first, second = aws.role("first"), aws.role("second")
    aws.running(IamRoles=[first])
    aws.redshift.modify_cluster_iam_roles(
        ClusterIdentifier="dwh", AddIamRoles=[second], RemoveIamRoles=[first]
    )
    statuses = {role["IamRoleArn"]: role["ApplyStatus"] for role in aws.cluster()["IamRoles"]}
    assert statuses == {first: "removing", second: "adding"}
    aws.clock.sleep(0.4)
    assert aws.cluster()["IamRoles"] == [{"IamRoleArn": second, "ApplyStatus": "in-sync"}]
    asked = {"ClusterIdentifier": "dwh", "RemoveIamRoles": [first]}
    assert error_code(aws.redshift.modify_cluster_iam_roles, **asked) == "InvalidParameterValue"


def test_a_cluster_has_one_default_role_which_is_one_of_its_own(aws: SimulatedAccount) -> None:
    first, second = aws.role("first"), aws.role("second")
    assert error_code(aws.create, IamRoles=[first], DefaultIamRoleArn=second) == "InvalidParameterValue"
    assert aws.running(IamRoles=[first], DefaultIamRoleArn=first)["DefaultIamRoleArn"] == first
    modify = aws.redshift.modify_cluster_iam_roles
    assert error_code(modify, ClusterIdentifier="dwh", DefaultIamRoleArn=second) == "InvalidParameterValue"
    made = modify(ClusterIdentifier="dwh", AddIamRoles=[second], DefaultIamRoleArn=second)["Cluster"]
    assert made["DefaultIamRoleArn"] == second
    assert modify(ClusterIdentifier="dwh", RemoveIamRoles=[first])["Cluster"]["DefaultIamRoleArn"] == second
    assert "DefaultIamRoleArn" not in modify(ClusterIdentifier="dwh", DefaultIamRoleArn="")["Cluster"]
    modify(ClusterIdentifier="dwh", DefaultIamRoleArn=second)
    aws.snapshot()
    assert "DefaultIamRoleArn" not in modify(ClusterIdentifier="dwh", RemoveIamRoles=[second])["Cluster"]
    restore = {"ClusterIdentifier": "again", "SnapshotIdentifier": "kept"}
    assert "DefaultIamRoleArn" not in aws.redshift.restore_from_cluster_snapshot(**restore)["Cluster"]
    restore |= {"ClusterIdentifier": "other", "IamRoles": [first], "DefaultIamRoleArn": first}
    assert aws.redshift.restore_from_cluster_snapshot(**restore)["Cluster"]["DefaultIamRoleArn"] == first


def test_a_role_is_created_at_the_time_of_the_account(aws: SimulatedAccount) -> None:
    aws.clock.sleep(3600)
    aws.role()
    made = aws.iam.get_role(RoleName="dwhRole")["Role"]
    assert (aws.clock.now() - made["CreateDate"]).total_seconds() == 1


def test_aws_managed_policies_can_be_attached(aws: SimulatedAccount) -> None:
    aws.role()
    arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    aws.iam.attach_role_policy(RoleName="dwhRole", PolicyArn=arn)
    attached = aws.iam.list_attached_role_policies(RoleName="dwhRole")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [arn]
    assert error_code(aws.iam.delete_role, RoleName="dwhRole") == "DeleteConflict"
    unknown = {"RoleName": "dwhRole", "PolicyArn": "arn:aws:iam::aws:policy/NoSuchThing"}
    assert error_code(aws.iam.attach_role_policy, **unknown) == "NoSuchEntity"


@pytest.mark.parametrize("document", ["", "{", "[]", '"text"', "{}", '{"Version": "2012-10-17", "Statement": []}'])
def test_a_malformed_trust_policy_is_refused(aws: SimulatedAccount, document: str) -> None:
    asked = {"RoleName": "dwhRole", "AssumeRolePolicyDocument": document or " "}
    assert error_code(aws.iam.create_role, **asked) == "MalformedPolicyDocument"
    assert error_code(aws.iam.get_role, RoleName="dwhRole") == "NoSuchEntity"


def test_role_names_are_checked_and_unique_whatever_their_case(aws: SimulatedAccount) -> None:
    aws.role("dwhRole")
    assert error_code(aws.role, name="DWHROLE") == "EntityAlreadyExists"
    assert error_code(aws.role, name="dwh role") == "ValidationError"


def test_the_caller_is_the_accounts_one_user(aws: SimulatedAccount) -> None:
    caller = aws.sts.get_caller_identity()
    assert (caller["Account"], caller["Arn"]) == ("123456789012", "arn:aws:iam::123456789012:user/simulated")
