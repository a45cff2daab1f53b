"""A report in words: what is there, how to connect, what was done, what still costs. On a terminal, and in a notebook."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import quote

from iac.words import duration, in_hours, shell_word, usd
from iac.config import Config
from iac.facts.limits import CONNECT_TIMEOUT, KEEPALIVES_IDLE
from iac.naming import STATE_FILE
from iac.observed import Cluster, IngressRule
from iac.plan.context import role_arn
from iac.plan.restoring import way_back
from iac.report import UNDER_WAY, Report, table
from iac.status import Phase

NOT_REAL = (
    "This is a simulation: nothing answers at this host.",
    "For a real one, write TARGET = aws into dwh.cfg.",
)
START_OVER = f"To start over, delete {STATE_FILE} beside dwh.cfg."

_PYTHON = {"host": "host", "port": "port", "database": "dbname", "user": "user", "password": "password"}
"""What psycopg2 calls them; psycopg 3 does not know Redshift's name of UTF-8 (GitHub, psycopg/psycopg#122)."""


def result(report: Report, verbose: bool = False) -> list[str]:
    """What a person reads on stdout after create_cluster.py or delete_cluster.py, line by line.

    verbose: it has the lines for JDBC and Python, and a plan shows the API calls below each step.
    """
    head = ["Nothing to do."]
    if report.steps:
        head = [] if report.planned else [f"Done in {duration(report.elapsed_seconds)}."]
    elif report.planned and report.phase is Phase.CHANGING:
        head = []
    lines = [*head, *_standing(report, verbose), *_ahead(report, verbose)]
    only_planned = report.planned and report.steps
    if report.config and report.config.target == "simulator" and report.phase in (Phase.READY, Phase.ABSENT) and not only_planned:
        lines += ["", *(NOT_REAL if report.phase is Phase.READY else ()), START_OVER]
    return [report.config.spoken(line) for line in lines] if report.config else lines


def pause_ahead(began: Report, seconds: float, then: str = "pause") -> str:
    """Before a job: when AWS pauses the cluster by itself, a warning within so many seconds; empty where it does not.

    then: what takes it down after the job. Management Guide, Setting up Multi-AZ deployment: no pause does.
    """
    pause = began.told.pause
    if then == "pause" and began.cluster is not None and began.cluster.multi_az:
        return (
            f"AWS pauses no cluster that is in two Availability Zones, as {began.cluster.identifier} is: after the job it goes on "
            "running, and costs money. To have it deleted then: --then delete."
        )
    if pause is None or began.now is None or began.cluster is None:
        return ""
    left = (pause.at - began.now).total_seconds()
    warning = f", in {duration(round(left / 60) * 60)}, whatever runs on it then. For a longer job, edit {pause.edit} first"
    return f"AWS pauses cluster {began.cluster.identifier} by itself on {pause.when}{warning if left < seconds else ''}."


def after_job(began: Report | None, ended: Report) -> str:
    """What became of the warehouse, and what it has cost in compute since it was up. began: as it was then, if it was."""
    kept = f"; its data is in final snapshot {ended.snapshot}" if ended.snapshot else ""
    said = f"{ended.sentence()}{kept}."
    if began is None or began.now is None or ended.now is None:
        return said
    end, down, pause = ended.now, "paused" if ended.cluster else "gone", began.told.pause
    if ended.found and ended.found.status in ("paused", "pausing"):
        if pause is None or pause.at > end:
            return f"{said} It was paused before the job had ended."
        end, down, said = pause.at, "paused", f"{said} AWS paused it before the job had ended, on {pause.when}."
    ran, hourly = end - began.now, began.told.json.get("hourly_usd")
    cost = "" if hourly is None else usd(Decimal(str(hourly)) * in_hours(ran))
    about = "" if not cost else f", {'' if cost.startswith('less') else 'about '}{cost} of compute"
    return f"{said} The warehouse ran {duration(ran.total_seconds())} until it was {down}{about}."


def remaining(report: Report) -> list[str]:
    """The checklist of a deletion, also of one that left something behind."""
    return [f"  {row}" for row in report.checklist]


def _standing(report: Report, verbose: bool) -> list[str]:
    """What is there now."""
    config, cluster = report.config, report.cluster
    assert config is not None
    told = report.told
    if cluster is None:
        after = ["", *remaining(report)] if report.checklist else []
        return [f"{report.sentence()}.", *after, *_snapshots(report), *table(told.rows)]
    rows = list(told.rows)
    if cluster.created_at is not None:
        ago = f", {duration((report.now - cluster.created_at).total_seconds())} ago" if report.now else ""
        rows.insert(0, ("created", f"{cluster.created_at:%Y-%m-%d %H:%M} UTC{ago}"))
    if report.planned or report.phase is Phase.READY:
        rows += _access(report, cluster)
    if report.phase is Phase.READY and not report.stopping:
        psql, *others = connection_rows(config, cluster)
        if others and not verbose:
            others = [("more", f"{' and '.join(name for name, _ in others)}: `python create_cluster.py --plan -v`")]
        rows += [*told.access, psql, *others]
    reach = "publicly accessible" if cluster.publicly_accessible else "private"
    lines = [f"{report.sentence(f', {reach}')}.", *(["", *table(rows)] if rows else []), *told.lines]
    return [*lines, *(_snapshots(report) if report.planned else [])]


