"""What is documented about connections that are idle."""

from __future__ import annotations

KEEPALIVES = {"keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 5}
"""In seconds, by libpq's names (PostgreSQL documentation, Database Connection Control Functions): a COPY is silent for
as long as it runs, and a NAT gateway drops what is idle for 350 s (VPC User Guide, NAT gateway basics; Database Developer
Guide, Query hangs). libpq's own `keepalives` is on by default."""

CONNECT_TIMEOUT = 10
"""Seconds; libpq's connect_timeout waits for ever by default."""
