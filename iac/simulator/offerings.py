"""Which instance types EC2 offers where: ninety files that moto reads while it is imported, here when first used."""

from __future__ import annotations

from collections import UserList
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import PurePath
from typing import Any

import moto.utilities.utils

_FOLDER = "instance_type_offerings"


@contextmanager
def unread() -> Iterator[None]:
    """Inside, importing moto's EC2 does not read them. Whoever asks for them later gets all of them."""
    read = moto.utilities.utils.load_resource
    importing = [True]

    def load(resource: str) -> Any:
        return _Offerings(read, resource, importing) if _FOLDER in resource else read(resource)

    moto.utilities.utils.load_resource = load
    try:
        yield
    finally:
        moto.utilities.utils.load_resource = read
        importing.clear()


class _Offerings(UserList[dict[str, Any]]):
    """Those of one file, which has the Region's name, in the folder of its type of location.

    importing: true while moto goes through them, only to add the type of location.
    """

    def __init__(self, read: Callable[[str], Any], resource: str, importing: list[bool]) -> None:
        self._read, self._resource, self._importing = read, resource, importing

    @cached_property
    def data(self) -> list[dict[str, Any]]:  # type: ignore[override]
        location = PurePath(self._resource).parent.name
        return [{**each, "LocationType": location} for each in self._read(self._resource)]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(()) if self._importing else iter(self.data)
