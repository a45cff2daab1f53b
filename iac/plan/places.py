"""The places in S3 that dwh.cfg names: what keeps COPY from reading them, before a cluster costs money."""

from __future__ import annotations

from collections.abc import Iterable

from iac.config import Config
from iac.errors import Problem
from iac.observed import Observed
from iac.plan.access import role_steps
from iac.s3 import S3Place
from iac.status import is_changing


def may_ask_s3(config: Config) -> bool:
    """Whether there is anything to ask S3 about; the simulator has no S3."""
    return bool(config.s3_places) and config.target == "aws"


def asks_s3(config: Config, seen: Observed, planning: bool) -> bool:
    """Whether S3 is asked about the places: before a cluster is made, after [S3] was edited, and for a plan."""
    if not may_ask_s3(config):
        return False
    if planning or seen.cluster is None:
        return True
    if seen.cluster_only or is_changing(seen.cluster):
        return False
    return any("PutRolePolicy" in step.operations for step in role_steps(config, seen))


def refuse_places(config: Config, seen: Observed) -> None:
    """Raises Problem where a bucket does not exist and the cluster is still to be made."""
    absent = [each for each in seen.s3 if each.exists is False]
    if seen.cluster is not None or not absent:
        return
    several, buckets = len(absent) > 1, dict.fromkeys(each.bucket for each in absent)
    raise Problem(
        f"There {'is no S3 bucket' if len(buckets) == 1 else 'are no S3 buckets'} {', '.join(buckets)}, so no cluster is made.",
        f"COPY could not read {_listed(_named(config, each) for each in absent)}.",
        f"Edit {'these lines' if several else 'this line'} of {config.path.name} to name a bucket that exists, or make the bucket "
        f"(`aws s3 mb s3://{next(iter(buckets))} --region {seen.place.region}`); then run the same command again.",
    )


def place_notes(config: Config, seen: Observed) -> list[str]:
    """What a person should know of the places, each said once for all that have it in common."""
    places, region = seen.s3, seen.place.region
    notes = [
        f"There is no S3 bucket {each.bucket}: COPY cannot read {_named(config, each)}; edit that line."
        for each in places
        if each.exists is False
    ]
    for bucket, where in dict.fromkeys((each.bucket, each.region) for each in places if each.region not in ("", region)):
        notes.append(
            f"S3 bucket {bucket} is in {where}, and the cluster's Region is {region}: COPY from it needs the clause REGION '{where}', and "
            "AWS bills the data transfer."
        )
    notes += [
        f"There is nothing in S3 under {_named(config, each)}: COPY would find no data there. Is it misspelled?"
        for each in places
        if each.filled is False
    ]
    for reason in dict.fromkeys(each.unchecked for each in places if each.unchecked):
        uris = _listed(each.uri for each in places if each.unchecked == reason)
        notes.append(
            f"Not checked in S3: {uris} ({reason}). It is this login that asked; role {config.role_name}, with which the "
            "cluster reads, may be allowed what the login is not."
        )
    return notes


def _named(config: Config, place: S3Place) -> str:
    """The place, and the line of the file to edit."""
    option, line = next(((name, line) for uri, name, line in config.lines if uri == place.uri), ("", 0))
    return f"{place.uri} ({option}, line {line} of {config.path.name})" if option else place.uri


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))
