"""boto3 and moto, kept apart from the user's own AWS settings: environment, files, profile and keys."""

from __future__ import annotations

import gzip
import json
import os
from collections import UserList
from collections.abc import Callable, Iterator
from copy import copy
from functools import cache, cached_property
from pathlib import PurePath
from typing import Any

import boto3
import botocore.session
from botocore.handlers import BUILTIN_HANDLERS
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import JSONFileLoader, Loader, instance_cache
from moto.utilities import utils

from iac.config.names import SIMULATED_ACCOUNT as ACCOUNT

# The examples of AWS's documentation: no account has them.
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
    core.register_component("data_loader", _LOADER)
    core.set_credentials(ACCESS_KEY, SECRET_KEY)
    if send is not None:
        core.get_component("event_emitter").register_first("before-send", lambda request, **_: send(request))
    paths = list(_LOADER.search_paths)
    session = boto3.Session(botocore_session=core, region_name=region)
    # Each boto3 session adds its own folder to the search paths of this shared loader.
    _LOADER.search_paths[:] = paths
    return session


@cache
def known_regions() -> frozenset[str]:
    """Every Region of every partition in which botocore knows Redshift."""
    session = isolated_session("us-east-1")
    return frozenset(
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("redshift", partition_name=partition)
    )


@cache
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


class _Models(Loader):
    """botocore's service models, read once a process for both sides: boto3's clients and moto.

    Only those that come with botocore: neither ~/.aws/models nor AWS_DATA_PATH. extra: a folder with additions to
    them, as moto has them.
    """

    def __init__(self, *extra: str) -> None:
        super().__init__([*extra, self.BUILTIN_DATA_PATH], _ModelFiles(), include_default_search_paths=False)
        self._extras_types = ["moto" if extra else "sdk"]

    @instance_cache
    def list_available_services(self, type_name: str) -> list[str]:
        """All services: opening every folder to see which have this type takes long."""
        return sorted(os.listdir(self.BUILTIN_DATA_PATH))

    def load_data(self, name: str) -> Any:
        """A copy to the depth to which additions are made."""
        data = super().load_data(name)
        if isinstance(data.get("shapes"), dict):
            return {**data, "shapes": dict(data["shapes"])}
        return data


class _ModelFiles(JSONFileLoader):
    """botocore's own reads each file into ordered dictionaries, which takes twice as long."""

    def load_file(self, file_path: str) -> Any:
        """None if there is no such file."""
        return _read(file_path)


@cache
def _read(path: str) -> Any:
    for name, opened in ((f"{path}.json", open), (f"{path}.json.gz", gzip.open)):
        if os.path.isfile(name):
            with opened(name, "rb") as file:
                return json.loads(file.read())
    return None


_LOADER = _Models()
"""One for all sessions, because it caches the service models it has read."""


class _Offerings(UserList[dict[str, Any]]):
    """Which instance types EC2 offers in a Region: one of ninety files, read when it is first used.

    moto reads them while it is imported, and goes through them to add the type of location, which is the name of
    the file's folder; until then they are empty.
    """

    importing = True

    def __init__(self, resource: str) -> None:
        self._resource = resource

    @cached_property
    def data(self) -> list[dict[str, Any]]:  # type: ignore[override]
        location = PurePath(self._resource).parent.name
        return [{**each, "LocationType": location} for each in utils.load_resource(self._resource)]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(() if self.importing else self.data)


def _import_moto() -> None:
    """Import moto without the user's AWS settings.

    moto's EC2 asks a boto3 session for Regions while it is being imported, which
    fails with an AWS_PROFILE that does not exist. moto also lists all service
    models again for each service, and reads those in ~/.aws/models.
    """
    ordinary, isolated, load = boto3.Session, isolated_session("us-east-1"), utils.load_resource
    boto3.Session = lambda *_, **__: isolated  # type: ignore[misc,assignment]
    utils.load_resource = lambda name: _Offerings(name) if "instance_type_offerings" in name else load(name)
    try:
        import moto.ec2.models
    finally:
        boto3.Session, utils.load_resource = ordinary, load  # type: ignore[misc]
        _Offerings.importing = False
    import moto.core.responses
    import moto.core.utils
    from moto.core import loaders

    models = _Models(loaders.moto_root)
    moto.core.utils.create_loader = lambda: models
    # moto lists all methods of a service anew for each call.
    moto.core.responses.method_names_from_class = cache(moto.core.responses.method_names_from_class)


_import_moto()
