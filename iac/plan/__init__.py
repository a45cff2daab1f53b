"""The difference between what should be and what is: pure, as a list of steps.

The cluster is absent, ready, paused or broken here; whatever moves was waited
out before. The same file and the same AWS give the same steps.
"""

from iac.plan.checklist import Row, checklist
from iac.plan.context import Context, role_arn
from iac.plan.cost import STARTING, hourly_usd, operations_of, price_words
from iac.plan.money import credits_left, other_clusters
from iac.plan.places import asks_s3, may_ask_s3
from iac.plan.preconditions import another_account, made_by_another, refuse_another_account
from iac.plan.remarks import will_resume
from iac.plan.restoring import final_prefix
from iac.plan.running import pending_notes, remarks, to_running, warnings
from iac.plan.schedule import unguarded
from iac.plan.stopping import kept, left_behind, not_brought_back, to_gone, to_paused

__all__ = [
    "STARTING", "Context", "Row", "another_account", "asks_s3", "checklist", "credits_left", "final_prefix", "hourly_usd",
    "kept", "left_behind", "made_by_another", "may_ask_s3", "not_brought_back", "operations_of", "other_clusters",
    "pending_notes", "price_words", "refuse_another_account", "remarks", "role_arn", "to_gone", "to_paused", "to_running",
    "unguarded", "warnings", "will_resume",
]  # fmt: skip
