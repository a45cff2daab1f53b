"""What a run has to say at its end, as a value.

That dwh.cfg is wrong must come in a blink, also as JSON, so what only a look at AWS needs is imported when there was one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iac.errors import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from iac.bill import Bill
    from iac.config import Config
    from iac.observed import Cluster, Observed, SecurityGroup, Snapshot
    from iac.plan import Row
    from iac.probe import Reach
    from iac.scheduling import Schedule
    from iac.status import Phase


@dataclass(frozen=True)
class Report:
    """What is there and what was done, or with `planned`, would be done.

    repr() is what a notebook shows. host, port, database, user, role_arn: None where AWS does not tell.
    calls: with `planned`, the API calls of each step: (`iam:CreateRole`, ...).
    bill: of the cluster so far, where it was asked for. checklist: after a deletion, what became of each thing.
    reach: whether the endpoint answers; None where it was not asked.
    config None: dwh.cfg could not be read. seen None: AWS was not looked at.
    """

    config: Config | None
    seen: Observed | None
    steps: tuple[str, ...]
    elapsed_seconds: float
    planned: bool = False
    snapshot: str | None = None
    now: datetime | None = None
    calls: tuple[tuple[str, ...], ...] = ()
    bill: Bill | None = None
    checklist: tuple[Row, ...] = ()
    reach: Reach | None = None

    def __repr__(self) -> str:
        from iac.text import summary

        return summary(self)

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

    def next_run(self, action: str) -> tuple[datetime, Schedule] | None:
        """When AWS next pauses (PAUSE_ACTION) or resumes the cluster by itself, and why; None where it does not."""
        from iac.schedule import next_run

        there = self.seen.scheduling.schedules if self.seen and self.seen.scheduling and self.now else ()
        mine = [each for each in there if each.action == action and each.enabled]
        runs = [(next_run(each.expression, each.zone, self.now), each) for each in mine if self.now]
        return min(((moment, each) for moment, each in runs if moment), key=lambda run: run[0], default=None)

    @property
    def price(self) -> str | None:
        """The price for a person: of the cluster, else of the one that would be made; None where there is neither."""
        operations = {call.partition(":")[2] for calls in self.calls for call in calls}
        starts = operations & {"CreateCluster", "RestoreFromClusterSnapshot"}
        if self.config is None or self.seen is None or not (self.cluster or starts):
            return None
        from iac.plan import price_words

        return price_words(self.config, self.seen, operations)

    @property
    def hourly_usd(self) -> float | None:
        """US dollars an hour of the size that is there, also while it is paused and costs only storage.

        Without a cluster, of the size that dwh.cfg asks for. None where it is unknown.
        """
        if self.config is None or self.seen is None:
            return None
        from iac.plan import hourly_usd

        found = hourly_usd(self.config, self.seen)
        return None if found is None else float(found)

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
        file = config.path.name if config else "dwh.cfg"
        if config is not None and config.managed_password:
            raise Problem(
                "The password is not known here.",
                f"DB_PASSWORD in {file} is managed: AWS Secrets Manager keeps the password.",
                f"`aws redshift describe-clusters --cluster-identifier {config.identifier}` shows MasterPasswordSecretArn; "
                "`aws secretsmanager get-secret-value --secret-id` with it shows the password.",
            )
        raise Problem("The password is not known.", f"DB_PASSWORD in {file} is blank.", "Bring the warehouse up: `create()`.")

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
            "hourly_usd": self.hourly_usd,
            "reachable": self.reach.probe.reachable if self.reach else None,
            "unreachable_because": self.reach.because if self.reach else None,
            "steps": list(self.steps),
            **({"calls": [call for calls in self.calls for call in calls]} if self.planned else {}),
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
            "node_type": found.node_type if found else None,
            "number_of_nodes": found.number_of_nodes if found else None,
            "host": found.host if found else None,
            "port": found.port if found else None,
            "database": found.database if found else None,
            "user": found.user if found else None,
            "publicly_accessible": found.publicly_accessible if found else None,
            "encrypted": found.encrypted if found else None,
            "created_at": found.created_at.isoformat() if found and found.created_at else None,
            "managed": found.ours if found else None,
        }
