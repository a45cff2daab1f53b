"""A report as a notebook shows it: what is there, how to reach it, what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iac.amounts import duration
from iac.status import Phase

if TYPE_CHECKING:
    from iac.report import Report


def summary(report: Report) -> str:
    """Some lines of text, and no secret in any of them."""
    return "\n".join([_standing(report), *_address(report), *_steps(report)])


def _standing(report: Report) -> str:
    if report.config is None or report.seen is None:
        return "AWS was not looked at."
    simulated = " (simulated)" if report.config.target == "simulator" else ""
    cluster = report.cluster
    if cluster is None:
        return f"There is no cluster {report.config.identifier} in {report.seen.place.region}{simulated}."
    return f"Cluster {cluster.identifier} is {cluster.status}: {cluster.size}{simulated}."


def _address(report: Report) -> list[str]:
    """How to connect, else the snapshot that keeps the data."""
    if report.phase is Phase.READY:
        rows = {"host": report.host, "port": report.port, "database": report.database, "user": report.user}
        return [f"  {name:<9} {value}" for name, value in {**rows, "password": ".password() tells it"}.items()]
    return [f"  snapshot  {report.snapshot}"] if report.snapshot else []


def _steps(report: Report) -> list[str]:
    if report.planned:
        head = "To be done:"
        if not report.steps and report.phase is Phase.CHANGING:
            return ["A change is in progress; the plan can be made when it has ended."]
    else:
        head = f"Done in {duration(report.elapsed_seconds)}:"
    return [head, *(f"  - {step}" for step in report.steps)] if report.steps else ["Nothing to do."]
