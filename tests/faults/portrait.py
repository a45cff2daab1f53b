"""What stands in the account and in dwh.cfg, without what differs from run to run."""

from __future__ import annotations

import re
from typing import Any

from iac.tags import OUR_TAG, PASSWORD_TAG
from tests.faults.house import House

Portrait = dict[str, Any]

GROUP = "dwh-iac-dwhcluster"
ROLE = "dwhRole"


def portrait(house: House) -> Portrait:
    """Two houses with the same portrait are as good as each other."""
    names = {group["GroupId"]: group["GroupName"] for group in house.ask("ec2", "DescribeSecurityGroups")["SecurityGroups"]}
    clusters = house.ask("redshift", "DescribeClusters")["Clusters"]
    return {
        "clusters": [_cluster(cluster, names) for cluster in clusters],
        "roles": [_role(house, role["RoleName"]) for role in house.ask("iam", "ListRoles")["Roles"]],
        "groups": [_group(house, identity, name) for identity, name in names.items() if name != "default"],
        "snapshots": len(house.ask("redshift", "DescribeClusterSnapshots", SnapshotType="manual")["Snapshots"]),
        "scheduled": [action["ScheduledActionName"] for action in _scheduled(house)],
        "host": _same(house.value("HOST"), [cluster.get("Endpoint", {}).get("Address", "") for cluster in clusters]),
        "arn": house.value("ARN"),
        "password": bool(house.value("DB_PASSWORD")),
        "file": house.rest_of_the_file(),
    }


def _scheduled(house: House) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.ask("redshift", "DescribeScheduledActions")["ScheduledActions"]
    return found


def _same(host: str, hosts: list[str]) -> str:
    return "the cluster's" if host in hosts and host else ("blank" if not host else "another")


def _cluster(found: dict[str, Any], names: dict[str, str]) -> Portrait:
    plain = ("ClusterIdentifier", "ClusterStatus", "NodeType", "NumberOfNodes", "DBName", "MasterUsername",
             "PubliclyAccessible", "Encrypted", "AutomatedSnapshotRetentionPeriod", "ClusterSubnetGroupName")  # fmt: skip
    return {
        **{name: found.get(name) for name in plain},
        "port": found.get("Endpoint", {}).get("Port"),
        "roles": sorted((role["IamRoleArn"], role["ApplyStatus"]) for role in found.get("IamRoles", [])),
        "groups": sorted(names.get(each["VpcSecurityGroupId"], "gone") for each in found["VpcSecurityGroups"]),
        "tags": _tags(found.get("Tags", [])),
    }


def _tags(tags: list[dict[str, str]]) -> dict[str, str]:
    """A moment of time in a tag is another in each run."""
    pairs = {tag["Key"]: tag["Value"] for tag in tags}
    if PASSWORD_TAG in pairs:
        pairs[PASSWORD_TAG] = re.sub(r"[0-9]", "0", pairs[PASSWORD_TAG])
    return pairs


def _role(house: House, name: str) -> Portrait:
    role = house.ask("iam", "GetRole", RoleName=name)["Role"]
    documents = {
        policy: house.ask("iam", "GetRolePolicy", RoleName=name, PolicyName=policy)["PolicyDocument"]
        for policy in house.ask("iam", "ListRolePolicies", RoleName=name)["PolicyNames"]
    }
    attached = house.ask("iam", "ListAttachedRolePolicies", RoleName=name)["AttachedPolicies"]
    return {
        "name": name,
        "trust": role["AssumeRolePolicyDocument"],
        "tags": _tags(role.get("Tags", [])),
        "inline": documents,
        "attached": sorted(policy["PolicyArn"] for policy in attached),
    }


def _group(house: House, identity: str, name: str) -> Portrait:
    mine = [{"Name": "group-id", "Values": [identity]}]
    rules = house.ask("ec2", "DescribeSecurityGroupRules", Filters=mine)["SecurityGroupRules"]
    (group,) = house.ask("ec2", "DescribeSecurityGroups", Filters=mine)["SecurityGroups"]
    return {
        "name": name,
        "tags": _tags(group.get("Tags", [])),
        "rules": sorted(
            (rule.get("CidrIpv4", ""), rule["FromPort"], rule["ToPort"], rule.get("Description", ""))
            for rule in rules
            if not rule["IsEgress"]
        ),
    }


def flaws(house: House, seen: Portrait, end: str, beside: int = 0) -> list[str]:
    """What every house must be, however it came about. end: running, paused or gone. beside: other warehouses."""
    found = []
    rules = [(group["name"], *rule[:3]) for group in seen["groups"] for rule in group["rules"]]
    if len(set(rules)) < len(rules):
        found.append("a rule stands twice")
    for kind in ("clusters", "roles", "groups"):
        wanted = beside + (0 if end == "gone" else 1)
        wanted = min(wanted, 1) if kind == "roles" else wanted
        if len(seen[kind]) != wanted:
            found.append(f"{len(seen[kind])} {kind}, not {wanted}")
        if any(each["tags"].get(OUR_TAG[0]) != OUR_TAG[1] for each in seen[kind]):
            found.append(f"one of the {kind} does not carry our tag")
    if end == "gone" and (seen["host"], seen["arn"]) != ("blank", ""):
        found.append("HOST or ARN is not blank, and there is no cluster")
    for cluster in [each for each in seen["clusters"] if each["ClusterIdentifier"] == "dwhcluster"]:
        if cluster["ClusterStatus"] != {"running": "available"}.get(end, end):
            found.append(f"the cluster is {cluster['ClusterStatus']}")
        password = house.value("DB_PASSWORD")
        if password != "managed" and not house.simulator.password_is(cluster["ClusterIdentifier"], password):
            found.append("the password in dwh.cfg is not the cluster's")
    return found
