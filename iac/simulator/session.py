"""boto3 and moto, kept apart from the user's own AWS settings: environment, files, profile and keys."""

from __future__ import annotations

import os
from collections.abc import Callable
from copy import copy
from functools import lru_cache
from typing import Any

import boto3
import botocore.session
from botocore.handlers import BUILTIN_HANDLERS
from botocore.hooks import HierarchicalEmitter

from iac.simulator.models import Models

# The examples of AWS's documentation: no account has them.
ACCOUNT = "123456789012"
ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

_FIXED = {
    "config_file": os.devnull,
    "credentials_file": os.devnull,
    "ignore_configured_endpoint_urls": True,
}


def isolated_session(region: str, send: Callable[[Any], Any] | None = None) -> boto3.Session:
    """A session without environment, configuration files, profile or real keys.

    send: is given each request instead of the network, and must answer it.
    """
    variables = {
        name: (None, None, _FIXED.get(name, default), conversion)
        for name, (_, _, default, conversion) in botocore.session.Session.SESSION_VARIABLES.items()
    }
    core = botocore.session.Session(variables, copy(_handlers()), include_builtin_handlers=False)
    core.register_component("data_loader", _loader())
    core.set_credentials(ACCESS_KEY, SECRET_KEY)
    if send is not None:
        core.get_component("event_emitter").register_first("before-send", lambda request, **_: send(request))
    paths = list(_loader().search_paths)
    session = boto3.Session(botocore_session=core, region_name=region)
    # Each boto3 session adds its own folder to the search paths of this shared loader.
    _loader().search_paths[:] = paths
    return session


@lru_cache(maxsize=1)
def known_regions() -> frozenset[str]:
    """Every Region of every partition in which botocore knows Redshift."""
    session = isolated_session("us-east-1")
    return frozenset(
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("redshift", partition_name=partition)
    )


@lru_cache(maxsize=1)
def _handlers() -> HierarchicalEmitter:
    """botocore's own event handlers, registered once: that takes most of the time a session takes.

    Without those that others have added to answer requests, as moto does for its mock_aws: botocore asks every one,
    so what the simulator is asked would be done in the mocked account, too.
    """
    emitter = HierarchicalEmitter()
    botocore.session.Session({}, emitter)
    for event, handler, *_ in BUILTIN_HANDLERS:
        if event.startswith("before-send"):
            emitter.unregister(event, handler)
    return emitter


@lru_cache(maxsize=1)
def _loader() -> Models:
    """One for all sessions, because it caches the service models it has read."""
    return Models()


def _import_moto() -> None:
    """Import moto without the user's AWS settings.

    moto's EC2 asks a boto3 session for Regions while it is being imported, which
    fails with an AWS_PROFILE that does not exist. moto also lists all service
    models again for each service, and reads those in ~/.aws/models.
    """
    ordinary, isolated = boto3.Session, isolated_session("us-east-1")
    boto3.Session = lambda *_, **__: isolated  # type: ignore[misc,assignment]
    try:
        from iac.simulator.offerings import unread

        with unread():
            import moto.ec2.models
    finally:
        boto3.Session = ordinary  # type: ignore[misc]
    import moto.core.responses
    import moto.core.utils
    from moto.core import loaders

    models = Models(loaders.moto_root, "moto")
    moto.core.utils.create_loader = lambda: models
    # moto lists all methods of a service anew for each call.
    moto.core.responses.method_names_from_class = lru_cache(moto.core.responses.method_names_from_class)


_import_moto()
