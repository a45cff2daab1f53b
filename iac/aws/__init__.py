"""AWS: the only folder that imports boto3. Thin wrappers, one service or resource a module.

And what is told where a package that requirements.txt names is missing, or older than it allows. What works with an older one
is left to work: a managed environment, such as Airflow's, has its own versions.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from iac.errors import Problem
from iac.words import shell_word

REQUIREMENTS = Path(__file__).parents[2] / "requirements.txt"


@contextmanager
def needed() -> Iterator[None]:
    """Around an import that needs them. Raises Problem where it fails for want of one."""
    try:
        yield
    except Exception as error:
        problem = unmet(error)
        if problem is None:
            raise
        raise problem from None


def unmet(error: BaseException, requirements: Path = REQUIREMENTS) -> Problem | None:
    """What a person has to install, where that may be why something failed; None where nothing is missing or too old."""
    least = _least(requirements)
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    old = {} if missing in least else _too_old(least)
    if not (missing or old):
        return None
    if old:
        what = f"{' and '.join(old)} {'are' if len(old) > 1 else 'is'} too old for these scripts."
        has = f"has {', '.join(f'{name} {version}' for name, version in old.items())} ({type(error).__name__})"
    else:
        what, has = f"{missing} is not installed in this Python.", "does not have it"
    asks = ", ".join(f"{name}>={version}" for name, version in least.items()) or "it"
    where = str(requirements)
    with suppress(OSError):
        where = requirements.name if requirements.samefile(requirements.name) else where
    return Problem(
        what,
        f"requirements.txt asks for {asks}; this Python, {sys.executable}, {has}.",
        f"Install what it asks for: `{shell_word(sys.executable)} -m pip install -r {shell_word(where)}`; or use a Python that has it, such as "
        "the one of the virtual environment (.venv/bin/python).",
    )


def _least(requirements: Path) -> dict[str, str]:
    """The lowest versions that it allows of what is in use here: moto is the simulator's alone."""
    names = "boto3|moto" if "iac.simulator" in sys.modules else "boto3"
    with suppress(OSError, ValueError):
        return dict(re.findall(rf"(?m)^({names})\b[^>\n#]*>=\s*([\d.]+)", requirements.read_text("utf-8")))
    return {}


def _too_old(least: dict[str, str]) -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version  # slow, so only for what has failed

    old = {}
    for name, lowest in least.items():
        with suppress(PackageNotFoundError):
            if _numbers(installed := version(name)) < _numbers(lowest):
                old[name] = installed
    return old


def _numbers(version: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", version)]
