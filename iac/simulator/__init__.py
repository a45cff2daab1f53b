"""An AWS account in a file, for TARGET = simulator: moto made to behave as AWS does."""

from iac.aws import needed

with needed():
    import iac.simulator.session  # noqa: F401  # imports moto in isolation, before any other module here does
    from iac.simulator.simulator import Simulator
    from iac.simulator.timeline import SIMULATED_PACE, Durations

__all__ = ["SIMULATED_PACE", "Durations", "Simulator"]
