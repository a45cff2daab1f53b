"""Every call that a plan can hold is one that botocore's service models allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from iac.config import Config
from iac.observed import Observed
from iac.plan.context import Request
from iac.plan import Context
from tests.planned import to_gone, to_paused, to_running
from iac.steps import Call, GroupId, Later, Step
from tests import test_plan as tables
from tests import test_schedule as schedules
from tests.sample import CONFIG, GROUP, NOW, cluster, config, seen

STANDS_FOR = {Later.ADMIN_PASSWORD: "Passw0rdOfTests", Later.NEW_PASSWORD: "Passw0rdOfTests",
              Later.PASSWORD_MARK: "set-20260301T120000Z", Later.HOST: "host"}  # fmt: skip

ADOPT = Context(NOW, GROUP, Request(adopt=True))


def plans() -> Iterator[tuple[str, list[Step]]]:
    """Every row of the tables, with its plan."""
    for case, (wanted, there, _) in tables.CREATE.items():
        yield f"create {case}", to_running(wanted, there, tables.CONTEXT)
    for case, (wanted, found, _) in tables.DRIFT.items():
        yield f"drift {case}", to_running(wanted, seen(cluster=found), tables.CONTEXT)
    for case, (wanted, role, _) in tables.ROLES.items():
        yield f"role {case}", to_running(wanted, seen(role=role), tables.CONTEXT)
    for case, (wanted, name, _) in tables.RESTORED.items():
        there = seen(cluster=None, snapshots=(tables.SNAPSHOT,))
        yield f"restore {case}", to_running(wanted, there, Context(NOW, GROUP, Request(restore=name)))
    for case, (there, _) in tables.PAUSE.items():
        yield f"pause {case}", to_paused(CONFIG, there, tables.CONTEXT)
        for fact in ("a snapshot is taken first",):
            yield f"pause {case} after {fact}", to_paused(CONFIG, there, replace(tables.CONTEXT, learned=frozenset({fact})))
    for case, (wanted, there, _) in tables.DELETE.items():
        for keep in (True, False):
            yield f"delete {case} {keep}", to_gone(wanted, there, keep, tables.CONTEXT)
    for case, (wanted, there, _) in schedules.PLANS.items():
        yield f"schedules, {case}", to_running(wanted, there, tables.CONTEXT)
    yield "adopt", to_running(CONFIG, seen(cluster=cluster(ours=False, tags=())), ADOPT)
    yield "in a subnet group", to_running(
        config(subnet_group="analytics", ingress=("2001:db8::/64",)),
        seen(cluster=None, ingress=("2001:db8::/64",)),
        tables.CONTEXT,
    )


PLANS = dict(plans())


@cache
def model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def resolved(value: Any) -> Any:
    """References replaced by something of the kind that they stand for."""
    if isinstance(value, dict):
        return {key: resolved(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolved(each) for each in value]
    if isinstance(value, Later):
        return STANDS_FOR[value]
    return "sg-0123456789abcdef0" if isinstance(value, GroupId) else value


def faults(call: Call) -> str:
    shape = model(call.service).operation_model(call.operation).input_shape
    return str(ParamValidator().validate(resolved(dict(call.parameters)), shape).generate_report())


@pytest.mark.parametrize("case", PLANS)
def test_every_call_of_a_plan_is_valid(case: str) -> None:
    assert [(call.name, faults(call)) for step in PLANS[case] for call in step.calls if faults(call)] == []


def test_the_plans_hold_every_function_that_makes_a_step() -> None:
    asked = {call.name for steps in PLANS.values() for step in steps for call in step.calls}
    assert asked >= {
        "iam:CreateRole", "iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:TagRole",
        "iam:UntagRole", "iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRole", "ec2:CreateSecurityGroup",
        "ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", "ec2:CreateTags",
        "ec2:DeleteSecurityGroup", "redshift:CreateCluster", "redshift:RestoreFromClusterSnapshot",
        "redshift:DeleteCluster", "redshift:PauseCluster", "redshift:ResumeCluster", "redshift:ResizeCluster",
        "redshift:CreateClusterSnapshot", "redshift:ModifyCluster", "redshift:ModifyClusterIamRoles",
        "redshift:CreateTags", "scheduler:CreateSchedule", "scheduler:UpdateSchedule",
        "scheduler:DeleteSchedule",
    }  # fmt: skip


def test_a_call_that_is_wrong_is_noticed() -> None:
    assert "NodeTypo" in faults(Call("redshift", "ResizeCluster", {"ClusterIdentifier": "x", "NodeTypo": "y"}))


@pytest.mark.parametrize("target", ["aws", "simulator"])
def test_a_plan_is_the_same_for_both_targets(target: str) -> None:
    def steps(wanted: Config, there: Observed) -> list[Step]:
        place = replace(there.place, target=target)
        return to_running(replace(wanted, target=target), replace(there, place=place), tables.CONTEXT)

    for wanted, there, _ in tables.CREATE.values():
        assert steps(wanted, there) == to_running(wanted, there, tables.CONTEXT)
