"""The fixture of the simulator's tests."""

from __future__ import annotations

import pytest

from tests.simulator.account import SimulatedAccount


@pytest.fixture
def aws() -> SimulatedAccount:
    """An empty account, kept in no file."""
    return SimulatedAccount()
