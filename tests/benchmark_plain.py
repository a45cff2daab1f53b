"""The stories of the benchmark as a plain boto3 script tells them: with the SDK's waiters where there are any.

    python tests/benchmark_plain.py create|resize|pause|resume|delete|restore
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import sleep
from typing import Any

import boto3
from botocore.exceptions import ClientError

CLUSTER, ROLE, GROUP, SNAPSHOT = "dwhcluster", "dwhRole", "dwh-plain", "dwhcluster-final"
PASSWORD = "Passw0rdOfTests"
S3_POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}

iam = boto3.client("iam", region_name="us-east-1")
ec2 = boto3.client("ec2", region_name="us-west-2")
redshift = boto3.client("redshift", region_name="us-west-2")


def main(verb: str) -> None:
    stories = {"create": create, "resize": resize, "pause": pause, "resume": resume, "delete": delete, "restore": restore}
    stories[verb]()


def create() -> None:
    role, group = make_role(), make_group()
    retried(
        "InvalidParameterValue",
        lambda: unless_there(
            "ClusterAlreadyExists",
            lambda: redshift.create_cluster(
                ClusterIdentifier=CLUSTER, ClusterType="multi-node", NodeType="ra3.large", NumberOfNodes=2,
                DBName="dwh", MasterUsername="dwhuser", MasterUserPassword=PASSWORD, PubliclyAccessible=True,
                IamRoles=[role], VpcSecurityGroupIds=[group],
            ),
        ),
    )  # fmt: skip
    redshift.get_waiter("cluster_available").wait(ClusterIdentifier=CLUSTER)
    print(cluster()["Endpoint"]["Address"])


def resize() -> None:
    redshift.resize_cluster(ClusterIdentifier=CLUSTER, ClusterType="multi-node", NumberOfNodes=4)
    poll("available")


def pause() -> None:
    redshift.pause_cluster(ClusterIdentifier=CLUSTER)
    poll("paused")


def resume() -> None:
    redshift.resume_cluster(ClusterIdentifier=CLUSTER)
    poll("available")


def delete() -> None:
    redshift.delete_cluster(ClusterIdentifier=CLUSTER, FinalClusterSnapshotIdentifier=SNAPSHOT)
    redshift.get_waiter("cluster_deleted").wait(ClusterIdentifier=CLUSTER)
    iam.detach_role_policy(RoleName=ROLE, PolicyArn=S3_POLICY)
    iam.delete_role(RoleName=ROLE)
    group = make_group()
    retried("DependencyViolation", lambda: ec2.delete_security_group(GroupId=group))


def restore() -> None:
    """With its role and group, and with the password that is known here: the snapshot has that of the time before."""
    role, group = make_role(), make_group()
    retried(
        "InvalidParameterValue",
        lambda: redshift.restore_from_cluster_snapshot(
            ClusterIdentifier=CLUSTER, SnapshotIdentifier=SNAPSHOT, PubliclyAccessible=True, IamRoles=[role],
            VpcSecurityGroupIds=[group],
        ),
    )  # fmt: skip
    redshift.get_waiter("cluster_available").wait(ClusterIdentifier=CLUSTER)
    redshift.modify_cluster(ClusterIdentifier=CLUSTER, MasterUserPassword=PASSWORD)
    poll("available")
    print(cluster()["Endpoint"]["Address"])


def make_role() -> str:
    unless_there(
        "EntityAlreadyExists", lambda: iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST))
    )
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=S3_POLICY)
    return str(iam.get_role(RoleName=ROLE)["Role"]["Arn"])


def make_group() -> str:
    """The security group with its inbound rule, made where it is missing."""
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    unless_there(
        "InvalidGroup.Duplicate", lambda: ec2.create_security_group(GroupName=GROUP, Description="Redshift", VpcId=vpc)
    )
    found = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [GROUP]}])["SecurityGroups"]
    group = str(found[0]["GroupId"])
    rule = {"IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "IpRanges": [{"CidrIp": "203.0.113.7/32"}]}
    unless_there(
        "InvalidPermission.Duplicate",
        lambda: ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule]),
    )
    return group


def cluster() -> dict[str, Any]:
    found: dict[str, Any] = redshift.describe_clusters(ClusterIdentifier=CLUSTER)["Clusters"][0]
    return found


def poll(status: str) -> None:
    """The SDK has no waiter for this."""
    while cluster()["ClusterStatus"] != status:
        sleep(30)


def retried(code: str, call: Callable[[], Any]) -> None:
    """Every 5 s as long as AWS refuses with this code: a new role is not trusted yet, a group is still in use."""
    while True:
        try:
            call()
            return
        except ClientError as error:
            if error.response["Error"]["Code"] != code:
                raise
        sleep(5)


def unless_there(code: str, call: Callable[[], Any]) -> None:
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise


if __name__ == "__main__":
    main(sys.argv[1])
