"""What a person should know of an option of dwh.cfg, as it is applied now."""

from __future__ import annotations

from datetime import datetime

from iac import schedule as names
from iac.config import Config
from iac.config.schedule import PauseAfter
from iac.observed import Observed
from iac.plan.context import Context
from iac.plan.schedule import wanted_schedules
from iac.tags import SCHEDULE_TAG


def own_address_remarks(config: Config, seen: Observed, context: Context) -> list[str]:
    """Where DWH_INGRESS_CIDR = auto lets in an address that may not be the one meant."""
    if config.ingress is not None:
        return []
    notes = []
    address = ", ".join(seen.ingress)
    if context.ci and config.target == "aws":
        notes.append(
            f"CI is set in the environment, so {address}, which DWH_INGRESS_CIDR = auto lets in, is the address of the CI "
            "runner. To let others in, write their addresses into dwh.cfg: DWH_INGRESS_CIDR = 203.0.113.7/32 (with theirs)."
        )
    if not config.publicly_accessible:
        notes.append(
            f"The cluster is private, and a public address such as {address}, which DWH_INGRESS_CIDR = auto lets in, never "
            "reaches it. Write the range of the VPC or the VPN into dwh.cfg: DWH_INGRESS_CIDR = 10.0.0.0/16 (with yours)."
        )
    return notes


def schedule_remarks(config: Config, seen: Observed, context: Context) -> list[str]:
    """Where the schedules do something else than their option says at first sight."""
    if not config.schedule_options or seen.scheduling is None or seen.scheduling.unread is not None:
        return []
    notes = outside_hours(config, context) if config.running_hours else []
    once = [name for name in config.schedule_options if name == "DWH_BUDGET_USD" or isinstance(config.auto_pause, PauseAfter)]
    once = [name for name in once if name != "DWH_RUNNING_HOURS"]
    if config.running_hours and once:
        notes.append(
            f"{' and '.join(once)} pauses once for each time that create_cluster.py makes or resumes the cluster; "
            "a resume by DWH_RUNNING_HOURS is not counted anew."
        )
    for each in wanted_schedules(config, seen, context):
        day = names.skipped_day(each.expression, each.zone, context.now)
        if day is not None:
            what = "resume" if each.action.startswith("resume") else "pause"
            notes.append(
                f"On {day} the clock of {each.zone} is put forward over the time of a {what} ({each.option}): "
                f"AWS leaves out the {what} of that day."
            )
    return notes


def outside_hours(config: Config, context: Context) -> list[str]:
    """What to say where the cluster runs now, and DWH_RUNNING_HOURS has it paused."""
    hours = config.running_hours
    assert hours is not None
    pause, resume = (names.next_run(each, hours.zone, context.now) for each in (names.ends(hours), names.begins(hours)))
    if pause is None or resume is None or pause < resume:
        return []
    return [
        f"It is outside DWH_RUNNING_HOURS = {hours.text} now: the cluster is left running until the next pause, "
        f"{names.spoken(pause, hours.zone)}."
    ]


def will_resume(config: Config, seen: Observed, now: datetime) -> list[str]:
    """What to say after a pause by hand: DWH_RUNNING_HOURS does not know of it."""
    hours, cluster = config.running_hours, seen.cluster
    if hours is None or cluster is None or SCHEDULE_TAG not in dict(cluster.tags):
        return []
    resume = names.next_run(names.begins(hours), hours.zone, now)
    when = f"on {names.spoken(resume, hours.zone)}" if resume else f"at {hours.text}"
    return [
        f"AWS resumes cluster {config.identifier} {when} (DWH_RUNNING_HOURS). To leave it paused for longer, blank "
        "DWH_RUNNING_HOURS in dwh.cfg and run `python create_cluster.py`, then `python delete_cluster.py --pause`."
    ]
