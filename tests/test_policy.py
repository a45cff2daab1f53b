"""The policies of the role: who may take it, and what it may read."""

from __future__ import annotations

import fnmatch

import pytest

from iac.steps.policy import s3_policy, trust_policy, trusts


def allowed(policy: dict, action: str, resource: str, prefix: str = "") -> bool:
    """Whether a policy allows an action, as far as these policies go."""
    for statement in policy["Statement"]:
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        wanted = statement.get("Condition", {}).get("StringLike", {}).get("s3:prefix", ["*"])
        if (
            statement["Action"] == action
            and any(fnmatch.fnmatchcase(resource, pattern) for pattern in resources)
            and any(fnmatch.fnmatchcase(prefix, pattern) for pattern in wanted)
        ):
            return True
    return False


def test_the_trust_policy_is_for_redshift_of_this_account_only() -> None:
    (statement,) = trust_policy("123456789012")["Statement"]
    assert statement["Principal"] == {"Service": "redshift.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


@pytest.mark.parametrize(
    ("resource", "yes"),
    [
        ("arn:aws:s3:::udacity-dend/log_data/2018/11/events.json", True),
        ("arn:aws:s3:::udacity-dend/log_data", True),
        ("arn:aws:s3:::udacity-dend/other", False),
        ("arn:aws:s3:::another/log_data/x", False),
    ],
)
def test_only_the_listed_places_can_be_read(resource: str, yes: bool) -> None:
    policy = s3_policy(("s3://udacity-dend/log_data",), "aws")
    assert allowed(policy, "s3:GetObject", resource) is yes


def test_listing_is_for_the_listed_prefixes_of_each_bucket() -> None:
    policy = s3_policy(("s3://a/x/", "s3://b/y"), "aws")
    assert allowed(policy, "s3:ListBucket", "arn:aws:s3:::a", "x/2026")
    assert not allowed(policy, "s3:ListBucket", "arn:aws:s3:::a", "y")
    assert allowed(policy, "s3:ListBucket", "arn:aws:s3:::b", "y")
    assert not allowed(policy, "s3:ListBucket", "arn:aws:s3:::b", "x/2026")


def test_a_whole_bucket_can_be_listed() -> None:
    policy = s3_policy(("s3://a",), "aws")
    assert allowed(policy, "s3:GetObject", "arn:aws:s3:::a/anything")
    assert allowed(policy, "s3:ListBucket", "arn:aws:s3:::a", "")


def test_wildcards_in_a_key_are_taken_literally() -> None:
    policy = s3_policy(("s3://a/every*thing?",), "aws")
    assert policy["Statement"][0]["Resource"] == ["arn:aws:s3:::a/every${*}thing${?}*"]


def test_the_partition_is_the_accounts() -> None:
    assert s3_policy(("s3://a/x",), "aws-cn")["Statement"][0]["Resource"] == ["arn:aws-cn:s3:::a/x*"]


@pytest.mark.parametrize(
    ("trust", "fits"),
    [
        (trust_policy("123456789012"), True),
        ({"Statement": {"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}}, True),
        ({"Statement": [{"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com", "redshift.amazonaws.com"]}, "Action": ["sts:AssumeRole"]}]}, True),
        ({"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}, False),
        ({"Statement": [{"Effect": "Deny", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}]}, False),
        ({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}, False),
        ({}, False),
    ],
)  # fmt: skip
def test_a_role_fits_when_redshift_may_take_it(trust: dict, fits: bool) -> None:
    assert trusts(trust) is fits
