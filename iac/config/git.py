"""Whether git would publish what dwh.cfg keeps."""

from __future__ import annotations

import os
from pathlib import Path

from iac.config import file
from iac.config.ini import parse
from iac.config.writeback import holds_secret
from iac.errors import UsageError

SECONDS = 2.0


def git_exposure(path: Path) -> str | None:
    """A note if the file holds a secret and git tracks it, with the command that helps; None otherwise.

    Asks git itself, for at most two seconds; silent where git is not installed.
    """
    import shlex  # both needed here only
    import subprocess

    real = Path(os.path.realpath(path))
    try:
        if not holds_secret(parse(file.load(real))):
            return None
        # A repository may name a program as its file watcher; looking must not start it.
        words = ["git", "-c", "core.fsmonitor=false", "ls-files", "-v", "--error-unmatch", "--", real.name]
        answer = subprocess.run(words, cwd=real.parent, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, ValueError, UsageError, subprocess.TimeoutExpired):
        return None
    # ls-files -v marks a file that was set aside with S, or in lower case.
    if answer.returncode != 0 or not answer.stdout.startswith(b"H"):
        return None
    folder = "" if real.parent == Path.cwd() else f"-C {shlex.quote(str(real.parent))} "
    return (
        f"{real.name} holds a password or a key, and git tracks this file: the next commit would publish it. "
        f"To keep the file out of commits: `git {folder}update-index --skip-worktree {shlex.quote(real.name)}`"
    )
