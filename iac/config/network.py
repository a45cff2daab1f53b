"""Where the cluster is and who may connect, as a dwh.cfg says it."""

from __future__ import annotations

import re

from iac.config import names
from iac.config.placeholders import unquoted
from iac.config.validation import Validation

_HOST_REGION = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-[0-9])\.redshift(?:-serverless)?\.amazonaws\.com")


def region(cfg: Validation) -> str | None:
    """The Region of the file, else the one in a filled host, else None."""
    said = cfg.values["region"]
    matches = (_HOST_REGION.search(each.value.lower()) for each in cfg.filled("host"))
    there = next((match[1] for match in matches if match), None)
    if there and said and there != said:
        option = cfg.chosen["region"]
        cfg.note(f"The host in {cfg.file} is in Region {there}, but {option.name} says {said}, which is used")
    return said or there


def host(cfg: Validation) -> str:
    """The host that stands in the file now, without quotes; empty where there is none."""
    hosts = sorted(cfg.filled("host"), key=lambda option: option.section.upper() not in names.CONNECTION)
    return unquoted(hosts[0].value) if hosts else ""


def connection(cfg: Validation) -> tuple[tuple[str, str, str], ...]:
    """Meaning, section and option of what a script reads to connect, preferably from a connection section.

    configparser leaves quotes in a value, so an option that has some is not among them.
    """
    found = []
    for meaning in ("host", *names.DATABASE_SETTINGS):
        every = sorted(cfg.named(meaning), key=lambda option: option.section.upper() not in names.CONNECTION)
        if every and unquoted(every[0].value) == every[0].value:
            found.append((meaning, every[0].section, every[0].name))
    return tuple(found)


def note_on_ingress(cfg: Validation) -> None:
    """Says which address range of DWH_INGRESS_CIDR is the whole internet."""
    for place in cfg.values["ingress"] or ():
        if place.endswith("/0"):
            name = cfg.chosen["ingress"].name
            cfg.assume(f"{name} {place} lets every address on the internet connect; auto lets only your own")
