"""Why a cluster does not answer: what was met and what the network shows, the cause, and what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from iac.config import Config
from iac.observed import Cluster, SecurityGroup
from iac.observed import Place
from iac.endpoint.diagnosis import diagnose, happened, needs_look
from iac.endpoint import Reach
from iac.endpoint.probe import Certificate, NetworkFacts, Outcome, Probe, SubnetRoute
from tests.sample import CLUSTER, CONFIG, HOST, PLACE, SECURITY_GROUP, cluster, config

TIMED_OUT = Probe(Outcome.TIMED_OUT, HOST, 5439, "52.10.20.30")
ROUTES = (SubnetRoute("subnet-1", "rtb-1", True), SubnetRoute("subnet-2", "rtb-1", True))
CLOSED = replace(ROUTES[1], to_internet=False)
OPEN = NetworkFacts("203.0.113.7", ("203.0.113.7/32",), ROUTES, "off")
MOVED = replace(OPEN, own_address="198.51.100.4")


def probe(outcome: Outcome, **changes: Any) -> Probe:
    return replace(TIMED_OUT, outcome=outcome, **changes)


def texts(
    met: Probe = TIMED_OUT,
    facts: NetworkFacts = OPEN,
    wanted: Config = CONFIG,
    found: Cluster = CLUSTER,
    group: SecurityGroup | None = SECURITY_GROUP,
    place: Place = PLACE,
) -> list[str]:
    """Each cause with what to do, in order."""
    return [f"{cause.what} {cause.remedy}" for cause in diagnose(wanted, place, found, group, met, facts)]


AMAZON = Certificate("*.x.us-west-2.redshift.amazonaws.com", "Amazon RSA 2048 M01")
CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "public access is off": (
        {"found": cluster(publicly_accessible=False)},
        ["Public access is off", "`python create_cluster.py`", "DWH_PUBLICLY_ACCESSIBLE = yes"],
    ),
    "the group is not on the cluster": (
        {"found": cluster(group_ids=("sg-9",))},
        ["dwh-iac-dwhcluster (sg-1)", "on it: sg-9", "which puts it there"],
    ),
    "my address has changed": (
        {"facts": MOVED},
        ["Your address is 198.51.100.4", "port 5439; allowed is 203.0.113.7/32",
         "Set DWH_INGRESS_CIDR = 203.0.113.7/32, 198.51.100.4/32 in dwh.cfg"],
    ),
    "my address has changed, and the file says auto": (
        {"facts": MOVED, "wanted": config(ingress=None)},
        ["Your address is 198.51.100.4", "Run `python create_cluster.py`: with DWH_INGRESS_CIDR = auto"],
    ),
    "my address has changed, and the file says auto beside others": (
        {"facts": MOVED, "wanted": config(ingress_and_own=True)},
        ["Your address is 198.51.100.4", "Run `python create_cluster.py`: with DWH_INGRESS_CIDR = auto"],
    ),
    "nobody is let in, though the file says so": (
        {"facts": replace(OPEN, inbound=())},
        ["allowed is nobody", "Run `python create_cluster.py`: DWH_INGRESS_CIDR in dwh.cfg lets your address in"],
    ),
    "another VPC's members are let in": ({"facts": replace(OPEN, inbound=("sg-7",))}, ["allowed is sg-7"]),
    "VPC Block Public Access": (
        {"facts": replace(OPEN, block_mode="block-ingress")},
        ["on in us-west-2 (block-ingress)", "create-vpc-block-public-access-exclusion", "--vpc-id vpc-1 --region us-west-2"],
    ),
    "VPC Block Public Access without exclusions": (
        {"facts": replace(OPEN, block_mode="block-ingress", exclusions_allowed=False)},
        ["on in us-west-2 (block-ingress)", "Ask the administrator of the organization (AWS Organizations)",
         "let its declarative policy allow exclusions. Then have the VPC excluded", "--vpc-id vpc-1 --region us-west-2"],
    ),
    "no route to the internet": (
        {"facts": replace(OPEN, routes=(CLOSED,))},
        ["The cluster's subnets (subnet-2) have no route to an internet gateway", "--route-table-id rtb-1"],
    ),
    "one subnet of two has no route": (
        {"facts": replace(OPEN, routes=(ROUTES[0], CLOSED))},
        ["may be in a subnet (subnet-2) that has no route to an internet gateway"],
    ),
    "inside the VPC": (
        {"met": probe(Outcome.TIMED_OUT, address="172.31.5.9"), "facts": MOVED},
        ["the private address 172.31.5.9", "private range of this computer into dwh.cfg: DWH_INGRESS_CIDR"],
    ),
    "another port in the file": (
        {"wanted": config(port=5440)},
        ["listens on port 5439, and DB_PORT in dwh.cfg says 5440", "or set DB_PORT = 5439"],
    ),
    "all is open": ({}, ["Nothing in AWS was found", "outbound TCP port 5439", f"`nc -vz {HOST} 5439`"]),
    "all was denied": (
        {"facts": NetworkFacts(unread=("its subnets", "the route tables of its VPC"))},
        ["it was not possible to look at its subnets, the route tables of its VPC", "A firewall, a VPN or a proxy"],
    ),
    "a prefix list may hold my address": ({"facts": replace(MOVED, inbound=("pl-1",))}, ["Nothing in AWS was found"]),
    "my range is let in": ({"facts": replace(MOVED, inbound=("198.51.100.0/24", "2001:db8::/64"))}, ["Nothing in AWS"]),
    "my address is not known": ({"facts": replace(MOVED, own_address=None)}, ["Nothing in AWS was found"]),
    "the cluster answers over IPv6": ({"met": probe(Outcome.TIMED_OUT, address="2600:1f14::1"), "facts": MOVED}, ["Nothing in AWS"]),
    "our group could not be looked at": ({"group": None}, ["Nothing in AWS was found"]),
    "no name yet": ({"met": probe(Outcome.NO_ADDRESS, address="")}, ["can take some minutes", f"`nslookup {HOST}`"]),
    "refused": ({"met": probe(Outcome.REFUSED)}, ["may be restarting", "--plan` in a few minutes"]),
    "silent": ({"met": probe(Outcome.SILENT)}, ["may be restarting", "a firewall, a VPN or a proxy"]),
    "another server": ({"met": probe(Outcome.WRONG_NAME)}, ["in place of the cluster", "Do not log in by this network"]),
    "TLS fails": ({"met": probe(Outcome.TLS_FAILED)}, ["in place of the cluster", f"openssl s_client -starttls postgres -connect {HOST}:5439"]),
    "no root certificate of Amazon's here": (
        {"met": probe(Outcome.UNTRUSTED, certificate=AMAZON)},
        ["are not installed here", "sslmode=require connects all the same",
         "https://s3.amazonaws.com/redshift-downloads/amazon-trust-ca-bundle.crt", "sslmode=verify-full"],
    ),
    "the clock is wrong": (
        {"met": probe(Outcome.UNTRUSTED, said="certificate has expired")}, ["Check the date of this computer"],
    ),
    "in China": (
        {"met": probe(Outcome.UNTRUSTED), "place": replace(PLACE, partition="aws-cn")},
        ["https://s3.cn-north-1.amazonaws.com.cn/redshift-downloads-cn/amazon-trust-ca-bundle.crt"],
    ),
    "a proxy's certificate": (
        {"met": probe(Outcome.UNTRUSTED, certificate=replace(AMAZON, issuer="Zscaler"))},
        ["by Zscaler: a proxy may read what is sent", "before you log in"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_failure_has_its_cause_and_what_to_do(case: str) -> None:
    given, words = CASES[case]
    (only,) = texts(**given)
    assert [word for word in words if word not in only] == []


def test_the_most_likely_comes_first() -> None:
    every = texts(
        facts=replace(MOVED, block_mode="block-bidirectional", routes=(CLOSED,)),
        found=cluster(publicly_accessible=False, group_ids=()),
        wanted=config(port=5440),
    )
    begins = ["The cluster listens on port", "Public access", "Security group", "Your address", "VPC Block", "The cluster's subnets"]
    assert [text.startswith(begin) for text, begin in zip(every, begins, strict=True)] == [True] * 6


def test_the_network_is_looked_at_only_where_it_drops_what_is_sent() -> None:
    assert [each for each in Outcome if needs_look(probe(each))] == [Outcome.TIMED_OUT, Outcome.UNROUTABLE]


@pytest.mark.parametrize("outcome", Outcome)
def test_whatever_is_met_is_told(outcome: Outcome) -> None:
    met = probe(outcome, said="the system's words")
    causes = diagnose(CONFIG, PLACE, CLUSTER, SECURITY_GROUP, met, OPEN)
    assert bool(happened(met)) == bool(causes) == (outcome is not Outcome.ANSWERED)
    assert "{" not in happened(met) and "()" not in happened(probe(outcome))
    because = Reach(met, happened(met), causes).because
    assert (because is None) == met.reachable
    assert because is None or (because[0].isupper() or because[0].isdigit()) and causes[0].what in because
