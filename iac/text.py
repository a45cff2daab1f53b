"""A report in words: what is there, how to connect, what was done, what still costs. On a terminal, and in a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from iac.amounts import duration, exact
from iac.config import Config
from iac.facts.connection import CONNECT_TIMEOUT, KEEPALIVES
from iac.observed import Cluster, IngressRule, Snapshot
from iac.plan import role_arn
from iac.probe import Outcome, Reach
from iac.schedule import spoken
from iac.scheduling import PAUSE_ACTION, RESUME_ACTION
from iac.status import Phase

if TYPE_CHECKING:
    from iac.report import Report

NOT_REAL = (
    "This is a simulation: nothing answers at this host.",
    "For a real one, write TARGET = aws into dwh.cfg.",
)
UNDER_WAY = "A change is in progress; the plan can be made when it has ended."

_PYTHON = {"host": "host", "port": "port", "database": "dbname", "user": "user", "password": "password"}
"""What psycopg2 calls them; psycopg 3 does not know Redshift's name of UTF-8 (GitHub, psycopg/psycopg#122)."""


def summary(report: Report) -> str:
    """Some lines for a notebook, and no secret in any of them."""
    if report.config is None or report.seen is None:
        lines = ["AWS was not looked at."]
    else:
        simulated = " (simulated)" if report.config.target == "simulator" else ""
        lines = [f"{_what(report, '')}{simulated}."]
    if report.phase is Phase.READY:
        lines += _table([
            ("host", report.host), ("port", report.port), ("database", report.database), ("user", report.user),
            ("password", ".password() tells it"),
        ])  # fmt: skip
    elif report.snapshot:
        lines += _table([("snapshot", report.snapshot)])
    if report.steps:
        head = "To be done" if report.planned else f"Done in {duration(report.elapsed_seconds)}"
        return "\n".join([*lines, f"{head}:", *(f"  - {step}" for step in report.steps)])
    return "\n".join([*lines, UNDER_WAY if report.planned and report.phase is Phase.CHANGING else "Nothing to do."])


def result(report: Report, verbose: bool = False) -> list[str]:
    """What a person reads on stdout after create_cluster.py or delete_cluster.py, line by line.

    verbose: a plan shows the API calls below each step.
    """
    lines = [*_head(report), *_standing(report), *_ahead(report, verbose)]
    only_planned = report.planned and report.steps
    if report.config and report.config.target == "simulator" and report.phase is Phase.READY and not only_planned:
        lines += ["", *NOT_REAL]
    return lines


def remaining(report: Report) -> list[str]:
    """The checklist of a deletion, also of one that left something behind."""
    return [f"  {row}" for row in report.checklist]


def _what(report: Report, about: str) -> str:
    """The cluster, or that there is none, as a sentence without its end. about: what more is said of a cluster."""
    assert report.config is not None and report.seen is not None
    cluster = report.cluster
    if cluster is None:
        return f"There is no cluster {report.config.identifier} in {report.seen.place.region}"
    return f"Cluster {cluster.identifier} is {cluster.status}: {cluster.size}{about}"


def _table(rows: Iterable[tuple[str, object]]) -> list[str]:
    return [f"  {name:<9} {value}" for name, value in rows]


def _head(report: Report) -> list[str]:
    if report.planned:
        return [] if report.steps or report.phase is Phase.CHANGING else ["Nothing to do."]
    return [f"Done in {duration(report.elapsed_seconds)}." if report.steps else "Nothing to do."]


def _standing(report: Report) -> list[str]:
    """What is there now."""
    config, cluster = report.config, report.cluster
    assert config is not None
    bill = str(report.bill) if report.bill else ""
    if cluster is None:
        after = ["", *remaining(report)] if report.checklist else []
        rows = [*([("in all", bill)] if bill else []), *_price(report)]
        return [f"{_what(report, '')}.", *after, *_snapshots(report), *_table(rows)]
    rows = [*_age(report, cluster), *_price(report), *([("so far", bill)] if bill else []), *_schedule(report)]
    if report.planned or report.phase is Phase.READY:
        rows += _access(report, cluster)
    if report.phase is Phase.READY:
        rows += [*answer_row(report.reach), *connection_rows(config, cluster)]
    reach = "publicly accessible" if cluster.publicly_accessible else "private"
    lines = [f"{_what(report, f', {reach}')}.", *(["", *_table(rows)] if rows else []), *unanswered(report.reach)]
    return [*lines, *(_snapshots(report) if report.planned else [])]


