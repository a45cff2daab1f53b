"""AWS's rules as tables: what is allowed, what is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from botocore.session import Session

from iac.config import options as rules, read
from iac.config.faults import Misconfigured, Wrong
from iac.facts.limits import RESERVED_WORDS
from iac.facts.node_types import NODE_TYPES, RETIRED_MEMORY, is_retired, replacement, sold_in
from iac.config.secret import new_password


def wrong(rule: Callable[..., object], *given: object) -> str | None:
    """None, or what would be allowed."""
    try:
        rule(*given)
    except Wrong as refused:
        return refused.allowed
    return None


GOOD: list[tuple[Callable[[str], object], list[str]]] = [
    (rules.identifier, ["a", "dwhcluster", "my-wh-2", "a" * 63]),
    (rules.database, ["dwh", "dev", "sparkify_dwh", "_x", "a" * 64]),
    (rules.user, ["dwhuser", "awsuser", "a.b+c@d-e_f", "a" * 128]),
    (rules.password, ["Passw0rd", "%Passw0rd%", "Aa1!#$&()*", "A" * 62 + "a1", "#Passw0rd"]),
    (rules.role_name, ["dwhRole", "a", "My_Role+=,.@-", "r" * 64]),
    (rules.policy_arn, ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", "arn:aws-cn:iam::123456789012:policy/a/b"]),
    (rules.region, ["us-west-2", "ap-southeast-1", "us-gov-west-1"]),
    (rules.subnet_group, ["my-group", "A1"]),
    (rules.node_type, [*NODE_TYPES, "rg.2xlarge", "ra4.112xlarge", "ra3.xlarge"]),
]

BAD: list[tuple[Callable[[str], object], list[str]]] = [
    (rules.identifier, ["", "1a", "a--b", "a-", "-a", "dwh_cluster", "Upper", "a" * 64, "é", "a\n"]),
    (rules.database, ["", "1a", "immigration-db", "DWH", "user", "table", "snapshot", "a" * 65, "dwh\n"]),
    (rules.user, ["", "1a", "User", "a:b", "a/b", "public", "rdsdb", "user", "system", "a" * 129]),
    (rules.password, ["", "Short1a", "alllower1", "ALLUPPER1", "NoDigits", "Has space1", "Quote'1aA", "At@sign1A", "Sla/sh1A", "A" * 63 + "a1"]),
    (rules.role_name, ["", "a b", "arn:aws:iam::1:role/x", "é", "r" * 65]),
    (rules.policy_arn, ["", "AmazonS3ReadOnlyAccess", "arn:aws:iam::12:policy/x", "arn:aws:iam::aws:role/x"]),
    (rules.region, ["", "us-west-2a", "Oregon", "uswest2"]),
    (rules.subnet_group, ["", "default", "Default", "my_group", "a" * 256]),
    (rules.node_type, ["", "dc2.large", "ra3.huge", "RA3.large", "ra3large", "big", "ra3.large\n", "rg.0xlarge"]),
]  # fmt: skip


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in GOOD for text in texts])
def test_what_aws_allows_passes(check: Callable[[str], object], text: str) -> None:
    assert wrong(check, text) is None


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in BAD for text in texts])
def test_what_aws_refuses_is_told_what_is_allowed(check: Callable[[str], object], text: str) -> None:
    assert wrong(check, text)


def test_every_reserved_word_is_refused_as_database_and_as_user() -> None:
    assert len(RESERVED_WORDS) == 156
    assert [word for word in RESERVED_WORDS if not wrong(rules.database, word.lower()) or not wrong(rules.user, word.lower())] == []


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("ra3.large", [1, 2, 16], [0, 17]),
        ("ra3.xlplus", [1, 2, 16, 32], [33]),
        ("ra3.4xlarge", [2, 32, 64], [1, 65]),
        ("ra3.16xlarge", [2, 128], [1, 129]),
        ("rg.large", [1, 16], [17]),
        ("rg.xlarge", [2, 16, 32], [1, 33]),
        ("rg.12xlarge", [2, 128], [1, 129]),
    ],
)
def test_the_number_of_nodes_follows_the_node_type(name: str, good: list[int], bad: list[int]) -> None:
    assert [count for count in good if wrong(rules.number_of_nodes, count, name)] == []
    assert [count for count in bad if not wrong(rules.number_of_nodes, count, name)] == []


@pytest.mark.parametrize("name", NODE_TYPES)
def test_ports_follow_the_node_family(name: str) -> None:
    assert [port for port in (5431, 5439, 5455, 8191, 8215) if wrong(rules.port, port, name)] == []
    assert [port for port in (0, 80, 5430, 5456, 8190, 8216, 65536) if not wrong(rules.port, port, name)] == []


INSTEAD = [
    ("dc2.large", "us-west-2", 1, "rg.large", "0.3801"),
    ("dc2.large", "us-west-2", 4, "rg.large", "0.3801"),
    ("dc2.large", "me-south-1", 4, "ra3.large", "0.543"),
    ("dc2.large", "cn-north-1", 1, "ra3.large", "0.543"),
    ("dc2.large", "eu-south-1", 4, "ra3.large", "0.543"),
    ("dc1.large", "us-west-2", 1, "rg.large", "0.3801"),
    ("dw2.large", "us-west-2", 1, "rg.large", "0.3801"),
    ("ds2.xlarge", "us-west-2", 1, "ra3.xlplus", "1.086"),
    ("ds2.xlarge", "us-west-2", 2, "rg.xlarge", "0.7602"),
    ("ds1.8xlarge", "us-west-2", 2, "rg.4xlarge", "3.0427"),
    ("dc2.8xlarge", "us-west-2", 2, "rg.12xlarge", "9.128"),
    ("dc2.8xlarge", "il-central-1", 2, "ra3.16xlarge", "13.04"),
    ("rg.2xlarge", "us-west-2", 1, "rg.4xlarge", "3.0427"),
    ("rg.2xlarge", "us-west-2", 2, "rg.4xlarge", "3.0427"),
    ("rg.2xlarge", "eu-south-1", 2, "rg.4xlarge", "3.0427"),
    ("rg.2xlarge", "ca-west-1", 2, "ra3.4xlarge", "3.26"),
    ("ra3.xlarge", "us-west-2", 1, "ra3.xlplus", "1.086"),
    ("ra3.xlarge", "us-west-2", 2, "rg.xlarge", "0.7602"),
    ("ra3.8xlarge", "us-west-2", 2, "rg.12xlarge", "9.128"),
    ("rg.large", "me-central-1", 1, "ra3.large", "0.543"),
    ("rg.24xlarge", "us-west-2", 2, "rg.12xlarge", "9.128"),
]


@pytest.mark.parametrize(("name", "region", "nodes", "today", "usd"), INSTEAD)
def test_a_type_that_is_not_sold_is_replaced_by_the_cheapest_with_its_memory(
    name: str, region: str, nodes: int, today: str, usd: str
) -> None:
    assert (replacement(name, region, nodes).name, str(replacement(name, region, nodes).usd)) == (today, usd)
    said = rules.instead(name, region, nodes)
    assert today in said and f"${usd} per node and hour" in said
    assert ("for 2 nodes or more" in said) == (nodes == 1 and today == "rg.4xlarge")


@pytest.mark.parametrize("region", ["us-west-2", "eu-south-1", "me-south-1", "cn-north-1"])
@pytest.mark.parametrize("name", [*RETIRED_MEMORY, *NODE_TYPES])
def test_no_type_with_the_memory_is_cheaper_than_the_one_that_is_advised(name: str, region: str) -> None:
    advised = replacement(name, region, 2)
    wanted = RETIRED_MEMORY.get(name) or NODE_TYPES[name].memory
    assert advised in sold_in(region) and advised.memory >= wanted
    assert not [each for each in sold_in(region) if each.memory >= wanted and each.usd < advised.usd]


@pytest.mark.parametrize("retired", RETIRED_MEMORY)
def test_a_retired_node_type_is_said_to_be_so(retired: str) -> None:
    said = wrong(rules.node_type, retired, "us-west-2", 2) or ""
    assert said.startswith("is no longer sold by AWS; the cheapest with at least its ")


def test_every_retired_type_is_known_as_such_and_none_is_sold() -> None:
    assert all(is_retired(name) for name in RETIRED_MEMORY)
    assert not any(is_retired(name) for name in NODE_TYPES)


def test_a_made_password_keeps_the_rule() -> None:
    assert [wrong(rules.password, new_password().reveal()) for _ in range(200)] == [None] * 200


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("203.0.113.7", "203.0.113.7/32"),
        ("100.68.0.18/18", "100.68.0.0/18"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:DB8::1", "2001:db8::1/128"),
        ("::/0", "::/0"),
        ("224.0.0.0/3", "224.0.0.0/3"),
        ("203.0.113.7/3", None),
        ("203.0.113.7/33", None),
        ("fe80::1%eth0", None),
        ("home", None),
        ("", None),
    ],
)
def test_an_address_range_is_written_as_aws_writes_it(text: str, canonical: str | None) -> None:
    assert rules.cidr(text) == canonical


@pytest.mark.parametrize(
    ("key", "value", "good"),
    [
        ("Project", "sparkify", True),
        ("Größe", "groß 1/2", True),
        ("a" * 127, "v" * 256, True),
        ("Empty", "", True),
        ("a" * 128, "v", False),
        ("k", "v" * 257, False),
        ("aws:thing", "v", False),
        ("AWS:thing", "v", False),
        ("ManagedBy", "me", False),
        ("managedby", "me", False),
        ("k", "<v>", False),
        ("k", "a;b", False),
    ],
)
def test_a_tag_keeps_the_rules_of_every_service_it_goes_to(key: str, value: str, good: bool) -> None:
    assert (wrong(rules.tag, key, value) is None) is good


@pytest.mark.parametrize(("days", "good"), [(1, True), (35, True), (3653, True), (0, False), (3654, False)])
def test_a_final_snapshot_is_kept_between_a_day_and_ten_years(days: int, good: bool) -> None:
    assert (wrong(rules.snapshot_days, str(days)) is None) is good


def test_prices_are_those_of_the_price_list() -> None:
    assert {name: str(node.usd) for name, node in NODE_TYPES.items()} == {
        "ra3.large": "0.543",
        "ra3.xlplus": "1.086",
        "ra3.4xlarge": "3.26",
        "ra3.16xlarge": "13.04",
        "rg.large": "0.3801",
        "rg.xlarge": "0.7602",
        "rg.4xlarge": "3.0427",
        "rg.12xlarge": "9.128",
    }


RA3 = {name for name in NODE_TYPES if name.startswith("ra3.")}


@pytest.mark.parametrize(
    ("region", "types"),
    [
        ("us-west-2", set(NODE_TYPES)),
        ("us-gov-east-1", set(NODE_TYPES)),
        ("eu-south-1", set(NODE_TYPES) - {"rg.large", "rg.12xlarge"}),
        *((region, RA3) for region in ("il-central-1", "me-central-1", "me-south-1", "ca-west-1", "ap-southeast-6")),
        *((region, RA3) for region in ("cn-north-1", "eusc-de-east-1", "us-iso-east-1", "eu-isoe-west-1", "ap-new-1")),
    ],
)
def test_node_types_are_sold_by_region(region: str, types: set[str]) -> None:
    assert {node.name for node in sold_in(region)} == types


def test_rg_is_sold_in_the_regions_that_aws_lists() -> None:
    session = Session()
    partitions = session.get_available_partitions()
    regions = [region for partition in partitions for region in session.get_available_regions("redshift", partition)]
    assert len([region for region in regions if NODE_TYPES["rg.4xlarge"] in sold_in(region)]) == 31


NUMBERS = ["99999999", "1e400", "NaN", "Infinity", "-1", "0x10", "1_000", "٣", "１２", "²", "99999d", "9" * 20, "9" * 5_000, "0" * 5_000, "٣" * 5_000]


@pytest.mark.parametrize("name", ["DWH_BUDGET_USD", "DWH_MAX_HOURLY_USD", "DWH_AUTO_PAUSE", "DWH_RUNNING_HOURS", "DWH_SNAPSHOT_DAYS", "DB_PORT", "DWH_NUM_NODES", "DWH_INGRESS_CIDR"])
@pytest.mark.parametrize("section", ["DWH", "DB", "X"])
@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:12])
def test_a_number_that_nothing_can_hold_is_a_fault_with_its_line(number: str, section: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "dwh.cfg").write_text(f"[{section}]\n{name} = {number}\n", "utf-8")
    with pytest.raises(Misconfigured) as caught:
        read(tmp_path / "dwh.cfg")
    assert [fault.line for fault in caught.value.faults] == [2]


def test_a_budget_of_a_million_still_ends_before_the_last_date(tmp_path: Path) -> None:
    cheapest = min(node.usd for node in NODE_TYPES.values())
    assert datetime(2026, 1, 1) + timedelta(hours=float(rules.MOST_USD / cheapest)) < datetime(3000, 1, 1)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("auto", ("auto",)),
        ("AUTO, 203.0.113.7", ("auto", "203.0.113.7/32")),
        ("203.0.113.7/32 'auto' 203.0.113.7", ("203.0.113.7/32", "auto")),
        ("0.0.0.0/1, 128.0.0.0/1", ("0.0.0.0/0",)),
        ("0.0.0.0/1, 10.0.0.0/8, 2001:db8::/32, 192.0.0.0/2, 128.0.0.0/2", ("2001:db8::/32", "0.0.0.0/0")),
        ("auto, ::/1, 8000::/1", ("auto", "::/0")),
        ("10.0.0.0/9, 10.128.0.0/9", ("10.0.0.0/9", "10.128.0.0/9")),
        ("0.0.0.0/1", ("0.0.0.0/1",)),
    ],
)
def test_ranges_that_are_every_address_together_are_called_that(text: str, places: tuple[str, ...]) -> None:
    assert rules.ingress(text) == places


@pytest.mark.parametrize("text", ["203.0.113.7/0.0.0.0", "10.0.0.0/255.255.0.0", "10.0.0.0/0.0.255.255", "auto, 0.0.0.0/0.0.0.0", "auto,,home"])
def test_a_netmask_is_no_prefix_length(text: str) -> None:
    assert (wrong(rules.ingress, text) or "").startswith("must be auto, or addresses and ranges")


def test_every_address_in_two_halves_is_said_aloud(tmp_path: Path) -> None:
    (tmp_path / "dwh.cfg").write_text("[DWH]\nDWH_INGRESS_CIDR = 0.0.0.0/1, 128.0.0.0/1\n")
    assert "DWH_INGRESS_CIDR 0.0.0.0/0 lets every address on the internet connect; auto lets only your own" in read(tmp_path / "dwh.cfg").assumed


@pytest.mark.parametrize(
    ("text", "ingress", "own"),
    [("", None, True), ("auto", None, True), ("auto, 203.0.113.7", ("203.0.113.7/32",), True), ("203.0.113.7", ("203.0.113.7/32",), False)],
)
def test_ones_own_address_may_stand_beside_others(text: str, ingress: tuple[str, ...] | None, own: bool, tmp_path: Path) -> None:
    (tmp_path / "dwh.cfg").write_text(f"[DWH]\nDWH_INGRESS_CIDR = {text}\n")
    found = read(tmp_path / "dwh.cfg")
    assert (found.ingress, found.lets_own_in) == (ingress, own)
