"""botocore's service models, read once a process for both sides: boto3's clients and moto."""

from __future__ import annotations

import gzip
import json
import os
from functools import lru_cache
from typing import Any

from botocore.loaders import JSONFileLoader, Loader


class _Files(JSONFileLoader):
    """botocore's own reads each file into ordered dictionaries, which takes twice as long."""

    def __init__(self) -> None:
        self._read: dict[str, Any] = {}

    def load_file(self, file_path: str) -> Any:
        """None if there is no such file."""
        if file_path not in self._read:
            self._read[file_path] = _read(file_path)
        return self._read[file_path]


def _read(path: str) -> Any:
    for name, opened in ((f"{path}.json", open), (f"{path}.json.gz", gzip.open)):
        if os.path.isfile(name):
            with opened(name, "rb") as file:
                return json.loads(file.read())
    return None


_FILES = _Files()


class Models(Loader):
    """Only the models that come with botocore: neither ~/.aws/models nor AWS_DATA_PATH.

    extra: a folder with additions to them, and their type, as moto has them.
    """

    def __init__(self, extra: str = "", extra_type: str = "sdk") -> None:
        paths = [each for each in (extra, self.BUILTIN_DATA_PATH) if each]
        super().__init__(paths, _FILES, include_default_search_paths=False)
        self._extras_types = [extra_type]

    def list_available_services(self, type_name: str) -> list[str]:
        """All services: opening every folder to see which have this type takes long."""
        return _services()

    def load_data(self, name: str) -> Any:
        """A copy to the depth to which additions are made."""
        data = super().load_data(name)
        if isinstance(data.get("shapes"), dict):
            return {**data, "shapes": dict(data["shapes"])}
        return data


@lru_cache(maxsize=1)
def _services() -> list[str]:
    return sorted(os.listdir(Loader.BUILTIN_DATA_PATH))
