"""When AWS pauses and resumes the cluster by itself: the texts of dwh.cfg, the clock of a zone, the count of a timer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from iac.config import Config, read
from iac.errors import Problem, UsageError
from iac.observed import Observed
from iac.plan import Context, Plan
from iac.steps.policy import SCHEDULER, trust_policy
from iac.schedule import value as schedule
from iac.config.faults import Wrong
from iac.config.times import PauseAfter, PauseDaily, auto_pause, running_hours
from iac.report import Report
from iac.schedule.plan import known, paused, told, wanted as schedules
from iac.schedule.plan import running as part
from iac.schedule.value import POLICY, Scheduling
from iac.naming import OUR_TAG
from tests.planned import to_running
from tests import scripts
from tests.sample import CONFIG, GROUP, NOTHING, NOW, PLACE, ROLE, cluster, config, seen

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
ALLOWED = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["redshift:PauseCluster", "redshift:ResumeCluster"],
            "Resource": PLACE.cluster_arn("dwhcluster"),
        }
    ],
}
SCHEDULE_ROLE = replace(
    ROLE,
    name=schedule.role_name("us-west-2", "dwhcluster"),
    arn=PLACE.role_arn(schedule.role_name("us-west-2", "dwhcluster")),
    trust=trust_policy(PLACE.account, SCHEDULER),
    tags=(OUR_TAG,),
    inline=((POLICY, ALLOWED),),
    created_at=NOW - timedelta(days=1),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def of(*scheduling: Any) -> dict[str, Any]:
    return {"schedule": Scheduling(*scheduling)}


def context(now: datetime = NOW, **changes: Any) -> Context:
    return Context(now, GROUP, **changes)


# The texts.

READ: dict[str, Any] = {
    "4h": PauseAfter("4h", 240),
    "90m": PauseAfter("90m", 90),
    "1h30m": PauseAfter("1h30m", 90),
    "30d": PauseAfter("30d", 30 * 24 * 60),
    "19:00": PauseDaily("19:00", 19 * 60, "UTC"),
    "7:05 Europe/Berlin": PauseDaily("7:05 Europe/Berlin", 425, BERLIN),
}


@pytest.mark.parametrize("text", READ)
def test_a_pause_is_read(text: str) -> None:
    assert auto_pause(text) == READ[text]


HOURS = {
    "mon-fri 08:00-19:00 Europe/Berlin": ("cron(0 8 ? * MON,TUE,WED,THU,FRI *)", "cron(0 19 ? * MON,TUE,WED,THU,FRI *)"),
    "mon,wed,fri 8:00-19:30": ("cron(0 8 ? * MON,WED,FRI *)", "cron(30 19 ? * MON,WED,FRI *)"),
    "daily 22:00-06:00 UTC": ("cron(0 22 * * ? *)", "cron(0 6 * * ? *)"),
    "fri 22:00-06:00": ("cron(0 22 ? * FRI *)", "cron(0 6 ? * SAT *)"),
    "sun 08:00-24:00": ("cron(0 8 ? * SUN *)", "cron(0 0 ? * MON *)"),
    "Sat - Mon 09:00 - 17:00": ("cron(0 9 ? * MON,SAT,SUN *)", "cron(0 17 ? * MON,SAT,SUN *)"),
}


@pytest.mark.parametrize("text", HOURS)
def test_running_hours_are_a_resume_and_a_pause(text: str) -> None:
    hours = running_hours(text)
    assert (schedule.cron(hours.begin, hours.days), schedule.cron(hours.end, hours.end_days)) == HOURS[text]


WRONG = {
    ("DWH_AUTO_PAUSE", "4 hours"): "4h",
    ("DWH_AUTO_PAUSE", "4"): "4h",
    ("DWH_AUTO_PAUSE", "30m"): "1h",
    ("DWH_AUTO_PAUSE", "31d"): "30d",
    ("DWH_AUTO_PAUSE", "7pm"): "19:00",
    ("DWH_AUTO_PAUSE", "19.00 berlin"): "19:00 Europe/Berlin",
    ("DWH_AUTO_PAUSE", "19:00 Europe/Berln"): "19:00 Europe/Berlin",
    ("DWH_AUTO_PAUSE", "never"): "4h",
    ("DWH_RUNNING_HOURS", "22:00-06:00"): "daily 22:00-06:00",
    ("DWH_RUNNING_HOURS", "Weekdays 8am-7pm berlin"): "mon-fri 08:00-19:00 Europe/Berlin",
    ("DWH_RUNNING_HOURS", "mo-fr 8-19"): "mon-fri 08:00-19:00",
    ("DWH_RUNNING_HOURS", "mon-fri 08:00-19:00 Berlin/Europe"): "mon-fri 08:00-19:00",
    ("DWH_RUNNING_HOURS", "daily 08:00-07:30"): "mon-fri 08:00-19:00",
    ("DWH_RUNNING_HOURS", "mon 08:00-08:30"): "mon-fri 08:00-19:00",
    ("DWH_BUDGET_USD", "$5"): "5",
    ("DWH_BUDGET_USD", "0"): "",
}


@pytest.mark.parametrize(("option", "text"), WRONG)
def test_a_wrong_text_is_a_fault_with_its_line_and_a_correction(option: str, text: str, tmp_path: Path) -> None:
    path = scripts.folder(tmp_path, **{option: text})
    with pytest.raises(UsageError) as caught:
        read(path)
    (fault,) = caught.value.faults  # type: ignore[attr-defined]
    assert path.read_text().splitlines()[fault.line - 1] == f"{option} = {text}"
    assert fault.fix == f"{option} = {WRONG[option, text]}".strip()


def test_a_time_without_a_zone_is_utc_and_a_note_says_how_to_name_one(tmp_path: Path) -> None:
    edits = {"DWH_AUTO_PAUSE": "19:00", "DWH_RUNNING_HOURS": "mon-fri 08:00-19:00"}
    found = read(scripts.folder(tmp_path, **edits))
    for option, text in edits.items():
        assert f"{option} = {text} names no time zone, so it is UTC; with one: {option} = {text} Europe/Berlin" in (*found.notes, *found.assumed)
    assert [each.zone for each in (found.auto_pause, found.running_hours) if not isinstance(each, PauseAfter) and each] == ["UTC"] * 2


def test_a_computer_without_time_zone_data_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import zoneinfo

    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([])
    zoneinfo.ZoneInfo.clear_cache()
    try:
        with pytest.raises(Wrong) as wrong:
            auto_pause("19:00 Europe/Berlin")
        assert "no time zone data" in wrong.value.allowed
        assert auto_pause("19:00 UTC") and auto_pause("19:00")
        assert schedule.next_run("cron(0 19 * * ? *)", BERLIN, NOW) is None
    finally:
        zoneinfo.reset_tzpath(before)


# The clock.

RUNS = {
    "skipped in spring": ("cron(30 2 * * ? *)", BERLIN, "2026-03-27T12:00", ["2026-03-28T01:30", "2026-03-30T00:30"]),
    "once in autumn": ("cron(30 2 * * ? *)", BERLIN, "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
    "before and after spring": ("cron(0 8 * * ? *)", BERLIN, "2026-03-28T12:00", ["2026-03-29T06:00", "2026-03-30T06:00"]),
    "before and after autumn": ("cron(0 8 * * ? *)", BERLIN, "2026-10-24T05:00", ["2026-10-24T06:00", "2026-10-25T07:00"]),
    "New York, skipped in spring": ("cron(30 2 * * ? *)", NEW_YORK, "2026-03-07T12:00", ["2026-03-09T06:30", "2026-03-10T06:30"]),
    "New York, once in autumn": ("cron(30 1 * * ? *)", NEW_YORK, "2026-10-31T12:00", ["2026-11-01T05:30", "2026-11-02T06:30"]),
    "New York, Fridays": ("cron(0 19 ? * FRI *)", NEW_YORK, "2026-10-30T12:00", ["2026-10-30T23:00", "2026-11-07T00:00"]),
    "a Sunday that is skipped": ("cron(30 2 ? * SUN *)", BERLIN, "2026-03-22T12:00", ["2026-04-05T00:30"]),
    "one time": ("at(2026-03-29T12:00:00)", "UTC", "2026-03-29T11:59", ["2026-03-29T12:00"]),
    "one time in a zone": ("at(2026-03-29T12:00:00)", BERLIN, "2026-03-29T09:00", ["2026-03-29T10:00"]),
    "a time that has passed": ("at(2026-03-29T12:00:00)", "UTC", "2026-03-29T12:00", []),
    "no date": ("at(2026-02-30T12:00:00)", "UTC", "2026-03-29T12:00", []),
    "none of ours": ("rate(1 hour)", "UTC", "2026-03-29T12:00", []),
}


@pytest.mark.parametrize("case", RUNS)
def test_the_next_times_are_those_of_the_clock_of_the_zone(case: str) -> None:
    expression, zone, after, wanted = RUNS[case]
    found, moment = [], at(after)
    for _ in range(len(wanted) or 1):
        run = schedule.next_run(expression, zone, moment)
        found += [f"{run:%Y-%m-%dT%H:%M}"] if run else []
        moment = run or moment
    assert found == wanted


def test_a_time_is_told_with_its_zone() -> None:
    assert schedule.spoken(at("2026-11-24T18:00"), BERLIN) == "2026-11-24 19:00 CET"
    assert schedule.spoken(at("2026-07-24T18:00"), NEW_YORK) == "2026-07-24 14:00 EDT"
    assert schedule.spoken(at("2026-11-24T18:00"), "UTC") == "2026-11-24 18:00 UTC"


def test_names_fit_and_are_unique() -> None:
    assert schedule.names("dwhcluster")["pause"] == "dwhcluster-dwh-iac-pause"
    long, other = ("x" * 62 + "a", "x" * 62 + "b")
    assert {len(name) <= 64 for each in (long, other) for name in schedule.names(each).values()} == {True}
    assert not set(schedule.names(long).values()) & set(schedule.names(other).values())
    assert schedule.role_name("us-west-2", "dwhcluster") == "dwh-iac-schedule-us-west-2-dwhcluster"
    assert len({schedule.role_name("us-west-2", each)[:64] for each in (long, other)}) == 2


# The plan.


def operations(wanted: Config, there: Observed, now: datetime = NOW) -> list[str]:
    return [operation for step in to_running(wanted, there, context(now)) for operation in step.operations]


def running(file: Config, since: datetime = NOW, **changes: Any) -> Observed:
    """A cluster that runs, and the schedules that this file made at that moment."""
    there = seen(cluster=cluster(**changes), of=of((), SCHEDULE_ROLE))
    made = [replace(each, set_at=since) for each in schedules(file, there, since)]
    return replace(there, of=of(tuple(made), SCHEDULE_ROLE))


PAUSING = config(auto_pause=PauseAfter("4h", 240))
IN_HOURS = config(running_hours=running_hours("mon-fri 08:00-19:00 Europe/Berlin"))
EMPTY = seen(NOTHING, of=of())


def test_the_pause_is_asked_for_before_the_cluster() -> None:
    found = operations(replace(PAUSING, host="", role_arn=""), EMPTY)
    assert found.index("CreateSchedule") < found.index("CreateCluster")
    there = running(PAUSING, NOW - timedelta(hours=5), status="paused")
    assert operations(PAUSING, there) == ["UpdateSchedule", "ResumeCluster"]


PLANS = {
    "nothing asked, nothing looked at": (CONFIG, seen(), []),
    "all there": (PAUSING, running(PAUSING), []),
    "all hours there": (IN_HOURS, running(IN_HOURS), []),
    "it has run": (PAUSING, replace(running(PAUSING), of=of((), SCHEDULE_ROLE)), ["CreateSchedule"]),
    "another duration": (config(auto_pause=PauseAfter("5h", 300)), running(PAUSING), ["UpdateSchedule"]),
    "a daily pause instead": (config(auto_pause=auto_pause("19:00")), running(PAUSING), ["CreateSchedule", "DeleteSchedule"]),
    "a role of others": (
        PAUSING,
        replace(running(PAUSING), of=of((), replace(SCHEDULE_ROLE, ours=False, tags=(), inline=()))),
        ["CreateSchedule"],
    ),
    "switched off by hand": (
        PAUSING,
        replace(
            running(PAUSING),
            of=of((replace(known(running(PAUSING)).schedules[0], enabled=False),), SCHEDULE_ROLE),  # type: ignore[union-attr]
        ),
        ["UpdateSchedule"],
    ),
    "blank": (
        CONFIG,
        running(PAUSING),
        ["DeleteSchedule", "DeleteRolePolicy", "DeleteRole"],
    ),
    "a leftover, and no cluster": (
        config(host="", role_arn=""),
        seen(NOTHING, role=ROLE, groups=seen().groups, of=of(known(running(PAUSING)).schedules)),  # type: ignore[union-attr]
        ["DeleteSchedule", "CreateCluster"],
    ),
}


@pytest.mark.parametrize("case", PLANS)
def test_schedules_are_kept_as_the_file_says(case: str) -> None:
    wanted, there, steps = PLANS[case]
    assert operations(wanted, there) == steps


BUDGET = config(budget_usd=Decimal(5))
DUE = {
    "from the start of the cluster": (PAUSING, running(PAUSING, NOW - timedelta(minutes=5)), "2026-03-01T16:00"),
    "a run that goes on": (PAUSING, running(PAUSING, NOW, created_at=NOW - timedelta(days=1)), "2026-03-01T16:00"),
    "the budget": (BUDGET, running(BUDGET), "2026-03-01T21:12"),
    "the earlier one": (config(auto_pause=PauseAfter("4h", 240), budget_usd=Decimal(5)), running(BUDGET), "2026-03-01T16:00"),
    "the budget, when it is the earlier one": (
        config(auto_pause=PauseAfter("10h", 600), budget_usd=Decimal(5)), running(BUDGET), "2026-03-01T21:12",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DUE)
def test_the_one_pause_has_its_time(case: str) -> None:
    wanted, there, due = DUE[case]
    assert f"{min(each.due for each in schedules(wanted, there, NOW) if each.due):%Y-%m-%dT%H:%M}" == due


def test_a_budget_counts_what_was_used_before_a_resize() -> None:
    created = NOW - timedelta(days=1)
    there = running(BUDGET, NOW, created_at=created)
    grown = replace(there, cluster=replace(there.cluster, number_of_nodes=2))  # type: ignore[type-var]
    (once,) = schedules(BUDGET, grown, NOW + timedelta(hours=5))
    left = (Decimal(5) - 5 * Decimal("0.543")) / Decimal("1.086")
    expected = NOW + timedelta(hours=5) + timedelta(hours=float(left))
    assert once.due and f"{once.due:%Y-%m-%dT%H:%M}" == f"{expected:%Y-%m-%dT%H:%M}"
    used_up = schedules(BUDGET, grown, NOW + timedelta(hours=9, minutes=12))
    assert used_up[0].due == NOW + timedelta(hours=9, minutes=14)


@pytest.mark.parametrize(
    ("wanted", "what"),
    [(config(budget_usd=Decimal(5), node_type="ra4.large", number_of_nodes=2), "It is not known when"),
     (config(budget_usd=Decimal("0.5")), "less than one hour")],
)  # fmt: skip
def test_a_budget_that_cannot_be_kept_is_refused_before_anything_is_made(wanted: Config, what: str) -> None:
    with pytest.raises(Problem) as caught:
        to_running(wanted, EMPTY, context())
    assert what in caught.value.what and "dwh.cfg" in caught.value.remedy


def test_outside_its_hours_a_cluster_is_left_running_and_it_is_said() -> None:
    sunday, monday = at("2026-03-01T12:00"), at("2026-03-02T12:00")
    (note,) = part(IN_HOURS, running(IN_HOURS), context(sunday), ()).details
    assert "outside DWH_RUNNING_HOURS" in note and "2026-03-02 19:00 CET" in note
    both = replace(IN_HOURS, auto_pause=PauseAfter("8h", 480))
    (note,) = part(both, running(both), context(sunday), ()).details
    assert "until the next pause, 2026-03-01 21:00 CET" in note
    assert part(IN_HOURS, running(IN_HOURS), context(monday), ()).details == ()
    assert operations(IN_HOURS, running(IN_HOURS), sunday) == []


def test_a_pause_by_hand_says_when_the_cluster_is_resumed() -> None:
    (note,) = paused(IN_HOURS, running(IN_HOURS), context(at("2026-03-02T12:00")), ()).notes
    assert note.startswith("AWS resumes cluster dwhcluster on 2026-03-03 08:00 CET")
    assert paused(IN_HOURS, seen(), context(), ()) == paused(PAUSING, running(PAUSING), context(), ()) == Plan()


def test_a_role_that_does_not_fit_means_that_nothing_pauses_the_cluster() -> None:
    others = replace(SCHEDULE_ROLE, ours=False, trust=trust_policy(PLACE.account))
    there = replace(running(PAUSING), of=of((), others))
    assert operations(PAUSING, there) == []
    (note,) = part(PAUSING, there, context(), ()).notes
    assert note.startswith("NOTHING PAUSES cluster dwhcluster by itself, although DWH_AUTO_PAUSE asks for it: IAM role dwh-iac-sch")


@pytest.mark.parametrize("file", [PAUSING, IN_HOURS, config(budget_usd=Decimal("0.5"))])
def test_a_multi_az_deployment_gets_no_schedules_and_it_is_said_that_nothing_pauses_it(file: Config) -> None:
    option, there = schedule.options(file)[0], seen(cluster=cluster(multi_az=True), of=of())
    plan = part(file, there, context(), ())
    assert plan == Plan(notes=plan.notes) and plan.notes == (
        f"NOTHING PAUSES cluster dwhcluster by itself, although {option} asks for it: AWS pauses no cluster that is in two "
        "Availability Zones. It costs money until `python delete_cluster.py`.",
    )


def test_no_pause_of_a_multi_az_deployment_is_foretold_by_the_schedules_of_before() -> None:
    there = running(IN_HOURS, multi_az=True)
    assert told(Report(IN_HOURS, there, now=NOW)).rows == (("pauses", "never by itself: DWH_RUNNING_HOURS is not in effect"),)


def test_a_budget_stays_what_it_is_after_a_resize_to_less() -> None:
    """And not the creation of the cluster plus the budget at the new price."""
    there = running(config(budget_usd=Decimal(5), number_of_nodes=2), NOW, number_of_nodes=2)
    shrunk, later = replace(there, cluster=replace(there.cluster, number_of_nodes=1)), NOW + timedelta(hours=3)  # type: ignore[type-var]
    once = schedules(BUDGET, shrunk, later)
    again = replace(shrunk, of=of(tuple(replace(each, set_at=later) for each in once), SCHEDULE_ROLE))
    assert schedules(BUDGET, again, later + timedelta(minutes=1)) == once


# The attempts of a pause that comes once.


def attempts(found: schedule.Schedule) -> list[str]:
    moments, moment = [], found.next_run(NOW - timedelta(days=1))
    while moment:
        moments.append(f"{moment:%H:%M}")
        moment = found.next_run(moment)
    return moments


def test_a_pause_that_comes_once_is_attempted_for_an_hour_and_then_deletes_itself() -> None:
    there = seen(cluster=cluster(), of=of((), SCHEDULE_ROLE))
    (once,) = schedules(PAUSING, there, NOW)
    assert (once.expression, once.start) == ("rate(10 minutes)", NOW + timedelta(hours=4))
    assert once.end == NOW + timedelta(hours=4, minutes=59)  # at an EndDate of 17:00 there might be an attempt, or none
    assert attempts(once) == ["16:00", "16:10", "16:20", "16:30", "16:40", "16:50"]
    (call,) = [call for step in part(PAUSING, there, context(), ()).steps for call in step.calls]
    asked = call.parameters
    assert (asked["StartDate"], asked["EndDate"], asked["ActionAfterCompletion"]) == (once.start, once.end, "DELETE")
    assert asked["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 60


def test_a_daily_pause_has_neither_beginning_nor_end() -> None:
    there = seen(cluster=cluster(), of=of((), SCHEDULE_ROLE))
    (call,) = [call for step in part(config(auto_pause=auto_pause("19:00")), there, context(), ()).steps for call in step.calls]
    assert not {"StartDate", "EndDate"} & set(call.parameters) and call.parameters["ActionAfterCompletion"] == "NONE"


@pytest.mark.parametrize("minutes", [-5, 5, 55])
def test_a_pause_that_is_due_goes_on_being_attempted(minutes: int) -> None:
    later = NOW + timedelta(hours=4, minutes=minutes)
    assert operations(PAUSING, running(PAUSING), later) == []


def test_a_count_begins_anew_after_the_last_attempt() -> None:
    later = NOW + timedelta(hours=5, minutes=1)
    (once,) = schedules(PAUSING, running(PAUSING), later)
    assert once.due == later + timedelta(hours=4)


def one_time(minutes_left: int) -> Observed:
    """As earlier versions made it: an at() expression, with as many minutes left."""
    there = running(PAUSING)
    (found,) = known(there).schedules  # type: ignore[union-attr]
    due = NOW + timedelta(minutes=minutes_left)
    old = replace(found, expression=f"at({due:%Y-%m-%dT%H:%M:%S})", start=None, end=None, retry_seconds=3600)
    return replace(there, of=of((old,), SCHEDULE_ROLE))


@pytest.mark.parametrize(("left", "due"), [(100, 100), (-10, 2), (-70, 240)])
def test_a_one_time_schedule_of_before_keeps_its_count(left: int, due: int) -> None:
    """AWS refuses a StartDate of more than five minutes ago."""
    there = one_time(left)
    assert operations(PAUSING, there) == ["UpdateSchedule"]
    (once,) = schedules(PAUSING, there, NOW)
    assert once.due == NOW + timedelta(minutes=due)


def test_a_pause_that_is_due_and_was_switched_off_begins_again_soon() -> None:
    there = running(PAUSING)
    (found,) = known(there).schedules  # type: ignore[union-attr]
    off = replace(there, of=of((replace(found, enabled=False),), SCHEDULE_ROLE))
    later = NOW + timedelta(hours=4, minutes=20)
    (once,) = schedules(PAUSING, off, later)
    assert once.start == later + timedelta(minutes=2)


# A password that AWS rotates, and a cluster that is paused at that moment.

ROTATE = "`aws secretsmanager rotate-secret --secret-id 'redshift!dwhcluster-dwhuser' --region us-west-2`"
ON_FOR_GOOD = [config(auto_pause=PauseAfter("4h", 240)), IN_HOURS, BUDGET]


@pytest.mark.parametrize("file", ON_FOR_GOOD)
def test_schedules_and_a_managed_password_come_with_the_command_that_starts_the_rotation_again(file: Config) -> None:
    managed = replace(file, managed_password=True)
    (note,) = [each for each in part(managed, running(managed), context(), ()).details if "rotat" in each]
    assert "ends the rotation for good" in note and ROTATE in note
    assert not [each for each in part(file, running(file), context(), ()).details if "rotat" in each]
    assert not part(replace(CONFIG, managed_password=True), running(CONFIG), context(), ()).details


def test_a_pause_by_hand_of_a_cluster_with_a_managed_password_says_so_as_well() -> None:
    (note,) = paused(CONFIG, seen(cluster=cluster(managed_password=True)), context(), ()).notes
    assert ROTATE in note


@pytest.mark.parametrize(
    ("resume", "last"), [("16:25", "16:20"), ("16:23", "16:20"), ("16:22", "16:10"), ("16:20", "16:10"), ("16:01", "16:00")]
)
def test_attempts_end_where_dwh_running_hours_resumes_the_cluster(resume: str, last: str) -> None:
    """Refused all night because it is paused, one of them would undo the resume of the morning."""
    file = replace(PAUSING, running_hours=running_hours(f"daily {resume}-15:00 UTC"))
    once = next(each for each in schedules(file, seen(cluster=cluster(), of=of((), SCHEDULE_ROLE)), NOW) if each.once)
    assert attempts(once)[-1] == last and once.end
    assert f"{once.end:%H:%M}" == f"{at(f'2026-03-01T{last}') + timedelta(minutes=9):%H:%M}"
