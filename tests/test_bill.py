"""The bill so far, as a table: an age, events, and what they prove; and what is said of credits and other clusters."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from iac.money.bill import Bill, Event, bill
from iac.facts import events as known
from iac.money.others import Credits, credits_left, other_clusters
from iac.naming import MAKER_TAG
from tests.sample import CONFIG, NOW, PLACE, cluster, config

PRICE = Decimal("0.543")

Told = tuple[float, str]
"""How many hours ago, and the event: its id, or the words of one without."""


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def events(*told: Told) -> tuple[Event, ...]:
    return tuple(
        Event(ago(hours), what if what.startswith("REDSHIFT") else "", known.TEXTS.get(what, what).format(cluster="dwh", time="", was="was", snapshot=""))
        for hours, what in told
    )  # fmt: skip


FROM_ITS_WORDS = known.TEXTS[known.PAUSED]
RESUMED = known.RESUMED
UNKNOWN = "The cluster dwh pause operation was postponed."

BILLS: dict[str, tuple[float, tuple[Told, ...] | None, bool, str]] = {
    # hours since it was created, the events, whether it is paused now, what a person reads
    "it has always run": (3.5, (), False, "ran 3 h 30 min, about $1.90 of compute"),
    "created and nothing else": (1, ((1, known.CREATED),), False, "ran 1 h, about $0.54 of compute"),
    "a pause in between": (
        24,
        ((22, known.PAUSE_STARTED), (22, known.PAUSED), (2, RESUMED)),
        False,
        "ran 4 h of 24 h, about $2.17 of compute",
    ),
    "paused twice, and paused now": (
        40,
        ((30, known.PAUSED), (20, RESUMED), (10, known.PAUSED)),
        True,
        "ran 20 h of 40 h, about $10.86 of compute",
    ),
    "a resume that begins and ends with an event": (
        24,
        ((20, known.PAUSED), (10, "The cluster dwh resume operation started at x."), (9, RESUMED)),
        False,
        "ran 14 h of 24 h, about $7.60 of compute",
    ),
    "in another order": (24, ((2, RESUMED), (22, known.PAUSED)), False, "ran 4 h of 24 h, about $2.17 of compute"),
    "resumed by its words alone": (
        24, ((22, known.PAUSED), (2, known.TEXTS[RESUMED])), False,
        "ran 4 h of 24 h, about $2.17 of compute",
    ),
    "by its words alone": (24, ((22, FROM_ITS_WORDS), (2, RESUMED)), False, "ran 4 h of 24 h, about $2.17 of compute"),
    "the events cannot be read": (30, None, False, "ran at most 30 h, at most $16.29 of compute"),
    "paused now, and no event tells of it": (30, (), True, "ran at most 30 h, at most $16.29 of compute"),
    "it runs, and no event tells since when": (30, ((20, known.PAUSED),), False, "ran at most 30 h, at most $16.29 of compute"),
    "resumed, and no event tells since when it was paused": (30, ((20, RESUMED),), False, "ran at most 30 h, at most $16.29 of compute"),
    "an event in words that are not known": (30, ((20, UNKNOWN),), False, "ran at most 30 h, at most $16.29 of compute"),
    "a pause that failed": (30, ((20, "Cluster dwh could not be paused."),), False, "ran at most 30 h, at most $16.29 of compute"),
    "resumed with another network interface": (
        24,
        ((22, known.PAUSED), (3, known.OTHER_INTERFACE), (2, RESUMED)),
        False,
        "ran 4 h of 24 h, about $2.17 of compute",
    ),
    "older than the events reach": (24 * 20, (), False, "ran at most 20 days, at most $260.64 of compute"),
    "older, and paused before the events reach": (24 * 20, (), True, "ran at most 6 days of 20 days, at most $78.19 of compute"),
    "older, and resumed within reach": (24 * 20, ((24, RESUMED),), False, "ran at most 7 days of 20 days, at most $91.22 of compute"),
    "older, and paused within reach": (24 * 20, ((48, known.PAUSED),), True, "ran at most 18 days of 20 days, at most $234.58 of compute"),
    "older, paused now and an unknown event": (24 * 20, ((24, UNKNOWN),), True, "ran at most 20 days, at most $260.64 of compute"),
    "resized": (
        10,
        ((5, known.RESIZE_STARTED), (4, known.RESIZED)),
        False,
        "ran 10 h, about $5.43 of compute at its present size; it had another one before",
    ),
    "resized, and older than the events reach": (
        24 * 20,
        ((5, known.RESIZED),),
        False,
        "ran at most 20 days, about $260.64 of compute at its present size; it had another one before",
    ),
    "events of an earlier cluster of that name": (5, ((30, known.PAUSED), (20, known.DELETED)), False, "ran 5 h, about $2.72 of compute"),
    "deleted an hour ago": (5, ((1, known.DELETED),), False, "ran 4 h, about $2.17 of compute"),
    "deleted while it was paused": (5, ((4, known.PAUSED), (1, known.DELETED)), True, "ran 1 h of 4 h, about $0.54 of compute"),
    "this computer's clock is behind": (-0.5, (), False, "ran 0 s, less than $0.01 of compute"),
    "events of the near future": (5, ((1, known.PAUSED), (-0.1, RESUMED)), False, "ran 4 h of 5 h, about $2.17 of compute"),
    "other events": (5, ((3, known.RESTORED), (2, "Maintenance started on cluster dwh at x.")), False, "ran 5 h, about $2.72 of compute"),
}  # fmt: skip


@pytest.mark.parametrize("case", BILLS)
def test_the_events_tell_how_long_it_ran(case: str) -> None:
    age, told, paused, words = BILLS[case]
    found = bill(ago(age), NOW, None if told is None else events(*told), PRICE, paused)
    assert str(found) == words


def test_without_a_price_the_time_is_told() -> None:
    assert str(bill(ago(3), NOW, (), None)) == "ran 3 h"


def test_a_bill_is_exact_to_the_second() -> None:
    found = bill(NOW - timedelta(seconds=90), NOW, (), Decimal("3600"))
    assert found == Bill(timedelta(seconds=90), timedelta(seconds=90), Decimal(90))



CREDITS = Credits(Decimal("137.42"), datetime(2027, 1, 14, tzinfo=timezone.utc))

FREE_PLAN = {
    "one node": (
        CONFIG,
        CREDITS,
        "$137.42 of credits left, about 253 hours of this cluster (ra3.large); the account closes when they end, or on "
        "2027-01-14.",
    ),
    "two nodes": (
        config(number_of_nodes=2),
        replace(CREDITS, left=Decimal("1.5")),
        "$1.50 of credits left, about 1 hour of this cluster (2 x ra3.large); the account closes when they end, or on "
        "2027-01-14.",
    ),
    "a price that is not known": (
        config(node_type="ra9.large"),
        replace(CREDITS, ends_at=None),
        "$137.42 of credits left; the account closes when they end.",
    ),
}


@pytest.mark.parametrize("case", FREE_PLAN)
def test_credits_are_told_with_what_they_pay(case: str) -> None:
    wanted, left, words = FREE_PLAN[case]
    assert credits_left(wanted, PLACE, left) == [f"This account is on AWS's free plan: {words}"]


def test_without_a_free_plan_nothing_is_said_of_credits() -> None:
    assert credits_left(CONFIG, PLACE, None) == []


def test_a_cluster_that_is_on_its_way_out_is_not_named() -> None:
    others = (cluster(identifier="old", status="deleting"), cluster(identifier="new", status="creating", created_at=None))
    (said,) = other_clusters(CONFIG, PLACE, others, NOW)
    assert said.startswith("Cluster new (1 x ra3.large, creating) is also yours and costs $0.54 an hour.")


def test_where_the_login_is_not_known_another_ones_cluster_is_not_called_yours() -> None:
    (said,) = other_clusters(CONFIG, replace(PLACE, caller=""), (cluster(identifier="bobs", tags=((MAKER_TAG, "bob"),)),), NOW)
    assert "was made with these scripts as well, by bob" in said and "delete" not in said


def test_credits_are_never_less_than_none() -> None:
    (said,) = credits_left(CONFIG, PLACE, Credits(Decimal("-1.5"), None))
    assert "$0.00 of credits left, about 0 hours" in said
