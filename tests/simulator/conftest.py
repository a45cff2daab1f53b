"""What the tests of the simulator share."""

from __future__ import annotations

import pytest

from tests.simulator.account import Scene


@pytest.fixture
def aws() -> Scene:
    """An empty account, kept nowhere."""
    return Scene()
