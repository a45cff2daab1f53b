"""One story that several tests look at: on and off, each a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import scripts


ALONE = scripts.environment()
os.environ.clear()
os.environ.update(ALONE)


@dataclass(frozen=True)
class OnAndOff:
    """The folder at the end, the screens, and dwh.cfg at each stage."""

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
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=True,
    )  # fmt: skip
    return ended.stdout


def _story(folder: Path) -> OnAndOff:
    for name in ("create_cluster.py", "delete_cluster.py", "dwh.cfg"):
        shutil.copy(scripts.ROOT / name, folder)
    (folder / "iac").symlink_to(scripts.ROOT / "iac")
    for words in (["init", "--quiet"], ["add", "dwh.cfg"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    config = folder / "dwh.cfg"
    shipped = config.read_text()
    first = screen("create_cluster.py", folder)
    running = config.read_text()
    off = screen("delete_cluster.py", folder)
    return OnAndOff(folder, shipped, first, running, off, config.read_text())


_BEGUN: list[Future[OnAndOff]] = []


def pytest_collection_finish(session: pytest.Session) -> None:
    """Where a test wants the story, begin it at once: it mostly waits, and other tests go on meanwhile."""
    if any("on_and_off" in getattr(item, "fixturenames", ()) for item in session.items):
        folder = Path(tempfile.mkdtemp(prefix="story-"))
        session.config.add_cleanup(lambda: shutil.rmtree(folder))
        _BEGUN.append(ThreadPoolExecutor(1).submit(_story, folder))


@pytest.fixture
def on_and_off() -> OnAndOff:
    return _BEGUN[0].result(timeout=120)
