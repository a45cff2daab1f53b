"""The real scripts, run as a person runs them: a folder, a process, its output."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

NO_SERVER = "http://127.0.0.1:9"
"""The discard port of this machine: a test that would ask AWS gets no answer."""

TIMEOUT = 600
"""Seconds that a process may take: on a busy machine far more than on an idle one."""

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Ended:
    """How a script ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


@cache
def shipped() -> str:
    """dwh.cfg as it is shipped, also where the scripts were tried in this folder, and the file was written or switched to AWS."""
    text = (ROOT / "dwh.cfg").read_text("utf-8")
    if re.search(r"(?m)^(?:(?:HOST|ARN|DB_PASSWORD|KEY) *= *\S|TARGET *= *aws)", text) is None:
        return text
    committed = subprocess.run(["git", "show", "HEAD:dwh.cfg"], cwd=ROOT, capture_output=True, text=True, check=False)
    return committed.stdout or text


def folder(path: Path, **edits: str) -> Path:
    """A copy of the shipped dwh.cfg in this folder, with options edited: `DB_PASSWORD="..."`.

    Unless edited, it pauses nothing, and has a node type that every Region sells.
    """
    path.mkdir(parents=True, exist_ok=True)
    config = path / "dwh.cfg"
    config.write_text(shipped(), "utf-8")
    edit(config, **{"DWH_AUTO_PAUSE": "", "DWH_NODE_TYPE": "ra3.large", **edits})
    return config


def edit(config: Path, **edits: str) -> None:
    """Write these options into the file, as a person would in an editor."""
    lines = config.read_text("utf-8").splitlines(keepends=True)
    for option, value in edits.items():
        places = [number for number, line in enumerate(lines) if line.partition("=")[0].strip() == option]
        assert places, option
        lines[places[0]] = f"{option} = {value}".rstrip() + "\n"
    config.write_text("".join(lines), "utf-8")


def value(config: Path, option: str) -> str:
    """What stands behind an option in the file."""
    (found,) = [
        line.partition("=")[2].strip()
        for line in config.read_text("utf-8").splitlines()
        if line.partition("=")[0].strip() == option
    ]
    return found


def environment(**extra: str) -> dict[str, str]:
    """Nothing of the AWS settings of whoever runs the tests, and no way to AWS."""
    kept = {name: each for name, each in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "AWS_ENDPOINT_URL": NO_SERVER, "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull, **extra}  # fmt: skip


def command(script: str, config: Path, *options: str) -> list[str]:
    return [sys.executable, str(ROOT / script), "--config", str(config), *options]


def run(script: str, config: Path, *options: str, stdin: str = "", **extra: str) -> Ended:
    """Run a script to its end, on a pipe."""
    ended = subprocess.run(
        command(script, config, *options),
        capture_output=True,
        text=True,
        input=stdin,
        env=environment(**extra),
        timeout=TIMEOUT,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def create(config: Path, *options: str, **extra: str) -> Ended:
    return run("create_cluster.py", config, *options, **extra)


def delete(config: Path, *options: str, **extra: str) -> Ended:
    return run("delete_cluster.py", config, *options, **extra)
