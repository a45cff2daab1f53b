"""The environment of all tests, and one story that several of them look at."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import processes, scripts

# botocore's models are many objects that stay: looking through them again and again takes a tenth of the time.
gc.set_threshold(1_000_000, 50, 50)

WITHOUT_AWS_SETTINGS = scripts.environment()
os.environ.clear()
os.environ.update(WITHOUT_AWS_SETTINGS)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(processes.plugin(config))


@dataclass(frozen=True)
class OnAndOff:
    """Create, then delete: the folder at the end, the screens, and dwh.cfg at each stage."""

    folder: Path
    shipped: str
    first: str
    running: str
    off: str
    stopped: str


def screen(script: str, folder: Path) -> str:
    """Both streams as a person sees them, the script run in its folder."""
    ended = subprocess.run(
        [sys.executable, script], cwd=folder, env=scripts.environment(),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=scripts.TIMEOUT, check=True,
    )  # fmt: skip
    return ended.stdout


@pytest.fixture(scope="session")
def on_and_off(tmp_path_factory: pytest.TempPathFactory) -> OnAndOff:
    folder = tmp_path_factory.mktemp("on and off")
    for name in ("create_cluster.py", "delete_cluster.py"):
        shutil.copy(scripts.ROOT / name, folder)
    (folder / "dwh.cfg").write_text(scripts.shipped(), "utf-8")
    (folder / "iac").symlink_to(scripts.ROOT / "iac")
    for words in (["init", "--quiet"], ["add", "dwh.cfg"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    config = folder / "dwh.cfg"
    shipped = config.read_text()
    first = screen("create_cluster.py", folder)
    running = config.read_text()
    off = screen("delete_cluster.py", folder)
    return OnAndOff(folder, shipped, first, running, off, config.read_text())
