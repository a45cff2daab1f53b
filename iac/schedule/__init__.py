"""AWS pauses and resumes the cluster by itself (Amazon EventBridge Scheduler): all of this ability.

Its options are DWH_AUTO_PAUSE, DWH_RUNNING_HOURS and DWH_BUDGET_USD. value: a schedule, its names and its times.
look: what is there in AWS. plan: what should be, the steps there, what a person reads of it, and the login's rights.
others: scheduled actions of Amazon Redshift itself, which these scripts do not make.
"""
