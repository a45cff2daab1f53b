"""What a run has to say at its end, as a value.

That dwh.cfg is wrong must come in a blink, also as JSON, so what only a look at AWS needs is imported when there was one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from iac.errors import Problem, printable

if TYPE_CHECKING:
    from datetime import datetime

    from iac.config import Config
    from iac.observed import Cluster, Observed, SecurityGroup, Snapshot
    from iac.plan.checklist import Row
    from iac.status import Phase


UNDER_WAY = "A change is in progress; the plan can be made when it has ended."
OF_ABILITIES = ("hourly_usd", "reachable", "unreachable_because")
"""Keys of the JSON object that are always there, and null where AWS was not looked at."""
_OF_CLUSTER = (
    "node_type", "number_of_nodes", "host", "port", "database", "user", "publicly_accessible", "encrypted",
)  # fmt: skip


class Pause(NamedTuple):
    """The next one that AWS makes by itself. when: its time and its option, for a person. edit: the line of dwh.cfg to edit."""

    at: datetime
    when: str
    edit: str


@dataclass(frozen=True)
class Told:
    """What the abilities say of a result.

    rows: of the table, each a name and a value. access: rows of how the warehouse is reached. lines: below the table.
    stored: what it costs to keep something, by what that is: `cluster NAME`, `snapshot NAME`. json: keys of the JSON object.
    pause: None where AWS makes none.
    """

    rows: tuple[tuple[str, str], ...] = ()
    access: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    stored: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] = field(default_factory=dict)
    pause: Pause | None = None


@dataclass(frozen=True)
class Report:
    """What is there and what was done, or with `planned`, would be done.

    repr() is what a notebook shows. host, port, database, user, role_arn: None where AWS does not tell.
    calls: with `planned`, the API calls of each step: (`iam:CreateRole`, ...).
    checklist: after a deletion, what became of each thing. stopping: whether it is delete's or pause's.
    of: what each ability has found out at the end, by its name. told: what they say of it.
    found: the cluster as the run found it.
    config None: dwh.cfg could not be read. seen None: AWS was not looked at.
    """

    config: Config | None = None
    seen: Observed | None = None
    steps: tuple[str, ...] = ()
    elapsed_seconds: float = 0.0
    planned: bool = False
    snapshot: str | None = None
    now: datetime | None = None
    calls: tuple[tuple[str, ...], ...] = ()
    checklist: tuple[Row, ...] = ()
    stopping: bool = False
    of: Mapping[str, Any] = field(default_factory=dict)
    told: Told = Told()
    found: Cluster | None = None

    def __repr__(self) -> str:
        """Some lines for a notebook, with no secret and no control character in any of them."""
        from iac.words import duration
        from iac.status import Phase

        lines = ["AWS was not looked at."]
        if self.config is not None and self.seen is not None:
            lines = [f"{self.sentence()}{' (simulated)' if self.config.target == 'simulator' else ''}."]
        rows: list[tuple[str, object]] = [("snapshot", self.snapshot)] if self.snapshot else []
        if self.phase is Phase.READY:
            rows = [("host", self.host), ("port", self.port), ("database", self.database), ("user", self.user)]
            rows.append(("password", ".password() tells it"))
        lines += table(rows)
        if self.steps:
            head = "To be done" if self.planned else f"Done in {duration(self.elapsed_seconds)}"
            lines += [f"{head}:", *(f"  - {step}" for step in self.steps)]
        else:
            lines.append(UNDER_WAY if self.planned and self.phase is Phase.CHANGING else "Nothing to do.")
        return "\n".join(map(printable, lines))

    def sentence(self, about: str = "") -> str:
        """The cluster, or that there is none, as a sentence without its end. about: what more is said of a cluster."""
        assert self.config is not None and self.seen is not None
        if self.cluster is None:
            return f"There is no cluster {self.config.identifier} in {self.seen.place.region}"
        from iac.status import in_words

        return f"Cluster {self.cluster.identifier} is {in_words(self.cluster)}: {self.cluster.size}{about}"

    @property
    def cluster(self) -> Cluster | None:
        """The cluster, if there is one."""
        return self.seen.cluster if self.seen else None

    @property
    def phase(self) -> Phase | None:
        """What the cluster is up to; None where AWS was not looked at."""
        from iac.status import phase

        return phase(self.cluster) if self.seen else None

    @property
    def group(self) -> SecurityGroup | None:
        """Our security group: the one in the VPC where the cluster is or would be."""
        if self.seen is None:
            return None
        vpc_id = self.cluster.vpc_id if self.cluster else None
        return self.seen.group_in(vpc_id or self.seen.network.vpc_id)

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The cluster's manual snapshots, the newest first."""
        return self.seen.snapshots if self.seen else ()

    @property
    def host(self) -> str | None:
        """Where to connect to."""
        return self.cluster.host if self.cluster else None

    @property
    def port(self) -> int | None:
        """The port there."""
        return self.cluster.port if self.cluster else None

    @property
    def database(self) -> str | None:
        """The database that was made with the cluster."""
        return self.cluster.database if self.cluster else None

    @property
    def user(self) -> str | None:
        """The admin user."""
        return self.cluster.user if self.cluster else None

    @property
    def role_arn(self) -> str | None:
        """The IAM role, as COPY statements name it."""
        return self.seen.role.arn if self.seen and self.seen.role else None

    def password(self) -> str:
        """The admin user's password as it stands in dwh.cfg. Raises Problem where it does not stand there."""
        config = self.config
        if config is not None and config.password is not None:
            return config.password.reveal()
        from iac.words import shell_word

        option = f"{config.spoken('DB_PASSWORD')} in {config.path.name}" if config else "DB_PASSWORD in dwh.cfg"
        if config is not None and config.managed_password:
            raise Problem(
                "The password is not known here.",
                f"{option} is managed: AWS Secrets Manager keeps the password.",
                f"`aws redshift describe-clusters --cluster-identifier {shell_word(config.identifier)}` shows "
                "MasterPasswordSecretArn; `aws secretsmanager get-secret-value --secret-id` with it shows the password.",
            )
        what, remedy = "The password is not known.", "Copy it from the file of whoever made the cluster."
        raise Problem(what, f"{option} is blank.", remedy)

    def as_json(self, problem: Problem | None = None) -> dict[str, Any]:
        """The result for programs: every key present, null where unknown."""
        place = self.seen.place if self.seen else None
        group = self.group
        result: dict[str, Any] = {
            "target": self.config.target if self.config else None,
            "region": place.region if place else None,
            "account": place.account if place else None,
            "cluster": self._cluster(),
            "role_arn": self.role_arn,
            "security_group_id": group.group_id if group else None,
            "ingress": [rule.cidr for rule in group.rules] if group else [],
            "snapshot": self.snapshot,
            **dict.fromkeys(OF_ABILITIES),
            **self.told.json,
            "steps": list(self.steps),
            **({"calls": [call for calls in self.calls for call in calls]} if self.planned else {}),
            **({"remaining": [asdict(each) for each in self.checklist]} if self.checklist else {}),
            "elapsed_seconds": round(self.elapsed_seconds, 1),
        }
        if problem is not None:
            result["error"] = {"what": problem.what, "why": problem.why, "remedy": problem.remedy}
        return result

    def _cluster(self) -> dict[str, Any]:
        found, config = self.cluster, self.config
        return {
            "identifier": config.identifier if config else None,
            "status": found.status if found else ("absent" if self.seen else None),
            **{key: getattr(found, key) if found else None for key in _OF_CLUSTER},
            "created_at": found.created_at.isoformat() if found and found.created_at else None,
            "managed": found.ours if found else None,
        }


def table(rows: Iterable[tuple[str, object]]) -> list[str]:
    """Each row a line, their values below each other."""
    return [f"  {name:<9} {value}" for name, value in rows]
