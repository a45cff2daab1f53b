"""Why a cluster does not answer, and what to edit or to type: from what was met on the way, and from the network."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from iac.config import Config
from iac.endpoint.probe import Cause, NetworkFacts, Outcome, Probe
from iac.observed import Cluster, Place, SecurityGroup
from iac.words import shell_word

BLOCKING_MODES = ("block-bidirectional", "block-ingress")
"""InternetGatewayBlockMode in which nothing on the internet reaches a VPC (EC2 API reference,
VpcBlockPublicAccessOptions; Management Guide, Blocking public access to VPCs and subnets)."""

_CA_BUNDLE = "https://s3.amazonaws.com/redshift-downloads/amazon-trust-ca-bundle.crt"
_CA_BUNDLE_IN_CHINA = "https://s3.cn-north-1.amazonaws.com.cn/redshift-downloads-cn/amazon-trust-ca-bundle.crt"
"""Where AWS keeps the root certificates of clusters (Management Guide, Configuring security options for connections)."""

CREATE = "`python create_cluster.py`"

_DROPPED = (Outcome.TIMED_OUT, Outcome.UNROUTABLE)
"""What a security group, a route table and VPC Block Public Access look like from outside: they drop, and say nothing."""

_HAPPENED = {
    Outcome.NO_ADDRESS: "its name {host} does not resolve{said}",
    Outcome.TIMED_OUT: "the connection to {address}, TCP port {port}, timed out",
    Outcome.UNROUTABLE: "there is no way from this computer to {address}{said}",
    Outcome.REFUSED: "{address} refuses the connection to TCP port {port}",
    Outcome.CLOSED: "{address} takes the connection to TCP port {port} and closes it",
    Outcome.SILENT: "{address} takes the connection to TCP port {port} and then says nothing",
    Outcome.NOT_POSTGRESQL: "what is at {address}, TCP port {port}, does not speak PostgreSQL's protocol",
    Outcome.WITHOUT_SSL: "what is at {address}, TCP port {port}, has no SSL, which every cluster has",
    Outcome.WRONG_NAME: "what is at {address}, TCP port {port}, shows a certificate of {name}",
    Outcome.UNTRUSTED: "this computer does not trust its certificate, issued by {issuer}{said}",
    Outcome.TLS_FAILED: "the TLS handshake with {address}, TCP port {port}, failed{said}",
}
_PRIVATE = tuple(ipaddress.ip_network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
"""RFC 1918 and RFC 6598: what a VPC is made of."""


def needs_look(probe: Probe) -> bool:
    """Whether the network in AWS can be the reason."""
    return probe.outcome in _DROPPED


def happened(probe: Probe) -> str:
    """What was met on the way, as half a sentence; empty where it answers as it should."""
    certificate = probe.certificate
    return _HAPPENED.get(probe.outcome, "").format(
        host=probe.host,
        port=probe.port,
        address=probe.address or probe.host,
        said=f" ({probe.said})" if probe.said else "",
        name=certificate.name if certificate and certificate.name else "another host",
        issuer=certificate.issuer if certificate and certificate.issuer else "an unknown authority",
    )


def diagnose(
    config: Config, place: Place, found: Cluster, group: SecurityGroup | None, probe: Probe, facts: NetworkFacts
) -> tuple[Cause, ...]:
    """The causes, the most likely first. group: ours; None where there is none, or it could not be looked at."""
    if probe.outcome is Outcome.ANSWERED:
        return ()
    if probe.outcome is Outcome.UNTRUSTED:
        return (_untrusted(place, probe),)
    causes = list(_seen(config, place, found, group, probe, facts))
    return tuple(causes) or (_between(probe, facts),)


def _seen(
    config: Config, place: Place, found: Cluster, group: SecurityGroup | None, probe: Probe, facts: NetworkFacts
) -> Iterator[Cause]:
    """What can be seen in AWS, the most likely first; of the network only where it can be the reason."""
    if found.port is not None and found.port != config.port:
        yield Cause(
            f"The cluster listens on port {found.port}, and DB_PORT in {config.path.name} says {config.port}.",
            f"Run {CREATE}, which changes the cluster, or set DB_PORT = {found.port}.",
        )
    if not needs_look(probe):
        return
    if found.publicly_accessible is False:
        yield Cause(
            "Public access is off, so the cluster is reached from inside its VPC alone.",
            f"Run {CREATE}, which turns it on: DWH_PUBLICLY_ACCESSIBLE = yes in {config.path.name}.",
        )
    if group is not None and group.group_id not in found.group_ids:
        others = ", ".join(found.group_ids) or "none"
        yield Cause(
            f"Security group {group.name} ({group.group_id}), which lets your addresses in, is not on the cluster; "
            f"on it: {others}.",
            f"Run {CREATE}, which puts it there.",
        )
    yield from _not_let_in(config, probe, facts)
    if facts.block_mode in BLOCKING_MODES:
        asking = (
            "Ask the administrator of the organization (AWS Organizations) to let its declarative policy allow exclusions. "
            "Then have the VPC excluded"
        )
        yield Cause(
            f"VPC Block Public Access is on in {place.region} ({facts.block_mode}), so the internet reaches no VPC there.",
            f"{'Have the VPC excluded' if facts.exclusions_allowed else asking}: `aws ec2 "
            "create-vpc-block-public-access-exclusion --internet-gateway-exclusion-mode allow-bidirectional --vpc-id "
            f"{found.vpc_id} --region {shell_word(place.region)}`.",
        )
    yield from _no_route(facts)
    # Inside the VPC, and through its DNS, the name is the private address (Security Hub CSPM, Redshift.1).
    if found.publicly_accessible and _is_private(probe.address):
        yield Cause(
            f"From here its name stands for the private address {probe.address}: this computer uses the DNS of the VPC, and "
            "comes to the cluster from a private address as well, which an inbound rule for its public one does not let in.",
            "Write the private range of this computer into dwh.cfg: DWH_INGRESS_CIDR = 10.0.0.0/16 (with yours). Then run "
            f"{CREATE}.",
        )


def _not_let_in(config: Config, probe: Probe, facts: NetworkFacts) -> Iterator[Cause]:
    """Only where the rules and the address are known, and no rule is for a group or a prefix list, which may hold it."""
    if facts.inbound is None or not facts.own_address or _is_private(probe.address) or ":" in probe.address:
        return
    ranges = [ipaddress.ip_network(source, strict=False) for source in facts.inbound if "/" in source]
    own = ipaddress.ip_address(facts.own_address)
    if any(source.startswith("pl-") for source in facts.inbound) or any(own in each for each in ranges):
        return
    allowed = ", ".join(facts.inbound) or "nobody"
    yield Cause(
        f"Your address is {own}, and no inbound rule lets it connect to port {probe.port}; allowed is {allowed}.",
        _let_in(config, own),
    )


def _let_in(config: Config, own: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if config.lets_own_in:
        return f"Run {CREATE}: with DWH_INGRESS_CIDR = auto it lets your address in."
    ingress = config.ingress or ()
    if any(own in ipaddress.ip_network(each) for each in ingress):
        return f"Run {CREATE}: DWH_INGRESS_CIDR in {config.path.name} lets your address in."
    return f"Set DWH_INGRESS_CIDR = {', '.join((*ingress, f'{own}/32'))} in {config.path.name}, then run {CREATE}."


def _no_route(facts: NetworkFacts) -> Iterator[Cause]:
    closed = [route for route in facts.routes or () if not route.to_internet]
    if not closed:
        return
    tables = ", ".join(dict.fromkeys(route.table for route in closed))
    subnets = ", ".join(route.subnet for route in closed)
    certain = len(closed) == len(facts.routes or ())
    where = f"The cluster's subnets ({subnets})" if certain else f"The cluster may be in a subnet ({subnets}) that"
    yield Cause(
        f"{where} {'have' if certain else 'has'} no route to an internet gateway.",
        f"Add the route 0.0.0.0/0 to an internet gateway to {tables} (`aws ec2 create-route --route-table-id "
        f"{shell_word(closed[0].table)} --destination-cidr-block 0.0.0.0/0 --gateway-id igw-...`).",
    )


def _between(probe: Probe, facts: NetworkFacts) -> Cause:
    """Nothing that was looked at in AWS is the reason."""
    test = f"`nc -vz {shell_word(probe.host)} {probe.port}`"
    if probe.outcome is Outcome.NO_ADDRESS:
        return Cause(
            "It can take some minutes until the name of a new cluster is known everywhere; or DNS here does not tell it.",
            f"Run `python create_cluster.py --plan` in a few minutes; `nslookup {shell_word(probe.host)}` shows what DNS "
            "answers here.",
        )
    if probe.outcome in (Outcome.REFUSED, Outcome.CLOSED, Outcome.SILENT):
        return Cause(
            "The cluster may be restarting, or in its maintenance window; or a firewall, a VPN or a proxy is between.",
            f"Run `python create_cluster.py --plan` in a few minutes. If it stays so, try {test} from another network.",
        )
    if not needs_look(probe):
        return Cause(
            "A proxy, a firewall or a tunnel between this computer and AWS seems to answer in place of the cluster.",
            "Do not log in by this network: try another one, or go without the VPN. To see who answers: "
            f"`openssl s_client -starttls postgres -connect {shell_word(probe.host)}:{probe.port}`.",
        )
    unread = f" (it was not possible to look at {', '.join(facts.unread)})" if facts.unread else ""
    return Cause(
        f"Nothing in AWS was found to hold it back{unread}. A firewall, a VPN or a proxy between may block "
        f"outbound TCP port {probe.port}, as many companies do; or a network ACL of the subnet does.",
        f"Try {test} here and from another network, such as a phone's. Where it fails here alone, have outbound TCP port "
        f"{probe.port} opened.",
    )


def _untrusted(place: Place, probe: Probe) -> Cause:
    issuer = probe.certificate.issuer if probe.certificate else ""
    if "expired" in probe.said or "not yet valid" in probe.said:
        return Cause(
            "By the clock of this computer the certificate does not hold now; AWS renews those of clusters in time.",
            "Check the date of this computer. sslmode=require connects all the same.",
        )
    if issuer and "Amazon" not in issuer:
        return Cause(
            f"Certificates of clusters are issued by Amazon, and this one by {issuer}: a proxy may read what is sent.",
            "Ask whoever runs this network, or connect by another one, before you log in.",
        )
    bundle = _CA_BUNDLE_IN_CHINA if place.partition == "aws-cn" else _CA_BUNDLE
    return Cause(
        "Certificates of clusters are issued by Amazon, whose root certificates are not installed here.",
        "sslmode=require connects all the same. To have the certificate checked, download "
        f"{bundle} and connect with sslmode=verify-full sslrootcert=amazon-trust-ca-bundle.crt.",
    )


def _is_private(address: str) -> bool:
    return bool(address) and any(ipaddress.ip_address(address) in each for each in _PRIVATE)
