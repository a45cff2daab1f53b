"""The IAM policies of the cluster's role, as pure values.

Sources: Redshift Management Guide, "Cross-service confused deputy prevention";
Redshift Database Developer Guide, COPY usage notes, access permissions.
"""

from __future__ import annotations

from typing import Any

SERVICE = "redshift.amazonaws.com"
INLINE_POLICY = "dwh-iac-s3-read"
READ_ALL_POLICY = "AmazonS3ReadOnlyAccess"

_WILDCARDS = {"*": "${*}", "?": "${?}", "$": "${$}"}


def trust_policy(account: str) -> dict[str, Any]:
    """Only Redshift, and only on behalf of this account, may take the role."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": SERVICE},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            }
        ],
    }


def trusts_redshift(trust: dict[str, Any]) -> bool:
    """Whether a role of someone else's lets Redshift take it, as far as its text can tell."""
    return any(
        statement.get("Effect") == "Allow"
        and SERVICE in _listed(_principal(statement).get("Service"))
        and {"sts:AssumeRole", "sts:*", "*"} & set(_listed(statement.get("Action")))
        for statement in _listed(trust.get("Statement"))
        if isinstance(statement, dict)
    )


def s3_policy(places: tuple[str, ...], partition: str) -> dict[str, Any]:
    """Reading exactly these s3:// places and nothing else.

    COPY takes `s3://bucket/key` as a prefix of keys and lists with that prefix,
    so the grant is for the prefix. GetBucketLocation knows no s3:prefix, so it
    stands in a statement of its own.
    """
    objects, buckets, listings = [], [], []
    for place in sorted(set(places)):
        bucket, _, prefix = place.removeprefix("s3://").partition("/")
        prefix = "".join(_WILDCARDS.get(character, character) for character in prefix)
        arn = f"arn:{partition}:s3:::{bucket}"
        objects.append(f"{arn}/{prefix}*")
        buckets.append(arn)
        listings.append((arn, f"{prefix}*"))
    statements: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": objects},
        {"Effect": "Allow", "Action": "s3:GetBucketLocation", "Resource": sorted(set(buckets))},
    ]
    for arn in sorted(set(buckets)):
        statements.append(
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": arn,
                "Condition": {"StringLike": {"s3:prefix": [prefix for bucket, prefix in listings if bucket == arn]}},
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}


def _listed(value: Any) -> list[Any]:
    """IAM writes one item bare and several as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _principal(statement: dict[str, Any]) -> dict[str, Any]:
    principal = statement.get("Principal")
    return principal if isinstance(principal, dict) else {}