def _ahead(report: Report, verbose: bool) -> list[str]:
    """What would be done, or what a person may want to type next."""
    if report.planned and report.steps:
        return ["", "To be done:", *_numbered(report, verbose)]
    if report.planned and report.phase is Phase.CHANGING:
        return ["", UNDER_WAY]
    if report.phase is Phase.READY:
        return [
            "",
            "To stop paying:",
            "  python delete_cluster.py          keeps a final snapshot",
            "  python delete_cluster.py --pause  only storage is billed",
        ]
    if report.phase is Phase.PAUSED:
        return ["", f"Its compute is not billed, its storage is{_storage(report)}.", "To go on: python create_cluster.py"]
    if report.cluster and report.cluster.status in ("deleting", "final-snapshot"):
        return ["", "It is being deleted, and nothing else was asked for. Run this again when it is gone."]
    if report.phase is Phase.CHANGING:
        return ["", "AWS goes on with it; HOST is written by the next run: python create_cluster.py"]
    if report.snapshots:
        return [
            "",
            "To bring it back:",
            "  python create_cluster.py --restore  from its snapshot",
            "  python create_cluster.py            empty",
        ]
    return []


def _numbered(report: Report, verbose: bool) -> list[str]:
    lines = []
    for number, (step, calls) in enumerate(zip(report.steps, report.calls, strict=True), 1):
        lines += [f"  {number}. {step}", *(f"       {call}" for call in (calls if verbose else ()))]
    return lines


def _age(report: Report, cluster: Cluster) -> list[tuple[str, str]]:
    if cluster.created_at is None:
        return []
    ago = f", {duration((report.now - cluster.created_at).total_seconds())} ago" if report.now else ""
    return [("created", f"{cluster.created_at:%Y-%m-%d %H:%M} UTC{ago}")]


def _price(report: Report) -> list[tuple[str, str]]:
    return [("price", report.price)] if report.planned and report.price else []


def _schedule(report: Report) -> list[tuple[str, str]]:
    """When AWS pauses and resumes the cluster by itself."""
    assert report.config is not None
    rows = []
    pause, resume = report.next_run(PAUSE_ACTION), report.next_run(RESUME_ACTION)
    if report.phase is Phase.PAUSED and resume is None:
        pause = None
    for name, found in (("pauses", pause), ("resumes", resume)):
        rows += [(name, f"{spoken(found[0], found[1].zone)} ({found[1].option})")] if found else []
    looked = report.seen is not None and report.seen.scheduling is not None
    if report.config.schedule_options and looked and not rows and report.phase is Phase.READY and not report.planned:
        rows.append(("pauses", f"never by itself: {' and '.join(report.config.schedule_options)} is not in effect"))
    return rows


def _access(report: Report, cluster: Cluster) -> list[tuple[str, str]]:
    config, seen, group = report.config, report.seen, report.group
    assert config is not None and seen is not None
    where = "in AWS Secrets Manager" if cluster.managed_password else f"DB_PASSWORD in {config.path.name}"
    arn = role_arn(config, seen)
    reads = "every bucket of S3" if config.s3_access == "all" else "only the places in [S3]"
    if config.s3_access == "all" and config.policy_arn:
        reads = f"what {config.policy_arn} allows"
    if seen.role is not None and not seen.role.ours:
        reads = "what its own policies allow: these scripts did not make the role"
    if seen.role_unread is not None:
        reads = "not known: this login may not read the role"
    rules = ", ".join(map(_rule, group.rules)) if group else ""
    return [
        ("host", cluster.host or "not known yet"),
        ("port", str(cluster.port or config.port)),
        ("database", cluster.database),
        ("user", cluster.user),
        ("password", where),
        *([] if seen.cluster_only else [("role", arn), ("reads", reads), ("open to", rules or "nobody")]),
    ]


def _rule(rule: IngressRule) -> str:
    what = [*(["every address"] if rule.cidr.endswith("/0") else []), *([] if rule.ours else ["not by these scripts"])]
    return f"{rule.cidr} ({', '.join(what)})" if what else rule.cidr


def _storage(report: Report) -> str:
    """AWS tells how much the cluster can hold, and not how much it holds (API reference, Cluster)."""
    assert report.cluster is not None and report.seen is not None
    rate = report.seen.price_of(report.cluster.node_type).storage_gb_month
    on_aws = "on AWS " if report.seen.place.target == "simulator" else ""
    return f": {on_aws}about {exact(rate)} a month for each GB that it holds" if rate is not None else ""


