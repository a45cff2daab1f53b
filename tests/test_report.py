"""What a report shows in a notebook, and tells a program."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from iac.errors import Problem
from iac.plan.checklist import LEFT, Row
from iac.report import Report
from tests import scripts
from tests.sample import CONFIG, HOST, NOTHING, NOW, RUNNING, config, seen

FAILED = Problem("It failed.", "So.", "Try again.")
REMAINING = (Row(LEFT, "IAM role dwhRole", "the login may not delete it"),)


def test_a_report_shows_what_is_there_and_how_to_reach_it() -> None:
    shown = repr(Report(CONFIG, RUNNING, ("create IAM role dwhRole",), 65.0))
    assert shown.splitlines() == [
        "Cluster dwhcluster is available: 1 x ra3.large.",
        f"  host      {HOST}",
        "  port      5439",
        "  database  dwh",
        "  user      dwhuser",
        "  password  .password() tells it",
        "Done in 1 min 5 s:",
        "  - create IAM role dwhRole",
    ]


@pytest.mark.parametrize(
    ("report", "lines"),
    [
        (Report(None, None, (), 0.0), ["AWS was not looked at.", "Nothing to do."]),
        (
            Report(config(target="simulator"), NOTHING, ("delete cluster dwhcluster",), 9.0, snapshot="final-1"),
            ["There is no cluster dwhcluster in us-west-2 (simulated).", "  snapshot  final-1", "Done in 9 s:",
             "  - delete cluster dwhcluster"],
        ),
        (
            Report(CONFIG, NOTHING, ("create cluster dwhcluster",), 1.0, planned=True),
            ["There is no cluster dwhcluster in us-west-2.", "To be done:", "  - create cluster dwhcluster"],
        ),
    ],
)  # fmt: skip
def test_a_report_without_a_cluster(report: Report, lines: list[str]) -> None:
    assert repr(report).splitlines() == lines


def test_a_password_is_told_on_request_alone() -> None:
    report = Report(CONFIG, RUNNING, (), 1.0)
    assert report.password() == "Passw0rdOfTests" and "Passw0rdOfTests" not in repr(report) + str(report)
    for changes, why in (({"managed_password": True}, "AWS Secrets Manager"), ({}, "is blank")):
        with pytest.raises(Problem, match=why):
            Report(config(password=None, **changes), RUNNING, (), 1.0).password()


TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "null": type(None)}


def documented() -> dict[str, str]:
    """Key -> type, as the table for programs has them."""
    table = (scripts.ROOT / "iac/README.md").read_text("utf-8").partition("## The result as JSON")[2].partition("\n## ")[0]
    return dict(re.findall(r"(?m)^\| `([\w.]+)` \| ([a-z ]+) \|", table))


def flat(result: dict[str, Any]) -> dict[str, Any]:
    found = dict(result)
    parts = {key: result.get(key, {}) for key in ("cluster", "error")} | {"remaining": (result.get("remaining") or [{}])[0]}
    return found | {f"{key}.{name}": value for key, part in parts.items() for name, value in part.items()}


def fits(value: Any, words: str) -> bool:
    if words.startswith("list of "):
        return isinstance(value, list) and all(isinstance(each, TYPES[words[8:-1]]) for each in value)
    return any(isinstance(value, TYPES[word]) and (word == "boolean") == isinstance(value, bool) for word in words.split(" or "))


@pytest.mark.parametrize(
    ("report", "problem"),
    [
        (Report(CONFIG, RUNNING, ("create IAM role dwhRole",), 12.345, now=NOW), None),
        (Report(CONFIG, seen(cluster=None), ("delete cluster dwhcluster",), 1.0, snapshot="final-1", checklist=REMAINING), None),
        (Report(CONFIG, NOTHING, ("create", "wait"), 1.0, planned=True, calls=(("iam:CreateRole",), ())), None),
        (Report(CONFIG, RUNNING, (), 1.0), FAILED),
        (Report(None, None, (), 0.0), FAILED),
    ],
    ids=["success", "deleted", "plan", "failure", "nothing known"],
)
def test_the_json_result_has_the_documented_keys_and_types(report: Report, problem: Problem | None) -> None:
    keys, result = documented(), flat(report.as_json(problem))
    there = {"calls": report.planned, "remaining": report.checklist, "error": problem}
    assert set(result) == {key for key in keys if there.get(key.partition(".")[0], True)}
    assert {key: value for key, value in result.items() if not fits(value, keys[key])} == {}
    assert json.loads(json.dumps(report.as_json(problem))) == report.as_json(problem)
