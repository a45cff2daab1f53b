"""EC2: moto's, with what Redshift does to security groups and what moto leaves out."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from iac.facts.limits import SECURITY_GROUP
from iac.simulator.borrowed import (
    ActionResult,
    EC2Backend,
    EC2Response,
    InvalidPermissionNotFoundError,
    ServiceException,
)
from iac.simulator.refusals import Refusal, invalid
from iac.simulator.session import ACCOUNT



class Network(EC2Backend):
    """The network of one Region.

    users_of: tells who holds a security group in use; set by the account.
    """

    users_of: Callable[[str], list[str]] = staticmethod(lambda group: [])

    def _load_amis(self) -> None:
        """No machine images: they are most of the time that moto's EC2 takes to start."""

    def default_subnets(self) -> list[str]:
        """Raises InvalidVPCNetworkStateFault when the default VPC was deleted."""
        vpcs = [vpc.id for vpc in self.vpcs.values() if vpc.is_default]
        subnets = [s.id for s in self.describe_subnets() if s.vpc_id in vpcs]
        if not subnets:
            raise Refusal("InvalidVPCNetworkStateFault", "No default VPC for this user")
        return sorted(subnets)

    def zone_names(self) -> set[str]:
        """The names of the Availability Zones that have a subnet."""
        return {str(subnet.availability_zone) for subnet in self.describe_subnets()}

    def place_of(self, subnets: list[str]) -> tuple[str, dict[str, str]]:
        """The VPC of these subnets, and subnet -> Availability Zone."""
        known = {s.id: s for s in self.describe_subnets()}
        if not subnets or any(subnet not in known for subnet in subnets):
            raise Refusal("InvalidSubnet", f"Some input subnets are invalid: {', '.join(subnets)}")
        vpcs = {str(known[subnet].vpc_id) for subnet in subnets}
        if len(vpcs) > 1:
            raise Refusal("InvalidSubnet", "All subnets must be in the same VPC.")
        return vpcs.pop(), {s: str(known[s].availability_zone) for s in subnets}

    def check_groups(self, groups: list[str], vpc: str) -> list[str]:
        """These security groups, or else the VPC's default one; all of them in the VPC."""
        for group in groups:
            found = self.get_security_group_from_id(group)
            if found is None or found.vpc_id != vpc:
                raise invalid(f"VPC Security group {group} does not exist in VPC {vpc}")
        return groups or [str(self.get_default_security_group(vpc).id)]

    def create_security_group(
        self, name: str, description: str, vpc_id: str | None = None, **rest: Any
    ) -> Any:
        """With EC2's rules for names; moto itself makes the VPCs' default groups."""
        if not rest.get("is_default"):
            self._check_new_group(name, description or "", vpc_id)
        return super().create_security_group(name, description, vpc_id=vpc_id, **rest)

    def _check_new_group(self, name: str, description: str, vpc_id: str | None) -> None:
        if name.startswith("sg-") or not SECURITY_GROUP.match(name):
            raise invalid(f"Invalid value '{name}' for groupName.")
        if not SECURITY_GROUP.match(description):
            raise invalid(f"Invalid security group description: '{description}'")
        if vpc_id is None and not any(vpc.is_default for vpc in self.vpcs.values()):
            raise Refusal("VPCIdNotSpecified", "No default VPC for this user")
        vpc = vpc_id or self.default_vpc.id
        if vpc not in self.vpcs:
            raise Refusal("InvalidVpcID.NotFound", f"The vpc ID '{vpc}' does not exist")
        if any(group.name.lower() == name.lower() for group in self.groups[vpc].values()):
            raise Refusal(
                "InvalidGroup.Duplicate",
                f"The security group '{name}' already exists for VPC '{vpc}'",
            )

    def delete_security_group(self, name: str | None = None, group_id: str | None = None) -> None:
        """Refused while the interfaces of a cluster, there or just gone, use it."""
        found = self.get_security_group_by_name_or_id(group_id or name or "")
        if found is not None and found.is_default:
            raise Refusal(
                "CannotDelete", f'the specified group: "{found.id}" cannot be deleted by a user'
            )
        if found is not None and self.users_of(found.id):
            raise Refusal("DependencyViolation", f"resource {found.id} has a dependent object")
        super().delete_security_group(name=name, group_id=group_id)

    def delete_vpc(self, vpc_id: str) -> Any:
        """The VPC's default group goes with it, and only so."""
        default = self.get_default_security_group(vpc_id)
        if default is not None and not self.users_of(default.id):
            default.is_default = False
        return super().delete_vpc(vpc_id)

    def _iterate_security_rules(
        self,
        ip_protocol: str,
        group_id: str,
        from_port: str,
        to_port: str,
        ip_ranges: list[Any],
        *rest: Any,
        **named: Any,
    ) -> Any:
        """EC2 keeps 203.0.113.5/24 as 203.0.113.0/24, and compares it as that."""
        ranges = [_canonical(ip_range) for ip_range in ip_ranges]
        return super()._iterate_security_rules(
            ip_protocol, group_id, from_port, to_port, ranges, *rest, **named
        )


def _canonical(ip_range: Any) -> Any:
    if not isinstance(ip_range, dict):
        return ip_range
    kept = dict(ip_range)
    for member in ("CidrIp", "CidrIpv6"):
        if member in kept:
            kept[member] = str(ipaddress.ip_network(kept[member], strict=False))
    return kept


class NetworkResponse(EC2Response):
    """moto's EC2 operations on one network, whole or not at all as EC2's are."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network

    @property
    def ec2_backend(self) -> Network:
        return self._network

    def get_current_account(self) -> str:
        return ACCOUNT

    def authorize_security_group_ingress(self) -> ActionResult:
        return self._whole(super().authorize_security_group_ingress)

    def revoke_security_group_ingress(self) -> ActionResult:
        """A rule that is not there is no error in a default VPC, and shown in the answer."""
        try:
            return self._whole(super().revoke_security_group_ingress)
        except InvalidPermissionNotFoundError:
            name = self._get_param("GroupId") or self._get_param("GroupName")
            group = self._network.get_security_group_by_name_or_id(name)
            if group is None or not self._network.vpcs[group.vpc_id].is_default:
                raise
            unknown = self._get_param("IpPermissions", [])
            return ActionResult({"Return": True, "UnknownIpPermissions": unknown})

    def describe_network_interfaces(self) -> ActionResult:
        """moto's, and for a security group those that Redshift holds."""
        groups = (self._filters_from_querystring() or {}).get("group-id", [])
        held = [(group, user) for group in groups for user in self._network.users_of(group)]
        if not held:
            return super().describe_network_interfaces()
        return ActionResult(
            {
                "NetworkInterfaces": [
                    {
                        "NetworkInterfaceId": f"eni-{number:017x}",
                        "Description": f"RedshiftNetworkInterface {user}",
                        "RequesterManaged": True,
                        "Status": "in-use",
                        "Groups": [{"GroupId": group}],
                    }
                    for number, (group, user) in enumerate(held, start=1)
                ]
            }
        )

    def _whole(self, change: Callable[[], ActionResult]) -> ActionResult:
        """moto applies the rules of a request one by one and may be refused half-way."""
        groups = [g for vpc in self._network.groups.values() for g in vpc.values()]
        before = [(group, list(group.ingress_rules)) for group in groups]
        try:
            return change()
        except ServiceException:
            for group, rules in before:
                group.ingress_rules = rules
            raise
