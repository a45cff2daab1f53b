"""What is borrowed from moto, imported without the user's AWS settings.

moto's EC2 asks boto3 for Regions while it is being imported: an AWS_PROFILE
that does not exist would end the import. So boto3 hands out a session of our
own meanwhile, which is also twice as fast, because it reads its files once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from iac.simulator.session import isolated_session


_OURS = isolated_session("us-east-1")


@contextmanager
def _only_our_session() -> Iterator[None]:
    ordinary = boto3.Session

    def session(*_: Any, **__: Any) -> boto3.Session:
        return _OURS

    boto3.Session = session  # type: ignore[misc,assignment]
    try:
        yield
    finally:
        boto3.Session = ordinary  # type: ignore[misc]


with _only_our_session():
    import moto.core.utils
    from moto.core import loaders
    from moto.core.base_backend import AccountSpecificBackend, BackendDict
    from moto.core.botocore_stubber import MockRawResponse
    from moto.core.exceptions import ServiceException
    from moto.core.request import Request, normalize_request
    from moto.core.responses import ActionResult, BaseResponse
    from moto.ec2.exceptions import InvalidPermissionNotFoundError
    from moto.ec2.models import EC2Backend, ec2_backends
    from moto.ec2.responses import EC2Response
    from moto.iam.aws_managed_policies import aws_managed_policies_data
    from moto.iam.models import AWSManagedPolicy, IAMBackend, iam_backends
    from moto.iam.responses import IamResponse
    from moto.moto_api._internal import mock_random

# moto lists all models anew for every service, and those in the user's ~/.aws/models too.
_MODELS = loaders.Loader(
    [loaders.moto_root, loaders.Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
)
moto.core.utils.create_loader = lambda: _MODELS

__all__ = [
    "AWSManagedPolicy",
    "AccountSpecificBackend",
    "ActionResult",
    "BackendDict",
    "BaseResponse",
    "EC2Backend",
    "EC2Response",
    "IAMBackend",
    "IamResponse",
    "InvalidPermissionNotFoundError",
    "MockRawResponse",
    "Request",
    "ServiceException",
    "aws_managed_policies_data",
    "ec2_backends",
    "iam_backends",
    "mock_random",
    "normalize_request",
]
