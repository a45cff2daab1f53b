"""An AWS account in a file, for TARGET = simulator: moto made to behave as AWS does."""

from iac.simulator.durations import SIMULATED_PACE, Durations
from iac.simulator.simulator import Simulator

__all__ = ["SIMULATED_PACE", "Durations", "Simulator"]
