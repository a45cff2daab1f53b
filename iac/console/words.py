"""The result in words: what is there, how to connect, what still costs."""

from __future__ import annotations

from iac.console.display import duration
from iac.errors import Problem
from iac.observed import Cluster, Snapshot
from iac.report import Report
from iac.settle import Phase


def result(report: Report) -> str:
    """What a person reads on stdout after create_cluster.py or delete_cluster.py."""
    lines = _planned(report) if report.planned else _done(report)
    if report.config and report.config.target == "simulator" and report.phase is Phase.READY:
        lines += ["", "This is a simulation: nothing answers at this host. TARGET = aws in dwh.cfg makes it real."]
    return "\n".join(lines)


def failure(problem: Problem) -> str:
    """The three things that a failure is: what happened, why, and what to do."""
    why = problem.why.replace("\n", "\n       ")
    return f"Error: {problem.what}\n  Why: {why}\n  Do:  {problem.remedy}"


def _done(report: Report) -> list[str]:
    head = f"Done in {duration(report.elapsed_seconds)}." if report.steps else "Nothing to do."
    return [head, *_standing(report)]


def _planned(report: Report) -> list[str]:
    if report.phase is Phase.MOVING:
        return [*_standing(report), "", "Something is under way; what is to be done shows when it is over."]
    if not report.steps:
        return ["Nothing to do.", *_standing(report)]
    steps = [f"  {number}. {sentence}" for number, sentence in enumerate(report.steps, 1)]
    return [*_standing(report), "", "To be done:", *steps]


def _standing(report: Report) -> list[str]:
    """What is there now."""
    config, cluster, seen = report.config, report.cluster, report.seen
    assert config is not None and seen is not None
    if cluster is None:
        return [f"There is no cluster {config.identifier} in {seen.place.region}.", *_left(report.snapshots)]
    size = f"{cluster.number_of_nodes} x {cluster.node_type}"
    lines = [f"Cluster {cluster.identifier} is {cluster.status}: {size}."]
    if report.phase is Phase.READY:
        lines += ["", *_connection(report, cluster)]
    lines += ["", "To stop paying: python delete_cluster.py (the data stays, in a snapshot)."]
    return lines


def _connection(report: Report, cluster: Cluster) -> list[str]:
    config, seen, group = report.config, report.seen, report.group
    assert config is not None and seen is not None
    where = "in AWS Secrets Manager" if cluster.managed_password else f"DB_PASSWORD in {config.path.name}"
    arn = seen.role.arn if seen.role else seen.place.role_arn(config.role_name)
    reads = "reads all of S3" if config.s3_access == "all" else "reads only the places in [S3]"
    rules = ", ".join(rule.cidr for rule in group.rules) if group else ""
    psql = f"host={cluster.host} port={cluster.port} dbname={cluster.database} user={cluster.user} sslmode=require"
    rows = [
        ("host", cluster.host or ""),
        ("port", str(cluster.port)),
        ("database", cluster.database),
        ("user", cluster.user),
        ("password", where),
        ("role", f"{arn} ({reads})"),
        ("open to", rules or "nobody"),
        ("psql", f'psql "{psql}"'),
        ("JDBC", f"jdbc:redshift://{cluster.host}:{cluster.port}/{cluster.database}"),
    ]
    return [f"  {name:<9} {value}" for name, value in rows]


def _left(snapshots: tuple[Snapshot, ...]) -> list[str]:
    """What a deleted cluster leaves behind, and still costs."""
    lines = []
    for snapshot in snapshots:
        size = f", {snapshot.size:,.0f} MB" if snapshot.size else ""
        kept = "kept for ever" if snapshot.retention is None else f"kept {snapshot.retention} days"
        lines.append(f"  snapshot {snapshot.identifier}: {snapshot.status}{size}, {kept}")
    return lines
