"""The IAM policies of the cluster's role, as pure values; and who may assume a role.

Sources: Redshift Management Guide, "Cross-service confused deputy prevention";
Redshift Database Developer Guide, COPY usage notes, access permissions.
"""

from __future__ import annotations

from typing import Any

SERVICE = "redshift.amazonaws.com"
SCHEDULER = "scheduler.amazonaws.com"
INLINE_POLICY = "dwh-iac-s3-read"
"""How the names of our inline policies begin; the region and the cluster follow."""

READ_ALL_POLICY = "AmazonS3ReadOnlyAccess"

_WILDCARDS = {"*": "${*}", "?": "${?}", "$": "${$}"}


def trust_policy(account: str, service: str = SERVICE) -> dict[str, Any]:
    """Only this service, and only on behalf of this account, may take the role.

    For schedules, too, aws:SourceAccount is enough, and aws:SourceArn would be that of the schedule group
    (EventBridge Scheduler User Guide, Confused deputy prevention).
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            }
        ],
    }


def bucket_and_prefix(uri: str) -> tuple[str, str]:
    """COPY takes what follows the bucket as a prefix of keys; it is empty for the whole bucket."""
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    return bucket, prefix


def inline_policy(region: str, identifier: str, prefix: str = INLINE_POLICY) -> str:
    """The name of the inline policy for one cluster: others with the same role have their own."""
    return f"{prefix}-{region}-{identifier}"


def completed(trust: dict[str, Any], account: str, service: str = SERVICE) -> dict[str, Any]:
    """The trust policy with our statement in it, which is added where it is missing. Other statements stay."""
    wanted, there = trust_policy(account, service), _listed(trust.get("Statement"))
    (ours,) = wanted["Statement"]
    if any(_with_lists(statement) == _with_lists(ours) for statement in there):
        return trust
    return {**wanted, **trust, "Statement": [*there, ours]}


def others_trusted(trust: dict[str, Any], account: str, service: str = SERVICE) -> list[str]:
    """Who else may assume the role, for a person."""
    (ours,) = trust_policy(account, service)["Statement"]
    others = [each for each in _listed(trust.get("Statement")) if _with_lists(each) != _with_lists(ours)]
    return [str(each.get("Principal", "a statement without a principal")) for each in others if isinstance(each, dict)]


def trusts(trust: dict[str, Any], service: str = SERVICE) -> bool:
    """Whether a role of someone else's lets the service take it, as far as its text can tell."""
    return any(
        statement.get("Effect") == "Allow"
        and service in _listed(statement["Principal"].get("Service"))
        and {"sts:AssumeRole", "sts:*", "*"} & set(_listed(statement.get("Action")))
        for statement in _listed(trust.get("Statement"))
        if isinstance(statement, dict) and isinstance(statement.get("Principal"), dict)
    )


def s3_policy(places: tuple[str, ...], partition: str) -> dict[str, Any]:
    """Reading exactly these s3:// places and nothing else.

    COPY takes `s3://bucket/key` as a prefix of keys and lists with that prefix,
    so the grant is for the prefix. GetBucketLocation knows no s3:prefix, so it
    stands in a statement of its own.
    """
    objects: list[str] = []
    prefixes: dict[str, list[str]] = {}
    for place in sorted(set(places)):
        bucket, prefix = bucket_and_prefix(place)
        arn = f"arn:{partition}:s3:::{bucket}"
        start = "".join(_WILDCARDS.get(character, character) for character in prefix) + "*"
        objects.append(f"{arn}/{start}")
        prefixes.setdefault(arn, []).append(start)
    buckets = sorted(prefixes)
    statements = [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": objects},
        {"Effect": "Allow", "Action": "s3:GetBucketLocation", "Resource": buckets},
        *(
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": arn,
                "Condition": {"StringLike": {"s3:prefix": prefixes[arn]}},
            }
            for arn in buckets
        ),
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _listed(value: Any) -> list[Any]:
    """IAM writes one item bare and several as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _with_lists(value: Any) -> Any:
    """The same statement, however one item is written."""
    if isinstance(value, dict):
        return {key: _with_lists(each) for key, each in value.items()}
    return sorted(map(str, _listed(value)))
