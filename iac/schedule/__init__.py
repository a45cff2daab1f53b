"""AWS pauses and resumes the cluster by itself (Amazon EventBridge Scheduler): all of this ability.

option: DWH_AUTO_PAUSE, DWH_RUNNING_HOURS and DWH_BUDGET_USD, as dwh.cfg says them. value: a schedule, its names and its times.
look: what is there in AWS. plan: what should be, the steps there, and what a person reads of it.
"""
