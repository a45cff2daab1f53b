"""A call that AWS denies: the message says which policy denies it, and what can be done about that one."""

from __future__ import annotations

import pytest

from iac.aws.refusals import explain
from iac.errors import Problem

USER = "User: arn:aws:iam::123456789012:user/me is not authorized to perform: iam:CreateRole on resource: x"
STATEMENT = '{"Effect": "Allow", "Action": "iam:CreateRole", "Resource": "*"}'


def denied(said: str, code: str = "AccessDenied", service: str = "iam", operation: str = "CreateRole") -> Problem:
    error = {"Error": {"Code": code, "Message": said}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    return explain(service, operation, "us-west-2", error)


EXPLICIT = {
    "a service control policy": ("A service control policy of the organization forbids iam:CreateRole.", "organization"),
    "a resource control policy": ("A resource control policy of the organization forbids iam:CreateRole.", "organization"),
    "a permissions boundary": ("The permissions boundary of the login forbids iam:CreateRole.", "permissions boundary"),
    "a permissions boundary: arn:aws:iam::123456789012:policy/b": (
        "The permissions boundary of the login forbids iam:CreateRole.", "permissions boundary",
    ),
    "a session policy": ("The session policy of the login forbids iam:CreateRole.", "Log in without the session policy"),
    "an identity-based policy": ("An IAM policy of the login forbids iam:CreateRole.", "Deny statement"),
    "a resource-based policy": ("The policy of the resource itself forbids iam:CreateRole.", "resource itself"),
    "a VPC endpoint policy": ("The policy of the VPC endpoint forbids iam:CreateRole.", "VPC endpoint"),
    "a policy that nobody knows": ("A policy forbids iam:CreateRole", "Deny statement"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EXPLICIT)
def test_an_explicit_deny_is_said_to_be_of_the_policy_that_aws_names(kind: str) -> None:
    means, remedy = EXPLICIT[kind]
    problem = denied(f"{USER} with an explicit deny in {kind}")
    assert problem.why.startswith(means) and kind in problem.why
    assert remedy in problem.remedy and "Allow" not in problem.remedy


def test_an_explicit_deny_of_a_policy_that_aws_does_not_name_lists_those_it_can_be() -> None:
    problem = denied(f"{USER} with an explicit deny")
    for kind in ("IAM policy", "permissions boundary", "session policy", "service control policy"):
        assert kind in problem.why


IMPLICIT = {
    "service control policy": ("No service control policy of the organization allows iam:CreateRole.", "organization"),
    "permissions boundary": ("The permissions boundary of the login does not allow iam:CreateRole.", STATEMENT),
    "session policy": ("The session policy of the login does not allow iam:CreateRole.", "Log in without the session policy"),
    "identity-based policy": ("The login may not do iam:CreateRole.", STATEMENT),
    "VPC endpoint policy": ("The policy of the VPC endpoint does not allow iam:CreateRole.", STATEMENT),
}


@pytest.mark.parametrize("kind", IMPLICIT)
def test_a_missing_allow_is_asked_for_where_it_is_missing(kind: str) -> None:
    means, remedy = IMPLICIT[kind]
    problem = denied(f"{USER} because no {kind} allows the iam:CreateRole action")
    assert problem.why.startswith(means) and remedy in problem.remedy


def test_a_boundarys_missing_allow_is_added_to_the_boundary_not_to_the_login() -> None:
    problem = denied(f"{USER} because no permissions boundary allows the iam:CreateRole action")
    assert "added to the permissions boundary" in problem.remedy


REDSHIFT = [
    "Access Denied. Please ensure that your IAM Permissions allow this operation.",
    "You are not authorized to perform this operation.",
    "",
]


@pytest.mark.parametrize("said", REDSHIFT)
def test_redshifts_unauthorized_operation_names_all_that_may_be_missing(said: str) -> None:
    problem = denied(said, "UnauthorizedOperation", "redshift", "RestoreFromClusterSnapshot")
    assert (
        "The login may lack rights on Redshift itself, on EC2's Describe actions, which Redshift makes in the caller's "
        "name, or on the KMS key."
    ) in problem.why
    for action in ("redshift:RestoreFromClusterSnapshot", "ec2:Describe*", "kms:DescribeKey", "kms:CreateGrant"):
        assert f'"{action}"' in problem.remedy
    assert "key policy" in problem.remedy


def test_redshifts_unauthorized_operation_that_names_an_action_is_about_that_one() -> None:
    problem = denied(USER.replace("iam:CreateRole", "ec2:DescribeVpcs"), "UnauthorizedOperation", "redshift", "CreateCluster")
    assert '"Action": "ec2:DescribeVpcs"' in problem.remedy and "kms" not in problem.remedy


@pytest.mark.parametrize("code", ["InvalidRestore", "AccessToSnapshotDenied"])
def test_a_restore_that_aws_refuses_is_not_advised_to_use_a_type_that_may_be_retired(code: str) -> None:
    problem = denied("No.", code, "redshift", "RestoreFromClusterSnapshot")
    assert "snapshot's own" not in problem.remedy
    command = {"InvalidRestore": "describe-node-configuration-options", "AccessToSnapshotDenied": "authorize-snapshot-access"}
    assert f"aws redshift {command[code]}" in problem.remedy


def test_a_missing_right_comes_with_the_command_that_tells_all_of_them() -> None:
    for problem in (denied(USER), denied("", "UnauthorizedOperation", "redshift", "CreateCluster")):
        assert problem.remedy.endswith(" `python create_cluster.py --print-policy` prints all that it needs at once.")
    assert "--print-policy" not in denied(f"{USER} with an explicit deny in a service control policy").remedy


def test_a_node_type_that_the_account_may_not_use_is_a_matter_of_its_quota() -> None:
    problem = denied("You do not have access to node type rg.large", "InvalidParameterValue", "redshift", "CreateCluster")
    assert problem.why.startswith("The account may not use this node type") and "rg.large (" not in problem.why
    assert "DWH_NODE_TYPE in dwh.cfg" in problem.remedy and "Service Quotas" in problem.remedy