def _snapshots(report: Report) -> list[str]:
    """What a deleted cluster leaves behind, and still costs; after a run, with the command that deletes it."""
    left = report.cluster is None and not report.planned
    return [line for each in report.snapshots for line in (_snapshot(report, each), *(_removal(report, each) if left else ()))]


def _snapshot(report: Report, snapshot: Snapshot) -> str:
    size = f", {snapshot.size:,.0f} MB{_cost(report, snapshot)}" if snapshot.size else ""
    kept = f"kept until {snapshot.ends_at:%Y-%m-%d}" if snapshot.ends_at else "kept for ever"
    return f"  snapshot  {snapshot.identifier}: {snapshot.status}{size}, {kept}"


def _cost(report: Report, snapshot: Snapshot) -> str:
    """Of RG clusters, blocks that several snapshots share are billed once (Management Guide, Behavior changes)."""
    assert report.seen is not None and snapshot.size
    month = report.seen.price_of(snapshot.node_type).snapshot_month(snapshot.size)
    most = "at most " if snapshot.node_type.startswith("rg.") and len(report.snapshots) > 1 else ""
    return "" if month is None else f", {most}{'' if month.startswith('less') else 'about '}{month} a month"


def _removal(report: Report, snapshot: Snapshot) -> list[str]:
    assert report.seen is not None
    place = report.seen.place
    if place.target == "simulator":
        return []
    command = f"aws redshift delete-cluster-snapshot --snapshot-identifier {snapshot.identifier} --region {place.region}"
    return [f"  remove    {command}"]


def answer_row(reach: Reach | None) -> list[tuple[str, str]]:
    """Whether it answers; nothing where it was not asked or does not answer, which is told below the table."""
    if reach is None or not reach.probe.reachable:
        return []
    if reach.probe.outcome is Outcome.UNTRUSTED:
        return [("answers", "yes, with a certificate that this computer does not trust")]
    shown = reach.probe.certificate
    until = f", valid until {shown.not_after:%Y-%m-%d}" if shown and shown.not_after else ""
    return [("answers", f"yes: TLS certificate {shown.name}{until}" if shown else "yes")]


def connection_rows(config: Config, cluster: Cluster) -> list[tuple[str, str]]:
    """Lines to copy, none with the password. The driver of JDBC has its own keepalives (Management Guide, JDBC driver)."""
    keep = " ".join(f"{name}={value}" for name, value in {"connect_timeout": CONNECT_TIMEOUT, **KEEPALIVES}.items())
    where = f"host={cluster.host} port={cluster.port} dbname={cluster.database} user={cluster.user}"
    jdbc = f"jdbc:redshift://{cluster.host}:{cluster.port}/{cluster.database};ssl=true;TCPKeepAlive=true"
    return [("psql", f'psql "{where} sslmode=require {keep}"'), ("JDBC", jdbc), *_python(config)]


def _python(config: Config) -> list[tuple[str, str]]:
    """By the names that the file has, so nothing where it has none, or where AWS keeps the password."""
    places = {meaning: (section, option) for meaning, section, option in config.connection}
    if config.managed_password or set(places) != set(_PYTHON):
        return []
    sections = {section for section, _ in places.values()}
    read = f'import configparser, psycopg2; cfg = configparser.RawConfigParser(); cfg.read("{config.path.name}")'
    if len(sections) == 1:
        read += f'; db = cfg["{sections.pop()}"]'
        values = {_PYTHON[meaning]: f'db["{option}"]' for meaning, (_, option) in places.items()}
    else:
        values = {_PYTHON[meaning]: f'cfg["{section}"]["{option}"]' for meaning, (section, option) in places.items()}
    values |= {"sslmode": '"require"', "connect_timeout": str(CONNECT_TIMEOUT)}
    values |= {"keepalives_idle": str(KEEPALIVES["keepalives_idle"])}
    return [("Python", f"{read}; psycopg2.connect({', '.join(f'{name}={value}' for name, value in values.items())})")]


def unanswered(reach: Reach | None) -> list[str]:
    """Why it does not answer, or what is wrong with how it does, and what to do."""
    if reach is None or not reach.happened:
        return []
    said = f"It does not answer: {reach.happened}"
    if reach.probe.reachable:
        said = f"{reach.happened[0].upper()}{reach.happened[1:]}"
    causes = [line for cause in reach.causes for line in (f"  Why: {cause.what}", f"  Do:  {cause.remedy}")]
    return ["", f"{said}.", *causes]
