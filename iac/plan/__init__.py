"""The difference between what should be and what is: pure, as one value.

The cluster is absent, ready, paused or broken here; whatever moves was waited
out before. The same file and the same AWS give the same plan.
"""

from iac.plan.context import Context, Plan
from iac.plan.running import running
from iac.plan.stopping import gone, paused

__all__ = ["Context", "Plan", "gone", "paused", "running"]
