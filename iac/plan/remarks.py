"""What a person should know of an option of dwh.cfg, as it is applied now."""

from __future__ import annotations

from iac.config import Config
from iac.observed import Observed
from iac.plan.context import Context


def own_address_remarks(config: Config, seen: Observed, context: Context) -> list[str]:
    """Where DWH_INGRESS_CIDR = auto lets in an address that may not be the one meant."""
    if config.ingress is not None:
        return []
    notes = []
    address = ", ".join(seen.ingress)
    if context.ci and config.target == "aws":
        notes.append(
            f"CI is set in the environment, so {address}, which DWH_INGRESS_CIDR = auto lets in, is the address of the CI "
            "runner. To let others in, write their addresses into dwh.cfg: DWH_INGRESS_CIDR = 203.0.113.7/32 (with theirs)."
        )
    if not config.publicly_accessible:
        notes.append(
            f"The cluster is private, and a public address such as {address}, which DWH_INGRESS_CIDR = auto lets in, never "
            "reaches it. Write the range of the VPC or the VPN into dwh.cfg: DWH_INGRESS_CIDR = 10.0.0.0/16 (with yours)."
        )
    return notes