def _ahead(report: Report, verbose: bool) -> list[str]:
    """What would be done, or what a person may want to type next."""
    if report.planned and report.steps:
        lines = ["", "To be done:"]
        for number, (step, calls) in enumerate(zip(report.steps, report.calls, strict=True), 1):
            lines += [f"  {number}. {step}", *(f"       {call}" for call in (calls if verbose else ()))]
        return lines
    if report.planned and report.phase is Phase.CHANGING:
        return ["", UNDER_WAY]
    if report.phase is Phase.READY:
        lines = ["", "To stop paying:", "  python delete_cluster.py          keeps a final snapshot"]
        pauses = report.cluster is not None and not report.cluster.multi_az
        return [*lines, *(["  python delete_cluster.py --pause  stops the compute bill"] if pauses else [])]
    if report.phase is Phase.PAUSED:
        assert report.cluster is not None
        costs = report.told.stored.get(f"cluster {report.cluster.identifier}")
        storage = f"its storage is: {costs}" if costs else "its storage is"
        return ["", f"Its compute is not billed, {storage}.", "To go on: `python create_cluster.py`"]
    if report.cluster and report.cluster.status in ("deleting", "final-snapshot"):
        return ["", "It is being deleted, and nothing else was asked for. Run this again when it is gone."]
    if report.phase is Phase.CHANGING:
        return ["", "AWS goes on with it; HOST is written by the next run: `python create_cluster.py`"]
    way = way_back(report.config.identifier, report.snapshots) if report.config else None
    if way is not None:
        command, _ = way
        empty = "python create_cluster.py".ljust(len(command))
        return ["", "To bring it back:", f"  {command}  from its snapshot", f"  {empty}  empty"]
    return []


def _access(report: Report, cluster: Cluster) -> list[tuple[str, str]]:
    config, seen, group = report.config, report.seen, report.group
    assert config is not None and seen is not None
    filled = f"DB_PASSWORD in {config.path.name}" if config.password else f"DB_PASSWORD in {config.path.name}, which is blank"
    where = "in AWS Secrets Manager" if cluster.managed_password else filled
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


def _snapshots(report: Report) -> list[str]:
    """What a deleted cluster leaves behind, and still costs; after a run, with the command that deletes it."""
    assert report.seen is not None
    lines, place = [], report.seen.place
    for each in report.snapshots:
        costs = report.told.stored.get(f"snapshot {each.identifier}")
        size = f", {each.size:,.0f} MB{f', {costs}' if costs else ''}" if each.size else ""
        kept = f"kept until {each.ends_at:%Y-%m-%d}" if each.ends_at else "kept for ever"
        lines.append(f"  snapshot  {each.identifier}: {each.status}{size}, {kept}")
        if report.cluster is None and not report.planned and place.target != "simulator":
            which = f"--snapshot-identifier {shell_word(each.identifier)} --region {shell_word(place.region)}"
            lines.append(f"  remove    aws redshift delete-cluster-snapshot {which}")
    return lines


def connection_rows(config: Config, cluster: Cluster) -> list[tuple[str, str]]:
    """Lines to copy, none with the password, and every value quoted for where it is pasted.

    The driver of JDBC has its own keepalives (Management Guide, JDBC driver), and decodes the database's name only.
    """
    host, port = cluster.host or "", cluster.port
    where = {"host": host, "port": port, "dbname": cluster.database, "user": cluster.user}
    how = {"sslmode": "require", "keepalives_idle": KEEPALIVES_IDLE}
    conninfo = " ".join(f"{name}={_for_libpq(str(value))}" for name, value in (where | how).items())
    plain = conninfo.isprintable() and not set(conninfo) & set('"$`\\!')
    rows = [("psql", f'psql "{conninfo}"' if plain else f"psql {shell_word(conninfo)}")]
    if re.fullmatch("[A-Za-z0-9.-]+", host):
        jdbc = f"jdbc:redshift://{host}:{port}/{quote(cluster.database, safe='')};ssl=true;TCPKeepAlive=true"
        rows.append(("JDBC", jdbc))
    return [*rows, *_python(config)]


def _for_libpq(value: str) -> str:
    """PostgreSQL documentation, Keyword/Value Connection Strings."""
    return value if re.fullmatch(r"[^\s'\\]+", value) else "'{}'".format(re.sub(r"(['\\])", r"\\\1", value))


def _python(config: Config) -> list[tuple[str, str]]:
    """By the names that the file has, so nothing where it has none, or where AWS keeps the password."""
    places = {meaning: (section, option) for meaning, section, option in config.connection}
    if config.managed_password or set(places) != set(_PYTHON):
        return []
    sections = {section for section, _ in places.values()}
    read = f"import configparser, psycopg2; cfg = configparser.RawConfigParser(); cfg.read({_for_python(config.path.name)})"
    names = {section: "db" if len(sections) == 1 else f"cfg[{_for_python(section)}]" for section in sections}
    if len(sections) == 1:
        read += f"; db = cfg[{_for_python(sections.pop())}]"
    values = [f"{_PYTHON[meaning]}={names[section]}[{_for_python(option)}]" for meaning, (section, option) in places.items()]
    values += ['sslmode="require"', f"connect_timeout={CONNECT_TIMEOUT}", f"keepalives_idle={KEEPALIVES_IDLE}"]
    return [("Python", f"{read}; psycopg2.connect({', '.join(values)})")]


def _for_python(name: str) -> str:
    """In double quotes, as the rest of the line, where these need no escapes."""
    return f'"{name}"' if ascii(name) == f"'{name}'" and '"' not in name else ascii(name)
