"""dwh.cfg -> Config: what should be, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from iac.config import credentials, file, network, role, sections, size
from iac.config.credentials import Credentials
from iac.config.ini import parse
from iac.config.validation import Validation
from iac.errors import UsageError
from iac.facts import limits
from iac.facts.node_types import cluster_type
from iac.config.settings import AutoPause, RunningHours
from iac.config.secret import Secret

DEFAULT_REGION = "us-west-2"
"""For advice, as long as the Region is not known."""
_TOGETHER = frozenset({"region", "number_of_nodes", "cluster_type", "role_name", "profile"})
"""Settings that are not yet the value of a field: it is made of several."""


@dataclass(frozen=True)
class Config:
    """A dwh.cfg in which every value keeps AWS's rules.

    target: "simulator" or "aws".
    region: None if neither an option nor a filled host says it.
    password: None where one is to be made, or AWS keeps it (managed_password).
    ingress: address ranges in AWS's own form; None for the caller's own address.
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
    lines: meaning (or s3:// place), the option's name as spelled and its line, of what only AWS can judge.
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
    connection: tuple[tuple[str, str, str], ...] = ()

    @property
    def role_in_arn(self) -> tuple[str, str]:
        """Account and name of the role whose ARN stands in the file; empty where none does."""
        found = limits.ROLE_ARN.match(self.role_arn)
        return (found["account"], found["name"]) if found else ("", "")

    @property
    def settings(self) -> dict[str, str]:
        """The database settings as the user's own scripts are to find them."""
        found = {"database": self.database, "user": self.user, "port": str(self.port)}
        return found if self.password is None else {**found, "password": self.password.reveal()}

    @property
    def schedule_options(self) -> tuple[str, ...]:
        """The options that have AWS pause the cluster by itself, those of the file that are not blank."""
        every = (
            ("DWH_AUTO_PAUSE", self.auto_pause),
            ("DWH_RUNNING_HOURS", self.running_hours),
            ("DWH_BUDGET_USD", self.budget_usd),
        )
        return tuple(option for option, value in every if value is not None)

    @property
    def cluster_type(self) -> str:
        """AWS's ClusterType, which follows from the number of nodes."""
        return cluster_type(self.number_of_nodes)


def read(path: Path) -> Config:
    """Reads and checks the file.

    Raises UsageError: if there is no readable text, or, as Misconfigured, with every
    fault of the file and the line to put in its place.
    """
    path = Path(path)
    text = parse(file.load(path))
    if not text.options and not text.flaws:
        raise UsageError(f"{path} says nothing", "It has no option at all.", "Fill it, or name another: --config FILE")
    cfg = Validation(path, text)
    config = _config(path, cfg)
    cfg.finish()
    from iac.config import writeback  # a wrong file is told of without it

    written = {**config.settings, "host": config.host, "role_arn": config.role_arn}
    return replace(config, in_line=writeback.in_line(text, written, path), notes=tuple(cfg.notes), assumed=tuple(cfg.assumed))


def _config(path: Path, cfg: Validation) -> Config:
    """The checked options as they are, and the fields that need more than one option."""
    if cfg.named("target") and not cfg.filled("target"):
        cfg.note("TARGET is blank, which means aws: the real AWS")
    region, number_of_nodes = network.region(cfg), size.number_of_nodes(cfg)
    size.check_node_type(cfg, region or DEFAULT_REGION, number_of_nodes)
    size.check_port(cfg)
    network.note_on_ingress(cfg)
    password, managed = credentials.password(cfg)
    role_name, role_arn = role.role(cfg)
    places = sections.s3_places(cfg)
    return Config(
        **{name: value for name, value in cfg.values.items() if name not in _TOGETHER},
        path=path,
        region=region,
        number_of_nodes=number_of_nodes,
        credentials=credentials.credentials(cfg),
        password=password,
        managed_password=managed,
        role_name=role_name,
        given_role_arn=role_arn,
        only_arn_names_role=role_arn != "" and not cfg.filled("role_name"),
        s3_access=sections.s3_access(cfg, tuple(places)),
        s3_places=tuple(places),
        tags=sections.tags(cfg),
        host=network.host(cfg),
        role_arn=role.role_arn(cfg),
        arn_holds_name=role.arn_holds_name(cfg),
        in_line=True,
        notes=(),
        lines=tuple(
            (meaning, option.name, option.line.number)
            for meaning, option in {**cfg.chosen, **places}.items()
            if meaning in ("node_type", "number_of_nodes") or meaning in places
        ),
        connection=network.connection(cfg),
    )
