"""The IAM policy that a login needs for all that the scripts ask of AWS.

Sources: Service Authorization Reference (Amazon Redshift, Amazon EC2, AWS IAM, Amazon EventBridge Scheduler) for the resources that an
action can be narrowed to; Redshift Management Guide, Identity-based policies, Using service-linked roles,
and Managing admin passwords using AWS Secrets Manager, for the actions that Redshift makes in the caller's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from iac.config import Config
from iac.steps.policy import READ_ALL_POLICY, SERVICE

RESOURCES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "redshift:CreateCluster", "redshift:CreateTags", "redshift:DeleteCluster",
            "redshift:DescribeClusters",
            "redshift:ModifyCluster", "redshift:ModifyClusterIamRoles", "redshift:PauseCluster",
            "redshift:ResizeCluster", "redshift:ResumeCluster",
        ),
        ("cluster",),
    ),
    "redshift:CreateClusterSnapshot": ("snapshot",),
    "redshift:RestoreFromClusterSnapshot": ("cluster", "any snapshot"),
    **dict.fromkeys(
        (
            "redshift:DescribeClusterSnapshots", "redshift:DescribeClusterSubnetGroups",
            "redshift:DescribeNodeConfigurationOptions", "redshift:DescribeOrderableClusterOptions",
            "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups", "ec2:DescribeVpcs",
        ),
        ("anything",),
    ),
    **dict.fromkeys(
        (
            "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:GetRole",
            "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole",
            "iam:ListRolePolicies", "iam:PutRolePolicy", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy",
        ),
        ("role",),
    ),
    "iam:AttachRolePolicy": ("role, these policies",),
    "ec2:CreateSecurityGroup": ("security group", "vpc"),
    "ec2:DeleteSecurityGroup": ("security group",),
    "ec2:AuthorizeSecurityGroupIngress": ("security group", "rule"),
    "ec2:RevokeSecurityGroupIngress": ("security group", "rule"),
    "ec2:CreateTags": ("security group", "rule"),
}  # fmt: skip
"""Every call that the product makes, and what it can be narrowed to. sts:GetCallerIdentity needs no permission."""

_IN_THE_CALLERS_NAME = (
    "ec2:DescribeAccountAttributes", "ec2:DescribeAddresses", "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInternetGateways", "ec2:DescribeSubnets",
)  # fmt: skip
_SECRET = tuple(
    f"secretsmanager:{each}Secret" for each in ("Create", "Delete", "Describe", "Rotate", "Update")
) + ("secretsmanager:GetRandomPassword", "secretsmanager:TagResource")

DEPENDENT: dict[str, tuple[tuple[str, str], ...]] = {
    "redshift:CreateCluster": (
        ("iam:PassRole", "role, to Redshift"),
        ("iam:CreateServiceLinkedRole", "service-linked role"),
        *((action, "anything") for action in _IN_THE_CALLERS_NAME),
    ),
    "redshift:RestoreFromClusterSnapshot": (("iam:PassRole", "role, to Redshift"),),
    "redshift:ModifyClusterIamRoles": (("iam:PassRole", "role, to Redshift"),),
}
"""Actions that a call needs beside its own, and on what."""


Permissions = Mapping[str, tuple[Mapping[str, Any], tuple[str, ...]]]
"""What an ability needs: of a kind of resource, the Resource and Condition of a statement, and the actions."""


def operator_policy(config: Config, of_abilities: Iterable[Permissions]) -> dict[str, Any]:
    """The policy for the warehouse of this dwh.cfg, as narrow as the services allow. of_abilities: what each needs.

    Where the file does not tell the account or the region, a * stands for it.
    """
    wanted = {(action, kind) for action, kinds in RESOURCES.items() for kind in kinds}
    wanted |= {needed for each in DEPENDENT.values() for needed in each}
    if config.managed_password:
        wanted |= {(action, "secret") for action in _SECRET}
    scopes = _scopes(config)
    for permissions in of_abilities:
        for kind, (scope, actions) in permissions.items():
            wanted |= {(action, kind) for action in actions}
            scopes.setdefault(kind, scope)
    statements: dict[str, dict[str, Any]] = {}
    for action in sorted({action for action, _ in wanted}):
        for kinds in _together(scopes, sorted(kind for each, kind in wanted if each == action)):
            name = " and ".join(kinds)
            statement = statements.setdefault(name, {"Effect": "Allow", "Action": [], **_scope(scopes, kinds)})
            statement["Action"].append(action)
    return {"Version": "2012-10-17", "Statement": [statements[name] for name in sorted(statements)]}


def _together(scopes: dict[str, Mapping[str, Any]], kinds: list[str]) -> list[list[str]]:
    """The kinds that share a statement: a condition holds for one kind alone."""
    plain = [kind for kind in kinds if "Condition" not in scopes[kind]]
    return [*([plain] if plain else []), *([kind] for kind in kinds if kind not in plain)]


def _scope(scopes: dict[str, Mapping[str, Any]], kinds: list[str]) -> dict[str, Any]:
    resources = [arn for kind in kinds for arn in scopes[kind]["Resource"]]
    return {**scopes[kinds[0]], "Resource": resources}


def partition_of(config: Config) -> str:
    """The partition of its Region: aws, aws-cn, aws-us-gov."""
    region = (config.region or "*").rpartition("-")[0].rpartition("-")[0]
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region, "aws")


def _scopes(config: Config) -> dict[str, Mapping[str, Any]]:
    """The ARNs of each kind of resource, with the condition where there is one."""
    region, account = config.region or "*", config.role_in_arn[0] or "*"
    partition = partition_of(config)
    redshift, ec2 = f"arn:{partition}:redshift:{region}:{account}", f"arn:{partition}:ec2:{region}:{account}"
    iam = f"arn:{partition}:iam::{account}"
    known = dict.fromkeys(arn for arn in (config.given_role_arn, config.role_arn) if arn)
    by_name = [] if any(arn.endswith(f"/{config.role_name}") for arn in known) else [f"{iam}:role/{config.role_name}"]
    roles = [*by_name, *known]
    policies = [f"arn:{partition}:iam::aws:policy/{READ_ALL_POLICY}", *([config.policy_arn] if config.policy_arn else [])]
    linked = f"{iam}:role/aws-service-role/{SERVICE}/AWSServiceRoleForRedshift"
    return {
        "anything": {"Resource": ["*"]},
        "cluster": {"Resource": [f"{redshift}:cluster:{config.identifier}"]},
        "snapshot": {"Resource": [f"{redshift}:snapshot:{config.identifier}/*"]},
        "any snapshot": {"Resource": [f"{redshift}:snapshot:*/*"]},
        "role": {"Resource": roles},
        "role, to Redshift": {"Resource": roles, "Condition": {"StringEquals": {"iam:PassedToService": SERVICE}}},
        "role, these policies": {"Resource": roles, "Condition": {"ArnEquals": {"iam:PolicyARN": policies}}},
        "service-linked role": {"Resource": [linked], "Condition": {"StringEquals": {"iam:AWSServiceName": SERVICE}}},
        "security group": {"Resource": [f"{ec2}:security-group/*"]},
        "rule": {"Resource": [f"{ec2}:security-group-rule/*"]},
        "vpc": {"Resource": [f"{ec2}:vpc/*"]},
        "secret": {"Resource": ["*"]},
    }
