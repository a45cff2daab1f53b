"""A warehouse in plain values, to be varied by the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from iac.config import Config, Credentials
from iac.observed import Cluster, IngressRule, Network, Observed, Place, Role, SecurityGroup
from iac.naming import MAKER_TAG, OUR_TAG, ROLE_TAG, use_tag
from iac.steps.policy import inline_policy, s3_policy, trust_policy
from iac.config.secret import Secret

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
ME = "arn:aws:iam::123456789012:user/me"
PLACE = Place("aws", "123456789012", "aws", "us-west-2", ME)
GROUP = "dwh-iac-dwhcluster"
HOST = "dwhcluster.abc123.us-west-2.redshift.amazonaws.com"
PLACES = ("s3://udacity-dend/log_data", "s3://udacity-dend/song_data")
ARN = PLACE.role_arn("dwhRole")

CONFIG = Config(
    path=Path("dwh.cfg"),
    target="aws",
    credentials=Credentials(None, None, None, None),
    region="us-west-2",
    identifier="dwhcluster",
    node_type="ra3.large",
    number_of_nodes=1,
    database="dwh",
    user="dwhuser",
    password=Secret("Passw0rdOfTests"),
    managed_password=False,
    port=5439,
    role_name="dwhRole",
    given_role_arn="",
    only_arn_names_role=False,
    policy_arn=None,
    ingress=("203.0.113.7/32",),
    publicly_accessible=True,
    subnet_group=None,
    s3_access="listed",
    s3_places=PLACES,
    snapshot_days=35,
    auto_pause=None,
    running_hours=None,
    budget_usd=None,
    max_hourly_usd=None,
    tags=(),
    host=HOST,
    role_arn=ARN,
    arn_holds_name=False,
    in_line=True,
    notes=(),
)

ROLE = Role(
    name="dwhRole",
    arn=ARN,
    ours=True,
    created_at=NOW,
    trust=trust_policy("123456789012"),
    inline=((inline_policy("us-west-2", "dwhcluster"), s3_policy(PLACES, "aws")),),
    attached=(),
    tags=(OUR_TAG, use_tag("us-west-2", "dwhcluster")),
)

RULE = IngressRule("sgr-1", "203.0.113.7/32", "tcp", 5439, 5439, True, ME)
SECURITY_GROUP = SecurityGroup("sg-1", GROUP, "vpc-1", True, (RULE,), (OUR_TAG,))

CLUSTER = Cluster(
    identifier="dwhcluster",
    status="available",
    availability="Available",
    node_type="ra3.large",
    number_of_nodes=1,
    database="dwh",
    user="dwhuser",
    ours=True,
    host=HOST,
    port=5439,
    publicly_accessible=True,
    encrypted=True,
    created_at=NOW,
    vpc_id="vpc-1",
    subnet_group="default",
    group_ids=("sg-1",),
    roles=((ARN, "in-sync"),),
    default_role=ARN,
    settings=(("AutomatedSnapshotRetentionPeriod", 7),),
    tags=(OUR_TAG, (ROLE_TAG, "dwhRole"), (MAKER_TAG, ME)),
)

RUNNING = Observed(
    place=PLACE,
    cluster=CLUSTER,
    role=ROLE,
    groups=(SECURITY_GROUP,),
    network=Network("vpc-1", None),
    ingress=("203.0.113.7/32",),
)

NOTHING = Observed(
    place=PLACE, cluster=None, role=None, groups=(), network=Network("vpc-1", None), ingress=("203.0.113.7/32",)
)


def config(**changes: Any) -> Config:
    return replace(CONFIG, **changes)


def seen(observed: Observed = RUNNING, **changes: Any) -> Observed:
    return replace(observed, **changes)


def cluster(**changes: Any) -> Cluster:
    return replace(CLUSTER, **changes)


def role(**changes: Any) -> Role:
    return replace(ROLE, **changes)


def group(**changes: Any) -> SecurityGroup:
    return replace(SECURITY_GROUP, **changes)
