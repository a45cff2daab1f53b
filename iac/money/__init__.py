"""What the warehouse costs: its price, the limit on it, the bill so far, other clusters, credits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from iac.words import dollars, exact
from iac.aws import redshift
from iac.errors import Problem
from iac.facts.events import KEPT
from iac.facts.prices import LISTED, Price
from iac.money.bill import Bill, Event, bill
from iac.money.limit import STARTING, above_limit, hourly_usd, operations_of, price_words, refuse_above_limit
from iac.money.others import credits, credits_left, other_clusters
from iac.money.price_list import ASKED, PriceList
from iac.plan import Context, Plan
from iac.report import Told
from iac.status import Phase, is_changing, phase
from iac.steps.cluster import MAKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iac.aws.connection import Connection
    from iac.config import Config
    from iac.look import Begun, View
    from iac.observed import Cluster, Observed
    from iac.steps.permissions import Permissions
    from iac.report import Report
    from iac.run import Run
    from iac.steps import Step

NAME = "money"


def look(view: View, config: Config, goal: str, begun: Begun) -> Callable[[Observed], tuple[Price, ...]]:
    """The prices of the node types that run, or are to run.

    Asked for in a plan, before compute is started or its size changes, and where DWH_BUDGET_USD is counted by it; else
    they are as they were told before.
    """

    def prices() -> tuple[Price, ...]:
        found, every, stored = begun.cluster(), _price_list(view), bool(view.planning and begun.snapshots())
        types = [found.node_type] if found else []
        if goal == "running":
            snapshots = begun.snapshots() if not found and begun.restoring else ()
            types = [config.node_type, *types, *(each.node_type for each in snapshots if each.node_type)]
        elif not found and begun.snapshots():
            types = [config.node_type]
        ask = view.planning or (goal == "running" and _is_to_ask(config, found))
        return tuple(every.ask(each, stored) if ask else every.known(each) for each in dict.fromkeys(types))

    def briefly() -> tuple[Price, ...]:
        begun.cluster()  # a run cannot do without this one, and only from then on prices are waited for briefly
        return view.connection.begin_brief(prices, ())()

    told = view.connection.begin(briefly)
    return lambda seen: told()


def _price_list(view: View) -> PriceList:
    simulated = view.place.target == "simulator"
    return view.once(NAME, lambda: PriceList(view.connection, LISTED if simulated else ASKED))


def _is_to_ask(config: Config, found: Cluster | None) -> bool:
    if found is None:
        return True
    there, wanted = (found.node_type, found.number_of_nodes), (config.node_type, config.number_of_nodes)
    other = there != wanted or phase(found) is Phase.PAUSED
    return (other or config.budget_usd is not None) and not is_changing(found)


def running(config: Config, seen: Observed, context: Context, steps: Sequence[Step]) -> Plan:
    """Raises Problem where a size that is started costs more than DWH_MAX_HOURLY_USD."""
    refuse_above_limit(config, seen, context, steps)
    operations = operations_of(steps)
    price = price_words(config, seen, operations) if operations & STARTING else ""
    return Plan(notes=tuple(above_limit(config, seen)), price=price)


def at_end(run: Run) -> Bill | None:
    """The bill of the cluster so far; and notes. The looks are made side by side, and none fails the run.

    Named are our other clusters of the Region, where one was made or deleted, and the credits of an account on the free
    plan, which accounts of AWS's commercial partition have, where one was made or resumed; both in a plan as well.
    """
    connection, begin, place, planning = run.connection, run.connection.begin_brief, run.place, run.view.planning
    up, now = run.goal.name == "running", run.clock.now()
    made, billed = bool(run.operations & MAKING), None if up and not planning else run.view.last_cluster
    has_plan = place.target == "aws" and place.partition == "aws" and up
    told = begin(lambda: events(connection, billed.identifier), None) if billed and billed.created_at else None
    named = (up and (planning or made)) or run.goal.name == "gone"
    siblings = begin(lambda: redshift.siblings(connection, run.config.identifier), ()) if named else None
    starts = planning or made or "ResumeCluster" in run.operations
    left = begin(lambda: credits(connection), None) if has_plan and starts else None
    if siblings is not None:
        run.note(*other_clusters(run.config, place, siblings(), now))
    if left is not None:
        run.note(*credits_left(run.config, place, left()))
    if not (billed and billed.created_at and told):
        return None
    price = _price_list(run.view).known(billed.node_type).hourly(billed.billed_nodes)
    return bill(billed.created_at, now, told(), price, phase(run.deleted or billed) is Phase.PAUSED)


def events(connection: Connection, identifier: str) -> tuple[Event, ...] | None:
    """The events that AWS still has of the cluster, also once it is gone; None where they cannot be read.

    API reference, DescribeEvents: of the past 14 days.
    """
    try:
        found = connection.in_region(connection.region).pages(
            "redshift",
            "DescribeEvents",
            "Events",
            SourceType="cluster",
            SourceIdentifier=identifier,
            Duration=KEPT // timedelta(minutes=1),
        )
    except Problem:
        return None
    return tuple(Event(each["Date"], each.get("EventId", ""), each.get("Message", "")) for each in found if each.get("Date"))


def told(report: Report) -> Told:
    """The price in a plan: of the cluster, else of the one that would be made. The bill, where it was asked for.

    hourly_usd: of the size that is there, also while it is paused and costs only storage; else of the one in dwh.cfg.
    """
    config, seen = report.config, report.seen
    if config is None or seen is None:
        return Told(json={"hourly_usd": None})
    operations, hourly = {call.partition(":")[2] for calls in report.calls for call in calls}, hourly_usd(config, seen)
    rows = []
    if report.planned and (seen.cluster or operations & MAKING):
        rows.append(("price", price_words(config, seen, operations)))
    if report.of.get(NAME):
        rows.append(("so far" if seen.cluster else "in all", str(report.of[NAME])))
    return Told(tuple(rows), stored=_stored(seen), json={"hourly_usd": None if hourly is None else float(hourly)})


def _stored(seen: Observed) -> dict[str, str]:
    """What a paused cluster and a snapshot cost, for a person; nothing where it is unknown.

    While a cluster is paused, its secret and its address are billed as well (Management Guide, Pausing and resuming a
    cluster; Amazon VPC pricing, public IPv4 addresses). AWS tells how much a cluster can hold, and not how much it holds
    (API reference, Cluster). Of RG clusters, blocks are billed once that are shared "across all active manual snapshots in
    your account" (Management Guide, Behavior changes).
    """
    words, found = {}, seen.cluster
    rate = seen.price(found.node_type).storage_gb_month if found else None
    beside = ["its public address (an Elastic IP)"] if found and found.publicly_accessible else []
    beside += ["the secret of its password"] if found and found.managed_password else []
    if found and (rate is not None or beside):
        on_aws = "on AWS " if seen.place.target == "simulator" else ""
        unknown = "at a price that is not known here"
        of_storage = unknown if rate is None else f"about {exact(rate)} a month for each GB that it holds"
        also = f"; so {'are' if len(beside) > 1 else 'is'} {' and '.join(beside)}" if beside else ""
        words[f"cluster {found.identifier}"] = f"{on_aws}{of_storage}{also}"
    for each in seen.snapshots:
        rate = seen.price(each.node_type).snapshot_gb_month
        if rate is not None and each.size:
            month, about = dollars(rate * Decimal(str(each.size)) / 1024), "at most" if each.node_type.startswith("rg.") else "about"
            words[f"snapshot {each.identifier}"] = f"{month if month.startswith('less') else f'{about} {month}'} a month"
    return words


def permissions(config: Config) -> Permissions:
    """Of the looks that no run needs."""
    looks = ("freetier:GetAccountPlanState", "pricing:GetProducts", "redshift:DescribeEvents")
    return {"anything": ({"Resource": ["*"]}, looks)}
