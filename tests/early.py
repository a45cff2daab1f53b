"""Tests that mostly wait for other processes, begun with the session while others go on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

BEGUN: dict[str, Future[Any]] = {}
"""By the test's id; conftest begins what was selected."""


def early(test: Callable[[Path], None]) -> Callable[[pytest.FixtureRequest], None]:
    """The test, given a folder of its own, in a thread of its own; its verdict is told in its turn."""

    def verdict(request: pytest.FixtureRequest) -> None:
        BEGUN[request.node.nodeid].result(timeout=120)

    verdict.__name__, verdict.__doc__ = test.__name__, test.__doc__
    verdict.early = test  # type: ignore[attr-defined]
    return verdict
