"""The IAM policy that a login needs for all that the scripts ask of AWS.

Sources: Service Authorization Reference (Amazon Redshift, Amazon EC2, AWS IAM, Amazon EventBridge Scheduler) for the resources that an
action can be narrowed to; Redshift Management Guide, Identity-based policies, Using service-linked roles,
and Managing admin passwords using AWS Secrets Manager, for the actions that Redshift makes in the caller's name.
AmazonRedshiftServiceLinkedRolePolicy: the secrets of managed admin passwords have names that begin with `redshift!`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from iac.config import Config
from iac.facts.partitions import partition_and_domain
from iac.steps.policy import READ_ALL_POLICY, SERVICE

_ANYTHING = {"Resource": ["*"]}
_ON_RULES = ("ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", "ec2:CreateTags")
_IN_THE_CALLERS_NAME = (
    "ec2:DescribeAccountAttributes", "ec2:DescribeAddresses", "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInternetGateways", "ec2:DescribeSubnets",
)  # fmt: skip
_SECRET = tuple(
    f"secretsmanager:{each}Secret" for each in ("Create", "Delete", "Describe", "Rotate", "Update")
) + ("secretsmanager:TagResource",)

Permissions = Mapping[str, tuple[Mapping[str, Any], tuple[str, ...]]]
"""Of a kind of resource: the Resource and Condition of a statement, empty where another says them, and the actions on it."""


def operator_policy(config: Config, of_abilities: Iterable[Permissions]) -> dict[str, Any]:
    """The policy for the warehouse of this dwh.cfg, as narrow as the services allow. of_abilities: what each needs.

    Where the file does not tell the account or the region, a * stands for it.
    """
    scopes: dict[str, Mapping[str, Any]] = {}
    wanted: dict[str, set[str]] = {}
    for permissions in (core(config), *dependent(config).values(), *of_abilities):
        for kind, (scope, actions) in permissions.items():
            scopes.setdefault(kind, scope)
            for action in actions:
                wanted.setdefault(action, set()).add(kind)
    statements: dict[str, dict[str, Any]] = {}
    for action in sorted(wanted):
        plain = sorted(kind for kind in wanted[action] if "Condition" not in scopes[kind])
        others = sorted(wanted[action].difference(plain))  # a condition holds for one kind alone
        for kinds in [*([plain] if plain else []), *([kind] for kind in others)]:
            resources = [arn for kind in kinds for arn in scopes[kind]["Resource"]]
            new = {"Effect": "Allow", "Action": [], **scopes[kinds[0]], "Resource": resources}
            statements.setdefault(" and ".join(kinds), new)["Action"].append(action)
    return {"Version": "2012-10-17", "Statement": [statements[name] for name in sorted(statements)]}


def core(config: Config) -> Permissions:
    """Every call for the role, the cluster and the security group, and what it can be narrowed to.

    sts:GetCallerIdentity needs no permission.
    """
    partition, region, account = partition_of(config), config.region or "*", config.role_in_arn[0] or "*"
    redshift, ec2 = f"arn:{partition}:redshift:{region}:{account}", f"arn:{partition}:ec2:{region}:{account}"
    roles = _roles(config)
    policies = [f"arn:{partition}:iam::aws:policy/{READ_ALL_POLICY}", *([config.policy_arn] if config.policy_arn else [])]
    return {
        "cluster": (
            {"Resource": [f"{redshift}:cluster:{config.identifier}"]},
            (
                "redshift:CreateCluster", "redshift:CreateTags", "redshift:DeleteCluster", "redshift:ModifyCluster",
                "redshift:ModifyClusterIamRoles", "redshift:PauseCluster", "redshift:ResizeCluster",
                "redshift:RestoreFromClusterSnapshot", "redshift:ResumeCluster",
            ),
        ),
        # Without an identifier, a look is checked against every cluster; those that share the role may be in another Region.
        "any cluster": ({"Resource": [f"arn:{partition}:redshift:*:{account}:cluster:*"]}, ("redshift:DescribeClusters",)),
        "snapshot": ({"Resource": [f"{redshift}:snapshot:{config.identifier}/*"]}, ("redshift:CreateClusterSnapshot",)),
        "any snapshot": (  # also of another account
            {"Resource": [f"arn:{partition}:redshift:{region}:*:snapshot:*/*"]}, ("redshift:RestoreFromClusterSnapshot",),
        ),
        "anything": (
            _ANYTHING,
            (
                "redshift:DescribeClusterSnapshots", "redshift:DescribeClusterSubnetGroups",
                "redshift:DescribeNodeConfigurationOptions", "redshift:DescribeOrderableClusterOptions",
                "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups",
                "ec2:DescribeVpcs",
            ),
        ),
        "role": (
            {"Resource": roles},
            (
                "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:GetRole",
                "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole",
                "iam:ListRolePolicies", "iam:PutRolePolicy", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy",
            ),
        ),
        "role, these policies": (
            {"Resource": roles, "Condition": {"ArnEquals": {"iam:PolicyARN": policies}}}, ("iam:AttachRolePolicy",),
        ),
        "security group": (
            {"Resource": [f"{ec2}:security-group/*"]},
            ("ec2:CreateSecurityGroup", "ec2:DeleteSecurityGroup", *_ON_RULES),
        ),
        "rule": ({"Resource": [f"{ec2}:security-group-rule/*"]}, _ON_RULES),
        "vpc": ({"Resource": [f"{ec2}:vpc/*"]}, ("ec2:CreateSecurityGroup",)),
    }  # fmt: skip


def dependent(config: Config) -> Mapping[str, Permissions]:
    """By call: what it needs beside its own action, since Redshift does that in the caller's name.

    Management Guide, Managing admin passwords using AWS Secrets Manager: whoever has AWS manage a password, on creating,
    modifying or restoring a cluster, needs the rights on its secret.
    """
    roles, linked = _roles(config), f"{_iam(config)}:role/aws-service-role/{SERVICE}/AWSServiceRoleForRedshift"
    to_redshift = {"Resource": roles, "Condition": {"StringEquals": {"iam:PassedToService": SERVICE}}}
    passing: Permissions = {"role, to Redshift": (to_redshift, ("iam:PassRole",))}
    for_redshift = {"Resource": [linked], "Condition": {"StringEquals": {"iam:AWSServiceName": SERVICE}}}
    region, account = config.region or "*", config.role_in_arn[0] or "*"
    secrets = f"arn:{partition_of(config)}:secretsmanager:{region}:{account}:secret:redshift!*"
    keeping: Permissions = {
        "secret": ({"Resource": [secrets]}, _SECRET),
        "any secret": (_ANYTHING, ("secretsmanager:GetRandomPassword",)),
    }
    keeping = keeping if config.managed_password else {}
    creating: Permissions = {
        "service-linked role": (for_redshift, ("iam:CreateServiceLinkedRole",)),
        "anything": (_ANYTHING, _IN_THE_CALLERS_NAME),
    }
    return {
        "redshift:CreateCluster": {**passing, **creating, **keeping},
        "redshift:RestoreFromClusterSnapshot": {**passing, **keeping},
        "redshift:ModifyCluster": keeping,
        "redshift:ModifyClusterIamRoles": passing,
    }


def partition_of(config: Config) -> str:
    """The partition of its Region."""
    return partition_and_domain(config.region or "")[0]


def _iam(config: Config) -> str:
    return f"arn:{partition_of(config)}:iam::{config.role_in_arn[0] or '*'}"


def _roles(config: Config) -> list[str]:
    """The cluster's role, by its name where no ARN of it is known; and the one that the file still has the ARN of."""
    known = dict.fromkeys(arn for arn in (config.given_role_arn, config.role_arn) if arn)
    is_known = any(arn.endswith(f"/{config.role_name}") for arn in known)
    return [*([] if is_known else [f"{_iam(config)}:role/{config.role_name}"]), *known]
