"""One story that several tests look at: on and off, each a process of its own."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import scripts
from tests.early import BEGUN


# botocore's models are many objects that stay: looking through them again and again takes a tenth of the time.
gc.set_threshold(100_000, 50, 50)

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


STORY = "on and off"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin at once what mostly waits, where it was selected."""
    folder = Path(tempfile.mkdtemp(prefix="early-"))
    pool = ThreadPoolExecutor(2)
    if any("on_and_off" in getattr(item, "fixturenames", ()) for item in session.items):
        BEGUN[STORY] = pool.submit(_story, _made(folder / "story"))
    for number, item in enumerate(session.items):
        test = getattr(getattr(item, "function", None), "early", None)
        if test is not None:
            BEGUN[item.nodeid] = pool.submit(test, _made(folder / str(number)))
    session.config.add_cleanup(lambda: (pool.shutdown(cancel_futures=True), shutil.rmtree(folder))[0])


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.fixture
def on_and_off() -> OnAndOff:
    return BEGUN[STORY].result(timeout=120)
