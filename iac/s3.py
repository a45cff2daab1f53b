"""The s3:// places of dwh.cfg, as S3 shows them to the login: frozen values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class S3Place:
    """One place that [S3] names. What is None or empty is not known.

    uri: as it stands in the file. exists: whether there is a bucket of that name.
    region: of the bucket. filled: whether any key begins with the prefix.
    unchecked: why S3 did not tell all of this, as its error code or in words.
    """

    uri: str
    exists: bool | None = None
    region: str = ""
    filled: bool | None = None
    unchecked: str = ""

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return bucket_and_prefix(self.uri)[0]


def bucket_and_prefix(uri: str) -> tuple[str, str]:
    """COPY takes what follows the bucket as a prefix of keys; it is empty for the whole bucket."""
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    return bucket, prefix
