"""The difference between what should be and what is: pure, as a list of steps.

The cluster is absent, ready, paused or broken here; whatever moves was waited
out before. The same file and the same AWS give the same steps.
"""

from iac.plan.restoring import final_prefix
from iac.plan.running import remarks, to_running
from iac.plan.stopping import kept, to_gone, to_paused
from iac.plan.wish import Wish

__all__ = ["Wish", "final_prefix", "kept", "remarks", "to_gone", "to_paused", "to_running"]
