"""What is documented about connecting to a cluster: certificates, and connections that are idle."""

from __future__ import annotations

_CA_BUNDLES = {
    "aws-cn": "https://s3.cn-north-1.amazonaws.com.cn/redshift-downloads-cn/amazon-trust-ca-bundle.crt",
}
_CA_BUNDLE = "https://s3.amazonaws.com/redshift-downloads/amazon-trust-ca-bundle.crt"

KEEPALIVES = {"keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 5}
"""In seconds, by libpq's names (PostgreSQL documentation, Database Connection Control Functions): a COPY is silent for
as long as it runs, and a NAT gateway drops what is idle for 350 s (VPC User Guide, NAT gateway basics; Database Developer
Guide, Query hangs). libpq's own `keepalives` is on by default."""

CONNECT_TIMEOUT = 10
"""Seconds; libpq's connect_timeout waits for ever by default."""

BLOCKING_MODES = ("block-bidirectional", "block-ingress")
"""InternetGatewayBlockMode in which nothing on the internet reaches a VPC (EC2 API reference,
VpcBlockPublicAccessOptions; Management Guide, Blocking public access to VPCs and subnets)."""


def ca_bundle(partition: str) -> str:
    """Where AWS keeps the root certificates of clusters (Management Guide, Configuring security options for connections)."""
    return _CA_BUNDLES.get(partition, _CA_BUNDLE)
