"""A cluster that HOST in dwh.cfg still names, while the rest of the file has moved on."""

from __future__ import annotations

import re

from iac.config import Config
from iac.observed import Observed

_HOST = re.compile(r"(?P<identifier>[a-z][a-z0-9-]*)\.[^.]+\.(?P<region>[a-z0-9-]+)\.redshift\.amazonaws\.com")


def named_elsewhere(config: Config, seen: Observed) -> str | None:
    """`cluster NAME in REGION`, if HOST is the address of another one than dwh.cfg now means."""
    found = _HOST.match(config.host.lower())
    if found is None or (found["identifier"], found["region"]) == (config.identifier, seen.place.region):
        return None
    return f"cluster {found['identifier']} in {found['region']}"
