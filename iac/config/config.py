"""dwh.cfg as one frozen value: what should be. together.py makes it, of a file without faults."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from iac.config.faults import Mask
from iac.config.names import SIMULATED_ACCOUNT, is_simulated
from iac.config.secret import Credentials, Secret
from iac.config.times import AutoPause, RunningHours
from iac.facts import limits
from iac.facts.node_types import cluster_type


@dataclass(frozen=True)
class Config:
    """A dwh.cfg in which every value keeps AWS's rules.

    target: "simulator" or "aws".
    region: None if neither an option nor a filled host says it.
    password: None where one is to be made, or AWS keeps it (managed_password).
    ingress: address ranges in AWS's own form; None for the caller's own address alone.
    ingress_and_own: whether the caller's own address is to be let in beside these.
    s3_access: "listed" (only s3_places) or "all".
    snapshot_days: days a final snapshot is kept.
    auto_pause, running_hours, budget_usd: when AWS pauses the cluster by itself; None where it does not.
    max_hourly_usd: US dollars an hour; None for no limit.
    given_role_arn: the role's ARN where the file names the role by it; "" where it says a name.
    only_arn_names_role: whether no other option than that for the ARN does.
    host, role_arn: what stands in the file now; "" where it is blank.
    arn_holds_name: whether the options for the role's ARN hold its name, and are left so.
    in_line: whether every option of one meaning says the same, where scripts read it.
    notes: sentences a person should hear whenever the file is used.
    assumed: sentences about what the file leaves open or to AWS, for whoever makes a cluster of it.
    default_identifier: a sentence for whoever changes, pauses or deletes a cluster that the file does not name.
    lines: meaning (or s3:// place), the option's name as spelled and its line, of what is told of after a look at AWS.
    spelled: our name of an option, and the one that it has in the file, where that is another.
    connection: meaning, section and option, both as spelled, of what a script reads to connect; without those in quotes.
    """

    path: Path
    target: str
    credentials: Credentials
    region: str | None
    identifier: str
    node_type: str
    number_of_nodes: int
    database: str
    user: str
    password: Secret | None
    managed_password: bool
    port: int
    role_name: str
    given_role_arn: str
    only_arn_names_role: bool
    policy_arn: str | None
    ingress: tuple[str, ...] | None
    publicly_accessible: bool
    subnet_group: str | None
    s3_access: str
    s3_places: tuple[str, ...]
    snapshot_days: int
    auto_pause: AutoPause | None
    running_hours: RunningHours | None
    budget_usd: Decimal | None
    max_hourly_usd: Decimal | None
    tags: tuple[tuple[str, str], ...]
    host: str
    role_arn: str
    arn_holds_name: bool
    in_line: bool
    notes: tuple[str, ...]
    lines: tuple[tuple[str, str, int], ...] = ()
    assumed: tuple[str, ...] = ()
    spelled: tuple[tuple[str, str], ...] = ()
    connection: tuple[tuple[str, str, str], ...] = ()
    default_identifier: tuple[str, ...] = ()
    ingress_and_own: bool = False

    def spoken(self, text: str) -> str:
        """The text, its options called as in the file, and without the file's secrets, which AWS's own words may echo.

        What is in quotes, or said with its section, is called as in the file already.
        """
        names, login = dict(self.spelled), self.credentials
        text = Mask(each.reveal() for each in (login.secret, login.session_token) if each)(text)
        every = "|".join(re.escape(each) for each in (*names.values(), *names))  # said already, it stays
        ours = rf"(?<![\w:/.'\"-])(?:{every})(?![\w/-]| in \[| ')"
        return re.sub(ours, lambda found: names.get(found.group(), found.group()), text) if names else text

    @property
    def lets_own_in(self) -> bool:
        """Whether the caller's own address is to be let in, wherever that is: DWH_INGRESS_CIDR has auto."""
        return self.ingress is None or self.ingress_and_own

    @property
    def role_in_arn(self) -> tuple[str, str]:
        """Account and name of the role whose ARN stands in the file; empty where none does."""
        found = re.match(limits.ROLE_ARN, self.role_arn)
        return (found["account"], found["name"]) if found else ("", "")

    def for_login(self, account: str) -> Config:
        """This file for a login to that account, "" where it is not known: what the simulator wrote counts as blank."""
        if self.target == "simulator" or account == SIMULATED_ACCOUNT:
            return self
        arn, given = ("" if f"::{SIMULATED_ACCOUNT}:" in each else each for each in (self.role_arn, self.given_role_arn))
        return replace(self, host="" if is_simulated(self.host) else self.host, role_arn=arn, given_role_arn=given)

    @property
    def cluster_type(self) -> str:
        """AWS's ClusterType, which follows from the number of nodes."""
        return cluster_type(self.number_of_nodes)
