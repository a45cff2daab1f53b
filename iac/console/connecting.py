"""How to connect, and whether it would work: rows of the result, and what is said below them."""

from __future__ import annotations

from iac.config import Config
from iac.facts.connection import CONNECT_TIMEOUT, KEEPALIVES
from iac.observed import Cluster
from iac.probe import Outcome, Reach

_PYTHON = {"host": "host", "port": "port", "database": "dbname", "user": "user", "password": "password"}
"""What psycopg2 calls them; psycopg 3 does not know Redshift's name of UTF-8 (GitHub, psycopg/psycopg#122)."""


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
