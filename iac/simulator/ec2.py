"""EC2: moto's, with the checks that moto leaves out and the network interfaces of Redshift."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidPermissionNotFoundError
from moto.ec2.models import EC2Backend, RegionsAndZonesBackend
from moto.ec2.responses import EC2Response

from iac.facts.limits import SECURITY_GROUP
from iac.simulator.refusals import Refusal, invalid


_ZONES = RegionsAndZonesBackend.zones
_ZONES.setdefault("eusc-de-east-1", _ZONES["eu-central-1"])
"""moto knows no Availability Zones of the European Sovereign Cloud, and so makes no subnets there."""


class Network(EC2Backend):
    """The network of one Region.

    users_of: the names of what keeps a security group in use; set by the account.
    """

    users_of: Callable[[str], list[str]]
    block_mode = "off"
    """VPC Block Public Access; off unless someone turns it on."""

    def connect_default_vpc(self) -> None:
        """A default VPC has an internet gateway, and a route to it (VPC User Guide, Default VPCs), which moto leaves out."""
        vpc = str(self.default_vpc.id)
        gateway = self.create_internet_gateway()
        self.attach_internet_gateway(gateway.id, vpc)
        table = next(each for each in self.route_tables.values() if each.vpc_id == vpc)
        self.create_route(table.id, "0.0.0.0/0", gateway_id=gateway.id)

    def _load_amis(self) -> None:
        """No machine images: loading them takes most of the time that moto's EC2 needs to start."""

    def default_subnets(self) -> list[str]:
        """Raises InvalidVPCNetworkStateFault when the default VPC was deleted."""
        default = self.get_default_vpc()
        subnets = [subnet.id for subnet in self.describe_subnets() if default and subnet.vpc_id == default.id]
        if not subnets:
            raise Refusal("InvalidVPCNetworkStateFault", "No default VPC for this user")
        return sorted(subnets)

    def check_groups(self, groups: list[str], vpc: str) -> list[str]:
        """These security groups, which must be in the VPC; without any, the VPC's default group."""
        for group in groups:
            found = self.get_security_group_from_id(group)
            if found is None or found.vpc_id != vpc:
                raise invalid(f"VPC Security group {group} does not exist in VPC {vpc}")
        return groups or [str(self.get_default_security_group(vpc).id)]

    def create_security_group(self, name: str, description: str, vpc_id: str | None = None, **rest: Any) -> Any:
        """With EC2's rules for names, except for the VPCs' default groups, which moto itself makes."""
        if not rest.get("is_default"):
            if name.startswith("sg-") or not re.match(SECURITY_GROUP, name):
                raise invalid(f"Invalid value '{name}' for groupName.")
            if not re.match(SECURITY_GROUP, description or ""):
                raise invalid(f"Invalid security group description: '{description}'")
            if vpc_id is None and self.get_default_vpc() is None:
                raise Refusal("VPCIdNotSpecified", "No default VPC for this user")
            vpc = vpc_id or self.default_vpc.id
            if any(group.name.lower() == name.lower() for group in self.groups[vpc].values()):
                raise Refusal("InvalidGroup.Duplicate", f"The security group '{name}' already exists for VPC '{vpc}'")
        return super().create_security_group(name, description, vpc_id=vpc_id, **rest)

    def delete_security_group(self, name: str | None = None, group_id: str | None = None) -> None:
        """Refused while network interfaces of a cluster use it."""
        if found := self.get_security_group_by_name_or_id(group_id or name or ""):
            if found.is_default:
                raise Refusal("CannotDelete", f'the specified group: "{found.id}" cannot be deleted by a user')
            if self.users_of(found.id):
                raise Refusal("DependencyViolation", f"resource {found.id} has a dependent object")
        super().delete_security_group(name=name, group_id=group_id)

    def delete_vpc(self, vpc_id: str) -> Any:
        """Deletes the VPC's default group with it, which is the only way."""
        default = self.get_default_security_group(vpc_id)
        if default is not None and not self.users_of(default.id):
            default.is_default = False
        return super().delete_vpc(vpc_id)

    def _iterate_security_rules(self, *asked: Any, **named: Any) -> Iterator[Any]:
        """EC2 turns 203.0.113.5/24 into 203.0.113.0/24 before it compares and keeps it."""
        for rule in super()._iterate_security_rules(*asked, **named):
            for member in {"CidrIp", "CidrIpv6"} & rule.ip_range.keys():
                rule.ip_range[member] = str(ipaddress.ip_network(rule.ip_range[member], strict=False))
            yield rule


class NetworkResponse(EC2Response):
    """moto's EC2 operations; a change is made completely or not at all."""

    ec2_backend: Network

    def authorize_security_group_ingress(self) -> ActionResult:
        return self._atomically(super().authorize_security_group_ingress)

    def revoke_security_group_ingress(self) -> ActionResult:
        """EC2 API reference: in a default VPC, a rule that does not exist is shown in the answer and is no error."""
        try:
            return self._atomically(super().revoke_security_group_ingress)
        except InvalidPermissionNotFoundError:
            name = self._get_param("GroupId") or self._get_param("GroupName")
            group = self.ec2_backend.get_security_group_by_name_or_id(name)
            if group is None or not self.ec2_backend.vpcs[group.vpc_id].is_default:
                raise
            unknown = self._get_param("IpPermissions", [])
            return ActionResult({"Return": True, "UnknownIpPermissions": unknown})

    def describe_network_interfaces(self) -> ActionResult:
        """moto's, or for a security group those of Redshift."""
        groups = (self._filters_from_querystring() or {}).get("group-id", [])
        users = [user for group in groups for user in self.ec2_backend.users_of(group)]
        if not users:
            return super().describe_network_interfaces()
        interfaces = [
            {"NetworkInterfaceId": f"eni-{number:017x}", "Description": f"RedshiftNetworkInterface {user}"}
            for number, user in enumerate(users, start=1)
        ]
        return ActionResult({"NetworkInterfaces": interfaces})

    def describe_vpc_block_public_access_options(self) -> ActionResult:
        options = {"InternetGatewayBlockMode": self.ec2_backend.block_mode, "ExclusionsAllowed": "allowed"}
        return ActionResult({"VpcBlockPublicAccessOptions": options})

    def modify_vpc_block_public_access_options(self) -> ActionResult:
        """EC2 API reference, ModifyVpcBlockPublicAccessOptions."""
        self.ec2_backend.block_mode = str(self._get_param("InternetGatewayBlockMode"))
        return self.describe_vpc_block_public_access_options()

    def describe_vpc_block_public_access_exclusions(self) -> ActionResult:
        return ActionResult({"VpcBlockPublicAccessExclusions": []})

    def _atomically(self, change: Callable[[], ActionResult]) -> ActionResult:
        """Undo the rules that moto has changed before it refuses one of the request."""
        groups = [g for vpc in self.ec2_backend.groups.values() for g in vpc.values()]
        before = [(group, list(group.ingress_rules)) for group in groups]
        try:
            return change()
        except ServiceException:
            for group, rules in before:
                group.ingress_rules = rules
            raise
